//! What a run draws by chance, from the stream of its candidate and replication; and what is not known of the machines
//! and the service that it runs on, from a stream of their name, so that all candidates on the same ones draw the same.

use super::draws::Draws;
use super::unknown::{Held, Unknown};

/// Run-to-run spread of a whole run (log-normal sigmas): most runs, and the share and spread of those that went otherwise.
/// Fitted on the repeats of C3O (2,340 runs in 468 groups, `docs/accuracy/intervals.md`): half of them lie within 1.3 % of
/// the others' median, four fifths within 3.0 %, nine tenths within 5.0 %, and some far out.
const RUN_SIGMA: f64 = 0.01;
const ODD_RUN_SIGMA: f64 = 0.08;
const ODD_RUNS: f64 = 0.1;
/// Spread of the times of equal tasks within a stage (log-normal sigma), and how much it varies from run to run of one job
/// (between jobs it varies more; fitted with the spread of whole runs).
/// Measured over tasks that read the same amount within 10 %: median 0.07, p10 0.05, p90 0.47 in 374 stages of
/// TPC-DS on a real cluster (2016); median 0.18, p10 0.14, p90 0.37 in 82 stages of controlled runs.
const TASK_SIGMA: f64 = 0.15;
const TASK_SIGMA_SPREAD: f64 = 0.15;

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
    /// What is held instead of drawn.
    pub held: Option<Held>,
    /// Whether the record tells the stages.
    pub tells_stages: bool,
    /// Scores of core speeds.
    hardware: Option<Draws>,
}

impl Luck {
    /// Everything at its likely value.
    #[must_use]
    pub const fn likely() -> Self {
        Self {
            start_up: 0.0,
            runtime: 0.0,
            run: 1.0,
            task_sigma: TASK_SIGMA,
            draws: None,
            common: (0, 0),
            held: None,
            tells_stages: true,
            hardware: None,
        }
    }

    /// A draw that depends on the seed, the candidate's id and the replication alone.
    #[must_use]
    pub fn drawn(seed: u64, candidate_id: &str, replication: u32, held: Option<Held>) -> Self {
        let mut draws = Draws::new(seed, "run", candidate_id, replication);
        let (service, hardware) = names(candidate_id);
        Self {
            start_up: Held::or(held, Unknown::StartUp, draws.score()),
            runtime: Held::or(held, Unknown::Runtime, Draws::new(seed, "runtime", service, replication).score()),
            run: run_factor(&mut draws),
            task_sigma: TASK_SIGMA * (TASK_SIGMA_SPREAD * draws.score()).exp(),
            draws: Some(draws),
            common: (seed, replication),
            held,
            tells_stages: false,
            hardware: Some(Draws::new(seed, "hardware", hardware, replication)),
        }
    }

    /// A score of a group's core speed.
    pub fn core_speed(&mut self) -> f64 {
        let drawn = self.hardware.as_mut().map_or(0.0, Draws::score);
        Held::or(self.held, Unknown::CoreSpeed, drawn)
    }
}

fn run_factor(draws: &mut Draws) -> f64 {
    let sigma = if draws.unit() < ODD_RUNS { ODD_RUN_SIGMA } else { RUN_SIGMA };
    (sigma * draws.score()).exp()
}

/// What a candidate's id (`emr-ec2/spot/r7g.2xlarge/3+27`, `glue/5.0/G.1X/10`) says of its service and of the hardware
/// under it: an instance or worker family, whatever the engine; else the service and its first option.
pub fn names(candidate_id: &str) -> (&str, &str) {
    let service = candidate_id.split('/').next().unwrap_or_default();
    let named = |part: &&str| part.starts_with(|c: char| c.is_ascii_alphabetic());
    let mut parts = candidate_id.split('/').filter(named);
    let family = parts.find_map(|part| part.split_once('.').map(|(family, _)| family));
    let option = candidate_id.match_indices('/').nth(1).map_or(candidate_id, |(end, _)| &candidate_id[..end]);
    (service, family.unwrap_or(option))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hardware_is_named_by_its_family() {
        assert_eq!(names("emr-ec2/spot/r7g.2xlarge/3+27"), ("emr-ec2", "r7g"));
        assert_eq!(names("emr-eks/on-demand/r7g.8xlarge/4"), ("emr-eks", "r7g"));
        assert_eq!(names("glue/5.0/G.1X/10"), ("glue", "G"));
        assert_eq!(names("emr-serverless/arm64/4vcpu-8gb/12"), ("emr-serverless", "emr-serverless/arm64"));
    }

    #[test]
    fn the_same_machines_are_as_fast_for_all_and_every_run_has_its_own_luck() {
        let of = |id: &str| Luck::drawn(7, id, 3, None);
        let (mut few, mut many) = (of("emr-ec2/spot/r7g.2xlarge/3+27"), of("emr-eks/on-demand/r7g.8xlarge/4"));
        assert!((few.core_speed() - many.core_speed()).abs() < 1e-12);
        assert!((few.run - many.run).abs() > 1e-9 && (few.start_up - many.start_up).abs() > 1e-9);
    }
}
