//! Worker sizes: what Spark must ask for to get exactly the worker that the forecast bills.

use crate::catalog::Catalog;
use crate::engines::{EngineId, ServerlessShape};
use crate::spec::NoSpec;
use crate::spec::notes::Notes;
use crate::spec::spark::SparkConf;
use crate::units::Bytes;

/// Every worker has 20 GB of disk without extra charge, and no less (EMR Serverless user guide).
pub(super) const DRIVER_DISK_GB: u32 = 20;
/// The memory overhead: 10 % of the heap, at least 384 MB (EMR Serverless user guide, application behaviour).
const OVERHEAD_MIN_MIB: u64 = 384;

/// Heap that, with its overhead, fills a worker of `memory_gb` and does not reach the next size.
#[must_use]
pub fn heap_mib(memory_gb: u32) -> u64 {
    let worker = u64::from(memory_gb) * 1024;
    (worker * 10 / 11).min(worker.saturating_sub(OVERHEAD_MIN_MIB))
}

/// The service rounds an unknown size up to the next one, which would cost more than the forecast says.
pub(super) fn check(shape: &ServerlessShape, engine: EngineId) -> Result<(), NoSpec> {
    known(shape.worker_vcpu, shape.worker_memory_gb, engine)?;
    known(shape.driver_vcpu, shape.driver_memory_gb, engine)?;
    let size = Catalog::embedded().serverless_sizes().iter().find(|size| size.vcpu == shape.worker_vcpu);
    let disk = Bytes::gib(u64::from(shape.worker_disk_gb));
    if size.is_some_and(|size| disk < size.disk_min || disk > size.shuffle_disk_max) {
        let text = format!("the service has no worker disk of {} GB", shape.worker_disk_gb);
        return Err(NoSpec::new(engine, text));
    }
    Ok(())
}

fn known(vcpu: u32, memory_gb: u32, engine: EngineId) -> Result<(), NoSpec> {
    let memory = Bytes::gib(u64::from(memory_gb));
    let sizes = Catalog::embedded().serverless_sizes();
    if sizes.iter().any(|size| size.vcpu == vcpu && size.memory.contains(&memory)) {
        return Ok(());
    }
    Err(NoSpec::new(engine, format!("the service has no worker of {vcpu} vCPU and {memory_gb} GB")))
}

/// Sizes of driver and executors.
pub(super) fn size(conf: &mut SparkConf, shape: &ServerlessShape, notes: &mut Notes) {
    conf.set(
        "spark.executor.memory",
        format!("{}m", heap_mib(shape.worker_memory_gb)),
        notes,
        format!(
            "With the overhead of 10 % (at least 384 MB) it fills a worker of {} vCPU and {} GB; more would be billed \
             as the next larger one.",
            shape.worker_vcpu, shape.worker_memory_gb
        ),
    );
    conf.set_silently("spark.executor.cores", shape.worker_vcpu);
    conf.set(
        "spark.driver.memory",
        format!("{}m", heap_mib(shape.driver_memory_gb)),
        notes,
        format!("A worker of {} vCPU and {} GB.", shape.driver_vcpu, shape.driver_memory_gb),
    );
    conf.set_silently("spark.driver.cores", shape.driver_vcpu);
    disk(conf, shape, notes);
}

fn disk(conf: &mut SparkConf, shape: &ServerlessShape, notes: &mut Notes) {
    conf.set_silently("spark.emr-serverless.driver.disk", format!("{DRIVER_DISK_GB}G"));
    conf.set(
        "spark.emr-serverless.executor.disk",
        format!("{}G", shape.worker_disk_gb),
        notes,
        "Holds an executor's share of the shuffle; 20 GB are free of charge.",
    );
    let sizes = Catalog::embedded().serverless_sizes();
    let standard = sizes.iter().find(|size| size.vcpu == shape.worker_vcpu).map(|size| size.disk_max);
    if standard.is_some_and(|largest| Bytes::gib(u64::from(shape.worker_disk_gb)) > largest) {
        conf.set(
            "spark.emr-serverless.executor.disk.type",
            "shuffle_optimized",
            notes,
            "Standard disks end at 200 GB; shuffle-optimised ones exist from release 7.1.0 on.",
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heap_and_overhead_fit_the_worker() {
        // 30 GB: 30,720 / 1.1 = 27,927 MiB, as the guide's "27 GB of 30". 2 GB: 10 % is under 384 MB, so 2,048 − 384.
        assert_eq!(heap_mib(30), 27_927);
        assert_eq!(heap_mib(2), 1_664);
        for memory_gb in 2..=244 {
            let heap = heap_mib(memory_gb);
            let overhead = (heap / 10).max(OVERHEAD_MIN_MIB);
            assert!(heap + overhead <= u64::from(memory_gb) * 1024, "{memory_gb} GB");
        }
    }
}
