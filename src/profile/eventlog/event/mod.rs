//! The events of a log, as far as they are needed: borrowed from the line, everything else skipped unparsed.
//!
//! Spark 1.2 to 4.1 name their fields alike; what a version lacks has a default here, what it adds is ignored.
//! Source of names and units: `JsonProtocol.scala` of apache/spark.

mod application;
mod executor;
mod job;
mod lenient;
mod plan;
mod sql;
mod stage;
mod task;
mod trim;

use serde::Deserialize;

pub use application::{ApplicationEnd, ApplicationStart, EnvironmentUpdate, ResourceProfileAdded, Version};
pub use executor::{BlockManagerAdded, ExecutorAdded, ExecutorRemoved, StageExecutorMetrics};
pub use job::{JobEnd, JobProperties, JobStart, StageEvent, TaskStart};
pub use lenient::{Count, Text};
pub use plan::{FileMetric, PlanSigns, file_metrics};
pub use sql::{SqlAdaptiveUpdate, SqlDriverMetrics, SqlEnd, SqlStart};
pub use stage::StageInfo;
pub use task::{ExecutorMetrics, TaskEnd, TaskInfo, TaskMetrics};
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
    SqlDriverMetrics,
    StageExecutorMetrics,
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
            b"DriverAccumUpdates" => Self::SqlDriverMetrics,
            b"StageExecutorMetrics" => Self::StageExecutorMetrics,
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

    /// Whether its line holds a query's plan, which may be of any length and is not vital.
    #[must_use]
    pub const fn is_plan(self) -> bool {
        matches!(self, Self::SqlStart | Self::SqlAdaptiveUpdate)
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

/// The same for the events of tasks, which are nearly all of a log: a line that is checked once as a whole need not be
/// checked again name by name.
///
/// # Errors
/// As [`parse`].
pub fn parse_of_task<'a, T: Deserialize<'a>>(line: &'a [u8]) -> serde_json::Result<T> {
    match std::str::from_utf8(line) {
        Ok(text) => serde_json::from_str(text),
        // Bytes that are no text do no harm in a field that nobody needs.
        Err(_) => parse(line),
    }
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
