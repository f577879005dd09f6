//! `shapecast lint`: what is wrong or risky in a spec, and what it costs.

use std::fs;
use std::path::{Path, PathBuf};

use super::out_files;
use super::recommend::Recommender;
use crate::cli::args::{Lint, LintFormat};
use crate::cli::context::{Context, in_file, in_markdown};
use crate::cli::vocabulary::Words;
use crate::cli::{CliError, Exit, Stop};
use crate::lint::{self, Asked, LintDocument, LintError, LintedFile, PricedOut, SpecCostOut, Subject};
use crate::prices::PriceBook;
use crate::rank::{self, RecommendOptions};
use crate::report::RecommendDocument;
use crate::report::document::Entry;
use crate::workload::{Workload, read_file};

/// Runs the command.
///
/// # Errors
/// A spec or the workload cannot be read, or an output cannot be written.
pub fn run(arguments: &Lint, context: &mut Context, recommender: Recommender) -> Result<Exit, Stop> {
    let outs: Vec<(&PathBuf, LintFormat)> =
        arguments.out.iter().map(|path| format_of(path).map(|format| (path, format))).collect::<Result<_, _>>()?;
    let workload = arguments.workload.as_deref().map(read_workload).transpose()?;
    let deadline = arguments.deadline.or_else(|| workload.as_ref()?.deadline.as_ref().map(|said| said.value));
    let asked = Asked { deadline, today: Some(context.today().to_string()) };
    let (files, subjects) = read_specs(&arguments.specs, &asked)?;
    let costs = match workload {
        Some(mut workload) => {
            if let Some(deadline) = arguments.deadline {
                workload.deadline = Some(crate::workload::Sourced::declared(deadline));
            }
            price(arguments, &files, &subjects, workload, context, recommender)?
        }
        None => Vec::new(),
    };
    let document = LintDocument::new(&files, costs);
    for (path, format) in outs {
        let page =
            |page: &crate::report::Page| if format == LintFormat::Markdown { in_markdown(page) } else { in_file(page) };
        out_files::write(context, path, text(format, &files, &document, page)?.as_bytes())?;
    }
    let report = {
        let page = |page: &crate::report::Page| match arguments.format {
            LintFormat::Markdown => in_markdown(page),
            _ => context.on_screen(page),
        };
        text(arguments.format, &files, &document, page)?
    };
    context.report(&report)?;
    Ok(if document.summary.errors > 0 { Exit::GateFailed } else { Exit::Done })
}

fn text(
    format: LintFormat,
    files: &[LintedFile],
    document: &LintDocument,
    in_words: impl Fn(&crate::report::Page) -> String,
) -> Result<String, CliError> {
    let failed = |error| CliError::because("cannot write the report", &error);
    match format {
        LintFormat::Table | LintFormat::Markdown => Ok(in_words(&lint::page(files, document))),
        LintFormat::Json => lint::json(document).map_err(failed),
        LintFormat::Sarif => lint::sarif(document).map_err(failed),
        LintFormat::Github => Ok(lint::github(document)),
    }
}

fn format_of(path: &Path) -> Result<LintFormat, CliError> {
    match path.extension().and_then(|extension| extension.to_str()).unwrap_or_default() {
        "json" => Ok(LintFormat::Json),
        "sarif" => Ok(LintFormat::Sarif),
        "md" | "markdown" => Ok(LintFormat::Markdown),
        "txt" => Ok(LintFormat::Table),
        _ => Err(CliError::usage(format!("cannot write `{}`", path.display()), "the extension says no format")
            .hint("known extensions: .json .sarif .md .txt")),
    }
}

fn read_workload(path: &Path) -> Result<Workload, Stop> {
    let book = PriceBook::embedded().map_err(|error| CliError::because("cannot open the price book", &error))?;
    read_file(path, &Words::of(&book).vocabulary()).map_err(|errors| {
        Stop::Errors(
            errors.iter().map(|error| CliError::usage("", error.to_string()).hint(error.hint.clone())).collect(),
        )
    })
}

/// All specs are read before anything is said, so that all that cannot be read is said at once.
fn read_specs(paths: &[PathBuf], asked: &Asked) -> Result<(Vec<LintedFile>, Vec<Vec<Subject>>), Stop> {
    let (mut files, mut subjects, mut errors) = (Vec::new(), Vec::new(), Vec::new());
    for path in paths {
        match read_spec(path, asked) {
            Ok((file, found)) => {
                files.push(file);
                subjects.push(found);
            }
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() { Ok((files, subjects)) } else { Err(Stop::Errors(errors)) }
}

fn read_spec(path: &Path, asked: &Asked) -> Result<(LintedFile, Vec<Subject>), CliError> {
    let name = path.display().to_string();
    let doing = format!("cannot read `{name}`");
    let bytes = fs::read(path).map_err(|error| {
        CliError::because(&doing, &error).hint("give a spec: .json, .yaml or .tf; for a folder, its files: `lint *.tf`")
    })?;
    let text = String::from_utf8(bytes).map_err(|_| CliError::usage(&doing, "it is no UTF-8 text"))?;
    let linted = lint::lint(&text, &name, asked).map_err(|error| match error {
        LintError::Unreadable(at) => CliError::usage("", format!("{name}:{at}"))
            .hint("the extension tells the notation: .json, .yaml, .yml or .tf"),
        LintError::Unknown => CliError::because(format!("cannot lint `{name}`"), &error).hint(
            "it reads requests of EMR, EMR Serverless and Glue, CloudFormation templates and Terraform files with their \
             resources",
        ),
    })?;
    let file = LintedFile {
        subjects: linted.subjects.iter().map(Subject::title).collect(),
        findings: linted.findings.iter().map(|finding| finding.of_file(&name)).collect(),
        file: name,
    };
    Ok((file, linted.subjects))
}

fn price(
    arguments: &Lint,
    files: &[LintedFile],
    subjects: &[Vec<Subject>],
    workload: Workload,
    context: &Context,
    recommender: Recommender,
) -> Result<Vec<SpecCostOut>, Stop> {
    let book = PriceBook::embedded().map_err(|error| CliError::because("cannot open the price book", &error))?;
    let options = RecommendOptions {
        seed: arguments.draws.seed,
        replications: arguments.draws.replications,
        today: Some(context.today()),
        measured: None,
        sensitivity: false,
    };
    let failed =
        |error: &rank::RecommendError| CliError::because(format!("cannot price for `{}`", workload.name), error);
    let answer = recommender(workload.clone(), &book, &options).map_err(|error| failed(&error))?;
    let document = RecommendDocument::new(&answer, &context.now.to_string());
    let best = document.best().map(PricedOut::from);
    let all: Vec<Subject> = subjects.iter().flatten().cloned().collect();
    let mut costs = Vec::new();
    for described in lint::candidates(&all) {
        let of: Vec<&str> = files
            .iter()
            .filter(|file| file.subjects.iter().any(|subject| described.subject.contains(subject.as_str())))
            .map(|file| file.file.as_str())
            .collect();
        let priced = match described.candidate {
            Err(reason) => Err(reason),
            Ok(candidate) => rank::price_candidate(&workload, &book, &options, candidate)
                .map_err(|error| failed(&error))?
                .map(|row| PricedOut::from(&Entry::from(&row)))
                .ok_or_else(|| "its shape cannot run the workload".to_owned()),
        };
        costs.push(SpecCostOut::new(
            of.join(", "),
            described.subject,
            workload.name.clone(),
            priced,
            best.clone(),
            described.assumptions,
        ));
    }
    Ok(costs)
}
