//! Exact sums over tasks.

use std::ops::AddAssign;

use super::event::TaskMetrics;
use super::task::TaskResult;

/// What a set of tasks did, to the millisecond and byte. Failed and killed tasks count: they used the machines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Task ends.
    pub tasks: u64,
    /// Tasks that failed: neither successes nor kills (those resubmitted after a loss included).
    pub failed: u64,
    /// Tasks that were killed.
    pub killed: u64,
    /// Speculative copies.
    pub speculative: u64,
    /// Task ends that carry metrics.
    pub measured: u64,
    /// From launch to end, in ms.
    pub duration_ms: u64,
    /// Executor run time, in ms.
    pub run_ms: u64,
    /// CPU time, in ns.
    pub cpu_ns: u64,
    /// Garbage collection, in ms (each task counts its whole executor's).
    pub gc_ms: u64,
    /// Deserialization, in ms.
    pub deserialize_ms: u64,
    /// Result serialization, in ms.
    pub result_serialization_ms: u64,
    /// Waiting for shuffle blocks, in ms.
    pub fetch_wait_ms: u64,
    /// Writing shuffle data, in ns.
    pub shuffle_write_ns: u64,
    /// Bytes read from storage.
    pub input_bytes: u64,
    /// Records read from storage.
    pub input_records: u64,
    /// Bytes written to storage.
    pub output_bytes: u64,
    /// Records written to storage.
    pub output_records: u64,
    /// Shuffle bytes read from other machines.
    pub shuffle_remote_bytes: u64,
    /// Shuffle bytes read from the executor's own machine.
    pub shuffle_local_bytes: u64,
    /// Records read from shuffle.
    pub shuffle_read_records: u64,
    /// Bytes written to shuffle.
    pub shuffle_write_bytes: u64,
    /// Records written to shuffle.
    pub shuffle_write_records: u64,
    /// Bytes in memory of what was spilled.
    pub memory_spilled_bytes: u64,
    /// Bytes on disk of what was spilled.
    pub disk_spilled_bytes: u64,
    /// Bytes of results sent to the driver.
    pub result_bytes: u64,
    /// Largest execution memory of a task, in bytes (3.0+).
    pub peak_memory_bytes: u64,
}

impl Totals {
    /// Shuffle bytes read, local and remote.
    #[must_use]
    pub const fn shuffle_read_bytes(&self) -> u64 {
        self.shuffle_remote_bytes.saturating_add(self.shuffle_local_bytes)
    }

    /// Counts a task's end.
    pub(super) fn count(&mut self, result: TaskResult, speculative: bool, duration_ms: u32) {
        self.tasks += 1;
        self.failed += u64::from(result.is_failure());
        self.killed += u64::from(result == TaskResult::Killed);
        self.speculative += u64::from(speculative);
        self.duration_ms = self.duration_ms.saturating_add(u64::from(duration_ms));
    }

    /// Adds a task's metrics.
    pub(super) fn measure(&mut self, metrics: &TaskMetrics) {
        let mut task = Self {
            measured: 1,
            run_ms: metrics.run_ms.get(),
            cpu_ns: metrics.cpu_ns.unwrap_or_default().get(),
            gc_ms: metrics.gc_ms.get(),
            deserialize_ms: metrics.deserialize_ms.get(),
            result_serialization_ms: metrics.result_serialization_ms.get(),
            memory_spilled_bytes: metrics.memory_spilled.get(),
            disk_spilled_bytes: metrics.disk_spilled.get(),
            result_bytes: metrics.result_bytes.get(),
            peak_memory_bytes: metrics.peak_memory.get(),
            ..Self::default()
        };
        if let Some(input) = &metrics.input {
            (task.input_bytes, task.input_records) = (input.bytes.get(), input.records.get());
        }
        if let Some(output) = &metrics.output {
            (task.output_bytes, task.output_records) = (output.bytes.get(), output.records.get());
        }
        if let Some(read) = &metrics.shuffle_read {
            task.fetch_wait_ms = read.fetch_wait_ms.get();
            task.shuffle_remote_bytes = read.remote_bytes.get();
            task.shuffle_local_bytes = read.local_bytes.get();
            task.shuffle_read_records = read.records.get();
        }
        if let Some(write) = &metrics.shuffle_write {
            task.shuffle_write_ns = write.time_ns.get();
            task.shuffle_write_bytes = write.bytes.get();
            task.shuffle_write_records = write.records.get();
        }
        *self += task;
    }
}

impl AddAssign for Totals {
    fn add_assign(&mut self, other: Self) {
        let add = |sum: &mut u64, more: u64| *sum = sum.saturating_add(more);
        add(&mut self.tasks, other.tasks);
        add(&mut self.failed, other.failed);
        add(&mut self.killed, other.killed);
        add(&mut self.speculative, other.speculative);
        add(&mut self.measured, other.measured);
        add(&mut self.duration_ms, other.duration_ms);
        add(&mut self.run_ms, other.run_ms);
        add(&mut self.cpu_ns, other.cpu_ns);
        add(&mut self.gc_ms, other.gc_ms);
        add(&mut self.deserialize_ms, other.deserialize_ms);
        add(&mut self.result_serialization_ms, other.result_serialization_ms);
        add(&mut self.fetch_wait_ms, other.fetch_wait_ms);
        add(&mut self.shuffle_write_ns, other.shuffle_write_ns);
        add(&mut self.input_bytes, other.input_bytes);
        add(&mut self.input_records, other.input_records);
        add(&mut self.output_bytes, other.output_bytes);
        add(&mut self.output_records, other.output_records);
        add(&mut self.shuffle_remote_bytes, other.shuffle_remote_bytes);
        add(&mut self.shuffle_local_bytes, other.shuffle_local_bytes);
        add(&mut self.shuffle_read_records, other.shuffle_read_records);
        add(&mut self.shuffle_write_bytes, other.shuffle_write_bytes);
        add(&mut self.shuffle_write_records, other.shuffle_write_records);
        add(&mut self.memory_spilled_bytes, other.memory_spilled_bytes);
        add(&mut self.disk_spilled_bytes, other.disk_spilled_bytes);
        add(&mut self.result_bytes, other.result_bytes);
        self.peak_memory_bytes = self.peak_memory_bytes.max(other.peak_memory_bytes);
    }
}
