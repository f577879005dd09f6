//! Billing of EMR on EC2: EC2, EBS and EMR's fee on every node.

use rust_decimal::Decimal;

use crate::engines::usage::{
    BilledTime, EmrEc2Usage, FeeStart, NodeUsage, Terms, node_charges, node_hours, nodes_in_words,
};
use crate::engines::{Charge, CostGroup, Period};
use crate::prices::EmrUplift;
use crate::units::Span;

/// EMR's fee: per second with one minute at least, per node (EMR pricing page; EMR FAQ, read 2026).
const FEE_MINIMUM_S: u32 = 60;

/// EC2 from `running`, per second, 60 s minimum; EBS per node; EMR's fee on every node, the primary and Spot nodes
/// included.
///
/// A Spot node that EC2 takes back in its first hour has no EC2 charge, but keeps EMR's fee: no current AWS source
/// says that the fee is waived, and keeping it is the safe side.
#[must_use]
pub fn charges(usage: &EmrEc2Usage, terms: &Terms) -> Vec<Charge> {
    let unless_from_running = |pending: Span| match terms.fee_from {
        FeeStart::Request => pending,
        FeeStart::Running => Span::ZERO,
    };
    let fees = usage.nodes.iter().map(|node| fee(node, unless_from_running(usage.pending), terms));
    let cluster = node_charges(&usage.nodes, terms).into_iter().chain(fees).map(|charge| borne(charge, usage, terms));
    // Nodes that come with a run are the run's, whoever else pays the cluster.
    let scaled_fees = usage.scaled.iter().map(|node| fee(node, unless_from_running(usage.scaled_pending), terms));
    let scaled = node_charges(&usage.scaled, terms).into_iter().chain(scaled_fees);
    cluster.chain(scaled).collect()
}

fn fee(node: &NodeUsage, pending: Span, terms: &Terms) -> Charge {
    let (hours, formula) = node_hours(node.count, BilledTime::new(node.lifetime() + pending, FEE_MINIMUM_S), terms);
    let component = terms.say(|| format!("EMR fee, {}, {}", node.name, nodes_in_words(node)));
    Charge::per_run(component, CostGroup::EngineFee, &EmrUplift(&node.instance_type), hours, formula)
}

/// The part of a line that this job carries: all of its own cluster, a share of a standing one.
fn borne(charge: Charge, usage: &EmrEc2Usage, terms: &Terms) -> Charge {
    let period = if usage.standing { Period::Month } else { Period::Run };
    if usage.cost_share == Decimal::ONE {
        return Charge { period, ..charge };
    }
    Charge {
        period,
        quantity: charge.quantity * usage.cost_share,
        formula: terms.say(|| format!("({}) × {} of the cluster", charge.formula, usage.cost_share.normalize())),
        ..charge
    }
}
