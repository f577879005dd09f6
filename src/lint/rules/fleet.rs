//! What fleets are made of: Spot, weights, architectures, diversity, the primary's size.

use std::collections::BTreeSet;

use super::{Cluster, Fleet, Role};
use crate::catalog::Architecture;
use crate::lint::code::Code;
use crate::lint::finding::Finding;
use crate::lint::node::Node;
use crate::units::Bytes;

/// Fewer make a fleet depend on a few Spot pools (EMR best-practices guide, 2026-08-19).
const TYPES_ADVISED: usize = 10;
/// "an m5.xlarge instance for small clusters (50 or fewer nodes), and … a larger instance type for larger clusters"
/// (EMR management guide, instance guidelines).
const SMALL_CLUSTER_NODES: f64 = 50.0;
const PRIMARY_VCPU: u32 = 4;
const PRIMARY_MEMORY: Bytes = Bytes::gib(16);

pub(super) fn check(cluster: &Cluster<'_>, found: &mut Vec<Finding>) {
    for fleet in &cluster.fleets {
        spot_without_timeout(fleet, found);
        lowest_price(fleet, found);
        weights(fleet, found);
        diversity(fleet, found);
        on_spot(fleet, found);
    }
    architectures(cluster, found);
    primary(cluster, found);
}

fn spot_without_timeout(fleet: &Fleet<'_>, found: &mut Vec<Finding>) {
    let fix = "Write \"TimeoutDurationMinutes\": 15 and \"TimeoutAction\": \"SWITCH_TO_ON_DEMAND\" (or \
               \"TERMINATE_CLUSTER\" where nobody waits).";
    let Some(specification) = fleet.spot_specification() else {
        if fleet.is_spot() && !fleet.is_group {
            found.push(Finding::new(
                Code::SpotWithoutTimeout,
                fleet.node,
                format!(
                    "The {} fleet asks for Spot without a `SpotSpecification`: nothing says how long to wait for \
                     capacity, what to do then, and from which pools to draw.",
                    fleet.title()
                ),
                format!("Add `LaunchSpecifications.SpotSpecification`. {fix}"),
            ));
        }
        return;
    };
    let missing: Vec<&'static str> = ["TimeoutDurationMinutes", "TimeoutAction"]
        .into_iter()
        .filter(|name| specification.get(name).is_none())
        .collect();
    if missing.is_empty() {
        return;
    }
    let named = missing.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" and ");
    let text = format!(
        "The {} fleet's Spot specification lacks {named}: both are required, or the request is refused. They say how \
         long to wait for capacity and what to do then.",
        fleet.title()
    );
    let mut finding = Finding::new(Code::SpotWithoutTimeout, specification, text, fix);
    for name in missing {
        finding = finding.covering(specification, name);
        // Terraform's names of the same.
        let snake = if name == "TimeoutAction" { "timeout_action" } else { "timeout_duration_minutes" };
        finding = finding.covering(specification, snake);
    }
    found.push(finding);
}

fn lowest_price(fleet: &Fleet<'_>, found: &mut Vec<Finding>) {
    let strategy = fleet.spot_specification().and_then(|spot| spot.get("AllocationStrategy"));
    if let Some(strategy) = strategy.filter(|node| node.text() == Some("lowest-price")) {
        found.push(Finding::new(
            Code::SpotLowestPrice,
            strategy,
            "`lowest-price` takes the cheapest Spot pools, which are reclaimed first.",
            "Write \"price-capacity-optimized\".",
        ));
    }
}

fn weights(fleet: &Fleet<'_>, found: &mut Vec<Finding>) {
    let sizes: BTreeSet<u32> = fleet.types.iter().filter_map(|kind| Some(kind.instance?.vcpu)).collect();
    let unweighted = fleet.types.iter().filter(|kind| kind.node.get("WeightedCapacity").is_none()).count();
    let (Some(small), Some(large)) = (sizes.first(), sizes.last()) else { return };
    if sizes.len() < 2 || unweighted == 0 || fleet.is_group {
        return;
    }
    let node = fleet.node.get("InstanceTypeConfigs").unwrap_or(fleet.node);
    let units = fleet.on_demand.unwrap_or(0.0) + fleet.spot.unwrap_or(0.0);
    let range = if unweighted == fleet.types.len() && units > 0.0 {
        format!(" {units} units are {} to {} vCPU.", units * f64::from(*small), units * f64::from(*large))
    } else {
        String::new()
    };
    found.push(Finding::new(
        Code::WeightsMissing,
        node,
        format!(
            "The {} fleet mixes sizes ({small} to {large} vCPU) without `WeightedCapacity`: each instance counts one \
             unit, whatever its size.{range}",
            fleet.title()
        ),
        "Set `WeightedCapacity` of each type to its vCPU and the target to the vCPU wanted.",
    ));
}

fn diversity(fleet: &Fleet<'_>, found: &mut Vec<Finding>) {
    let count = fleet.types.iter().filter_map(|kind| kind.name).collect::<BTreeSet<_>>().len();
    if !fleet.is_spot() || fleet.is_group || fleet.role == Some(Role::Primary) || count == 0 || count >= TYPES_ADVISED {
        return;
    }
    let node = fleet.node.get("InstanceTypeConfigs").unwrap_or(fleet.node);
    let types = if count == 1 { "type" } else { "types" };
    found.push(Finding::new(
        Code::FewInstanceTypes,
        node,
        format!(
            "The {} fleet draws Spot from {count} {types}; AWS advises ten or more: few pools are reclaimed together \
             and run dry together.",
            fleet.title()
        ),
        "Add types of other families and generations with the same architecture and memory per vCPU.",
    ));
}

fn on_spot(fleet: &Fleet<'_>, found: &mut Vec<Finding>) {
    if !fleet.is_spot() {
        return;
    }
    match fleet.role {
        Some(Role::Core) => found.push(Finding::new(
            Code::CoreOnSpot,
            fleet.node,
            "The core nodes are on Spot: they hold HDFS and usually the driver, so that one reclaim can end the run.",
            "Ask for the core nodes On-Demand, and for a task fleet on Spot.",
        )),
        Some(Role::Primary) => found.push(Finding::new(
            Code::PrimaryOnSpot,
            fleet.node,
            "The primary node is on Spot: its reclaim ends the cluster and the run.",
            "Ask for the primary On-Demand.",
        )),
        _ => {}
    }
}

/// Whether a fleet of two architectures is accepted is not documented; that compiled code does not run on both is.
fn architectures(cluster: &Cluster<'_>, found: &mut Vec<Finding>) {
    let mut mixed_fleet = false;
    for fleet in &cluster.fleets {
        let of = |wanted: Architecture| names(fleet, wanted);
        let (arm, intel) = (of(Architecture::Arm64), of(Architecture::X86_64));
        if arm.is_empty() || intel.is_empty() {
            continue;
        }
        mixed_fleet = true;
        let node = fleet.node.get("InstanceTypeConfigs").unwrap_or(fleet.node);
        found.push(Finding::new(
            Code::MixedArchitectures,
            node,
            format!(
                "The {} fleet mixes Graviton ({}) and x86 ({}): compiled libraries and images do not run on both, and \
                 Kryo with unsafe access is not safe between them.",
                fleet.title(),
                arm.join(", "),
                intel.join(", ")
            ),
            "Keep one architecture in the whole cluster; Graviton costs less for the same vCPU.",
        ));
    }
    let all: BTreeSet<bool> = cluster
        .fleets
        .iter()
        .filter(|fleet| fleet.role != Some(Role::Primary))
        .flat_map(|fleet| &fleet.types)
        .filter_map(|kind| Some(kind.instance?.architecture == Architecture::Arm64))
        .collect();
    if all.len() > 1 && !mixed_fleet {
        let node = cluster.instances.unwrap_or(cluster.spec);
        found.push(Finding::new(
            Code::MixedArchitectures,
            node,
            "Core and task nodes have different architectures: compiled libraries and images do not run on both.",
            "Keep one architecture in the whole cluster.",
        ));
    }
}

fn names<'a>(fleet: &Fleet<'a>, wanted: Architecture) -> Vec<&'a str> {
    fleet
        .types
        .iter()
        .filter(|kind| kind.instance.is_some_and(|known| known.architecture == wanted))
        .filter_map(|kind| kind.name)
        .collect()
}

fn primary(cluster: &Cluster<'_>, found: &mut Vec<Finding>) {
    let Some(fleet) = cluster.of_role(Role::Primary).next() else { return };
    let smallest = fleet
        .types
        .iter()
        .filter_map(|kind| Some((kind, kind.instance?)))
        .min_by_key(|(_, known)| (known.vcpu, known.memory));
    let Some((kind, instance)) = smallest else { return };
    let nodes = most_nodes(cluster);
    let node = kind.node.get("InstanceType").unwrap_or(kind.node);
    if instance.vcpu < PRIMARY_VCPU || instance.memory < PRIMARY_MEMORY {
        found.push(Finding::new(
            Code::PrimaryTooSmall,
            node,
            format!(
                "{} has {} vCPU and {}: AWS names m5.xlarge (4 vCPU, 16 GiB) for clusters of up to 50 nodes.",
                instance.name, instance.vcpu, instance.memory
            ),
            "Take an xlarge of a general-purpose family, such as m6g.xlarge.",
        ));
    } else if nodes > SMALL_CLUSTER_NODES && instance.vcpu <= PRIMARY_VCPU {
        found.push(Finding::new(
            Code::PrimaryTooSmall,
            node,
            format!(
                "{} ({} vCPU) serves up to {nodes:.0} nodes here: AWS names this size for up to 50 nodes and larger \
                 ones beyond.",
                instance.name, instance.vcpu
            ),
            "Take a 2xlarge, or weigh the fleet so that fewer and larger nodes come.",
        ));
    }
}

/// The most nodes that fleets or managed scaling can bring, the wrongly named limits of a policy included: they say
/// what was meant.
fn most_nodes(cluster: &Cluster<'_>) -> f64 {
    let fleets: f64 =
        cluster.fleets.iter().filter(|fleet| fleet.role != Some(Role::Primary)).map(Fleet::instances).sum();
    let policy = cluster.spec.get("ManagedScalingPolicy");
    let limit = |names: &[&str]| policy.and_then(|policy| policy.find(names)).and_then(Node::number);
    let unit = policy.and_then(|policy| policy.find(&["ComputeLimits", "UnitType"])).and_then(Node::text);
    let units = limit(&["ComputeLimits", "MaximumCapacityUnits"]).or_else(|| limit(&["MaxCapacity"])).unwrap_or(0.0);
    let lightest = cluster
        .fleets
        .iter()
        .filter(|fleet| fleet.role == Some(Role::Task) && (!fleet.is_group || unit != Some("InstanceFleetUnits")))
        .flat_map(|fleet| &fleet.types)
        .map(|kind| match unit {
            Some("VCPU") => kind.instance.map_or(1.0, |known| f64::from(known.vcpu)),
            _ => kind.weight.unwrap_or(1.0),
        })
        .fold(f64::INFINITY, f64::min);
    let scaled = if lightest.is_finite() && lightest > 0.0 { units / lightest } else { 0.0 };
    fleets.max(scaled)
}
