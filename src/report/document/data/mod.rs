//! What `profile` writes of data in storage: the workload that reads it, and the data's own figures.

mod measure;
mod table;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::prices::PricesUsed;
use super::{CodedText, Tool, WorkloadOut};
use crate::profile::objects::Count;
use crate::report::number::Dollars;

pub use table::TableOut;

/// Measured data: what `shapecast profile LISTING --format json` writes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DataDocument {
    /// Version of this contract; 1.
    pub schema_version: u32,
    /// Who wrote the document.
    pub tool: Tool,
    /// Which prices the requests were priced with.
    pub prices: PricesUsed,
    /// The workload that reads the data.
    pub workload: WorkloadOut,
    /// The data.
    pub data: DataOut,
    /// What listing a bucket took; null for what was not listed by this run.
    #[serde(default)]
    pub listing: Option<ListingOut>,
    /// What to know before trusting it.
    pub warnings: Vec<CodedText>,
}

/// Requests for a listing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ListingOut {
    /// Requests of this run.
    pub requests: u64,
    /// Requests of earlier runs that it went on with.
    pub requests_before: u64,
    /// What all of them cost by the price of `region`; null when it is not known.
    pub cost_usd: Option<Dollars>,
    /// The region of the price.
    pub region: String,
}

/// Objects and their bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CountOut {
    /// How many.
    pub objects: u64,
    /// Their bytes.
    pub bytes: u64,
}

impl From<Count> for CountOut {
    fn from(count: Count) -> Self {
        Self { objects: count.objects, bytes: count.bytes }
    }
}

/// The figures of data in storage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DataOut {
    /// Where it was listed.
    pub source: SourceOut,
    /// Data files: current, readable, with names that Spark reads.
    pub objects: u64,
    /// Their bytes.
    pub bytes: u64,
    /// All listed objects by version state: `current`, `noncurrent`, `delete-marker`.
    pub states: BTreeMap<String, CountOut>,
    /// All listed objects by storage class; an empty name: the source does not say.
    pub storage_classes: BTreeMap<String, CountOut>,
    /// Current objects that are odd, by what they are; those with `is_left_out` are no data.
    pub odd: BTreeMap<String, OddOut>,
    /// What could not be read, by what is wrong.
    pub faults: BTreeMap<String, FaultOut>,
    /// Data files by size.
    pub sizes: SizesOut,
    /// Data files by suffix, most bytes first.
    pub suffixes: Vec<SuffixOut>,
    /// Folders that are told apart.
    pub folders_total: u64,
    /// Levels of folders that are told apart, when deeper ones had to be folded into them.
    pub folders_depth: Option<u64>,
    /// Data files by folder, most bytes first.
    pub folders: Vec<FolderOut>,
    /// Quantiles of the bytes of a folder.
    pub folder_bytes: Option<QuantilesOut>,
    /// Arrivals by day, the newest ones, oldest first.
    pub days: Vec<DayOut>,
    /// When data arrives.
    pub arrivals: Option<ArrivalsOut>,
    /// Growth of the arriving volume per month, from whole months; null with fewer than three.
    pub growth_per_month: Option<f64>,
    /// What the layout costs a job that reads all of it.
    pub layout: LayoutOut,
    /// The largest data files.
    pub largest: Vec<FileOut>,
    /// Parquet footers of sampled files.
    pub parquet: Option<ParquetOut>,
    /// First bytes of sampled files.
    pub magic: Option<MagicOut>,
    /// An Iceberg table's own metadata; null for other sources.
    #[serde(default)]
    pub table: Option<TableOut>,
}

/// Where objects were listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SourceOut {
    /// `listing`, `inventory`, `iceberg`, `folder`, `s3` or `pushdown`.
    pub kind: String,
    /// Path or URL.
    pub path: String,
    /// The form within the kind.
    pub form: String,
    /// Lines, rows or records that were read.
    pub records: u64,
    /// Objects among them, of all states.
    pub objects: u64,
    /// Those that are neither object nor fault: blank lines, prefixes, totals, headers.
    pub other_records: u64,
    /// What could not be read.
    pub faults: u64,
}

/// Objects that are odd in one way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OddOut {
    /// How many.
    pub objects: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Whether they are left out of the data.
    pub is_left_out: bool,
    /// For people.
    pub meaning: String,
}

/// What could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FaultOut {
    /// How many.
    pub count: u64,
    /// For people.
    pub meaning: String,
    /// The first few.
    pub examples: Vec<ExampleOut>,
}

/// One thing that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExampleOut {
    /// Line, row or file.
    pub place: String,
    /// What stands there.
    pub text: String,
}

/// Data files by size.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SizesOut {
    /// Mean size.
    pub mean_bytes: u64,
    /// Half of the files are not larger, to the class of the histogram.
    pub median_bytes: u64,
    /// One in ten files is larger, to the class of the histogram.
    pub p90_bytes: u64,
    /// Below this a file is small: 16 MiB.
    pub small_below_bytes: u64,
    /// Small files.
    pub small_objects: u64,
    /// Their bytes.
    pub small_bytes: u64,
    /// Small files over all files.
    pub small_share: f64,
    /// Files by powers of two.
    pub histogram: Vec<SizeClassOut>,
}

/// Files from one power of two up to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SizeClassOut {
    /// The smallest size of the class.
    pub from_bytes: u64,
    /// Files.
    pub objects: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// Data files of one suffix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SuffixOut {
    /// The suffix, with its dots; empty for none.
    pub suffix: String,
    /// The format that it says; null when it says none.
    pub format: Option<String>,
    /// The compression that it says; null when it says none.
    pub compression: Option<String>,
    /// Whether several tasks can read one file; null when the suffix does not tell.
    pub splittable: Option<bool>,
    /// Files.
    pub objects: u64,
    /// Their bytes.
    pub bytes: u64,
    /// The largest file.
    pub largest_bytes: u64,
}

/// Data files of one folder.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FolderOut {
    /// The folder.
    pub folder: String,
    /// Files.
    pub objects: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Small files.
    pub small_objects: u64,
    /// Shortest time of reading all of it, were the folder one partitioned prefix: GET requests over 5,500 a second.
    pub read_floor_s: f64,
}

/// Quantiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct QuantilesOut {
    /// Half are not above it.
    pub p50: u64,
    /// One in ten is above it.
    pub p90: u64,
    /// One in a hundred is above it.
    pub p99: u64,
    /// The largest.
    pub max: u64,
}

/// Arrivals of a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DayOut {
    /// The date, UTC.
    pub date: String,
    /// Files.
    pub objects: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// When data arrives.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ArrivalsOut {
    /// First and last arrival, RFC 3339; null without dates.
    pub first: Option<String>,
    /// See `first`.
    pub last: Option<String>,
    /// Bursts of arrivals; null when they have no cadence.
    pub bursts: Option<u64>,
    /// Median time from one to the next.
    pub interval_s: Option<f64>,
    /// Standard deviation of the intervals over their mean.
    pub interval_variation: Option<f64>,
    /// Bursts in a month of 730 hours.
    pub per_month: Option<f64>,
    /// Mean bytes of a burst.
    pub burst_bytes: Option<u64>,
    /// Standard deviation of the bytes of a burst over their mean.
    pub bytes_variation: Option<f64>,
    /// Whether data comes all the time.
    pub stream: Option<bool>,
    /// Most objects that arrived in one minute, as a rate.
    pub peak_objects_per_s: Option<f64>,
    /// That rate over the 3,500 writes a second of one partitioned prefix.
    pub peak_over_put_ceiling: Option<f64>,
}

/// What the layout costs a job that reads all of it, beside the bytes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LayoutOut {
    /// Cores that read.
    pub cores: u32,
    /// As it is.
    pub now: LayoutCostOut,
    /// After compaction of files below 128 MiB to about 256 MiB.
    pub compacted: LayoutCostOut,
    /// Time that one run saves on these cores.
    pub saved_s: f64,
    /// Request cost that one run saves; null when a price is missing.
    pub saved_usd: Option<Dollars>,
    /// Requests of the compaction itself; null when a price is missing. Its compute is not in it.
    pub compaction_requests_usd: Option<Dollars>,
    /// Whether it is worth it: most of the overhead goes away, and that is more than a thousand requests.
    pub compact: bool,
    /// Folders with most small files.
    pub compact_first: Vec<FolderOut>,
    /// Files that one task must read alone.
    pub unsplittable: UnsplittableOut,
}

/// The cost of one layout.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LayoutCostOut {
    /// Files.
    pub files: u64,
    /// Tasks that read them.
    pub tasks: u64,
    /// LIST requests.
    pub list_requests: u64,
    /// GET-class requests.
    pub get_requests: u64,
    /// Listing, launching of tasks and waits for first bytes, on the cores.
    pub overhead_s: f64,
    /// Cost of the requests; null when a price is missing.
    pub requests_usd: Option<Dollars>,
    /// Shortest time of the requests if all files lay below one partitioned prefix.
    pub one_prefix_floor_s: f64,
}

/// Files that one task must read alone.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct UnsplittableOut {
    /// Files.
    pub objects: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Those larger than a split of 128 MiB: they make tasks that nothing can shorten.
    pub over_split_objects: u64,
    /// Their bytes.
    pub over_split_bytes: u64,
    /// Reading the largest of them at the rate of one connection.
    pub longest_task_s: f64,
}

/// A file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FileOut {
    /// Its key.
    pub key: String,
    /// Its bytes.
    pub bytes: u64,
}

/// Parquet footers of sampled files.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ParquetOut {
    /// Files whose footer was read.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Their rows.
    pub rows: u64,
    /// Their row groups.
    pub row_groups: u64,
    /// Rows of the smallest and largest row group.
    pub group_rows: Option<(u64, u64)>,
    /// Bytes of the smallest and largest row group, as stored.
    pub group_bytes: Option<(u64, u64)>,
    /// Bytes as stored, by codec.
    pub codecs: BTreeMap<String, u64>,
    /// Bytes before compression over bytes as stored.
    pub expansion: Option<f64>,
    /// Columns, most bytes first.
    pub columns: Vec<ColumnOut>,
    /// Files by the program that wrote them.
    pub writers: BTreeMap<String, u64>,
    /// Files whose footer cannot be read.
    pub broken_files: u64,
    /// The first of them, with the reason.
    pub broken: Vec<ExampleOut>,
}

/// One column of sampled Parquet files.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ColumnOut {
    /// Its path.
    pub column: String,
    /// Parquet's physical type.
    pub physical_type: String,
    /// Bytes as stored.
    pub bytes: u64,
    /// Share of all bytes.
    pub share: f64,
    /// Bytes before compression over bytes as stored.
    pub compression_ratio: Option<f64>,
}

/// First bytes of sampled files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MagicOut {
    /// Files that were looked into.
    pub files: u64,
    /// Files by what their first bytes are.
    pub found: BTreeMap<String, u64>,
    /// Files whose name says something else.
    pub contradicting: u64,
    /// The first of them.
    pub examples: Vec<ExampleOut>,
}
