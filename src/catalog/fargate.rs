//! Fargate task sizes.

use rust_decimal::Decimal;
use serde::Serialize;

use super::table::{TableError, rows};
use crate::units::Bytes;

/// The memory that a Fargate task of a vCPU count may have.
///
/// Source: Amazon ECS developer guide, "Task CPU and memory", and the AWS Batch API model.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FargateSize {
    /// Virtual CPUs; the smallest is a quarter.
    pub vcpu: Decimal,
    /// The memory sizes on offer, ascending.
    pub memory: Vec<Bytes>,
}

impl FargateSize {
    /// The smallest memory on offer that is at least `wanted`; `None` when none is.
    #[must_use]
    pub fn memory_at_least(&self, wanted: Bytes) -> Option<Bytes> {
        self.memory.iter().copied().find(|memory| *memory >= wanted)
    }
}

pub(super) fn embedded() -> Result<Vec<FargateSize>, TableError> {
    rows("fargate_sizes.csv", include_str!("tables/fargate_sizes.csv"), |row| {
        Ok(FargateSize { vcpu: row.value("vcpu")?, memory: row.gib_choices("memory_gib")? })
    })
}
