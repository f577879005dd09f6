//! The likely run of a candidate: the timeline that `explain` prints.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::engines::{GroupRecord, RunRecord, StageRecord};
use crate::report::number::six;

/// One run with every uncertain figure at its likely value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LikelyRun {
    /// Trigger to first executor.
    pub start_up_s: f64,
    /// First executor to last task.
    pub work_s: f64,
    /// Trigger to last task: what the deadline is held against.
    pub makespan_s: f64,
    /// The executor groups, in the order of the shape.
    pub executor_groups: Vec<ExecutorGroup>,
    /// Stages in the order of their start.
    pub stages: Vec<Stage>,
    /// S3 GET and HEAD requests.
    pub s3_get_requests: u64,
    /// S3 PUT, POST, COPY and LIST requests.
    pub s3_put_requests: u64,
    /// Read from S3.
    pub read_bytes: u64,
    /// Written to S3.
    pub written_bytes: u64,
    /// Written to shuffle.
    pub shuffle_bytes: u64,
    /// Spilled to disk.
    pub spill_bytes: u64,
    /// Why the run failed, if it did.
    pub failure: Option<String>,
    /// Expected Spot losses (nodes).
    pub spot_losses: f64,
    /// Extra time that the losses cost, part of `work_s`.
    pub spot_delay_s: f64,
}

/// One executor group's part in the run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ExecutorGroup {
    /// Executors that came.
    pub executors: u32,
    /// Sum over executors of the time from arrival to release.
    pub executor_time_s: f64,
    /// Sum over slots of the time in which a task ran.
    pub busy_slot_time_s: f64,
}

/// One stage's part in the run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Stage {
    /// The stage's name.
    pub name: String,
    /// Start, counted from the trigger.
    pub start_s: f64,
    /// End, counted from the trigger.
    pub end_s: f64,
    /// Number of tasks.
    pub tasks: u64,
    /// Longest task.
    pub longest_task_s: f64,
    /// Median task.
    pub median_task_s: f64,
}

impl From<&RunRecord> for LikelyRun {
    fn from(run: &RunRecord) -> Self {
        Self {
            start_up_s: six(run.start_up.as_seconds()),
            work_s: six(run.work.as_seconds()),
            makespan_s: six(run.makespan.as_seconds()),
            executor_groups: run.groups.iter().map(ExecutorGroup::from).collect(),
            stages: run.stages.iter().map(Stage::from).collect(),
            s3_get_requests: run.s3_gets,
            s3_put_requests: run.s3_puts,
            read_bytes: run.bytes_read.get(),
            written_bytes: run.bytes_written.get(),
            shuffle_bytes: run.shuffle_bytes.get(),
            spill_bytes: run.spill_bytes.get(),
            failure: run.failure.clone(),
            spot_losses: six(run.spot_losses),
            spot_delay_s: six(run.spot_delay.as_seconds()),
        }
    }
}

impl From<&GroupRecord> for ExecutorGroup {
    fn from(group: &GroupRecord) -> Self {
        Self {
            executors: group.executors,
            executor_time_s: six(group.executor_time.as_seconds()),
            busy_slot_time_s: six(group.busy_slot_time.as_seconds()),
        }
    }
}

impl From<&StageRecord> for Stage {
    fn from(stage: &StageRecord) -> Self {
        Self {
            name: stage.name.clone(),
            start_s: six(stage.start.as_seconds()),
            end_s: six(stage.end.as_seconds()),
            tasks: stage.tasks,
            longest_task_s: six(stage.longest_task.as_seconds()),
            median_task_s: six(stage.median_task.as_seconds()),
        }
    }
}
