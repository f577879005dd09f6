//! `shapecast backtest`: predictions against what happened.

use super::{run_history, spot_survival};
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
    match &arguments.runs[..] {
        [table] => run_history::held_out(table, arguments, context),
        _ => Err(CliError::usage("cannot backtest", "there is nothing to hold predictions against")
            .hint("give a table of past runs")
            .into()),
    }
}
