//! How much slower the first tasks of a stage are on each slot: cold JVM, classes to load, code to compile, connections
//! to open, nothing in the page cache. Kept apart from the steady time of a task, or predictions err upward when
//! scaling in (fewer first tasks) and downward when scaling out.

use super::recording::{RecordedStage, RecordedTask};

/// Waves that are told from the steady ones.
pub const WAVES: usize = 2;

/// A median of fewer tasks says nothing of a stage's steady time.
const FEWEST_STEADY: usize = 3;

/// No task is taken to be shorter than this share of its measured time without its warm-up.
const SHORTEST_SHARE: f64 = 0.25;

/// Extra seconds of the first and the second task of a stage on each slot.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct WarmUp {
    /// By wave.
    pub extra_s: [f64; WAVES],
}

impl WarmUp {
    /// Measures a stage: medians of the first two waves against the median of all later tasks, drawn towards zero by
    /// as much as the spread of the tasks makes the difference uncertain.
    #[must_use]
    pub fn of(stage: &RecordedStage) -> Self {
        let wave = |wanted: &dyn Fn(usize) -> bool| times(stage.tasks.iter().filter(|task| wanted(task.wave)));
        let mut steady = wave(&|wave| wave >= WAVES);
        let mut known = WAVES;
        if steady.len() < FEWEST_STEADY {
            steady = wave(&|wave| wave >= 1);
            known = 1;
        }
        if steady.len() < FEWEST_STEADY {
            return Self { extra_s: [overhead_s(stage), 0.0] };
        }
        let mut extra_s = [0.0; WAVES];
        for (index, extra_s) in extra_s.iter_mut().enumerate().take(known) {
            *extra_s = excess_s(&wave(&|wave| wave == index), &steady);
        }
        Self { extra_s }
    }

    /// The time that a measured task takes on a warm slot.
    #[must_use]
    pub fn steady_s(&self, task: &RecordedTask) -> f64 {
        let extra_s = self.extra_s.get(task.wave).copied().unwrap_or(0.0);
        (task.duration_s - extra_s).max(SHORTEST_SHARE * task.duration_s)
    }
}

fn times<'t>(tasks: impl Iterator<Item = &'t RecordedTask>) -> Vec<f64> {
    let mut times: Vec<f64> = tasks.filter(|task| task.is_needed).map(|task| task.duration_s).collect();
    times.sort_by(f64::total_cmp);
    times
}

/// Median of the first over the median of the others, times how sure the difference is: `d² / (d² + se²)`.
fn excess_s(first: &[f64], others: &[f64]) -> f64 {
    if first.is_empty() {
        return 0.0;
    }
    let difference_s = median(first) - median(others);
    if difference_s <= 0.0 {
        return 0.0;
    }
    let error = spread(first).powi(2) / count(first) + spread(others).powi(2) / count(others);
    difference_s * difference_s.powi(2) / (difference_s.powi(2) + error)
}

/// What only a first task spends outside of its work when there is no later one to compare with: reading the task and its
/// classes.
fn overhead_s(stage: &RecordedStage) -> f64 {
    let mut times: Vec<f64> = stage.tasks.iter().map(|task| f64::from(task.task.deserialize_ms) / 1e3).collect();
    times.sort_by(f64::total_cmp);
    median(&times)
}

/// The middle of sorted values; 0 for none.
pub fn median(sorted: &[f64]) -> f64 {
    match sorted.len() {
        0 => 0.0,
        length if length % 2 == 1 => sorted[length / 2],
        length => 0.5 * (sorted[length / 2 - 1] + sorted[length / 2]),
    }
}

/// Standard deviation of the middle of sorted values, by the quartiles of a normal distribution.
fn spread(sorted: &[f64]) -> f64 {
    let at = |share: usize| sorted[(sorted.len() - 1) * share / 4];
    if sorted.is_empty() { 0.0 } else { (at(3) - at(1)) / 1.349 }
}

#[expect(clippy::cast_precision_loss, reason = "tasks are far fewer than 2^53")]
fn count(values: &[f64]) -> f64 {
    values.len().max(1) as f64
}
