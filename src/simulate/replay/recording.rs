//! From an event log to what can be scheduled again: jobs that wait for jobs, stages with parents, single tasks with
//! their measured times, executors as they were granted.
//!
//! Times are seconds; zero is the submission of the first job.

use std::collections::BTreeMap;

use super::gaps;
use crate::profile::eventlog::{self, EventLog, RemovalKind, StageAttempt, TaskResult};

/// How to treat attempts that failed and ran again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attempts {
    /// Every attempt that ran is a stage, every task that ended a task: the run as it was.
    AsRecorded,
    /// Each partition once, with the time of the task that delivered it: the run as it would have been.
    Merged,
}

/// A run, ready to be scheduled again.
#[derive(Clone, Debug, Default)]
pub struct Recording {
    /// From the application's start to the first job.
    pub lead_s: f64,
    /// From the first job's submission to the last job's end, as observed.
    pub span_s: f64,
    /// From the last job's end to the application's.
    pub tail_s: f64,
    /// The jobs, in order of submission.
    pub jobs: Vec<RecordedJob>,
    /// The stages, in order of their ids within the order of their jobs.
    pub stages: Vec<RecordedStage>,
    /// The executors that were granted.
    pub executors: Vec<RecordedExecutor>,
}

/// A job with what it waited for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RecordedJob {
    /// Jobs whose end it waited for.
    pub after: Vec<usize>,
    /// Driver time between the last of those ends (or the first job's submission) and its submission.
    pub delay_s: f64,
    /// Driver time between the end of its last stage and its own.
    pub tail_s: f64,
}

/// A stage with its measured tasks.
#[derive(Clone, Debug, Default)]
pub struct RecordedStage {
    /// Its id and attempt in the log.
    pub id: (u32, u32),
    /// The line of code that it comes from.
    pub name: String,
    /// Index of its job.
    pub job: usize,
    /// Indices of the stages whose output it read.
    pub parents: Vec<usize>,
    /// Driver time between the end of its last parent (or its job's submission) and its own submission.
    pub delay_s: f64,
    /// When it was submitted.
    pub submitted_s: f64,
    /// Its tasks, in order of launch.
    pub tasks: Vec<RecordedTask>,
    /// Largest execution memory of a task, bytes; 0 before Spark 3.0.
    pub peak_memory_bytes: u64,
    /// Whether the scheduler held tasks back for executors near their data.
    pub waited_for_data: bool,
    /// The resource profile that it asked for.
    pub profile: u32,
    /// Attempts that were killed because another one of their partition was faster.
    pub beaten: Vec<eventlog::Task>,
}

/// A task as it was measured.
#[derive(Clone, Copy, Debug)]
pub struct RecordedTask {
    /// All that the log keeps.
    pub task: eventlog::Task,
    /// Launch to end, seconds.
    pub duration_s: f64,
    /// How long its slot had been free before, while it could have run: the driver's time to hand it out, and waiting
    /// for executors near its data.
    pub gap_s: f64,
    /// Which task of its stage on its slot it was: 0 for the first.
    pub wave: usize,
    /// Whether the stage waited for it.
    pub is_needed: bool,
}

/// An executor as it was granted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RecordedExecutor {
    /// Its index in the log.
    pub index: usize,
    /// Tasks at once.
    pub slots: u32,
    /// Its resource profile.
    pub profile: u32,
    /// When it came.
    pub from_s: f64,
    /// When it went, if before the end.
    pub until_s: Option<f64>,
    /// Whether it went without notice.
    pub was_lost: bool,
}

impl Recording {
    /// What a log recorded; `None` when no task ended in any job.
    #[must_use]
    pub fn of(log: &EventLog, attempts: Attempts) -> Option<Self> {
        let first_ms = log.jobs.iter().map(|job| job.submitted_ms).min()?;
        if log.stages.iter().all(|stage| stage.tasks.is_empty()) {
            return None;
        }
        let clock = Clock { zero_ms: first_ms };
        let ends = log.jobs.iter().map(|job| job_end_ms(log, job));
        let last_ms = ends.max().unwrap_or(first_ms).max(first_ms);
        let mut recording = Self {
            lead_s: clock.between(log.app.started_ms, first_ms),
            span_s: clock.between(first_ms, last_ms),
            tail_s: clock.between(last_ms, log.app.ended_ms),
            executors: executors(log, clock),
            ..Self::default()
        };
        recording.jobs = jobs(log, clock);
        recording.stages = stages(log, attempts, &recording, clock);
        recording.time_jobs(log, clock);
        gaps::measure(&mut recording, first_ms);
        Some(recording)
    }

    /// Observed time from the application's start to its end.
    #[must_use]
    pub fn wall_s(&self) -> f64 {
        self.lead_s + self.span_s + self.tail_s
    }

    /// Most slots that were there at once.
    #[must_use]
    pub fn slots(&self) -> u32 {
        let count = |at_s: f64| {
            let here = self
                .executors
                .iter()
                .filter(|executor| executor.from_s <= at_s && executor.until_s.is_none_or(|until_s| until_s > at_s));
            here.map(|executor| executor.slots).sum::<u32>()
        };
        self.executors.iter().map(|executor| count(executor.from_s)).max().unwrap_or(0)
    }

    /// What happened between a job's last stage and its end.
    fn time_jobs(&mut self, log: &EventLog, clock: Clock) {
        let mut ends: Vec<Option<i64>> = vec![None; self.jobs.len()];
        for attempt in &log.stages {
            let Some(job) = job_of(log, attempt) else { continue };
            ends[job] = ends[job].max(Some(stage_end_ms(attempt)));
        }
        for (index, job) in log.jobs.iter().enumerate() {
            let from_ms = ends[index].unwrap_or(job.submitted_ms);
            self.jobs[index].tail_s = clock.between(from_ms, job_end_ms(log, job));
        }
    }
}

/// Milliseconds since 1970 to seconds since the first job.
#[derive(Clone, Copy, Debug)]
struct Clock {
    zero_ms: i64,
}

impl Clock {
    #[expect(clippy::cast_precision_loss, reason = "a run is far shorter than 2^53 ms")]
    fn at(self, ms: i64) -> f64 {
        ms.saturating_sub(self.zero_ms) as f64 / 1e3
    }

    /// Never negative.
    #[expect(clippy::cast_precision_loss, reason = "a run is far shorter than 2^53 ms")]
    fn between(self, from_ms: i64, to_ms: i64) -> f64 {
        to_ms.saturating_sub(from_ms).max(0) as f64 / 1e3
    }
}

/// A job that the log does not end ends with its last stage.
fn job_end_ms(log: &EventLog, job: &eventlog::Job) -> i64 {
    let of_stages = || log.stages.iter().filter(|stage| stage.job == Some(job.id)).map(stage_end_ms).max();
    job.ended_ms.unwrap_or_else(|| of_stages().unwrap_or(job.submitted_ms)).max(job.submitted_ms)
}

/// When a stage's successors could start: its completion, or its last task's end.
fn stage_end_ms(stage: &StageAttempt) -> i64 {
    let last =
        stage.tasks.iter().filter(|task| task.result == TaskResult::Success).map(|task| task.finished_ms()).max();
    match (last, stage.completed_ms) {
        (Some(last), Some(completed)) => last.min(completed),
        (last, completed) => last.or(completed).or(stage.submitted_ms).unwrap_or(0),
    }
}

fn stage_start_ms(stage: &StageAttempt) -> Option<i64> {
    let first = stage.tasks.iter().map(|task| task.launched_ms).min();
    stage.submitted_ms.or(first)
}

fn job_of(log: &EventLog, stage: &StageAttempt) -> Option<usize> {
    stage.job.and_then(|id| log.jobs.iter().position(|job| job.id == id))
}

/// What each job waited for.
///
/// A job that is submitted while others run was started by a thread that had just got free: it follows the last job
/// that ended. One that is submitted alone follows all jobs before it.
fn jobs(log: &EventLog, clock: Clock) -> Vec<RecordedJob> {
    let ends: Vec<i64> = log.jobs.iter().map(|job| job_end_ms(log, job)).collect();
    let of = |index: usize| {
        let submitted_ms = log.jobs[index].submitted_ms;
        let ended: Vec<usize> = (0..index).filter(|other| ends[*other] <= submitted_ms).collect();
        let Some(last) = ended.iter().copied().max_by_key(|other| ends[*other]) else {
            return RecordedJob { delay_s: clock.at(submitted_ms), ..RecordedJob::default() };
        };
        let is_alone = ended.len() == index;
        let after = if is_alone { newest(log, &ends, &ended) } else { vec![last] };
        RecordedJob { after, delay_s: clock.between(ends[last], submitted_ms), tail_s: 0.0 }
    };
    (0..log.jobs.len()).map(of).collect()
}

/// Of jobs that have all ended, those that overlapped the last one: the others ended before one of these began.
fn newest(log: &EventLog, ends: &[i64], ended: &[usize]) -> Vec<usize> {
    let last = ended.iter().copied().max_by_key(|job| ends[*job]);
    let Some(last) = last else { return Vec::new() };
    let since_ms = log.jobs[last].submitted_ms;
    ended.iter().copied().filter(|job| ends[*job] > since_ms || *job == last).collect()
}

fn stages(log: &EventLog, attempts: Attempts, recording: &Recording, clock: Clock) -> Vec<RecordedStage> {
    let mut order: Vec<usize> = (0..log.stages.len())
        .filter(|index| attempts == Attempts::AsRecorded || is_first(log, *index))
        .filter(|index| job_of(log, &log.stages[*index]).is_some())
        .collect();
    order.sort_by_key(|index| {
        let stage = &log.stages[*index];
        (job_of(log, stage), stage.id, stage.attempt)
    });
    let places: BTreeMap<(u32, u32), usize> = order
        .iter()
        .enumerate()
        .map(|(place, index)| ((log.stages[*index].id, log.stages[*index].attempt), place))
        .collect();
    order.iter().map(|index| stage(log, *index, attempts, (recording, &places), clock)).collect()
}

/// Whether no earlier attempt of the stage is in the log.
fn is_first(log: &EventLog, index: usize) -> bool {
    let stage = &log.stages[index];
    !log.stages.iter().any(|other| other.id == stage.id && other.attempt < stage.attempt)
}

fn stage(
    log: &EventLog,
    index: usize,
    attempts: Attempts,
    (recording, places): (&Recording, &BTreeMap<(u32, u32), usize>),
    clock: Clock,
) -> RecordedStage {
    let attempt = &log.stages[index];
    let job = job_of(log, attempt).unwrap_or(0);
    let submitted_ms = stage_start_ms(attempt).unwrap_or(log.jobs[job].submitted_ms);
    let before = predecessors(log, attempt, submitted_ms);
    let since_ms =
        before.iter().map(|index| stage_end_ms(&log.stages[*index])).fold(log.jobs[job].submitted_ms, i64::max);
    let parents = before.iter().filter_map(|parent| {
        let parent = &log.stages[*parent];
        places.get(&(parent.id, parent.attempt)).or_else(|| places.get(&(parent.id, 0))).copied()
    });
    let tasks = tasks(log, attempt, attempts, recording);
    RecordedStage {
        id: (attempt.id, attempt.attempt),
        name: attempt.name.clone(),
        job,
        parents: parents.collect(),
        delay_s: clock.between(since_ms, submitted_ms),
        submitted_s: clock.at(submitted_ms),
        peak_memory_bytes: attempt.totals.peak_memory_bytes,
        waited_for_data: waited_for_data(&tasks),
        profile: attempt.resource_profile,
        beaten: stage_tasks_killed(attempt),
        tasks,
    }
}

/// The newest attempt of each parent that had ended at the submission; for a later attempt of a stage also the parents'
/// attempts of the same time.
fn predecessors(log: &EventLog, stage: &StageAttempt, submitted_ms: i64) -> Vec<usize> {
    let newest = |id: &u32| {
        let attempts = log.stages.iter().enumerate().filter(|(_, other)| other.id == *id);
        attempts.filter(|(_, other)| stage_end_ms(other) <= submitted_ms).map(|(index, _)| index).max()
    };
    stage.parents.iter().filter(|id| **id != stage.id).filter_map(newest).collect()
}

fn stage_tasks_killed(stage: &StageAttempt) -> Vec<eventlog::Task> {
    stage.tasks.iter().filter(|task| task.result == TaskResult::Killed).collect()
}

fn tasks(log: &EventLog, stage: &StageAttempt, attempts: Attempts, recording: &Recording) -> Vec<RecordedTask> {
    let mut ended: Vec<eventlog::Task> = match attempts {
        Attempts::AsRecorded => stage.tasks.iter().filter(|task| task.result != TaskResult::Resubmitted).collect(),
        Attempts::Merged => merged(log, stage.id),
    };
    ended.sort_by_key(|task| (task.launched_ms, task.partition));
    let mut launched: BTreeMap<u16, u32> = BTreeMap::new();
    let fails = !ended.iter().any(|task| task.result == TaskResult::Success);
    ended
        .into_iter()
        .map(|task| {
            let count = launched.entry(task.executor).or_default();
            *count += 1;
            let slots = recording.slots_of(usize::from(task.executor)).max(1);
            RecordedTask {
                duration_s: f64::from(task.duration_ms) / 1e3,
                gap_s: 0.0,
                wave: ((*count - 1) / slots) as usize,
                is_needed: fails || task.result == TaskResult::Success,
                task,
            }
        })
        .collect()
}

/// Each partition of all attempts of a stage once: the first task that delivered it, or what ended last.
fn merged(log: &EventLog, id: u32) -> Vec<eventlog::Task> {
    let mut partitions: BTreeMap<u32, eventlog::Task> = BTreeMap::new();
    let all = log.stages.iter().filter(|stage| stage.id == id).flat_map(|stage| stage.tasks.iter());
    for task in all.filter(|task| task.result != TaskResult::Resubmitted) {
        let known = partitions.entry(task.partition).or_insert(task);
        if known.result != TaskResult::Success {
            *known = task;
        }
    }
    partitions.into_values().collect()
}

/// Delay scheduling was at work when some tasks ran nearer to their data than others.
fn waited_for_data(tasks: &[RecordedTask]) -> bool {
    let farthest = farthest(tasks);
    tasks.iter().any(|task| is_placed(task) && Some(task.task.locality) < farthest)
}

/// How far the farthest data was.
fn farthest(tasks: &[RecordedTask]) -> Option<eventlog::Locality> {
    tasks.iter().filter(|task| is_placed(task)).map(|task| task.task.locality).max()
}

const fn is_placed(task: &RecordedTask) -> bool {
    !matches!(task.task.locality, eventlog::Locality::NoPreference | eventlog::Locality::Unknown)
}

impl RecordedStage {
    /// Whether a task ran nearer to its data than others of its stage: it was held back for that executor.
    #[must_use]
    pub fn was_placed(&self, task: &RecordedTask) -> bool {
        self.waited_for_data && is_placed(task) && Some(task.task.locality) < farthest(&self.tasks)
    }
}

impl Recording {
    fn slots_of(&self, index: usize) -> u32 {
        self.executors.iter().find(|executor| executor.index == index).map_or(1, |executor| executor.slots)
    }
}

/// The executors that ran tasks or were announced, as [`EventLog::granted`] counts them.
fn executors(log: &EventLog, clock: Clock) -> Vec<RecordedExecutor> {
    let cpus = log.conf.count("spark.task.cpus").unwrap_or(1).max(1);
    let announced = log.executors.iter().any(eventlog::Executor::is_announced);
    let is_granted = |executor: &eventlog::Executor| {
        executor.tasks > 0 || !(announced && executor.is_driver() && !executor.is_announced())
    };
    let of = |(index, executor): (usize, &eventlog::Executor)| {
        let life = executor.life(log.app.ended_ms)?;
        let is_lost = |removal: &eventlog::Removal| {
            matches!(removal.kind, RemovalKind::Lost | RemovalKind::OutOfMemory | RemovalKind::Preempted)
        };
        Some(RecordedExecutor {
            index,
            slots: (executor.slots() / cpus).max(1),
            profile: executor.resource_profile,
            from_s: clock.at(life.from_ms.min(executor.first_launch_ms.unwrap_or(i64::MAX))),
            until_s: executor.removal.as_ref().map(|removal| clock.at(removal.at_ms)),
            was_lost: executor.removal.as_ref().is_some_and(is_lost),
        })
    };
    log.executors.iter().enumerate().filter(|(_, executor)| is_granted(executor)).filter_map(of).collect()
}
