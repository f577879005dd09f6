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
    /// Bytes that it read from storage; 0 when it read none.
    pub volume_bytes: f64,
    /// When it started, in ms since 1970.
    pub started_ms: i64,
}

/// What changes the tasks of a stage beside the target itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StageFactors {
    /// On its work.
    pub work: f64,
    /// On what its tasks wait for shuffle blocks, over its work.
    pub wait: f64,
    /// On its data: more splits, larger partitions. The work is not in it.
    pub volume: f64,
}

impl Default for StageFactors {
    fn default() -> Self {
        Self { work: 1.0, wait: 1.0, volume: 1.0 }
    }
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
            volume_bytes: recording
                .stages
                .iter()
                .flat_map(|stage| &stage.tasks)
                .map(|task| super::bytes(task.task.input_bytes))
                .sum(),
            started_ms: log.app.started_ms,
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

    /// The run on a target, its stages changed as the factors say.
    #[must_use]
    pub fn on(&self, target: &Target, factors: &[StageFactors]) -> Problem {
        let stages = self.recording.stages.iter().enumerate().map(|(index, stage)| {
            let factors = factors.get(index).copied().unwrap_or_default();
            let tasks = self.tasks(index, stage, target, factors);
            Stage {
                job: stage.job,
                parents: stage.parents.clone(),
                delay_s: stage.delay_s,
                profile: 0,
                tasks: reshape::tasks(tasks, stage, self, target, factors.volume),
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

    fn tasks(&self, index: usize, stage: &RecordedStage, target: &Target, factors: StageFactors) -> Vec<Task> {
        let gap_s = gap_s(stage);
        let large_bytes = large_bytes(stage);
        stage
            .tasks
            .iter()
            .map(|task| {
                let steady_s = self.warm_up[index].steady_s(task);
                let moved_s = gap_s
                    + factors.work * reshape::moved_s(task, steady_s, factors.wait, target)
                    + heap::spill_s(task, stage, self, target, factors.volume);
                Task { is_large: super::bytes(task.task.bytes_in()) > large_bytes, ..Task::of(moved_s) }
            })
            .collect()
    }
}

/// Tasks with more data than this are long for a reason.
fn large_bytes(stage: &RecordedStage) -> f64 {
    let mut sizes: Vec<f64> = stage.tasks.iter().map(|task| super::bytes(task.task.bytes_in())).collect();
    sizes.sort_by(f64::total_cmp);
    2.0 * super::warm_up::median(&sizes)
}

/// How long a slot is empty between two tasks of a stage: the mean, as few long waits make up the idle time.
fn gap_s(stage: &RecordedStage) -> f64 {
    let later: Vec<f64> = stage.tasks.iter().filter(|task| task.wave > 0).map(|task| task.gap_s).collect();
    if later.is_empty() { 0.0 } else { later.iter().sum::<f64>() / super::count(later.len()) }
}
