//! Glue worker types.

use rust_decimal::Decimal;
use serde::Serialize;

use super::table::{TableError, rows};
use crate::units::{Bytes, GIGABYTE};

/// What a Glue worker type is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GlueWorkerKind {
    /// Spark batch jobs.
    Spark,
    /// Spark streaming jobs only (`G.025X`).
    Streaming,
    /// Ray jobs (`Z.2X`).
    Ray,
    /// The first worker type, kept for old jobs: two executors a worker.
    Legacy,
}

/// One Glue worker type: one executor (or the driver) of a Spark job.
///
/// Source: Glue developer guide, "Worker types", and the service's API model of 2026-08-07.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GlueWorker {
    /// For example `G.2X`.
    pub name: String,
    /// Data processing units that an hour of this worker costs.
    pub dpu: Decimal,
    /// Whether the unit is the memory-optimised DPU (`R.*`), which has its own price.
    pub memory_optimized: bool,
    /// What it is for.
    pub kind: GlueWorkerKind,
    /// Virtual CPUs.
    pub vcpu: u32,
    /// Memory; Glue's GB is 2^30 bytes.
    pub memory: Bytes,
    /// Disk, 10^9 bytes a GB (the careful reading); `None` when the guide does not say.
    pub disk: Option<Bytes>,
    /// The part of the disk that a job can use for shuffle and spill.
    pub disk_free: Option<Bytes>,
    /// Some figure is inferred from its siblings.
    pub inferred: bool,
}

pub(super) fn embedded() -> Result<Vec<GlueWorker>, TableError> {
    rows("glue_workers.csv", include_str!("tables/glue_workers.csv"), |row| {
        let gigabytes = |count: u64| Bytes::new(count * GIGABYTE);
        let kind = match row.text("kind")? {
            "spark" => GlueWorkerKind::Spark,
            "streaming" => GlueWorkerKind::Streaming,
            "ray" => GlueWorkerKind::Ray,
            "legacy" => GlueWorkerKind::Legacy,
            other => return Err(row.fault(format!("kind `{other}`"))),
        };
        Ok(GlueWorker {
            name: row.text("worker_type")?.to_owned(),
            dpu: row.value("dpu")?,
            memory_optimized: row.flag("memory_optimized")?,
            kind,
            vcpu: row.value("vcpu")?,
            memory: Bytes::gib(row.value("memory_gib")?),
            disk: row.optional("disk_gb")?.map(gigabytes),
            disk_free: row.optional("disk_free_gb")?.map(gigabytes),
            inferred: row.flag("inferred")?,
        })
    })
}
