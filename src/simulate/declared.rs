//! From a declared workload to its stage graph: one builder for each archetype, or the stages written out.

use super::explicit;
use super::graph::{Holding, Repeat, Stage, StageGraph, TaskRun, TaskWork};
use super::knowledge::Knowledge;
use super::memory;
use super::recipe::{Reads, Recipe, STAGE_GAP_S, Sink, Site, TASK_OVERHEAD_S};
use crate::engines::Provision;
use crate::units::Bytes;
use crate::workload::{Archetype, Workload};

/// Share of a join's input that is its larger side. An assumption: a fact table and its dimensions.
const LARGE_SIDE: f64 = 0.8;
/// Stored bytes a second of one reference core on an item whose time nobody declared. An assumption.
const ITEM_BYTES_PER_CORE_S: f64 = 1e6;

/// The graph of a workload on a site.
#[must_use]
pub fn graph(workload: &Workload, knowledge: &Knowledge, site: Site) -> StageGraph {
    let recipe = Recipe { workload, knowledge, site };
    if !workload.job.stages.is_empty() {
        return explicit::graph(&recipe);
    }
    let mut repeats = Vec::new();
    let stages = match workload.job.archetype.value {
        Archetype::ScanFilter | Archetype::EventStream => vec![recipe.scan("scan", 1.0, 0.0, recipe.sink())],
        Archetype::Aggregation => aggregation(&recipe),
        Archetype::JoinHeavy => join(&recipe),
        Archetype::Sort => sort(&recipe),
        Archetype::MlIteration => iterations(&recipe, &mut repeats),
        Archetype::SqlAdHoc | Archetype::SqlBi => queries(&recipe, &mut repeats),
        Archetype::ContainerBatch => vec![items(&recipe)],
    };
    StageGraph { stages, cold_jvms: workload.job.archetype.value.is_spark(), warm_up_s: None, repeats }
}

/// What the executors of a provision mean for the plan.
#[must_use]
pub fn site(provision: &Provision) -> Site {
    let cache = |group: &crate::engines::ExecutorGroup| {
        f64::from(group.executors()) * memory::unified_bytes(group.executor_memory)
    };
    Site { parallelism: provision.slots().max(2), cache_bytes: provision.groups.iter().map(cache).sum() }
}

/// Scan with partial aggregation, then the final one.
fn aggregation(recipe: &Recipe<'_>) -> Vec<Stage> {
    let bytes = recipe.shuffle_bytes();
    let scan = recipe.scan("scan", 1.0, bytes, Sink::default());
    let reads = Reads { parents: vec![0], bytes, rate: recipe.knowledge.aggregate_rate, map_tasks: width(&scan) };
    let aggregate = recipe.reduce("aggregate", reads, 0.0, recipe.sink());
    vec![scan, aggregate]
}

/// Two sides, scanned at the same time, then a sort-merge join that writes the result.
fn join(recipe: &Recipe<'_>) -> Vec<Stage> {
    let bytes = recipe.shuffle_bytes();
    let large = recipe.scan("scan large side", LARGE_SIDE, LARGE_SIDE * bytes, Sink::default());
    let small_share = 1.0 - LARGE_SIDE;
    let mut small = recipe.scan("scan small side", small_share, small_share * bytes, Sink::default());
    small.driver_delay_s = large.driver_delay_s;
    let reads = Reads { parents: vec![0, 1], bytes, rate: recipe.knowledge.join_rate, map_tasks: width(&large) };
    let join = recipe.reduce("join", reads, 0.0, recipe.sink());
    vec![large, small, join]
}

/// A sample for the range bounds (it reads everything), the map side, the sort.
fn sort(recipe: &Recipe<'_>) -> Vec<Stage> {
    let bytes = recipe.shuffle_bytes();
    let sample = recipe.scan("sample", super::archetype::SORT_SAMPLE_SHARE, 0.0, Sink::default());
    let mut map = recipe.scan("map", 1.0, bytes, Sink::default());
    (map.parents, map.driver_delay_s) = (vec![0], STAGE_GAP_S);
    let reads = Reads { parents: vec![1], bytes, rate: recipe.knowledge.sort_rate, map_tasks: width(&map) };
    let sort = recipe.reduce("sort", reads, 0.0, recipe.sink());
    vec![sample, map, sort]
}

/// Load into the cache, then passes. What does not fit is read and parsed again in every pass.
fn iterations(recipe: &Recipe<'_>, repeats: &mut Vec<Repeat>) -> Vec<Stage> {
    let mut load = recipe.scan("load", 1.0, 0.0, Sink::default());
    load.holds = Holding::Cache;
    let passes = recipe.workload.job.iterations.value.max(1);
    let expansion = recipe.workload.job.memory_expansion.value * recipe.knowledge.expansion;
    let needed = load.total().s3_read_bytes * expansion;
    let cached = (recipe.site.cache_bytes / needed.max(1.0)).min(1.0);
    let mut stages = vec![load];
    // All passes but the last, which writes the result, are alike.
    let alike = passes - 1;
    if alike > 0 {
        let name = if alike == 1 { "pass 1".to_owned() } else { format!("passes 1 to {alike}") };
        stages.push(one_pass(recipe, &stages[0], name, 1, cached, expansion));
    }
    if alike > 1 {
        repeats.push(Repeat { first: 1, last: 1, more: alike - 1 });
    }
    let last = stages.len();
    stages.push(one_pass(recipe, &stages[0], format!("pass {passes}"), last, cached, expansion));
    let count = width(&stages[last]).max(1);
    let sink = recipe.write(recipe.sink(), 1.0 / f64::from(count));
    for run in &mut stages[last].tasks {
        run.work = run.work.plus(sink);
    }
    stages
}

fn one_pass(recipe: &Recipe<'_>, load: &Stage, name: String, place: usize, cached: f64, expansion: f64) -> Stage {
    let task = |run: &TaskRun| {
        let in_memory = run.work.s3_read_bytes * expansion;
        let compute = TaskWork {
            cpu_s: in_memory / recipe.knowledge.cache_rate * recipe.knowledge.level,
            overhead_s: TASK_OVERHEAD_S,
            ..TaskWork::default()
        };
        let again = TaskWork { overhead_s: 0.0, ..run.work.times(1.0 - cached) };
        TaskRun { count: run.count, work: compute.plus(again), hot: false }
    };
    Stage {
        name,
        parents: vec![place - 1],
        tasks: load.tasks.iter().map(task).collect(),
        driver_delay_s: STAGE_GAP_S,
        holds: Holding::Cache,
        measured: false,
    }
}

/// Queries one after the other; each scans the read share, then joins and aggregates. Check: the TPC-DS suite at 3 TB
/// (14.7 TB scanned, 6.95 TB shuffled) comes out at 176 core-hours of the reference core; measured 117 on
/// Graviton4 cores (1.3 times as fast: 152), 72 on EMR 7.1 with Iceberg, 198 on open-source Spark.
fn queries(recipe: &Recipe<'_>, repeats: &mut Vec<Repeat>) -> Vec<Stage> {
    let count = recipe.workload.job.iterations.value.max(1);
    let each = 1.0 / f64::from(count);
    let bytes = recipe.shuffle_bytes() * each;
    let whole = recipe.sink();
    let sink = Sink { bytes: whole.bytes * each, files: whole.files * each };
    let name = |part: &str| if count == 1 { format!("query {part}") } else { format!("queries 1 to {count}, {part}") };
    let scan = recipe.scan(name("scan"), 1.0, bytes, Sink::default());
    let reads = Reads { parents: vec![0], bytes, rate: recipe.knowledge.query_rate, map_tasks: width(&scan) };
    let result = recipe.reduce(name("result"), reads, 0.0, sink);
    if count > 1 {
        repeats.push(Repeat { first: 0, last: 1, more: count - 1 });
    }
    vec![scan, result]
}

/// Independent items, one file each.
fn items(recipe: &Recipe<'_>) -> Stage {
    let workload = recipe.workload;
    let files = workload.input.files.value.max(1);
    let bytes =
        workload.input.volume.value.as_f64() * workload.input.read_share.value.get() / Bytes::new(files).as_f64();
    let item_s = match &workload.job.item_time {
        Some(time) => time.value.as_seconds(),
        None => bytes / ITEM_BYTES_PER_CORE_S,
    };
    let written = recipe.write(recipe.sink(), 1.0 / Bytes::new(files).as_f64());
    let work = TaskWork {
        cpu_s: item_s * recipe.knowledge.level,
        s3_read_bytes: bytes,
        s3_gets: super::s3::gets(bytes, 1.0, false),
        ..TaskWork::default()
    };
    // The item's time covers its own writing; bytes and requests are still counted.
    let written = TaskWork { cpu_s: 0.0, overhead_s: 0.0, ..written };
    let count = u32::try_from(files).unwrap_or(u32::MAX);
    Stage {
        name: "items".to_owned(),
        tasks: vec![TaskRun { count, work: work.plus(written), hot: false }],
        ..Stage::default()
    }
}

fn width(stage: &Stage) -> u32 {
    u32::try_from(stage.task_count()).unwrap_or(u32::MAX)
}
