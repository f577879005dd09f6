//! What a log says, as plain data: the input of replay, prediction and summaries.
//!
//! Times of day are milliseconds since 1970 (`_ms`, `i64`); lengths of time are milliseconds too; sizes are bytes.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::conf::SparkConf;
use super::event::PlanSigns;
use super::platform::{Home, Platform};
use super::quality::Flag;
use super::source::Layout;
use super::submit::SparkSubmit;
use super::task::Tasks;
use super::totals::Totals;

/// One attempt of one application, as its event log tells it.
#[derive(Clone, Debug)]
pub struct EventLog {
    /// Where it was read from.
    pub origin: Origin,
    /// The version of Spark, with the vendor's suffix.
    pub spark_version: Option<String>,
    /// What ran it.
    pub platform: Platform,
    /// Release, region and machines, as far as the log has them.
    pub home: Home,
    /// Name, id, attempt, start and end.
    pub app: Application,
    /// The command that started it, where the log has it.
    pub spark_submit: Option<SparkSubmit>,
    /// The `spark.*` properties.
    pub conf: SparkConf,
    /// What executors were asked to be, by resource profile (3.1+).
    pub resource_profiles: BTreeMap<u32, ResourceProfile>,
    /// The jobs, in order of submission.
    pub jobs: Vec<Job>,
    /// The stage attempts that really ran, in order of their first event.
    pub stages: Vec<StageAttempt>,
    /// The executors, in order of their first event; in local mode the driver is one.
    pub executors: Vec<Executor>,
    /// The SQL queries, in order of their start.
    pub queries: Vec<Query>,
    /// Why tasks failed: the reason, or the exception's class, and how often.
    pub failures: BTreeMap<String, u64>,
    /// What all plans together show.
    pub plans: PlanSigns,
    /// What is wrong with the log; empty for a good one.
    pub flags: Vec<Flag>,
}

/// Where a log was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The file, or the directory that holds the parts.
    pub path: PathBuf,
    /// How it lies there.
    pub layout: Layout,
    /// The files that were read, in reading order.
    pub files: Vec<PathBuf>,
    /// The compression of the first file from the outside in, joined by `+`; `plain` for none.
    pub codec: String,
    /// Bytes of text after unpacking.
    pub text_bytes: u64,
    /// Lines.
    pub lines: u64,
}

/// The application itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Application {
    /// Its id, when the log has one (1.3+).
    pub id: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// The attempt (YARN and Kubernetes).
    pub attempt: Option<String>,
    /// When it started; the first event's time when the log does not say.
    pub started_ms: i64,
    /// When it ended; the last event's time when the log does not say.
    pub ended_ms: i64,
    /// Whether the log has the application's end.
    pub complete: bool,
    /// The driver's exit code (4.1+).
    pub exit_code: Option<i32>,
}

impl Application {
    /// From start to end, in ms.
    #[must_use]
    pub fn wall_ms(&self) -> u64 {
        u64::try_from(self.ended_ms.saturating_sub(self.started_ms)).unwrap_or(0)
    }
}

/// What executors were asked to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ResourceProfile {
    /// Cores of an executor.
    pub cores: Option<u32>,
    /// Heap of an executor, in MiB.
    pub memory_mib: Option<u64>,
    /// Memory beside the heap, in MiB.
    pub overhead_mib: Option<u64>,
    /// Off-heap memory that Spark manages, in MiB.
    pub off_heap_mib: Option<u64>,
    /// Memory of Python workers, in MiB.
    pub pyspark_mib: Option<u64>,
}

/// How a job ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum JobOutcome {
    /// It delivered.
    Succeeded,
    /// It failed.
    Failed,
    /// The log does not say.
    Unfinished,
}

/// An action of the driver: a set of stages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Its id.
    pub id: u32,
    /// When the driver submitted it.
    pub submitted_ms: i64,
    /// When it ended.
    pub ended_ms: Option<i64>,
    /// How it ended.
    pub outcome: JobOutcome,
    /// Ids of the stages that ran for it, in order of submission. Skipped ones are not here.
    pub stages: Vec<u32>,
    /// How many stages it listed, skipped ones included.
    pub planned_stages: u32,
    /// The query that it belongs to.
    pub sql_execution: Option<u64>,
    /// Its job group (notebooks, streaming, `setJobGroup`).
    pub group: Option<String>,
    /// Its fair-scheduler pool.
    pub pool: Option<String>,
}

/// One attempt of a stage.
#[derive(Clone, Debug)]
pub struct StageAttempt {
    /// The stage's id.
    pub id: u32,
    /// Zero, or more for a recomputation after lost shuffle data.
    pub attempt: u32,
    /// The job that ran it.
    pub job: Option<u32>,
    /// The line of code that it comes from.
    pub name: String,
    /// Ids of the stages whose output it read. A skipped parent is replaced by the stage that had made its data.
    pub parents: Vec<u32>,
    /// How many tasks Spark announced.
    pub num_tasks: u32,
    /// Whether its tasks wrote shuffle data for later stages; `None` when none ended.
    pub is_shuffle_map: Option<bool>,
    /// When it was submitted.
    pub submitted_ms: Option<i64>,
    /// When it was completed, or failed.
    pub completed_ms: Option<i64>,
    /// Whether the log has its completion.
    pub completed: bool,
    /// Why it failed, its first line.
    pub failure: Option<String>,
    /// How many tasks were launched, by the log's count.
    pub launched: u32,
    /// The data set that it computes; stages with the same one make the same data.
    pub rdd: Option<u32>,
    /// The resource profile that its executors had to have.
    pub resource_profile: u32,
    /// Its tasks that ended.
    pub tasks: Tasks,
    /// Exact sums over them.
    pub totals: Totals,
}

impl StageAttempt {
    /// Whether it failed.
    #[must_use]
    pub const fn failed(&self) -> bool {
        self.failure.is_some()
    }
}

/// Why an executor went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RemovalKind {
    /// The driver did not need it any more (dynamic allocation).
    ScaledDown,
    /// Its node was taken out of service in order (Spot notice, managed scaling).
    Decommissioned,
    /// The cluster manager took it for somebody else.
    Preempted,
    /// It used more memory than it may.
    OutOfMemory,
    /// It, its machine or its network failed.
    Lost,
    /// The log gives another reason or none.
    Unknown,
}

/// An executor's end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removal {
    /// When the driver noticed.
    pub at_ms: i64,
    /// Why, as a kind.
    pub kind: RemovalKind,
    /// Why, as Spark said.
    pub reason: String,
}

/// Peaks of an executor's memory, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MemoryPeak {
    /// The JVM's heap.
    pub heap: u64,
    /// The JVM's memory beside the heap.
    pub off_heap: u64,
    /// Resident memory of the JVM (`spark.executor.processTreeMetrics.enabled`).
    pub jvm_resident: u64,
    /// Resident memory of its Python workers.
    pub python_resident: u64,
}

/// An executor that was granted, or, in local mode, the driver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Executor {
    /// Its id.
    pub id: String,
    /// Its machine.
    pub host: String,
    /// Its task slots as registered, or as asked for where it was never announced; `None` when the log does not say.
    pub cores: Option<u32>,
    /// When it was asked for (3.5+, some cluster managers).
    pub requested_ms: Option<i64>,
    /// When it registered; `None` when the log does not say.
    pub added_ms: Option<i64>,
    /// When its block manager registered: the only announcement before 1.3.
    pub registered_ms: Option<i64>,
    /// How and when it went, if before the application's end.
    pub removal: Option<Removal>,
    /// Storage memory that it offered, in bytes.
    pub storage_memory: Option<u64>,
    /// Most memory that it was seen to use (3.0+); zero where it did not look.
    pub peak: MemoryPeak,
    /// Its resource profile.
    pub resource_profile: u32,
    /// Task ends that it reported.
    pub tasks: u32,
    /// First launch on it.
    pub first_launch_ms: Option<i64>,
    /// Last task end on it.
    pub last_finish_ms: Option<i64>,
    /// Most tasks that ran on it at once; counted only where `cores` is unknown.
    pub max_running: u32,
}

/// A SQL query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// Its execution id.
    pub id: u64,
    /// The query that it is a part of (3.5+).
    pub root: Option<u64>,
    /// What the user sees of it in Spark's UI.
    pub description: String,
    /// When it started.
    pub started_ms: Option<i64>,
    /// When it ended.
    pub ended_ms: Option<i64>,
    /// Whether it ended with an error.
    pub failed: bool,
    /// How often adaptive execution changed its plan.
    pub adaptive_updates: u32,
    /// What its last plan shows.
    pub plan: PlanSigns,
    /// The files of its scans and writes.
    pub files: Files,
}

/// Files that a query's scans and writes touched, as the driver counted them; zero where a source does not count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Files {
    /// Files read.
    pub read: u64,
    /// Their size in bytes: before column pruning, unlike the tasks' input.
    pub read_bytes: u64,
    /// Files written.
    pub written: u64,
    /// Their size in bytes.
    pub written_bytes: u64,
    /// Shuffle partitions that a join split because they were skewed.
    pub skewed_partitions: u64,
    /// Pieces that they were split into.
    pub skew_splits: u64,
}
