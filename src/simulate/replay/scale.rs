//! How the work of a stage grows with the executors (remote reads, contention, connections) and with the data, learnt from logs
//! at several scales and sizes. Per stage `W(n, v) = W₁ · n^b · v^c`, drawn towards the usual exponents by ridge regression.

use std::collections::{BTreeMap, BTreeSet};

use super::run_model::RunModel;
use super::warm_up::median;

/// Weight of the usual growth, in squared logarithms of slots: the variance of a scale's level (runs of one day are alike, days
/// differ by some 2.5 %) over that of plausible exponents (0.05). Two scales at a factor of two weigh (ln 2)² / 2 = 0.24.
const RIDGE: f64 = 0.25;
/// Growth that is expected of any job: q52 of TPC-DS needs 2 % more work on 12 executors than on 3, warm-up apart.
const USUAL: f64 = 0.01;
/// No work is taken to grow faster with slots, or to shrink.
const STEEPEST: f64 = 1.0;
/// The same for the data: plausible exponents lie some 0.5 around one (small tables do not grow, sorts and joins grow faster), so two
/// sizes tell more than any expectation.
const RIDGE_OF_VOLUME: f64 = 0.0025;
/// Work grows as the data unless logs say otherwise.
const USUAL_OF_VOLUME: f64 = 1.0;
/// No work is taken to grow faster with the data than its square, or to shrink.
const STEEPEST_OF_VOLUME: f64 = 2.0;
/// Volumes so near to each other are one size.
const SAME_SIZE: f64 = 0.02;

/// What makes two runs runs of one plan: the names of their stages, and how many tasks each had.
pub type Signature = Vec<(String, usize)>;

/// The signature of a run.
pub fn signature(run: &RunModel) -> Signature {
    run.recording.stages.iter().map(|stage| (stage.name.clone(), stage.tasks.len())).collect()
}

/// Runs whose stages can be compared one by one. Stages of one plan have other numbers of tasks where the data has another size, or
/// where adaptive execution follows the cores. Otherwise other numbers mean another order: parallel branches take turns.
fn alike(runs: &[RunModel]) -> Vec<Vec<&RunModel>> {
    let mut by_names: BTreeMap<Vec<&str>, Vec<&RunModel>> = BTreeMap::new();
    for run in runs {
        let names = run.recording.stages.iter().map(|stage| stage.name.as_str()).collect();
        by_names.entry(names).or_default().push(run);
    }
    let mut groups = Vec::new();
    for runs in by_names.into_values() {
        let mut orders: BTreeMap<(i64, u32), BTreeSet<Signature>> = BTreeMap::new();
        for run in &runs {
            let (slots, size) = scale_of(run);
            let slots = if run.settings.coalesces() { slots } else { 0 };
            orders.entry((size, slots)).or_default().insert(signature(run));
        }
        if orders.values().all(|orders| orders.len() == 1) {
            groups.push(runs);
            continue;
        }
        let mut exact: BTreeMap<Signature, Vec<&RunModel>> = BTreeMap::new();
        for run in runs {
            exact.entry(signature(run)).or_default().push(run);
        }
        groups.extend(exact.into_values());
    }
    groups
}

/// Exponents of a stage's work.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exponents {
    /// Of the slots.
    pub slots: f64,
    /// Of the data's volume.
    pub volume: f64,
}

impl Default for Exponents {
    fn default() -> Self {
        Self { slots: USUAL, volume: USUAL_OF_VOLUME }
    }
}

/// Exponents of growth by stage.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Growth {
    /// By the runs' common signature.
    by_signature: BTreeMap<Signature, Vec<Exponents>>,
    /// Whether logs of several sizes told how the work grows with the data.
    pub knows_sizes: bool,
}

impl Growth {
    /// Learns from all runs that have the same stages.
    #[must_use]
    pub fn of(runs: &[RunModel]) -> Self {
        let mut growth = Self::default();
        for runs in alike(runs) {
            if runs.iter().all(|run| scale_of(run) == scale_of(runs[0])) {
                continue;
            }
            let of_stages: Vec<Exponents> =
                (0..runs[0].recording.stages.len()).map(|stage| exponents(&runs, stage)).collect();
            for run in &runs {
                growth.by_signature.insert(signature(run), of_stages.clone());
            }
            growth.knows_sizes |= runs.iter().any(|run| scale_of(run).1 != scale_of(runs[0]).1);
        }
        growth
    }

    /// The exponents of a run's stages.
    #[must_use]
    pub fn exponents(&self, run: &RunModel) -> Vec<Exponents> {
        let known = self.by_signature.get(&signature(run));
        known.cloned().unwrap_or_else(|| vec![Exponents::default(); run.recording.stages.len()])
    }
}

/// Slots and size of a run: runs of one scale share their day, and volumes within a few percent are one size.
#[must_use]
pub fn scale_of(run: &RunModel) -> (u32, i64) {
    #[expect(clippy::cast_possible_truncation, reason = "logarithms of volumes are small")]
    let size = (run.volume_bytes.max(1.0).ln() / (2.0 * SAME_SIZE)).round() as i64;
    (run.slots().max(1), size)
}

/// The ratio of two volumes; those of one size have none, and neither have unknown ones.
#[must_use]
pub fn volume_ratio(of: &RunModel, to: &RunModel) -> f64 {
    let is_known = of.volume_bytes > 0.0 && to.volume_bytes > 0.0;
    let ratio = if is_known { to.volume_bytes / of.volume_bytes } else { 1.0 };
    if (ratio - 1.0).abs() <= SAME_SIZE { 1.0 } else { ratio }
}

/// Slopes of the logarithm of the work over the logarithms of slots and volume, with ridges: two normal equations.
fn exponents(runs: &[&RunModel], stage: usize) -> Exponents {
    // One point a scale: runs of one scale share their day.
    let mut scales: BTreeMap<(u32, i64), Vec<(f64, f64)>> = BTreeMap::new();
    for run in runs {
        let work = run.work_s(stage).max(1e-3).ln();
        scales.entry(scale_of(run)).or_default().push((run.volume_bytes.max(1.0).ln(), work));
    }
    let middle = |points: &[(f64, f64)], of: fn(&(f64, f64)) -> f64| {
        let mut values: Vec<f64> = points.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        median(&values)
    };
    let points: Vec<[f64; 3]> = scales
        .iter()
        .map(|((slots, _), points)| {
            [f64::from(*slots).ln(), middle(points, |point| point.0), middle(points, |point| point.1)]
        })
        .collect();
    let count = super::count(points.len());
    let mean: [f64; 3] = std::array::from_fn(|axis| points.iter().map(|point| point[axis]).sum::<f64>() / count);
    let product =
        |a: usize, b: usize| -> f64 { points.iter().map(|point| (point[a] - mean[a]) * (point[b] - mean[b])).sum() };
    let (of_slots, of_volume, both) = (product(0, 0) + RIDGE, product(1, 1) + RIDGE_OF_VOLUME, product(0, 1));
    let (right_slots, right_volume) =
        (product(0, 2) + RIDGE * USUAL, product(1, 2) + RIDGE_OF_VOLUME * USUAL_OF_VOLUME);
    let determinant = of_slots * of_volume - both * both;
    Exponents {
        slots: ((right_slots * of_volume - right_volume * both) / determinant).clamp(-STEEPEST, STEEPEST),
        volume: ((right_volume * of_slots - right_slots * both) / determinant).clamp(0.0, STEEPEST_OF_VOLUME),
    }
}
