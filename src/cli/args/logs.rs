//! Arguments of the commands that take event logs.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueHint};

use super::Draws;
use super::asked_runs::AskedOfRuns;
use super::data::{BesideData, ProfileSample, SourceKindArg};
use super::{Connect, Format, Submit, engine_parser};
use crate::cli::env_vars;
use crate::engines::EngineId;
use crate::units::{Bytes, GIB, KIB, MIB, Span, TIB};

/// Measure a workload from what a job left behind or what it reads, and write it as a workload file.
///
/// Spark event logs of any version, codec and platform: files, folders of rolling logs, archives, patterns. Data in
/// storage: saved listings (`aws s3 ls --recursive`, `list-objects-v2`, `list-object-versions`), an S3 Inventory by its
/// manifest.json or its data files, a local folder. What a source is, is told by its first bytes.
#[derive(Args, Debug)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    before_help = "Examples:
  shapecast profile application_1_1.zstd               where the time went
  shapecast profile eventlog_v2_1/ --out nightly.yaml  a workload file with measured figures
  shapecast profile logs/ --format json
  shapecast profile listing.txt --archetype join-heavy --out lake.yaml
  shapecast profile inventory/manifest.json            small files, arrivals, growth, what compaction saves
  shapecast profile lake.inventory --pushdown athena --out inventory.sql
  shapecast profile lake.inventory --pushdown athena --live   run it, after showing what it may cost
  shapecast profile sample part-*.parquet --key user   how the keys of a join or group-by are spread
  shapecast profile s3://bucket/prefix --region eu-central-1
  shapecast profile emr:j-1ABCDEFGHIJKL --region eu-central-1 --volume '500 GB' --out nightly.yaml
  shapecast profile glue:nightly/jr_0123 serverless:00f1/00f2 --format json
  shapecast profile 'emr:*' --for nightly.yaml --out nightly.yaml   own Spot losses of 30 days into a workload file
  shapecast profile init --out nightly.yaml            a commented workload file to fill in"
)]
pub struct Profile {
    /// Event logs (files, folders, archives, patterns with * and ?), a listing, an inventory, a folder with data,
    /// s3://BUCKET/PREFIX; or what ran: emr:j-…, serverless:APP/RUN, glue:JOB/RUN, with * for all of the last days
    #[arg(required = true, value_name = "SOURCE", value_hint = ValueHint::AnyPath)]
    pub logs: Vec<PathBuf>,
    /// What the log cannot say
    #[command(flatten)]
    pub beside: BesideLog,
    /// What data cannot say
    #[command(flatten)]
    pub data: BesideData,
    /// What the sources are, where their first bytes mislead
    #[arg(long, value_name = "KIND")]
    pub source_kind: Option<SourceKindArg>,
    /// Format of the report on stdout
    #[arg(long, value_name = "FORMAT", default_value = "table", env = env_vars::FORMAT)]
    pub format: Format,
    /// Write a file, what by extension: .yaml a workload file, .json .md .txt the report; repeatable
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub out: Vec<PathBuf>,
    /// What a run of them read, which the services do not know
    #[arg(long, value_name = "SIZE", value_parser = parse_bytes, help_heading = "History")]
    pub volume: Option<Bytes>,
    /// A workload file that this history belongs into: what it says stays, observed runs and Spot losses are added
    #[arg(long = "for", value_name = "WORKLOAD", value_hint = ValueHint::FilePath, help_heading = "History")]
    pub workload: Option<PathBuf>,
    /// How far back `emr:*`, `serverless:APP/*` and `glue:JOB/*` look, days; EMR keeps ended nodes for 30
    #[arg(long, value_name = "DAYS", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=90),
        help_heading = "History")]
    pub since_days: u32,
    /// How a pushed-down profile is submitted
    #[command(flatten)]
    pub submit: Submit,
    /// How AWS is reached
    #[command(flatten)]
    pub connect: Connect,
    /// Another source
    #[command(subcommand)]
    pub source: Option<ProfileSource>,
}

/// What an event log cannot say about its job.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Beside an event log")]
pub struct BesideLog {
    /// How often the job runs: `daily`, `30 per month`, a cron expression [default: daily]
    #[arg(long, value_name = "CADENCE")]
    pub cadence: Option<String>,
    /// Longest acceptable time from trigger to result, for example `45 min`
    #[arg(long, value_name = "TIME", value_parser = parse_span)]
    pub deadline: Option<Span>,
}

pub(super) fn parse_bytes(text: &str) -> Result<Bytes, String> {
    Bytes::parse(text).map_err(|error| error.to_string())
}

pub(super) fn parse_span(text: &str) -> Result<Span, String> {
    Span::parse(text).map_err(|error| error.to_string())
}

/// What if: a job on one fixed shape, from its event logs or its workload file.
///
/// Several logs of one job, at other shapes or sizes, are learnt from together. What no flag says stays as it was in the log.
/// With an engine the run is priced too; a workload file needs one. Where there is no log but a table of past runs,
/// `--history` predicts a job's time from it, says which model did so and how good it is, and which one more run would teach
/// most.
#[derive(Args, Debug)]
#[command(before_help = "Examples:
  shapecast simulate app.zstd --executors 12
  shapecast simulate app.zstd --executors 6 --executor-cores 8 --instance-type m7g.4xlarge
  shapecast simulate small.zstd large.zstd --executors 24 --format json
  shapecast simulate app.zstd --conf spark.sql.shuffle.partitions=400 --growth 2
  shapecast simulate app.zstd --engine emr-serverless --executors 12 --executor-cores 4
  shapecast simulate nightly.yaml --engine emr-ec2 --executors 20 --instance-type r6g.2xlarge
  shapecast simulate --history runs.csv --job nightly --instance-type r5.2xlarge --nodes 12 --input '200 GB'
  shapecast simulate --history runs.csv --job kmeans --param k=5 --nodes 4,8,16")]
pub struct Simulate {
    /// Event logs of one job (files, folders, archives, patterns with * and ?), or one workload file
    #[arg(required_unless_present = "history", value_name = "LOG|WORKLOAD", value_hint = ValueHint::AnyPath)]
    pub logs: Vec<PathBuf>,
    /// What a table of runs is asked
    #[command(flatten)]
    pub of_runs: AskedOfRuns,
    /// Engine to run it on: adds its start-up, its machines and its bill
    #[arg(long, value_name = "ENGINE", value_parser = engine_parser())]
    pub engine: Option<EngineId>,
    /// Executors, all of them from the start
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub executors: Option<u32>,
    /// Task slots of each executor
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub executor_cores: Option<u32>,
    /// Heap of each executor, as Spark writes it: 8g, 512m
    #[arg(long, value_name = "SIZE", value_parser = parse_heap)]
    pub executor_memory: Option<Bytes>,
    /// EC2 instance type that the executors run on
    #[arg(long, value_name = "TYPE")]
    pub instance_type: Option<String>,
    /// EC2 instance type that they ran on [default: the log's, else the catalog's reference core]
    #[arg(long, value_name = "TYPE")]
    pub from_instance_type: Option<String>,
    /// A property that differs: adaptive execution, skew join, shuffle partitions, speculation, dynamic allocation; repeatable
    #[arg(long, value_name = "KEY=VALUE", value_parser = parse_conf)]
    pub conf: Vec<(String, String)>,
    /// Volume of the data over the log's (the newest one's) or the workload file's, for example 1.5
    #[arg(long, visible_aliases = ["data-growth", "scale"], value_name = "FACTOR", value_parser = parse_growth)]
    pub growth: Option<f64>,
    /// What a log cannot say
    #[command(flatten)]
    pub beside: BesideLog,
    /// Price in this region
    #[arg(long, value_name = "REGION", env = env_vars::REGION)]
    pub region: Option<String>,
    /// Own unit prices over the price book: a YAML map from price id (see `prices show`) to dollars
    #[arg(long, value_name = "FILE", env = env_vars::PRICES, value_hint = ValueHint::FilePath)]
    pub prices: Option<PathBuf>,
    /// How chance is drawn
    #[command(flatten)]
    pub draws: Draws,
    /// Format of the report on stdout
    #[arg(long, value_name = "FORMAT", default_value = "table", env = env_vars::FORMAT)]
    pub format: Format,
    /// Also write the report to a file, format by extension; repeatable (.json .md .txt)
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub out: Vec<PathBuf>,
}

fn parse_conf(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if key.trim().starts_with("spark.") => Ok((key.trim().to_owned(), value.trim().to_owned())),
        Some(_) => Err("Spark's properties begin with `spark.`".to_owned()),
        None => Err("write KEY=VALUE".to_owned()),
    }
}

fn parse_growth(text: &str) -> Result<f64, String> {
    let factor: f64 = text.trim().parse().map_err(|_| "write a factor, for example 1.5".to_owned())?;
    if factor > 0.0 && factor <= 1e4 { Ok(factor) } else { Err("a factor above 0 and up to 10000".to_owned()) }
}

/// Spark's own notation (`8g`, a bare number is MiB) or shapecast's (`8 GiB`).
///
/// # Errors
/// It is no size.
pub fn parse_heap(text: &str) -> Result<Bytes, String> {
    let text = text.trim().to_ascii_lowercase();
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let unit = match text[end..].trim() {
        "" | "m" | "mb" | "mib" => MIB,
        "k" | "kb" | "kib" => KIB,
        "g" | "gb" | "gib" => GIB,
        "t" | "tb" | "tib" => TIB,
        _ => return Err("write a size as Spark does: 8g, 512m".to_owned()),
    };
    let number: u64 = text[..end].parse().map_err(|_| "write a size as Spark does: 8g, 512m".to_owned())?;
    number.checked_mul(unit).filter(|bytes| *bytes > 0).map(Bytes::new).ok_or_else(|| "out of range".to_owned())
}

/// Sources of workload files.
#[derive(Debug, Subcommand)]
pub enum ProfileSource {
    Init(ProfileInit),
    Sample(Box<ProfileSample>),
}

/// Write a commented workload file to start from.
#[derive(Args, Debug)]
#[command(before_help = "Examples:
  shapecast profile init --out nightly.yaml")]
pub struct ProfileInit {
    /// Where to [default: stdout]
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub out: Option<PathBuf>,
    /// Write over an existing file
    #[arg(long, requires = "out")]
    pub force: bool,
}
