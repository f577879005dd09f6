//! A job on another shape, from one or more logs of it.

use super::cluster;
use super::problem::Schedule;
use super::run_model::RunModel;
use super::scale::Growth;
use super::target::Target;
use crate::profile::eventlog::EventLog;

/// Run-to-run spread (log-normal sigma): repeats of one job on one cluster differ by 1.2–4 %.
const RUN_SIGMA: f64 = 0.03;
/// More of it for each doubling or halving of the slots. Measured: see `docs/accuracy.md`, event logs.
const SCALE_SIGMA: f64 = 0.02;
/// Width of the kernel that weighs logs by the distance of their slots, in logarithms.
const KERNEL: f64 = 0.35;

/// What is learnt from the logs of one job.
#[derive(Clone, Debug)]
pub struct Predictor {
    runs: Vec<RunModel>,
    growth: Growth,
}

/// A prediction.
#[derive(Clone, Debug, PartialEq)]
pub struct Prediction {
    /// From the application's start to its first job.
    pub lead_s: f64,
    /// From the first job's submission to the last job's end: the likely time.
    pub span_s: f64,
    /// From the last job's end to the application's.
    pub tail_s: f64,
    /// Spread of the prediction (log-normal sigma).
    pub sigma: f64,
    /// The schedule of the log that stands nearest.
    pub schedule: Schedule,
}

impl Predictor {
    /// Learns from logs of one job; `None` when none of them ran a task.
    #[must_use]
    pub fn learn(logs: &[EventLog]) -> Option<Self> {
        Self::of_runs(logs.iter().filter_map(RunModel::of).collect())
    }

    /// The same from runs that are taken apart.
    #[must_use]
    pub fn of_runs(runs: Vec<RunModel>) -> Option<Self> {
        if runs.is_empty() {
            return None;
        }
        let growth = Growth::of(&runs);
        Some(Self { runs, growth })
    }

    /// The runs that it learnt from.
    #[must_use]
    pub fn runs(&self) -> &[RunModel] {
        &self.runs
    }

    /// Predicts the job on a target: each log by itself, the nearest ones counting most.
    #[must_use]
    pub fn predict(&self, target: &Target) -> Prediction {
        let mut each: Vec<(f64, f64, &RunModel, Schedule)> = Vec::with_capacity(self.runs.len());
        for run in &self.runs {
            let slots = f64::from(target.cores.unwrap_or(run.cores) * target.executors.unwrap_or(run.executors));
            let distance = (slots.max(1.0) / f64::from(run.slots().max(1))).ln();
            let weight = (-distance.powi(2) / (2.0 * KERNEL.powi(2))).exp().max(1e-9);
            let factors = self.growth.factors(run, slots);
            each.push((weight, distance.abs(), run, cluster::run(&run.on(target, &factors))));
        }
        let span_s = weighted_median(each.iter().map(|(weight, _, _, schedule)| (schedule.end_s, *weight)).collect());
        let of = |value: fn(&RunModel) -> f64| {
            weighted_median(each.iter().map(|(weight, _, run, _)| (value(run), *weight)).collect())
        };
        let (lead_s, tail_s) = (of(|run| run.recording.lead_s), of(|run| run.recording.tail_s));
        each.sort_by(|a, b| (a.3.end_s - span_s).abs().total_cmp(&(b.3.end_s - span_s).abs()));
        let nearest = each.iter().map(|(_, distance, _, _)| *distance).fold(f64::INFINITY, f64::min);
        let sigma = RUN_SIGMA.hypot(SCALE_SIGMA * nearest / std::f64::consts::LN_2);
        let schedule = each.into_iter().next().map(|(_, _, _, schedule)| schedule).unwrap_or_default();
        Prediction { lead_s, span_s, tail_s, sigma, schedule }
    }
}

impl Prediction {
    /// The application's likely time.
    #[must_use]
    pub fn wall_s(&self) -> f64 {
        self.lead_s + self.span_s + self.tail_s
    }
}

/// The value at which half of the weight is reached, between its neighbours when they share it.
fn weighted_median(mut values: Vec<(f64, f64)>) -> f64 {
    values.sort_by(|a, b| a.0.total_cmp(&b.0));
    let half = 0.5 * values.iter().map(|(_, weight)| weight).sum::<f64>();
    let mut seen = 0.0;
    for (index, (value, weight)) in values.iter().enumerate() {
        seen += weight;
        if (seen - half).abs() <= 1e-9 * half {
            return values.get(index + 1).map_or(*value, |(next, _)| 0.5 * (value + next));
        }
        if seen > half {
            return *value;
        }
    }
    0.0
}
