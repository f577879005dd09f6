//! EMR on EKS: executors as pods on nodes that Karpenter brings up, the driver On-Demand.

mod billing;

pub use billing::charges;

use super::machines::{FleetMix, SHUFFLE_DISK_MARGIN, executor_in, machine, node_types, spot_fleet, spot_pools};
use super::{
    Arrival, Assumption, Candidate, EmrEksShape, Engine, EngineId, EngineShape, Estimate, Execution, ExecutorGroup,
    ExecutorSize, Market, NodeGroup, Obstacle, Provision, Question, Shape, SpotTerms, constraints,
};
use crate::catalog::InstanceType;
use crate::units::{Bytes, GIB, MIB, Span};
use crate::workload::Kubernetes;

/// New nodes by Karpenter: 150 s (aws-emr-advisor, Config.scala, 2025-06); pods on warm nodes start in seconds.
const START_UP_S: Estimate = Estimate::new(30.0, 150.0, 300.0);

/// Pod end until Karpenter has removed an empty node.
const SHUT_DOWN: Span = Span::seconds(60.0);

/// Memory that the kubelet, system daemons and eviction threshold keep from pods: 8 % covers EKS's reservation on
/// nodes of 8 vCPU and more (100 MiB + 255 MiB + 11 MiB per pod; about 2 % and 6 % of the smallest nodes).
const RESERVED_SHARE: f64 = 0.08;

/// Pod memory that Spark keeps for overhead: 10 %, at least 384 MB (Spark `memoryOverheadFactor`).
const OVERHEAD_SHARE: f64 = 0.1;

/// Root volume of the driver's node, GiB: it holds no shuffle.
const DRIVER_EBS_GIB: u32 = 20;

/// Most nodes offered.
const MOST_NODES: u32 = 500;

/// EMR on EKS.
#[derive(Clone, Copy, Debug)]
pub struct EmrEks;

impl Engine for EmrEks {
    fn id(&self) -> EngineId {
        EngineId::EmrEks
    }

    fn obstacles(&self, question: &Question<'_>) -> Vec<Obstacle> {
        let mut obstacles = constraints::declared(self.id(), question);
        obstacles.extend(constraints::needs_spark(self.id(), question));
        obstacles.extend(constraints::starts_in_time(self.id(), START_UP_S, question));
        obstacles.extend(constraints::no_lake_formation(self.id(), question));
        obstacles
    }

    fn shapes(&self, question: &Question<'_>) -> Vec<Candidate> {
        let Some(release) = question.catalog.newest_emr_release() else { return Vec::new() };
        let mut candidates = Vec::new();
        for node in node_types(question) {
            let fleet = question
                .workload
                .constraints
                .spot
                .value
                .then(|| spot_fleet(node, FleetMix::Cheapest, question))
                .flatten();
            let mut last = 0;
            for slots in question.slot_ladder {
                let count = slots.div_ceil(node.vcpu);
                if count == last || count > MOST_NODES {
                    continue;
                }
                last = count;
                candidates.extend(candidate(node, count, None, &release, question));
                candidates
                    .extend(fleet.as_ref().and_then(|types| candidate(node, count, Some(types), &release, question)));
            }
        }
        candidates
    }
}

fn candidate(
    node: &InstanceType,
    count: u32,
    spot_types: Option<&Vec<super::FleetType>>,
    release: &str,
    question: &Question<'_>,
) -> Option<Candidate> {
    let driver = driver_node(node, question)?;
    let vcpu = u64::from(count) * u64::from(node.vcpu) + u64::from(driver.vcpu);
    if !constraints::within_quota(vcpu, question) {
        return None;
    }
    let ebs_gib = disk_gib(question.workload.job.shuffle.value, count);
    let option = if spot_types.is_some() { "spot" } else { "on-demand" };
    Some(Candidate {
        id: format!("emr-eks/{option}/{}/{count}", node.name),
        engine: EngineId::EmrEks,
        shape: Shape::EmrEks(EmrEksShape {
            release: release.to_owned(),
            architecture: node.architecture,
            nodes: NodeGroup { instance_type: node.name.clone(), count, ebs_gib },
            spot: spot_types.is_some(),
            spot_types: spot_types.cloned().unwrap_or_default(),
            driver_node: NodeGroup { instance_type: driver.name.clone(), count: 1, ebs_gib: DRIVER_EBS_GIB },
            executor: executor_on(node)?,
            driver_vcpu: 2,
            driver_memory_gib: 8,
            own_control_plane: question.workload.constraints.kubernetes.value == Kubernetes::None,
        }),
    })
}

/// How executors are cut out of a node; `None` when not even one fits.
pub fn executor_on(node: &InstanceType) -> Option<ExecutorSize> {
    executor_in(node.vcpu, node.memory.scaled(1.0 - RESERVED_SHARE).get() / MIB, OVERHEAD_SHARE)
}

/// The driver's node: the same family, `xlarge`.
fn driver_node<'a>(node: &InstanceType, question: &Question<'a>) -> Option<&'a InstanceType> {
    question.catalog.instance(&format!("{}.xlarge", node.family()))
}

/// Root and shuffle volume of a node: 20 GiB, or room for its share of the shuffle.
fn disk_gib(shuffle: Bytes, nodes: u32) -> u32 {
    let share = shuffle.scaled(SHUFFLE_DISK_MARGIN / f64::from(nodes.max(1)));
    u32::try_from(share.get().div_ceil(GIB)).unwrap_or(u32::MAX).saturating_add(20)
}

impl EngineShape for EmrEksShape {
    fn execution(&self, question: &Question<'_>) -> Execution {
        let group = question.catalog.instance(&self.nodes.instance_type).and_then(|node| {
            Some(ExecutorGroup {
                name: "executors".to_owned(),
                arrivals: vec![Arrival { after: Span::ZERO, executors: self.nodes.count * self.executor.per_node }],
                slots_per_executor: self.executor.cores,
                executor_memory: Bytes::mib(self.executor.memory_mib),
                machine: machine(node, self.executor.per_node, self.nodes.ebs_gib, question)?,
                market: if self.spot {
                    Market::Spot {
                        pools: spot_pools(&self.spot_types, question),
                        // Block migration at decommissioning: documented for EMR on EKS from 6.3 on. The driver's node is
                        // On-Demand.
                        terms: SpotTerms { on_demand_after: None, moves_shuffle: true, carries_driver: false },
                    }
                } else {
                    Market::OnDemand
                },
                elastic: None,
            })
        });
        Execution::Batch(Provision {
            start_up_s: START_UP_S,
            groups: group.into_iter().collect(),
            shut_down: SHUT_DOWN,
            runtime_speed: Estimate::exact(1.0),
            time_limit: None,
        })
    }

    fn describe(&self) -> String {
        let market = if self.spot { "Spot" } else { "On-Demand" };
        format!(
            "{} × {} {market} nodes + driver on {}",
            self.nodes.count, self.nodes.instance_type, self.driver_node.instance_type
        )
    }

    fn option(&self) -> &'static str {
        if self.spot { "spot" } else { "on-demand" }
    }

    fn assumptions(&self, _question: &Question<'_>) -> Vec<Assumption> {
        let mut assumptions = vec![Assumption::new(
            "start-up",
            "start-up 150 s (30 to 300 s) for new nodes by Karpenter (aws-emr-advisor 2025-06)",
        )];
        if self.own_control_plane {
            assumptions.push(Assumption::new(
                "control-plane",
                "no EKS cluster exists: this job pays a control plane of its own all month",
            ));
        }
        assumptions
    }
}
