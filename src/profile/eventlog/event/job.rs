//! Jobs, stages and the start of tasks.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::StageInfo;
use super::lenient::{Count, Moment, Text};

/// `SparkListenerJobStart`.
#[derive(Debug, Deserialize)]
pub struct JobStart<'a> {
    #[serde(rename = "Job ID")]
    pub id: Count,
    #[serde(rename = "Submission Time", default)]
    pub at: Moment,
    #[serde(rename = "Stage Infos", borrow, default)]
    pub stages: Vec<StageInfo<'a>>,
    #[serde(rename = "Stage IDs", default)]
    pub stage_ids: Vec<Count>,
    /// Local properties of the thread that started the job (1.4+): parsed only where needed.
    #[serde(rename = "Properties", borrow, default)]
    pub properties: Option<&'a RawValue>,
}

/// The local properties that every job is asked about.
#[derive(Debug, Default, Deserialize)]
pub struct JobProperties<'a> {
    #[serde(rename = "spark.sql.execution.id", borrow, default)]
    pub sql_execution: Text<'a>,
    #[serde(rename = "spark.jobGroup.id", borrow, default)]
    pub group: Text<'a>,
    #[serde(rename = "spark.scheduler.pool", borrow, default)]
    pub pool: Text<'a>,
}

/// `SparkListenerJobEnd`.
#[derive(Debug, Deserialize)]
pub struct JobEnd<'a> {
    #[serde(rename = "Job ID")]
    pub id: Count,
    #[serde(rename = "Completion Time", default)]
    pub at: Moment,
    #[serde(rename = "Job Result", borrow, default)]
    pub result: JobResult<'a>,
}

#[derive(Debug, Default, Deserialize)]
pub struct JobResult<'a> {
    #[serde(rename = "Result", borrow, default)]
    pub result: Text<'a>,
}

/// `SparkListenerStageSubmitted` and `SparkListenerStageCompleted`.
#[derive(Debug, Deserialize)]
pub struct StageEvent<'a> {
    #[serde(rename = "Stage Info", borrow)]
    pub info: StageInfo<'a>,
}

/// `SparkListenerTaskStart`: only where it belongs and where it runs.
#[derive(Debug, Deserialize)]
pub struct TaskStart {
    #[serde(rename = "Stage ID")]
    pub stage: Count,
    #[serde(rename = "Stage Attempt ID", default)]
    pub attempt: Count,
    #[serde(rename = "Task Info", default)]
    pub info: TaskStartInfo,
}

#[derive(Debug, Default, Deserialize)]
pub struct TaskStartInfo {
    #[serde(rename = "Launch Time", default)]
    pub launched_at: Moment,
}
