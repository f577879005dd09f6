//! The few calls that start something, in plain types: a query or job of the user's own engine, its script, its result.
//!
//! Kept apart from [`Reads`], so that what is handed a `Reads` cannot start anything.

use std::fmt;

use jiff::Timestamp;

use super::{CallError, Reads};

/// Where something runs: a query's or job run's service, and what of the account carries it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Runner {
    /// Athena.
    Athena,
    /// A job of Glue.
    Glue {
        /// Its name.
        job: String,
    },
    /// An application of EMR Serverless.
    Serverless {
        /// Its id.
        application: String,
    },
}

impl Runner {
    /// A run of it by its id, as `profile` and `--attach` write it.
    #[must_use]
    pub fn run(&self, id: &str) -> String {
        match self {
            Self::Athena => format!("athena:{id}"),
            Self::Glue { job } => format!("glue:{job}/{id}"),
            Self::Serverless { application } => format!("serverless:{application}/{id}"),
        }
    }

    /// The call that starts it.
    #[must_use]
    pub const fn start_call(&self) -> &'static str {
        match self {
            Self::Athena => "athena:StartQueryExecution",
            Self::Glue { .. } => "glue:StartJobRun",
            Self::Serverless { .. } => "emr-serverless:StartJobRun",
        }
    }

    /// The call that says how far it is.
    #[must_use]
    pub const fn progress_call(&self) -> &'static str {
        match self {
            Self::Athena => "athena:GetQueryExecution",
            Self::Glue { .. } => "glue:GetJobRun",
            Self::Serverless { .. } => "emr-serverless:GetJobRun",
        }
    }

    /// The call that stops it.
    #[must_use]
    pub const fn stop_call(&self) -> &'static str {
        match self {
            Self::Athena => "athena:StopQueryExecution",
            Self::Glue { .. } => "glue:BatchStopJobRun",
            Self::Serverless { .. } => "emr-serverless:CancelJobRun",
        }
    }
}

/// What is to be run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Work {
    /// A query.
    Query {
        /// Its text.
        sql: String,
        /// The work group that it runs in.
        work_group: String,
        /// Folder for its result; `None`: the work group's own.
        output: Option<String>,
    },
    /// A run of a Glue job with another script.
    GlueRun {
        /// The job that carries it.
        job: String,
        /// The script in S3.
        script: String,
        /// Folder for its result.
        output: String,
        /// Type and number of workers; `None`: the job's own.
        workers: Option<(String, u32)>,
        /// Longest time, minutes: the service ends it then.
        limit_min: u32,
    },
    /// A job run of an EMR Serverless application.
    ServerlessRun {
        /// The application.
        application: String,
        /// The role that it runs as.
        role: String,
        /// The script in S3.
        script: String,
        /// Folder for its result.
        output: String,
        /// Sizes, as `spark-submit` takes them.
        parameters: String,
        /// Longest time, minutes: the service ends it then.
        limit_min: u32,
    },
}

impl Work {
    /// Where it runs.
    #[must_use]
    pub fn runner(&self) -> Runner {
        match self {
            Self::Query { .. } => Runner::Athena,
            Self::GlueRun { job, .. } => Runner::Glue { job: job.clone() },
            Self::ServerlessRun { application, .. } => Runner::Serverless { application: application.clone() },
        }
    }
}

/// A work group of Athena.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkGroup {
    /// Whether it takes queries.
    pub enabled: bool,
    /// Folder for results that it names.
    pub output: Option<String>,
    /// Whether its settings win over a query's.
    pub enforced: bool,
    /// Whether Athena keeps the results itself.
    pub managed_results: bool,
    /// A query that scans more is cancelled.
    pub cutoff_bytes: Option<u64>,
    /// The engine, for example `Athena engine version 3`.
    pub engine: Option<String>,
}

/// A Glue job, as far as it decides what a run costs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GlueJob {
    /// `glueetl` for Spark.
    pub command: String,
    /// For example `5.0`.
    pub version: Option<String>,
    /// Type of worker.
    pub worker_type: Option<String>,
    /// Number of workers, the driver's included; with auto scaling the most.
    pub workers: Option<u32>,
    /// Capacity, where it has no worker type.
    pub max_dpu: Option<f64>,
    /// Flex execution.
    pub flex: bool,
    /// How often the service repeats a run that failed.
    pub retries: u32,
}

/// An application of EMR Serverless, as far as it decides what a run costs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Application {
    /// `SPARK` or `HIVE`.
    pub kind: String,
    /// `X86_64` or `ARM64`.
    pub architecture: Option<String>,
    /// Whether it has workers that wait, started, for work.
    pub waiting_workers: bool,
}

/// How a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunState {
    /// Waiting or running.
    UnderWay,
    /// Ended well.
    Done,
    /// Ended otherwise.
    Failed,
}

/// How far a run is.
#[derive(Clone, Debug, PartialEq)]
pub struct RunProgress {
    /// How it stands.
    pub state: RunState,
    /// The service's word for it.
    pub word: String,
    /// What the service says of it.
    pub reason: Option<String>,
    /// When it was submitted.
    pub submitted: Option<Timestamp>,
    /// What a query scanned.
    pub scanned_bytes: Option<u64>,
    /// Where the result is: a file of a query, a folder of a job.
    pub output: Option<String>,
}

/// Calls that start, watch and stop what runs on the user's own engine.
pub trait Submits: Reads {
    /// A work group.
    ///
    /// # Errors
    /// The call failed.
    fn work_group(&self, region: &str, name: &str) -> Result<WorkGroup, CallError>;

    /// A job of Glue.
    ///
    /// # Errors
    /// The call failed.
    fn glue_job(&self, region: &str, name: &str) -> Result<GlueJob, CallError>;

    /// An application of EMR Serverless.
    ///
    /// # Errors
    /// The call failed.
    fn application(&self, region: &str, id: &str) -> Result<Application, CallError>;

    /// Bytes of a table, as its catalog has them: `None` when nobody counted.
    ///
    /// # Errors
    /// The call failed.
    fn table_bytes(&self, region: &str, database: &str, table: &str) -> Result<Option<u64>, CallError>;

    /// Puts a text into S3, over what is there.
    ///
    /// # Errors
    /// The call failed.
    fn put(&self, region: &str, place: &S3Place, text: &str) -> Result<(), CallError>;

    /// Starts a run and gives its id. The same token and content again give the same run, where the service knows it.
    ///
    /// # Errors
    /// The call failed.
    fn start(&self, region: &str, work: &Work, token: &str) -> Result<String, CallError>;

    /// How far a run is.
    ///
    /// # Errors
    /// The call failed.
    fn progress(&self, region: &str, runner: &Runner, id: &str) -> Result<RunProgress, CallError>;

    /// Stops a run.
    ///
    /// # Errors
    /// The call failed.
    fn stop(&self, region: &str, runner: &Runner, id: &str) -> Result<(), CallError>;

    /// The result of a run that is done, as CSV.
    ///
    /// # Errors
    /// A call failed, or there is no result.
    fn result(&self, region: &str, runner: &Runner, id: &str, output: Option<&str>) -> Result<Vec<u8>, CallError>;
}

/// A place in S3.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct S3Place {
    /// The bucket.
    pub bucket: String,
    /// Key or prefix, without a slash before it.
    pub key: String,
}

impl S3Place {
    /// Reads `s3://BUCKET/KEY`; `None` when it is something else.
    #[must_use]
    pub fn parse(url: &str) -> Option<Self> {
        let rest = url.strip_prefix("s3://").or_else(|| url.strip_prefix("s3a://"))?;
        let (bucket, key) = rest.split_once('/').unwrap_or((rest, ""));
        (!bucket.is_empty()).then(|| Self { bucket: bucket.to_owned(), key: key.trim_start_matches('/').to_owned() })
    }

    /// Something inside of it as a folder.
    #[must_use]
    pub fn join(&self, name: &str) -> Self {
        let folder = self.key.trim_end_matches('/');
        let key = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
        Self { bucket: self.bucket.clone(), key }
    }
}

impl fmt::Display for S3Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "s3://{}/{}", self.bucket, self.key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_and_joined() {
        let place = |url: &str| S3Place::parse(url).map(|place| place.join("x/").to_string());
        assert_eq!(place("s3://lake/tmp/").as_deref(), Some("s3://lake/tmp/x/"));
        assert_eq!(place("s3://lake/tmp").as_deref(), Some("s3://lake/tmp/x/"));
        assert_eq!(place("s3://lake").as_deref(), Some("s3://lake/x/"));
        assert_eq!((place("s3:///x"), place("lake/tmp")), (None, None));
    }
}
