//! Billing of EMR on EKS: nodes, EMR's fee on what pods request, the control plane.

use rust_decimal::Decimal;

use crate::engines::usage::{BilledTime, EksUsage, HOUR_S, PodUsage, Terms, node_charges};
use crate::engines::{Charge, CostGroup};
use crate::prices::items;
use crate::units::{GbHour, Quantity, VcpuHour};

/// EC2 and EBS of the nodes; EMR's fee on the vCPU and memory that pods request, from the start of the image
/// download to the end of the pod, rounded up to a second, without a stated minimum (EMR pricing page; EMR best
/// practices, `benchmarking_variables.md`, 2026-08); the EKS control plane by the hour of the month.
#[must_use]
pub fn charges(usage: &EksUsage, terms: &Terms) -> Vec<Charge> {
    let mut lines = node_charges(&usage.nodes, terms);
    lines.extend(usage.pods.iter().flat_map(|pods| fees_of_pods(pods, terms)));
    lines.extend(fees_of_totals(usage, terms));
    if usage.own_control_plane {
        lines.push(control_plane(terms));
    }
    lines
}

fn fees_of_pods(pods: &PodUsage, terms: &Terms) -> [Charge; 2] {
    let time = BilledTime::new(pods.running, 0);
    let hours = |size: Decimal| Decimal::from(pods.count) * size * time.seconds() / HOUR_S;
    let (vcpu, memory) = (pods.vcpu.normalize(), pods.memory_gb.normalize());
    let name = terms.say(|| format!("{}, {} × {vcpu} vCPU {memory} GB", pods.name, pods.count));
    let formula = |size: Decimal, unit: &str| terms.say(|| format!("{} × {size} {unit} × {time} / 3600", pods.count));
    [
        vcpu_fee(&name, hours(vcpu), formula(vcpu, "vCPU"), terms),
        memory_fee(&name, hours(memory), formula(memory, "GB"), terms),
    ]
}

fn fees_of_totals(usage: &EksUsage, terms: &Terms) -> Vec<Charge> {
    let mut lines = Vec::new();
    if !usage.vcpu_hours.is_zero() {
        lines.push(vcpu_fee("total", usage.vcpu_hours, format!("{} vCPU-hours", usage.vcpu_hours.normalize()), terms));
    }
    if !usage.memory_gb_hours.is_zero() {
        let formula = format!("{} GB-hours", usage.memory_gb_hours.normalize());
        lines.push(memory_fee("total", usage.memory_gb_hours, formula, terms));
    }
    lines
}

fn vcpu_fee(name: &str, hours: Decimal, formula: String, terms: &Terms) -> Charge {
    let quantity = Quantity::<VcpuHour>::new(hours);
    let component = terms.say(|| format!("EMR on EKS fee, vCPU, {name}"));
    Charge::per_run(component, CostGroup::EngineFee, &items::EMR_EKS_VCPU, quantity, formula)
}

fn memory_fee(name: &str, hours: Decimal, formula: String, terms: &Terms) -> Charge {
    let quantity = Quantity::<GbHour>::new(hours);
    let component = terms.say(|| format!("EMR on EKS fee, memory, {name}"));
    Charge::per_run(component, CostGroup::EngineFee, &items::EMR_EKS_MEMORY, quantity, formula)
}

fn control_plane(terms: &Terms) -> Charge {
    let hours = terms.month_hours;
    let formula = format!("1 cluster × {} h a month", hours.normalize());
    let component = "EKS control plane";
    Charge::per_month(component, CostGroup::Orchestration, &items::EKS_CLUSTER, Quantity::new(hours), formula)
}
