//! A graph with what all its replications have in common, added up once.

use super::graph::{Repeat, StageGraph, TaskWork};

/// A graph that is ready to be run, on as many replications as it holds for.
#[derive(Clone, Debug)]
pub struct Job {
    /// The stages.
    pub graph: StageGraph,
    /// The work of each stage's tasks together.
    pub totals: Vec<TaskWork>,
    /// Tasks of each stage.
    pub tasks: Vec<u64>,
}

impl Job {
    /// Adds up a graph's stages.
    #[must_use]
    pub fn of(graph: StageGraph) -> Self {
        let totals = graph.stages.iter().map(super::graph::Stage::total).collect();
        let tasks = graph.stages.iter().map(super::graph::Stage::task_count).collect();
        Self { graph, totals, tasks }
    }

    /// Bytes that all stages write to shuffle, each counted once.
    #[must_use]
    pub fn shuffle_bytes(&self) -> f64 {
        self.totals.iter().map(|total| total.shuffle_write_bytes).sum()
    }

    /// The work of its first `stages` stages, as often as `repeats` say.
    #[must_use]
    pub fn total(&self, stages: usize, repeats: &[Repeat]) -> TaskWork {
        let of = |(stage, total): (usize, &TaskWork)| total.times(f64::from(Repeat::times(repeats, stage)));
        self.totals.iter().take(stages).enumerate().map(of).fold(TaskWork::default(), TaskWork::plus)
    }
}
