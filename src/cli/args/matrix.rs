//! Arguments of `matrix`.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};

use super::{BesideLog, Overrides, PriceSource};
use crate::cli::env_vars;
use crate::rank::DEFAULT_SEED;

/// Draw the decision matrix: which engine wins over volume and cadence, and where that changes.
///
/// Columns are volumes from a 64th to 64 times the workload's, rows are cadences from monthly to every ten minutes. A cell
/// is the cheapest engine that meets the deadline there; where no deadline is declared, a run must end before the next.
#[derive(Args, Debug)]
#[command(before_help = "Examples:
  shapecast matrix nightly.yaml
  shapecast matrix nightly.yaml --out matrix.html --out matrix.svg
  shapecast matrix nightly.yaml --exclude-engine emr-eks --format json
  shapecast matrix nightly.yaml --live                 at today's prices")]
pub struct Matrix {
    /// A workload file (YAML or JSON) or a Spark event log
    #[arg(value_name = "WORKLOAD", value_hint = ValueHint::AnyPath)]
    pub workload: PathBuf,
    /// Format of the report on stdout
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub format: MatrixFormat,
    /// Also write the report to a file, format by extension; repeatable (.json .csv .md .txt .svg .html)
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub out: Vec<PathBuf>,
    /// What an event log cannot say
    #[command(flatten)]
    pub beside: BesideLog,
    /// What to ask instead of what the workload file says
    #[command(flatten)]
    pub overrides: Overrides,
    /// Seed of the simulation
    #[arg(long, value_name = "N", default_value_t = DEFAULT_SEED, env = env_vars::SEED)]
    pub seed: u64,
    /// Which prices are taken
    #[command(flatten)]
    pub source: PriceSource,
}

/// Formats of a matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum MatrixFormat {
    /// For a screen
    Table,
    /// The contract of docs/reference/output.md
    Json,
    /// Every engine of every cell, for a spreadsheet
    Csv,
    /// For a pull request or a wiki
    Markdown,
    /// A picture
    Svg,
    /// One self-contained page
    Html,
}
