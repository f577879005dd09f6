//! Relations between the fields of a cluster: what the API refuses although each field alone is right.

use super::{Cluster, Role};
use crate::lint::code::Code;
use crate::lint::finding::Finding;
use crate::lint::node::Node;

/// Types of a fleet without an allocation strategy, and with one (EMR API model, botocore 1.44.5).
const TYPES_MAX: usize = 5;
const TYPES_MAX_WITH_STRATEGY: usize = 30;
/// Minutes to wait for Spot capacity (EMR API model).
const SPOT_WAIT: (f64, f64) = (5.0, 1_440.0);
/// Seconds of the idle time-out (EMR API model, AutoTerminationPolicy).
const IDLE: (f64, f64) = (60.0, 604_800.0);
/// Smallest EBS volume, GiB (EMR API model, VolumeSpecification: "If the volume type is EBS-optimized, the minimum
/// value is 10").
const VOLUME_MIN_GIB: f64 = 10.0;

pub(super) fn check(cluster: &Cluster<'_>, found: &mut Vec<Finding>) {
    fleets_and_groups(cluster, found);
    roles(cluster, found);
    capacities(cluster, found);
    types(cluster, found);
    scaling(cluster, found);
    spot_times(cluster, found);
    volumes(cluster, found);
    iam(cluster, found);
}

fn fleets_and_groups(cluster: &Cluster<'_>, found: &mut Vec<Finding>) {
    let (fleet, group) =
        (cluster.fleets.iter().find(|fleet| !fleet.is_group), cluster.fleets.iter().find(|fleet| fleet.is_group));
    if let (Some(_), Some(group)) = (fleet, group) {
        found.push(Finding::new(
            Code::FleetsAndGroups,
            group.node,
            "The cluster has instance fleets and instance groups: EMR takes one of the two.",
            "Write all nodes as fleets: they choose among types.",
        ));
    }
}

fn roles(cluster: &Cluster<'_>, found: &mut Vec<Finding>) {
    for role in [Role::Primary, Role::Core, Role::Task] {
        for fleet in cluster.of_role(role).filter(|fleet| !fleet.is_group).skip(1) {
            found.push(Finding::new(
                Code::FleetRoleTwice,
                fleet.node,
                format!("A second {} fleet: a cluster has one fleet for each role.", role.title()),
                "Put the instance types of both into one fleet.",
            ));
        }
    }
}

fn capacities(cluster: &Cluster<'_>, found: &mut Vec<Finding>) {
    for fleet in cluster.fleets.iter().filter(|fleet| !fleet.is_group) {
        let said = ["TargetOnDemandCapacity", "TargetSpotCapacity"].iter().filter_map(|name| fleet.node.get(name));
        let unknown = said.clone().any(Node::is_unknown);
        let units = fleet.on_demand.unwrap_or(0.0) + fleet.spot.unwrap_or(0.0);
        // The provider fills in the primary fleet's one unit.
        let filled_in = cluster.is_terraform() && fleet.role == Some(Role::Primary) && said.count() == 0;
        if unknown || filled_in {
            continue;
        }
        if units <= 0.0 {
            found.push(Finding::new(
                Code::FleetWithoutCapacity,
                fleet.node,
                format!("The {} fleet asks for no capacity.", fleet.title()),
                "Set `TargetOnDemandCapacity` or `TargetSpotCapacity` above zero.",
            ));
        } else if fleet.role == Some(Role::Primary) && (units - 1.0).abs() > f64::EPSILON {
            found.push(Finding::new(
                Code::FleetWithoutCapacity,
                fleet.node,
                format!("The primary fleet asks for {units} units: EMR takes exactly one, On-Demand or Spot."),
                "Set `TargetOnDemandCapacity` to 1.",
            ));
        }
    }
}

fn types(cluster: &Cluster<'_>, found: &mut Vec<Finding>) {
    for fleet in cluster.fleets.iter().filter(|fleet| !fleet.is_group) {
        let strategy = ["SpotSpecification", "OnDemandSpecification"]
            .iter()
            .any(|part| fleet.node.find(&["LaunchSpecifications", part, "AllocationStrategy"]).is_some());
        let most = if strategy { TYPES_MAX_WITH_STRATEGY } else { TYPES_MAX };
        if fleet.types.len() > most {
            let fix = if strategy {
                "Keep the thirty with the most capacity."
            } else {
                "Set an `AllocationStrategy`: then a fleet takes thirty."
            };
            let text = format!("The {} fleet has {} types; EMR takes {most} here.", fleet.title(), fleet.types.len());
            found.push(Finding::new(Code::TooManyTypes, fleet.node, text, fix));
        }
    }
    for kind in cluster.fleets.iter().flat_map(|fleet| &fleet.types) {
        if let (Some(name), None) = (kind.name, kind.instance) {
            if name.contains("${") {
                continue;
            }
            let node = kind.node.get("InstanceType").unwrap_or(kind.node);
            let near = crate::units::nearest(
                name,
                crate::catalog::Catalog::embedded().instances().map(|known| known.name.as_str()),
            );
            let fix = near.map_or_else(|| "Check the name.".to_owned(), |near| format!("Did you mean `{near}`?"));
            found.push(Finding::new(
                Code::UnknownInstanceType,
                node,
                format!("The catalogue does not know `{name}`."),
                fix,
            ));
        }
    }
}

fn scaling(cluster: &Cluster<'_>, found: &mut Vec<Finding>) {
    let Some(policy) = cluster.spec.get("ManagedScalingPolicy") else { return };
    let known = ["ComputeLimits", "UtilizationPerformanceIndex", "ScalingStrategy", "ClusterId", "Region", "Id"];
    let strange: Vec<&str> =
        policy.members().iter().map(|member| member.name.as_str()).filter(|name| !known.contains(name)).collect();
    let unit = if cluster.fleets.iter().any(|fleet| fleet.is_group) { "Instances" } else { "InstanceFleetUnits" };
    let right = format!(
        "Write `\"ManagedScalingPolicy\": {{\"ComputeLimits\": {{\"UnitType\": \"{unit}\", \"MinimumCapacityUnits\": …, \
         \"MaximumCapacityUnits\": …}}}}`."
    );
    if !strange.is_empty() {
        let named = strange.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" and ");
        found.push(
            Finding::new(
                Code::ManagedScalingKeys,
                policy,
                format!(
                    "Managed scaling has no {named}: its limits stand in `ComputeLimits`, and the API refuses the rest."
                ),
                right,
            )
            .covering(policy, "*"),
        );
        return;
    }
    let Some(limits) = policy.get("ComputeLimits") else { return };
    scaling_limits(cluster, limits, unit, found);
}

fn scaling_limits(cluster: &Cluster<'_>, limits: &Node, unit: &str, found: &mut Vec<Finding>) {
    let at = |name: &str| limits.get(name).and_then(Node::number);
    let (low, high) = (at("MinimumCapacityUnits"), at("MaximumCapacityUnits"));
    if let (Some(low), Some(high)) = (low, high)
        && low > high
    {
        let text = format!("The minimum of {low} units is above the maximum of {high}.");
        found.push(Finding::new(Code::ScalingLimits, limits, text, "Set the minimum to the smaller of the two."));
    }
    for part in ["MaximumOnDemandCapacityUnits", "MaximumCoreCapacityUnits"] {
        if let (Some(part_units), Some(high)) = (at(part), high)
            && part_units > high
        {
            let text = format!("`{part}` of {part_units} is above `MaximumCapacityUnits` of {high}.");
            found.push(Finding::new(Code::ScalingLimits, limits, text, format!("Set `{part}` to at most {high}.")));
        }
    }
    let Some(given) = limits.get("UnitType") else { return };
    let fleets = cluster.fleets.iter().any(|fleet| !fleet.is_group);
    let wrong = match given.text() {
        Some("InstanceFleetUnits") => !cluster.fleets.is_empty() && !fleets,
        Some("Instances" | "VCPU") => fleets,
        _ => false,
    };
    if wrong {
        let text =
            format!("{} does not fit: the cluster has {}.", given.shown(), if fleets { "fleets" } else { "groups" });
        found.push(Finding::new(Code::ScalingUnitType, given, text, format!("Write \"{unit}\".")));
    }
}

fn outside(value: f64, (low, high): (f64, f64)) -> bool {
    value < low || value > high
}

fn spot_times(cluster: &Cluster<'_>, found: &mut Vec<Finding>) {
    for specification in cluster.fleets.iter().filter_map(super::Fleet::spot_specification) {
        let Some(minutes) = specification.get("TimeoutDurationMinutes") else { continue };
        if minutes.number().is_some_and(|value| outside(value, SPOT_WAIT)) {
            found.push(Finding::new(
                Code::OutOfRange,
                minutes,
                format!("{} minutes is outside of the range of the Spot time-out: 5 to 1,440.", minutes.shown()),
                "10 to 20 minutes leave time for On-Demand before a deadline.",
            ));
        }
    }
    if let Some(idle) = cluster.spec.find(&["AutoTerminationPolicy", "IdleTimeout"])
        && idle.number().is_some_and(|value| outside(value, IDLE))
    {
        found.push(Finding::new(
            Code::OutOfRange,
            idle,
            format!("{} seconds is outside of the range of the idle time-out: 60 to 604,800.", idle.shown()),
            "Write at least 60.",
        ));
    }
}

fn volumes(cluster: &Cluster<'_>, found: &mut Vec<Finding>) {
    for kind in cluster.fleets.iter().flat_map(|fleet| &fleet.types) {
        let Some(devices) = kind.node.find(&["EbsConfiguration", "EbsBlockDeviceConfigs"]) else { continue };
        for device in devices.entries() {
            let Some(volume) = device.get("VolumeSpecification") else { continue };
            if let Some(size) =
                volume.get("SizeInGB").filter(|size| size.number().is_some_and(|gib| gib < VOLUME_MIN_GIB))
            {
                let text = format!("A volume of {} GiB: EMR takes 10 at least.", size.shown());
                found.push(Finding::new(
                    Code::DiskUnderMinimum,
                    size,
                    text,
                    "Write 10 or more; shuffles need about 16 a vCPU.",
                ));
            }
            if let Some(kind) = volume.get("VolumeType").filter(|kind| kind.text() == Some("gp2")) {
                found.push(Finding::new(
                    Code::GeneralPurpose2,
                    kind,
                    "gp2: gp3 costs less a GB and brings 3,000 IOPS and 125 MiB/s at any size.",
                    "Write \"gp3\".",
                ));
            }
        }
    }
}

fn iam(cluster: &Cluster<'_>, found: &mut Vec<Finding>) {
    if cluster.subject.fragment || cluster.is_terraform() {
        return;
    }
    let missing: Vec<&'static str> =
        ["ServiceRole", "JobFlowRole"].into_iter().filter(|name| cluster.spec.get(name).is_none()).collect();
    if missing.is_empty() {
        return;
    }
    let named = missing.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" and ");
    let mut finding = Finding::new(
        Code::RoleMissing,
        cluster.spec,
        format!("{named} missing: EMR starts instances with the one, and they read and write with the other."),
        "Name a service role and an EC2 instance profile.",
    );
    for name in missing {
        finding = finding.covering(cluster.spec, name);
    }
    found.push(finding);
}
