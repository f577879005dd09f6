//! Databricks jobs compute on EC2: an alternative, priced where list prices are known. No spec.

mod billing;

pub use billing::charges;

use super::machines::{ebs_gib, executor_in, is_allowed, machine};
use super::{
    Arrival, Assumption, Candidate, DatabricksShape, Engine, EngineId, EngineShape, Estimate, Execution, ExecutorGroup,
    Market, NodeGroup, Obstacle, Provision, Question, Shape, constraints,
};
use crate::catalog::InstanceType;
use crate::units::{Bytes, MIB, Span};

/// Classic job cluster: 3 to 7 minutes (third-party measurements, 2026).
const START_UP_S: Estimate = Estimate::new(180.0, 300.0, 420.0);

/// Databricks Runtime without Photon against EMR's Spark. One published pair says 1.75 times as fast (Common
/// Crawl, engine settings not stated); vendors' own figures disagree, so parity with a wide range.
const RUNTIME_SPEED: Estimate = Estimate::new(0.7, 1.0, 1.75);

/// Node types offered: those whose DBU rate is in the price book, in the sizes that carry executors.
const SIZES: [&str; 2] = ["2xlarge", "4xlarge"];

/// Most workers offered.
const MOST_NODES: u32 = 500;

/// Databricks jobs compute.
#[derive(Clone, Copy, Debug)]
pub struct Databricks;

impl Engine for Databricks {
    fn id(&self) -> EngineId {
        EngineId::Databricks
    }

    fn obstacles(&self, question: &Question<'_>) -> Vec<Obstacle> {
        let mut obstacles = constraints::declared(self.id(), question);
        obstacles.extend(constraints::needs_spark(self.id(), question));
        obstacles.extend(constraints::starts_in_time(self.id(), START_UP_S, question));
        obstacles.extend(constraints::no_lake_formation(self.id(), question));
        obstacles
    }

    fn shapes(&self, question: &Question<'_>) -> Vec<Candidate> {
        let mut candidates = Vec::new();
        for node in node_types(question) {
            let mut last = 0;
            for slots in question.slot_ladder {
                let count = slots.div_ceil(node.vcpu);
                // The driver is one more node of the same type.
                let vcpu = u64::from(count + 1) * u64::from(node.vcpu);
                if count != last && count <= MOST_NODES && constraints::within_quota(vcpu, question) {
                    candidates.push(candidate(node, count, question));
                }
                last = count;
            }
        }
        candidates
    }
}

/// The cheapest-per-core node of each memory class among those with a known DBU rate.
fn node_types<'a>(question: &Question<'a>) -> Vec<&'a InstanceType> {
    ["m", "r", "c"]
        .iter()
        .flat_map(|class| {
            question
                .catalog
                .instances()
                .filter(move |instance| instance.family().starts_with(class) && SIZES.contains(&instance.size()))
                .filter(|instance| {
                    matches!(
                        instance.family(),
                        "m5" | "m6g" | "m6i" | "m7g" | "r5" | "r6g" | "r6i" | "r7g" | "c5" | "c6g" | "c6i" | "c7g"
                    )
                })
                .filter(|instance| {
                    instance.architecture == crate::catalog::Architecture::X86_64
                        || question.workload.constraints.graviton.value
                })
        })
        .filter(|instance| is_allowed(&instance.name, question))
        .filter(|instance| question.rates.databricks_dbu_per_hour(&instance.name).is_some())
        .collect()
}

fn candidate(node: &InstanceType, count: u32, question: &Question<'_>) -> Candidate {
    let ebs = ebs_gib(node.vcpu, count, question.workload.job.shuffle.value);
    Candidate {
        id: format!("databricks/{}/{count}", node.name),
        engine: EngineId::Databricks,
        shape: Shape::Databricks(DatabricksShape {
            nodes: NodeGroup { instance_type: node.name.clone(), count, ebs_gib: ebs },
            spot: false,
        }),
    }
}

impl EngineShape for DatabricksShape {
    fn execution(&self, question: &Question<'_>) -> Execution {
        let group = question.catalog.instance(&self.nodes.instance_type).and_then(|node| {
            let usable_mib = node.memory.scaled(0.85).get() / MIB;
            let executor = executor_in(node.vcpu, usable_mib, 0.1)?;
            Some(ExecutorGroup {
                name: "workers".to_owned(),
                arrivals: vec![Arrival { after: Span::ZERO, executors: self.nodes.count * executor.per_node }],
                slots_per_executor: executor.cores,
                executor_memory: Bytes::mib(executor.memory_mib),
                machine: machine(node, executor.per_node, self.nodes.ebs_gib, question)?,
                market: Market::OnDemand,
                elastic: None,
            })
        });
        Execution::Batch(Provision {
            start_up_s: START_UP_S,
            groups: group.into_iter().collect(),
            shut_down: Span::ZERO,
            runtime_speed: RUNTIME_SPEED,
            time_limit: None,
        })
    }

    fn describe(&self) -> String {
        format!("{} × {} + driver, jobs compute", self.nodes.count, self.nodes.instance_type)
    }

    fn option(&self) -> &'static str {
        "on-demand"
    }

    fn assumptions(&self, _question: &Question<'_>) -> Vec<Assumption> {
        vec![
            Assumption::new(
                "start-up",
                "start-up 300 s (180 to 420 s) of a classic job cluster (third-party measurements, 2026)",
            ),
            Assumption::new(
                "runtime-speed",
                "Databricks Runtime without Photon at 1.0 (0.7 to 1.75) of EMR's speed: published pairs disagree",
            ),
            Assumption::new("plan", "Enterprise plan, jobs compute, list price; EC2 On-Demand"),
        ]
    }
}
