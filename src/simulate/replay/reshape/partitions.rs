//! How many tasks a stage has on the target, and how its work is cut into them.

use crate::simulate::replay::problem::Task;
use crate::simulate::replay::recording::{RecordedStage, RecordedTask};
use crate::simulate::replay::run_model::RunModel;
use crate::simulate::replay::target::Target;
use crate::simulate::replay::warm_up::median;
use crate::simulate::replay::{bytes, count};

/// Tasks below this share of the configured partitions were coalesced.
const COALESCED_SHARE: f64 = 0.95;

/// A task with its data, for cutting.
#[derive(Clone, Copy, Debug)]
struct Piece {
    task: Task,
    bytes: f64,
}

/// The tasks of a stage, cut as the target's data, cores and configuration cut them.
pub fn of(tasks: Vec<Task>, stage: &RecordedStage, run: &RunModel, target: &Target, growth: f64) -> Vec<Task> {
    let reads_shuffle = stage.tasks.iter().any(|task| task.task.shuffle_read_bytes > 0);
    let reads_storage = stage.tasks.iter().any(|task| task.task.input_bytes > 0);
    let overhead_s = overhead_s(stage);
    if reads_storage {
        let grows = growth > 0.0 && (growth - 1.0).abs() > 1e-9;
        return if grows { resampled(&tasks, scaled(tasks.len(), growth), overhead_s) } else { tasks };
    }
    let is_sql = run.recording.stages.len() > 1 && !run.settings.conf.is_empty();
    if !reads_shuffle || !is_sql || tasks.len() != stage.tasks.len() {
        return tasks;
    }
    let (before, after) = (&run.settings, run.settings.with(&target.conf));
    let slots_before = f64::from(run.slots());
    let cores = f64::from(target.cores.unwrap_or(run.cores) * target.executors.unwrap_or(run.executors)).max(1.0);
    let mut pieces = by_partition(&tasks, stage, growth);
    let unchanged = pieces.len();
    if before.splits_skew() && !after.splits_skew() {
        pieces = put_together(pieces, run, overhead_s);
    }
    let configured = f64::from(before.shuffle_partitions());
    let tasks_before = count(pieces.len());
    let was_configured = (tasks_before - configured).abs() < 0.5;
    let was_coalesced = before.coalesces() && tasks_before < COALESCED_SHARE * configured;
    let same_rules = after.coalescing() == before.coalescing();
    let wanted = f64::from(after.shuffle_partitions());
    let total: f64 = pieces.iter().map(|piece| piece.bytes).sum();
    let cut = if was_coalesced && after.coalesces() && same_rules {
        // The log's own count, moved as the rule moves: it knows other reasons (several shuffles, tiny partitions).
        let followed_cores = (tasks_before - slots_before).abs() <= 0.25 * slots_before;
        followed_cores.then(|| (tasks_before * cores / slots_before).max(1.0).min(wanted))
    } else if was_coalesced && after.coalesces() {
        let size = after.coalesced_bytes(total, cores);
        // A partition more than the bytes ask for: packing in order never fills the last one.
        Some((total / size).ceil().clamp(1.0, wanted))
    } else if was_coalesced || was_configured {
        ((wanted - tasks_before).abs() > 0.5).then_some(wanted)
    } else {
        None
    };
    if let Some(cut) = cut {
        let tasks: Vec<Task> = pieces.iter().map(|piece| piece.task).collect();
        let share = tasks_before / cut;
        let bytes_at = |piece: usize| pieces.get(scaled(piece, share)).map_or(0.0, |piece| piece.bytes * share);
        pieces = resampled(&tasks, scaled(1, cut), overhead_s)
            .into_iter()
            .enumerate()
            .map(|(index, task)| Piece { task, bytes: bytes_at(index) })
            .collect();
    }
    if after.coalesces() && (!before.coalesces() || (was_configured && cut.is_some())) {
        pieces = packed(&pieces, after.coalesced_bytes(total, cores), overhead_s);
    }
    if after.splits_skew() && !before.splits_skew() && run.settings.plans.sort_merge_join {
        pieces = split(pieces, &after, overhead_s);
    }
    if pieces.len() == unchanged && cut.is_none() {
        return tasks;
    }
    pieces.into_iter().map(|piece| piece.task).collect()
}

/// What a task takes whatever its data, seconds: the way from the driver and back, deserializing, the result, and within its run what
/// does not grow with its bytes (compiling, opening streams), as far as the tasks' sizes tell that. Of tasks on warm slots.
fn overhead_s(stage: &RecordedStage) -> f64 {
    let warm = |task: &&RecordedTask| task.wave > 0;
    let tasks: Vec<&RecordedTask> = if stage.tasks.iter().any(|task| task.wave > 0) {
        stage.tasks.iter().filter(warm).collect()
    } else {
        stage.tasks.iter().collect()
    };
    let mut around: Vec<f64> =
        tasks.iter().map(|task| f64::from(task.task.duration_ms.saturating_sub(task.task.run_ms)) / 1e3).collect();
    around.sort_by(f64::total_cmp);
    let mut times: Vec<f64> = tasks.iter().map(|task| task.duration_s).collect();
    times.sort_by(f64::total_cmp);
    let around_s = median(&around);
    intercept_s(&tasks).map_or(around_s, |fixed_s| fixed_s.min(MOST_FIXED * median(&times)).max(around_s))
}

/// More than this share of a median task is no overhead.
const MOST_FIXED: f64 = 0.5;

/// Tasks' sizes tell of their times only where they explain so much of them.
const EXPLAINED: f64 = 0.5;

/// The time of a task without data, by least squares of the times over the bytes.
fn intercept_s(tasks: &[&RecordedTask]) -> Option<f64> {
    if tasks.len() < 4 {
        return None;
    }
    let points: Vec<(f64, f64)> =
        tasks.iter().map(|task| (bytes(task.task.shuffle_read_bytes), task.duration_s)).collect();
    let all = count(points.len());
    let (mean_x, mean_y) =
        (points.iter().map(|point| point.0).sum::<f64>() / all, points.iter().map(|point| point.1).sum::<f64>() / all);
    let sum = |of: &dyn Fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>();
    let xx = sum(&|point| (point.0 - mean_x).powi(2));
    let yy = sum(&|point| (point.1 - mean_y).powi(2));
    let xy = sum(&|point| (point.0 - mean_x) * (point.1 - mean_y));
    let explained = xy * xy / (xx * yy);
    (xx > 0.0 && yy > 0.0 && xy > 0.0 && explained >= EXPLAINED).then(|| (mean_y - xy / xx * mean_x).max(0.0))
}

/// Tasks in the order of their partitions, in which Spark puts them together and splits them.
fn by_partition(tasks: &[Task], stage: &RecordedStage, growth: f64) -> Vec<Piece> {
    let mut order: Vec<usize> = (0..tasks.len()).collect();
    order.sort_by_key(|index| stage.tasks[*index].task.partition);
    let piece =
        |index: usize| Piece { task: tasks[index], bytes: growth * bytes(stage.tasks[index].task.shuffle_read_bytes) };
    order.into_iter().map(piece).collect()
}

/// Neighbouring partitions put together up to a size (`ShufflePartitionsUtil.coalescePartitions`).
fn packed(pieces: &[Piece], size: f64, overhead_s: f64) -> Vec<Piece> {
    let mut packs: Vec<Vec<Piece>> = Vec::new();
    let mut held = 0.0;
    for piece in pieces {
        match packs.last_mut() {
            Some(pack) if held + piece.bytes <= size => {
                pack.push(*piece);
                held += piece.bytes;
            }
            _ => {
                packs.push(vec![*piece]);
                held = piece.bytes;
            }
        }
    }
    packs.iter().map(|pack| together(pack, overhead_s)).collect()
}

/// Partitions that one task works through: the work of all, the overhead once.
fn together(pack: &[Piece], overhead_s: f64) -> Piece {
    let work = |piece: &Piece| (piece.task.steady_s - overhead_s).max(0.0);
    let steady_s = overhead_s + pack.iter().map(work).sum::<f64>();
    Piece { task: Task::of(steady_s), bytes: pack.iter().map(|piece| piece.bytes).sum() }
}

/// Hot partitions of a sort-merge join, split (`OptimizeSkewedJoin`).
fn split(pieces: Vec<Piece>, after: &crate::simulate::replay::SparkSettings, overhead_s: f64) -> Vec<Piece> {
    let mut sizes: Vec<f64> = pieces.iter().map(|piece| piece.bytes).collect();
    sizes.sort_by(f64::total_cmp);
    let threshold = after.skewed_bytes(median(&sizes));
    let others: Vec<f64> = sizes.into_iter().filter(|size| *size <= threshold).collect();
    let mean = others.iter().sum::<f64>() / count(others.len()).max(1.0);
    let aim = after.advisory_bytes().max(mean);
    let mut all = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let parts = if piece.bytes > threshold { scaled(1, (piece.bytes / aim).ceil()).max(1) } else { 1 };
        let share = 1.0 / count(parts);
        let steady_s = overhead_s + (piece.task.steady_s - overhead_s).max(0.0) * share;
        let part = Piece { task: Task { steady_s, ..piece.task }, bytes: piece.bytes * share };
        all.extend(std::iter::repeat_n(if parts == 1 { piece } else { part }, parts));
    }
    all
}

/// The pieces of skewed partitions, one task again. The log counts partitions and pieces but does not name the tasks: neighbours that
/// read most are taken for them.
fn put_together(mut pieces: Vec<Piece>, run: &RunModel, overhead_s: f64) -> Vec<Piece> {
    let (skewed, splits) = run.settings.skew;
    let (Ok(skewed), Ok(splits)) = (usize::try_from(skewed), usize::try_from(splits)) else { return pieces };
    if skewed == 0 || splits <= skewed || splits > pieces.len() || !is_split(&pieces, run) {
        return pieces;
    }
    let width = splits / skewed;
    for _ in 0..skewed {
        let sum = |from: usize| pieces[from..from + width].iter().map(|piece| piece.bytes).sum::<f64>();
        let Some(from) =
            (0..=pieces.len().saturating_sub(width)).max_by(|a, b| sum(*a).total_cmp(&sum(*b)).then(b.cmp(a)))
        else {
            break;
        };
        let whole = together(&pieces[from..from + width], overhead_s);
        pieces.splice(from..from + width, [whole]);
        if pieces.len() < width {
            break;
        }
    }
    pieces
}

/// Of the stages with as many tasks as pieces, the one that reads most shuffle is the join.
fn is_split(pieces: &[Piece], run: &RunModel) -> bool {
    let read = |stage: &RecordedStage| stage.tasks.iter().map(|task| bytes(task.task.shuffle_read_bytes)).sum::<f64>();
    let most = run.recording.stages.iter().map(read).fold(0.0, f64::max);
    let own: f64 = pieces.iter().map(|piece| piece.bytes).sum();
    own >= 0.999 * most
}

/// The same work cut into another number of tasks: piece `k` of `n` is the `k`-th `n`-th of the work in its order, so
/// what stood in the first tasks stays in the first ones. Each has the overhead of a task.
fn resampled(tasks: &[Task], wanted: usize, overhead_s: f64) -> Vec<Task> {
    let old = count(tasks.len());
    let share = old / count(wanted.max(1));
    let work = |task: &Task| (task.steady_s - overhead_s).max(0.0);
    let mut sums = Vec::with_capacity(tasks.len() + 1);
    sums.push(0.0);
    for task in tasks {
        sums.push(sums.last().copied().unwrap_or(0.0) + work(task));
    }
    let cumulative = |at: f64| -> f64 {
        // Each old task is one unit wide.
        let whole = at.floor().max(0.0);
        let index = scaled(1, whole).min(tasks.len());
        sums[index] + tasks.get(index).map_or(0.0, |task| (at - whole) * work(task))
    };
    let mut before = 0.0;
    (1..=wanted.max(1))
        .map(|piece| {
            let until = if piece == wanted { cumulative(old) } else { cumulative(share * count(piece)) };
            let steady_s = overhead_s + until - before;
            before = until;
            Task::of(steady_s)
        })
        .collect()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a task count")]
fn scaled(of: usize, factor: f64) -> usize {
    (count(of) * factor).round().clamp(0.0, 1e7) as usize
}
