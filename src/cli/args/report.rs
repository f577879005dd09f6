//! Arguments of the weekly report.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};

use super::{Connect, Draws};
use crate::cli::env_vars;
use crate::finops::weekly::IsoWeek;

/// The weekly FinOps report: what was paid beside what is projected, and why they differ.
///
/// Costs come from exports of AWS: CUR 2.0 or the older Cost and Usage Report (CSV, .gz; Parquet in a full build), or the
/// CSV that Cost Explorer downloads, grouped by a tag, with daily values.
#[derive(Args, Debug)]
#[command(before_help = "Examples:
  shapecast report --week 2026-W46 --portfolio jobs/ --costs cur.parquet
  shapecast report --week 2026-W46 --costs costs-1.csv.gz --costs costs-2.csv.gz --tag team
  shapecast report --week 2026-W46 --portfolio jobs/ --costs cur.csv --out week.html --out week.json")]
pub struct Report {
    /// The ISO week, for example 2026-W46 [default: the last whole week]
    #[arg(long, value_name = "WEEK")]
    pub week: Option<IsoWeek>,
    /// Workload files, folders of them, a manifest, or patterns; repeatable
    #[arg(long, value_name = "DIR", value_hint = ValueHint::AnyPath)]
    pub portfolio: Vec<PathBuf>,
    /// A cost export; repeatable
    #[arg(long, value_name = "FILE", required_unless_present = "live", value_hint = ValueHint::FilePath)]
    pub costs: Vec<PathBuf>,
    /// Ask Cost Explorer instead of reading exports: some 12 requests, each of which AWS bills (docs/guides/weekly-report.md)
    #[arg(long, conflicts_with = "costs")]
    pub live: bool,
    /// Make no connection at all
    #[arg(long, env = env_vars::OFFLINE)]
    pub offline: bool,
    /// The cost-allocation tag whose values name pipelines
    #[arg(long, value_name = "KEY", default_value = "pipeline", env = env_vars::TAG)]
    pub tag: String,
    /// Format of the report on stdout
    #[arg(long, value_name = "FORMAT", default_value = "table", env = env_vars::FORMAT)]
    pub format: ReportFormat,
    /// Also write the report to a file, format by extension; repeatable (.json .csv .md .txt .html)
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub out: Vec<PathBuf>,
    /// Own unit prices over the price book: a YAML map from price id (see `prices show`) to dollars
    #[arg(long, value_name = "FILE", env = env_vars::PRICES, value_hint = ValueHint::FilePath)]
    pub prices: Option<PathBuf>,
    /// How chance is drawn
    #[command(flatten)]
    pub draws: Draws,
    /// How AWS is reached
    #[command(flatten)]
    pub connect: Connect,
}

/// The format of a report that has a page of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// For a screen
    Table,
    /// The contract of docs/reference/output.md
    Json,
    /// Every figure in a row of its own
    Csv,
    /// For a mail or a wiki
    Markdown,
    /// One file with everything in it, for a browser
    Html,
}
