//! `shapecast spec`: the documents of one candidate of a stored run.

use std::path::Path;

use super::out_files;
use crate::cli::args::Spec;
use crate::cli::context::Context;
use crate::cli::{CliError, Exit, Stop, records, vocabulary};
use crate::report::RecommendDocument;
use crate::report::document::{Entry, Stage};
use crate::spec::{self, Format, NoSpec, SpecBundle, SpecFacts, SpecFile};
use crate::units::{Bytes, Span};
use crate::workload::Workload;

/// Runs the command.
///
/// # Errors
/// There is no such run, candidate or spec, or an output cannot be written.
pub fn run(arguments: &Spec, context: &mut Context) -> Result<Exit, Stop> {
    let answers = records::read(&arguments.which, context.last_run.as_ref())?;
    let document = records::document(&answers, &arguments.which)?;
    let entry = records::entry(document, &arguments.which)?;
    let bundle = bundle(document, entry, arguments.format).map_err(|none| {
        let formats: Vec<&str> = Format::of_engine(entry.engine).iter().map(|format| format.as_str()).collect();
        let hint = if formats.is_empty() {
            "`shapecast spec RANK` takes another candidate; `shapecast explain` shows this one".to_owned()
        } else {
            format!("formats of {}: {}", entry.engine, formats.join(", "))
        };
        CliError::because(format!("cannot write a spec for `{}`", entry.id), &none).hint(hint)
    })?;
    match (&arguments.dir, &arguments.file) {
        (Some(folder), _) => write_bundle(&bundle, folder, context)?,
        (None, Some(name)) => {
            let file = named(&bundle, name)?;
            context.report(&file.contents)?;
        }
        (None, None) => context.report(&together(&bundle.files))?,
    }
    name_placeholders(&bundle, context);
    Ok(Exit::Done)
}

/// The spec of an entry in a format.
///
/// # Errors
/// Its engine has none, or not in this format.
pub(super) fn bundle(document: &RecommendDocument, entry: &Entry, format: Format) -> Result<SpecBundle, NoSpec> {
    let workload = &document.workload.resolved;
    spec::write_as(format, &entry.candidate(), workload, &facts(workload, entry))
}

/// All formats of an entry: the API documents in the folder itself, each other format in a folder below.
///
/// # Errors
/// Its engine has no spec.
pub(super) fn bundles(document: &RecommendDocument, entry: &Entry) -> Result<Vec<(Format, SpecBundle)>, NoSpec> {
    if let Some(none) = spec::no_spec(entry.engine) {
        return Err(none);
    }
    Format::of_engine(entry.engine)
        .iter()
        .map(|format| bundle(document, entry, *format).map(|bundle| (*format, bundle)))
        .collect()
}

/// Writes a bundle into a folder.
///
/// # Errors
/// A file cannot be written.
pub(super) fn write_bundle(bundle: &SpecBundle, folder: &Path, context: &mut Context) -> Result<(), CliError> {
    for file in &bundle.files {
        let path = folder.join(&file.name);
        if let Some(parent) = path.parent() {
            out_files::make_folder(parent)?;
        }
        out_files::write(context, &path, file.contents.as_bytes())?;
    }
    Ok(())
}

fn facts(workload: &Workload, entry: &Entry) -> SpecFacts {
    let span = |seconds: f64| Span::seconds(seconds);
    let month = entry.monthly_cost_usd.map(|cost| cost.usd().to_string());
    let cost = match (entry.cost_usd, month) {
        (Some(run), Some(month)) => format!("{} a run, {month} a month", run.mean.usd()),
        _ => "unknown: a price is missing".to_owned(),
    };
    let declared = workload.job.stages.iter().map(|stage| stage.shuffle_write).max();
    SpecFacts {
        duration: format!("{} (p95 {})", span(entry.duration_s.p50), span(entry.duration_s.p95)),
        cost,
        makespan_p95: span(entry.duration_s.p95),
        largest_shuffle: declared.unwrap_or(Bytes::new(entry.likely_run.shuffle_bytes)),
        skewed: entry.likely_run.stages.iter().any(is_skewed),
    }
}

/// Whether one task outlasts its stage: it takes most of the stage's time and several times the median.
fn is_skewed(stage: &Stage) -> bool {
    let length = stage.end_s - stage.start_s;
    stage.tasks > 1 && stage.longest_task_s > 0.5 * length && stage.longest_task_s > 5.0 * stage.median_task_s
}

fn named<'a>(bundle: &'a SpecBundle, name: &str) -> Result<&'a SpecFile, CliError> {
    bundle.file(name).ok_or_else(|| {
        let names: Vec<&str> = bundle.files.iter().map(|file| file.name.as_str()).collect();
        let near = vocabulary::nearest(name, names.iter().copied());
        let near = near.map_or_else(String::new, |near| format!("did you mean `{near}`? "));
        CliError::usage("", format!("the spec has no document `{name}`"))
            .hint(format!("{near}documents: {}", names.join(", ")))
    })
}

/// Several documents in one stream, each under its name, as `head` shows files; a single one as it is.
fn together(files: &[SpecFile]) -> String {
    match files {
        [only] => only.contents.clone(),
        _ => {
            let headed: Vec<String> =
                files.iter().map(|file| format!("==> {} <==\n{}", file.name, file.contents)).collect();
            headed.join("\n")
        }
    }
}

fn name_placeholders(bundle: &SpecBundle, context: &mut Context) {
    for placeholder in &bundle.placeholders {
        context.printer.note(&format!("fill in ${{{}}}: {}", placeholder.name, placeholder.meaning));
    }
}
