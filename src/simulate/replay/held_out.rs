//! How good predictions are on logs that happened: each run from the other runs of its job.

use super::scale::volume_ratio;
use super::{Prediction, Predictor, RunModel, Target};

/// Predicts every run of one job from all others; `None` where there is no other.
#[must_use]
pub fn held_out(runs: &[RunModel]) -> Vec<Option<Prediction>> {
    (0..runs.len()).map(|held| predict(runs, held)).collect()
}

fn predict(runs: &[RunModel], held: usize) -> Option<Prediction> {
    let others = runs.iter().enumerate().filter(|(index, _)| *index != held).map(|(_, run)| run.clone()).collect();
    let predictor = Predictor::of_runs(others)?;
    Some(predictor.predict(&target(&runs[held], predictor.newest())))
}

/// The shape and the data of a run: what was known before it began. Where executors come and go, the rules for that.
fn target(run: &RunModel, newest: &RunModel) -> Target {
    let growth = Some(volume_ratio(newest, run));
    let alone = Target { growth, ..Target::default() };
    if run.is_dynamic(&alone) {
        return alone;
    }
    Target { executors: Some(run.executors), cores: Some(run.cores), ..alone }
}
