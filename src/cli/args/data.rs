//! Arguments of `profile` for data in storage.

use clap::{Args, ValueEnum};

use crate::workload::Archetype;

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
    /// Cores that the cost of the layout is worked out for
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub cores: u32,
    /// Region: of prices of requests [default: us-east-1], of clusters, job runs and buckets [default: the AWS
    /// configuration's]
    #[arg(long, value_name = "REGION", env = crate::cli::env_vars::REGION)]
    pub region: Option<String>,
}

impl BesideData {
    /// Where requests are priced.
    #[must_use]
    pub fn price_region(&self) -> &str {
        self.region.as_deref().unwrap_or("us-east-1")
    }
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
    /// An S3 Inventory: its manifest or its data files
    Inventory,
    /// A folder or files with data
    Folder,
}
