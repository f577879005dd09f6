//! Billing of EMR Serverless: vCPU, memory and disk of every worker.

use rust_decimal::Decimal;

use crate::catalog::Architecture;
use crate::engines::usage::{BilledTime, HOUR_S, ServerlessTotals, ServerlessUsage, ServerlessWorkers, Terms};
use crate::engines::{Charge, CostGroup, Period};
use crate::prices::{ServiceItem, items};
use crate::units::{GbHour, Measure, Quantity, VcpuHour};

/// From worker ready to worker stop, rounded up to a second, one minute at least per worker (EMR best practices,
/// `benchmarking_variables.md`, 2026-08; "per worker": awsnegotiations, 2026-06).
const MINIMUM_S: u32 = 60;
/// Disk of a worker that is not billed, GB (same source).
const FREE_DISK_GB: u32 = 20;

/// vCPU-hours, GB-hours and GB-hours of disk above 20 GB a worker.
#[must_use]
pub fn charges(usage: &ServerlessUsage, terms: &Terms) -> Vec<Charge> {
    let workers = usage.workers.iter().flat_map(|workers| lines_of_workers(workers, terms));
    // Billed "even when the application is idle" (EMR Serverless user guide, pre-initialised capacity).
    let ready = usage.pre_initialised.iter().flat_map(|workers| lines_of_workers(workers, terms));
    let ready = ready.map(|charge| Charge { period: Period::Month, ..charge });
    workers.chain(ready).chain(usage.totals.iter().flat_map(|totals| lines_of_totals(totals, terms))).collect()
}

fn lines_of_workers(workers: &ServerlessWorkers, terms: &Terms) -> Vec<Charge> {
    let time = BilledTime::new(workers.running, MINIMUM_S);
    let (vcpu_key, memory_key) = items_of(workers.architecture, workers.flex);
    let hours = |size: Decimal| Decimal::from(workers.count) * size * time.seconds() / HOUR_S;
    let formula = |size: &str| format!("{} × {size} × {time} / 3600", workers.count);
    let (vcpu, memory) = (workers.vcpu.normalize(), workers.memory_gb.normalize());
    let name = terms.say(|| format!("{}, {} × {vcpu} vCPU {memory} GB", workers.name, workers.count));
    let mut lines = vec![
        compute_line("vCPU", vcpu_key, &name, hours(vcpu), terms.say(|| formula(&format!("{vcpu} vCPU"))), terms),
        compute_line("memory", memory_key, &name, hours(memory), terms.say(|| formula(&format!("{memory} GB"))), terms),
    ];
    let disk = workers.disk_gb - Decimal::from(FREE_DISK_GB);
    if disk > Decimal::ZERO {
        let size = || format!("({} - {FREE_DISK_GB} free) GB", workers.disk_gb.normalize());
        lines.push(disk_line(&name, hours(disk), terms.say(|| formula(&size())), terms));
    }
    lines
}

fn lines_of_totals(totals: &ServerlessTotals, terms: &Terms) -> Vec<Charge> {
    let (vcpu_key, memory_key) = items_of(totals.architecture, totals.flex);
    let reported = |amount: Decimal, unit: &str| format!("{} {unit}, as reported", amount.normalize());
    let mut lines = vec![
        compute_line("vCPU", vcpu_key, "total", totals.vcpu_hours, reported(totals.vcpu_hours, "vCPU-hours"), terms),
        compute_line(
            "memory",
            memory_key,
            "total",
            totals.memory_gb_hours,
            reported(totals.memory_gb_hours, "GB-hours"),
            terms,
        ),
    ];
    if !totals.storage_gb_hours.is_zero() {
        lines.push(disk_line("total", totals.storage_gb_hours, reported(totals.storage_gb_hours, "GB-hours"), terms));
    }
    lines
}

fn compute_line<U: Measure>(
    what: &str,
    key: &ServiceItem<U>,
    name: &str,
    hours: Decimal,
    formula: String,
    terms: &Terms,
) -> Charge {
    let component = terms.say(|| format!("EMR Serverless {what}, {name}"));
    Charge::per_run(component, CostGroup::Compute, key, Quantity::new(hours), formula)
}

fn disk_line(name: &str, hours: Decimal, formula: String, terms: &Terms) -> Charge {
    let key = &items::EMR_SERVERLESS_STORAGE;
    let component = terms.say(|| format!("EMR Serverless disk, {name}"));
    Charge::per_run(component, CostGroup::Storage, key, Quantity::new(hours), formula)
}

const fn items_of(
    architecture: Architecture,
    flex: bool,
) -> (&'static ServiceItem<VcpuHour>, &'static ServiceItem<GbHour>) {
    match (architecture, flex) {
        (Architecture::X86_64, false) => (&items::EMR_SERVERLESS_VCPU_X86, &items::EMR_SERVERLESS_MEMORY_X86),
        (Architecture::Arm64, false) => (&items::EMR_SERVERLESS_VCPU_ARM, &items::EMR_SERVERLESS_MEMORY_ARM),
        (Architecture::X86_64, true) => (&items::EMR_SERVERLESS_FLEX_VCPU_X86, &items::EMR_SERVERLESS_FLEX_MEMORY_X86),
        (Architecture::Arm64, true) => (&items::EMR_SERVERLESS_FLEX_VCPU_ARM, &items::EMR_SERVERLESS_FLEX_MEMORY_ARM),
    }
}
