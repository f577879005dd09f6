//! Choices that several engines make from the tables.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::{Catalog, EmrLine};
use crate::units::{Bytes, MIB};

impl Catalog {
    /// The newest release of the classic line whose Spark version is known, for example `emr-7.13.0`.
    #[must_use]
    pub fn newest_emr_release(&self) -> Option<String> {
        self.emr_releases()
            .iter()
            .filter(|release| release.label.line == EmrLine::Classic && release.spark.is_some())
            .max_by_key(|release| release.label)
            .map(|release| release.label.to_string())
    }

    /// Most workers of one Glue job: read for `G.1X` and `G.2X` (Glue developer guide, 2022-09), and for larger
    /// types the same number of data processing units.
    #[must_use]
    pub fn glue_most_workers(&self, worker_type: &str) -> u32 {
        let read = |name| self.limit("glue", name).and_then(|limit| u32::try_from(limit.value).ok());
        let per_job = read("workers_max_g1x").unwrap_or(0);
        match worker_type {
            "G.1X" => per_job,
            "G.2X" => read("workers_max_g2x").unwrap_or(0),
            other => {
                let dpu = self.glue_worker(other).and_then(|worker| worker.dpu.to_u32()).unwrap_or(u32::MAX);
                per_job.checked_div(dpu).unwrap_or(0)
            }
        }
    }

    /// The smallest Fargate task with at least `vcpu` and `memory`: thousandths of a vCPU, and MiB.
    #[must_use]
    pub fn fargate_size_for(&self, vcpu: f64, memory: Bytes) -> Option<(u32, u32)> {
        let wanted = Decimal::try_from(vcpu).ok()?;
        self.fargate_sizes().iter().filter(|size| size.vcpu >= wanted).find_map(|size| {
            let memory_mib = u32::try_from(size.memory_at_least(memory)?.get() / MIB).ok()?;
            Some(((size.vcpu * Decimal::ONE_THOUSAND).to_u32()?, memory_mib))
        })
    }
}
