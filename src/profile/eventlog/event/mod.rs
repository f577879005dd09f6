//! The events of a log, as far as they are needed: borrowed from the line, everything else skipped unparsed.
//!
//! Spark 1.2 to 4.1 name their fields alike; what a version lacks has a default here, what it adds is ignored.
//! Source of names and units: `JsonProtocol.scala` of apache/spark.

mod lenient;
mod plan;
mod stage;
mod task;
mod trim;

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

pub use lenient::{Count, Moment, Text};
pub use plan::PlanSigns;
pub use stage::StageInfo;
pub use task::{TaskEnd, TaskInfo, TaskMetrics};
pub use trim::without_accumulables;

/// The events that a profile is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    LogStart,
    /// The first line of each Databricks part.
    DatabricksPart,
    EnvironmentUpdate,
    ApplicationStart,
    ApplicationEnd,
    ResourceProfileAdded,
    BlockManagerAdded,
    ExecutorAdded,
    ExecutorRemoved,
    JobStart,
    JobEnd,
    StageSubmitted,
    StageCompleted,
    TaskStart,
    TaskEnd,
    SqlStart,
    SqlEnd,
    SqlAdaptiveUpdate,
    StreamingProgress,
    /// An event of Spark or of a plug-in that the profile does not need.
    Other,
}

impl Kind {
    /// By name, which is fully qualified for all but the core events.
    fn of(name: &[u8]) -> Self {
        let short = name.rsplit(|byte| *byte == b'.').next().unwrap_or(name);
        let Some(short) = short.strip_prefix(b"SparkListener") else { return Self::of_foreign(short) };
        match short {
            b"TaskEnd" => Self::TaskEnd,
            b"TaskStart" => Self::TaskStart,
            b"StageSubmitted" => Self::StageSubmitted,
            b"StageCompleted" => Self::StageCompleted,
            b"JobStart" => Self::JobStart,
            b"JobEnd" => Self::JobEnd,
            b"SQLExecutionStart" => Self::SqlStart,
            b"SQLExecutionEnd" => Self::SqlEnd,
            b"SQLAdaptiveExecutionUpdate" => Self::SqlAdaptiveUpdate,
            b"ExecutorAdded" => Self::ExecutorAdded,
            b"ExecutorRemoved" => Self::ExecutorRemoved,
            b"BlockManagerAdded" => Self::BlockManagerAdded,
            b"ResourceProfileAdded" => Self::ResourceProfileAdded,
            b"EnvironmentUpdate" => Self::EnvironmentUpdate,
            b"ApplicationStart" => Self::ApplicationStart,
            b"ApplicationEnd" => Self::ApplicationEnd,
            b"LogStart" => Self::LogStart,
            _ => Self::Other,
        }
    }

    fn of_foreign(short: &[u8]) -> Self {
        match short {
            b"DBCEventLoggingListenerMetadata" => Self::DatabricksPart,
            b"StreamingQueryListener$QueryProgressEvent" => Self::StreamingProgress,
            _ => Self::Other,
        }
    }

    /// The kind of the event on a line that starts as given; `None` when it cannot be told from the start.
    #[must_use]
    pub fn at_start_of(line: &[u8]) -> Option<Self> {
        let rest = line.strip_prefix(b"{\"Event\":\"")?;
        let end = memchr::memchr(b'"', rest)?;
        Some(Self::of(&rest[..end]))
    }

    /// The kind of the event on a whole line, wherever its name stands.
    ///
    /// # Errors
    /// When the line is no JSON object or has no `Event`.
    pub fn of_line(line: &[u8]) -> serde_json::Result<Self> {
        #[derive(Deserialize)]
        struct Named<'a> {
            #[serde(rename = "Event", borrow)]
            event: Text<'a>,
        }
        match Self::at_start_of(line) {
            Some(kind) => Ok(kind),
            None => parse::<Named<'_>>(line).map(|named| Self::of(named.event.as_str().as_bytes())),
        }
    }
}

/// Parses a line as one kind of event.
///
/// # Errors
/// When the line is not whole or a field that is needed is missing.
pub fn parse<'a, T: Deserialize<'a>>(line: &'a [u8]) -> serde_json::Result<T> {
    serde_json::from_slice(line)
}

/// `SparkListenerLogStart`, and the first line of a Databricks part.
#[derive(Debug, Deserialize)]
pub struct Version<'a> {
    #[serde(rename = "Spark Version", borrow, default)]
    pub spark_version: Text<'a>,
    /// Only Databricks: when the part was begun.
    #[serde(rename = "Timestamp", default)]
    pub at: Moment,
}

/// `SparkListenerEnvironmentUpdate`. Very old logs hold the properties as arrays of pairs.
#[derive(Debug, Deserialize)]
pub struct EnvironmentUpdate<'a> {
    #[serde(rename = "JVM Information", borrow, default)]
    pub jvm: lenient::Properties<'a>,
    #[serde(rename = "Spark Properties", borrow, default)]
    pub spark: lenient::Properties<'a>,
    #[serde(rename = "System Properties", borrow, default)]
    pub system: lenient::Properties<'a>,
}

/// `SparkListenerApplicationStart`.
#[derive(Debug, Deserialize)]
pub struct ApplicationStart<'a> {
    #[serde(rename = "App Name", borrow, default)]
    pub name: Text<'a>,
    #[serde(rename = "App ID", borrow, default)]
    pub id: Text<'a>,
    #[serde(rename = "App Attempt ID", borrow, default)]
    pub attempt: Text<'a>,
    #[serde(rename = "Timestamp", default)]
    pub at: Moment,
}

/// `SparkListenerApplicationEnd`; the exit code since 4.1.
#[derive(Debug, Deserialize)]
pub struct ApplicationEnd {
    #[serde(rename = "Timestamp", default)]
    pub at: Moment,
    #[serde(rename = "ExitCode", default)]
    pub exit_code: Option<i32>,
}

/// `SparkListenerResourceProfileAdded` (3.1+).
#[derive(Debug, Deserialize)]
pub struct ResourceProfileAdded<'a> {
    #[serde(rename = "Resource Profile Id", default)]
    pub id: Count,
    #[serde(rename = "Executor Resource Requests", borrow, default)]
    pub executor: BTreeMap<Text<'a>, ResourceAmount>,
}

/// What one executor is asked for: cores, or MiB of memory, off-heap memory, overhead.
#[derive(Debug, Deserialize)]
pub struct ResourceAmount {
    #[serde(rename = "Amount", default)]
    pub amount: Count,
}

/// `SparkListenerBlockManagerAdded`: in Spark 1.2 the only trace of an executor.
#[derive(Debug, Deserialize)]
pub struct BlockManagerAdded<'a> {
    #[serde(rename = "Block Manager ID", borrow)]
    pub id: BlockManagerId<'a>,
    /// Bytes of storage memory.
    #[serde(rename = "Maximum Memory", default)]
    pub memory: Count,
    #[serde(rename = "Timestamp", default)]
    pub at: Moment,
}

#[derive(Debug, Deserialize)]
pub struct BlockManagerId<'a> {
    #[serde(rename = "Executor ID", borrow)]
    pub executor: Text<'a>,
    #[serde(rename = "Host", borrow, default)]
    pub host: Text<'a>,
}

/// `SparkListenerExecutorAdded` (1.3+).
#[derive(Debug, Deserialize)]
pub struct ExecutorAdded<'a> {
    #[serde(rename = "Timestamp", default)]
    pub at: Moment,
    #[serde(rename = "Executor ID", borrow)]
    pub id: Text<'a>,
    #[serde(rename = "Executor Info", borrow, default)]
    pub info: ExecutorInfo<'a>,
}

#[derive(Debug, Default, Deserialize)]
pub struct ExecutorInfo<'a> {
    #[serde(rename = "Host", borrow, default)]
    pub host: Text<'a>,
    #[serde(rename = "Total Cores", default)]
    pub cores: Count,
    #[serde(rename = "Resource Profile Id", default)]
    pub resource_profile: Count,
    /// When it was asked for (3.5+, where the cluster manager knows).
    #[serde(rename = "Request Time", default)]
    pub requested_at: Moment,
}

/// `SparkListenerExecutorRemoved`.
#[derive(Debug, Deserialize)]
pub struct ExecutorRemoved<'a> {
    #[serde(rename = "Timestamp", default)]
    pub at: Moment,
    #[serde(rename = "Executor ID", borrow)]
    pub id: Text<'a>,
    #[serde(rename = "Removed Reason", borrow, default)]
    pub reason: Text<'a>,
}

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

/// `SparkListenerSQLExecutionStart`.
#[derive(Debug, Deserialize)]
pub struct SqlStart<'a> {
    #[serde(rename = "executionId")]
    pub id: Count,
    #[serde(rename = "rootExecutionId", default)]
    pub root: Option<Count>,
    #[serde(rename = "description", borrow, default)]
    pub description: Text<'a>,
    #[serde(rename = "time", default)]
    pub at: Moment,
}

/// `SparkListenerSQLExecutionEnd`; the message since 3.4.
#[derive(Debug, Deserialize)]
pub struct SqlEnd<'a> {
    #[serde(rename = "executionId")]
    pub id: Count,
    #[serde(rename = "time", default)]
    pub at: Moment,
    #[serde(rename = "errorMessage", borrow, default)]
    pub error: Text<'a>,
}

/// `SparkListenerSQLAdaptiveExecutionUpdate`: the plan itself is only searched for signs.
#[derive(Debug, Deserialize)]
pub struct SqlAdaptiveUpdate {
    #[serde(rename = "executionId")]
    pub id: Count,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_with_and_without_their_package() {
        assert_eq!(Kind::at_start_of(b"{\"Event\":\"SparkListenerTaskEnd\",\"Stage"), Some(Kind::TaskEnd));
        assert_eq!(
            Kind::at_start_of(b"{\"Event\":\"org.apache.spark.sql.execution.ui.SparkListenerSQLExecutionEnd\""),
            Some(Kind::SqlEnd)
        );
        assert_eq!(
            Kind::at_start_of(b"{\"Event\":\"com.nvidia.spark.rapids.SparkRapidsBuildInfoEvent\""),
            Some(Kind::Other)
        );
        assert_eq!(Kind::at_start_of(b"{\"Event\": \"SparkListenerTaskEnd\"}"), None);
    }

    #[test]
    fn the_name_may_stand_anywhere() {
        let line = br#"{ "Timestamp": 5, "Event": "SparkListenerApplicationEnd" }"#;
        assert_eq!(Kind::of_line(line).expect("parses"), Kind::ApplicationEnd);
        assert!(Kind::of_line(b"{\"a\":1}").is_err());
        assert!(Kind::of_line(b"{\"Event\":\"Spa").is_err());
    }

    #[test]
    fn properties_may_be_pairs() {
        let line = br#"{"Spark Properties":[["spark.master","yarn"],["spark.app.name","x"]]}"#;
        let update: EnvironmentUpdate<'_> = parse(line).expect("parses");
        assert_eq!(update.spark.get("spark.master"), Some("yarn"));
    }
}
