//! Stages written out by the user (or measured from a log and written down).

use std::collections::{BTreeMap, BTreeSet};

use super::graph::{Stage, StageGraph, TaskRun, TaskWork};
use super::recipe::{Recipe, STAGE_GAP_S, TASK_OVERHEAD_S};
use super::{s3, splits};
use crate::units::Bytes;
use crate::workload::DeclaredStage;

/// The graph of a workload's own stages.
pub fn graph(recipe: &Recipe<'_>) -> StageGraph {
    let declared = &recipe.workload.job.stages;
    let parents = parents(declared);
    let order = parents_first(&parents);
    let written: f64 = declared.iter().map(|stage| stage.output.as_f64()).sum();
    let mut place = vec![usize::MAX; declared.len()];
    let mut stages = Vec::with_capacity(order.len());
    for index in order {
        place[index] = stages.len();
        let placed = parents[index].iter().map(|parent| place[*parent]).collect();
        stages.push(stage(recipe, &declared[index], placed, written));
    }
    StageGraph { stages, cold_jvms: true, ..StageGraph::default() }
}

/// Indices of each stage's parents; names that no stage has (refused by the workload's checks) are left out.
fn parents(declared: &[DeclaredStage]) -> Vec<Vec<usize>> {
    let by_name: BTreeMap<&str, usize> =
        declared.iter().enumerate().map(|(index, stage)| (stage.name.as_str(), index)).collect();
    let of =
        |stage: &DeclaredStage| stage.parents.iter().filter_map(|name| by_name.get(name.as_str()).copied()).collect();
    declared.iter().map(of).collect()
}

/// Indices with parents before children, else as written; stages in a circle (refused by the workload's checks) are
/// left out.
fn parents_first(parents: &[Vec<usize>]) -> Vec<usize> {
    let mut children = vec![Vec::new(); parents.len()];
    let mut waits_for: Vec<usize> = parents.iter().map(Vec::len).collect();
    for (child, parents) in parents.iter().enumerate() {
        for parent in parents {
            children[*parent].push(child);
        }
    }
    let mut ready: BTreeSet<usize> = (0..parents.len()).filter(|stage| waits_for[*stage] == 0).collect();
    let mut order = Vec::with_capacity(parents.len());
    while let Some(stage) = ready.pop_first() {
        order.push(stage);
        for child in &children[stage] {
            waits_for[*child] -= 1;
            if waits_for[*child] == 0 {
                ready.insert(*child);
            }
        }
    }
    order
}

fn stage(recipe: &Recipe<'_>, declared: &DeclaredStage, parents: Vec<usize>, written: f64) -> Stage {
    let count = declared.tasks.unwrap_or_else(|| input_tasks(recipe, declared)).max(1);
    let even = 1.0 / (f64::from(count - 1) + declared.max_over_median.max(1.0));
    let whole = whole(recipe, declared, written);
    let task = |share: f64| {
        let work = whole.times(share);
        TaskWork { overhead_s: work.overhead_s + TASK_OVERHEAD_S, s3_gets: work.s3_gets.ceil(), ..work }
    };
    let longest = TaskRun { count: 1, work: task(even * declared.max_over_median.max(1.0)), hot: false };
    let others = TaskRun { count: count - 1, work: task(even), hot: false };
    let before = others.count / 2;
    let tasks = [
        TaskRun { count: before, ..others },
        TaskRun { hot: declared.max_over_median > 3.0, ..longest },
        TaskRun { count: others.count - before, ..others },
    ];
    Stage {
        name: declared.name.clone(),
        parents,
        tasks: tasks.into_iter().filter(|run| run.count > 0).collect(),
        driver_delay_s: STAGE_GAP_S,
        ..Stage::default()
    }
}

/// The work of all tasks of a stage together.
fn whole(recipe: &Recipe<'_>, declared: &DeclaredStage, written: f64) -> TaskWork {
    let input = declared.input.as_f64();
    let output = declared.output.as_f64();
    let sink = recipe.sink();
    let files = if written > 0.0 { sink.files * output / written } else { 0.0 };
    let expansion = recipe.workload.job.memory_expansion.value * recipe.knowledge.expansion;
    TaskWork {
        cpu_s: declared.cpu.as_seconds() * recipe.knowledge.level,
        s3_read_bytes: input,
        s3_gets: if input > 0.0 { s3::gets(input, 0.0, false) } else { 0.0 },
        s3_write_bytes: output,
        s3_puts: if files > 0.0 { files * s3::puts(output / files) } else { 0.0 },
        shuffle_read_bytes: declared.shuffle_read.as_f64(),
        shuffle_write_bytes: declared.shuffle_write.as_f64(),
        overhead_s: 0.0,
        held_bytes: declared.shuffle_read.as_f64() * expansion,
        unspillable_bytes: 0.0,
        expansion,
    }
}

/// Splits of an input stage: files of the input's mean size, as many as hold the stage's bytes.
fn input_tasks(recipe: &Recipe<'_>, declared: &DeclaredStage) -> u32 {
    let input = &recipe.workload.input;
    let size = Bytes::new((input.volume.value.get() / input.files.value.max(1)).max(1));
    let files = declared.input.get().div_ceil(size.get()).max(1);
    let splittable = input.compression.value.is_splittable(input.format.value);
    splits::split(&[(size, files)], splittable, recipe.site.parallelism).iter().map(|run| run.tasks).sum()
}
