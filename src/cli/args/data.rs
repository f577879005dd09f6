//! Arguments of `profile` for data in storage.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};

use super::{Connect, Format, Submit};
use crate::cli::env_vars;
use crate::units::Bytes;
use crate::workload::{Archetype, DEFAULT_REGION};

/// What data cannot say about the job that reads it.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Beside data")]
pub struct BesideData {
    /// The kind of work that reads it: scan-filter, aggregation, join-heavy, sort, … [default: scan-filter]
    #[arg(long, value_name = "KIND", value_parser = archetype)]
    pub archetype: Option<Archetype>,
    /// What one run reads [default: new when arrivals have a cadence, else all]
    #[arg(long, value_name = "PART")]
    pub reads: Option<ReadsArg>,
    /// Iceberg: the snapshot to read [default: the table's current one]
    #[arg(long, value_name = "ID", allow_negative_numbers = true)]
    pub snapshot: Option<i64>,
    /// Cores that the cost of the layout is worked out for
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub cores: u32,
    /// Most requests for listing a bucket, 1,000 objects each; a listing that is stopped goes on in the next run
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..))]
    pub max_requests: u64,
    /// Write the profiling of a table or path (SOURCE) as a query or job for your own engine instead of reading it
    #[arg(long, value_name = "ENGINE")]
    pub pushdown: Option<PushdownArg>,
    /// Pushdown: a condition on the rows of the inventory, for example "dt = '2025-01-01-01-00'"
    #[arg(long = "where", value_name = "CONDITION", requires = "pushdown")]
    pub condition: Option<String>,
    /// Pushdown: the inventory is CSV, whose keys are URL-encoded
    #[arg(long, requires = "pushdown")]
    pub url_encoded: bool,
    /// Region: of prices of requests [default: us-east-1], of clusters, job runs and buckets [default: the AWS
    /// configuration's]
    #[arg(long, value_name = "REGION", env = crate::cli::env_vars::REGION)]
    pub region: Option<String>,
}

impl BesideData {
    /// Where requests are priced.
    #[must_use]
    pub fn price_region(&self) -> &str {
        self.region.as_deref().unwrap_or(DEFAULT_REGION)
    }
}

/// An engine that profiles where the data lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PushdownArg {
    /// SQL for Athena
    Athena,
    /// A PySpark job for EMR, EMR Serverless or Glue
    Spark,
}

/// Which part of the data one run reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ReadsArg {
    /// Everything that is there
    All,
    /// What arrived since the run before
    New,
}

fn archetype(text: &str) -> Result<Archetype, String> {
    serde_json::from_value(serde_json::Value::from(text))
        .map_err(|_| "one of scan-filter, aggregation, join-heavy, sort, ml-iteration, sql-ad-hoc, sql-bi".to_owned())
}

/// What a source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SourceKindArg {
    /// Spark event logs
    EventLog,
    /// A saved listing
    Listing,
    /// An S3 Inventory: its manifest or its data files; the rows of an Iceberg table that lists objects
    Inventory,
    /// An Iceberg table: its data files, by the manifests of a snapshot
    Iceberg,
    /// A folder or files with data
    Folder,
}

/// Measure how the keys of a join or group-by are spread in a sample of the data.
///
/// Parquet, CSV with a header and JSON lines, plain or packed (gzip, zstd, bzip2), of any size: memory does not grow with
/// the rows. Counts of frequent keys have a guaranteed bound, and shuffle partitions are sized with Spark's own hash.
#[derive(Args, Debug)]
#[command(before_help = "Examples:
  shapecast profile sample part-*.parquet --key customer_id
  shapecast profile sample events.json.gz --key country --key user,day --shuffle-partitions 200,2000
  shapecast profile sample part-0.parquet --key user --volume '2 TB' --slots 400
  shapecast profile sample part-0.parquet --key user --for nightly.yaml --out nightly.yaml
  shapecast profile sample s3://lake/events/ --key user --pushdown spark --out keys.py
  shapecast profile sample s3://lake/events/ --key user --pushdown spark --live --on glue:nightly --staging s3://lake/tmp
  shapecast profile sample part-00000.csv              the result of that job")]
pub struct ProfileSample {
    /// Files of the sample, or the result of a pushed-down count
    #[arg(required = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub files: Vec<PathBuf>,
    /// A key: one column, or several with commas between them; repeatable, for several keys
    #[arg(long, value_name = "COLUMN[,COLUMN]")]
    pub key: Vec<String>,
    /// Write the counting of the keys of a table or path as a query or job for your own engine instead of reading it
    #[arg(long, value_name = "ENGINE", requires = "key")]
    pub pushdown: Option<PushdownArg>,
    /// Pushdown to Spark: format of the files behind a path
    #[arg(long, value_name = "FORMAT", default_value = "parquet", value_parser = ["parquet", "orc", "json", "csv"])]
    pub source_format: String,
    /// Numbers of shuffle partitions to size
    #[arg(long, value_name = "N[,N]", value_delimiter = ',', default_value = "200", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub shuffle_partitions: Vec<u32>,
    /// Hash the columns as this type, when a join casts them [default: as the files have them; CSV: string]
    #[arg(long, value_name = "TYPE")]
    pub key_type: Option<KeyTypeArg>,
    /// Bytes that are shuffled [default: those of the files]
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub volume: Option<Bytes>,
    /// Slots that read the shuffle
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub slots: u32,
    /// A workload file that this skew belongs into: what it says stays, the skew is measured
    #[arg(long = "for", value_name = "WORKLOAD", value_hint = ValueHint::FilePath)]
    pub workload: Option<PathBuf>,
    /// Format of the report on stdout
    #[arg(long, value_name = "FORMAT", default_value = "table", env = env_vars::FORMAT)]
    pub format: Format,
    /// Write a file, what by extension: .yaml a workload file, .json .md .txt the report; repeatable
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub out: Vec<PathBuf>,
    /// How a pushed-down count is submitted
    #[command(flatten)]
    pub submit: Submit,
    /// Region that it is submitted in [default: the AWS configuration's]
    #[arg(long, value_name = "REGION", env = env_vars::REGION, help_heading = "AWS")]
    pub region: Option<String>,
    /// How AWS is reached
    #[command(flatten)]
    pub connect: Connect,
}

/// A type of Spark that keys are cast to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum KeyTypeArg {
    /// 32 bits
    Int,
    /// 64 bits
    Bigint,
    /// 64 bits, floating
    Double,
    /// Text
    String,
}

fn size(text: &str) -> Result<Bytes, String> {
    Bytes::parse(text).map_err(|error| error.to_string())
}
