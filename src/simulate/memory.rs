//! Memory of executors: what fits, what spills, what kills.
//!
//! Spark's unified memory is `(heap − 300 MiB) × 0.6` (`spark.memory.fraction`), and `n` running tasks of an
//! executor get `1/n` of it each (Spark 3.5 tuning guide). Sorts, aggregations and joins spill what does not fit.
//! What cannot be spilled (the rows of one key that a holistic group-by or RDD `groupByKey` holds at once)
//! kills the task when it is too large; Spark tries four times (`spark.task.maxFailures`) and fails the job.

use crate::units::{Bytes, MIB};

/// Heap that Spark keeps for itself, 300 MiB.
const RESERVED_BYTES: f64 = 300.0 * MIB as f64;
/// `spark.memory.fraction`.
const MEMORY_FRACTION: f64 = 0.6;
/// `spark.memory.storageFraction`: what cached data may keep from execution.
const STORAGE_FRACTION: f64 = 0.5;
/// `spark.task.maxFailures`.
pub const ATTEMPTS: u32 = 4;
/// Unspillable data over the executor's execution memory at which the task surely dies. At 1 × it surely lives.
/// An assumption: estimates of object sizes err by a factor of two either way, and user memory outside of
/// unified memory (40 % of the heap) gives some slack.
const CERTAIN_DEATH: f64 = 4.0;

/// Unified memory of an executor with this heap, bytes.
#[must_use]
pub fn unified_bytes(heap: Bytes) -> f64 {
    ((heap.as_f64() - RESERVED_BYTES) * MEMORY_FRACTION).max(0.0)
}

/// Execution memory of an executor: all of unified memory, or what cached data leaves.
#[must_use]
pub fn execution_bytes(heap: Bytes, cache: bool) -> f64 {
    unified_bytes(heap) * if cache { 1.0 - STORAGE_FRACTION } else { 1.0 }
}

/// Bytes that a task writes to spill files (and reads again), as they lie on disk.
///
/// `held_bytes` in memory, `share_bytes` of execution memory for the task, `expansion` in-memory size over size on
/// disk.
#[must_use]
pub fn spill_bytes(held_bytes: f64, share_bytes: f64, expansion: f64) -> f64 {
    (held_bytes - share_bytes).max(0.0) / expansion.max(1.0)
}

/// Probability that a task dies of its unspillable data: 0 up to once the executor's execution memory, 1 from
/// four times, growing with the logarithm between.
#[must_use]
pub fn death_probability(unspillable_bytes: f64, execution_bytes: f64) -> f64 {
    if unspillable_bytes <= 0.0 || unspillable_bytes <= execution_bytes {
        return 0.0;
    }
    if execution_bytes <= 0.0 {
        return 1.0;
    }
    ((unspillable_bytes / execution_bytes).ln() / CERTAIN_DEATH.ln()).clamp(0.0, 1.0)
}

/// Share of its full time that an attempt lives before it runs out of memory.
#[must_use]
pub fn lived_share(unspillable_bytes: f64, execution_bytes: f64) -> f64 {
    (execution_bytes / unspillable_bytes.max(1.0)).clamp(0.05, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unified_memory_of_a_16_gib_heap() {
        // (16384 − 300) × 0.6 = 9650.4 MiB.
        assert!((unified_bytes(Bytes::gib(16)) / MIB as f64 - 9_650.4).abs() < 1e-6);
        assert!(unified_bytes(Bytes::mib(200)).abs() < 1e-9);
    }

    #[test]
    fn what_does_not_fit_is_spilled_once() {
        // 6 GB in memory, 2 GB of share, three times larger in memory than on disk: 4/3 GB.
        assert!((spill_bytes(6e9, 2e9, 3.0) - 4e9 / 3.0).abs() < 1.0);
        assert!(spill_bytes(1e9, 2e9, 3.0).abs() < 1e-9);
    }

    #[test]
    fn death_comes_between_once_and_four_times_the_memory() {
        assert!(death_probability(1e9, 1e9).abs() < 1e-12);
        assert!((death_probability(2e9, 1e9) - 0.5).abs() < 1e-12);
        assert!((death_probability(8e9, 1e9) - 1.0).abs() < 1e-12);
        assert!(death_probability(0.0, 0.0).abs() < 1e-12);
    }
}
