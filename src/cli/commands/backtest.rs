//! `shapecast backtest`: predictions against what happened.

use std::path::Path;

use super::{asked, backtest_billed, backtest_logs, run_history, spot_survival};
use crate::cli::args::Backtest;
use crate::cli::context::Context;
use crate::cli::{CliError, Exit, Stop};

/// Runs the command.
///
/// # Errors
/// What happened cannot be read, or an output cannot be written.
pub fn run(arguments: &Backtest, context: &mut Context) -> Result<Exit, Stop> {
    if let Some(path) = &arguments.spot_traces {
        return spot_survival::run(path, arguments, context);
    }
    if let (Some(history), Some(actual)) = (&arguments.history, &arguments.actual) {
        return run_history::from_history(history, actual, arguments, context);
    }
    if !arguments.portfolio.is_empty() {
        return backtest_billed::run(arguments, context);
    }
    if arguments.runs.iter().all(|path| is_log(path)) && !arguments.runs.is_empty() {
        return backtest_logs::run(arguments, context);
    }
    match &arguments.runs[..] {
        [table] => run_history::held_out(table, arguments, context),
        _ => Err(CliError::usage("cannot backtest", "several files that are not all event logs")
            .hint("give one table of past runs, or event logs, or cost exports with --portfolio")
            .into()),
    }
}

/// A folder holds logs. A table is known by its ending, whatever stands in it: so that what is wrong with it is said of a
/// table.
fn is_log(path: &Path) -> bool {
    if path.is_dir() {
        return true;
    }
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    !matches!(extension, "csv" | "tsv" | "jsonl" | "ndjson" | "parquet") && asked::is_log(path)
}
