//! A run as a workload states it: figures that were measured, each naming the log that it comes from.
//!
//! Work that was lost and done again, killed copies and failed attempts are left out: they belong to that run, not to
//! the job. Where the log lost task ends, a stage's sums are scaled up to its number of tasks.

use std::collections::BTreeMap;

use super::profile::{EventLog, StageAttempt};
use super::task::Task;
use crate::units::{Bytes, Span};
use crate::workload::{DeclaredStage, ObservedRun, Sourced};

/// A median below this, in ms, does not make a ratio; longer tasks are compared with it instead.
const SOLID_MEDIAN_MS: u32 = 1000;
/// From this version on adaptive execution is on unless switched off.
const ADAPTIVE_SINCE: (u32, u32) = (3, 2);

/// What a workload needs to know of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    /// Bytes that tasks read from storage (after column pruning).
    pub input: Sourced<Bytes>,
    /// Files that scans read, when Spark counted them.
    pub input_files: Option<Sourced<u64>>,
    /// Bytes that tasks wrote to storage.
    pub output: Sourced<Bytes>,
    /// Files that were written, when Spark counted them.
    pub output_files: Option<Sourced<u64>>,
    /// Bytes written to shuffle.
    pub shuffle: Sourced<Bytes>,
    /// `spark.sql.shuffle.partitions`, when it was set.
    pub shuffle_partitions: Option<Sourced<u32>>,
    /// Whether adaptive execution was on.
    pub adaptive: Sourced<bool>,
    /// The stages that ran, in order of submission.
    pub stages: Vec<DeclaredStage>,
    /// The run itself, when the machine type is known: most executors at once, time after the first job's start.
    pub run: Option<ObservedRun>,
}

impl EventLog {
    /// The run as a workload states it.
    #[must_use]
    pub fn measured(&self) -> Measured {
        let from = self.reference();
        let stages = self.declared_stages();
        let sum = |part: fn(&DeclaredStage) -> Bytes| Sourced::measured(stages.iter().map(part).sum(), from.clone());
        let (mut read, mut written) = (0_u64, 0_u64);
        for query in &self.queries {
            read = read.saturating_add(query.files.read);
            written = written.saturating_add(query.files.written);
        }
        let counted = |files: u64| (files > 0).then(|| Sourced::measured(files, from.clone()));
        Measured {
            input: sum(|stage| stage.input),
            input_files: counted(read),
            output: sum(|stage| stage.output),
            output_files: counted(written),
            shuffle: sum(|stage| stage.shuffle_write),
            shuffle_partitions: self
                .conf
                .count("spark.sql.shuffle.partitions")
                .map(|count| Sourced::measured(count, from.clone())),
            adaptive: self.adaptive(&from),
            run: self.observed_run(),
            stages,
        }
    }

    /// What to call the log in the origin of a figure: the application and the file.
    #[must_use]
    pub fn reference(&self) -> String {
        let file = self.origin.path.file_name().unwrap_or_default().to_string_lossy();
        match &self.app.id {
            Some(id) if !file.contains(id.as_str()) => format!("event log {file} of {id}"),
            _ => format!("event log {file}"),
        }
    }

    fn adaptive(&self, from: &str) -> Sourced<bool> {
        if self.plans.adaptive {
            return Sourced::measured(true, from);
        }
        if let Some(set) = self.conf.flag("spark.sql.adaptive.enabled") {
            return Sourced::measured(set, from);
        }
        let version = self.spark_version.as_deref().unwrap_or_default();
        let mut numbers = version.split(['.', '-']).map_while(|part| part.parse::<u32>().ok());
        let version = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
        Sourced::inferred(version >= ADAPTIVE_SINCE, "adaptive execution is on by default since Spark 3.2")
    }

    /// What the run was on, when the log has the instance type.
    #[must_use]
    pub fn observed_run(&self) -> Option<ObservedRun> {
        let instance_type = self.home.worker_type.clone()?;
        let from_ms = self.jobs.first()?.submitted_ms;
        let length = self.app.ended_ms.saturating_sub(from_ms).max(0);
        Some(ObservedRun {
            instance_type,
            count: self.max_executors(),
            duration: ms(length.unsigned_abs()),
            volume: None,
        })
    }

    /// The stages that ran, retries put together with their first attempts.
    #[must_use]
    pub fn declared_stages(&self) -> Vec<DeclaredStage> {
        let mut order: Vec<u32> = Vec::new();
        let mut attempts: BTreeMap<u32, Vec<&StageAttempt>> = BTreeMap::new();
        for stage in &self.stages {
            let known = attempts.entry(stage.id).or_default();
            if known.is_empty() {
                order.push(stage.id);
            }
            known.push(stage);
        }
        order.iter().filter_map(|id| declared(attempts.get(id)?)).collect()
    }
}

fn name(id: u32) -> String {
    format!("stage {id}")
}

fn declared(attempts: &[&StageAttempt]) -> Option<DeclaredStage> {
    let first = attempts.first()?;
    let delivered = delivered(attempts);
    let announced = attempts.iter().map(|attempt| attempt.num_tasks).max().unwrap_or(0);
    let scale = scale(announced, delivered.len());
    let bytes =
        |part: fn(&Task) -> u64| Bytes::new(delivered.values().map(part).fold(0, u64::saturating_add)).scaled(scale);
    let (input, shuffle_read) = (bytes(|task| task.input_bytes), bytes(|task| task.shuffle_read_bytes));
    // The splits of an input stage are Spark's choice and change with the cluster.
    let splits_input = first.parents.is_empty() && input > Bytes::ZERO;
    let cpu_ms = delivered.values().map(|task| u64::from(computing_ms(task))).fold(0, u64::saturating_add);
    Some(DeclaredStage {
        name: name(first.id),
        tasks: if splits_input { None } else { Some(announced) },
        cpu: ms(cpu_ms) * scale,
        input,
        shuffle_read,
        shuffle_write: bytes(|task| task.shuffle_write_bytes),
        output: bytes(|task| task.output_bytes),
        max_over_median: max_over_median(delivered.values()),
        parents: first.parents.iter().copied().map(name).collect(),
    })
}

/// The last success of each partition.
fn delivered(attempts: &[&StageAttempt]) -> BTreeMap<u32, Task> {
    attempts.iter().flat_map(|attempt| attempt.tasks.succeeded()).map(|task| (task.partition, task)).collect()
}

/// How much the sums of the tasks on record must grow to stand for all.
#[expect(clippy::cast_precision_loss, reason = "task counts are far below 2^53")]
fn scale(announced: u32, delivered: usize) -> f64 {
    if delivered == 0 { 1.0 } else { (f64::from(announced) / delivered as f64).max(1.0) }
}

/// CPU time, or, before Spark 2.1, the run time without the waits that are known.
const fn computing_ms(task: &Task) -> u32 {
    if task.cpu_ms > 0 {
        return task.cpu_ms;
    }
    task.run_ms.saturating_sub(task.fetch_wait_ms).saturating_sub(task.shuffle_write_ms)
}

fn max_over_median<'t>(tasks: impl Iterator<Item = &'t Task>) -> f64 {
    let mut durations: Vec<u32> = tasks.map(|task| task.duration_ms).collect();
    durations.sort_unstable();
    let median = durations.get(durations.len().saturating_sub(1) / 2).copied().unwrap_or(0).max(SOLID_MEDIAN_MS);
    let max = durations.last().copied().unwrap_or(0).max(median);
    f64::from(max) / f64::from(median)
}

#[expect(clippy::cast_precision_loss, reason = "times are far below 2^53")]
fn ms(ms: u64) -> Span {
    Span::seconds(ms as f64 / 1000.0)
}
