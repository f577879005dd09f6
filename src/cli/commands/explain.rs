//! `shapecast explain`: every figure of one candidate of a stored run.

use crate::cli::args::{Explain, Format};
use crate::cli::context::{Context, in_markdown};
use crate::cli::{CliError, Exit, Stop, records};
use crate::report::{bill, explain, json};

/// Runs the command.
///
/// # Errors
/// There is no such run or candidate, or stdout cannot take the report.
pub fn run(arguments: &Explain, context: &mut Context) -> Result<Exit, Stop> {
    let answers = records::read(&arguments.which, context.last_run.as_ref())?;
    let document = records::document(&answers, &arguments.which)?;
    let entry = records::entry(document, &arguments.which)?;
    let unwritable = |error: &dyn std::error::Error| CliError::because("cannot write the report", error);
    let text = match arguments.format {
        Format::Table => context.on_screen(&explain::page(document, entry)),
        Format::Markdown => in_markdown(&explain::page(document, entry)),
        Format::Html => crate::report::html::of_page("One candidate", &explain::page(document, entry)),
        Format::Csv => bill::to_csv(&entry.bill).map_err(|error| unwritable(&error))?,
        Format::Json => json::to_text(entry).map_err(|error| unwritable(&error))?,
    };
    context.report(&text)?;
    Ok(Exit::Done)
}
