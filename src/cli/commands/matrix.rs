//! `shapecast matrix`: the winner over volume and cadence.

use std::path::{Path, PathBuf};

use super::recommend::Applied;
use super::{asked, out_files};
use crate::cli::args::{Matrix, MatrixFormat};
use crate::cli::context::{Context, in_file, in_markdown};
use crate::cli::vocabulary::{self, Words};
use crate::cli::{CliError, Exit, Stop, live};
use crate::rank::{Extent, RecommendOptions, decision_matrix, default_replications, recommend};
use crate::report::document::{MatrixDocument, RecommendDocument};
use crate::report::{Page, csv, html, json, matrix};

/// Runs the command.
///
/// # Errors
/// The workload is wrong, or an output cannot be written.
pub fn run(arguments: &Matrix, context: &mut Context) -> Result<Exit, Stop> {
    let outs: Vec<(&PathBuf, MatrixFormat)> =
        arguments.out.iter().map(|path| format_of(path).map(|format| (path, format))).collect::<Result<_, _>>()?;
    let base = live::base(&arguments.source)?;
    let (mut questions, _) =
        asked::read(std::slice::from_ref(&arguments.workload), &arguments.beside, &Words::of(&base))?;
    if questions.len() != 1 {
        let text = format!("`{}` is {} workloads", arguments.workload.display(), questions.len());
        return Err(CliError::usage("a matrix is of one workload", text).hint("name one file").into());
    }
    let Some(mut one) = questions.pop() else { return Ok(Exit::Done) };
    Applied::read(&arguments.overrides, &base)?.apply(&mut one.workload);
    let regions = [one.workload.region.value.clone()];
    let prices = live::prices(&arguments.source, base, &regions, context)?;
    let book = prices.book();
    let name = one.workload.name.clone();
    let in_full =
        arguments.format == MatrixFormat::Html || outs.iter().any(|(_, format)| *format == MatrixFormat::Html);
    let options = RecommendOptions {
        seed: arguments.seed,
        replications: default_replications(one.measured.is_some()),
        today: Some(context.today()),
        measured: one.measured,
        sensitivity: in_full,
    };
    let declared = in_full.then(|| one.workload.clone());
    let answer = decision_matrix(one.workload, book, &options, Extent::Whole)
        .map_err(|error| CliError::because(format!("cannot draw the matrix of `{name}`"), &error))?;
    let mut document = MatrixDocument::new(&answer, arguments.seed, &context.now.to_string());
    document.prices_source = book.in_words();
    document.warnings.clone_from(&prices.warnings);
    if let Some(declared) = declared {
        let answer = recommend(declared, book, &options)
            .map_err(|error| CliError::because(format!("cannot rank `{name}`"), &error))?;
        document.answer = Some(Box::new(RecommendDocument::new(&answer, &context.now.to_string())));
    }
    for (path, format) in outs {
        out_files::write(context, path, text_of(&document, format, in_file)?.as_bytes())?;
    }
    let text = text_of(&document, arguments.format, |page| context.on_screen(page))?;
    context.report(&text)?;
    if let Some(failed) = prices.judge(context) {
        return Ok(failed);
    }
    if document.cells.iter().all(|cell| cell.offers.is_empty()) {
        let error = CliError::usage("", format!("no engine can serve `{name}` at any volume and cadence"))
            .hint("`shapecast recommend` lists the reason of every engine")
            .exit(Exit::NoCandidate);
        context.printer.error(&error);
        return Ok(Exit::NoCandidate);
    }
    Ok(Exit::Done)
}

fn text_of(
    document: &MatrixDocument,
    format: MatrixFormat,
    page: impl Fn(&Page) -> String,
) -> Result<String, CliError> {
    let unwritable = |error: &dyn std::error::Error| CliError::because("cannot write the matrix", error);
    match format {
        MatrixFormat::Table => Ok(page(&matrix::page(document))),
        MatrixFormat::Markdown => Ok(in_markdown(&matrix::page(document))),
        MatrixFormat::Json => json::to_text(document).map_err(|error| unwritable(&error)),
        MatrixFormat::Csv => {
            csv::write(&matrix::COLUMNS, matrix::rows(document).into_iter()).map_err(|error| unwritable(&error))
        }
        MatrixFormat::Svg => Ok(matrix::svg(document)),
        MatrixFormat::Html => Ok(html::matrix(document)),
    }
}

fn format_of(path: &Path) -> Result<MatrixFormat, CliError> {
    const KNOWN: [&str; 6] = ["json", "csv", "md", "txt", "svg", "html"];
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    Ok(match extension {
        "json" => MatrixFormat::Json,
        "csv" => MatrixFormat::Csv,
        "md" | "markdown" => MatrixFormat::Markdown,
        "txt" => MatrixFormat::Table,
        "svg" => MatrixFormat::Svg,
        "html" | "htm" => MatrixFormat::Html,
        other => {
            let near =
                vocabulary::nearest(other, KNOWN).map_or_else(String::new, |near| format!("did you mean `.{near}`? "));
            let what = format!("no format of a matrix has the extension `.{other}`");
            return Err(CliError::usage(format!("cannot write `{}`", path.display()), what)
                .hint(format!("{near}known extensions: .{}", KNOWN.join(", ."))));
        }
    })
}
