//! How long slots stood empty although a task could have run on them.
//!
//! Each launch takes the slot of its executor that got free first. What lies between that, or the stage's submission,
//! or the executor's coming, and the launch was spent on the way from the driver, or waiting for an executor near the
//! task's data (`spark.locality.wait`). A gap is negative where a busy driver noted an end only after it had given the
//! slot away: the task held it for less than its measured time.

use std::collections::BTreeMap;

use super::recording::Recording;

/// Notes the gap before each task.
pub fn measure(recording: &mut Recording, zero_ms: i64) {
    let mut slots: BTreeMap<usize, Vec<f64>> = recording
        .executors
        .iter()
        .map(|executor| (executor.index, vec![executor.from_s; executor.slots as usize]))
        .collect();
    for (launched_ms, stage, task) in launches(recording) {
        let launched_s = seconds(launched_ms - zero_ms);
        let submitted_s = recording.stages[stage].submitted_s;
        let task = &mut recording.stages[stage].tasks[task];
        let Some(slots) = slots.get_mut(&usize::from(task.task.executor)) else { continue };
        let Some(slot) = slots.iter_mut().min_by(|a, b| a.total_cmp(b)) else { continue };
        task.gap_s = (launched_s - slot.max(submitted_s)).max(-task.duration_s);
        *slot = launched_s + task.duration_s;
    }
}

/// All launches of the run, in order.
fn launches(recording: &Recording) -> Vec<(i64, usize, usize)> {
    let of = |(stage, recorded): (usize, &super::RecordedStage)| {
        let launches: Vec<_> =
            recorded.tasks.iter().enumerate().map(|(task, one)| (one.task.launched_ms, stage, task)).collect();
        launches
    };
    let mut all: Vec<_> = recording.stages.iter().enumerate().flat_map(of).collect();
    all.sort_unstable();
    all
}

#[expect(clippy::cast_precision_loss, reason = "a run is far shorter than 2^53 ms")]
fn seconds(ms: i64) -> f64 {
    ms as f64 / 1e3
}
