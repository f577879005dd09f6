//! What is wrong with a log that was read all the same: every flag carries its figures and prints as one line.

use std::fmt;

/// A reason to trust a profile less.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flag {
    /// The log breaks off or is damaged inside its compression; what came before was used.
    Broken {
        /// The file.
        file: String,
        /// Unpacked bytes that were read of it.
        byte: u64,
        /// What the decoder said.
        why: String,
    },
    /// The last line is cut off.
    CutLine {
        /// The file.
        file: String,
        /// The line, counted from one.
        line: u64,
    },
    /// Lines that are no events.
    MalformedLines {
        /// How many.
        lines: u64,
        /// The file of the first one.
        file: String,
        /// The line of the first one, counted from one.
        first: u64,
        /// What is wrong with it.
        why: String,
    },
    /// Query plans that are longer than the limit of a line; nothing is known of those plans.
    LongPlans {
        /// How many.
        lines: u64,
    },
    /// Parts of the log are not there.
    MissingParts {
        /// The number of the first one.
        first: u64,
        /// How many.
        count: u64,
    },
    /// Parts that are there twice; one of each was read.
    DuplicateParts {
        /// How many were left out.
        parts: usize,
    },
    /// Spark threw away events of finished jobs (`spark.history.fs.eventLog.rolling.maxFilesToRetain`).
    Compacted {
        /// The number of the last part that was thinned out.
        upto: u64,
    },
    /// The log does not begin with the application's start.
    NoApplicationStart,
    /// The log does not say when the application ended: it was still running, crashed, or is cut off. The last event
    /// stands for the end.
    NoApplicationEnd,
    /// No task ended.
    NoTasks,
    /// Tasks that ended without an end in the log: Spark drops events when its listener bus is full.
    MissingTaskEnds {
        /// The stage's id.
        stage: u32,
        /// The stage's attempt.
        attempt: u32,
        /// How many tasks the stage had.
        tasks: u32,
        /// How many ends are missing.
        missing: u32,
    },
    /// Stages that were running when the log ends.
    UnfinishedStages {
        /// How many.
        stages: u32,
        /// How many of their tasks had not ended.
        tasks: u32,
    },
    /// Jobs that failed.
    FailedJobs {
        /// How many.
        jobs: u32,
    },
    /// Jobs that were running when the log ends.
    UnfinishedJobs {
        /// How many.
        jobs: u32,
    },
    /// Executors that ran tasks but were never announced; their life is taken from their tasks.
    UnannouncedExecutors {
        /// How many.
        executors: u32,
    },
    /// More executors than task records can name; the last name stands for the rest.
    TooManyExecutors,
    /// Stages do not name their parents (before Spark 1.4): they are taken to run one after the other.
    ParentsUnknown,
    /// Tasks lie outside the life of the application or of their executor: the log was edited, or clocks disagree.
    TimesInconsistent {
        /// By how much, in seconds.
        seconds: u64,
    },
    /// A stage lasted more than 24 days; launches beyond are clipped.
    TimesClipped,
    /// No CPU times (before Spark 2.1).
    NoCpuTimes,
    /// Operators ran on GPUs: times do not compare to CPU machines.
    Gpu,
    /// Databricks' Photon ran the operators: times do not compare to open Spark.
    Photon,
    /// Another native engine (Gluten, Velox, Comet) ran the operators.
    NativeEngine,
    /// A streaming query: its length is chosen, not computed.
    Streaming,
}

impl Flag {
    /// A short stable name for machine-readable output.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Broken { .. } => "broken",
            Self::CutLine { .. } => "cut_line",
            Self::MalformedLines { .. } => "malformed_lines",
            Self::LongPlans { .. } => "long_plans",
            Self::MissingParts { .. } => "missing_parts",
            Self::DuplicateParts { .. } => "duplicate_parts",
            Self::Compacted { .. } => "compacted",
            Self::NoApplicationStart => "no_application_start",
            Self::NoApplicationEnd => "no_application_end",
            Self::NoTasks => "no_tasks",
            Self::MissingTaskEnds { .. } => "missing_task_ends",
            Self::UnfinishedStages { .. } => "unfinished_stages",
            Self::FailedJobs { .. } => "failed_jobs",
            Self::UnfinishedJobs { .. } => "unfinished_jobs",
            Self::UnannouncedExecutors { .. } => "unannounced_executors",
            Self::TooManyExecutors => "too_many_executors",
            Self::ParentsUnknown => "parents_unknown",
            Self::TimesInconsistent { .. } => "times_inconsistent",
            Self::TimesClipped => "times_clipped",
            Self::NoCpuTimes => "no_cpu_times",
            Self::Gpu => "gpu",
            Self::Photon => "photon",
            Self::NativeEngine => "native_engine",
            Self::Streaming => "streaming",
        }
    }

    /// Whether events are missing, so that work and counts are lower bounds.
    #[must_use]
    pub const fn loses_work(&self) -> bool {
        matches!(
            self,
            Self::Broken { .. }
                | Self::MissingParts { .. }
                | Self::Compacted { .. }
                | Self::NoApplicationStart
                | Self::NoTasks
                | Self::MissingTaskEnds { .. }
                | Self::UnfinishedStages { .. }
        )
    }

    /// Whether the task times do not carry over to a plain Spark on CPUs.
    #[must_use]
    pub const fn is_not_comparable(&self) -> bool {
        matches!(self, Self::Gpu | Self::Photon | Self::NativeEngine)
    }
}

impl fmt::Display for Flag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Broken { file, byte, why } => write!(f, "{file} breaks off after {byte} bytes ({why})"),
            Self::CutLine { file, line } => write!(f, "{file}:{line} is cut off"),
            Self::MalformedLines { lines, file, first, why } => {
                write!(f, "{lines} line(s) are no events; the first is {file}:{first} ({why})")
            }
            Self::LongPlans { lines } => write!(f, "{lines} query plan(s) are too long to be read"),
            Self::MissingParts { first, count } => {
                write!(f, "{count} part(s) of the log are missing, from part {first}")
            }
            Self::DuplicateParts { parts } => write!(f, "{parts} part(s) are there twice"),
            Self::Compacted { upto } => write!(f, "Spark threw away events of finished jobs up to part {upto}"),
            Self::NoApplicationStart => f.write_str("the log does not begin with the application's start"),
            Self::NoApplicationEnd => f.write_str("the log has no application end; its last event stands for it"),
            Self::NoTasks => f.write_str("no task ended"),
            Self::MissingTaskEnds { stage, attempt, tasks, missing } => {
                write!(f, "stage {stage}.{attempt} lacks the ends of {missing} of {tasks} tasks")
            }
            Self::UnfinishedStages { stages, tasks } => {
                write!(f, "{stages} stage(s) with {tasks} running task(s) had not ended when the log ends")
            }
            Self::FailedJobs { jobs } => write!(f, "{jobs} job(s) failed"),
            Self::UnfinishedJobs { jobs } => write!(f, "{jobs} job(s) had not ended when the log ends"),
            Self::UnannouncedExecutors { executors } => {
                write!(f, "{executors} executor(s) were never announced; their life is taken from their tasks")
            }
            Self::TooManyExecutors => f.write_str("more than 65,535 executors; the rest share one name"),
            Self::ParentsUnknown => f.write_str("stages do not name their parents; they are taken to run in sequence"),
            Self::TimesInconsistent { seconds } => {
                write!(f, "tasks lie outside the life of the application or of their executor by {seconds} s")
            }
            Self::TimesClipped => f.write_str("a stage lasted more than 24 days; later launches are clipped"),
            Self::NoCpuTimes => f.write_str("no CPU times (before Spark 2.1)"),
            Self::Gpu => f.write_str("operators ran on GPUs; times do not compare to CPU machines"),
            Self::Photon => f.write_str("Photon ran the operators; times do not compare to open Spark"),
            Self::NativeEngine => f.write_str("a native engine ran the operators; times do not compare to open Spark"),
            Self::Streaming => f.write_str("a streaming query: its length is chosen, not computed"),
        }
    }
}
