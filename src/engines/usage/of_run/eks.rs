//! EMR on EKS: nodes that Karpenter starts for the run, and the pods under EMR's fee.

use rust_decimal::Decimal;

use super::super::{EksUsage, PodUsage};
use super::clusters::{group, spot_types};
use super::{Run, mean_life};
use crate::engines::{EmrEksShape, NodeGroup};
use crate::units::Span;

/// Executor nodes boot, live as long as their executors, and go; the driver's node and pod stay to the end. Pods pay
/// from the image download.
pub(super) fn usage(shape: &EmrEksShape, run: &Run<'_>) -> EksUsage {
    let life = mean_life(run.record.groups.iter());
    let mut nodes = vec![group("driver", &shape.driver_node, run.node_time())];
    nodes.extend(executor_nodes(shape, run.node_time_of(shape.spot)));
    nodes.retain(|node| node.count > 0);
    EksUsage {
        nodes,
        pods: vec![driver(shape, run), executors(shape, run, life)],
        vcpu_hours: Decimal::ZERO,
        memory_gb_hours: Decimal::ZERO,
        own_control_plane: shape.own_control_plane,
    }
}

fn executor_nodes(shape: &EmrEksShape, running: Span) -> Vec<super::super::NodeUsage> {
    if !shape.spot || shape.spot_types.is_empty() {
        let mut nodes = group("executors", &shape.nodes, running);
        if shape.spot {
            nodes.market = super::super::NodeMarket::Spot;
        }
        return vec![nodes];
    }
    let weight = units_of(shape, &shape.nodes);
    let gib_per_unit = shape.nodes.ebs_gib.checked_div(weight).unwrap_or(0);
    spot_types("executors", shape.nodes.count.saturating_mul(weight), &shape.spot_types, running, |kind| {
        gib_per_unit.saturating_mul(kind.weight)
    })
}

/// Units (vCPU) of one of the wanted nodes; the first type's when the wanted one is not among the Spot types.
fn units_of(shape: &EmrEksShape, nodes: &NodeGroup) -> u32 {
    let types = &shape.spot_types;
    let same = types.iter().find(|kind| kind.instance_type == nodes.instance_type);
    same.or(types.first()).map_or(1, |kind| kind.weight)
}

fn driver(shape: &EmrEksShape, run: &Run<'_>) -> PodUsage {
    PodUsage {
        name: "driver".to_owned(),
        vcpu: Decimal::from(shape.driver_vcpu),
        memory_gb: Decimal::from(shape.driver_memory_gib),
        count: 1,
        running: run.image_pull() + run.record.work + run.provision.shut_down,
    }
}

fn executors(shape: &EmrEksShape, run: &Run<'_>, life: Span) -> PodUsage {
    let mib = shape.executor.memory_mib + shape.executor.overhead_mib;
    PodUsage {
        name: "executors".to_owned(),
        vcpu: Decimal::from(shape.executor.cores),
        memory_gb: Decimal::from(mib) / Decimal::from(1024),
        count: run.record.groups.iter().map(|group| group.executors).sum(),
        running: if life == Span::ZERO { Span::ZERO } else { run.image_pull() + life },
    }
}
