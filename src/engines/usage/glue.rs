//! What a run on Glue used.

use rust_decimal::Decimal;
use serde::Serialize;

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
    /// DPU-seconds as the job run reports them (`DPUSeconds`: Flex and auto-scaling runs).
    DpuSeconds(Decimal),
}

/// DPU of one worker, and whether they are memory-optimised; `None` for an unknown type.
///
/// Source: AWS Glue guide, "Worker types", and botocore's glue model of 2026-08-07.
#[must_use]
pub fn dpu_of_worker(worker_type: &str) -> Option<(Decimal, bool)> {
    let hundredths = match worker_type {
        "G.025X" => 25,
        "G.1X" | "R.1X" | "Standard" => 100,
        "G.2X" | "R.2X" | "Z.2X" => 200,
        "G.4X" | "R.4X" => 400,
        "G.8X" | "R.8X" => 800,
        "G.12X" => 1200,
        "G.16X" => 1600,
        _ => return None,
    };
    Some((Decimal::new(hundredths, 2).normalize(), worker_type.starts_with(['R', 'Z'])))
}
