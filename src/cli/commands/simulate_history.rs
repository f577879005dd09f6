//! `shapecast simulate --history`: a job of a table of runs, on shapes that are asked for.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::run_history::{self, Output};
use crate::cli::args::{AskedOfRuns, Simulate};
use crate::cli::context::Context;
use crate::cli::{CliError, Exit, Stop};
use crate::learn::{self, Configuration, Machine, Model, Prediction, Run, configurations};
use crate::profile::runs;
use crate::report::BacktestDocument;
use crate::report::document::{AdviceOut, CodedText, JobModel, PredictedDollars, PredictedRun};
use crate::report::six;
use crate::units::nearest;
use crate::workload::DEFAULT_REGION;

/// Predicts what is asked of a table.
///
/// # Errors
/// The table cannot be read or does not have the job, or an output cannot be written.
pub fn run(path: &Path, arguments: &Simulate, context: &mut Context) -> Result<Exit, Stop> {
    let asked = &arguments.of_runs;
    let read = run_history::read(path)?;
    let of_job = of_job(&read.runs, asked)?;
    let mut document = BacktestDocument::new(BacktestDocument::ASKED, run_history::runs_out(path, &read), None);
    let like = setting(&of_job, asked, &mut document)?;
    let shapes = shapes(&of_job, arguments.instance_type.as_deref(), asked, &read.runs)?;
    let at = |machine: &Machine, nodes: f64| Run { machine: machine.clone(), nodes, ..like.clone() };
    let mut questions: Vec<Run> = shapes.iter().map(|(machine, nodes)| at(machine, *nodes)).collect();
    questions.iter_mut().zip(1..).for_each(|(run, row)| run.row = row);
    let pool = like.pool_id();
    let history: Vec<Run> = read.runs.iter().filter(|run| run.pool_id() == pool).cloned().collect();
    let model = Model::learn(&history);
    run_history::warn(&mut document, &model, &[(path, &read)]);
    beyond(&of_job, &questions, &mut document);
    let region = arguments.region.as_deref().unwrap_or(DEFAULT_REGION);
    let rates = run_history::rates(history.iter().chain(&questions), region, &mut document)?;
    let known = configurations(&history);
    document.predictions = questions
        .iter()
        .zip(model.predict(&questions))
        .map(|(run, prediction)| answer(run, &prediction, &known, rates.get(&run.machine.name).copied()))
        .collect();
    document.models = model
        .reports()
        .iter()
        .filter(|it| it.job == like.job && it.framework == like.framework)
        .map(JobModel::new)
        .collect();
    let mut open: BTreeMap<(String, u64), Run> = BTreeMap::new();
    for run in history.iter().map(|run| at(&run.machine, run.nodes)).chain(questions) {
        open.insert((run.machine.name.clone(), run.nodes.to_bits()), run);
    }
    let open: Vec<Run> = open.into_values().filter(|run| measured(run, &known).is_none()).collect();
    document.advice = learn::advise(&model, &open).as_ref().map(AdviceOut::new);
    let output = Output { format: arguments.format, out: &arguments.out, keep: None };
    run_history::finish(&output, &document, context)
}

/// The runs of the job that is asked for: of one data set and framework.
fn of_job<'a>(runs: &'a [Run], asked: &AskedOfRuns) -> Result<Vec<&'a Run>, CliError> {
    let doing = "cannot predict from the table";
    let jobs: BTreeSet<&str> = runs.iter().map(|run| run.job.as_str()).collect();
    let job = match (&asked.job, jobs.len()) {
        (Some(job), _) => job.as_str(),
        (None, 1) => jobs.iter().copied().next().unwrap_or_default(),
        (None, count) => {
            let some: Vec<&str> = jobs.iter().copied().take(8).collect();
            let more = if count > some.len() { ", …" } else { "" };
            return Err(CliError::usage(doing, format!("it has {count} jobs"))
                .hint(format!("say which with --job: {}{more}", some.join(", "))));
        }
    };
    if !jobs.contains(job) {
        let near = nearest(job, jobs.iter().copied());
        return Err(CliError::usage(doing, format!("it has no job `{job}`"))
            .hint(near.map_or_else(String::new, |near| format!("did you mean `{near}`?"))));
    }
    let wanted = |own: &str, given: &Option<String>| given.as_ref().is_none_or(|given| given == own);
    let named: Vec<&Run> = runs.iter().filter(|run| run.job == job).collect();
    let found: Vec<&Run> = named
        .iter()
        .copied()
        .filter(|run| wanted(&run.pool, &asked.dataset) && wanted(&run.framework, &asked.framework))
        .collect();
    let kinds = |runs: &[&Run]| -> BTreeSet<String> {
        let kind = |run: &&Run| format!("--dataset '{}' --framework '{}'", run.pool, run.framework);
        runs.iter().map(kind).collect()
    };
    let choices = |runs: &[&Run]| kinds(runs).into_iter().collect::<Vec<_>>().join(", or ");
    if found.is_empty() {
        return Err(CliError::usage(doing, format!("no run of `{job}` is of this data set and framework"))
            .hint(format!("the table has {}", choices(&named))));
    }
    if kinds(&found).len() > 1 {
        return Err(CliError::usage(doing, format!("`{job}` is the name of several jobs"))
            .hint(format!("add {}", choices(&found))));
    }
    Ok(found)
}

/// A run of the setting that is asked for: what no flag says is as in most runs that agree with the flags.
fn setting(of_job: &[&Run], asked: &AskedOfRuns, document: &mut BacktestDocument) -> Result<Run, CliError> {
    let given: Vec<(String, learn::Value)> =
        asked.parameters.iter().map(|(name, value)| (name.clone(), runs::parameter(value))).collect();
    let names: BTreeSet<&str> = of_job.iter().flat_map(|run| run.parameters.keys()).map(String::as_str).collect();
    if let Some((name, _)) = given.iter().find(|(name, _)| !names.contains(name.as_str())) {
        let near = nearest(name, names.iter().copied());
        let list = || format!("its parameters are {}", names.iter().copied().collect::<Vec<_>>().join(", "));
        let hint = near.map_or_else(list, |near| format!("did you mean `{near}`?"));
        return Err(CliError::usage(
            "cannot predict from the table",
            format!("no run of the job has a parameter `{name}`"),
        )
        .hint(if names.is_empty() { "its runs have no parameters".to_owned() } else { hint }));
    }
    let agrees = |run: &&Run| {
        asked.data_size.as_ref().is_none_or(|size| *size == run.data_size)
            && given.iter().all(|(name, value)| run.parameters.get(name) == Some(value))
    };
    let agreeing: Vec<&Run> = of_job.iter().copied().filter(agrees).collect();
    if agreeing.is_empty() {
        warning(document, "new-setting", "no run of the job had this size and these parameters together".to_owned());
    }
    let among = if agreeing.is_empty() { of_job } else { &agreeing[..] };
    let mut settings: Vec<(&Run, usize)> = Vec::new();
    for run in among {
        let same = |other: &Run| {
            other.data_size == run.data_size
                && other.parameters == run.parameters
                && other.note == run.note
                && other.input_mb == run.input_mb
        };
        match settings.iter_mut().find(|(other, _)| same(other)) {
            Some((_, count)) => *count += 1,
            None => settings.push((*run, 1)),
        }
    }
    // Of equally usual ones the last: tables grow at their end.
    let usual = settings.iter().max_by_key(|(_, count)| *count).map(|it| it.0);
    let Some(usual) = usual else {
        return Err(CliError::usage("cannot predict from the table", "the job has no runs"));
    };
    let mut like = usual.clone();
    if let Some(size) = &asked.data_size {
        like.data_size.clone_from(size);
    }
    like.parameters.extend(given);
    if let Some(input) = asked.input {
        like.input_mb = Some(input.as_f64() / 1e6).filter(|mb| *mb > 0.0);
        if usual.input_mb.is_none() {
            warning(
                document,
                "input-unused",
                "the job's runs do not say how much they read: --input teaches nothing".to_owned(),
            );
        }
    }
    if settings.len() > 1 {
        let text = format!("the job was run in {} settings; this answer is for {}", settings.len(), words(&like));
        warning(document, "assumed-setting", text);
    }
    Ok(like)
}

fn warning(document: &mut BacktestDocument, code: &str, text: String) {
    document.warnings.push(CodedText { code: code.to_owned(), text });
}

/// A setting in words.
fn words(run: &Run) -> String {
    let mut parts: Vec<String> = Some(run.data_size.clone()).filter(|size| !size.is_empty()).into_iter().collect();
    parts.extend(run.input_mb.map(|mb| format!("{mb:.0} MB")));
    parts.extend(run.parameters.iter().map(|(name, value)| match value {
        learn::Value::Number(number) => format!("{name}={number}"),
        learn::Value::Text(text) => format!("{name}={text}"),
    }));
    parts.extend(Some(run.note.clone()).filter(|note| !note.is_empty()));
    if parts.is_empty() { "runs that say nothing of their data".to_owned() } else { parts.join(", ") }
}

/// Machines and counts that are asked for.
fn shapes(
    of_job: &[&Run],
    machine: Option<&str>,
    asked: &AskedOfRuns,
    all: &[Run],
) -> Result<Vec<(Machine, f64)>, CliError> {
    let mut machines: BTreeMap<&str, &Machine> = BTreeMap::new();
    for run in of_job {
        machines.entry(&run.machine.name).or_insert(&run.machine);
    }
    let machines: Vec<Machine> = match machine {
        None => machines.into_values().cloned().collect(),
        Some(name) => vec![machine_called(name, all)?],
    };
    let counts = |machine: &Machine| -> Vec<f64> {
        if !asked.nodes.is_empty() {
            return asked.nodes.iter().map(|nodes| f64::from(*nodes)).collect();
        }
        let of_machine = |run: &&&Run| run.machine.name == machine.name;
        let own: Vec<&Run> = of_job.iter().filter(of_machine).copied().collect();
        let mut counts: Vec<f64> =
            (if own.is_empty() { of_job } else { &own[..] }).iter().map(|run| run.nodes).collect();
        counts.sort_by(f64::total_cmp);
        counts.dedup();
        counts
    };
    Ok(machines
        .into_iter()
        .flat_map(|machine| counts(&machine).into_iter().map(move |nodes| (machine.clone(), nodes)).collect::<Vec<_>>())
        .collect())
}

/// A machine as the table or the catalog knows it.
fn machine_called(name: &str, all: &[Run]) -> Result<Machine, CliError> {
    let known = all.iter().map(|run| &run.machine).find(|machine| machine.name == name).cloned();
    known.or_else(|| runs::machine(name)).ok_or_else(|| {
        let near = nearest(name, all.iter().map(|run| run.machine.name.as_str()));
        CliError::usage("", format!("neither the table nor the catalog knows a machine type `{name}`"))
            .hint(near.map_or_else(String::new, |near| format!("did you mean `{near}`?")))
    })
}

/// Says where the answer goes beyond what was ever run.
fn beyond(of_job: &[&Run], questions: &[Run], document: &mut BacktestDocument) {
    let completed = || of_job.iter().filter(|run| run.completed);
    let (least, most) =
        completed().fold((f64::MAX, f64::MIN), |(least, most), run| (least.min(run.nodes), most.max(run.nodes)));
    if questions.iter().any(|run| run.nodes < least || run.nodes > most) {
        warning(document, "beyond-counts", format!("the job was only run on {least} to {most} machines"));
    }
    let types: BTreeSet<&str> = completed().map(|run| run.machine.name.as_str()).collect();
    let new: BTreeSet<&str> =
        questions.iter().map(|run| run.machine.name.as_str()).filter(|name| !types.contains(name)).collect();
    if !new.is_empty() {
        let names: Vec<&str> = new.into_iter().collect();
        warning(document, "new-type", format!("the job was never run on {}", names.join(", ")));
    }
    let sizes = || completed().filter_map(|run| run.input_mb);
    let (least, most) = sizes().fold((f64::MAX, f64::MIN), |(least, most), size| (least.min(size), most.max(size)));
    let size = questions.first().and_then(|run| run.input_mb);
    if let Some(size) = size.filter(|size| most > 0.0 && (*size < 0.995 * least || *size > 1.005 * most)) {
        let text = format!("{size:.0} MB are asked for; the job's runs read {least:.0} to {most:.0} MB");
        warning(document, "beyond-sizes", text);
    }
}

/// What a question's configuration took where it was run, seconds.
fn measured(run: &Run, known: &[Configuration]) -> Option<f64> {
    let size = |run: &Run| run.input_mb.unwrap_or(0.0);
    let same = |one: &&Configuration| {
        let like = &one.like;
        like.job_id() == run.job_id()
            && (&like.machine.name, like.nodes) == (&run.machine.name, run.nodes)
            && (&like.data_size, &like.parameters, &like.note) == (&run.data_size, &run.parameters, &run.note)
            && (size(like) - size(run)).abs() <= 0.005 * size(run)
    };
    known.iter().find(same).map(|one| one.median_s)
}

fn answer(run: &Run, prediction: &Prediction, known: &[Configuration], usd_per_hour: Option<f64>) -> PredictedRun {
    let measured = measured(run, known);
    let mut answer = PredictedRun::new(run, Some(prediction), false);
    answer.actual_s = measured.map(six);
    answer.completed = measured.map(|_| true);
    answer.predicted_usd = usd_per_hour.map(|rate| {
        let cost = |seconds: f64| six(rate * run.nodes * seconds / 3600.0);
        PredictedDollars { p10: cost(prediction.p10_s), p50: cost(prediction.p50_s), p90: cost(prediction.p90_s) }
    });
    answer
}
