//! `shapecast backtest` over event logs: every run from the other runs of its job.

use std::path::PathBuf;

use rayon::prelude::*;

use super::{asked, run_history};
use crate::cli::args::Backtest;
use crate::cli::context::Context;
use crate::cli::{CliError, Exit, Stop, logs};
use crate::learn::{Judged, Outcome};
use crate::profile::eventlog::EventLog;
use crate::report::BacktestDocument;
use crate::report::document::{CodedText, PredictedRun, PredictedSeconds, RunsOut};
use crate::report::six;
use crate::simulate::replay::{Prediction, RunModel, held_out};
use crate::units::Bytes;

/// A standard normal's 90 % quantile.
const P90: f64 = 1.281_552;

/// Predicts every log from its job's other logs.
///
/// # Errors
/// A log cannot be read, or an output cannot be written.
pub fn run(arguments: &Backtest, context: &mut Context) -> Result<Exit, Stop> {
    let logs = logs::read_all(&arguments.runs).map_err(Stop::Errors)?;
    let jobs = asked::by_name(logs);
    let mut document = BacktestDocument::new("logs", history(&arguments.runs, &jobs), None);
    let rows: Vec<Vec<Row>> = jobs.par_iter().map(|job| rows(job)).collect();
    for (row, number) in rows.iter().flatten().zip(1..) {
        document.predictions.push(row.predicted_run(number));
    }
    let outcomes: Vec<Outcome> =
        rows.iter().flatten().zip(1..).filter_map(|(row, number)| row.outcome(number)).collect();
    if document.predictions.is_empty() {
        return Err(CliError::usage("cannot backtest", "no job of these logs ran a task")
            .hint("give logs of runs that did some work")
            .into());
    }
    warn(&mut document, &rows);
    document.judge(&outcomes, true);
    run_history::finish(&run_history::Output::of(arguments), &document, context)
}

fn history(paths: &[PathBuf], jobs: &[Vec<EventLog>]) -> RunsOut {
    let logs = || jobs.iter().flatten();
    let names: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    RunsOut {
        path: names.join(", "),
        runs: logs().count(),
        failed: logs().filter(|log| !log.app.complete).count(),
        bad_rows: Vec::new(),
        ignored_columns: Vec::new(),
    }
}

/// One log with its prediction.
struct Row {
    job: String,
    engine: String,
    machine: String,
    run: RunModel,
    complete: bool,
    at: String,
    prediction: Option<Prediction>,
}

/// Runs that broke off say nothing of the time, neither as what is predicted nor as what is learnt from.
fn rows(job: &[EventLog]) -> Vec<Row> {
    let ran = |complete: bool| {
        let wanted = move |log: &&EventLog| log.app.complete == complete;
        job.iter().filter(wanted).filter_map(|log| Some((log, RunModel::of(log)?))).collect::<Vec<_>>()
    };
    let whole = ran(true);
    let models: Vec<RunModel> = whole.iter().map(|(_, run)| run.clone()).collect();
    let predictions = held_out(&models);
    let broken = ran(false).into_iter().map(|(log, run)| Row::new(log, run, None));
    whole.into_iter().zip(predictions).map(|((log, run), it)| Row::new(log, run, it)).chain(broken).collect()
}

impl Row {
    fn new(log: &EventLog, run: RunModel, prediction: Option<Prediction>) -> Self {
        let at = jiff::Timestamp::from_millisecond(run.started_ms).map_or_else(|_| String::new(), |at| at.to_string());
        Self {
            job: log.app.name.clone().or_else(|| log.app.id.clone()).unwrap_or_default(),
            engine: log.platform.name().to_owned(),
            machine: log.home.worker_type.clone().unwrap_or_else(|| format!("executor of {} cores", run.cores)),
            complete: log.app.complete,
            at,
            run,
            prediction,
        }
    }

    fn quantiles(&self) -> Option<PredictedSeconds> {
        let it = self.prediction.as_ref()?;
        let at = |score: f64| six(it.lead_s + it.span_s * (score * it.sigma).exp() + it.tail_s);
        Some(PredictedSeconds { p10: at(-P90), p50: at(0.0), p90: at(P90) })
    }

    fn predicted_run(&self, row: usize) -> PredictedRun {
        PredictedRun {
            row,
            job: self.job.clone(),
            engine: self.engine.clone(),
            instance_type: self.machine.clone(),
            nodes: f64::from(self.run.executors),
            predicted_s: self.quantiles(),
            actual_s: self.complete.then(|| six(self.run.recording.wall_s())),
            completed: Some(self.complete),
            model: if self.prediction.is_some() { "simulation" } else { "none" }.to_owned(),
            failure_probability: None,
            at: self.at.clone(),
            predicted_usd: None,
            actual_usd: None,
            input_bytes: (self.run.volume_bytes > 0.0).then(|| Bytes::new(1).scaled(self.run.volume_bytes).get()),
            runs: None,
        }
    }

    fn outcome(&self, row: usize) -> Option<Outcome> {
        let (it, actual) = (self.quantiles()?, self.run.recording.wall_s());
        let groups = vec![(0, "all".to_owned()), (1, format!("engine {}", self.engine)), (2, self.job.clone())];
        // Only the span between the first job and the last is uncertain: that is what the quantile is of.
        let sigma = (it.p90 / it.p50).ln() / P90;
        let judged = Judged { p10: it.p10, p50: it.p50, p90: it.p90, actual };
        (actual > 0.0).then(|| Outcome::log_normal(groups, self.at.clone(), row, judged, sigma))
    }
}

fn warn(document: &mut BacktestDocument, rows: &[Vec<Row>]) {
    let mut add = |code: &str, text: String| document.warnings.push(CodedText { code: code.to_owned(), text });
    let broken: usize = rows.iter().flatten().filter(|row| !row.complete).count();
    if broken > 0 {
        add("incomplete-logs", format!("{broken} logs have no end: they are not predicted and teach no time"));
    }
    let alone: Vec<&str> = rows
        .iter()
        .filter(|job| job.iter().filter(|row| row.complete).count() == 1)
        .filter_map(|job| job.first().map(|row| row.job.as_str()))
        .collect();
    if !alone.is_empty() {
        let named: Vec<&str> = alone.iter().copied().take(3).collect();
        let text = format!(
            "{} jobs have one whole log and nothing to predict it from: {}{}",
            alone.len(),
            named.join(", "),
            if alone.len() > named.len() { ", …" } else { "" }
        );
        add("single-logs", text);
    }
}
