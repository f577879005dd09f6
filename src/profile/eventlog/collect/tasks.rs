//! Tasks: the bulk of every log.

use std::collections::BTreeMap;

use super::Collector;
use crate::profile::eventlog::conf::clip;
use crate::profile::eventlog::event::{
    Count, TaskEnd, TaskInfo, TaskMetrics, TaskStart, parse_of_task, without_accumulables,
};
use crate::profile::eventlog::task::{Locality, Task, TaskResult};

/// Most kinds of failures that are told apart.
const MAX_KINDS: usize = 64;
const MAX_TEXT: usize = 200;

#[derive(Debug, Default)]
pub(super) struct TaskCounters {
    pub(super) failures: BTreeMap<String, u64>,
    /// Whether any task came with CPU time.
    pub(super) has_cpu: bool,
}

impl TaskCounters {
    fn fail(&mut self, kind: &str) {
        if let Some(count) = self.failures.get_mut(kind) {
            *count += 1;
        } else if self.failures.len() < MAX_KINDS {
            self.failures.insert(clip(kind, MAX_TEXT).to_owned(), 1);
        }
    }
}

impl Collector {
    pub(super) fn task_start(&mut self, start: &TaskStart) {
        let stage = self.stages.entry(start.stage.small(), start.attempt.small(), &mut self.jobs);
        stage.launched = stage.launched.saturating_add(1);
        self.span.see(start.info.launched_at.ms());
    }

    pub(super) fn task_end_line(&mut self, line: &[u8]) -> serde_json::Result<()> {
        let mut short = std::mem::take(&mut self.short);
        let end = match without_accumulables(line, &mut short) {
            Some(short) => parse_of_task(short).or_else(|_| parse_of_task(line)),
            None => parse_of_task(line),
        };
        let done = end.map(|end| self.task_end(&end));
        self.short = short;
        done
    }

    fn task_end(&mut self, end: &TaskEnd<'_>) {
        let result = result_of(end);
        let executor = self.executors.of_task(end);
        let mut task = times_of(&end.info, result, executor);
        let stage = self.stages.entry(end.stage.small(), end.attempt.small(), &mut self.jobs);
        if let Some(metrics) = &end.metrics {
            measure(&mut task, metrics);
            stage.totals.measure(metrics);
            self.tasks.has_cpu |= metrics.cpu_ns.is_some();
        }
        stage.totals.count(result, task.speculative, task.duration_ms);
        if stage.is_shuffle_map.is_none() && !end.kind.as_str().is_empty() {
            stage.is_shuffle_map = Some(end.kind.as_str() == "ShuffleMapTask");
        }
        stage.tasks.push(&task);
        if result != TaskResult::Success {
            self.tasks.fail(end.reason.class.filled().unwrap_or_else(|| end.reason.reason.as_str()));
        }
        self.span.see(end.info.launched_at.ms());
        self.span.see(end.info.finished_at.ms());
    }
}

fn result_of(end: &TaskEnd<'_>) -> TaskResult {
    match end.reason.reason.filled() {
        Some(reason) => TaskResult::of_reason(reason),
        None if end.info.killed.get() > 0 => TaskResult::Killed,
        None if end.info.failed.get() > 0 => TaskResult::Unknown,
        None => TaskResult::Success,
    }
}

fn times_of(info: &TaskInfo<'_>, result: TaskResult, executor: u16) -> Task {
    let finished = info.finished_at.ms();
    let launched = info.launched_at.ms().or(finished).unwrap_or(0);
    let finished = finished.unwrap_or(launched);
    let fetched = info.getting_result_at.ms().map_or(0, |since| finished.saturating_sub(since));
    Task {
        partition: info.partition.unwrap_or(info.index).small(),
        executor,
        launched_ms: launched,
        duration_ms: length(finished.saturating_sub(launched)),
        run_ms: 0,
        cpu_ms: 0,
        gc_ms: 0,
        deserialize_ms: 0,
        fetch_wait_ms: 0,
        shuffle_write_ms: 0,
        result_ms: length(fetched),
        input_bytes: 0,
        output_bytes: 0,
        shuffle_read_bytes: 0,
        shuffle_remote_bytes: 0,
        shuffle_write_bytes: 0,
        spill_bytes: 0,
        result,
        locality: Locality::of_name(info.locality.as_str()),
        speculative: info.speculative.get() > 0,
    }
}

fn length(ms: i64) -> u32 {
    u32::try_from(ms.max(0)).unwrap_or(u32::MAX)
}

fn measure(task: &mut Task, metrics: &TaskMetrics) {
    task.run_ms = metrics.run_ms.small();
    task.cpu_ms = ms_of_ns(metrics.cpu_ns.unwrap_or_default());
    task.gc_ms = metrics.gc_ms.small();
    task.deserialize_ms = metrics.deserialize_ms.small();
    task.result_ms = task.result_ms.saturating_add(metrics.result_serialization_ms.small());
    task.spill_bytes = metrics.disk_spilled.get();
    if let Some(read) = &metrics.shuffle_read {
        task.fetch_wait_ms = read.fetch_wait_ms.small();
        task.shuffle_remote_bytes = read.remote_bytes.get();
        task.shuffle_read_bytes = read.remote_bytes.get().saturating_add(read.local_bytes.get());
    }
    if let Some(write) = &metrics.shuffle_write {
        task.shuffle_write_ms = ms_of_ns(write.time_ns);
        task.shuffle_write_bytes = write.bytes.get();
    }
    task.input_bytes = metrics.input.as_ref().map_or(0, |input| input.bytes.get());
    task.output_bytes = metrics.output.as_ref().map_or(0, |output| output.bytes.get());
}

fn ms_of_ns(ns: Count) -> u32 {
    u32::try_from((ns.get().saturating_add(500_000)) / 1_000_000).unwrap_or(u32::MAX)
}
