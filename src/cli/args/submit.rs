//! Arguments of a pushed-down profile that is submitted.

use clap::Args;

use super::logs::{parse_bytes, parse_span};
use crate::units::{Bytes, Span};

/// How a pushed-down profile is run on the user's own engine.
///
/// None of it can come from the environment: what costs money is said on the command line.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Submitting (--pushdown … --live)")]
pub struct Submit {
    /// Run the pushed-down query or job on your own engine and profile its result: shows what it may cost, then asks
    #[arg(long, requires = "pushdown")]
    pub live: bool,
    /// Submit without asking, once what it may cost is shown
    #[arg(long, requires = "live")]
    pub yes: bool,
    /// With --yes: submit although neither an estimate nor a bound of the cost is known
    #[arg(long, requires = "yes")]
    pub accept_unknown_cost: bool,
    /// Athena: work group
    #[arg(long, value_name = "NAME", default_value = "primary")]
    pub work_group: String,
    /// Spark: what runs it: glue:JOB, a Spark job that lends its role and version, or serverless:APPLICATION
    #[arg(long, value_name = "RUNNER", requires = "live")]
    pub on: Option<String>,
    /// Folder for the script and the result, s3://BUCKET/PREFIX; Athena: for results, unless its work group names one
    #[arg(long, value_name = "URL", requires = "live")]
    pub staging: Option<String>,
    /// EMR Serverless: ARN of the role that the job runs as
    #[arg(long, value_name = "ARN", requires = "live")]
    pub role: Option<String>,
    /// Spark: most workers at once, the driver's included [default: Glue: the job's own; EMR Serverless: 10]
    #[arg(long, value_name = "N", requires = "live", value_parser = clap::value_parser!(u32).range(2..=1000))]
    pub workers: Option<u32>,
    /// Glue: type of the workers [default: the job's own]
    #[arg(long, value_name = "TYPE", requires = "workers")]
    pub worker_type: Option<String>,
    /// Longest time of the query or job (a job: rounded up to a minute); it is stopped then
    #[arg(long, value_name = "TIME", default_value = "60 min", value_parser = time_limit)]
    pub time_limit: Span,
    /// Athena: bytes of the table, or of what the condition leaves of it, for the estimated cost [default: as the
    /// catalog has them]
    #[arg(long, value_name = "SIZE", requires = "live", value_parser = parse_bytes)]
    pub scan_bytes: Option<Bytes>,
    /// End when it is submitted; the id on stderr is for --attach
    #[arg(long, requires = "live")]
    pub no_wait: bool,
    /// Submit nothing: wait for athena:ID, glue:JOB/RUN or serverless:APPLICATION/RUN and profile its result
    #[arg(long, value_name = "RUN", requires = "live", conflicts_with_all = ["no_wait", "anew"])]
    pub attach: Option<String>,
    /// Submit again what was submitted today already
    #[arg(long, requires = "live")]
    pub anew: bool,
}

impl Submit {
    /// The longest time, whole minutes, as the services take it for jobs.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the parser allows 1 s to 7 d")]
    pub fn limit_min(&self) -> u32 {
        (self.time_limit.as_seconds() / 60.0).ceil() as u32
    }
}

/// At most seven days, as EMR Serverless takes it.
fn time_limit(text: &str) -> Result<Span, String> {
    let span = parse_span(text)?;
    if (1.0..=7.0 * 86_400.0).contains(&span.as_seconds()) { Ok(span) } else { Err("from 1 s to 7 d".to_owned()) }
}
