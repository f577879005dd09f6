//! `shapecast profile`: makes a workload file, from event logs or to fill in.

mod bucket;
mod data;
mod history;
mod pushdown;
mod sample;
mod submit;

use std::path::Path;

use super::out_files;
use crate::cli::args::{BesideLog, Format, Profile, ProfileInit, ProfileSource};
use crate::cli::context::{Context, in_file, in_markdown};
use crate::cli::{CliError, Exit, Stop, logs};
use crate::profile::eventlog::EventLog;
use crate::report::{ProfileDocument, event_log, json};
use crate::workload::{self, Sourced, Workload};

/// Runs the command.
///
/// # Errors
/// A log cannot be read, or an output cannot be written.
pub fn run(arguments: &Profile, context: &mut Context) -> Result<Exit, Stop> {
    match &arguments.source {
        Some(ProfileSource::Init(arguments)) => init(arguments, context),
        Some(ProfileSource::Sample(arguments)) => sample::run(arguments, context),
        None if arguments.data.pushdown.is_some() => measure(arguments, context),
        None => match history::sources(&arguments.logs)? {
            Some(sources) => history::run(arguments, &sources, context),
            None => measure(arguments, context),
        },
    }
}

fn measure(arguments: &Profile, context: &mut Context) -> Result<Exit, Stop> {
    if let Some(engine) = arguments.data.pushdown {
        return pushdown::inventory(engine, arguments, context);
    }
    match data::source_of(arguments)? {
        Some(source) => data::run(&source, arguments, context),
        None => measure_logs(arguments, context),
    }
}

fn measure_logs(arguments: &Profile, context: &mut Context) -> Result<Exit, Stop> {
    let logs = logs::read_all(&arguments.logs).map_err(Stop::Errors)?;
    let Some(first) = logs.first() else { return Err(CliError::usage("", "no event log was found").into()) };
    let workload = workload_of(first, &arguments.beside)?;
    let document = ProfileDocument::new(&workload, &logs)
        .ok_or_else(|| CliError::usage("cannot profile", "no event log was found"))?;
    for path in &arguments.out {
        let text = file_text(path, &workload, &document, &logs)?;
        out_files::write(context, path, text.as_bytes())?;
    }
    for warning in &document.warnings {
        context.printer.warning(&warning.text);
    }
    let text = match arguments.format {
        Format::Table => context.on_screen(&event_log::page(&document, &logs)),
        Format::Markdown => in_markdown(&event_log::page(&document, &logs)),
        Format::Html => crate::report::html::of_page("Profile of event logs", &event_log::page(&document, &logs)),
        Format::Json => json_text(&document)?,
        Format::Csv => return Err(no_csv().into()),
    };
    context.report(&text)?;
    Ok(Exit::Done)
}

/// The workload that a log was, with what the flags say beside it.
///
/// # Errors
/// A flag is wrong.
pub fn workload_of(log: &EventLog, beside: &BesideLog) -> Result<Workload, Stop> {
    let mut workload = log.workload(beside.cadence.as_deref()).map_err(|errors| {
        let error = |error: &workload::WorkloadError| CliError::usage("", error.to_string()).hint(error.hint.clone());
        Stop::Errors(errors.iter().map(error).collect())
    })?;
    workload.deadline = beside.deadline.map(Sourced::declared);
    Ok(workload)
}

fn file_text(path: &Path, workload: &Workload, document: &ProfileDocument, logs: &[EventLog]) -> Result<String, Stop> {
    let doing = || format!("cannot write `{}`", path.display());
    match path.extension().and_then(|extension| extension.to_str()).unwrap_or_default() {
        "yaml" | "yml" => Ok(workload::to_yaml(workload)),
        "json" => Ok(json_text(document)?),
        "md" | "markdown" => Ok(in_markdown(&event_log::page(document, logs))),
        "txt" => Ok(in_file(&event_log::page(document, logs))),
        _ => Err(CliError::usage(doing(), "the extension says no format")
            .hint("a workload file ends in .yaml, a report in .json, .md or .txt")
            .into()),
    }
}

fn json_text(document: &ProfileDocument) -> Result<String, CliError> {
    json::to_text(document).map_err(|error| CliError::because("cannot write the report", &error))
}

fn no_csv() -> CliError {
    CliError::usage("cannot write the report as CSV", "a profile is no table")
        .hint("use --format json, or --out FILE.yaml for a workload file")
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
