//! Executors: announced, inferred from block managers (Spark 1.2) or from their tasks.

use std::collections::HashMap;

use super::Collector;
use crate::profile::eventlog::conf::clip;
use crate::profile::eventlog::event::{
    BlockManagerAdded, ExecutorAdded, ExecutorMetrics, ExecutorRemoved, StageExecutorMetrics, TaskEnd,
};
use crate::profile::eventlog::profile::{Executor, MemoryPeak, Removal, RemovalKind};

/// Longest reason that is kept.
const MAX_REASON: usize = 300;

#[derive(Debug, Default)]
pub(super) struct Executors {
    pub(super) list: Vec<Executor>,
    by_id: HashMap<Box<str>, u16>,
    /// Whether there were more than a task record can name.
    pub(super) overflowed: bool,
}

impl Executors {
    fn entry(&mut self, id: &str) -> (u16, &mut Executor) {
        let at = match self.by_id.get(id) {
            Some(at) => *at,
            None => self.make(id),
        };
        (at, &mut self.list[usize::from(at)])
    }

    fn make(&mut self, id: &str) -> u16 {
        let Ok(at) = u16::try_from(self.list.len()) else {
            self.overflowed = true;
            return u16::MAX;
        };
        self.by_id.insert(id.into(), at);
        self.list.push(Executor {
            id: clip(id, MAX_REASON).to_owned(),
            host: String::new(),
            cores: None,
            requested_ms: None,
            added_ms: None,
            registered_ms: None,
            removal: None,
            storage_memory: None,
            peak: MemoryPeak::default(),
            resource_profile: 0,
            tasks: 0,
            first_launch_ms: None,
            last_finish_ms: None,
            max_running: 0,
        });
        at
    }

    /// The executor of a task, and a note of what it shows about the executor's life.
    pub(super) fn of_task(&mut self, end: &TaskEnd<'_>) -> u16 {
        let info = &end.info;
        let (at, executor) = self.entry(info.executor.as_str());
        executor.tasks = executor.tasks.saturating_add(1);
        if executor.host.is_empty() {
            clip(info.host.as_str(), MAX_REASON).clone_into(&mut executor.host);
        }
        if let Some(launched) = info.launched_at.ms() {
            executor.first_launch_ms = Some(executor.first_launch_ms.map_or(launched, |first| first.min(launched)));
        }
        executor.last_finish_ms = executor.last_finish_ms.max(info.finished_at.ms());
        if let Some(metrics) = &end.executor {
            raise(&mut executor.peak, metrics);
        }
        at
    }

    pub(super) fn stage_metrics(&mut self, event: &StageExecutorMetrics<'_>) {
        let id = event.executor.as_str();
        // The driver is listed too, and in a cluster it is no executor.
        if self.by_id.contains_key(id) {
            raise(&mut self.entry(id).1.peak, &event.metrics);
        }
    }

    /// Notes storage memory; the driver has a block manager too, but only executors are announced by it in 1.2.
    pub(super) fn block_manager_added(&mut self, added: &BlockManagerAdded<'_>) {
        let id = added.id.executor.as_str();
        if id == "driver" || id == "<driver>" {
            return;
        }
        let (_, executor) = self.entry(id);
        executor.storage_memory = Some(added.memory.get());
        executor.registered_ms = executor.registered_ms.or(added.at.ms());
        if executor.host.is_empty() {
            clip(added.id.host.as_str(), MAX_REASON).clone_into(&mut executor.host);
        }
    }
}

fn raise(peak: &mut MemoryPeak, metrics: &ExecutorMetrics) {
    peak.heap = peak.heap.max(metrics.heap.get());
    peak.off_heap = peak.off_heap.max(metrics.off_heap.get());
    peak.jvm_resident = peak.jvm_resident.max(metrics.jvm_resident.get());
    peak.python_resident = peak.python_resident.max(metrics.python_resident.get());
}

impl Collector {
    pub(super) fn executor_added(&mut self, added: &ExecutorAdded<'_>) {
        let (_, executor) = self.executors.entry(added.id.as_str());
        clip(added.info.host.as_str(), MAX_REASON).clone_into(&mut executor.host);
        executor.cores = Some(added.info.cores.small()).filter(|cores| *cores > 0);
        executor.added_ms = added.at.ms();
        executor.requested_ms = added.info.requested_at.ms();
        executor.resource_profile = added.info.resource_profile.small();
        self.span.see(added.at.ms());
    }

    /// A decommissioned executor is removed twice; the first notice knows when and why.
    pub(super) fn executor_removed(&mut self, removed: &ExecutorRemoved<'_>) {
        let (_, executor) = self.executors.entry(removed.id.as_str());
        self.span.see(removed.at.ms());
        let Some(at_ms) = removed.at.ms().filter(|_| executor.removal.is_none()) else { return };
        let reason = clip(removed.reason.as_str(), MAX_REASON).to_owned();
        executor.removal = Some(Removal { at_ms, kind: kind_of(&reason), reason });
    }
}

/// Spark's reasons are free text that differs between versions and cluster managers; the first match wins.
fn kind_of(reason: &str) -> RemovalKind {
    const WORDS: &[(&str, RemovalKind)] = &[
        ("killed by driver", RemovalKind::ScaledDown),
        ("termination request", RemovalKind::ScaledDown),
        ("idle", RemovalKind::ScaledDown),
        ("scale down", RemovalKind::ScaledDown),
        ("decommission", RemovalKind::Decommissioned),
        ("spot", RemovalKind::Decommissioned),
        ("preempted", RemovalKind::Preempted),
        ("memory limits", RemovalKind::OutOfMemory),
        ("oomkilled", RemovalKind::OutOfMemory),
        ("outofmemory", RemovalKind::OutOfMemory),
        ("out of memory", RemovalKind::OutOfMemory),
        // `SparkExitCode.OOM`.
        ("code 52", RemovalKind::OutOfMemory),
        ("exit status: 52", RemovalKind::OutOfMemory),
        ("lost", RemovalKind::Lost),
        ("heartbeat", RemovalKind::Lost),
        ("exited", RemovalKind::Lost),
        ("disassociated", RemovalKind::Lost),
        ("container killed", RemovalKind::Lost),
        ("marked as failed", RemovalKind::Lost),
        ("unhealthy", RemovalKind::Lost),
    ];
    let reason = reason.to_ascii_lowercase();
    WORDS.iter().find(|(word, _)| reason.contains(word)).map_or(RemovalKind::Unknown, |(_, kind)| *kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_seen_in_real_logs_are_told_apart() {
        let cases = [
            ("Executor killed by driver.", RemovalKind::ScaledDown),
            ("Container container_1_01_000002 exited from explicit termination request.", RemovalKind::ScaledDown),
            ("Executor Process Lost", RemovalKind::Lost),
            ("worker lost", RemovalKind::Lost),
            ("Command exited with code 137", RemovalKind::Lost),
            ("Executor decommission: worker decommissioned", RemovalKind::Decommissioned),
            ("Executor decommission: spot notice", RemovalKind::Decommissioned),
            ("Executor decommission: spark scale down", RemovalKind::ScaledDown),
            ("Command exited with code 52", RemovalKind::OutOfMemory),
            ("Container marked as failed: c_1. Container released on a *lost* node", RemovalKind::Lost),
            ("Container killed by YARN for exceeding memory limits.", RemovalKind::OutOfMemory),
            ("Container container_1 on host: h was preempted.", RemovalKind::Preempted),
            ("", RemovalKind::Unknown),
        ];
        for (reason, kind) in cases {
            assert_eq!(kind_of(reason), kind, "{reason}");
        }
    }
}
