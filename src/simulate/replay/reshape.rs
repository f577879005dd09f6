//! What a target changes in the tasks themselves: their time by part, their number by data and configuration.

mod partitions;
mod speculation;

use super::problem::Task;
use super::recording::{RecordedStage, RecordedTask};
use super::run_model::RunModel;
use super::target::Target;

/// Bytes a second of a spill disk where the log does not show one. An assumption: a gp3 volume.
const SPILL_BYTES_PER_S: f64 = 125e6;

/// Waits for shuffle blocks of this many times the task's work are expected at half their length. Waits are what
/// repeats least: twenty runs of one job on one shape waited for 20 % of their work and nine for 270 %, in one night. So a
/// long wait is partly the shape's and partly the day's. The figure is a choice on that one job, where 2 to 6 do alike
/// (docs/accuracy.md).
const WAIT_SATURATION: f64 = 4.0;

/// A steady task time on the target's machines, part by part; `wait` multiplies the wait for shuffle blocks.
#[must_use]
pub fn moved_s(task: &RecordedTask, steady_s: f64, wait: f64, target: &Target) -> f64 {
    let speeds = target.speeds;
    let of = &task.task;
    let seconds = |ms: u32| f64::from(ms) / 1e3;
    let fetch_s = seconds(of.fetch_wait_ms).min(steady_s);
    let usual_s = usual_wait_s(wait * fetch_s, steady_s - fetch_s);
    let left_s = steady_s - fetch_s;
    let spill_s = (super::bytes(of.spill_bytes) * 2.0 / SPILL_BYTES_PER_S).min(0.5 * left_s);
    let cpu_s = left_s - spill_s;
    usual_s / speeds.network + spill_s / speeds.disk + cpu_s / speeds.cpu
}

/// What of a wait for shuffle blocks to expect again: short waits are as they were, long ones less.
fn usual_wait_s(wait_s: f64, work_s: f64) -> f64 {
    if wait_s > 0.0 { wait_s / (1.0 + wait_s / (WAIT_SATURATION * work_s.max(1e-3))) } else { 0.0 }
}

/// The tasks of a stage as the target's configuration, cores and data cut them.
///
/// `growth` is the volume of the data over the log's; the work of the tasks has grown already.
#[must_use]
pub fn tasks(tasks: Vec<Task>, stage: &RecordedStage, run: &RunModel, target: &Target, growth: f64) -> Vec<Task> {
    let tasks = speculation::without(tasks, stage, run, target);
    let tasks = partitions::of(tasks, stage, run, target, growth);
    speculation::with(tasks, run, target)
}
