//! One log, taken apart for prediction: steady task times, warm-up, overhead, driver times, executors.

use super::observed;
use super::problem::{Problem, Stage, Task};
use super::recording::{Attempts, RecordedStage, RecordedTask, Recording};
use super::settings::SparkSettings;
use super::target::Target;
use super::warm_up::WarmUp;
use super::{heap, reshape, supply};
use crate::profile::eventlog::EventLog;
use crate::units::{Bytes, MIB};

/// A run as it can be run on other executors.
#[derive(Clone, Debug)]
pub struct RunModel {
    /// What was recorded, each partition once.
    pub recording: Recording,
    /// Warm-up of each stage.
    pub warm_up: Vec<WarmUp>,
    /// What was configured.
    pub settings: SparkSettings,
    /// Executors at the busiest time.
    pub executors: u32,
    /// Slots of an executor.
    pub cores: u32,
    /// Heap of an executor, where the configuration says it.
    pub heap: Option<Bytes>,
}

impl RunModel {
    /// Takes a log apart; `None` when no task ended in any job.
    #[must_use]
    pub fn of(log: &EventLog) -> Option<Self> {
        let recording = Recording::of(log, Attempts::Merged)?;
        let warm_up = recording.stages.iter().map(WarmUp::of).collect();
        let cores = recording.executors.iter().map(|executor| executor.slots).max().unwrap_or(1).max(1);
        let executors = recording.slots().div_ceil(cores).max(1);
        Some(Self {
            warm_up,
            settings: SparkSettings::of(log),
            executors,
            cores,
            heap: log.conf.size("spark.executor.memory", MIB),
            recording,
        })
    }

    /// Task slots at the busiest time.
    #[must_use]
    pub const fn slots(&self) -> u32 {
        self.executors * self.cores
    }

    /// Whether a target leaves the number of executors to the load.
    #[must_use]
    pub fn is_dynamic(&self, target: &Target) -> bool {
        supply::of(self, target).allocation.is_some()
    }

    /// Sum of a stage's steady task times, seconds.
    #[must_use]
    pub fn steady_s(&self, stage: usize) -> f64 {
        self.recording.stages[stage].tasks.iter().map(|task| self.warm_up[stage].steady_s(task)).sum()
    }

    /// The same without waits for shuffle blocks, which are the day's more than the job's.
    #[must_use]
    pub fn work_s(&self, stage: usize) -> f64 {
        let of = |task: &RecordedTask| {
            let steady_s = self.warm_up[stage].steady_s(task);
            steady_s - (f64::from(task.task.fetch_wait_ms) / 1e3).min(steady_s)
        };
        self.recording.stages[stage].tasks.iter().map(of).sum()
    }

    /// The run on a target; `factors` multiply the steady times of each stage, `waits` what its tasks wait for shuffle blocks.
    #[must_use]
    pub fn on(&self, target: &Target, factors: &[f64], waits: &[f64]) -> Problem {
        let stages = self.recording.stages.iter().enumerate().map(|(index, stage)| {
            let at = |factors: &[f64]| factors.get(index).copied().unwrap_or(1.0);
            let tasks = self.tasks(index, stage, target, [at(factors), at(waits)]);
            Stage {
                job: stage.job,
                parents: stage.parents.clone(),
                delay_s: stage.delay_s,
                tasks: reshape::tasks(tasks, stage, self, target),
                warm_up_s: self.warm_up[index].extra_s.map(|extra_s| extra_s / target.speeds.cpu),
            }
        });
        let supply = supply::of(self, target);
        Problem {
            jobs: observed::jobs(&self.recording),
            stages: stages.collect(),
            executors: supply.executors,
            allocation: supply.allocation,
            keeps_shuffle: true,
        }
    }

    fn tasks(&self, index: usize, stage: &RecordedStage, target: &Target, [factor, wait]: [f64; 2]) -> Vec<Task> {
        let gap_s = gap_s(stage);
        stage
            .tasks
            .iter()
            .map(|task| {
                let steady_s = self.warm_up[index].steady_s(task);
                Task::of(
                    gap_s
                        + factor * reshape::moved_s(task, steady_s, wait, target)
                        + heap::spill_s(task, stage, self, target),
                )
            })
            .collect()
    }
}

/// How long a slot is empty between two tasks of a stage: the mean, as few long waits make up the idle time.
fn gap_s(stage: &RecordedStage) -> f64 {
    let later: Vec<f64> = stage.tasks.iter().filter(|task| task.wave > 0).map(|task| task.gap_s).collect();
    if later.is_empty() { 0.0 } else { later.iter().sum::<f64>() / super::count(later.len()) }
}
