//! How the work of a stage grows with the executors, learnt from logs at several scales: remote reads, contention,
//! connections. Per stage `W(n) = W₁ · n^b`, drawn towards the usual growth by ridge regression.

use std::collections::BTreeMap;

use super::run_model::RunModel;
use super::warm_up::median;

/// Weight of the usual growth, in squared logarithms of slots: the variance of a scale's level (runs of one day are alike, days
/// differ by some 2.5 %) over that of plausible exponents (0.05). Two scales at a factor of two weigh (ln 2)² / 2 = 0.24.
const RIDGE: f64 = 0.25;
/// Growth that is expected of any job: q52 of TPC-DS needs 2 % more work on 12 executors than on 3, warm-up apart.
const USUAL: f64 = 0.01;
/// No work is taken to grow faster, or to shrink.
const STEEPEST: f64 = 1.0;

/// Exponents of growth by stage.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Growth {
    /// By the runs' common signature.
    by_signature: BTreeMap<Signature, Vec<f64>>,
}

impl Growth {
    /// Learns from all runs that have the same stages.
    #[must_use]
    pub fn of(runs: &[RunModel]) -> Self {
        let mut groups: BTreeMap<Signature, Vec<&RunModel>> = BTreeMap::new();
        for run in runs {
            groups.entry(signature(run)).or_default().push(run);
        }
        let by_signature = groups
            .into_iter()
            .filter(|(_, runs)| runs.iter().any(|run| run.slots() != runs[0].slots()))
            .map(|(signature, runs)| {
                let exponents = (0..signature.len()).map(|stage| exponent(&runs, stage)).collect();
                (signature, exponents)
            })
            .collect();
        Self { by_signature }
    }

    /// Factors on the stages of a run when it goes to other slots.
    #[must_use]
    pub fn factors(&self, run: &RunModel, slots: f64) -> Vec<f64> {
        let ratio = slots.max(1.0) / f64::from(run.slots().max(1));
        let exponents = self.by_signature.get(&signature(run));
        match exponents {
            Some(exponents) => exponents.iter().map(|b| ratio.powf(*b)).collect(),
            None => vec![ratio.powf(USUAL); run.recording.stages.len()],
        }
    }
}

/// What makes two runs runs of one plan: names of their stages and numbers of tasks.
pub type Signature = Vec<(String, usize)>;

/// The signature of a run.
pub fn signature(run: &RunModel) -> Signature {
    run.recording.stages.iter().map(|stage| (stage.name.clone(), stage.tasks.len())).collect()
}

/// Slope of the logarithm of the steady time over the logarithm of the slots, with the ridge.
fn exponent(runs: &[&RunModel], stage: usize) -> f64 {
    // One point a scale: runs of one scale share their day.
    let mut scales: BTreeMap<u32, Vec<f64>> = BTreeMap::new();
    for run in runs {
        scales.entry(run.slots().max(1)).or_default().push(run.work_s(stage).max(1e-3).ln());
    }
    let point = |(slots, mut works): (u32, Vec<f64>)| {
        works.sort_by(f64::total_cmp);
        (f64::from(slots).ln(), median(&works))
    };
    let points: Vec<(f64, f64)> = scales.into_iter().map(point).collect();
    let count = super::count(points.len());
    let mean_x = points.iter().map(|point| point.0).sum::<f64>() / count;
    let mean_y = points.iter().map(|point| point.1).sum::<f64>() / count;
    let covariance = points.iter().map(|point| (point.0 - mean_x) * (point.1 - mean_y)).sum::<f64>();
    let variance = points.iter().map(|point| (point.0 - mean_x).powi(2)).sum::<f64>();
    ((covariance + RIDGE * USUAL) / (variance + RIDGE)).clamp(-STEEPEST, STEEPEST)
}
