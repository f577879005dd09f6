//! What one simulated run did: the only thing that the simulation hands to the bill.

use serde::Serialize;

use crate::units::{Bytes, Span};

/// One replication of one candidate.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RunRecord {
    /// Trigger to first executor.
    pub start_up: Span,
    /// First executor to last task.
    pub work: Span,
    /// Trigger to last task: what the deadline is held against.
    pub makespan: Span,
    /// What each executor group did, in the order of the provision's groups.
    pub groups: Vec<GroupRecord>,
    /// Stages in the order of their start; a likely run tells them, a drawn one only when asked to.
    pub stages: Vec<StageRecord>,
    /// S3 GET and HEAD requests.
    pub s3_gets: u64,
    /// S3 PUT, POST, COPY and LIST requests.
    pub s3_puts: u64,
    /// Bytes read from S3.
    pub bytes_read: Bytes,
    /// Bytes written to S3.
    pub bytes_written: Bytes,
    /// Bytes written to shuffle.
    pub shuffle_bytes: Bytes,
    /// Bytes spilled to disk.
    pub spill_bytes: Bytes,
    /// Why the run failed, if it did.
    pub failure: Option<String>,
    /// Executors lost to Spot during the run: expected in a likely run, drawn in a replication.
    pub spot_losses: f64,
    /// Extra time that the losses cost, part of `work`: in a likely run by the closed form, in a replication against the
    /// same run undisturbed.
    pub spot_delay: Span,
    /// Factor on the Spot prices of the bill: 1 in a likely run, drawn in a replication.
    pub spot_price_factor: f64,
    /// Whether the run waited for Spot in vain and ran On-Demand in its place.
    pub spot_fell_back: bool,
}

/// One executor group's part in a run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GroupRecord {
    /// Executors that came.
    pub executors: u32,
    /// Sum over executors of the time from arrival to release or end of work.
    pub executor_time: Span,
    /// Sum over slots of the time in which a task ran.
    pub busy_slot_time: Span,
}

/// One stage's part in a run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StageRecord {
    /// The stage's name.
    pub name: String,
    /// Start, counted from the trigger.
    pub start: Span,
    /// End, counted from the trigger.
    pub end: Span,
    /// Number of tasks.
    pub tasks: u64,
    /// Longest task.
    pub longest_task: Span,
    /// Median task.
    pub median_task: Span,
}
