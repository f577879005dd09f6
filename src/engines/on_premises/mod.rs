//! The user's own Hadoop cluster, priced by its yearly cost: a baseline.

mod billing;

pub use billing::{OwnClusterYear, charges};

use super::ec2_single::OPEN_SOURCE_SPEED;
use super::{
    Arrival, Assumption, Candidate, Engine, EngineId, EngineShape, Estimate, Execution, ExecutorGroup, Machine, Market,
    Obstacle, OnPremisesShape, Provision, Question, Shape, constraints,
};
use crate::units::{Bytes, Span};

/// Cores of one YARN container.
const EXECUTOR_CORES: u32 = 4;

/// Waiting for the shared queue and container start.
const START_UP_S: Estimate = Estimate::new(10.0, 60.0, 600.0);

/// The on-premises cluster.
#[derive(Clone, Copy, Debug)]
pub struct OnPremises;

impl Engine for OnPremises {
    fn id(&self) -> EngineId {
        EngineId::OnPremises
    }

    fn obstacles(&self, question: &Question<'_>) -> Vec<Obstacle> {
        let mut obstacles: Vec<Obstacle> = constraints::needs_spark(self.id(), question).into_iter().collect();
        if question.workload.today.on_premises.is_none() {
            obstacles.push(Obstacle::new("not-declared", "today.on_premises is not in the workload file"));
        }
        obstacles
    }

    fn shapes(&self, question: &Question<'_>) -> Vec<Candidate> {
        let Some(today) = &question.workload.today.on_premises else { return Vec::new() };
        let share = today.cost_share.get();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a core count")]
        let cores = ((f64::from(today.cores) * share).round() as u32).max(EXECUTOR_CORES);
        vec![Candidate {
            id: format!("on-premises/{cores}"),
            engine: EngineId::OnPremises,
            shape: Shape::OnPremises(OnPremisesShape { cores, memory_per_core: Bytes::gib(4) }),
        }]
    }
}

impl EngineShape for OnPremisesShape {
    fn execution(&self, _question: &Question<'_>) -> Execution {
        Execution::Batch(Provision {
            start_up_s: START_UP_S,
            groups: vec![ExecutorGroup {
                name: "cluster".to_owned(),
                arrivals: vec![Arrival { after: Span::ZERO, executors: (self.cores / EXECUTOR_CORES).max(1) }],
                slots_per_executor: EXECUTOR_CORES,
                executor_memory: Bytes::new(self.memory_per_core.get() * u64::from(EXECUTOR_CORES)),
                machine: Machine {
                    core_speed: Estimate::new(0.7, 0.85, 1.0),
                    network_bytes_per_s: 1.25e9 / 8.0,
                    disk_bytes_per_s: 100e6,
                    disk: Bytes::gib(1000),
                },
                market: Market::OnDemand,
                idle_release: None,
            }],
            shut_down: Span::ZERO,
            runtime_speed: OPEN_SOURCE_SPEED,
            time_limit: None,
        })
    }

    fn describe(&self) -> String {
        format!("{} cores of the data centre", self.cores)
    }

    fn option(&self) -> &'static str {
        "on-demand"
    }

    fn assumptions(&self, _question: &Question<'_>) -> Vec<Assumption> {
        vec![Assumption::new(
            "hardware",
            "cores at 0.85 (0.7 to 1.0) of the reference core with 4 GiB each, open-source Spark; the cost is the declared share of the yearly cost",
        )]
    }
}
