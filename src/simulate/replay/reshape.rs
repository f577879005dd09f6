//! What a target changes in the tasks themselves: their time by part, their number by configuration.

use super::problem::Task;
use super::recording::{RecordedStage, RecordedTask};
use super::run_model::RunModel;
use super::target::Target;

/// Bytes a second of a spill disk where the log does not show one. An assumption: a gp3 volume.
const SPILL_BYTES_PER_S: f64 = 125e6;

/// Waits for shuffle blocks of this many times the task's work are expected at half their length. Waits are what
/// repeats least: twenty runs of one job on one shape waited for 20 % of their work and nine for 270 %, days apart. So a
/// long wait is partly the shape's and partly the day's. The figure is a choice on that one job (docs/accuracy/event-logs.md).
const WAIT_SATURATION: f64 = 4.0;

/// Smallest coalesced partition (`spark.sql.adaptive.coalescePartitions.minPartitionSize`).
const SMALLEST_PARTITION: f64 = 1_048_576.0;

/// Tasks below this share of the configured partitions were coalesced.
const COALESCED_SHARE: f64 = 0.95;

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
#[must_use]
pub fn tasks(tasks: Vec<Task>, stage: &RecordedStage, run: &RunModel, target: &Target) -> Vec<Task> {
    let tasks = grown(tasks, stage, target.growth.unwrap_or(1.0));
    let tasks = unskewed(tasks, stage, run, target);
    let tasks = recut(tasks, stage, run, target);
    speculated(tasks, run, target)
}

/// More data is more splits of the same size where storage is read, and larger partitions after a shuffle.
fn grown(mut tasks: Vec<Task>, stage: &RecordedStage, growth: f64) -> Vec<Task> {
    if (growth - 1.0).abs() < 1e-9 || growth <= 0.0 {
        return tasks;
    }
    let reads_storage = stage.tasks.iter().any(|task| task.task.input_bytes > 0);
    for task in &mut tasks {
        task.steady_s *= growth;
    }
    if reads_storage { resampled(&tasks, scaled(tasks.len(), growth)) } else { tasks }
}

/// Shuffle partitions: as configured without adaptive execution, by cores and size with it.
fn recut(tasks: Vec<Task>, stage: &RecordedStage, run: &RunModel, target: &Target) -> Vec<Task> {
    let reads_shuffle = stage.tasks.iter().any(|task| task.task.shuffle_read_bytes > 0);
    let reads_storage = stage.tasks.iter().any(|task| task.task.input_bytes > 0);
    let is_sql = run.recording.stages.len() > 1 && !run.settings.conf.is_empty();
    if !reads_shuffle || reads_storage || !is_sql {
        return tasks;
    }
    let (before, after) = (&run.settings, run.settings.with(&target.conf));
    let count = super::count(tasks.len());
    let was_coalesced = before.coalesces() && count < COALESCED_SHARE * f64::from(before.shuffle_partitions());
    let was_configured = (count - f64::from(before.shuffle_partitions())).abs() < 0.5;
    let cores = f64::from(target.cores.unwrap_or(run.cores) * target.executors.unwrap_or(run.executors));
    let coalesced = |from: f64| {
        let bytes: f64 = stage.tasks.iter().map(|task| super::bytes(task.task.shuffle_read_bytes)).sum();
        let size = (bytes * target.growth.unwrap_or(1.0) / cores.max(1.0)).max(SMALLEST_PARTITION);
        (bytes * target.growth.unwrap_or(1.0) / size).ceil().clamp(1.0, from)
    };
    let wanted = if was_coalesced && after.coalesces() {
        // The log's own count, moved as the rule moves: it knows other reasons (several shuffles, tiny partitions).
        let slots_before = f64::from(run.slots());
        let by_cores = (count * cores / slots_before).max(1.0);
        if (count - slots_before).abs() <= 0.25 * slots_before {
            by_cores.min(f64::from(after.shuffle_partitions()))
        } else {
            count
        }
    } else if was_coalesced {
        f64::from(after.shuffle_partitions())
    } else if was_configured && after.coalesces() && !before.coalesces() {
        coalesced(f64::from(after.shuffle_partitions()))
    } else if was_configured {
        f64::from(after.shuffle_partitions())
    } else {
        count
    };
    if (wanted - count).abs() < 0.5 { tasks } else { resampled(&tasks, scaled(1, wanted)) }
}

/// Hot partitions of a sort-merge join, split when that is switched on.
fn unskewed(tasks: Vec<Task>, stage: &RecordedStage, run: &RunModel, target: &Target) -> Vec<Task> {
    let after = run.settings.with(&target.conf);
    let newly = after.splits_skew() && !run.settings.splits_skew() && run.settings.plans.sort_merge_join;
    if !newly || tasks.len() != stage.tasks.len() {
        return tasks;
    }
    let mut sizes: Vec<f64> = stage.tasks.iter().map(|task| super::bytes(task.task.shuffle_read_bytes)).collect();
    let own = sizes.clone();
    sizes.sort_by(f64::total_cmp);
    let median = super::warm_up::median(&sizes);
    let factor = after.number("spark.sql.adaptive.skewJoin.skewedPartitionFactor", 5.0);
    let threshold = (factor * median).max(256.0 * SMALLEST_PARTITION);
    let aim = median.max(after.advisory_bytes().as_f64());
    let mut split = Vec::with_capacity(tasks.len());
    for (task, size) in tasks.iter().zip(own) {
        let pieces = if size > threshold { scaled(1, (size / aim).ceil()) } else { 1 };
        let steady_s = task.steady_s / super::count(pieces);
        split.extend(std::iter::repeat_n(Task { steady_s, ..*task }, pieces));
    }
    split
}

/// Stragglers cut short by a copy, when speculation is switched on: seen at `multiplier` times the median, and as long
/// again as the median. Partitions that are really larger are copied in vain; the log cannot tell them apart.
fn speculated(mut tasks: Vec<Task>, run: &RunModel, target: &Target) -> Vec<Task> {
    let after = run.settings.with(&target.conf);
    let newly = after.flag("spark.speculation", false) && !run.settings.flag("spark.speculation", false);
    if !newly || tasks.len() < 2 {
        return tasks;
    }
    let mut times: Vec<f64> = tasks.iter().map(|task| task.steady_s).collect();
    times.sort_by(f64::total_cmp);
    let median = super::warm_up::median(&times);
    let longest = (1.0 + after.number("spark.speculation.multiplier", 1.5)) * median;
    for task in &mut tasks {
        task.steady_s = task.steady_s.min(longest);
    }
    tasks
}

/// The same work cut into another number of tasks: piece `k` of `n` is the `k`-th `n`-th of the work in its order, so
/// what stood in the first tasks stays in the first ones.
fn resampled(tasks: &[Task], count: usize) -> Vec<Task> {
    let old = super::count(tasks.len());
    let share = old / super::count(count.max(1));
    let cumulative = |at: f64| -> f64 {
        // Each old task is one unit wide and `steady_s` high.
        let whole = at.floor().max(0.0);
        let index = scaled(1, whole.max(0.0));
        let full: f64 = tasks.iter().take(index).map(|task| task.steady_s).sum();
        full + tasks.get(index).map_or(0.0, |task| (at - whole) * task.steady_s)
    };
    let mut before = 0.0;
    (1..=count.max(1))
        .map(|piece| {
            let until = if piece == count { cumulative(old) } else { cumulative(share * super::count(piece)) };
            let steady_s = until - before;
            before = until;
            Task::of(steady_s)
        })
        .collect()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a task count")]
fn scaled(count: usize, factor: f64) -> usize {
    (super::count(count) * factor).round().clamp(0.0, 1e7) as usize
}
