//! `shapecast recommend`: the main job.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::asked::{self, Asked};
use super::{out_files, spec};
use crate::cli::answers::{self, Answers, FileFormat};
use crate::cli::args::{Format, Overrides, Recommend};
use crate::cli::context::Context;
use crate::cli::live::{self, Prices};
use crate::cli::progress::Progress;
use crate::cli::vocabulary::Words;
use crate::cli::{CliError, Exit, Stop, calibration, own_prices, regions};
use crate::engines::{EngineId, Role};
use crate::finops::Quotas;
use crate::prices::PriceBook;
use crate::rank::{
    DEFAULT_REPLICATIONS, Extent, RecommendError, RecommendOptions, Recommendation, decision_matrix,
    default_replications,
};
use crate::report::document::Ineligible;
use crate::report::{RecommendDocument, View};
use crate::workload::{Sourced, Workload};

/// What ranks a workload: the library's [`crate::rank::recommend`], or a stand-in in tests.
pub type Recommender = fn(Workload, &PriceBook, &RecommendOptions) -> Result<Recommendation, RecommendError>;

/// Runs the command.
///
/// # Errors
/// An input is wrong or an output cannot be written.
pub fn run(arguments: &Recommend, context: &mut Context, recommender: Recommender) -> Result<Exit, Stop> {
    let outs = out_formats(&arguments.out)?;
    let base = live::base(&arguments.source)?;
    let (asked, quotas) = read_questions(arguments, &base)?;
    let regions: BTreeSet<String> = asked.iter().map(|one| one.workload.region.value.clone()).collect();
    let regions: Vec<String> = regions.into_iter().collect();
    let prices = live::prices(&arguments.source, base, &regions, context)?;
    let html = FileFormat::Text(Format::Html);
    let in_full = arguments.format == Format::Html || outs.iter().any(|(_, format)| *format == html);
    let documents = answer_all(arguments, asked, &prices, context, (recommender, in_full))?;
    let Some(mut answers) = Answers::new(documents) else {
        return Err(CliError::usage("", "no workloads were given").into());
    };
    answers.find_conflicts(&quotas, context.today());
    write_outputs(arguments, &outs, &answers, context)?;
    advise(arguments, &answers, context);
    let failed = prices.judge(context);
    Ok(failed.unwrap_or_else(|| judge(arguments, &answers, context)))
}

fn out_formats(paths: &[PathBuf]) -> Result<Vec<(PathBuf, FileFormat)>, CliError> {
    paths.iter().map(|path| answers::format_of(path).map(|format| (path.clone(), format))).collect()
}

fn read_questions(arguments: &Recommend, book: &PriceBook) -> Result<(Vec<Asked>, Quotas), Stop> {
    let (mut asked, quotas) = asked::read(&arguments.workloads, &arguments.beside, &Words::of(book))?;
    let overrides = Applied::read(&arguments.overrides, book)?;
    asked.iter_mut().for_each(|one| overrides.apply(&mut one.workload));
    Ok((asked, quotas))
}

/// The overrides, checked.
pub(super) struct Applied<'a> {
    overrides: &'a Overrides,
    own_prices: std::collections::BTreeMap<String, rust_decimal::Decimal>,
}

impl<'a> Applied<'a> {
    /// Reads and checks them.
    ///
    /// # Errors
    /// A region is not known, only baselines may be recommended, or a file of prices is wrong.
    pub(super) fn read(overrides: &'a Overrides, book: &PriceBook) -> Result<Self, CliError> {
        no_baselines_alone(&overrides.engine)?;
        if let Some(region) = &overrides.region {
            regions::check(book, region)?;
        }
        let own_prices = overrides.prices.as_deref().map(own_prices::read).transpose()?.unwrap_or_default();
        Ok(Self { overrides, own_prices })
    }

    /// Lays them over a workload.
    pub(super) fn apply(&self, workload: &mut Workload) {
        if let Some(region) = &self.overrides.region {
            workload.region = Sourced::declared(region.clone());
        }
        let names = |engines: &[EngineId]| engines.iter().map(ToString::to_string).collect::<Vec<_>>();
        if !self.overrides.engine.is_empty() {
            workload.constraints.engines_allowed = names(&self.overrides.engine);
        }
        workload.constraints.engines_denied.extend(names(&self.overrides.exclude_engine));
        workload.discounts.unit_prices.extend(self.own_prices.clone());
    }
}

/// A baseline is never recommended: a question for baselines alone has no answer.
fn no_baselines_alone(engines: &[EngineId]) -> Result<(), CliError> {
    if engines.is_empty() || engines.iter().any(|engine| engine.role() != Role::Baseline) {
        return Ok(());
    }
    let named: Vec<String> = engines.iter().map(|engine| format!("`{engine}`")).collect();
    let others: Vec<String> =
        EngineId::ALL.iter().filter(|engine| engine.role() == Role::Candidate).map(ToString::to_string).collect();
    let what = format!("{} can only be compared with, not recommended", named.join(" and "));
    Err(CliError::usage("cannot rank for `--engine`", what)
        .hint(format!("baselines always show; name what may be recommended: {}", others.join(", "))))
}

fn answer_all(
    arguments: &Recommend,
    asked: Vec<Asked>,
    prices: &Prices,
    context: &Context,
    (recommender, in_full): (Recommender, bool),
) -> Result<Vec<RecommendDocument>, Stop> {
    let options = RecommendOptions {
        seed: arguments.seed,
        replications: DEFAULT_REPLICATIONS,
        today: Some(context.today()),
        measured: None,
        sensitivity: true,
    };
    let created_at = context.now.to_string();
    let calibration = calibration::kept(arguments.calibration.as_deref(), context)?;
    let progress = Progress::new(&context.global, asked.len());
    let answer = |mut one: Asked| {
        progress.begin(&one.workload.name);
        let calibrated = calibration.as_ref().and_then(|kept| kept.apply(&mut one.workload, one.measured.is_some()));
        let name = one.workload.name.clone();
        let replications = arguments.replications.unwrap_or(default_replications(one.measured.is_some()));
        let options = RecommendOptions { measured: one.measured, replications, ..options.clone() };
        let rank = |workload: Workload, book: &PriceBook| {
            let answer = recommender(workload, book, &options)
                .map_err(|error| CliError::because(format!("cannot rank `{name}`"), &error))?;
            Ok::<_, CliError>(RecommendDocument::new(&answer, &created_at))
        };
        // What today's prices change is told against the answer at the prices below them.
        let before = prices.live.as_ref().map(|_| rank(one.workload.clone(), &prices.base)).transpose()?;
        let mut document = rank(one.workload.clone(), prices.book())?;
        if in_full {
            let matrix = decision_matrix(one.workload, prices.book(), &options, Extent::Near)
                .map_err(|error| CliError::because(format!("cannot draw the matrix of `{name}`"), &error))?;
            document = document.with_matrix(&matrix);
        }
        if let Some(before) = &before {
            document.warnings.extend(live::ranking_moved(&document, before));
            document.warnings.extend(live::not_live(&document));
            document.warnings.extend(prices.warnings.iter().cloned());
        }
        document.workload.replay_error = one.replay_error;
        document.warnings.extend(one.warnings);
        if let Some((said, used)) = calibrated {
            document.warnings.push(said);
            document.calibration = used;
        }
        progress.done();
        Ok(document)
    };
    // In the order asked, whichever is done first.
    let documents = asked.into_par_iter().map(answer).collect::<Result<Vec<_>, CliError>>();
    progress.finish();
    Ok(documents?)
}

/// Files first: a reader that closes the pipe early must not cost them.
fn write_outputs(
    arguments: &Recommend,
    outs: &[(PathBuf, FileFormat)],
    answers: &Answers,
    context: &mut Context,
) -> Result<(), Stop> {
    let view = View { top: arguments.top.map(usize::from), all: arguments.all };
    keep(answers, context)?;
    for (path, format) in outs {
        out_files::write(context, path, &answers.bytes(*format, view)?)?;
    }
    if let Some(folder) = &arguments.spec_dir {
        write_specs(answers, folder, context)?;
    }
    let text = answers.text(arguments.format, view, |page| context.on_screen(page))?;
    context.report(&text)
}

/// The record of the last run is a convenience, so failing to keep it is a warning.
fn keep(answers: &Answers, context: &mut Context) -> Result<(), CliError> {
    let Some(last) = context.last_run.clone() else {
        context.printer.detail("the run is not kept: no home folder is known");
        return Ok(());
    };
    match last.keep(&answers.json()?) {
        Ok(()) => context.printer.detail(&format!("kept the run in {}", last.path().display())),
        Err(error) => context
            .printer
            .warning(&format!("the run is not kept for `explain` and `spec`: {}: {error}", last.path().display())),
    }
    Ok(())
}

/// The winners' specs; a portfolio has a folder for each workload.
fn write_specs(answers: &Answers, folder: &Path, context: &mut Context) -> Result<(), CliError> {
    for document in answers.documents() {
        let Some(best) = document.best() else { continue };
        let folder = match answers {
            Answers::One(_) => folder.to_owned(),
            Answers::Many(_) => folder.join(safe_name(&document.workload.name)),
        };
        match spec::bundles(document, best) {
            Ok(bundles) => {
                for (format, bundle) in bundles {
                    let own = folder.join(format.as_str());
                    let folder = if format == crate::spec::Format::AwsJson { &folder } else { &own };
                    spec::write_bundle(&bundle, folder, context)?;
                }
            }
            Err(none) => context.printer.warning(&format!("{}: {none}", document.workload.name)),
        }
    }
    Ok(())
}

/// A workload's name as a folder's name: it may not lead anywhere else.
fn safe_name(name: &str) -> String {
    let safe = |c: char| if c.is_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '-' };
    let name: String = name.chars().map(safe).collect();
    let name = name.trim_start_matches('.');
    if name.is_empty() { "workload".to_owned() } else { name.to_owned() }
}

/// Up to three next steps, each only when it is true of this answer.
fn advise(arguments: &Recommend, answers: &Answers, context: &mut Context) {
    if arguments.format != Format::Table {
        return;
    }
    let documents = answers.documents();
    let choose = if documents.len() > 1 { " --workload NAME" } else { "" };
    let mut best = documents.iter().filter_map(|document| document.best()).peekable();
    if best.peek().is_some() {
        let explain = format!("see the arithmetic with `shapecast explain 1{choose}`");
        let has_spec = best.any(|entry| crate::spec::no_spec(entry.engine).is_none());
        let spec = format!(", get the documents with `shapecast spec 1{choose} --dir specs`");
        context.printer.advice(&(explain + if has_spec { &spec } else { "" }));
    }
    if let Some(missing) = documents.iter().find_map(|document| document.prices.missing.first()) {
        context.printer.advice(&format!(
            "know a missing price? write `{}: 0.123` into a file and add --prices FILE",
            missing.meter
        ));
    }
    let defaults = documents.iter().map(|document| document.defaults.len()).max().unwrap_or(0);
    if defaults > 10 {
        context
            .printer
            .advice("many figures are defaults: `shapecast profile init` shows all that a workload file can say");
    }
}

/// The exit code, after everything is written.
fn judge(arguments: &Recommend, answers: &Answers, context: &mut Context) -> Exit {
    let documents = answers.documents();
    let unserved: Vec<&RecommendDocument> = documents.iter().filter(|document| document.best().is_none()).collect();
    for document in &unserved {
        context.printer.error(&nothing_eligible(document));
    }
    if !unserved.is_empty() {
        return Exit::NoCandidate;
    }
    let missing: Vec<&str> =
        documents.iter().flat_map(|document| &document.prices.missing).map(|missing| missing.meter.as_str()).collect();
    if arguments.strict && !missing.is_empty() {
        context.printer.error(&super::missing_under_strict(&missing));
        return Exit::DataMissing;
    }
    Exit::Done
}

fn nothing_eligible(document: &RecommendDocument) -> CliError {
    let hint = nearest_way_out(document).map_or_else(
        || "the report lists the reason of every engine".to_owned(),
        |mut obstacles| {
            // Two purchase options that miss the same deadline are one thing to relax.
            obstacles.dedup_by(|next, first| next.relax == first.relax);
            let paths: Vec<&str> = obstacles.iter().filter_map(|out| out.relax.as_deref()).collect();
            let texts: Vec<&str> = obstacles.iter().map(|out| out.text.as_str()).collect();
            format!("relax {}: {}", paths.join(" and "), texts.join("; "))
        },
    );
    CliError::usage("", format!("no engine can serve `{}`", document.workload.name)).hint(hint).exit(Exit::NoCandidate)
}

/// The obstacles of the engine that has the fewest, among those whose obstacles can all be relaxed.
fn nearest_way_out(document: &RecommendDocument) -> Option<Vec<&Ineligible>> {
    let of = |engine| document.ineligible.iter().filter(move |out| out.engine == engine).collect::<Vec<_>>();
    EngineId::ALL
        .into_iter()
        .filter(|engine| engine.role() == Role::Candidate)
        .map(of)
        .filter(|obstacles| !obstacles.is_empty() && obstacles.iter().all(|out| out.relax.is_some()))
        .min_by_key(Vec::len)
}
