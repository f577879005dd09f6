//! Arguments of `backtest`.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use super::Format;
use crate::cli::env_vars;

/// Hold predictions against what happened.
///
/// With `--spot-traces`, the survival of Spot nodes: the model is learnt from the first half of each trace and asked
/// about the second half, every ten minutes at which the pool is up.
#[derive(Args, Debug)]
#[command(before_help = "Examples:
  shapecast backtest --spot-traces traces/
  shapecast backtest --spot-traces traces.csv --format json")]
pub struct Backtest {
    /// Traces of Spot pools: a CSV table or a folder of them, with trace_id, start_offset_s, duration_s and available_count
    #[arg(long, required = true, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub spot_traces: Option<PathBuf>,
    /// Format of the report on stdout
    #[arg(long, value_name = "FORMAT", default_value = "table", env = env_vars::FORMAT)]
    pub format: Format,
    /// Also write the report to a file, format by extension; repeatable (.json .md .txt)
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub out: Vec<PathBuf>,
}
