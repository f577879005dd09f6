//! What a run on EMR Serverless used.

use rust_decimal::Decimal;
use serde::Serialize;

use crate::catalog::Architecture;
use crate::units::Span;

/// Workers, or the totals that `billedResourceUtilization` of a job run reports.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ServerlessUsage {
    /// Workers; the rounding and the minimum apply to each.
    pub workers: Vec<ServerlessWorkers>,
    /// Pre-initialised workers of a month, busy or idle: as long as the application is started.
    pub pre_initialised: Vec<ServerlessWorkers>,
    /// Billed totals, taken as they are.
    pub totals: Vec<ServerlessTotals>,
}

/// Identical workers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ServerlessWorkers {
    /// For people: "driver", "executors".
    pub name: String,
    /// Processor architecture.
    pub architecture: Architecture,
    /// Flex execution.
    pub flex: bool,
    /// vCPU of each.
    pub vcpu: Decimal,
    /// Memory of each, GB (2^30).
    pub memory_gb: Decimal,
    /// Disk of each, GB; 20 are free.
    pub disk_gb: Decimal,
    /// How many.
    pub count: u32,
    /// Time of each from ready to stop.
    pub running: Span,
}

/// Totals as the service reports them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ServerlessTotals {
    /// Processor architecture.
    pub architecture: Architecture,
    /// Flex execution.
    pub flex: bool,
    /// vCPU-hours.
    pub vcpu_hours: Decimal,
    /// Memory, GB-hours.
    pub memory_gb_hours: Decimal,
    /// Disk beyond the free 20 GB a worker, GB-hours.
    pub storage_gb_hours: Decimal,
}
