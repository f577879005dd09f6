//! The user's own Hadoop cluster, priced by its yearly cost: a baseline.

mod billing;

pub use billing::{OwnClusterYear, charges};

use super::ec2_single::OPEN_SOURCE_SPEED;
use super::{
    Arrival, Assumption, Candidate, Engine, EngineId, EngineShape, Estimate, Execution, ExecutorGroup, Machine, Market,
    Obstacle, OnPremisesShape, Provision, Question, Shape, constraints,
};
use crate::units::{Bytes, Span};
use crate::workload::OnPremises as OwnCluster;

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
                elastic: None,
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

    fn assumptions(&self, question: &Question<'_>) -> Vec<Assumption> {
        let hardware = Assumption::new(
            "hardware",
            "cores at 0.85 (0.7 to 1.0) of the reference core with 4 GiB each, open-source Spark; the cost is the declared share of the yearly cost",
        );
        let idle = question.workload.today.on_premises.as_ref().map(idle_cost);
        std::iter::once(hardware).chain(idle).collect()
    }
}

/// What the idle cores of the cluster cost: money that leaves only when the cluster shrinks, not when one job moves.
fn idle_cost(cluster: &OwnCluster) -> Assumption {
    let idle_share = 1.0 - cluster.utilisation.get();
    let carried = cluster.yearly_cost.approximate() * cluster.cost_share.get();
    Assumption::new(
        "utilisation",
        format!(
            "at {:.0} % in use, ${:.0} of this job's ${carried:.0} a year pays for idle cores; moving one job away saves it only if the cluster shrinks",
            cluster.utilisation.get() * 100.0,
            carried * idle_share,
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{Share, Usd};

    #[test]
    fn idle_cores_are_priced_by_the_jobs_share() {
        let cluster = OwnCluster {
            yearly_cost: Usd::new(1_200_000.into()),
            cores: 400,
            cost_share: Share::clamped(0.25),
            utilisation: Share::clamped(0.4),
        };
        // 1,200,000 × 0.25 = 300,000 a year, of which 60 % is idle: 180,000.
        let text = idle_cost(&cluster).text;
        assert!(text.contains("at 40 % in use, $180000 of this job's $300000 a year"), "{text}");
    }
}
