//! `shapecast prices update`: today's prices into the cache and a snapshot folder.

use std::collections::BTreeMap;
use std::path::Path;

use crate::catalog::Catalog;
use crate::cli::args::{Format, PricesUpdate};
use crate::cli::context::{Context, in_markdown};
use crate::cli::live::{self, Answered, Fetch, Manner};
use crate::cli::{CliError, Exit, Stop, clock};
use crate::prices::{Draft, diff};
use crate::report::json;
use crate::report::market::{FailureOut, NewType, UpdateDocument, UpdatePart, update_page};
use crate::store::{read_snapshot, write_snapshot};

/// Runs the command.
///
/// # Errors
/// Nothing came, or the folder cannot be written.
pub fn run(arguments: &PricesUpdate, context: &mut Context) -> Result<Exit, Stop> {
    let mut connection = live::connection(&arguments.connect, arguments.region.first().cloned(), context.now);
    context.now = live::replayed_moment(&connection, context)?;
    connection.now = context.now;
    let older = arguments.out.as_deref().map(older).transpose()?.flatten();
    let regions = regions(arguments, &connection)?;
    let fetch =
        Fetch { connection: &connection, manner: Manner::Ask, advisor: arguments.spot_advisor.as_deref(), lists: true };
    let answered = fetch.run(&regions, context)?;
    let mut document = UpdateDocument::new(&context.now.to_string(), &regions);
    tell(&answered, &mut document);
    document.new_types = new_types(&answered.rows);
    if let Some(folder) = &arguments.out {
        write(folder, answered.rows.clone(), older, &mut document, context)?;
    }
    let text = match arguments.format {
        Format::Table => context.on_screen(&update_page(&document)),
        Format::Markdown => in_markdown(&update_page(&document)),
        Format::Html => crate::report::html::of_page("Prices", &update_page(&document)),
        Format::Json => {
            json::to_text(&document).map_err(|error| CliError::because("cannot write the report", &error))?
        }
        Format::Csv => {
            return Err(CliError::usage("", "an update is no table")
                .hint("the snapshot's own tables are CSV: --out DIR")
                .into());
        }
    };
    context.report(&text)?;
    for failure in &answered.failures {
        context.printer.error(&live::call_error("some prices could not be updated", failure));
    }
    Ok(if answered.failures.is_empty() { Exit::Done } else { Exit::Remote })
}

/// The snapshot that is in the folder already; a folder without a manifest is a new one.
fn older(folder: &Path) -> Result<Option<BTreeMap<String, String>>, CliError> {
    if !folder.join("MANIFEST.json").exists() {
        return Ok(None);
    }
    read_snapshot(folder).map(Some).map_err(|error| live::no_snapshot(folder, &error))
}

fn regions(arguments: &PricesUpdate, connection: &crate::aws::Connection) -> Result<Vec<String>, Stop> {
    let mut regions = arguments.region.clone();
    if regions.is_empty() && connection.record.is_none() {
        regions.extend(live::open(connection)?.resolved().region);
    }
    regions.sort();
    regions.dedup();
    if regions.is_empty() {
        return Err(CliError::usage("cannot update prices", "no region is known")
            .hint("name one or more: --region us-east-1,eu-central-1")
            .into());
    }
    let odd = |region: &&String| !region.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    match regions.iter().find(odd) {
        Some(odd) => {
            Err(CliError::usage("", format!("`{odd}` is no region")).hint("a region looks like eu-central-1").into())
        }
        None => Ok(regions),
    }
}

fn tell(answered: &Answered, document: &mut UpdateDocument) {
    document.parts = answered
        .parts
        .iter()
        .map(|part| UpdatePart { region: part.region.clone(), list: part.name.to_owned(), prices: part.prices })
        .collect();
    document.failures = answered
        .failures
        .iter()
        .map(|failure| FailureOut {
            call: failure.call.to_owned(),
            region: failure.region.clone(),
            status: failure.status,
            code: failure.code.clone(),
            message: failure.message.clone(),
            hint: failure.hint(),
        })
        .collect();
    document.missing.clone_from(&answered.missing);
    document.issues.clone_from(&answered.issues);
}

/// Types that AWS sells and the catalog does not describe, with their sizes where EC2 tells them: those are candidates
/// from now on.
fn new_types(rows: &Draft) -> Vec<NewType> {
    let catalog = Catalog::embedded();
    let unknown = rows.on_demand_types().into_iter().filter(|name| catalog.instance(name).is_none());
    unknown
        .map(|name| {
            let sizes = rows.type_sizes(&name);
            NewType { instance_type: name, vcpu: sizes.map(|it| it.0), memory_mib: sizes.map(|it| it.1) }
        })
        .collect()
}

/// Writes the snapshot, unless its prices are those that are there.
fn write(
    folder: &Path,
    rows: Draft,
    older: Option<BTreeMap<String, String>>,
    document: &mut UpdateDocument,
    context: &mut Context,
) -> Result<(), Stop> {
    let doing = || format!("cannot write the snapshot `{}`", folder.display());
    document.out = Some(folder.display().to_string());
    let collected = clock::date(context.now).to_string();
    let damaged = |error: &dyn std::error::Error| CliError::because(doing(), error);
    let before = older.as_ref().map(Draft::from_tables).transpose().map_err(|error| damaged(&error))?;
    let merged = rows.over(before.clone().unwrap_or_default());
    if before.as_ref().is_some_and(|before| before.same_prices(&merged)) {
        return Ok(());
    }
    let tables = merged.to_tables(&collected);
    let empty = Draft::default().to_tables(&collected);
    let changes = diff(older.as_ref().unwrap_or(&empty), &tables).map_err(|error| damaged(&error))?;
    document.changes = changes.len();
    document.written = write_snapshot(folder, &tables).map_err(|error| damaged(&error))?;
    Ok(())
}
