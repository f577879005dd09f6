//! What less memory an executor does: tasks spill what does not fit, or die.

use super::recording::{RecordedStage, RecordedTask};
use super::run_model::RunModel;
use super::target::Target;
use crate::simulate::memory;

/// Bytes a second of a spill disk, shared by nobody. An assumption: a gp3 volume.
const SPILL_BYTES_PER_S: f64 = 125e6;
/// Size in memory over size in a spill file. The plan of the model: 2 to 4.
const EXPANSION: f64 = 3.0;
/// A task that needs this many times its share is likely to die: what it holds for one key cannot be spilled.
const DEADLY: f64 = 4.0;

/// Extra seconds of a task that no longer fits. Its need is the stage's largest, by its share of the bytes; a log of Spark
/// before 3.0 does not say it.
#[must_use]
pub fn spill_s(task: &RecordedTask, stage: &RecordedStage, run: &RunModel, target: &Target, growth: f64) -> f64 {
    let Some(share) = share_bytes(run, target).filter(|_| stage.peak_memory_bytes > 0) else { return 0.0 };
    let largest = stage.tasks.iter().map(|task| task.task.bytes_in()).max().unwrap_or(0).max(1);
    let part = super::bytes(task.task.bytes_in()) / super::bytes(largest);
    let need = super::bytes(stage.peak_memory_bytes) * part * growth;
    let spilled = (need - share).max(0.0) / EXPANSION;
    2.0 * spilled / (SPILL_BYTES_PER_S * target.speeds.disk)
}

/// Why tasks may run out of memory on a target.
#[must_use]
pub fn risk(run: &RunModel, target: &Target) -> Option<String> {
    let share = share_bytes(run, target)?;
    let stage = run.recording.stages.iter().max_by_key(|stage| stage.peak_memory_bytes)?;
    let need = super::bytes(stage.peak_memory_bytes) * target.growth.unwrap_or(1.0);
    (need > DEADLY * share).then(|| {
        let mib = |bytes: f64| bytes / 1_048_576.0;
        format!(
            "a task of stage {} used {:.0} MiB of execution memory and has {:.0} MiB here: it may fail",
            stage.id.0,
            mib(need),
            mib(share)
        )
    })
}

/// Execution memory of one slot, when the target changes it.
fn share_bytes(run: &RunModel, target: &Target) -> Option<f64> {
    let heap = target.memory.or_else(|| target.cores.and(run.heap))?;
    let slots = f64::from(target.cores.unwrap_or(run.cores).max(1));
    Some(memory::unified_bytes(heap) / slots)
}
