//! Which executors a target has, and when.

use super::problem::{DynamicAllocation, Executor};
use super::run_model::RunModel;
use super::target::Target;

/// From the request of an executor to its registration when the log shows none: a container on a running node.
const LATENCY_S: f64 = 5.0;

/// No JVM starts faster.
const SHORTEST_LATENCY_S: f64 = 1.0;

/// Most executors that an unlimited allocation asks for.
const MOST_EXECUTORS: u32 = 10_000;

/// Executors at known times, or rules.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Supply {
    /// At known times.
    pub executors: Vec<Executor>,
    /// By load.
    pub allocation: Option<DynamicAllocation>,
}

/// The supply of a target. Given executors are all fetched at the start, as late as those of the log came; without a
/// number the configuration's own rules hold.
#[must_use]
pub fn of(run: &RunModel, target: &Target) -> Supply {
    let slots = target.cores.unwrap_or(run.cores).max(1);
    let settings = run.settings.with(&target.conf);
    let is_dynamic = settings.flag("spark.dynamicAllocation.enabled", false);
    let asked = target.conf.contains_key("spark.dynamicAllocation.enabled");
    if is_dynamic && (asked || target.executors.is_none()) {
        let allocation = dynamic(run, target, slots);
        return Supply { executors: Vec::new(), allocation: Some(allocation) };
    }
    let executors = target.executors.unwrap_or(run.executors).max(1);
    let come = arrivals(run, executors);
    Supply {
        executors: come.into_iter().map(|from_s| Executor { from_s, ..Executor::standing(slots) }).collect(),
        allocation: None,
    }
}

/// When `count` executors come: the times of the log's, stretched over another number of them. Executors that replaced
/// others, or were asked for by the load, tell nothing of how fast a fixed number comes.
fn arrivals(run: &RunModel, count: u32) -> Vec<f64> {
    let mut known: Vec<f64> = run.recording.executors.iter().map(|executor| executor.from_s).collect();
    known.sort_by(f64::total_cmp);
    known.truncate(run.executors as usize);
    if known.is_empty() {
        known.push(0.0);
    }
    let first_s = known.first().copied().unwrap_or(0.0);
    let is_dynamic = run.settings.flag("spark.dynamicAllocation.enabled", false);
    (0..count)
        .map(|index| {
            let place = (u64::from(index) * known.len() as u64 / u64::from(count)) as usize;
            if is_dynamic { first_s } else { known.get(place).copied().unwrap_or(first_s) }
        })
        .collect()
}

fn dynamic(run: &RunModel, target: &Target, slots: u32) -> DynamicAllocation {
    let settings = run.settings.with(&target.conf);
    let count = |key: &str| settings.count(key);
    let min = count("spark.dynamicAllocation.minExecutors").unwrap_or(0);
    let most = target.executors.or_else(|| count("spark.dynamicAllocation.maxExecutors")).unwrap_or(MOST_EXECUTORS);
    let initial = count("spark.dynamicAllocation.initialExecutors").unwrap_or(0);
    let initial = initial.max(count("spark.executor.instances").unwrap_or(0)).max(min).min(most);
    let serves = settings.flag("spark.shuffle.service.enabled", false);
    DynamicAllocation {
        initial,
        min,
        max: most.clamp(1, MOST_EXECUTORS),
        slots,
        backlog_s: settings.seconds("spark.dynamicAllocation.schedulerBacklogTimeout", 1.0),
        sustained_s: settings.seconds(
            "spark.dynamicAllocation.sustainedSchedulerBacklogTimeout",
            settings.seconds("spark.dynamicAllocation.schedulerBacklogTimeout", 1.0),
        ),
        ratio: settings.number("spark.dynamicAllocation.executorAllocationRatio", 1.0).clamp(0.01, 1.0),
        idle_s: settings.seconds("spark.dynamicAllocation.executorIdleTimeout", 60.0),
        latency_s: latency_s(run),
        tracks_shuffle: !serves && settings.flag("spark.dynamicAllocation.shuffleTracking.enabled", true),
    }
}

/// From request to executor. A log with dynamic allocation shows it: its backlog time after the first job the first one was asked
/// for. Otherwise the first executor was asked for when the application started.
fn latency_s(run: &RunModel) -> f64 {
    let all = || run.recording.executors.iter().map(|executor| executor.from_s);
    let first_s = |times: &mut dyn Iterator<Item = f64>| times.fold(f64::INFINITY, f64::min);
    let later_s = first_s(&mut all().filter(|from_s| *from_s > 0.0));
    let from_start_s = first_s(&mut all()) + run.recording.lead_s;
    let was_dynamic = run.settings.flag("spark.dynamicAllocation.enabled", false);
    if was_dynamic && later_s.is_finite() {
        let backlog_s = run.settings.seconds("spark.dynamicAllocation.schedulerBacklogTimeout", 1.0);
        return (later_s - backlog_s).clamp(SHORTEST_LATENCY_S, 120.0);
    }
    if from_start_s.is_finite() && from_start_s > 0.0 {
        return from_start_s.clamp(SHORTEST_LATENCY_S, 120.0);
    }
    LATENCY_S
}
