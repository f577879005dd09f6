//! The application, its environment and what executors are asked to be.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::lenient::{Count, Moment, Properties, Text};

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
    pub jvm: Properties<'a>,
    #[serde(rename = "Spark Properties", borrow, default)]
    pub spark: Properties<'a>,
    #[serde(rename = "System Properties", borrow, default)]
    pub system: Properties<'a>,
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
