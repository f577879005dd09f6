//! Lines for EC2 instances and their volumes: the same for every engine that runs on nodes.

use rust_decimal::Decimal;

use super::time::{BilledTime, HOUR_S};
use super::{NodeMarket, NodeUsage, Terms, VolumeType, VolumeUsage};
use crate::engines::{Charge, CostGroup, spot_meter_name};
use crate::prices::{OnDemandInstance, ServiceItem, SpotInstance, items};
use crate::units::{GbMonth, InstanceHour, IopsMonth, MibpsMonth, Quantity, Span};

/// EC2, EBS: at least this long at every start (EC2 user guide, `ComponentsAMIs.md`, 2023-05; EBS pricing page).
const EC2_MINIMUM_S: u32 = 60;
const EBS_MINIMUM_S: u32 = 60;
/// Spot instances that EC2 takes back before this are free (EC2 user guide, "Billing for interrupted Spot
/// Instances", read 2026).
const FREE_INTERRUPTION: Span = Span::hours(1.0);
/// gp3 includes this much (EBS pricing page).
const GP3_IOPS: u32 = 3_000;
const GP3_MIBPS: u32 = 125;

/// Instance-hours of equal nodes, with the arithmetic in words.
pub(crate) fn node_hours(count: u32, time: BilledTime, terms: &Terms) -> (Quantity<InstanceHour>, String) {
    let hours = Decimal::from(count) * time.seconds() / HOUR_S;
    (Quantity::new(hours), terms.say(|| format!("{count} × {time} / 3600")))
}

/// EC2 and EBS lines of nodes.
pub(crate) fn node_charges(nodes: &[NodeUsage], terms: &Terms) -> Vec<Charge> {
    nodes
        .iter()
        .flat_map(|node| {
            let volumes = volume_charges(&node.name, &node.volumes, node.count, node.lifetime(), terms);
            std::iter::once(instance_charge(node, terms)).chain(volumes)
        })
        .collect()
}

/// "2 × r6g.2xlarge".
pub(crate) fn nodes_in_words(node: &NodeUsage) -> String {
    format!("{} × {}", node.count, node.instance_type)
}

fn instance_charge(node: &NodeUsage, terms: &Terms) -> Charge {
    let time = BilledTime::new(node.lifetime(), EC2_MINIMUM_S);
    let (hours, formula) = node_hours(node.count, time, terms);
    match node.market {
        NodeMarket::OnDemand => {
            let component = terms.say(|| format!("EC2 On-Demand, {}, {}", node.name, nodes_in_words(node)));
            Charge::per_run(component, CostGroup::Compute, &OnDemandInstance(&node.instance_type), hours, formula)
        }
        NodeMarket::Spot => {
            let zone = node.zone.as_deref();
            let component = terms.say(|| {
                let place = zone.map_or_else(String::new, |zone| format!(" in {zone}"));
                format!("EC2 Spot, {}, {}{place}", node.name, nodes_in_words(node))
            });
            let priced_as = spot_meter_name(&node.instance_type, zone);
            let (hours, formula) = match freed_by_interruption(node) {
                Some(why) => (Quantity::new(Decimal::ZERO), why),
                None => (hours, formula),
            };
            Charge::per_run(component, CostGroup::Compute, &SpotInstance(&priced_as), hours, formula)
        }
    }
}

/// Why a Spot node is free, if it is. A node that its owner stops is billed at any time.
fn freed_by_interruption(node: &NodeUsage) -> Option<String> {
    let after = node.interrupted_by_ec2_after.filter(|after| *after < FREE_INTERRUPTION && *after <= node.running)?;
    let seconds = super::exact_seconds(after).normalize();
    Some(format!("0: EC2 took {} node(s) back after {seconds} s, within the first hour: no EC2 charge", node.count))
}

/// EBS lines of `count` nodes with these volumes each. The price of a GB-month is spread over the seconds of the
/// month (EBS pricing page: 2,000 GB × 43,200 s / (86,400 s × 30)).
pub(crate) fn volume_charges(
    owner: &str,
    volumes: &[VolumeUsage],
    count: u32,
    provisioned: Span,
    terms: &Terms,
) -> Vec<Charge> {
    let time = BilledTime::new(provisioned, EBS_MINIMUM_S);
    volumes.iter().flat_map(|volume| lines_of_volume(owner, volume, count, time, terms)).collect()
}

fn lines_of_volume(owner: &str, volume: &VolumeUsage, nodes: u32, time: BilledTime, terms: &Terms) -> Vec<Charge> {
    let count = u64::from(nodes) * u64::from(volume.count);
    let month = terms.month_seconds();
    let share = Decimal::from(count) * time.seconds() / month;
    let spread = || format!("{time} / {} s of the month", month.normalize());
    let each = || format!("{count} × {} GiB", volume.gib.normalize());
    let size = Quantity::<GbMonth>::new(share * volume.gib);
    let storage = |kind: &str, key: &ServiceItem<GbMonth>| {
        let component = terms.say(|| format!("EBS {kind}, {owner}, {}", each()));
        let formula = terms.say(|| format!("{} × {}", each(), spread()));
        Charge::per_run(component, CostGroup::Storage, key, size, formula)
    };
    if volume.kind == VolumeType::Gp2 {
        return vec![storage("gp2", &items::EBS_GP2)];
    }
    let mut lines = vec![storage("gp3", &items::EBS_GP3)];
    let iops = volume.iops.saturating_sub(GP3_IOPS);
    if iops > 0 {
        let quantity = Quantity::<IopsMonth>::new(share * Decimal::from(iops));
        let formula = terms.say(|| format!("{count} × ({} - {GP3_IOPS} included) IOPS × {}", volume.iops, spread()));
        let component = terms.say(|| format!("EBS gp3 IOPS, {owner}"));
        lines.push(Charge::per_run(component, CostGroup::Storage, &items::EBS_GP3_IOPS, quantity, formula));
    }
    let mibps = volume.mibps.saturating_sub(GP3_MIBPS);
    if mibps > 0 {
        let quantity = Quantity::<MibpsMonth>::new(share * Decimal::from(mibps));
        let formula = terms.say(|| format!("{count} × ({} - {GP3_MIBPS} included) MiB/s × {}", volume.mibps, spread()));
        let component = terms.say(|| format!("EBS gp3 throughput, {owner}"));
        lines.push(Charge::per_run(component, CostGroup::Storage, &items::EBS_GP3_THROUGHPUT, quantity, formula));
    }
    lines
}
