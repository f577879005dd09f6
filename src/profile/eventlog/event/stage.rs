//! `Stage Info`, in stage events and in the list that a job start carries.

use serde::Deserialize;

use super::lenient::{Count, Moment, Text, first_of};

/// What Spark says about a stage attempt.
#[derive(Debug, Deserialize)]
pub struct StageInfo<'a> {
    #[serde(rename = "Stage ID")]
    pub id: Count,
    #[serde(rename = "Stage Attempt ID", default)]
    pub attempt: Count,
    #[serde(rename = "Stage Name", borrow, default)]
    pub name: Text<'a>,
    #[serde(rename = "Number of Tasks", default)]
    pub tasks: Count,
    /// The stage's own data set; those it is computed from follow and are skipped. Two stages with the same one
    /// produce the same shuffle.
    #[serde(rename = "RDD Info", default, deserialize_with = "first_of")]
    pub rdd: Option<RddInfo>,
    /// Since 1.4.
    #[serde(rename = "Parent IDs", default)]
    pub parents: Option<Vec<Count>>,
    #[serde(rename = "Submission Time", default)]
    pub submitted_at: Moment,
    #[serde(rename = "Completion Time", default)]
    pub completed_at: Moment,
    #[serde(rename = "Failure Reason", borrow, default)]
    pub failure: Text<'a>,
    #[serde(rename = "Resource Profile Id", default)]
    pub resource_profile: Count,
}

#[derive(Clone, Copy, Debug, Deserialize)]
pub struct RddInfo {
    #[serde(rename = "RDD ID")]
    pub id: Count,
}
