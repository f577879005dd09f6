//! `shapecast backtest` over cost exports: what runs were billed, beside what the portfolio's answers predict for them.

use std::collections::BTreeSet;

use super::{report, run_history};
use crate::cli::args::Backtest;
use crate::cli::context::Context;
use crate::cli::{CliError, Exit, Stop, costs};
use crate::engines::EngineId;
use crate::finops::{BilledWeek, billed_weeks};
use crate::learn::{Judged, Outcome};
use crate::rank::{DEFAULT_REPLICATIONS, DEFAULT_SEED};
use crate::report::document::{CodedText, PredictedDollars, PredictedRun, RunsOut};
use crate::report::{BacktestDocument, six};

/// Sets the bill of every week beside the prediction.
///
/// # Errors
/// An export or workload is wrong, or an output cannot be written.
pub fn run(arguments: &Backtest, context: &mut Context) -> Result<Exit, Stop> {
    let (ledger, names) = costs::read_all(&arguments.runs, &arguments.tag)?;
    let question = report::Portfolio {
        paths: &arguments.portfolio,
        prices: None,
        seed: DEFAULT_SEED,
        replications: DEFAULT_REPLICATIONS,
        in_full: false,
    };
    let portfolio = report::portfolio(&question, context)?;
    let weeks = billed_weeks(&ledger, &portfolio);
    if weeks.is_empty() {
        return Err(CliError::usage(
            "cannot backtest",
            "no whole week of these costs has a pipeline whose runs can be told apart",
        )
        .hint("export resource ids or the tag aws:elasticmapreduce:job-flow-id with usage by run, and at least one whole week")
        .into());
    }
    let history = RunsOut {
        path: names.join(", "),
        runs: usize::try_from(weeks.iter().map(|week| week.runs).sum::<u64>()).unwrap_or(usize::MAX),
        failed: 0,
        bad_rows: Vec::new(),
        ignored_columns: Vec::new(),
    };
    let mut document = BacktestDocument::new("billed", history, None);
    document.predictions = weeks.iter().zip(1..).map(|(week, row)| predicted_run(week, row)).collect();
    let outcomes: Vec<Outcome> = weeks.iter().zip(1..).filter_map(|(week, row)| outcome(week, row)).collect();
    document.judge(&outcomes, true);
    warn(&mut document, &weeks);
    run_history::finish(&run_history::Output::of(arguments), &document, context)
}

fn engine(week: &BilledWeek) -> String {
    let engine = week.predicted.map(|it| it.engine).or(week.engine);
    engine.map_or_else(String::new, |engine: EngineId| engine.to_string())
}

fn predicted_run(week: &BilledWeek, row: usize) -> PredictedRun {
    let dollars = week.predicted.map(|it| it.quantiles());
    PredictedRun {
        row,
        job: week.pipeline.clone(),
        engine: engine(week),
        instance_type: String::new(),
        nodes: 0.0,
        predicted_s: None,
        actual_s: None,
        completed: Some(true),
        model: if dollars.is_some() { "simulation" } else { "none" }.to_owned(),
        failure_probability: None,
        at: week.week.clone(),
        predicted_usd: dollars.map(|(p10, p50, p90)| PredictedDollars { p10: six(p10), p50: six(p50), p90: six(p90) }),
        actual_usd: Some(six(week.cost_per_run_usd)),
        input_bytes: None,
        runs: Some(week.runs),
    }
}

fn outcome(week: &BilledWeek, row: usize) -> Option<Outcome> {
    let predicted = week.predicted?;
    let (p10, p50, p90) = predicted.quantiles();
    let groups = vec![(0, "all".to_owned()), (1, format!("engine {}", predicted.engine)), (2, week.pipeline.clone())];
    let judged = Judged { p10, p50, p90, actual: week.cost_per_run_usd };
    Some(Outcome::log_normal(groups, week.week.clone(), row, judged, predicted.sigma))
}

fn warn(document: &mut BacktestDocument, weeks: &[BilledWeek]) {
    let without: BTreeSet<&str> =
        weeks.iter().filter(|week| week.predicted.is_none()).map(|week| week.pipeline.as_str()).collect();
    if without.is_empty() {
        return;
    }
    let named: Vec<&str> = without.iter().copied().take(5).collect();
    let text = format!(
        "{} pipelines have no prediction (no workload of their tag or name, or no priced candidate of the engine that was \
         paid): {}{}",
        without.len(),
        named.join(", "),
        if without.len() > named.len() { ", …" } else { "" }
    );
    document.warnings.push(CodedText { code: "no-workload".to_owned(), text });
}
