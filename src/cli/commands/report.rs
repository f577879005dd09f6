//! `shapecast report`: the weekly report.

mod account;

use std::path::{Path, PathBuf};

use jiff::ToSpan;
use rayon::prelude::*;

use super::{asked, out_files};
use crate::cli::args::{BesideLog, Report, ReportFormat};
use crate::cli::context::{Context, in_file, in_markdown};
use crate::cli::progress::Progress;
use crate::cli::vocabulary::Words;
use crate::cli::{CliError, Exit, Stop, costs, own_prices};
use crate::finops::cost::Ledger;
use crate::finops::weekly::{IsoWeek, WeeklyQuestion, weekly};
use crate::prices::PriceBook;
use crate::rank::{Extent, RecommendOptions, decision_matrix, recommend};
use crate::report::document::{ClusterWeek, CodedText, RecommendDocument, WeeklyDocument};
use crate::report::{html, json, weekly as pages};

/// Runs the command.
///
/// # Errors
/// An export or workload is wrong, or an output cannot be written.
pub fn run(arguments: &Report, context: &mut Context) -> Result<Exit, Stop> {
    let outs = arguments.out.iter().map(|path| Ok((path, format_of(path)?))).collect::<Result<Vec<_>, CliError>>()?;
    let week = match arguments.week {
        Some(week) => week,
        None => IsoWeek::of(context.today()).before(),
    };
    let costs = read_costs(arguments, week, context)?;
    check_week(&costs.ledger, week)?;
    let question = Portfolio {
        paths: &arguments.portfolio,
        prices: arguments.prices.as_deref(),
        seed: arguments.draws.seed,
        replications: arguments.draws.replications,
        in_full: arguments.format == ReportFormat::Html || outs.iter().any(|(_, format)| *format == ReportFormat::Html),
    };
    let in_full = question.in_full;
    let portfolio = portfolio(&question, context)?;
    let created_at = context.now.to_string();
    let sources = costs.sources.clone();
    let question = WeeklyQuestion { week, ledger: &costs.ledger, sources, portfolio: &portfolio, created_at };
    let mut document = weekly(&question);
    document.clusters = costs.clusters;
    document.warnings.extend(costs.warnings);
    if in_full {
        document.answers = portfolio;
    }
    for (path, format) in outs {
        let text = text(&document, format, in_file)?;
        out_files::write(context, path, text.as_bytes())?;
    }
    let report = text(&document, arguments.format, |page| context.on_screen(page))?;
    context.report(&report)?;
    Ok(Exit::Done)
}

/// What was paid, from exports or from the account.
struct Costs {
    ledger: Ledger,
    sources: Vec<String>,
    clusters: Vec<ClusterWeek>,
    warnings: Vec<CodedText>,
}

fn read_costs(arguments: &Report, week: IsoWeek, context: &mut Context) -> Result<Costs, Stop> {
    if arguments.live {
        return account::costs(arguments, week, context);
    }
    let (ledger, sources) = costs::read_all(&arguments.costs, &arguments.tag)?;
    Ok(Costs { ledger, sources, clusters: Vec::new(), warnings: Vec::new() })
}

fn check_week(ledger: &Ledger, week: IsoWeek) -> Result<(), CliError> {
    let Some((first, last)) = ledger.days() else {
        return Err(CliError::usage("cannot report", "the exports have no rows"));
    };
    if last < week.from || first >= week.until() {
        let last_week = IsoWeek::of(last.checked_sub(6.days()).unwrap_or(last));
        return Err(CliError::usage(
            format!("cannot report on {week}"),
            format!("the exports hold {first} to {last}, nothing of {} to {}", week.from, week.until()),
        )
        .hint(format!("ask for another week, for example --week {last_week}, or give the exports of that time")));
    }
    Ok(())
}

/// Workloads to project.
#[derive(Clone, Copy, Debug)]
pub(super) struct Portfolio<'a> {
    /// Files, folders, manifests.
    pub paths: &'a [PathBuf],
    /// Own unit prices.
    pub prices: Option<&'a Path>,
    /// Of the simulation.
    pub seed: u64,
    /// Of each front-runner.
    pub replications: u32,
    /// Also what moves each decision and who wins near it: what only a page shows.
    pub in_full: bool,
}

/// Answers for all workloads of a portfolio; none without one.
///
/// # Errors
/// A workload or a file of prices is wrong.
pub(super) fn portfolio(question: &Portfolio<'_>, context: &Context) -> Result<Vec<RecommendDocument>, Stop> {
    if question.paths.is_empty() {
        return Ok(Vec::new());
    }
    let book = PriceBook::embedded().map_err(|error| CliError::because("cannot open the price book", &error))?;
    let own = question.prices.map(own_prices::read).transpose()?.unwrap_or_default();
    let (asked, _) = asked::read(question.paths, &BesideLog::default(), &Words::of(&book))?;
    let options = RecommendOptions {
        seed: question.seed,
        replications: question.replications,
        today: Some(context.today()),
        measured: None,
        sensitivity: question.in_full,
    };
    let created_at = context.now.to_string();
    let progress = Progress::new(&context.global, asked.len());
    let answer = |mut one: asked::Asked| {
        progress.begin(&one.workload.name);
        one.workload.discounts.unit_prices.extend(own.clone());
        let name = one.workload.name.clone();
        let options = RecommendOptions { measured: one.measured, ..options.clone() };
        let failed = |error| CliError::because(format!("cannot rank `{name}`"), &error);
        let answer = recommend(one.workload.clone(), &book, &options).map_err(failed)?;
        let mut document = RecommendDocument::new(&answer, &created_at);
        if question.in_full {
            document =
                document.with_matrix(&decision_matrix(one.workload, &book, &options, Extent::Near).map_err(failed)?);
        }
        progress.done();
        Ok(document)
    };
    let documents = asked.into_par_iter().map(answer).collect::<Result<Vec<_>, CliError>>();
    progress.finish();
    Ok(documents?)
}

fn text(
    document: &WeeklyDocument,
    format: ReportFormat,
    page: impl Fn(&crate::report::Page) -> String,
) -> Result<String, CliError> {
    let unwritable = |error: &dyn std::error::Error| CliError::because("cannot write the report", error);
    Ok(match format {
        ReportFormat::Table => page(&pages::page(document)),
        ReportFormat::Markdown => in_markdown(&pages::page(document)),
        ReportFormat::Json => json::to_text(document).map_err(|error| unwritable(&error))?,
        ReportFormat::Csv => pages::csv(document).map_err(|error| unwritable(&error))?,
        ReportFormat::Html => html::weekly(document),
    })
}

fn format_of(path: &Path) -> Result<ReportFormat, CliError> {
    match path.extension().and_then(|extension| extension.to_str()).unwrap_or_default() {
        "json" => Ok(ReportFormat::Json),
        "csv" => Ok(ReportFormat::Csv),
        "md" | "markdown" => Ok(ReportFormat::Markdown),
        "txt" => Ok(ReportFormat::Table),
        "html" | "htm" => Ok(ReportFormat::Html),
        _ => Err(CliError::usage(format!("cannot write `{}`", path.display()), "the extension says no format")
            .hint("known extensions: .json .csv .md .txt .html")),
    }
}
