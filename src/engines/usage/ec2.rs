//! What a run on bare EC2 used: one big machine, or open-source Spark on instances.

use serde::Serialize;

use super::NodeUsage;

/// Instances.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Ec2Usage {
    /// The instances.
    pub nodes: Vec<NodeUsage>,
}
