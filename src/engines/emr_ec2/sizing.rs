//! Shapes of a cluster: node type × count × purchase option.

use std::collections::BTreeMap;

use super::super::constraints::within_quota;
use super::super::machines::{
    FleetMix, MixedFleet, architectures, ebs_gib, executor_on_yarn, has_known_disk_rate, node_types, spot_fleets,
};
use super::super::{Candidate, EmrEc2Shape, EngineId, ExecutorSize, FleetType, NodeGroup, Question, Shape, TaskFleet};
use super::scaling;
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
    let mut candidates = Vec::new();
    for plan in plans(question) {
        let fleets = plan.spot_fleets(question);
        for count in plan.counts(question) {
            candidates.push(plan.on_demand(count, question));
            candidates.extend(fleets.iter().filter_map(|fleet| plan.with_spot_task(count, fleet, question)));
        }
    }
    candidates
}

/// The declared standing cluster, or clusters of all sizes that never stop.
pub fn standing(question: &Question<'_>) -> Vec<Candidate> {
    if let Some(today) = &question.workload.today.standing_cluster {
        let node = question.catalog.instance(&today.instance_type).filter(|node| has_known_disk_rate(node));
        let Some(plan) = node.and_then(|node| NodePlan::new(node, question)) else { return Vec::new() };
        let as_it_is = plan.on_demand(today.count, question);
        let fleet = plan.spot_fleets(question).into_iter().next();
        let to_scale = match fleet {
            Some(fleet) => plan.with_spot_task(today.count, &fleet, question),
            None => Some(as_it_is.clone()),
        };
        let scaled = to_scale.and_then(|cluster| scaling::standing(cluster, question));
        return std::iter::once(never_stopped(as_it_is)).chain(scaled).collect();
    }
    let mut candidates = Vec::new();
    for plan in plans(question) {
        let counts = plan.counts(question).into_iter();
        candidates.extend(counts.map(|count| never_stopped(plan.on_demand(count, question))));
    }
    candidates
}

fn never_stopped(mut candidate: Candidate) -> Candidate {
    candidate.engine = EngineId::EmrEc2Standing;
    candidate.id = candidate.id.replacen("emr-ec2/", "emr-ec2-standing/", 1);
    if let Shape::EmrEc2(shape) = &mut candidate.shape {
        shape.standing = true;
    }
    candidate
}

/// A plan for each node type. The primary is the same for all of an architecture, and to find it every type is looked at.
fn plans<'a>(question: &Question<'a>) -> Vec<NodePlan<'a>> {
    let of = |architecture| Some((architecture, primary(architecture, question)?));
    let primaries: BTreeMap<Architecture, NodeGroup> = architectures(question).into_iter().filter_map(of).collect();
    let plan = |node: &'a InstanceType| NodePlan::with(node, primaries.get(&node.architecture)?.clone(), question);
    node_types(question).into_iter().filter_map(plan).collect()
}

/// What all clusters of one core node type have in common.
struct NodePlan<'a> {
    node: &'a InstanceType,
    release: String,
    primary: NodeGroup,
    executor: ExecutorSize,
}

/// A Spot fleet with the executor that fits all of its types.
struct FleetPlan {
    mix: FleetMix,
    types: Vec<FleetType>,
    zone: Option<String>,
    executor: ExecutorSize,
}

impl<'a> NodePlan<'a> {
    fn new(node: &'a InstanceType, question: &Question<'_>) -> Option<Self> {
        Self::with(node, primary(node.architecture, question)?, question)
    }

    fn with(node: &'a InstanceType, primary: NodeGroup, question: &Question<'_>) -> Option<Self> {
        Some(Self {
            node,
            release: question.catalog.newest_emr_release()?,
            primary,
            executor: executor_on_yarn(node, question)?,
        })
    }

    fn counts(&self, question: &Question<'_>) -> Vec<u32> {
        let primary = question.catalog.instance(&self.primary.instance_type).map_or(0, |primary| primary.vcpu);
        let vcpu = |count: u32| u64::from(count) * u64::from(self.node.vcpu) + u64::from(primary);
        let mut counts: Vec<u32> = question
            .slot_ladder
            .iter()
            .map(|slots| slots.div_ceil(self.node.vcpu))
            .filter(|count| (1..=MOST_NODES).contains(count) && within_quota(vcpu(*count), question))
            .collect();
        counts.dedup();
        counts
    }

    /// The fleets to choose from, when Spot is allowed and enough types are on offer. Their executor is the core type's
    /// cut with the smallest memory among all types of the fleet.
    fn spot_fleets(&self, question: &Question<'_>) -> Vec<FleetPlan> {
        if !question.workload.constraints.spot.value {
            return Vec::new();
        }
        let of = |MixedFleet { mix, types, zone }: MixedFleet| {
            let smallest = types
                .iter()
                .filter_map(|kind| executor_on_yarn(question.catalog.instance(&kind.instance_type)?, question))
                .filter(|executor| executor.cores == self.executor.cores)
                .chain([self.executor])
                .min_by_key(|executor| executor.memory_mib)?;
            Some(FleetPlan {
                mix,
                types,
                zone,
                executor: ExecutorSize { per_node: self.executor.per_node, ..smallest },
            })
        };
        spot_fleets(self.node, question).into_iter().filter_map(of).collect()
    }

    fn on_demand(&self, count: u32, question: &Question<'_>) -> Candidate {
        let shape = self.shape(count, count, self.executor, None, question);
        let id = format!("emr-ec2/on-demand/{}/{count}", self.node.name);
        Candidate { id, engine: EngineId::EmrEc2, shape: Shape::EmrEc2(shape) }
    }

    /// `count` nodes, a tenth of them core and the rest as Spot task capacity.
    fn with_spot_task(&self, count: u32, fleet: &FleetPlan, question: &Question<'_>) -> Option<Candidate> {
        let core = core_nodes(count);
        let task = count.checked_sub(core).filter(|task| *task > 0)?;
        let spot = TaskFleet {
            target_units: task * self.node.vcpu,
            types: fleet.types.clone(),
            ebs_gib_per_vcpu: self.ebs_gib(count, question).div_ceil(self.node.vcpu),
            on_demand: false,
            zone: fleet.zone.clone(),
        };
        let shape = self.shape(core, count, fleet.executor, Some(spot), question);
        // The usual mix has no name of its own.
        let mix = if fleet.mix == FleetMix::Cheapest { String::new() } else { format!("{}/", fleet.mix.name()) };
        let id = format!("emr-ec2/spot/{mix}{}/{core}+{task}", self.node.name);
        Some(Candidate { id, engine: EngineId::EmrEc2, shape: Shape::EmrEc2(shape) })
    }

    fn shape(
        &self,
        core: u32,
        nodes: u32,
        executor: ExecutorSize,
        task: Option<TaskFleet>,
        question: &Question<'_>,
    ) -> EmrEc2Shape {
        let ebs_gib = self.ebs_gib(nodes, question);
        EmrEc2Shape {
            release: self.release.clone(),
            architecture: self.node.architecture,
            primary: self.primary.clone(),
            core: NodeGroup { instance_type: self.node.name.clone(), count: core, ebs_gib },
            task,
            executor,
            standing: false,
            managed_scaling: false,
        }
    }

    /// gp3 of one of `nodes` nodes that hold the shuffle together.
    fn ebs_gib(&self, nodes: u32, question: &Question<'_>) -> u32 {
        ebs_gib(self.node.vcpu, nodes, question.workload.job.shuffle.value)
    }
}

/// Core nodes among `count`, when the rest is a task fleet.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a tenth of a count, rounded")]
pub fn core_nodes(count: u32) -> u32 {
    ((f64::from(count) * CORE_SHARE).round() as u32).max(1)
}

/// The cheapest current `xlarge` general-purpose node of the architecture.
pub fn primary(architecture: Architecture, question: &Question<'_>) -> Option<NodeGroup> {
    debug_assert!(architectures(question).contains(&architecture) || architecture == Architecture::X86_64);
    question
        .catalog
        .instances()
        .filter(|instance| instance.architecture == architecture && instance.size() == "xlarge")
        .filter(|instance| matches!(instance.family(), "m5" | "m6g" | "m6i" | "m6a" | "m7g" | "m7i" | "m7a" | "m8g"))
        .filter_map(|instance| Some((question.rates.dollars(&OnDemandInstance(&instance.name).meter())?, instance)))
        .min_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.name.cmp(&b.1.name)))
        .map(|(_, instance)| NodeGroup { instance_type: instance.name.clone(), count: 1, ebs_gib: PRIMARY_EBS_GIB })
}
