//! What in a run is worth a person's attention: each finding carries its figures and prints as one line.

use std::fmt;

use super::profile::{EventLog, RemovalKind, StageAttempt};
use super::skew::StageSummary;
use super::summary::Summary;
use crate::units::{Bytes, Span};

/// Something that costs time or money.
#[derive(Clone, Debug, PartialEq)]
pub enum Finding {
    /// More executors cannot make the run much faster.
    BoundByFloor {
        /// What is left with any number of executors, in ms.
        floor_ms: u64,
        /// Its share of the wall time.
        share: f64,
    },
    /// The driver worked alone for long.
    DriverOnly {
        /// How long, in ms.
        driver_only_ms: u64,
        /// Its share of the wall time.
        share: f64,
    },
    /// Slots were paid for and idle.
    IdleSlots {
        /// Share of the granted slot time that no task used.
        share: f64,
        /// The part of it while no task ran anywhere.
        driver_only: f64,
    },
    /// A stage waited for few long tasks.
    Skew {
        /// The stage's id.
        stage: u32,
        /// Longest over median task.
        max_over_median: f64,
        /// The longest task, in ms.
        max_ms: u64,
        /// Share of the stage's bytes in its largest partition.
        hot_share: Option<f64>,
    },
    /// A stage spilled to disk.
    Spill {
        /// The stage's id.
        stage: u32,
        /// Bytes on disk.
        bytes: u64,
    },
    /// Garbage collection took much of the task time.
    GarbageCollection {
        /// Its share.
        share: f64,
    },
    /// Waiting for shuffle blocks took much of the task time.
    FetchWait {
        /// Its share.
        share: f64,
    },
    /// Tasks are so short that launching them costs as much as running them.
    TinyTasks {
        /// Among the stages with most task time, how many are like this.
        stages: u32,
        /// How many tasks they have.
        tasks: u64,
    },
    /// Work was lost and done again.
    Recomputed {
        /// Stage attempts after the first.
        attempts: u32,
        /// Tasks that failed.
        failed_tasks: u64,
    },
    /// Executors were lost, not given back.
    LostExecutors {
        /// How many.
        executors: u32,
        /// Those of them that ran out of memory.
        out_of_memory: u32,
    },
}

/// Below these, a finding is noise.
const DRIVER_SHARE: f64 = 0.25;
const FLOOR_SHARE: f64 = 0.7;
const IDLE_SHARE: f64 = 0.3;
const GC_SHARE: f64 = 0.1;
const FETCH_SHARE: f64 = 0.1;
const SKEW_RATIO: f64 = 3.0;
/// Of the wall time, for a stage's skew or spill to matter.
const STAGE_SHARE: f64 = 0.02;
const TINY_TASK_MS: u64 = 50;
const MANY_TASKS: u64 = 200;

/// What is worth saying about a run, most important first.
pub(super) fn findings(log: &EventLog, summary: &Summary) -> Vec<Finding> {
    let mut found = Vec::new();
    found.extend(of_the_run(summary));
    for line in &summary.stages {
        let stage = &log.stages[line.stage];
        if let Some(spread) = &line.spread {
            found.extend(skew(stage, spread, share(line.critical_ms, summary.wall_ms)));
        }
        if stage.totals.disk_spilled_bytes > 0 && share(line.critical_ms, summary.wall_ms) >= STAGE_SHARE {
            found.push(Finding::Spill { stage: stage.id, bytes: stage.totals.disk_spilled_bytes });
        }
    }
    found.extend(tiny_tasks(log, summary));
    found.extend(recomputed(log, summary));
    found.extend(lost_executors(log));
    found
}

fn of_the_run(summary: &Summary) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut put = |share: f64, least: f64, finding: Finding| {
        if share >= least {
            found.push(finding);
        }
    };
    let floor = share(summary.floor_ms, summary.wall_ms);
    put(floor, FLOOR_SHARE, Finding::BoundByFloor { floor_ms: summary.floor_ms, share: floor });
    let driver = share(summary.driver_only_ms, summary.wall_ms);
    put(driver, DRIVER_SHARE, Finding::DriverOnly { driver_only_ms: summary.driver_only_ms, share: driver });
    let slots = &summary.slot_time;
    let idle = share(slots.idle_driver_only.saturating_add(slots.idle_beside_tasks), slots.granted);
    let driver_only = share(slots.idle_driver_only, slots.granted);
    put(idle, IDLE_SHARE, Finding::IdleSlots { share: idle, driver_only });
    let gc = share(summary.task_time.gc, summary.task_time.total);
    put(gc, GC_SHARE, Finding::GarbageCollection { share: gc });
    let fetch = share(summary.task_time.fetch_wait, summary.task_time.total);
    put(fetch, FETCH_SHARE, Finding::FetchWait { share: fetch });
    found
}

fn skew(stage: &StageAttempt, spread: &StageSummary, critical_share: f64) -> Option<Finding> {
    let ratio = spread.max_over_median.filter(|ratio| *ratio >= SKEW_RATIO && critical_share >= STAGE_SHARE)?;
    Some(Finding::Skew {
        stage: stage.id,
        max_over_median: ratio,
        max_ms: spread.duration_ms.max,
        hot_share: spread.hot.map(|hot| hot.share),
    })
}

fn tiny_tasks(log: &EventLog, summary: &Summary) -> Option<Finding> {
    let (mut stages, mut tasks) = (0, 0_u64);
    for line in &summary.stages {
        let count = log.stages[line.stage].totals.tasks;
        let tiny = line.spread.as_ref().is_some_and(|spread| spread.duration_ms.p50 <= TINY_TASK_MS);
        if tiny && count >= MANY_TASKS {
            stages += 1;
            tasks = tasks.saturating_add(count);
        }
    }
    (stages > 0).then_some(Finding::TinyTasks { stages, tasks })
}

fn recomputed(log: &EventLog, summary: &Summary) -> Option<Finding> {
    let attempts = log.stages.iter().filter(|stage| stage.attempt > 0).count();
    let failed_tasks = summary.totals.failed;
    let attempts = u32::try_from(attempts).unwrap_or(u32::MAX);
    (attempts > 0 || failed_tasks > 0).then_some(Finding::Recomputed { attempts, failed_tasks })
}

fn lost_executors(log: &EventLog) -> Option<Finding> {
    let (mut executors, mut out_of_memory) = (0, 0);
    for removal in log.executors.iter().filter_map(|executor| executor.removal.as_ref()) {
        let memory = removal.kind == RemovalKind::OutOfMemory;
        executors += u32::from(memory || matches!(removal.kind, RemovalKind::Lost | RemovalKind::Preempted));
        out_of_memory += u32::from(memory);
    }
    (executors > 0).then_some(Finding::LostExecutors { executors, out_of_memory })
}

#[expect(clippy::cast_precision_loss, reason = "shares need no more than 53 bits")]
fn share(part: u64, of: u64) -> f64 {
    if of == 0 { 0.0 } else { part as f64 / of as f64 }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BoundByFloor { floor_ms, share } => write!(
                f,
                "{} ({:.0} %) stays with any number of executors: the driver's time and the longest task of each stage",
                time(*floor_ms),
                percent(*share)
            ),
            Self::DriverOnly { driver_only_ms, share } => {
                write!(f, "the driver worked alone for {} ({:.0} %)", time(*driver_only_ms), percent(*share))
            }
            Self::IdleSlots { share, driver_only } => write!(
                f,
                "{:.0} % of the granted slot time was idle, {:.0} % while only the driver worked",
                percent(*share),
                percent(*driver_only)
            ),
            Self::Skew { stage, max_over_median, max_ms, hot_share } => {
                write!(f, "stage {stage} waited for a task of {}, {max_over_median:.1} × the median", time(*max_ms))?;
                hot_share.map_or(Ok(()), |hot| write!(f, "; its largest partition holds {:.0} %", percent(hot)))
            }
            Self::Spill { stage, bytes } => write!(f, "stage {stage} spilled {} to disk", Bytes::new(*bytes)),
            Self::GarbageCollection { share } => {
                write!(f, "garbage collection took {:.0} % of the task time", percent(*share))
            }
            Self::FetchWait { share } => {
                write!(f, "waiting for shuffle blocks took {:.0} % of the task time", percent(*share))
            }
            Self::TinyTasks { stages, tasks } => write!(
                f,
                "{stages} stage(s) have {tasks} tasks whose median is at most {TINY_TASK_MS} ms: fewer, larger ones cost less"
            ),
            Self::Recomputed { attempts, failed_tasks } => {
                write!(f, "{failed_tasks} task(s) failed and {attempts} stage attempt(s) were repeated")
            }
            Self::LostExecutors { executors, out_of_memory } => {
                write!(f, "{executors} executor(s) were lost, {out_of_memory} of them out of memory")
            }
        }
    }
}

fn percent(share: f64) -> f64 {
    share * 100.0
}

#[expect(clippy::cast_precision_loss, reason = "times are far below 2^53")]
fn time(ms: u64) -> Span {
    Span::seconds(ms as f64 / 1000.0)
}
