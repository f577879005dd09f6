//! What a run on EMR on EC2 used.

use rust_decimal::Decimal;
use serde::Serialize;

use super::NodeUsage;
use crate::units::Span;

/// Nodes of a cluster, transient or standing.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EmrEc2Usage {
    /// Primary, core and task nodes.
    pub nodes: Vec<NodeUsage>,
    /// Time of each node between the request and its state `running`: free on EC2, under EMR's fee when it counts
    /// from the request ([`super::FeeStart`]).
    pub pending: Span,
    /// Share of the cluster's cost that this job carries; 1 for its own cluster.
    pub cost_share: Decimal,
    /// Whether the cluster stands all month (then the lines are a month's) or belongs to one run.
    pub standing: bool,
    /// Nodes that managed scaling adds for a run, whether the others stand or not; their `running` is the mean over the
    /// fleet's nodes.
    pub scaled: Vec<NodeUsage>,
    /// Time of each of those between the request and its state `running`.
    pub scaled_pending: Span,
}
