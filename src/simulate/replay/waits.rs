//! How long tasks wait for shuffle blocks, learnt from all logs together.
//!
//! Of all parts of a task's time this one repeats least: of 29 runs of TPC-DS q26 on one cluster in one night twenty waited 0.3 s for each
//! second of other work and, from one run to the next, nine waited 2.9 s, with the same configuration on the same machines. So what
//! one run waited says little of the next, and a median of two such states says nothing; the mean of all logs is expected.

use std::collections::BTreeMap;

use super::recording::RecordedStage;
use super::run_model::RunModel;
use super::scale::{Signature, scale_of, signature};

/// Mean wait for each second of other work, by stage.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Waits {
    by_signature: BTreeMap<Signature, Vec<f64>>,
}

impl Waits {
    /// The mean of each scale's mean, over runs that have the same stages.
    #[must_use]
    pub fn of(runs: &[RunModel]) -> Self {
        let mut groups: BTreeMap<Signature, BTreeMap<(u32, i64), Vec<&RunModel>>> = BTreeMap::new();
        for run in runs {
            groups.entry(signature(run)).or_default().entry(scale_of(run)).or_default().push(run);
        }
        let by_signature = groups.into_iter().map(|(signature, scales)| {
            let ratios = (0..signature.len()).map(|stage| {
                let of_scale = |runs: &Vec<&RunModel>| mean(runs.iter().map(|run| ratio(&run.recording.stages[stage])));
                mean(scales.values().map(of_scale))
            });
            let ratios = ratios.collect();
            (signature, ratios)
        });
        Self { by_signature: by_signature.collect() }
    }

    /// Factors on the waits of a run's stages.
    #[must_use]
    pub fn factors(&self, run: &RunModel) -> Vec<f64> {
        let Some(means) = self.by_signature.get(&signature(run)) else {
            return vec![1.0; run.recording.stages.len()];
        };
        let of = |(stage, mean): (&RecordedStage, &f64)| {
            let own = ratio(stage);
            if own > 0.0 { mean / own } else { 1.0 }
        };
        run.recording.stages.iter().zip(means).map(of).collect()
    }
}

/// Wait of a stage's tasks over the rest of their time.
fn ratio(stage: &RecordedStage) -> f64 {
    let all_s: f64 = stage.tasks.iter().map(|task| task.duration_s).sum();
    let wait_s: f64 = stage.tasks.iter().map(|task| f64::from(task.task.fetch_wait_ms) / 1e3).sum();
    let wait_s = wait_s.min(all_s);
    if all_s > wait_s { wait_s / (all_s - wait_s) } else { 0.0 }
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0_u32), |(sum, count), value| (sum + value, count + 1));
    if count == 0 { 0.0 } else { sum / f64::from(count) }
}
