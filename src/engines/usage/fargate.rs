//! What tasks on Fargate used (ECS, Batch).

use rust_decimal::Decimal;
use serde::Serialize;

use crate::catalog::Architecture;
use crate::units::Span;

/// Tasks.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FargateUsage {
    /// Groups of equal tasks.
    pub tasks: Vec<FargateTasks>,
}

/// Identical tasks.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FargateTasks {
    /// Processor architecture.
    pub architecture: Architecture,
    /// Fargate Spot.
    pub spot: bool,
    /// vCPU of each.
    pub vcpu: Decimal,
    /// Memory of each, GB (2^30).
    pub memory_gb: Decimal,
    /// Ephemeral disk of each, GB; 20 are free.
    pub disk_gb: Decimal,
    /// How many.
    pub count: u32,
    /// Time of each from the start of the image pull to the end.
    pub running: Span,
}
