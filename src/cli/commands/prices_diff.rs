//! `shapecast prices diff`: what changed between two snapshots.

use std::collections::BTreeMap;
use std::path::Path;

use rust_decimal::prelude::ToPrimitive;

use crate::cli::args::{Format, PricesDiff};
use crate::cli::context::{Context, in_markdown};
use crate::cli::{CliError, Exit, Stop, live};
use crate::prices::{PriceBook, diff};
use crate::report::json;
use crate::report::market::{ChangeOut, DiffDocument, SnapshotName, diff_csv, diff_page};
use crate::store::read_snapshot;

/// Runs the command.
///
/// # Errors
/// A snapshot cannot be read, or stdout cannot take the report.
pub fn run(arguments: &PricesDiff, context: &mut Context) -> Result<Exit, Stop> {
    let (before, after) = (open(&arguments.before)?, open(&arguments.after)?);
    let changes =
        diff(&before.1, &after.1).map_err(|error| CliError::because("cannot compare the snapshots", &error))?;
    let wanted = |region: &str| arguments.region.as_ref().is_none_or(|only| only == region);
    let changes = changes.into_iter().filter(|change| wanted(&change.region)).map(|change| ChangeOut {
        region: change.region,
        meter: change.meter,
        before: change.before,
        after: change.after,
        change: change.change.and_then(|share| share.to_f64()),
    });
    let document = DiffDocument::new(before.0, after.0, changes.collect());
    let unwritable = |error: &dyn std::error::Error| CliError::because("cannot write the report", error);
    let text = match arguments.format {
        Format::Table => context.on_screen(&diff_page(&document)),
        Format::Markdown => in_markdown(&diff_page(&document)),
        Format::Html => crate::report::html::of_page("Changed prices", &diff_page(&document)),
        Format::Csv => diff_csv(&document).map_err(|error| unwritable(&error))?,
        Format::Json => json::to_text(&document).map_err(|error| unwritable(&error))?,
    };
    context.report(&text)?;
    Ok(Exit::Done)
}

fn open(name: &str) -> Result<(SnapshotName, BTreeMap<String, String>), CliError> {
    let named = |book: &PriceBook| SnapshotName {
        name: name.to_owned(),
        as_of: book.as_of().to_owned(),
        sha256: book.manifest().sha256.clone(),
    };
    let unreadable =
        |error: &dyn std::error::Error| CliError::because(format!("cannot read the snapshot `{name}`"), error);
    if name == "embedded" {
        let book = PriceBook::embedded().map_err(|error| unreadable(&error))?;
        return Ok((named(&book), book.tables().clone()));
    }
    let folder = Path::new(name);
    let tables = read_snapshot(folder).map_err(|error| live::no_snapshot(folder, &error))?;
    let book = PriceBook::from_tables(tables.clone()).map_err(|error| unreadable(&error))?;
    Ok((named(&book), tables))
}
