//! SQL queries.

use serde::Deserialize;

use super::lenient::{Count, Moment, Text};

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

/// `SparkListenerDriverAccumUpdates`: metrics that the driver counted itself, as pairs of accumulator and value.
#[derive(Debug, Deserialize)]
pub struct SqlDriverMetrics {
    #[serde(rename = "executionId")]
    pub id: Count,
    #[serde(rename = "accumUpdates", default)]
    pub updates: Vec<(Count, Count)>,
}
