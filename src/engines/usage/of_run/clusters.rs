//! EMR on EC2, Databricks and single instances: a run record turned into node lifetimes.

use rust_decimal::Decimal;

use super::super::{DatabricksPlan, DatabricksUsage, Ec2Usage, EmrEc2Usage, NodeMarket, NodeUsage, VolumeUsage};
use super::{PENDING, Run, RunTerms, nodes_of_fleet};
use crate::engines::{DatabricksShape, EmrEc2Shape, FleetType, NodeGroup, SingleShape, TaskFleet};
use crate::units::Span;

/// Primary and core nodes live from the start of the provisioning to the end of the shut-down; task nodes boot as
/// long, live as long as their executors, and pay the shut-down too. Spot losses are not taken out: the time of a
/// lost node is billed as used, which is the dearer side.
pub(super) fn transient(shape: &EmrEc2Shape, run: &Run<'_>) -> EmrEc2Usage {
    let mut nodes =
        vec![group("primary", &shape.primary, run.node_time()), group("core", &shape.core, run.node_time())];
    if let Some(fleet) = shape.task.as_ref().filter(|_| !shape.managed_scaling) {
        nodes.extend(task_nodes("task", fleet, run.node_time_of(true)));
    }
    nodes.retain(|node| node.count > 0);
    let scaled = scaled(shape, run);
    EmrEc2Usage {
        nodes,
        pending: run.pending(),
        cost_share: Decimal::ONE,
        standing: false,
        scaled,
        scaled_pending: PENDING,
    }
}

/// Nodes under managed scaling. Each lives from `running` to its own end, so the fleet's nodes run as long on average as
/// the executors that came stayed, boots included.
fn scaled(shape: &EmrEc2Shape, run: &Run<'_>) -> Vec<NodeUsage> {
    let Some(fleet) = shape.task.as_ref().filter(|_| shape.managed_scaling) else { return Vec::new() };
    let mut nodes = task_nodes("task, managed scaling", fleet, run.scaled_node_time());
    nodes.retain(|node| node.count > 0 && node.running > Span::ZERO);
    nodes
}

/// A standing cluster runs all month, whatever the job does.
///
/// Nodes that managed scaling adds are there for the run alone.
pub(super) fn standing(shape: &EmrEc2Shape, run: &Run<'_>, terms: &RunTerms) -> EmrEc2Usage {
    let month = terms.month();
    let mut nodes = vec![group("primary", &shape.primary, month), group("core", &shape.core, month)];
    if let Some(fleet) = shape.task.as_ref().filter(|_| !shape.managed_scaling) {
        nodes.extend(task_nodes("task", fleet, month));
    }
    nodes.retain(|node| node.count > 0);
    let scaled = scaled(shape, run);
    EmrEc2Usage {
        nodes,
        pending: Span::ZERO,
        cost_share: terms.cost_share,
        standing: true,
        scaled,
        scaled_pending: PENDING,
    }
}

/// The driver is one more node of the workers' type, On-Demand; the workers may be Spot.
pub(super) fn databricks(shape: &DatabricksShape, run: &Run<'_>) -> DatabricksUsage {
    let of = |name: &str, count: u32| NodeGroup { count, ..shape.nodes.clone() }.named(name, run.node_time());
    let mut workers = of("workers", shape.nodes.count);
    if shape.spot {
        workers.market = NodeMarket::Spot;
    }
    let mut nodes = vec![of("driver", 1), workers];
    nodes.retain(|node| node.count > 0);
    DatabricksUsage { nodes, plan: DatabricksPlan::default(), dbu_per_hour: None }
}

pub(super) fn single(shape: &SingleShape, run: &Run<'_>) -> Ec2Usage {
    Ec2Usage { nodes: vec![group("node", &shape.node, run.node_time())] }
}

/// Identical On-Demand nodes.
pub(super) fn group(name: &str, nodes: &NodeGroup, running: Span) -> NodeUsage {
    nodes.named(name, running)
}

/// Nodes of a fleet: whole nodes of each type, a volume per node in proportion to its vCPU.
fn task_nodes(name: &str, fleet: &TaskFleet, running: Span) -> Vec<NodeUsage> {
    let ebs_gib = |kind: &FleetType| fleet.ebs_gib_per_vcpu.saturating_mul(kind.weight);
    let mut nodes = spot_types(name, fleet.target_units, &fleet.types, running, ebs_gib);
    for node in &mut nodes {
        node.zone.clone_from(&fleet.zone);
        if fleet.on_demand {
            node.market = NodeMarket::OnDemand;
        }
    }
    nodes
}

/// Spot nodes of several types that together give the wanted units.
pub(super) fn spot_types(
    name: &str,
    target_units: u32,
    types: &[FleetType],
    running: Span,
    ebs_gib: impl Fn(&FleetType) -> u32,
) -> Vec<NodeUsage> {
    let counts = nodes_of_fleet(target_units, types);
    types
        .iter()
        .zip(counts)
        .map(|(kind, count)| {
            let nodes = NodeGroup { instance_type: kind.instance_type.clone(), count, ebs_gib: ebs_gib(kind) };
            NodeUsage { market: NodeMarket::Spot, ..nodes.named(name, running) }
        })
        .filter(|node| node.count > 0)
        .collect()
}

impl NodeGroup {
    fn named(&self, name: &str, running: Span) -> NodeUsage {
        let volumes = if self.ebs_gib == 0 { Vec::new() } else { vec![VolumeUsage::gp3(Decimal::from(self.ebs_gib))] };
        NodeUsage { volumes, ..NodeUsage::on_demand(name, &self.instance_type, self.count, running) }
    }
}
