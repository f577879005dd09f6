//! `shapecast bill`: prices a usage that is already known.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use rust_decimal::Decimal;

use super::out_files;
use crate::bill::{Bill as PricedBill, OwnPrices, bill_usage};
use crate::cli::answers::{self, FileFormat};
use crate::cli::args::{Bill, Format};
use crate::cli::context::{Context, in_file, in_markdown};
use crate::cli::{CliError, Exit, Stop, live, own_prices, regions};
use crate::engines::usage::{UsageFile, read_usage};
use crate::prices::{Freshness, PriceBook, Rates};
use crate::rank::{LayerUsed, PricesUsed};
use crate::report::{BillDocument, Page, bill, json};
use crate::workload::DEFAULT_REGION;

/// Runs the command.
///
/// # Errors
/// The usage file is wrong, or an output cannot be written.
pub fn run(arguments: &Bill, context: &mut Context) -> Result<Exit, Stop> {
    let outs: Vec<(&Path, FileFormat)> = arguments
        .out
        .iter()
        .map(|path| answers::format_of(path).map(|format| (path.as_path(), format)))
        .collect::<Result<_, _>>()?;
    let file = read_file(&arguments.usage)?;
    let base = live::base(&arguments.source)?;
    let region = region(arguments, &file, context);
    let live = live::prices(&arguments.source, base, std::slice::from_ref(&region), context)?;
    let book = live.book();
    let rates = regions::open(book, &region)?;
    let own = arguments.prices.as_deref().map(own_prices::read).transpose()?.unwrap_or_default();
    let priced = price(&file, &own, arguments.prices.as_deref(), &rates);
    let prices = prices_used(book, &region, &priced, context);
    let document = BillDocument::new(&priced, file.engine, file.runs, &prices);
    for (path, format) in outs {
        out_files::write(context, path, text_of(&document, format)?.as_bytes())?;
    }
    let text = text(&document, arguments.format, |page| context.on_screen(page))?;
    for warning in &live.warnings {
        context.printer.warning(&warning.text);
    }
    context.report(&text)?;
    let failed = live.judge(context);
    Ok(failed.unwrap_or_else(|| judge(arguments, &document, context)))
}

fn read_file(path: &Path) -> Result<UsageFile, CliError> {
    let text = fs::read_to_string(path)
        .map_err(|error| CliError::because(format!("cannot read `{}`", path.display()), &error))?;
    read_usage(&text, &path.display().to_string())
        .map_err(|error| CliError::usage("", error.to_string()).hint(error.hint.clone()))
}

fn region(arguments: &Bill, file: &UsageFile, context: &mut Context) -> String {
    let said = arguments.region.clone().or_else(|| file.region.clone());
    said.unwrap_or_else(|| {
        context.printer.note(&format!("the usage file names no region: priced in {DEFAULT_REGION}"));
        DEFAULT_REGION.to_owned()
    })
}

/// The file's own prices win over `--prices`, and these over the book.
fn price(file: &UsageFile, own: &BTreeMap<String, Decimal>, source: Option<&Path>, rates: &dyn Rates) -> PricedBill {
    let source = source.map(|path| path.display().to_string()).unwrap_or_default();
    bill_usage(file, &OwnPrices::new(own, &source, rates))
}

fn prices_used(book: &PriceBook, region: &str, priced: &PricedBill, context: &Context) -> PricesUsed {
    let used = priced.lines.iter().filter_map(|line| line.price.as_ref().ok());
    let freshness = Freshness::new(book, context.today(), used);
    PricesUsed {
        source: book.in_words(),
        as_of: freshness.snapshot,
        age_days: Some(freshness.age_days),
        oldest_price: freshness.oldest,
        newest_price: freshness.newest,
        layers: LayerUsed::all(
            book,
            Some(context.today()),
            priced.lines.iter().filter_map(|line| Some((&line.charge.meter, line.price.as_ref().ok()?))),
        ),
        snapshot_sha256: book.manifest().sha256.clone(),
        region: region.to_owned(),
        missing: priced.missing().into_iter().cloned().collect(),
        conditions: Vec::new(),
    }
}

fn text(document: &BillDocument, format: Format, page: impl Fn(&Page) -> String) -> Result<String, CliError> {
    let unwritable = |error: &dyn std::error::Error| CliError::because("cannot write the report", error);
    match format {
        Format::Table => Ok(page(&bill::page(document))),
        Format::Markdown => Ok(in_markdown(&bill::page(document))),
        Format::Html => Ok(crate::report::html::of_page("Bill", &bill::page(document))),
        Format::Csv => bill::to_csv(&document.bill).map_err(|error| unwritable(&error)),
        Format::Json => json::to_text(document).map_err(|error| unwritable(&error)),
    }
}

fn text_of(document: &BillDocument, format: FileFormat) -> Result<String, CliError> {
    match format {
        FileFormat::Text(format) => text(document, format, in_file),
        #[cfg(feature = "tables")]
        FileFormat::Parquet => Err(CliError::usage("", "a bill is not written as Parquet").hint("take .csv or .json")),
    }
}

/// The exit code, after everything is written.
fn judge(arguments: &Bill, document: &BillDocument, context: &mut Context) -> Exit {
    let missing: Vec<&str> = document.prices.missing.iter().map(|missing| missing.meter.as_str()).collect();
    if missing.is_empty() || !arguments.strict {
        return Exit::Done;
    }
    context.printer.error(&super::missing_under_strict(&missing));
    Exit::DataMissing
}
