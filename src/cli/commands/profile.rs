//! `shapecast profile`: makes a workload file.

use super::out_files;
use crate::cli::args::{Profile, ProfileInit, ProfileSource};
use crate::cli::context::Context;
use crate::cli::{CliError, Exit, Stop};
use crate::workload;

/// Runs the command.
///
/// # Errors
/// The file exists, or cannot be written.
pub fn run(arguments: &Profile, context: &mut Context) -> Result<Exit, Stop> {
    match &arguments.source {
        ProfileSource::Init(arguments) => init(arguments, context),
    }
}

fn init(arguments: &ProfileInit, context: &mut Context) -> Result<Exit, Stop> {
    let template = workload::template();
    let Some(path) = &arguments.out else {
        context.report(template)?;
        return Ok(Exit::Done);
    };
    if path.exists() && !arguments.force {
        return Err(CliError::usage(format!("cannot write `{}`", path.display()), "the file exists")
            .hint("add --force to write over it")
            .into());
    }
    out_files::write(context, path, template.as_bytes())?;
    context.printer.advice(&format!("edit it, then run `shapecast recommend {}`", path.display()));
    Ok(Exit::Done)
}
