//! Runs that cannot succeed: a task that no executor can hold, a disk that is too small, a service's time limit.

use super::graph::{Holding, StageGraph};
use super::knowledge::Knowledge;
use super::memory;
use super::run::Fleet;
use crate::units::{Bytes, Span};

/// The task that kills a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Death {
    /// Its stage.
    pub stage: usize,
    /// Its run of tasks within the stage.
    pub run: usize,
    /// Time of all attempts together over the time of one that would succeed.
    pub attempts_time: f64,
    /// For people.
    pub reason: String,
}

/// The first task that dies in a replication; the draw is the workload's, so that more memory never hurts.
#[must_use]
pub fn first_death(graph: &StageGraph, fleet: &Fleet<'_>, knowledge: &Knowledge) -> Option<Death> {
    let luck = knowledge.memory_luck;
    for (index, stage) in graph.stages.iter().enumerate() {
        for (run_index, run) in stage.tasks.iter().enumerate().filter(|(_, run)| run.work.unspillable_bytes > 0.0) {
            let cache = matches!(stage.holds, Holding::Cache);
            let room = |e: &super::task_time::Executor| memory::execution_bytes(e.heap, cache);
            // All four attempts must fail, and one of them may land on the roomiest executor.
            let execution_bytes = fleet.executors.iter().map(room).fold(0.0, f64::max);
            let needed = run.work.unspillable_bytes;
            if memory::death_probability(needed, execution_bytes) > luck {
                let attempts = f64::from(memory::ATTEMPTS);
                return Some(Death {
                    stage: index,
                    run: run_index,
                    attempts_time: attempts * memory::lived_share(needed, execution_bytes),
                    reason: reason(&stage.name, needed, execution_bytes),
                });
            }
        }
    }
    None
}

fn reason(stage: &str, needed: f64, has: f64) -> String {
    let bytes = |amount: f64| Bytes::new(1).scaled(amount);
    format!(
        "the hot partition of stage `{stage}` needs {} in memory; one executor has {}: out of memory after {} attempts",
        bytes(needed),
        bytes(has),
        memory::ATTEMPTS
    )
}

/// Whether shuffle and spill files fit on the disks; shuffle files stay until the job ends.
#[must_use]
pub fn disk_full(fleet: &Fleet<'_>, shuffle_bytes: f64, spill_bytes: f64) -> Option<String> {
    let disks = fleet.provision.groups.iter();
    if fleet.provision.groups.iter().any(|group| group.machine.disk == Bytes::ZERO) {
        // Unknown: not held against the run.
        return None;
    }
    let room: f64 = disks.map(|group| f64::from(group.executors()) * group.machine.disk.as_f64()).sum();
    let needed = shuffle_bytes + spill_bytes;
    (needed > room).then(|| {
        let bytes = |amount: f64| Bytes::new(1).scaled(amount);
        format!("shuffle and spill need {} of disk; all executors have {}", bytes(needed), bytes(room))
    })
}

/// Whether the service ends the run before it is done.
#[must_use]
pub fn too_long(limit: Option<Span>, makespan: Span) -> Option<String> {
    let limit = limit?;
    (makespan > limit).then(|| format!("the run takes {makespan}; the service ends it after {limit}"))
}
