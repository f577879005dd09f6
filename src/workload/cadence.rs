//! How often the job runs.

use serde::{Deserialize, Serialize};

use super::Sourced;

/// Runs per month and how regular they are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cadence {
    /// The schedule as the user wrote it (a cron expression, `daily`, `30 per month`), for the spec.
    pub schedule: Option<String>,
    /// Mean number of runs in a month of 730 hours.
    pub runs_per_month: Sourced<f64>,
    /// Whether the times and sizes of runs can be known in advance. Spiky work cannot wait for a schedule.
    pub predictable: Sourced<bool>,
}
