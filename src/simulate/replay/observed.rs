//! The self-check: a run replayed on the executors that it had must take the time that it took.

use super::cluster;
use super::problem::{Departure, Executor, Job, Problem, Schedule, Stage, Task};
use super::recording::{Attempts, RecordedStage, Recording};
use crate::profile::eventlog::EventLog;

/// A replay of the observed shape.
#[derive(Clone, Debug, PartialEq)]
pub struct SelfCheck {
    /// From the first job's submission to the last job's end, as observed.
    pub observed_s: f64,
    /// The same, replayed.
    pub replayed_s: f64,
    /// The application's time, as observed.
    pub wall_s: f64,
    /// The schedule.
    pub schedule: Schedule,
}

impl SelfCheck {
    /// Replays a log; `None` when no task ended in any job.
    #[must_use]
    pub fn of(log: &EventLog) -> Option<Self> {
        let recording = Recording::of(log, Attempts::AsRecorded)?;
        let schedule = cluster::run(&as_it_was(&recording));
        let (observed_s, wall_s) = (recording.span_s, recording.wall_s());
        Some(Self { observed_s, replayed_s: schedule.end_s, wall_s, schedule })
    }

    /// By how much the replay missed the application's time, as a share of it; never negative.
    #[must_use]
    pub fn error(&self) -> f64 {
        relative(self.replayed_s - self.observed_s, self.wall_s)
    }

    /// By how much the replay missed the time from the first job's submission to the last job's end: start-up and
    /// shut-down, which are taken as they were, do not flatter it.
    #[must_use]
    pub fn span_error(&self) -> f64 {
        relative(self.replayed_s - self.observed_s, self.observed_s)
    }
}

fn relative(difference_s: f64, of_s: f64) -> f64 {
    if of_s > 0.0 { (difference_s / of_s).abs() } else { 0.0 }
}

/// The run with every figure as it was measured.
#[must_use]
pub fn as_it_was(recording: &Recording) -> Problem {
    Problem {
        jobs: jobs(recording),
        stages: recording.stages.iter().map(|stage| measured(stage, recording)).collect(),
        executors: recording
            .executors
            .iter()
            .map(|executor| Executor {
                slots: executor.slots,
                profile: executor.profile,
                from_s: executor.from_s,
                // What was running then is among the recorded tasks, and so is what ran again: nothing is lost anew.
                until: executor.until_s.map(|at_s| Departure { at_s, is_loss: false }),
            })
            .collect(),
        allocation: None,
        keeps_shuffle: true,
    }
}

/// The jobs with their driver times.
#[must_use]
pub fn jobs(recording: &Recording) -> Vec<Job> {
    recording
        .jobs
        .iter()
        .map(|job| Job { after: job.after.clone(), delay_s: job.delay_s, tail_s: job.tail_s })
        .collect()
}

/// A stage with the measured times of its tasks. Where the scheduler waited for executors near the data, tasks that got
/// one are held to it: that is why other executors were idle.
fn measured(stage: &RecordedStage, recording: &Recording) -> Stage {
    // Where tasks failed, who got the next try was no free choice (retries, excluded executors), and the gaps are those of the
    // executors that were chosen.
    let has_failures = stage.tasks.iter().any(|task| task.task.result.is_failure());
    let place = |index: usize| recording.executors.iter().position(|executor| executor.index == index);
    let task = |task: &super::recording::RecordedTask| Task {
        steady_s: task.gap_s + task.duration_s,
        only_on: (stage.was_placed(task) || has_failures).then(|| place(usize::from(task.task.executor))).flatten(),
        is_needed: task.is_needed,
        is_large: false,
    };
    Stage {
        job: stage.job,
        parents: stage.parents.clone(),
        delay_s: stage.delay_s,
        tasks: stage.tasks.iter().map(task).collect(),
        profile: stage.profile,
        warm_up_s: [0.0; 2],
    }
}
