//! What a run on EMR on EKS used.

use rust_decimal::Decimal;
use serde::Serialize;

use super::NodeUsage;
use crate::units::Span;

/// Nodes, pods and perhaps the control plane.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EksUsage {
    /// EC2 nodes that the pods ran on.
    pub nodes: Vec<NodeUsage>,
    /// Pods under EMR's fee.
    pub pods: Vec<PodUsage>,
    /// vCPU-hours under EMR's fee, given as a total.
    pub vcpu_hours: Decimal,
    /// GB-hours under EMR's fee, given as a total.
    pub memory_gb_hours: Decimal,
    /// Whether this job pays a whole EKS control plane all month.
    pub own_control_plane: bool,
}

/// Identical pods.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PodUsage {
    /// For people: "driver", "executors".
    pub name: String,
    /// vCPU that each requests.
    pub vcpu: Decimal,
    /// Memory that each requests, GB (2^30), overhead included.
    pub memory_gb: Decimal,
    /// How many.
    pub count: u32,
    /// Time of each from the start of the image download to the end.
    pub running: Span,
}
