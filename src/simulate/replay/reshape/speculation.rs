//! Copies of slow tasks, switched on or off.

use crate::profile::eventlog::TaskResult;
use crate::simulate::replay::problem::Task;
use crate::simulate::replay::recording::RecordedStage;
use crate::simulate::replay::run_model::RunModel;
use crate::simulate::replay::settings::SparkSettings;
use crate::simulate::replay::target::Target;
use crate::simulate::replay::warm_up::median;

/// Spark 4.0 made copies rarer: 0.9 of the tasks must be done and a copied one take 3 times the median (0.75 and 1.5 before).
const SINCE_RARER: u32 = 4;

fn is_on(settings: &SparkSettings) -> bool {
    settings.flag("spark.speculation", false)
}

/// Stragglers cut short by a copy, when speculation is switched on: seen once enough tasks are done and at `multiplier` times
/// the median, and then as long again as the median. Partitions that are really larger are copied in vain; the log cannot tell
/// them apart, but their bytes can.
pub fn with(mut tasks: Vec<Task>, run: &RunModel, target: &Target) -> Vec<Task> {
    let after = run.settings.with(&target.conf);
    if !is_on(&after) || is_on(&run.settings) || tasks.len() < 2 {
        return tasks;
    }
    let rarer = run.settings.spark_major >= SINCE_RARER;
    let multiplier = after.number("spark.speculation.multiplier", if rarer { 3.0 } else { 1.5 });
    let quantile = after.number("spark.speculation.quantile", if rarer { 0.9 } else { 0.75 });
    let slots = f64::from(target.cores.unwrap_or(run.cores) * target.executors.unwrap_or(run.executors)).max(1.0);
    let mut times: Vec<f64> = tasks.iter().map(|task| task.steady_s).collect();
    times.sort_by(f64::total_cmp);
    let median = median(&times);
    let longest = |index: usize| {
        // A task of the first wave is not looked at before the quantile of all tasks is done.
        let count = super::super::count(times.len());
        let waves_before = (super::super::count(index) / slots).floor();
        let enough_s = (quantile * count / slots).ceil() * median;
        (multiplier * median).max(enough_s - waves_before * median) + median
    };
    for (index, task) in tasks.iter_mut().enumerate() {
        // More bytes than others explain a longer task; a copy of it takes as long.
        let is_large = task.is_large;
        if !is_large {
            task.steady_s = task.steady_s.min(longest(index));
        }
    }
    tasks
}

/// Without copies the originals run on: at least as long as they had run when their copies won. How much longer they would have
/// run no log knows.
pub fn without(mut tasks: Vec<Task>, stage: &RecordedStage, run: &RunModel, target: &Target) -> Vec<Task> {
    let after = run.settings.with(&target.conf);
    if is_on(&after) || !is_on(&run.settings) || tasks.len() != stage.tasks.len() {
        return tasks;
    }
    for (task, recorded) in tasks.iter_mut().zip(&stage.tasks) {
        let beaten = stage.beaten.iter().filter(|loser| loser.partition == recorded.task.partition);
        let longest_ms = beaten
            .filter(|loser| loser.result == TaskResult::Killed && !loser.speculative)
            .map(|loser| loser.duration_ms)
            .max();
        if let Some(ms) = longest_ms.filter(|_| recorded.task.speculative) {
            task.steady_s = task.steady_s.max(f64::from(ms) / 1e3);
        }
    }
    tasks
}
