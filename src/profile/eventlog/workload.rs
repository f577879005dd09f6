//! From a log to a workload: what ran, as figures that name the log.

use std::collections::BTreeMap;

use super::profile::{EventLog, StageAttempt};
use super::task::TaskResult;
use crate::units::{Bytes, Span};
use crate::workload::{
    Archetype, DeclaredStage, ObservedRun, Origin, Sourced, Vocabulary, Workload, WorkloadError, read_str,
};

/// What the figures stand in until they are measured.
const BLANK: &str = "name: measured\ninput: {volume: 1 GB, format: parquet}\ncadence: daily\njob: scan-filter\n";

/// Fewest jobs that re-read cached data for a run to count as iterative.
const ITERATIVE_JOBS: usize = 20;

/// Stages written into a workload file; beyond it the smallest are summed up.
const MOST_STAGES: usize = 60;

impl EventLog {
    /// How figures name this log.
    #[must_use]
    pub fn reference(&self) -> String {
        let file = self.origin.path.file_name().unwrap_or(self.origin.path.as_os_str()).to_string_lossy();
        format!("event log {file}")
    }

    /// The workload that this run was. What a log cannot say (format, cadence) keeps its documented default, or the
    /// cadence that is given.
    ///
    /// # Errors
    /// The cadence is not one.
    pub fn workload(&self, cadence: Option<&str>) -> Result<Workload, Vec<WorkloadError>> {
        let blank = match cadence {
            Some(cadence) => BLANK.replace("daily", &format!("\"{}\"", cadence.replace('"', ""))),
            None => BLANK.to_owned(),
        };
        let mut workload = read_str(&blank, "--cadence", &Vocabulary::unchecked())?;
        let from = self.reference();
        workload.name = self.name();
        if let Some(region) = &self.home.region {
            workload.region = Sourced::measured(region.clone(), from.clone());
        }
        if cadence.is_none() {
            workload.cadence.runs_per_month.origin =
                Origin::Default { why: "an event log does not say how often the job runs; give --cadence".to_owned() };
        }
        self.measure_data(&mut workload, &from);
        self.measure_job(&mut workload, &from);
        Ok(workload)
    }

    fn name(&self) -> String {
        let name = self.app.name.as_deref().or(self.app.id.as_deref()).unwrap_or("event-log").trim();
        let name: String = name.chars().filter(|c| !c.is_control()).take(100).collect();
        if name.is_empty() { "event-log".to_owned() } else { name }
    }

    fn measure_data(&self, workload: &mut Workload, from: &str) {
        let totals = self.totals();
        let readers: u64 = self.stages.iter().filter(|stage| stage.totals.input_bytes > 0).map(tasks).sum();
        // A workload reads something: a job that made its data up reads one byte.
        workload.input.volume = Sourced::measured(Bytes::new(totals.input_bytes.max(1)), from);
        workload.input.files =
            Sourced::inferred(readers.max(1), format!("one per task that read from storage, {from}"));
        workload.input.format.origin =
            Origin::Default { why: "an event log does not say the format; Parquet is the usual one".to_owned() };
        workload.output.volume = Sourced::measured(Bytes::new(totals.output_bytes), from);
        let writers: u64 = self.stages.iter().filter(|stage| stage.totals.output_bytes > 0).map(tasks).sum();
        workload.output.files = Sourced::inferred(writers, format!("one per task that wrote to storage, {from}"));
        workload.job.shuffle = Sourced::measured(Bytes::new(totals.shuffle_write_bytes), from);
    }

    fn measure_job(&self, workload: &mut Workload, from: &str) {
        let (archetype, rule) = self.archetype();
        workload.job.archetype = Sourced::inferred(archetype, format!("{rule}, {from}"));
        workload.job.adaptive = Sourced::measured(self.is_adaptive(), from);
        if let Some(partitions) = self.conf.count("spark.sql.shuffle.partitions").filter(|count| *count > 0) {
            workload.job.shuffle_partitions = Some(Sourced::measured(partitions, from));
        }
        workload.job.stages = declared_stages(self);
    }

    /// Whether adaptive query execution was on.
    #[must_use]
    pub fn is_adaptive(&self) -> bool {
        let by_default = self.spark_version.as_deref().is_some_and(is_since_3_2);
        self.conf.flag("spark.sql.adaptive.enabled").unwrap_or(by_default) || self.plans.adaptive
    }

    fn archetype(&self) -> (Archetype, &'static str) {
        let totals = self.totals();
        if self.plans.sort_merge_join {
            (Archetype::JoinHeavy, "its plans sort and merge")
        } else if totals.shuffle_write_bytes == 0 {
            (Archetype::ScanFilter, "nothing was shuffled")
        } else if self.queries.is_empty() && self.jobs.len() >= ITERATIVE_JOBS {
            (Archetype::MlIteration, "many jobs without SQL")
        } else {
            (Archetype::Aggregation, "it shuffles without a sort-merge join")
        }
    }

    /// What the run was on, when the log has the instance type.
    #[must_use]
    pub fn observed_run(&self) -> Option<ObservedRun> {
        let instance_type = self.home.worker_type.clone()?;
        Some(ObservedRun {
            instance_type,
            count: self.max_executors(),
            duration: seconds(self.app.wall_ms()),
            volume: None,
        })
    }
}

fn is_since_3_2(version: &str) -> bool {
    let mut parts = version.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    (parts.next().unwrap_or(0), parts.next().unwrap_or(0)) >= (3, 2)
}

fn tasks(stage: &StageAttempt) -> u64 {
    stage.tasks.len() as u64
}

/// The stages with tasks, attempts of one stage as one.
fn declared_stages(log: &EventLog) -> Vec<DeclaredStage> {
    let mut by_id: BTreeMap<u32, Vec<&StageAttempt>> = BTreeMap::new();
    for stage in log.stages.iter().filter(|stage| !stage.tasks.is_empty()) {
        by_id.entry(stage.id).or_default().push(stage);
    }
    if by_id.len() > MOST_STAGES {
        return Vec::new();
    }
    let name = |id: u32| format!("stage {id}");
    let known: Vec<u32> = by_id.keys().copied().collect();
    by_id
        .iter()
        .map(|(id, attempts)| {
            let parents = attempts.iter().flat_map(|stage| &stage.parents);
            let mut parents: Vec<u32> =
                parents.copied().filter(|parent| parent != id && known.contains(parent)).collect();
            parents.sort_unstable();
            parents.dedup();
            DeclaredStage {
                name: name(*id),
                parents: parents.into_iter().map(name).collect(),
                ..declared_stage(attempts)
            }
        })
        .collect()
}

fn declared_stage(attempts: &[&StageAttempt]) -> DeclaredStage {
    let sum = |value: fn(&StageAttempt) -> u64| attempts.iter().map(|stage| value(stage)).sum::<u64>();
    let delivered =
        attempts.iter().flat_map(|stage| stage.tasks.iter()).filter(|task| task.result == TaskResult::Success).count();
    let ratio = attempts.iter().filter_map(|stage| stage.summary()?.max_over_median).fold(1.0, f64::max);
    DeclaredStage {
        name: String::new(),
        tasks: Some(u32::try_from(delivered.max(1)).unwrap_or(u32::MAX)),
        cpu: seconds(attempts.iter().map(|stage| work_ms(stage)).sum()),
        input: Bytes::new(sum(|stage| stage.totals.input_bytes)),
        shuffle_read: Bytes::new(sum(|stage| stage.totals.shuffle_read_bytes())),
        shuffle_write: Bytes::new(sum(|stage| stage.totals.shuffle_write_bytes)),
        output: Bytes::new(sum(|stage| stage.totals.output_bytes)),
        max_over_median: ratio,
        parents: Vec::new(),
    }
}

/// Time that a faster core shortens: run time without waiting for shuffle blocks. Before Spark 2.1 a log has no more,
/// and Python workers' time is in no task's CPU time.
fn work_ms(stage: &StageAttempt) -> u64 {
    stage.totals.run_ms.saturating_sub(stage.totals.fetch_wait_ms)
}

#[expect(clippy::cast_precision_loss, reason = "times are far below 2^53 ms")]
fn seconds(ms: u64) -> Span {
    Span::seconds(ms as f64 / 1e3)
}
