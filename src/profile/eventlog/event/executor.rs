//! Executors that come and go.

use serde::Deserialize;

use super::ExecutorMetrics;
use super::lenient::{Count, Moment, Text};

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

/// `SparkListenerStageExecutorMetrics` (3.0+, when `spark.eventLog.logStageExecutorMetrics` is on).
#[derive(Debug, Deserialize)]
pub struct StageExecutorMetrics<'a> {
    #[serde(rename = "Executor ID", borrow)]
    pub executor: Text<'a>,
    #[serde(rename = "Executor Metrics", default)]
    pub metrics: ExecutorMetrics,
}
