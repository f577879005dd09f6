//! What the application asked for: the size of executors and the rules by which their number changes.
//!
//! What it got is [`EventLog::granted`]. Defaults are those of Spark's configuration page.

use super::conf::SparkConf;
use super::profile::EventLog;
use crate::units::{Bytes, MIB, Span};

/// The rules of dynamic allocation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DynamicAllocation {
    /// Fewest executors (default 0).
    pub min: u32,
    /// Most executors; `None` for no bound.
    pub max: Option<u32>,
    /// Executors at the start (default: the largest of `min`, `initialExecutors` and `spark.executor.instances`).
    pub initial: u32,
    /// How long an executor may be idle (default 60 s).
    pub idle_timeout: Span,
    /// How long an executor with cached data may be idle; `None` for ever (the default).
    pub cached_idle_timeout: Option<Span>,
    /// How long tasks wait before the first request (default 1 s).
    pub backlog_timeout: Span,
    /// How long tasks wait before each further request, which doubles (default: as the first).
    pub sustained_backlog_timeout: Span,
    /// Executors asked for per executor that full parallelism would need (default 1).
    pub ratio: f64,
    /// Whether shuffle data keeps executors alive (default false; Kubernetes and EMR Serverless need it).
    pub shuffle_tracking: bool,
}

/// The size of an executor, as asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExecutorSize {
    /// Task slots.
    pub cores: Option<u32>,
    /// Heap.
    pub heap: Option<Bytes>,
    /// Memory beside the heap (default: the larger of 384 MiB and a tenth of the heap).
    pub overhead: Option<Bytes>,
    /// Off-heap memory that Spark manages.
    pub off_heap: Option<Bytes>,
}

const SMALLEST_OVERHEAD: Bytes = Bytes::mib(384);
const OVERHEAD_FACTOR: f64 = 0.1;

impl DynamicAllocation {
    /// The rules that a configuration sets; `None` when it is off.
    #[must_use]
    pub fn of(conf: &SparkConf) -> Option<Self> {
        let key = |name: &str| format!("spark.dynamicAllocation.{name}");
        if conf.flag(&key("enabled")) != Some(true) {
            return None;
        }
        let count = |name: &str| conf.count(&key(name));
        let time = |name: &str| conf.time(&key(name));
        let min = count("minExecutors").unwrap_or(0);
        let initial = [Some(min), count("initialExecutors"), conf.count("spark.executor.instances")];
        let backlog_timeout = time("schedulerBacklogTimeout").unwrap_or(Span::seconds(1.0));
        Some(Self {
            min,
            max: count("maxExecutors").filter(|max| *max < i32::MAX.unsigned_abs()),
            initial: initial.into_iter().flatten().max().unwrap_or(min),
            idle_timeout: time("executorIdleTimeout").unwrap_or(Span::seconds(60.0)),
            cached_idle_timeout: time("cachedExecutorIdleTimeout"),
            backlog_timeout,
            sustained_backlog_timeout: time("sustainedSchedulerBacklogTimeout").unwrap_or(backlog_timeout),
            ratio: conf.number(&key("executorAllocationRatio")).filter(|ratio| *ratio > 0.0).unwrap_or(1.0),
            shuffle_tracking: conf.flag(&key("shuffleTracking.enabled")).unwrap_or(false),
        })
    }
}

impl EventLog {
    /// The rules of dynamic allocation, if it was on.
    #[must_use]
    pub fn dynamic_allocation(&self) -> Option<DynamicAllocation> {
        DynamicAllocation::of(&self.conf)
    }

    /// The size of its executors: as registered, else as in the first resource profile, else as configured.
    #[must_use]
    pub fn executor_size(&self) -> ExecutorSize {
        let profile = self.resource_profiles.get(&0).copied().unwrap_or_default();
        let mib = |amount: Option<u64>| amount.filter(|amount| *amount > 0).map(Bytes::mib);
        let heap = mib(profile.memory_mib).or_else(|| self.conf.size("spark.executor.memory", MIB));
        let overhead = mib(profile.overhead_mib)
            .or_else(|| self.conf.size("spark.executor.memoryOverhead", MIB))
            .or_else(|| self.conf.size("spark.yarn.executor.memoryOverhead", MIB))
            .or_else(|| heap.map(|heap| self.default_overhead(heap)));
        ExecutorSize {
            cores: self.registered_cores().or(profile.cores).or_else(|| self.conf.count("spark.executor.cores")),
            heap,
            overhead,
            off_heap: mib(profile.off_heap_mib).or_else(|| self.conf.size("spark.memory.offHeap.size", 1)),
        }
    }

    fn default_overhead(&self, heap: Bytes) -> Bytes {
        let factor = self.conf.number("spark.executor.memoryOverheadFactor").unwrap_or(OVERHEAD_FACTOR);
        heap.scaled(factor).max(SMALLEST_OVERHEAD)
    }

    /// The most frequent number of cores of its executors; the larger of two as frequent.
    fn registered_cores(&self) -> Option<u32> {
        let mut counts = std::collections::BTreeMap::new();
        for cores in self.executors.iter().filter_map(|executor| executor.cores) {
            *counts.entry(cores).or_insert(0_u32) += 1;
        }
        counts.into_iter().max_by_key(|(_, count)| *count).map(|(cores, _)| cores)
    }

    /// Cores that a task takes (`spark.task.cpus`).
    #[must_use]
    pub fn cores_per_task(&self) -> u32 {
        self.conf.count("spark.task.cpus").unwrap_or(1).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conf(pairs: &[(&str, &str)]) -> SparkConf {
        let mut conf = SparkConf::default();
        for (key, value) in pairs {
            conf.insert(&format!("spark.{key}"), value);
        }
        conf
    }

    #[test]
    fn rules_have_spark_s_defaults() {
        assert_eq!(DynamicAllocation::of(&conf(&[])), None);
        let rules = DynamicAllocation::of(&conf(&[
            ("dynamicAllocation.enabled", "true"),
            ("dynamicAllocation.minExecutors", "2"),
            ("dynamicAllocation.maxExecutors", "2147483647"),
            ("executor.instances", "5"),
            ("dynamicAllocation.schedulerBacklogTimeout", "2s"),
        ]))
        .expect("on");
        assert_eq!((rules.min, rules.max, rules.initial), (2, None, 5));
        assert_eq!(rules.idle_timeout, Span::minutes(1.0));
        assert_eq!(rules.sustained_backlog_timeout, Span::seconds(2.0));
        assert_eq!(rules.cached_idle_timeout, None);
    }
}
