//! From a log to a workload: what ran, as figures that name the log.

use super::measured::Measured;
use super::profile::{EventLog, StageAttempt};
use crate::units::Bytes;
use crate::workload::{Archetype, Origin, Sourced, Vocabulary, Workload, WorkloadError, read_str};

/// What the figures stand in until they are measured.
const BLANK: &str = "name: measured\ninput: {volume: 1 GB, format: parquet}\ncadence: daily\njob: scan-filter\n";

/// Fewest jobs that re-read cached data for a run to count as iterative.
const ITERATIVE_JOBS: usize = 20;

/// Most stages that are written into a workload file; with more the archetype stands for them.
pub const MOST_STAGES: usize = 1000;

impl EventLog {
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
        let measured = self.measured();
        self.measure_data(&measured, &mut workload, &from);
        self.measure_job(measured, &mut workload, &from);
        Ok(workload)
    }

    fn name(&self) -> String {
        let name = self.app.name.as_deref().or(self.app.id.as_deref()).unwrap_or("event-log").trim();
        let name: String = name.chars().filter(|c| !c.is_control()).take(100).collect();
        if name.is_empty() { "event-log".to_owned() } else { name }
    }

    fn measure_data(&self, measured: &Measured, workload: &mut Workload, from: &str) {
        let count = |reads: fn(&StageAttempt) -> u64| {
            self.stages.iter().filter(|stage| reads(stage) > 0).map(tasks).sum::<u64>()
        };
        let (readers, writers) = (count(|stage| stage.totals.input_bytes), count(|stage| stage.totals.output_bytes));
        // A workload reads something: a job that made its data up reads one byte.
        workload.input.volume = Sourced::measured(measured.input.value.max(Bytes::new(1)), from);
        workload.input.files = measured.input_files.clone().filter(|files| files.value > 0).unwrap_or_else(|| {
            Sourced::inferred(readers.max(1), format!("one per task that read from storage, {from}"))
        });
        workload.input.format.origin =
            Origin::Default { why: "an event log does not say the format; Parquet is the usual one".to_owned() };
        workload.output.volume = measured.output.clone();
        workload.output.files = measured
            .output_files
            .clone()
            .unwrap_or_else(|| Sourced::inferred(writers, format!("one per task that wrote to storage, {from}")));
        workload.job.shuffle = measured.shuffle.clone();
    }

    fn measure_job(&self, measured: Measured, workload: &mut Workload, from: &str) {
        let (archetype, rule) = self.archetype();
        workload.job.archetype = Sourced::inferred(archetype, format!("{rule}, {from}"));
        workload.job.adaptive = measured.adaptive;
        workload.job.shuffle_partitions = measured.shuffle_partitions.filter(|count| count.value > 0);
        workload.job.stages = measured.stages;
        if workload.job.stages.len() > MOST_STAGES {
            workload.job.stages.clear();
        }
        let known: Vec<String> = workload.job.stages.iter().map(|stage| stage.name.clone()).collect();
        for stage in &mut workload.job.stages {
            stage.tasks = stage.tasks.map(|tasks| tasks.max(1));
            stage.parents.retain(|parent| known.contains(parent) && *parent != stage.name);
        }
        workload.observed_runs.extend(measured.run);
    }

    /// Whether adaptive query execution was on.
    #[must_use]
    pub fn is_adaptive(&self) -> bool {
        let by_default = self.spark_version.as_deref().is_some_and(is_since_3_2);
        self.plans.adaptive || self.conf.flag("spark.sql.adaptive.enabled").unwrap_or(by_default)
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
}

fn tasks(stage: &StageAttempt) -> u64 {
    stage.tasks.len() as u64
}

fn is_since_3_2(version: &str) -> bool {
    let mut parts = version.split(['.', '-']).map_while(|part| part.parse::<u32>().ok());
    (parts.next().unwrap_or(0), parts.next().unwrap_or(0)) >= (3, 2)
}
