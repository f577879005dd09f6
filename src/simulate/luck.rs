//! What a run draws by chance, from the stream of its candidate and replication.

use super::draws::Draws;

/// Run-to-run spread of a whole run (log-normal sigma). Repeats of the same job on the same cluster in C3O: pooled
/// 0.037 (grep), 0.070 (sort), 0.139 (k-means); median of the groups 0.012–0.019. Outliers make the difference.
const RUN_SIGMA: f64 = 0.04;
/// Spread of the times of equal tasks within a stage (log-normal sigma), and how much it varies from run to run.
/// Measured over tasks that read the same amount within 10 %: median 0.07, p10 0.05, p90 0.47 in 374 stages of
/// TPC-DS on a real cluster (2016); median 0.18, p10 0.14, p90 0.37 in 82 stages of controlled runs.
const TASK_SIGMA: f64 = 0.15;
const TASK_SIGMA_SPREAD: f64 = 0.5;

/// One replication's chance on one candidate.
#[derive(Clone, Debug)]
pub struct Luck {
    /// Score of the start-up time.
    pub start_up: f64,
    /// Score of the runtime's speed.
    pub runtime: f64,
    /// Factor on all task times.
    pub run: f64,
    /// Log-normal sigma of task times within a stage.
    pub task_sigma: f64,
    /// Whether this is a draw: then Spot losses are drawn, else expected.
    pub draws: Option<Draws>,
    /// Seed and replication, for what all candidates of a replication have in common.
    pub common: (u64, u32),
}

impl Luck {
    /// Everything at its likely value.
    #[must_use]
    pub const fn likely() -> Self {
        Self { start_up: 0.0, runtime: 0.0, run: 1.0, task_sigma: TASK_SIGMA, draws: None, common: (0, 0) }
    }

    /// A draw that depends on the seed, the candidate's id and the replication alone.
    #[must_use]
    pub fn drawn(seed: u64, candidate_id: &str, replication: u32) -> Self {
        let mut draws = Draws::new(seed, "run", candidate_id, replication);
        Self {
            start_up: draws.score(),
            runtime: draws.score(),
            run: (RUN_SIGMA * draws.score()).exp(),
            task_sigma: TASK_SIGMA * (TASK_SIGMA_SPREAD * draws.score()).exp(),
            draws: Some(draws),
            common: (seed, replication),
        }
    }

    /// A score of a group's core speed.
    pub fn core_speed(&mut self) -> f64 {
        self.draws.as_mut().map_or(0.0, Draws::score)
    }
}
