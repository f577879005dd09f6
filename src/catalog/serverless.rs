//! EMR Serverless worker sizes.

use serde::Serialize;

use super::table::{TableError, rows};
use crate::units::Bytes;

/// The memory and disk that a worker of a vCPU count may have.
///
/// Source: EMR Serverless user guide, "Application behaviour". GB is 2^30 bytes here.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ServerlessSize {
    /// Virtual CPUs.
    pub vcpu: u32,
    /// The memory sizes on offer, ascending.
    pub memory: Vec<Bytes>,
    /// Smallest standard disk; this much is free of charge.
    pub disk_min: Bytes,
    /// Largest standard disk.
    pub disk_max: Bytes,
    /// Largest shuffle-optimised disk (release 7.1.0 and later).
    pub shuffle_disk_max: Bytes,
}

impl ServerlessSize {
    /// The smallest memory on offer that is at least `wanted`; `None` when none is.
    #[must_use]
    pub fn memory_at_least(&self, wanted: Bytes) -> Option<Bytes> {
        self.memory.iter().copied().find(|memory| *memory >= wanted)
    }
}

pub(super) fn embedded() -> Result<Vec<ServerlessSize>, TableError> {
    rows("emr_serverless_workers.csv", include_str!("tables/emr_serverless_workers.csv"), |row| {
        Ok(ServerlessSize {
            vcpu: row.value("vcpu")?,
            memory: row.gib_choices("memory_gib")?,
            disk_min: Bytes::gib(row.value("disk_min_gib")?),
            disk_max: Bytes::gib(row.value("disk_max_gib")?),
            shuffle_disk_max: Bytes::gib(row.value("shuffle_disk_max_gib")?),
        })
    })
}
