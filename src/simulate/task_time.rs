//! The time of one task on one kind of executor, part by part: nothing is scaled by one factor.
//!
//! Processor time by core and runtime speed; S3 by one connection and the network share of a slot; shuffle by the
//! network, and by the disk for what the page cache does not hold; spill by the disk, written and read; overhead as it
//! is. The parts are added: Spark overlaps reading and computing a little, which the published rates per core
//! already contain.

use super::graph::TaskWork;
use super::memory;
use super::s3;
use crate::engines::ExecutorGroup;
use crate::units::Bytes;

/// An executor of a group in one replication.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Executor {
    /// Reference core-seconds that one core does in a second.
    pub speed: f64,
    /// Tasks at once.
    pub slots: f64,
    /// Network of the executor, bytes per second.
    pub network_bytes_per_s: f64,
    /// Disk of the executor, bytes per second.
    pub disk_bytes_per_s: f64,
    /// Heap.
    pub heap: Bytes,
}

/// Slowest rate that is believed: keeps a missing figure (0) from giving endless times.
const SLOWEST_BYTES_PER_S: f64 = 1e5;

/// Page cache that an executor's shuffle files may fill, over its heap: what YARN and Spark leave of a node's memory.
/// An assumption: YARN takes 75–94 % of it, the heap 81 % of that.
const PAGE_CACHE_SHARE: f64 = 0.3;

/// What happens around a task.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Around {
    /// Tasks that share the executor at the same time, itself included.
    pub neighbours: f64,
    /// Whether cached data fills half of the memory.
    pub cache: bool,
    /// Bytes of shuffle that the whole stage reads and writes on one executor.
    pub shuffle_read_bytes: f64,
    /// See above.
    pub shuffle_write_bytes: f64,
}

/// A task's time and what it spilled.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TaskTime {
    /// Launch to finish, seconds.
    pub seconds: f64,
    /// Bytes written to spill files.
    pub spill_bytes: f64,
}

impl Executor {
    /// An executor of a group whose cores and runtime have the drawn speed.
    #[must_use]
    pub fn new(group: &ExecutorGroup, speed: f64) -> Self {
        Self {
            speed: speed.max(1e-3),
            slots: f64::from(group.slots_per_executor.max(1)),
            network_bytes_per_s: group.machine.network_bytes_per_s.max(SLOWEST_BYTES_PER_S),
            disk_bytes_per_s: group.machine.disk_bytes_per_s.max(SLOWEST_BYTES_PER_S),
            heap: group.executor_memory,
        }
    }

    /// The time of a task among others.
    #[must_use]
    pub fn time(&self, work: &TaskWork, around: &Around) -> TaskTime {
        let neighbours = around.neighbours.clamp(1.0, self.slots);
        let network = self.network_bytes_per_s / neighbours;
        let disk = self.disk_bytes_per_s / neighbours;
        let share_bytes = memory::execution_bytes(self.heap, around.cache) / neighbours;
        let spill_bytes = memory::spill_bytes(work.held_bytes, share_bytes, work.expansion);
        let connection = network.min(s3::CONNECTION_BYTES_PER_S);
        let from_disk = work.shuffle_read_bytes * self.uncached(around.shuffle_read_bytes) / disk;
        let to_disk = work.shuffle_write_bytes * self.uncached(around.shuffle_write_bytes) / disk;
        let seconds = work.overhead_s
            + work.cpu_s / self.speed
            + work.s3_gets * s3::FIRST_BYTE_S
            + (work.s3_read_bytes + work.s3_write_bytes) / connection
            + (work.shuffle_read_bytes / network).max(from_disk)
            + to_disk
            + 2.0 * spill_bytes / disk;
        TaskTime { seconds, spill_bytes }
    }

    /// Share of an executor's shuffle bytes that the page cache does not hold.
    fn uncached(&self, bytes: f64) -> f64 {
        let cached = PAGE_CACHE_SHARE * self.heap.as_f64();
        if bytes > cached { 1.0 - cached / bytes } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::GIB;

    fn executor() -> Executor {
        Executor { speed: 2.0, slots: 4.0, network_bytes_per_s: 400e6, disk_bytes_per_s: 200e6, heap: Bytes::gib(16) }
    }

    fn among(neighbours: f64) -> Around {
        Around { neighbours, cache: false, shuffle_read_bytes: 1e18, shuffle_write_bytes: 1e18 }
    }

    #[test]
    fn each_part_moves_by_its_own_rate() {
        let seconds = |work: TaskWork| executor().time(&work, &among(4.0)).seconds;
        let none = TaskWork::default();
        // 10 reference seconds on a core twice as fast.
        assert!((seconds(TaskWork { cpu_s: 10.0, ..none }) - 5.0).abs() < 1e-9);
        // 850 MB over one connection of 85 MB/s (a quarter of the network would give 100 MB/s).
        assert!((seconds(TaskWork { s3_read_bytes: 850e6, ..none }) - 10.0).abs() < 1e-9);
        // 500 MB of shuffle: a quarter of the disk, 50 MB/s, is slower than a quarter of the network.
        assert!((seconds(TaskWork { shuffle_read_bytes: 500e6, ..none }) - 10.0).abs() < 1e-6);
        assert!((seconds(TaskWork { overhead_s: 0.1, ..none }) - 0.1).abs() < 1e-9);
    }

    #[test]
    fn shuffle_that_fits_the_page_cache_never_sees_the_disk() {
        // 16 GiB of heap: 4.8 GiB of page cache. 500 MB over a quarter of the network, 100 MB/s.
        let work = TaskWork { shuffle_read_bytes: 500e6, ..TaskWork::default() };
        let around = Around { shuffle_read_bytes: 4e9, ..among(4.0) };
        assert!((executor().time(&work, &around).seconds - 5.0).abs() < 1e-9);
        // Twice the cache: half of it comes from disk, 250 MB at 50 MB/s: as long.
        let around = Around { shuffle_read_bytes: 9.6 * GIB as f64, ..among(4.0) };
        assert!((executor().time(&work, &around).seconds - 5.0).abs() < 1e-6);
    }

    #[test]
    fn a_task_that_does_not_fit_spills_and_waits_for_the_disk() {
        // (16384 − 300) MiB × 0.6 / 4 = 2412.6 MiB a task. 4 GiB held, twice as large as on disk:
        // (4096 − 2412.6) / 2 = 841.7 MiB spilled, written and read at 50 MB/s.
        let work = TaskWork { held_bytes: 4.0 * GIB as f64, expansion: 2.0, ..TaskWork::default() };
        let time = executor().time(&work, &among(4.0));
        let spilled = (4096.0 - 2412.6) / 2.0 * 1_048_576.0;
        assert!((time.spill_bytes - spilled).abs() < 1.0);
        assert!((time.seconds - 2.0 * spilled / 50e6).abs() < 1e-6);
    }

    #[test]
    fn a_task_alone_has_the_whole_executor() {
        let work = TaskWork { held_bytes: 4.0 * GIB as f64, expansion: 2.0, ..TaskWork::default() };
        assert!(executor().time(&work, &among(1.0)).spill_bytes.abs() < 1e-9);
    }
}
