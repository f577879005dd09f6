//! `shapecast backtest` over tables of runs: predictions, errors, choices, advice, calibration.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::out_files;
use crate::cli::args::{Backtest, Format, LeaveOutName};
use crate::cli::context::{Context, in_file, in_markdown};
use crate::cli::{CliError, Exit, Stop, calibration, regions};
use crate::learn::{
    self, ChoiceQuestion, Configuration, Judged, LeaveOut, Model, Outcome, Prediction, Run, configurations,
};
use crate::prices::{OnDemandInstance, PriceBook, Priced, price};
use crate::profile::runs::{self, RunsRead};
use crate::report::document::{AdviceOut, BadRowOut, ChoiceOut, CodedText, JobModel, PredictedRun, RegretOut, RunsOut};
use crate::report::{BacktestDocument, backtest, html, json};
use crate::units::Usd;

/// Predicts one table from another.
///
/// # Errors
/// A table cannot be read, or an output cannot be written.
pub fn from_history(history: &Path, actual: &Path, arguments: &Backtest, context: &mut Context) -> Result<Exit, Stop> {
    let known = read(history)?;
    let asked = read(actual)?;
    let model = Model::learn(&known.runs);
    let predictions = model.predict(&asked.runs);
    let mut document = BacktestDocument::new("history", runs_out(history, &known), Some(runs_out(actual, &asked)));
    warn(&mut document, &model, &[(history, &known), (actual, &asked)]);
    document.predictions = asked
        .runs
        .iter()
        .zip(&predictions)
        .map(|(run, prediction)| PredictedRun::new(run, Some(prediction), true))
        .collect();
    let by_row: BTreeMap<usize, &Prediction> = asked.runs.iter().map(|run| run.row).zip(&predictions).collect();
    let judged: Vec<_> = configurations(&asked.runs)
        .into_iter()
        .filter_map(|one| by_row.get(&one.like.row).map(|prediction| (one, (*prediction).clone())))
        .collect();
    document.judge(&outcomes(&judged), false);
    document.models = model.reports().iter().map(JobModel::new).collect();
    if arguments.choose {
        let rates = rates(known.runs.iter().chain(&asked.runs), &arguments.region, &mut document)?;
        let choices = learn::choose(&model, &asked.runs, &question(arguments, rates));
        add_choices(&mut document, &choices);
    }
    let open: Vec<Run> = configurations(&asked.runs).into_iter().map(|one| one.like).collect();
    document.advice = learn::advise(&model, &open).as_ref().map(AdviceOut::new);
    finish(&Output::of(arguments), &document, context)
}

/// Predicts parts of one table from the rest.
///
/// # Errors
/// The table cannot be read, or an output cannot be written.
pub fn held_out(path: &Path, arguments: &Backtest, context: &mut Context) -> Result<Exit, Stop> {
    let read = read(path)?;
    let timed = read.runs.iter().all(|run| !run.at.is_empty()) && read.runs.len() >= 10;
    let kind = arguments.leave_out.unwrap_or(if timed { LeaveOutName::Time } else { LeaveOutName::Count });
    if kind == LeaveOutName::Time && !timed {
        return Err(CliError::usage(
            format!("cannot hold out later runs of `{}`", path.display()),
            "not every run has a time, or there are fewer than ten",
        )
        .hint("give a column `started_at`, or --leave-out count")
        .into());
    }
    let (name, leave_out) = match kind {
        LeaveOutName::Count => ("count", Some(LeaveOut::Count)),
        LeaveOutName::Type => ("type", Some(LeaveOut::Type)),
        LeaveOutName::Size => ("size", Some(LeaveOut::Size)),
        LeaveOutName::Job => ("job", Some(LeaveOut::Job)),
        LeaveOutName::Time => ("time", None),
    };
    let model = Model::learn(&read.runs);
    let mut document = BacktestDocument::new(name, runs_out(path, &read), None);
    warn(&mut document, &model, &[(path, &read)]);
    let mut judged = match leave_out {
        Some(kind) => learn::held_out(&model, kind),
        None => by_time(&read.runs),
    };
    judged.sort_by_key(|(one, _)| one.like.row);
    let of_row: BTreeMap<usize, &Prediction> =
        judged.iter().flat_map(|(one, prediction)| one.rows.iter().map(move |row| (*row, prediction))).collect();
    document.predictions = read
        .runs
        .iter()
        .filter(|run| run.completed)
        .map(|run| PredictedRun::new(run, of_row.get(&run.row).copied(), true))
        .collect();
    document.judge(&outcomes(&judged), kind == LeaveOutName::Time);
    document.models = model.reports().iter().map(JobModel::new).collect();
    if arguments.choose {
        let rates = rates(read.runs.iter(), &arguments.region, &mut document)?;
        let choices = choices_without_own_job(&read.runs, &question(arguments, rates));
        add_choices(&mut document, &choices);
    }
    finish(&Output::of(arguments), &document, context)
}

/// Reads a table of runs.
///
/// # Errors
/// It cannot be read.
pub(super) fn read(path: &Path) -> Result<RunsRead, CliError> {
    runs::read(path).map_err(|error| {
        CliError::because(format!("cannot read the runs in `{}`", path.display()), &error).hint(error.hint())
    })
}

/// A table of runs in a document.
pub(super) fn runs_out(path: &Path, read: &RunsRead) -> RunsOut {
    RunsOut {
        path: path.display().to_string(),
        runs: read.runs.len(),
        failed: read.runs.iter().filter(|run| !run.completed).count(),
        bad_rows: read
            .bad
            .iter()
            .map(|bad| BadRowOut { line: bad.line, column: bad.column.clone(), why: bad.why.clone() })
            .collect(),
        ignored_columns: read.ignored.clone(),
    }
}

/// How many bad rows a warning names; the JSON has all.
const NAMED: usize = 3;

/// What to know of tables and of what was learnt from them.
pub(super) fn warn(document: &mut BacktestDocument, model: &Model, files: &[(&Path, &RunsRead)]) {
    let mut add = |code: &str, text: String| document.warnings.push(CodedText { code: code.to_owned(), text });
    for (path, read) in files {
        let path = path.display();
        if !read.bad.is_empty() {
            let named: Vec<String> = read.bad.iter().take(NAMED).map(ToString::to_string).collect();
            let more = read.bad.len().saturating_sub(NAMED);
            let more = if more > 0 { format!(", and {more} more") } else { String::new() };
            add("bad-rows", format!("{path}: {} rows left out: {}{more}", read.bad.len(), named.join("; ")));
        }
        if !read.ignored.is_empty() {
            add("ignored-columns", format!("{path}: columns that say nothing here: {}", read.ignored.join(", ")));
        }
        if !read.unknown_machines.is_empty() {
            let names = read.unknown_machines.join(", ");
            add(
                "unknown-machines",
                format!("{path}: machines of unknown size, taken as the middle of the others: {names}"),
            );
        }
        let failed = read.runs.iter().filter(|run| !run.completed).count();
        if failed > 0 {
            let text = format!(
                "{path}: {failed} of {} runs failed: they count for the probability of failure, not for the time",
                read.runs.len()
            );
            add("failed-runs", text);
        }
    }
    if model.left_out() > 0 {
        let text = format!(
            "{} configurations of very large jobs were not learnt from: every so manieth curve is enough",
            model.left_out()
        );
        add("thinned", text);
    }
}

/// Each run from the runs before it, in stretches of equal numbers of runs; the first third is learnt from only.
fn by_time(runs: &[Run]) -> Vec<(Configuration, Prediction)> {
    const STRETCHES: usize = 8;
    let mut ordered: Vec<Run> = runs.to_vec();
    ordered.sort_by(|a, b| a.at.cmp(&b.at).then(a.row.cmp(&b.row)));
    let first = ordered.len() / 3;
    let length = (ordered.len() - first).div_ceil(STRETCHES).max(1);
    let mut judged = Vec::new();
    let mut start = first;
    while start < ordered.len() {
        let end = (start + length).min(ordered.len());
        let model = Model::learn(&ordered[..start]);
        let asked: Vec<Run> = ordered[start..end].iter().filter(|run| run.completed).cloned().collect();
        let predictions = model.predict(&asked);
        judged.extend(asked.into_iter().zip(predictions).map(|(run, prediction)| {
            (
                Configuration { median_s: run.duration_s, repeats: 1, scatter: 0.0, rows: vec![run.row], like: run },
                prediction,
            )
        }));
        start = end;
    }
    judged
}

/// For each job, its own runs are unknown: the model is learnt from the others of its pool.
fn choices_without_own_job(runs: &[Run], question: &ChoiceQuestion) -> Vec<learn::Choice> {
    let jobs: BTreeSet<String> = runs.iter().map(Run::job_id).collect();
    let mut choices = Vec::new();
    for job in jobs {
        let (own, others): (Vec<Run>, Vec<Run>) = runs.iter().cloned().partition(|run| run.job_id() == job);
        let pool = own[0].pool_id();
        let others: Vec<Run> = others.into_iter().filter(|run| run.pool_id() == pool).collect();
        choices.extend(learn::choose(&Model::learn(&others), &own, question));
    }
    choices
}

fn question(arguments: &Backtest, usd_per_hour: BTreeMap<String, f64>) -> ChoiceQuestion {
    ChoiceQuestion {
        usd_per_hour,
        deadline_s: arguments.deadline.map(|span| span.as_seconds()),
        observe: arguments.observe,
    }
}

/// Dollars an hour of each machine: what its runs cost where the tables say so, else the On-Demand price.
///
/// # Errors
/// Nothing is known of the region's prices.
pub(super) fn rates<'a>(
    runs: impl Iterator<Item = &'a Run>,
    region: &str,
    document: &mut BacktestDocument,
) -> Result<BTreeMap<String, f64>, CliError> {
    let book = PriceBook::embedded().map_err(|error| CliError::because("cannot open the price book", &error))?;
    let prices = regions::open(&book, region)?;
    let mut billed: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for run in runs {
        let of_machine = billed.entry(run.machine.name.clone()).or_default();
        of_machine.extend(run.cost_usd.map(|cost| cost * 3600.0 / (run.nodes * run.duration_s)));
    }
    let mut rates = BTreeMap::new();
    let (mut listed, mut missing) = (false, Vec::new());
    for (machine, mut billed) in billed {
        if !billed.is_empty() {
            billed.sort_by(f64::total_cmp);
            rates.insert(machine, billed[billed.len() / 2]);
            continue;
        }
        match price(&prices, &OnDemandInstance(&machine)) {
            Priced::Known { unit_price, .. } => {
                listed = true;
                rates.insert(machine, Usd::new(unit_price.dollars()).approximate());
            }
            Priced::Missing(_) => missing.push(machine),
        }
    }
    if listed {
        let text = format!("costs are EC2 On-Demand prices of {region} times machine-seconds, without storage or fees");
        document.warnings.push(CodedText { code: "on-demand-costs".to_owned(), text });
    }
    if !missing.is_empty() {
        let text =
            format!("no price is known in {region} for {}: they have no cost and cannot be chosen", missing.join(", "));
        document.warnings.push(CodedText { code: "no-price".to_owned(), text });
    }
    Ok(rates)
}

fn add_choices(document: &mut BacktestDocument, choices: &[learn::Choice]) {
    document.choices = choices.iter().map(ChoiceOut::new).collect();
    document.regret = learn::summarise(choices).as_ref().map(RegretOut::new);
}

/// Each configuration beside its prediction, with the groups that it counts in.
fn outcomes(pairs: &[(Configuration, Prediction)]) -> Vec<Outcome> {
    let mut families: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (one, _) in pairs {
        families.entry(&one.like.pool).or_default().insert(one.like.pool_id());
    }
    let pool_name = |run: &Run| {
        let several = families.get(run.pool.as_str()).is_some_and(|families| families.len() > 1);
        let family: String = run.framework.chars().take_while(|c| c.is_alphabetic()).collect();
        if several { format!("{}-{family}", run.pool) } else { run.pool.clone() }
    };
    let outcome = |(one, prediction): &(Configuration, Prediction)| {
        let run = &one.like;
        let mut groups = vec![(0, "all".to_owned())];
        if !run.engine.is_empty() {
            groups.push((2, format!("engine {}", run.engine)));
        }
        let pool = pool_name(run);
        if pool.is_empty() {
            groups.push((3, run.job.clone()));
        } else {
            groups.push((3, format!("{pool} / {}", run.job)));
            groups.push((1, pool));
        }
        let tenth = |tenth: usize| prediction.distribution.quantile((tenth + 1) as f64 / 10.0);
        Outcome {
            groups,
            at: run.at.clone(),
            row: run.row,
            judged: Judged {
                p10: prediction.p10_s,
                p50: prediction.p50_s,
                p90: prediction.p90_s,
                actual: one.median_s,
            },
            below: std::array::from_fn(|index| one.median_s.ln() < tenth(index)),
        }
    };
    pairs.iter().map(outcome).collect()
}

/// Where a report goes.
pub(super) struct Output<'a> {
    /// Format on stdout.
    pub format: Format,
    /// Files.
    pub out: &'a [PathBuf],
    /// Where the calibration is kept, if it is.
    pub keep: Option<&'a Option<PathBuf>>,
}

impl<'a> Output<'a> {
    /// As `backtest` is asked for it.
    pub(super) fn of(arguments: &'a Backtest) -> Self {
        Self { format: arguments.format, out: &arguments.out, keep: arguments.write.as_ref() }
    }
}

/// Writes the report and its files.
///
/// # Errors
/// An output cannot be written.
pub(super) fn finish(arguments: &Output<'_>, document: &BacktestDocument, context: &mut Context) -> Result<Exit, Stop> {
    let unwritable = |error: &dyn std::error::Error| CliError::because("cannot write the report", error);
    let json_text = || json::to_text(document).map_err(|error| unwritable(&error));
    let csv_text = || backtest::csv(document).map_err(|error| unwritable(&error));
    // One shape of a table has no calibration to draw.
    let drawn = !document.is_asked();
    for path in arguments.out {
        let text = match path.extension().and_then(|extension| extension.to_str()).unwrap_or_default() {
            "json" => json_text()?,
            "csv" => csv_text()?,
            "md" | "markdown" => in_markdown(&backtest::page(document)),
            "txt" => in_file(&backtest::page(document)),
            "svg" if drawn => backtest::svg(document),
            "html" | "htm" => html::backtest(document),
            _ => {
                let doing = format!("cannot write `{}`", path.display());
                return Err(CliError::usage(doing, "the extension says no format")
                    .hint(if drawn {
                        "known extensions: .json .csv .md .txt .svg .html"
                    } else {
                        "known extensions: .json .csv .md .txt .html"
                    })
                    .into());
            }
        };
        out_files::write(context, path, text.as_bytes())?;
    }
    if let Some(path) = arguments.keep {
        calibration::keep(path.as_deref(), document, context)?;
    }
    for warning in &document.warnings {
        context.printer.warning(&warning.text);
    }
    let text = match arguments.format {
        Format::Json => json_text()?,
        Format::Csv => csv_text()?,
        Format::Markdown => in_markdown(&backtest::page(document)),
        Format::Table => context.on_screen(&backtest::page(document)),
        Format::Html => html::backtest(document),
    };
    context.report(&text)?;
    Ok(Exit::Done)
}
