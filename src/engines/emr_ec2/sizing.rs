//! Shapes of a cluster: node type × count × purchase option.

use super::super::machines::{
    NODE_SIZES, architectures, ebs_gib, executor_on_yarn, has_known_disk_rate, is_allowed, spot_fleet, value_families,
};
use super::super::{Candidate, EmrEc2Shape, EngineId, NodeGroup, Question, Shape, SpotFleet};
use crate::catalog::{Architecture, InstanceType};
use crate::prices::{OnDemandInstance, PriceKey};

/// Volume of the primary node, GiB: logs and HDFS metadata only.
const PRIMARY_EBS_GIB: u32 = 64;

/// Share of the nodes that is core, when the rest is Spot: enough for the driver and what must not be lost.
const CORE_SHARE: f64 = 0.1;

/// Most nodes of one cluster that shapecast offers. EMR's default service quota is 500 instances in all clusters
/// of an account; larger clusters exist, but not without asking.
const MOST_NODES: u32 = 500;

/// Every transient cluster for the wanted slots.
pub fn transient(question: &Question<'_>) -> Vec<Candidate> {
    let Some(release) = question.catalog.newest_emr_release() else { return Vec::new() };
    let mut candidates = Vec::new();
    for node in node_types(question) {
        let fleet = question.workload.constraints.spot.value.then(|| spot_fleet(node, question)).flatten();
        for count in node_counts(node, question) {
            candidates.extend(all_on_demand(node, count, &release, question));
            if let Some(types) = &fleet {
                candidates.extend(with_spot_task(node, count, types, &release, question));
            }
        }
    }
    candidates
}

/// The declared standing cluster, or clusters of all sizes that never stop.
pub fn standing(question: &Question<'_>) -> Vec<Candidate> {
    let Some(release) = question.catalog.newest_emr_release() else { return Vec::new() };
    let keep = |mut candidate: Candidate| {
        candidate.engine = EngineId::EmrEc2Standing;
        candidate.id = candidate.id.replacen("emr-ec2/", "emr-ec2-standing/", 1);
        if let Shape::EmrEc2(shape) = &mut candidate.shape {
            shape.standing = true;
        }
        candidate
    };
    if let Some(today) = &question.workload.today.standing_cluster {
        let node = question.catalog.instance(&today.instance_type);
        return node
            .filter(|node| has_known_disk_rate(node))
            .and_then(|node| all_on_demand(node, today.count, &release, question))
            .map(keep)
            .into_iter()
            .collect();
    }
    node_types(question)
        .into_iter()
        .flat_map(|node| node_counts(node, question).into_iter().map(move |count| (node, count)))
        .filter_map(|(node, count)| all_on_demand(node, count, &release, question))
        .map(keep)
        .collect()
}

/// The worthwhile families in every node size.
fn node_types<'a>(question: &Question<'a>) -> Vec<&'a InstanceType> {
    value_families(question)
        .into_iter()
        .flat_map(|family| NODE_SIZES.iter().map(move |size| format!("{}.{size}", family.family())))
        .filter_map(|name| question.catalog.instance(&name))
        .filter(|instance| is_allowed(&instance.name, question))
        .collect()
}

fn node_counts(node: &InstanceType, question: &Question<'_>) -> Vec<u32> {
    let quota = question.workload.constraints.max_vcpu.as_ref().map_or(u32::MAX, |quota| quota.value);
    let mut counts: Vec<u32> = question
        .slot_ladder
        .iter()
        .map(|slots| slots.div_ceil(node.vcpu))
        .filter(|count| (1..=MOST_NODES).contains(count) && count * node.vcpu <= quota)
        .collect();
    counts.dedup();
    counts
}

fn all_on_demand(node: &InstanceType, count: u32, release: &str, question: &Question<'_>) -> Option<Candidate> {
    let ebs = ebs_gib(node.vcpu, count, question.workload.job.shuffle.value);
    let shape = EmrEc2Shape {
        release: release.to_owned(),
        architecture: node.architecture,
        primary: primary(node.architecture, question)?,
        core: NodeGroup { instance_type: node.name.clone(), count, ebs_gib: ebs },
        task: None,
        executor: executor_on_yarn(node, question)?,
        standing: false,
    };
    Some(Candidate {
        id: format!("emr-ec2/on-demand/{}/{count}", node.name),
        engine: EngineId::EmrEc2,
        shape: Shape::EmrEc2(shape),
    })
}

fn with_spot_task(
    node: &InstanceType,
    count: u32,
    types: &[super::super::FleetType],
    release: &str,
    question: &Question<'_>,
) -> Option<Candidate> {
    if count < 2 {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of at most 500 nodes")]
    let core = ((f64::from(count) * CORE_SHARE).round() as u32).max(1);
    let ebs = ebs_gib(node.vcpu, count, question.workload.job.shuffle.value);
    let executor = smallest_executor(node, types, question)?;
    let shape = EmrEc2Shape {
        release: release.to_owned(),
        architecture: node.architecture,
        primary: primary(node.architecture, question)?,
        core: NodeGroup { instance_type: node.name.clone(), count: core, ebs_gib: ebs },
        task: Some(SpotFleet {
            target_units: (count - core) * node.vcpu,
            types: types.to_vec(),
            ebs_gib_per_vcpu: ebs.div_ceil(node.vcpu),
        }),
        executor,
        standing: false,
    };
    Some(Candidate {
        id: format!("emr-ec2/spot/{}/{core}+{}", node.name, count - core),
        engine: EngineId::EmrEc2,
        shape: Shape::EmrEc2(shape),
    })
}

/// An executor that fits every type of the fleet: the core type's cut with the smallest memory among all types.
fn smallest_executor(
    node: &InstanceType,
    types: &[super::super::FleetType],
    question: &Question<'_>,
) -> Option<super::super::ExecutorSize> {
    let own = executor_on_yarn(node, question)?;
    let smallest = types
        .iter()
        .filter_map(|kind| executor_on_yarn(question.catalog.instance(&kind.instance_type)?, question))
        .filter(|executor| executor.cores == own.cores)
        .min_by_key(|executor| executor.memory_mib)?;
    Some(if smallest.memory_mib < own.memory_mib {
        super::super::ExecutorSize { memory_mib: smallest.memory_mib, overhead_mib: smallest.overhead_mib, ..own }
    } else {
        own
    })
}

/// The cheapest current `xlarge` general-purpose node of the architecture.
pub fn primary(architecture: Architecture, question: &Question<'_>) -> Option<NodeGroup> {
    debug_assert!(architectures(question).contains(&architecture) || architecture == Architecture::X86_64);
    question
        .catalog
        .instances()
        .filter(|instance| instance.size() == "xlarge" && instance.architecture == architecture)
        .filter(|instance| matches!(instance.family(), "m5" | "m6g" | "m6i" | "m6a" | "m7g" | "m7i" | "m7a" | "m8g"))
        .filter_map(|instance| {
            Some((question.rates.rate(&OnDemandInstance(&instance.name).meter()).ok()?.dollars, instance))
        })
        .min_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.name.cmp(&b.1.name)))
        .map(|(_, instance)| NodeGroup { instance_type: instance.name.clone(), count: 1, ebs_gib: PRIMARY_EBS_GIB })
}
