//! Fitting the level of the rates to runs that already happened.

use super::declared;
use super::knowledge::Knowledge;
use super::luck::Luck;
use super::observed;
use super::run;
use crate::engines::Provision;
use crate::units::Bytes;
use crate::workload::{ObservedRun, Workload};

/// Factors are looked for between a fiftieth and fifty times the published rates.
const WIDEST: f64 = 50.0;
/// Halvings of the logarithm of that range: 2500^(2^-16) is 1.0001.
const STEPS: u32 = 16;

/// What runs of the user's own say about the published rates.
#[derive(Clone, Debug, PartialEq)]
pub struct Calibration {
    /// Factor on all processor times; 1 when nothing was observed.
    pub factor: f64,
    /// Where it came from.
    pub source: CalibrationSource,
}

/// Where a calibration came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CalibrationSource {
    /// No run was given: the published rates as they are.
    Published,
    /// So many runs were reproduced; so many could not be used (unknown machine, or too fast for any rate).
    Observed {
        /// Runs that gave the factor (geometric mean).
        used: usize,
        /// Runs that could not be used.
        unused: usize,
    },
    /// Runs were given but none could be used.
    Unusable,
}

impl Calibration {
    /// The published rates as they are.
    pub const NONE: Self = Self { factor: 1.0, source: CalibrationSource::Published };

    /// Whether an observed run gave the level.
    #[must_use]
    pub const fn is_observed(&self) -> bool {
        matches!(self.source, CalibrationSource::Observed { .. })
    }

    /// Fits the workload's own observed runs, with machines guessed from the names of their types.
    #[must_use]
    pub fn from_observed_runs(workload: &Workload) -> Self {
        let runs = workload.observed_runs.iter();
        let known: Vec<_> = runs.filter_map(|run| observed::provision(run).map(|provision| (provision, run))).collect();
        Self::fit(workload, &known, workload.observed_runs.len())
    }

    /// Fits observed runs on machines that the caller knows.
    #[must_use]
    pub fn from_runs(workload: &Workload, runs: &[(Provision, &ObservedRun)]) -> Self {
        Self::fit(workload, runs, runs.len())
    }

    fn fit(workload: &Workload, runs: &[(Provision, &ObservedRun)], given: usize) -> Self {
        if given == 0 {
            return Self::NONE;
        }
        let factors: Vec<f64> = runs.iter().filter_map(|(provision, run)| factor(workload, provision, run)).collect();
        let Some(mean) = geometric_mean(&factors) else {
            return Self { factor: 1.0, source: CalibrationSource::Unusable };
        };
        let used = factors.len();
        Self { factor: mean, source: CalibrationSource::Observed { used, unused: given - used } }
    }
}

fn geometric_mean(values: &[f64]) -> Option<f64> {
    let count = u32::try_from(values.len()).ok().filter(|count| *count > 0)?;
    Some((values.iter().map(|value| value.ln()).sum::<f64>() / f64::from(count)).exp())
}

/// The factor at which the likely run takes the observed time; `None` when none does.
fn factor(workload: &Workload, provision: &Provision, run: &ObservedRun) -> Option<f64> {
    let workload = match run.volume {
        Some(volume) => at_volume(workload, volume),
        None => workload.clone(),
    };
    let target_s = run.duration.as_seconds();
    let (mut low, mut high) = (-WIDEST.ln(), WIDEST.ln());
    if work_s(&workload, provision, low.exp()) > target_s || work_s(&workload, provision, high.exp()) < target_s {
        return None;
    }
    for _ in 0..STEPS {
        let middle = 0.5 * (low + high);
        if work_s(&workload, provision, middle.exp()) < target_s { low = middle } else { high = middle }
    }
    Some((0.5 * (low + high)).exp())
}

fn work_s(workload: &Workload, provision: &Provision, factor: f64) -> f64 {
    let mut knowledge = Knowledge::likely(workload, &Calibration::NONE);
    knowledge.level = factor;
    let graph = declared::graph(workload, &knowledge, declared::site(provision));
    run::one(&graph, provision, &knowledge, Luck::likely()).work.as_seconds()
}

/// The workload with another input volume; shuffle, output and declared stages grow alike.
#[must_use]
pub fn at_volume(workload: &Workload, volume: Bytes) -> Workload {
    let before = workload.input.volume.value.as_f64();
    let factor = if before > 0.0 { volume.as_f64() / before } else { 1.0 };
    let mut other = workload.clone();
    other.input.volume.value = volume;
    other.output.volume.value = workload.output.volume.value.scaled(factor);
    other.job.shuffle.value = workload.job.shuffle.value.scaled(factor);
    for stage in &mut other.job.stages {
        stage.cpu = stage.cpu * factor;
        for bytes in [&mut stage.input, &mut stage.shuffle_read, &mut stage.shuffle_write, &mut stage.output] {
            *bytes = bytes.scaled(factor);
        }
    }
    other
}
