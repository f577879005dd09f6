//! The instance fleets: On-Demand primary and core, Spot task.

use super::api::{
    EbsBlockDeviceConfig, EbsConfiguration, InstanceFleet, InstanceTypeConfig, LaunchSpecifications,
    OnDemandSpecification, ResizeSpecifications, SpotResizeSpecification, SpotSpecification, VolumeSpecification,
};
use super::size::ClusterSize;
use crate::catalog::Catalog;
use crate::engines::{EmrEc2Shape, EngineId, FleetType, NodeGroup, TaskFleet};
use crate::spec::notes::Notes;
use crate::spec::timeout::{run_timeout, whole_minutes};
use crate::spec::{NoSpec, SpecFacts};
use crate::workload::Workload;

/// A fleet with an allocation strategy takes at most this many types (EMR API model, botocore 1.44.5).
const TYPES_MAX: usize = 30;
/// Fewer make a fleet depend on a few Spot pools (EMR best-practices guide, 2026-08-19).
const TYPES_ADVISED: usize = 10;
const PRICE_CAPACITY: &str = "price-capacity-optimized";
/// Minutes within which the first Spot capacity must come: 5 to 1,440 (EMR API model); the On-Demand primary and
/// core nodes bill while the fleet waits, hence the shorter ceiling.
const SPOT_WAIT_MIN: u32 = 5;
const SPOT_WAIT_MAX: u32 = 20;
/// Longest resize time-out: seven days (EMR API model).
const RESIZE_MAX: u32 = 10_080;

/// All fleets of the cluster.
pub(super) fn fleets(
    shape: &EmrEc2Shape,
    size: ClusterSize,
    workload: &Workload,
    facts: &SpecFacts,
    notes: &mut Notes,
) -> Result<Vec<InstanceFleet>, NoSpec> {
    one_architecture(shape)?;
    let mut fleets = vec![
        on_demand("primary", "MASTER", &shape.primary, 1, 1),
        on_demand("core", "CORE", &shape.core, size.core_vcpu, size.core_units),
    ];
    notes.setting(
        "core fleet",
        format!("{} × {}, On-Demand", shape.core.count, shape.core.instance_type),
        "HDFS and the driver live there: losing one can end the run. A unit is a vCPU in every fleet.",
    );
    explain_volumes(shape, notes);
    if let Some(fleet) = &shape.task {
        let target = if shape.managed_scaling { size.first_units } else { fleet.target_units };
        fleets.push(if fleet.on_demand {
            grown_on_demand(fleet, target, notes)
        } else {
            task(fleet, target, workload, facts, notes)
        });
    }
    Ok(fleets)
}

/// EMR is not known to take two architectures in one fleet, and compiled libraries would not run on both.
fn one_architecture(shape: &EmrEc2Shape) -> Result<(), NoSpec> {
    let nodes = [&shape.primary.instance_type, &shape.core.instance_type];
    let task = shape.task.iter().flat_map(|fleet| fleet.types.iter().map(|kind| &kind.instance_type));
    for name in nodes.into_iter().chain(task) {
        let known = Catalog::embedded().instance(name);
        if known.is_some_and(|instance| instance.architecture != shape.architecture) {
            let text = format!("`{name}` has another architecture than the rest of the cluster");
            return Err(NoSpec::new(EngineId::EmrEc2, text));
        }
    }
    Ok(())
}

fn on_demand(name: &str, role: &'static str, nodes: &NodeGroup, weight: u32, units: u32) -> InstanceFleet {
    InstanceFleet {
        name: name.to_owned(),
        instance_fleet_type: role,
        target_on_demand_capacity: Some(units),
        target_spot_capacity: None,
        instance_type_configs: vec![InstanceTypeConfig {
            instance_type: nodes.instance_type.clone(),
            weighted_capacity: weight,
            ebs_configuration: volumes(nodes.ebs_gib),
        }],
        launch_specifications: LaunchSpecifications {
            spot_specification: None,
            on_demand_specification: OnDemandSpecification { allocation_strategy: "lowest-price" },
        },
        resize_specifications: None,
    }
}

/// Task nodes of a workload that forbids Spot: they come and go by managed scaling.
fn grown_on_demand(fleet: &TaskFleet, target: u32, notes: &mut Notes) -> InstanceFleet {
    notes.setting(
        "task fleet",
        format!("{target} units at the start, up to {} by managed scaling, On-Demand", fleet.target_units),
        "EMR takes no empty fleet: it starts with one node.",
    );
    InstanceFleet {
        name: "task".to_owned(),
        instance_fleet_type: "TASK",
        target_on_demand_capacity: Some(target),
        target_spot_capacity: None,
        instance_type_configs: fleet.types.iter().map(|kind| type_config(kind, fleet)).collect(),
        launch_specifications: LaunchSpecifications {
            spot_specification: None,
            on_demand_specification: OnDemandSpecification { allocation_strategy: "lowest-price" },
        },
        resize_specifications: None,
    }
}

fn type_config(kind: &FleetType, fleet: &TaskFleet) -> InstanceTypeConfig {
    InstanceTypeConfig {
        instance_type: kind.instance_type.clone(),
        weighted_capacity: kind.weight,
        ebs_configuration: volumes(fleet.ebs_gib_per_vcpu * kind.weight),
    }
}

fn task(fleet: &TaskFleet, target: u32, workload: &Workload, facts: &SpecFacts, notes: &mut Notes) -> InstanceFleet {
    let types = chosen_types(fleet, notes);
    let wait = spot_wait(workload, facts, notes);
    let refill = run_timeout(facts, RESIZE_MAX).minutes;
    notes.setting(
        "SpotResizeSpecification.TimeoutDurationMinutes",
        refill,
        "A reclaimed node is asked for as long as the run may last. EMR never replaces it by On-Demand: the \
         time-out action holds for the first provisioning only.",
    );
    InstanceFleet {
        name: "task".to_owned(),
        instance_fleet_type: "TASK",
        target_on_demand_capacity: None,
        target_spot_capacity: Some(target),
        instance_type_configs: types.iter().map(|kind| type_config(kind, fleet)).collect(),
        launch_specifications: LaunchSpecifications {
            spot_specification: Some(SpotSpecification {
                timeout_duration_minutes: wait,
                timeout_action: "SWITCH_TO_ON_DEMAND",
                allocation_strategy: PRICE_CAPACITY,
            }),
            on_demand_specification: OnDemandSpecification { allocation_strategy: "lowest-price" },
        },
        resize_specifications: Some(ResizeSpecifications {
            spot_resize_specification: SpotResizeSpecification {
                timeout_duration_minutes: refill,
                allocation_strategy: PRICE_CAPACITY,
            },
        }),
    }
}

/// The fleet's types: all of them, or the 30 that are expected to carry most.
fn chosen_types<'a>(fleet: &'a TaskFleet, notes: &mut Notes) -> Vec<&'a FleetType> {
    let mut types: Vec<&FleetType> = fleet.types.iter().collect();
    if types.len() > TYPES_MAX {
        notes
            .remark(format!("Of {} Spot types the {TYPES_MAX} with the largest expected share are used.", types.len()));
        types.sort_by(|one, other| other.share.total_cmp(&one.share));
        types.truncate(TYPES_MAX);
    }
    if types.len() < TYPES_ADVISED {
        notes.remark(format!(
            "The Spot fleet has only {} types; AWS advises {TYPES_ADVISED} or more. Widen `constraints.instance_types`.",
            types.len()
        ));
    }
    notes.setting(
        "task fleet",
        format!("{} vCPU of Spot from {} types", fleet.target_units, types.len()),
        format!(
            "{PRICE_CAPACITY} draws on many pools, so that one reclaimed pool takes a part only. The weight of a \
             type is its vCPU: without weights a large instance would count as one small."
        ),
    );
    types
}

/// How long the fleet waits for its first Spot capacity before it takes On-Demand: half of the deadline's slack.
fn spot_wait(workload: &Workload, facts: &SpecFacts, notes: &mut Notes) -> u32 {
    let (minutes, why) = match &workload.deadline {
        Some(deadline) => {
            let slack = deadline.value - facts.makespan_p95;
            let half = whole_minutes(slack / 2.0).clamp(SPOT_WAIT_MIN, SPOT_WAIT_MAX);
            (half, format!("half of what the deadline of {} leaves after the p95", deadline.value))
        }
        None => (SPOT_WAIT_MAX, "nobody waits for the result, but primary and core nodes already bill".to_owned()),
    };
    notes.setting(
        "SpotSpecification.TimeoutDurationMinutes",
        minutes,
        format!("Then SWITCH_TO_ON_DEMAND: {why} ({SPOT_WAIT_MIN} to {SPOT_WAIT_MAX} minutes). EMR's default is 60."),
    );
    minutes
}

/// gp3 volumes of `gib` together, none for 0.
///
/// Four equal volumes (as EMR's defaults have them from 2xlarge on) carry 4 × 125 MiB/s and 4 × 3,000 IOPS for the
/// price of their size; the same throughput on one volume is billed apart.
fn volumes(gib: u32) -> Option<EbsConfiguration> {
    let count = [4, 2].into_iter().find(|count| gib.is_multiple_of(*count) && gib / count >= 32).unwrap_or(1);
    (gib > 0).then(|| EbsConfiguration {
        ebs_block_device_configs: vec![EbsBlockDeviceConfig {
            volume_specification: VolumeSpecification {
                volume_type: "gp3",
                size_in_gb: gib / count,
                iops: 3_000,
                throughput: 125,
            },
            volumes_per_instance: count,
        }],
    })
}

fn explain_volumes(shape: &EmrEc2Shape, notes: &mut Notes) {
    if shape.core.ebs_gib == 0 {
        return;
    }
    notes.setting(
        "VolumeSpecification",
        "gp3, 3,000 IOPS, 125 MiB/s each",
        "The size that the forecast bills, cut into up to four volumes: each brings its 125 MiB/s without extra \
         charge, while more throughput on one volume is billed apart.",
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn volumes_keep_the_billed_size() {
        // (billed GiB, volumes, GiB each): never more or less than the forecast bills.
        for (gib, count, each) in [(64, 2, 32), (128, 4, 32), (256, 4, 64), (33, 1, 33), (100, 2, 50), (10, 1, 10)] {
            let configuration = volumes(gib).expect("has volumes");
            let device = &configuration.ebs_block_device_configs[0];
            assert_eq!(
                (device.volumes_per_instance, device.volume_specification.size_in_gb),
                (count, each),
                "{gib} GiB"
            );
        }
        assert!(volumes(0).is_none());
    }
}
