//! What a run on Databricks used.

use rust_decimal::Decimal;
use serde::Serialize;

use super::NodeUsage;

/// Compute type and plan: they decide the price of a DBU.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DatabricksPlan {
    /// Jobs compute, Enterprise.
    #[default]
    JobsEnterprise,
    /// Jobs compute, Premium.
    JobsPremium,
    /// All-purpose compute, Premium.
    AllPurposePremium,
}

/// EC2 nodes and the DBU that they consume.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DatabricksUsage {
    /// Driver and workers.
    pub nodes: Vec<NodeUsage>,
    /// Compute type and plan.
    pub plan: DatabricksPlan,
    /// DBU per node-hour for all nodes, when the user knows better than the table of types (Photon, for example).
    pub dbu_per_hour: Option<Decimal>,
}
