//! Fitting the level of the rates to runs that already happened.

use super::archetype::{
    LOG_SCALE_SIGMA, LOG_WIDEST_DOUBLINGS, LONG_RUN_S, LONG_RUN_SCALE_SIGMA, OBSERVED_SIGMA, SHORT_RUN_S,
    SHORT_RUN_SCALE_SIGMA, WIDEST_DOUBLINGS,
};
use super::declared;
use super::job::Job;
use super::knowledge::Knowledge;
use super::luck::Luck;
use super::observed;
use super::run;
use crate::engines::Provision;
use crate::units::{Bytes, Span};
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
    /// How well it is known, as far as runs said it.
    pub known: Vec<Known>,
}

/// A run that says how long the job takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Known {
    /// Task slots that it had.
    pub slots: u32,
    /// Spread of all task times for each doubling or halving of the slots from there (log-normal sigma).
    pub scale_sigma: f64,
    /// Doublings or halvings after which the spread grows no more.
    pub widest_doublings: f64,
}

impl Known {
    /// A run of a declared job: the shorter it was, the less it says about other numbers of slots.
    fn of_run(slots: u32, duration: Span) -> Self {
        let length =
            (duration.as_seconds().clamp(SHORT_RUN_S, LONG_RUN_S) / SHORT_RUN_S).ln() / (LONG_RUN_S / SHORT_RUN_S).ln();
        let scale_sigma = SHORT_RUN_SCALE_SIGMA + (LONG_RUN_SCALE_SIGMA - SHORT_RUN_SCALE_SIGMA) * length;
        Self { slots, scale_sigma, widest_doublings: WIDEST_DOUBLINGS }
    }

    /// Spread of all task times on so many slots (log-normal sigma).
    fn scale_sigma(&self, slots: u32) -> f64 {
        let doublings = (f64::from(slots.max(1)) / f64::from(self.slots.max(1))).log2().abs();
        self.scale_sigma * doublings.min(self.widest_doublings)
    }
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
    pub const NONE: Self = Self { factor: 1.0, source: CalibrationSource::Published, known: Vec::new() };

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
        let fitted = |(provision, run): &(Provision, &ObservedRun)| {
            Some((factor(workload, provision, run)?, Known::of_run(provision.slots(), run.duration)))
        };
        let (factors, known): (Vec<f64>, Vec<Known>) = runs.iter().filter_map(fitted).unzip();
        let Some(mean) = geometric_mean(&factors) else {
            return Self { source: CalibrationSource::Unusable, ..Self::NONE };
        };
        let used = factors.len();
        Self { factor: mean, source: CalibrationSource::Observed { used, unused: given - used }, known }
    }

    /// A log gave stages and tasks on so many slots: there is nothing left to fit.
    #[must_use]
    pub fn of_log(slots: u32) -> Self {
        let known = vec![Known { slots, scale_sigma: LOG_SCALE_SIGMA, widest_doublings: LOG_WIDEST_DOUBLINGS }];
        Self { factor: 1.0, source: CalibrationSource::Observed { used: 1, unused: 0 }, known }
    }

    /// Spread of the level (log-normal sigma): the mean of `n` runs errs by their run-to-run spread over √n. `None` when
    /// no run said anything.
    #[must_use]
    pub fn level_sigma(&self) -> Option<f64> {
        let count = u32::try_from(self.known.len()).ok().filter(|count| *count > 0)?;
        Some(OBSERVED_SIGMA / f64::from(count).sqrt())
    }

    /// Spread of all task times on so many slots (log-normal sigma): more, the farther the nearest known run was from them.
    #[must_use]
    pub fn scale_sigma(&self, slots: u32) -> f64 {
        self.known.iter().map(|known| known.scale_sigma(slots)).min_by(f64::total_cmp).unwrap_or(0.0)
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
    run::one(&Job::of(graph), 1.0, provision, &knowledge, Luck::likely()).work.as_seconds()
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Spread on so many slots when one run on 16 took so many seconds.
    fn sigma(seconds: f64, slots: u32) -> f64 {
        Known::of_run(16, Span::seconds(seconds)).scale_sigma(slots)
    }

    #[track_caller]
    fn near(got: f64, wanted: f64) {
        assert!((got - wanted).abs() < 1e-9, "{got} is not {wanted}");
    }

    #[test]
    fn a_short_run_says_little_about_other_sizes() {
        near(sigma(200.0, 16), 0.0);
        near(sigma(200.0, 32), 0.37);
        near(sigma(200.0, 8), 0.37);
        // 128 slots are three doublings; the spread grows over two: 2 × 0.37.
        near(sigma(200.0, 128), 0.74);
        near(sigma(7200.0, 32), 0.1);
        // √(300 × 3600) s is half-way between them: (0.37 + 0.1) / 2.
        near(sigma((300.0_f64 * 3600.0).sqrt(), 32), 0.235);
    }
}
