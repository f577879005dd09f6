//! A job on another shape, from one or more logs of it.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::caveats;
use super::cluster;
use super::problem::{Problem, Schedule};
use super::run_model::{RunModel, StageFactors};
use super::scale::{Exponents, Growth, scale_of, volume_ratio};
use super::target::Target;
use super::waits::Waits;
use super::warm_up::median;
use crate::profile::eventlog::EventLog;

/// Run-to-run spread (log-normal sigma) of one run; the logs that are learnt from are such draws themselves. Repeats of one
/// job on one cluster differ by 1.2–4 %, and more on bad days (`docs/accuracy/intervals.md`).
const RUN_SIGMA: f64 = 0.04;
/// More of it for each doubling or halving of the slots. Measured: see `docs/accuracy/event-logs.md`.
const SCALE_SIGMA: f64 = 0.02;
/// Width of the kernel that weighs logs by the distance of their slots, in logarithms.
const KERNEL: f64 = 0.7;

/// What is learnt from the logs of one job.
#[derive(Clone, Debug)]
pub struct Predictor {
    runs: Vec<RunModel>,
    growth: Growth,
    waits: Waits,
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
        let waits = Waits::of(&runs);
        Some(Self { runs, growth, waits })
    }

    /// What to know before trusting a prediction for a target: code and text.
    #[must_use]
    pub fn warnings(&self, target: &Target) -> Vec<(&'static str, String)> {
        let mut warnings = Vec::new();
        let Some(run) = self.runs.first() else { return warnings };
        if target.growth.is_some_and(|growth| (growth - 1.0).abs() > 1e-9) && !self.growth.knows_sizes {
            let text = "the logs have one size of data: the work of every stage is taken to grow as the data; a log at another size \
                would tell";
            warnings.push(("growth-unknown", text.to_owned()));
        }
        warnings.extend(caveats::of(run, target));
        warnings
    }

    /// The run that stands for all where only one can: of the middle length among those of the newest one's size.
    #[must_use]
    pub fn middle(&self) -> &RunModel {
        &self.runs[self.middle_index()]
    }

    /// Its place among the runs.
    #[must_use]
    pub fn middle_index(&self) -> usize {
        let newest = self.newest();
        let is_alike = |index: &usize| (volume_ratio(&self.runs[*index], newest) - 1.0).abs() < f64::EPSILON;
        let mut alike: Vec<usize> = (0..self.runs.len()).filter(is_alike).collect();
        let length = |index: usize| self.runs[index].recording.wall_s();
        alike.sort_by(|a, b| length(*a).total_cmp(&length(*b)));
        alike.get((alike.len().max(1) - 1) / 2).copied().unwrap_or(0)
    }

    /// At how many scales and sizes it saw the job.
    #[must_use]
    pub fn scales_and_sizes(&self) -> (usize, usize) {
        let scales: BTreeSet<u32> = self.runs.iter().map(RunModel::slots).collect();
        let sizes: BTreeSet<i64> = self.runs.iter().map(|run| scale_of(run).1).collect();
        (scales.len(), sizes.len())
    }

    /// The run that started last: growth is said over its data.
    #[must_use]
    pub fn newest(&self) -> &RunModel {
        self.runs.iter().max_by_key(|run| run.started_ms).unwrap_or(&self.runs[0])
    }

    /// How the work of a run's stages grows.
    #[must_use]
    pub fn exponents(&self, run: &RunModel) -> Vec<Exponents> {
        self.growth.exponents(run)
    }

    /// The target's data over a run's.
    fn data_ratio(&self, run: &RunModel, target: &Target) -> f64 {
        target.growth.unwrap_or(1.0).max(1e-9) * volume_ratio(run, self.newest())
    }

    fn problem(&self, run: &RunModel, target: &Target) -> Problem {
        let slots = target_slots(run, target).max(1.0) / f64::from(run.slots().max(1));
        let volume = self.data_ratio(run, target);
        let waits = self.waits.factors(run);
        let of = |(exponents, wait): (Exponents, f64)| StageFactors {
            work: slots.powf(exponents.slots) * volume.powf(exponents.volume),
            wait,
            volume,
        };
        let factors: Vec<StageFactors> = self.growth.exponents(run).into_iter().zip(waits).map(of).collect();
        run.on(target, &factors)
    }

    /// The runs that it learnt from.
    #[must_use]
    pub fn runs(&self) -> &[RunModel] {
        &self.runs
    }

    /// Predicts the job on a target: each log by itself, the median of each scale, and the mean over scales, the nearest
    /// ones counting most.
    #[must_use]
    pub fn predict(&self, target: &Target) -> Prediction {
        let one = |run| (run, cluster::run(&self.problem(run, target)));
        let each: Vec<(&RunModel, Schedule)> = self.runs.par_iter().map(one).collect();
        let mut scales: BTreeMap<(u32, i64), Vec<&(&RunModel, Schedule)>> = BTreeMap::new();
        for one in &each {
            scales.entry(scale_of(one.0)).or_default().push(one);
        }
        let scales: Vec<Scale> =
            scales.into_values().map(|runs| Scale::of(&runs, target, self.data_ratio(runs[0].0, target))).collect();
        let over_scales = |value: fn(&Scale) -> f64| {
            let weight: f64 = scales.iter().map(Scale::weight).sum();
            scales.iter().map(|scale| scale.weight() * value(scale)).sum::<f64>() / weight
        };
        let span_s = over_scales(|scale| scale.span_s.max(1e-3).ln()).exp();
        let distance = scales.iter().map(|scale| scale.distance.abs()).fold(f64::INFINITY, f64::min);
        let miss = |one: &&(&RunModel, Schedule)| (one.1.end_s - span_s).abs();
        let schedule = each.iter().min_by(|a, b| miss(a).total_cmp(&miss(b))).map(|(_, schedule)| schedule.clone());
        Prediction {
            lead_s: over_scales(|scale| scale.lead_s),
            span_s,
            tail_s: over_scales(|scale| scale.tail_s),
            sigma: (RUN_SIGMA * (1.0 + 1.0 / super::count(self.runs.len())).sqrt())
                .hypot(SCALE_SIGMA * distance / std::f64::consts::LN_2),
            schedule: schedule.unwrap_or_default(),
        }
    }
}

/// What the logs of one scale say together.
#[derive(Clone, Copy, Debug)]
struct Scale {
    /// How far the target is: logarithms of its slots and of its data over this scale's.
    distance: f64,
    span_s: f64,
    lead_s: f64,
    tail_s: f64,
}

impl Scale {
    fn of(runs: &[&(&RunModel, Schedule)], target: &Target, data: f64) -> Self {
        let distance = runs
            .first()
            .map_or(0.0, |(run, _)| (target_slots(run, target).max(1.0) / f64::from(run.slots().max(1))).ln())
            .hypot(data.ln());
        let middle = |value: &dyn Fn(&(&RunModel, Schedule)) -> f64| {
            let mut values: Vec<f64> = runs.iter().map(|one| value(one)).collect();
            values.sort_by(f64::total_cmp);
            median(&values)
        };
        Self {
            distance,
            span_s: middle(&|(_, schedule)| schedule.end_s),
            lead_s: middle(&|(run, _)| run.recording.lead_s),
            tail_s: middle(&|(run, _)| run.recording.tail_s),
        }
    }

    fn weight(&self) -> f64 {
        (-self.distance.powi(2) / (2.0 * KERNEL.powi(2))).exp().max(1e-9)
    }
}

fn target_slots(run: &RunModel, target: &Target) -> f64 {
    f64::from(target.cores.unwrap_or(run.cores)) * f64::from(target.executors.unwrap_or(run.executors))
}

impl Prediction {
    /// The application's likely time.
    #[must_use]
    pub fn wall_s(&self) -> f64 {
        self.lead_s + self.span_s + self.tail_s
    }
}
