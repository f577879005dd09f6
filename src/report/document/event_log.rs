//! What `profile LOG` writes: the workload that the log was, and the log's own figures.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{CodedText, RunSummary, SCHEMA_VERSION, Tool, WorkloadOut};
use crate::profile::eventlog::{EventLog, MOST_STAGES};
use crate::report::number::six;
use crate::simulate::replay::SelfCheck;
use crate::workload::Workload;

/// Replay errors above this are warned of.
pub const TOLERATED_REPLAY_ERROR: f64 = 0.10;

/// A measured workload: what `shapecast profile LOG --format json` writes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ProfileDocument {
    /// Version of this contract; 1.
    pub schema_version: u32,
    /// Who wrote the document.
    pub tool: Tool,
    /// The workload, measured from the first log.
    pub workload: WorkloadOut,
    /// The first log.
    pub event_log: EventLogOut,
    /// All logs, the first one included.
    pub event_logs: Vec<EventLogOut>,
    /// Where the time of the first log went.
    pub summary: RunSummary,
    /// What to know before trusting it.
    pub warnings: Vec<CodedText>,
}

/// The figures of an event log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EventLogOut {
    /// Where it was read from.
    pub path: String,
    /// The application's name.
    pub app_name: Option<String>,
    /// The application's id.
    pub app_id: Option<String>,
    /// The version of Spark, with the vendor's suffix.
    pub spark_version: Option<String>,
    /// What ran it.
    pub platform: String,
    /// Whether the log has the application's end.
    pub complete: bool,
    /// Jobs.
    pub jobs: u64,
    /// Stage attempts that ran.
    pub stages: u64,
    /// Task ends.
    pub tasks: u64,
    /// Tasks that failed.
    pub failed_tasks: u64,
    /// Tasks that were killed.
    pub killed_tasks: u64,
    /// Executors that registered.
    pub executors_added: u64,
    /// Most executors at once.
    pub executors_max: u32,
    /// Most task slots at once.
    pub slots_max: u32,
    /// From start to end.
    pub wall_s: f64,
    /// From the first job's submission to the last job's end.
    pub after_first_job_s: Option<f64>,
    /// Sum of executor run times.
    pub task_time_s: f64,
    /// Sum of CPU times; 0 before Spark 2.1.
    pub cpu_time_s: f64,
    /// Sum of garbage collection times.
    pub gc_time_s: f64,
    /// Time in which only the driver worked.
    pub driver_only_s: f64,
    /// Bytes read from storage.
    pub input_bytes: u64,
    /// Bytes written to storage.
    pub output_bytes: u64,
    /// Shuffle bytes read.
    pub shuffle_read_bytes: u64,
    /// Shuffle bytes written.
    pub shuffle_write_bytes: u64,
    /// Bytes spilled to disk.
    pub spill_bytes: u64,
    /// By how much a replay on the same executors misses the application's time, as a share of it; null when nothing
    /// can be replayed.
    pub replay_error: Option<f64>,
    /// The application's time by that replay.
    pub replayed_s: Option<f64>,
}

impl ProfileDocument {
    /// The document of one or more logs; `None` when there is none.
    #[must_use]
    pub fn new(workload: &Workload, logs: &[EventLog]) -> Option<Self> {
        let event_logs: Vec<EventLogOut> = logs.iter().map(EventLogOut::from).collect();
        let (log, first) = (logs.first()?, event_logs.first()?.clone());
        let mut out = WorkloadOut::from(workload);
        out.replay_error = first.replay_error;
        let warnings = logs.iter().zip(&event_logs).flat_map(|(log, out)| warnings(log, out)).collect();
        Some(Self {
            schema_version: SCHEMA_VERSION,
            tool: Tool::this(),
            workload: out,
            event_log: first,
            event_logs,
            summary: RunSummary::from(log),
            warnings,
        })
    }
}

/// What is wrong with a log, and with its replay.
#[must_use]
pub fn warnings(log: &EventLog, out: &EventLogOut) -> Vec<CodedText> {
    let text = |text: String| format!("{}: {text}", log.reference());
    let flags =
        log.flags.iter().map(|flag| CodedText { code: flag.code().replace('_', "-"), text: text(flag.to_string()) });
    let mut warnings: Vec<CodedText> = flags.collect();
    let stages = log.stages.iter().filter(|stage| stage.attempt == 0).count();
    if stages > MOST_STAGES {
        warnings.push(CodedText {
            code: "stages-not-written".to_owned(),
            text: text(format!(
                "its {stages} stages are too many for a workload file ({MOST_STAGES} at most): there the archetype stands for them; \
                give the log itself to `recommend` and `simulate`"
            )),
        });
    }
    if let Some(error) = out.replay_error.filter(|error| *error > TOLERATED_REPLAY_ERROR) {
        let percent = 100.0 * error;
        warnings.push(CodedText {
            code: "replay-error".to_owned(),
            text: text(format!("a replay on the same executors misses the observed time by {percent:.0} %; predictions for other shapes will be worse")),
        });
    }
    warnings
}

impl From<&EventLog> for EventLogOut {
    fn from(log: &EventLog) -> Self {
        let totals = log.totals();
        let check = SelfCheck::of(log);
        let announced = log.executors.iter().filter(|executor| executor.is_announced()).count();
        let driver_ms: u64 = log.driver_only().iter().map(|gap| gap.length_ms()).sum();
        Self {
            path: log.origin.path.display().to_string(),
            app_name: log.app.name.clone(),
            app_id: log.app.id.clone(),
            spark_version: log.spark_version.clone(),
            platform: log.platform.to_string(),
            complete: log.app.complete,
            jobs: log.jobs.len() as u64,
            stages: log.stages.len() as u64,
            tasks: totals.tasks,
            failed_tasks: totals.failed,
            killed_tasks: totals.killed,
            executors_added: announced as u64,
            executors_max: log.max_executors(),
            slots_max: log.granted().iter().map(|grant| grant.slots).max().unwrap_or(0),
            wall_s: seconds(log.app.wall_ms()),
            after_first_job_s: check.as_ref().map(|check| six(check.observed_s)),
            task_time_s: seconds(totals.run_ms),
            cpu_time_s: seconds(totals.cpu_ns / 1_000_000),
            gc_time_s: seconds(totals.gc_ms),
            driver_only_s: seconds(driver_ms),
            input_bytes: totals.input_bytes,
            output_bytes: totals.output_bytes,
            shuffle_read_bytes: totals.shuffle_read_bytes(),
            shuffle_write_bytes: totals.shuffle_write_bytes,
            spill_bytes: totals.disk_spilled_bytes,
            replay_error: check.as_ref().map(|check| six(check.error())),
            replayed_s: check.as_ref().map(|check| six(check.wall_s - check.observed_s + check.replayed_s)),
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "times are far below 2^53 ms")]
fn seconds(ms: u64) -> f64 {
    ms as f64 / 1e3
}
