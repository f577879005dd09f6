//! Where the time of a run went, as `profile LOG` tells it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::profile::eventlog::{EventLog, Link, StageLine};
use crate::report::number::six;

/// A run in a few figures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RunSummary {
    /// Before the first task: start-up and the driver's first planning.
    pub before_first_task_s: f64,
    /// What the run takes with any number of executors: the driver's time and the longest task of each stage on the critical
    /// path.
    pub floor_s: f64,
    /// What the cores did while tasks held them.
    pub task_time: TaskTimeOut,
    /// What executors were granted and used.
    pub slot_time: SlotTimeOut,
    /// Most jobs at the same time.
    pub jobs_at_once_max: u32,
    /// Time in which at least two jobs ran.
    pub jobs_overlap_s: f64,
    /// The stages with most task time, largest first.
    pub stages: Vec<StageOut>,
    /// The chain of stages and driver times that the length of the run consisted of, in order; short links of the driver are in
    /// it too.
    pub critical_path: Vec<LinkOut>,
    /// What is worth a person's attention, most important first.
    pub findings: Vec<String>,
}

/// What the cores did while tasks held them, summed over tasks. The parts add up to `total_s`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TaskTimeOut {
    /// From launch to end.
    pub total_s: f64,
    /// Computing, garbage collection excluded.
    pub cpu_s: f64,
    /// Garbage collection.
    pub gc_s: f64,
    /// Waiting for shuffle blocks.
    pub fetch_wait_s: f64,
    /// Writing shuffle data.
    pub shuffle_write_s: f64,
    /// Storage, spill, locks, native code; before Spark 2.1 also all computing.
    pub io_and_other_s: f64,
    /// Deserializing tasks, loading classes.
    pub deserialize_s: f64,
    /// Serializing and fetching results.
    pub result_s: f64,
    /// Waiting for the driver or a thread.
    pub scheduler_delay_s: f64,
}

/// Slot time that was granted and used, summed over slots.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SlotTimeOut {
    /// From each executor's registration to its removal.
    pub granted_s: f64,
    /// Taken by tasks.
    pub used_s: f64,
    /// Idle while no task ran anywhere.
    pub idle_driver_only_s: f64,
    /// Idle while other slots worked.
    pub idle_beside_tasks_s: f64,
}

/// A stage attempt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StageOut {
    /// Its id.
    pub id: u32,
    /// Its attempt.
    pub attempt: u32,
    /// The line of code.
    pub name: String,
    /// Tasks that ended.
    pub tasks: u64,
    /// Sum of their durations.
    pub task_time_s: f64,
    /// How long the critical path ran through it.
    pub critical_s: f64,
    /// Median task.
    pub task_p50_s: Option<f64>,
    /// Longest task.
    pub task_max_s: Option<f64>,
    /// Longest over median task; null when the median is under a second.
    pub max_over_median: Option<f64>,
    /// Share of its bytes in its largest partition.
    pub hot_partition_share: Option<f64>,
    /// Bytes spilled to disk.
    pub spill_bytes: u64,
}

/// A link of the critical path.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LinkOut {
    /// The stage's id; null for the driver.
    pub stage: Option<u32>,
    /// How long it took.
    pub length_s: f64,
    /// How long it takes with any number of executors.
    pub floor_s: f64,
}

impl From<&EventLog> for RunSummary {
    fn from(log: &EventLog) -> Self {
        let summary = log.summary();
        let (task, slot) = (summary.task_time, summary.slot_time);
        Self {
            before_first_task_s: seconds(summary.before_first_task_ms),
            floor_s: seconds(summary.floor_ms),
            task_time: TaskTimeOut {
                total_s: seconds(task.total),
                cpu_s: seconds(task.cpu),
                gc_s: seconds(task.gc),
                fetch_wait_s: seconds(task.fetch_wait),
                shuffle_write_s: seconds(task.shuffle_write),
                io_and_other_s: seconds(task.io_and_other),
                deserialize_s: seconds(task.deserialize),
                result_s: seconds(task.result),
                scheduler_delay_s: seconds(task.scheduler_delay),
            },
            slot_time: SlotTimeOut {
                granted_s: seconds(slot.granted),
                used_s: seconds(slot.used),
                idle_driver_only_s: seconds(slot.idle_driver_only),
                idle_beside_tasks_s: seconds(slot.idle_beside_tasks),
            },
            jobs_at_once_max: summary.jobs.max_jobs,
            jobs_overlap_s: seconds(summary.jobs.overlapping_ms),
            stages: summary.stages.iter().map(|line| stage(log, line)).collect(),
            critical_path: summary.critical_path.iter().map(|part| link(log, part)).collect(),
            findings: summary.findings.iter().map(ToString::to_string).collect(),
        }
    }
}

fn stage(log: &EventLog, line: &StageLine) -> StageOut {
    let attempt = &log.stages[line.stage];
    let spread = line.spread.as_ref();
    StageOut {
        id: attempt.id,
        attempt: attempt.attempt,
        name: attempt.name.clone(),
        tasks: attempt.totals.tasks,
        task_time_s: seconds(line.task_ms),
        critical_s: seconds(line.critical_ms),
        task_p50_s: spread.map(|spread| seconds(spread.duration_ms.p50)),
        task_max_s: spread.map(|spread| seconds(spread.duration_ms.max)),
        max_over_median: spread.and_then(|spread| spread.max_over_median).map(six),
        hot_partition_share: spread.and_then(|spread| spread.hot).map(|hot| six(hot.share)),
        spill_bytes: attempt.totals.disk_spilled_bytes,
    }
}

fn link(log: &EventLog, link: &Link) -> LinkOut {
    let stage = match link {
        Link::Driver(_) => None,
        Link::Stage { stage, .. } => Some(log.stages[*stage].id),
    };
    LinkOut { stage, length_s: seconds(link.length_ms()), floor_s: seconds(link.floor_ms()) }
}

#[expect(clippy::cast_precision_loss, reason = "times are far below 2^53 ms")]
fn seconds(ms: u64) -> f64 {
    ms as f64 / 1e3
}
