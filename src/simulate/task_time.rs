//! The time of one task on one kind of executor, part by part: nothing is scaled by one factor.
//!
//! Processor time by core and runtime speed; S3 by one connection and the network share of a slot; shuffle by the
//! slower of network and disk; spill by the disk, written and read; overhead as it is. The parts are added: Spark
//! overlaps reading and computing a little, which the published rates per core already contain.

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

    /// The time of a task that shares the executor with others (`neighbours` tasks at once, itself included).
    #[must_use]
    pub fn time(&self, work: &TaskWork, neighbours: f64, cache: bool) -> TaskTime {
        let neighbours = neighbours.clamp(1.0, self.slots);
        let network = self.network_bytes_per_s / neighbours;
        let disk = self.disk_bytes_per_s / neighbours;
        let share_bytes = memory::execution_bytes(self.heap, cache) / neighbours;
        let spill_bytes = memory::spill_bytes(work.held_bytes, share_bytes, work.expansion);
        let connection = network.min(s3::CONNECTION_BYTES_PER_S);
        let seconds = work.overhead_s
            + work.cpu_s / self.speed
            + work.s3_gets * s3::FIRST_BYTE_S
            + (work.s3_read_bytes + work.s3_write_bytes) / connection
            + work.shuffle_read_bytes / network.min(disk)
            + (work.shuffle_write_bytes + 2.0 * spill_bytes) / disk;
        TaskTime { seconds, spill_bytes }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::GIB;

    fn executor() -> Executor {
        Executor { speed: 2.0, slots: 4.0, network_bytes_per_s: 400e6, disk_bytes_per_s: 200e6, heap: Bytes::gib(16) }
    }

    #[test]
    fn each_part_moves_by_its_own_rate() {
        let seconds = |work| executor().time(&work, 4.0, false).seconds;
        let none = TaskWork::default();
        // 10 reference seconds on a core twice as fast.
        assert!((seconds(TaskWork { cpu_s: 10.0, ..none }) - 5.0).abs() < 1e-9);
        // 850 MB over one connection of 85 MB/s (a quarter of the network would give 100 MB/s).
        assert!((seconds(TaskWork { s3_read_bytes: 850e6, ..none }) - 10.0).abs() < 1e-9);
        // 500 MB of shuffle: a quarter of the disk, 50 MB/s, is slower than a quarter of the network.
        assert!((seconds(TaskWork { shuffle_read_bytes: 500e6, ..none }) - 10.0).abs() < 1e-9);
        assert!((seconds(TaskWork { overhead_s: 0.1, ..none }) - 0.1).abs() < 1e-9);
    }

    #[test]
    fn a_task_that_does_not_fit_spills_and_waits_for_the_disk() {
        // (16384 − 300) MiB × 0.6 / 4 = 2412.6 MiB a task. 4 GiB held, twice as large as on disk:
        // (4096 − 2412.6) / 2 = 841.7 MiB spilled, written and read at 50 MB/s.
        let work = TaskWork { held_bytes: 4.0 * GIB as f64, expansion: 2.0, ..TaskWork::default() };
        let time = executor().time(&work, 4.0, false);
        let spilled = (4096.0 - 2412.6) / 2.0 * 1_048_576.0;
        assert!((time.spill_bytes - spilled).abs() < 1.0);
        assert!((time.seconds - 2.0 * spilled / 50e6).abs() < 1e-6);
    }

    #[test]
    fn a_task_alone_has_the_whole_executor() {
        let work = TaskWork { held_bytes: 4.0 * GIB as f64, expansion: 2.0, ..TaskWork::default() };
        assert!(executor().time(&work, 1.0, false).spill_bytes.abs() < 1e-9);
    }
}
