//! `shapecast backtest`: predictions against what happened.

use super::spot_survival;
use crate::cli::args::Backtest;
use crate::cli::context::Context;
use crate::cli::{CliError, Exit, Stop};

/// Runs the command.
///
/// # Errors
/// What happened cannot be read, or an output cannot be written.
pub fn run(arguments: &Backtest, context: &mut Context) -> Result<Exit, Stop> {
    match &arguments.spot_traces {
        Some(path) => spot_survival::run(path, arguments, context),
        None => Err(CliError::usage("cannot backtest", "there is nothing to hold predictions against")
            .hint("give traces of Spot pools with --spot-traces")
            .into()),
    }
}
