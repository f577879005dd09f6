//! The resolved workload: plain data that the model computes with.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Cadence, FileSizes, Origin, Sourced, SpotAccount};
use crate::units::{Bytes, Share, Span, Usd};

/// The region of whoever names none: AWS's first, whose prices are listed first.
pub const DEFAULT_REGION: &str = "us-east-1";

/// A job with its data, its promises and its limits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Workload {
    /// The job's name, as its owners call it.
    pub name: String,
    /// The AWS region that the data is in, for example `us-east-1`.
    pub region: Sourced<String>,
    /// What one run reads.
    pub input: Input,
    /// What one run writes.
    pub output: Output,
    /// How often it runs.
    pub cadence: Cadence,
    /// Longest acceptable time from trigger to result; `None` when nobody waits.
    pub deadline: Option<Sourced<Span>>,
    /// What one run does.
    pub job: Job,
    /// What it may run on.
    pub constraints: Constraints,
    /// What triggers and supervises it.
    pub orchestration: Sourced<Orchestration>,
    /// The network that it runs in.
    pub network: Network,
    /// The user's own price conditions.
    pub discounts: Discounts,
    /// Runs that already happened; they calibrate the rates.
    pub observed_runs: Vec<ObservedRun>,
    /// What it runs on today, to compare with.
    pub today: Today,
    /// What the account knows of Spot.
    #[serde(default)]
    pub spot: SpotAccount,
    /// Free labels for totals and cost-allocation tags.
    pub tags: BTreeMap<String, String>,
}

/// What one run reads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Input {
    /// Bytes as stored (compressed), per run.
    pub volume: Sourced<Bytes>,
    /// The file format.
    pub format: Sourced<Format>,
    /// The compression of the files.
    pub compression: Sourced<Compression>,
    /// How many files.
    pub files: Sourced<u64>,
    /// How the sizes of the files vary; [`Input::file_classes`] gives the classes.
    pub file_sizes: Sourced<FileSizes>,
    /// Share of the stored bytes that the job really reads (column pruning, partition filters).
    pub read_share: Sourced<Share>,
    /// Growth of the volume per month, for example 0.03.
    pub growth_per_month: Sourced<f64>,
}

/// What one run writes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Output {
    /// Bytes as stored, per run.
    pub volume: Sourced<Bytes>,
    /// How many files.
    pub files: Sourced<u64>,
}

/// File formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// One JSON object a line.
    Json,
    /// Comma- or tab-separated text.
    Csv,
    /// Unstructured text lines.
    Text,
    /// Apache Avro.
    Avro,
    /// Apache Parquet.
    Parquet,
    /// Apache ORC.
    Orc,
    /// Apache Iceberg over Parquet.
    Iceberg,
    /// Delta Lake over Parquet.
    Delta,
    /// Apache Hudi over Parquet.
    Hudi,
    /// Anything opaque to a query engine: PDF, images, archives.
    Binary,
}

impl Format {
    /// Whether an engine can read single columns of it.
    #[must_use]
    pub const fn is_columnar(self) -> bool {
        matches!(self, Self::Parquet | Self::Orc | Self::Iceberg | Self::Delta | Self::Hudi)
    }
}

/// Compression codecs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Compression {
    /// Stored as is.
    None,
    /// Snappy (splittable inside columnar files and Avro).
    Snappy,
    /// Zstandard.
    Zstd,
    /// Gzip: a text file in it cannot be split.
    Gzip,
    /// Bzip2 (splittable).
    Bzip2,
    /// LZ4.
    Lz4,
}

impl Compression {
    /// Whether one file of this format and compression can be read by several tasks.
    #[must_use]
    pub const fn is_splittable(self, format: Format) -> bool {
        match format {
            Format::Binary => false,
            Format::Parquet | Format::Orc | Format::Iceberg | Format::Delta | Format::Hudi | Format::Avro => true,
            Format::Json | Format::Csv | Format::Text => matches!(self, Self::None | Self::Bzip2),
        }
    }
}

/// What kind of work a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Archetype {
    /// Read, filter, convert, write: no shuffle to speak of.
    ScanFilter,
    /// Group-by over a large input, small result.
    Aggregation,
    /// Joins of large tables.
    JoinHeavy,
    /// Global sort or repartition of everything.
    Sort,
    /// Several passes over cached data.
    MlIteration,
    /// Interactive SQL over tables in S3.
    SqlAdHoc,
    /// Dashboards and reports in pure SQL, repeated all day.
    SqlBi,
    /// Independent containers, each working on its own files; not Spark.
    ContainerBatch,
    /// Reaction to single events within seconds.
    EventStream,
}

impl Archetype {
    /// Whether the work is expressed as SQL only.
    #[must_use]
    pub const fn is_sql(self) -> bool {
        matches!(self, Self::SqlAdHoc | Self::SqlBi)
    }

    /// Whether the work is (or can be) a Spark application.
    #[must_use]
    pub const fn is_spark(self) -> bool {
        !matches!(self, Self::ContainerBatch | Self::EventStream)
    }
}

/// What one run does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Job {
    /// The kind of work.
    pub archetype: Sourced<Archetype>,
    /// Bytes written to shuffle by the whole run.
    pub shuffle: Sourced<Bytes>,
    /// Number of passes over the cached data ([`Archetype::MlIteration`]) or of queries in a session.
    pub iterations: Sourced<u32>,
    /// Uneven keys.
    pub skew: Skew,
    /// In-memory size over stored size of the data that a task holds.
    pub memory_expansion: Sourced<f64>,
    /// `spark.sql.shuffle.partitions`; `None` when shapecast may choose it.
    pub shuffle_partitions: Option<Sourced<u32>>,
    /// Whether adaptive query execution is on.
    pub adaptive: Sourced<bool>,
    /// Tasks of a container batch: how long one item (file) takes on one reference vCPU.
    pub item_time: Option<Sourced<Span>>,
    /// Container size for a container batch: vCPU and memory of one task.
    pub container: Option<ContainerSize>,
    /// Stages written out by the user or measured from a log; empty when the archetype gives them.
    pub stages: Vec<DeclaredStage>,
}

/// The size of one container of a container batch.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ContainerSize {
    /// vCPU, for example 1 or 0.5.
    pub vcpu: f64,
    /// Memory.
    pub memory: Bytes,
}

/// How unevenly the keys are spread.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Skew {
    /// Share of the shuffled rows that carries the most frequent key.
    pub hot_key_share: Sourced<Share>,
    /// Where the hot key hurts: adaptive execution can split it in a join only.
    pub place: SkewPlace,
    /// Who said where it hurts.
    pub place_origin: Origin,
}

/// Where a hot key hurts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SkewPlace {
    /// A sort-merge join: AQE can split the partition.
    Join,
    /// A group-by or window: nothing in Spark splits it.
    GroupBy,
    /// RDD code: AQE does not see it.
    Rdd,
}

/// A stage written out in the workload file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeclaredStage {
    /// Its name; parents refer to it.
    pub name: String,
    /// Number of tasks; `None` for an input stage, whose splits Spark chooses.
    pub tasks: Option<u32>,
    /// CPU time of the whole stage on reference cores.
    pub cpu: Span,
    /// Bytes read from S3 by the whole stage.
    pub input: Bytes,
    /// Bytes read from shuffle by the whole stage.
    pub shuffle_read: Bytes,
    /// Bytes written to shuffle by the whole stage.
    pub shuffle_write: Bytes,
    /// Bytes written to S3 by the whole stage.
    pub output: Bytes,
    /// Largest task over the median task.
    pub max_over_median: f64,
    /// Names of the stages that must be done before.
    pub parents: Vec<String>,
}

/// What it may run on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Constraints {
    /// Only these engines, when not empty.
    pub engines_allowed: Vec<String>,
    /// Never these engines.
    pub engines_denied: Vec<String>,
    /// Only these instance families or types (prefix match on `m7g` or `m7g.2xlarge`), when not empty.
    pub instance_types: Vec<String>,
    /// Whether arm64 is fine for the job's code and libraries.
    pub graviton: Sourced<bool>,
    /// Whether Spot and Flex capacity may be used.
    pub spot: Sourced<bool>,
    /// The job needs its own JAR files.
    pub custom_jar: Sourced<bool>,
    /// The job needs its own container image or AMI.
    pub custom_image: Sourced<bool>,
    /// The organisation runs everything on Kubernetes; `Required` excludes the rest.
    pub kubernetes: Sourced<Kubernetes>,
    /// Row, column or cell permissions by Lake Formation must hold.
    pub lake_formation: Sourced<bool>,
    /// Longest acceptable wait between trigger and first work; events and people set it low.
    pub max_start_wait: Option<Sourced<Span>>,
    /// Most dollars a month.
    pub budget_per_month: Option<Usd>,
    /// Demanded probability of meeting the deadline.
    pub deadline_probability: Sourced<Share>,
    /// vCPU quota of the account that the run may fill; `None` when unknown.
    pub max_vcpu: Option<Sourced<u32>>,
}

/// How the organisation stands to Kubernetes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kubernetes {
    /// No cluster: EMR on EKS would pay its own.
    None,
    /// An EKS cluster exists and is paid for.
    Available,
    /// Everything must run on it.
    Required,
}

/// What triggers and supervises the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Orchestration {
    /// Nothing that costs money.
    None,
    /// AWS Step Functions, Standard workflows.
    StepFunctions,
    /// A share of a Managed Airflow environment.
    Mwaa,
}

/// The network that the run uses.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Network {
    /// Whether S3 traffic goes through a NAT gateway (no gateway endpoint): then every byte is billed.
    pub s3_through_nat: Sourced<bool>,
    /// Whether nodes have public IPv4 addresses.
    pub public_ipv4: Sourced<bool>,
    /// Number of interface endpoints × availability zones that exist for this job alone.
    pub interface_endpoints: u32,
    /// Pipelines that share the MWAA environment or EKS cluster, this one included.
    pub shared_by_pipelines: Sourced<u32>,
}

/// The user's own price conditions.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Discounts {
    /// Enterprise discount on everything, for example 0.05.
    pub enterprise: Option<Decimal>,
    /// Discounts by service (`ec2`, `emr`, `emr-serverless`, `glue`, …), applied before the enterprise one.
    pub by_service: BTreeMap<String, Decimal>,
    /// The user's own unit prices by meter id (see `shapecast prices show`); they win over the price book.
    pub unit_prices: BTreeMap<String, Decimal>,
    /// Whether account-wide free allowances may be used up by this job.
    pub free_allowances: bool,
}

impl Discounts {
    /// Whether the user set no condition at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A run that already happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ObservedRun {
    /// Instance or worker type, for example `r5.4xlarge` or `G.1X`.
    pub instance_type: String,
    /// How many of them worked (without the primary).
    pub count: u32,
    /// How long the work took (without start-up).
    pub duration: Span,
    /// Bytes read in that run, when it differs from the workload's volume.
    pub volume: Option<Bytes>,
}

/// What the job runs on today.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Today {
    /// One EC2 instance that does the whole job.
    pub single_instance: Option<String>,
    /// A standing EMR cluster.
    pub standing_cluster: Option<StandingCluster>,
    /// An on-premises cluster.
    pub on_premises: Option<OnPremises>,
}

/// A cluster that never stops.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StandingCluster {
    /// Worker instance type.
    pub instance_type: String,
    /// Number of workers.
    pub count: u32,
    /// Share of the cluster's cost that this job carries.
    pub cost_share: Share,
}

/// The user's own data centre.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OnPremises {
    /// Yearly cost of the whole cluster: depreciation, power, people, licences.
    pub yearly_cost: Usd,
    /// Cores of the whole cluster.
    pub cores: u32,
    /// Share of the cluster that this job carries.
    pub cost_share: Share,
    /// Share of the cores in use on average.
    pub utilisation: Share,
}
