//! Clusters and job runs as a service reports them, in plain types.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How an instance was bought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Market {
    /// On-Demand.
    OnDemand,
    /// Spot.
    Spot,
}

/// What a node is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NodeRole {
    /// The primary node.
    Primary,
    /// Core nodes.
    Core,
    /// Task nodes.
    Task,
}

/// An EMR cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClusterRecord {
    /// `j-…`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// For example `TERMINATED`.
    pub state: String,
    /// For example `emr-7.5.0`.
    pub release: Option<String>,
    /// The one zone that it is in.
    pub zone: Option<String>,
    /// When it was asked for.
    pub created: Option<Timestamp>,
    /// When it could run steps.
    pub ready: Option<Timestamp>,
    /// When it ended.
    pub ended: Option<Timestamp>,
    /// Where its logs go.
    pub log_uri: Option<String>,
    /// Tags by key.
    pub tags: std::collections::BTreeMap<String, String>,
}

/// A node of a cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeRecord {
    /// `i-…`.
    pub ec2_id: String,
    /// How it was bought.
    pub market: Market,
    /// For example `r5.4xlarge`.
    pub instance_type: String,
    /// What it was for, when its group or fleet is known.
    pub role: Option<NodeRole>,
    /// For example `TERMINATED`.
    pub state: String,
    /// Why it is in that state: the code.
    pub reason_code: Option<String>,
    /// Why it is in that state: the message, free text.
    pub reason: Option<String>,
    /// When it was asked for.
    pub created: Option<Timestamp>,
    /// When it joined.
    pub ready: Option<Timestamp>,
    /// When it ended.
    pub ended: Option<Timestamp>,
}

/// A step of a cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepRecord {
    /// `s-…`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// For example `COMPLETED`.
    pub state: String,
    /// When it was submitted.
    pub created: Option<Timestamp>,
    /// When it began.
    pub started: Option<Timestamp>,
    /// When it ended.
    pub ended: Option<Timestamp>,
}

/// A job run of EMR Serverless.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ServerlessRun {
    /// The application.
    pub application_id: String,
    /// The run.
    pub id: String,
    /// Its name.
    pub name: Option<String>,
    /// For example `SUCCESS`.
    pub state: String,
    /// For example `emr-7.5.0`.
    pub release: Option<String>,
    /// `X86_64` or `ARM64`, when the application says.
    pub architecture: Option<String>,
    /// When it was submitted.
    pub created: Option<Timestamp>,
    /// When it was updated last: of a finished run its end.
    pub ended: Option<Timestamp>,
    /// Run time as the service counts it.
    pub execution_s: Option<f64>,
    /// Billed vCPU-hours.
    pub vcpu_hours: Option<f64>,
    /// Billed GB-hours of memory.
    pub memory_gb_hours: Option<f64>,
    /// Billed GB-hours of disk.
    pub storage_gb_hours: Option<f64>,
}

/// A job run of Glue.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct GlueRun {
    /// The job.
    pub job: String,
    /// `jr_…`.
    pub id: String,
    /// For example `SUCCEEDED`.
    pub state: String,
    /// For example `5.0`.
    pub glue_version: Option<String>,
    /// For example `G.1X`.
    pub worker_type: Option<String>,
    /// How many workers at most.
    pub workers: Option<u32>,
    /// `STANDARD` or `FLEX`.
    pub execution_class: Option<String>,
    /// When it was asked for.
    pub started: Option<Timestamp>,
    /// When it ended.
    pub ended: Option<Timestamp>,
    /// Billed run time: without start-up.
    pub execution_s: Option<f64>,
    /// DPU-seconds of a run with auto scaling or Flex; the service leaves it out otherwise.
    pub dpu_seconds: Option<f64>,
    /// DPU of the whole run, when it does not scale.
    pub max_capacity_dpu: Option<f64>,
}

/// Seconds from one moment to a later one; `None` when one is not known or the order is wrong.
#[must_use]
pub fn seconds_between(from: Option<Timestamp>, to: Option<Timestamp>) -> Option<f64> {
    let span = to?.duration_since(from?).as_secs_f64();
    (span >= 0.0).then_some(span)
}
