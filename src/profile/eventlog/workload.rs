//! From a log to a workload: what ran, as figures that name the log.

use super::measured::Measured;
use super::profile::{EventLog, StageAttempt};
use crate::units::Bytes;
use crate::workload::{Archetype, Origin, Sourced, Vocabulary, Workload, WorkloadError, read_str};

/// What the figures stand in until they are measured.
const BLANK: &str = "name: measured\ninput: {volume: 1 GB, format: parquet}\ncadence: daily\njob: scan-filter\n";

/// Fewest jobs that re-read cached data for a run to count as iterative.
const ITERATIVE_JOBS: usize = 20;

/// Most stages written into a workload file: nobody reads more, and the archetype and sums stand in for them.
const MOST_STAGES: usize = 60;

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
        self.measure_data(&mut workload, &measured);
        self.measure_job(&mut workload, measured);
        Ok(workload)
    }

    fn name(&self) -> String {
        let name = self.app.name.as_deref().or(self.app.id.as_deref()).unwrap_or("event-log").trim();
        let name: String = name.chars().filter(|c| !c.is_control()).take(100).collect();
        if name.is_empty() { "event-log".to_owned() } else { name }
    }

    fn measure_data(&self, workload: &mut Workload, measured: &Measured) {
        let one_a_task = |value: fn(&StageAttempt) -> u64, what: &str| {
            let tasks = self.stages.iter().filter(|stage| value(stage) > 0).map(|stage| stage.tasks.len() as u64).sum();
            Sourced::inferred(tasks, format!("one per task that {what} storage, {}", self.reference()))
        };
        // A workload reads something: a job that made its data up reads one byte.
        workload.input.volume =
            Sourced { value: measured.input.value.max(Bytes::new(1)), origin: measured.input.origin.clone() };
        let read = measured.input_files.clone();
        workload.input.files = read.unwrap_or_else(|| one_a_task(|stage| stage.totals.input_bytes, "read from"));
        workload.input.files.value = workload.input.files.value.max(1);
        workload.input.format.origin =
            Origin::Default { why: "an event log does not say the format; Parquet is the usual one".to_owned() };
        workload.output.volume = measured.output.clone();
        let written = measured.output_files.clone();
        workload.output.files = written.unwrap_or_else(|| one_a_task(|stage| stage.totals.output_bytes, "wrote to"));
        workload.job.shuffle = measured.shuffle.clone();
    }

    fn measure_job(&self, workload: &mut Workload, measured: Measured) {
        let (archetype, rule) = self.archetype();
        workload.job.archetype = Sourced::inferred(archetype, format!("{rule}, {}", self.reference()));
        workload.job.adaptive = measured.adaptive;
        workload.job.shuffle_partitions = measured.shuffle_partitions.filter(|count| count.value > 0);
        if measured.stages.len() <= MOST_STAGES {
            workload.job.stages = measured.stages;
        }
    }

    /// Whether adaptive query execution was on.
    #[must_use]
    pub fn is_adaptive(&self) -> bool {
        self.measured().adaptive.value
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
