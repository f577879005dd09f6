//! `shapecast completions`: for the shells that people use.

use crate::cli::args::{self, Completions};
use crate::cli::context::Context;
use crate::cli::{Exit, Stop};

/// Runs the command.
///
/// # Errors
/// stdout cannot take the text.
pub fn run(arguments: &Completions, context: &mut Context) -> Result<Exit, Stop> {
    let mut command = args::command();
    let mut bytes = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, "shapecast", &mut bytes);
    context.report(&String::from_utf8_lossy(&bytes))?;
    Ok(Exit::Done)
}
