//! What a run on Glue used.

use rust_decimal::Decimal;
use serde::Serialize;

use crate::catalog::Catalog;
use crate::units::Span;

/// Glue's products that are billed by the DPU-hour (DataBrew: node-hour).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum GlueProduct {
    /// A Spark job.
    #[default]
    Job,
    /// An interactive session or development notebook.
    InteractiveSession,
    /// A crawler.
    Crawler,
    /// Iceberg table optimisation.
    TableOptimization,
    /// Column statistics.
    ColumnStatistics,
    /// A DataBrew job.
    DataBrew,
}

/// One or more equal job runs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GlueUsage {
    /// What ran.
    pub product: GlueProduct,
    /// For example `5.1`; 6 and later are billed at the rates of usage type `-Gen2`.
    pub version: String,
    /// Flex execution.
    pub flex: bool,
    /// How much capacity for how long.
    pub capacity: GlueCapacity,
    /// How many such runs, each with its own rounding and minimum.
    pub count: u32,
}

/// Capacity of one run.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum GlueCapacity {
    /// Workers of one type, the driver's included.
    Workers {
        /// For example `G.1X`.
        worker_type: String,
        /// How many.
        workers: u32,
        /// Execution time, without start-up and shut-down.
        running: Span,
    },
    /// Data processing units.
    Dpu {
        /// How many (DataBrew: nodes).
        dpu: Decimal,
        /// Memory-optimised units (R.* workers).
        memory_optimized: bool,
        /// Execution time, without start-up and shut-down.
        running: Span,
    },
    /// Workers of one type that came and went by auto scaling.
    AutoScaled {
        /// For example `G.1X`.
        worker_type: String,
        /// Most at once, the driver's included.
        workers: u32,
        /// Execution time, without start-up and shut-down.
        running: Span,
        /// Mean time that a worker was held, the driver's included.
        held: Span,
    },
    /// DPU-seconds as the job run reports them (`DPUSeconds`: Flex and auto-scaling runs).
    DpuSeconds(Decimal),
}

/// DPU of one worker, and whether they are memory-optimised; `None` for an unknown type.
#[must_use]
pub fn dpu_of_worker(worker_type: &str) -> Option<(Decimal, bool)> {
    Catalog::embedded().glue_worker(worker_type).map(|worker| (worker.dpu, worker.memory_optimized))
}
