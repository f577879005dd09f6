//! What `recommend` is asked about: workload files, and event logs with what the flags or a workload file say beside
//! them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::profile;
use crate::cli::args::BesideLog;
use crate::cli::vocabulary::Words;
use crate::cli::{CliError, Stop, inputs, logs};
use crate::finops::Quotas;
use crate::profile::eventlog::EventLog;
use crate::report::document::{CodedText, EventLogOut, log_warnings};
use crate::simulate::replay::{MeasuredGraph, Predictor, RunModel};
use crate::workload::{Workload, WorkloadError, read_file};

/// One question.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The workload.
    pub workload: Workload,
    /// Its stages and tasks, when a log has them.
    pub measured: Option<Arc<MeasuredGraph>>,
    /// Replay error of that log.
    pub replay_error: Option<f64>,
    /// What is wrong with the log.
    pub warnings: Vec<CodedText>,
}

impl From<Workload> for Asked {
    fn from(workload: Workload) -> Self {
        Self { workload, measured: None, replay_error: None, warnings: Vec::new() }
    }
}

/// Reads all arguments before anything is computed, so that all that is wrong is said at once.
///
/// One workload file beside logs says of them what logs cannot: cadence, deadline, constraints, prices.
///
/// # Errors
/// An argument is no workload and no log, or a file is wrong.
pub fn read(arguments: &[PathBuf], beside: &BesideLog, words: &Words) -> Result<(Vec<Asked>, Quotas), Stop> {
    let (log_paths, file_paths): (Vec<PathBuf>, Vec<PathBuf>) =
        arguments.iter().cloned().partition(|path| is_log(path));
    let (mut files, quotas) = if file_paths.is_empty() { Default::default() } else { read_files(&file_paths, words)? };
    if log_paths.is_empty() {
        for workload in &mut files {
            say_beside(workload, beside)?;
        }
        return Ok((files.into_iter().map(Asked::from).collect(), quotas));
    }
    let logs = logs::read_all(&log_paths).map_err(Stop::Errors)?;
    let mut asked = Vec::new();
    for job in by_name(logs) {
        asked.push(of_job(&job, beside)?);
    }
    if let ([terms], true) = (files.as_slice(), asked.len() == 1) {
        for one in &mut asked {
            take_terms(&mut one.workload, terms, beside);
        }
        files.clear();
    }
    Ok((files.into_iter().map(Asked::from).chain(asked).collect(), quotas))
}

/// The workloads behind files, folders, patterns and manifests, and the quotas of the latter.
///
/// # Errors
/// A file is wrong.
pub fn read_files(paths: &[PathBuf], words: &Words) -> Result<(Vec<Workload>, Quotas), Stop> {
    let (files, quotas) = inputs::listed_files(paths).map_err(Stop::Errors)?;
    let mut workloads = Vec::new();
    let mut errors = Vec::new();
    for listed in files {
        match read_file(&listed.file, &words.vocabulary()) {
            Ok(mut workload) => {
                workload.tags.extend(listed.tags);
                workloads.push(workload);
            }
            Err(found) => errors.extend(found.iter().map(workload_error)),
        }
    }
    if errors.is_empty() { Ok((workloads, quotas)) } else { Err(Stop::Errors(errors)) }
}

fn workload_error(error: &WorkloadError) -> CliError {
    CliError::usage("", error.to_string()).hint(error.hint.clone())
}

/// `--cadence` and `--deadline` over a workload file.
fn say_beside(workload: &mut Workload, beside: &BesideLog) -> Result<(), Stop> {
    if beside.cadence.is_some() {
        return Err(CliError::usage("", "--cadence is for event logs; a workload file says its own").into());
    }
    if let Some(deadline) = beside.deadline {
        workload.deadline = Some(crate::workload::Sourced::declared(deadline));
    }
    Ok(())
}

/// Whether an argument is an event log: no workload file, or one by its first line; no folder with workload files.
pub fn is_log(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    if path.is_dir() {
        return !inputs::has_workloads(path) || inputs::is_rolling_log(path);
    }
    match extension {
        "yaml" | "yml" => false,
        "json" => inputs::starts_like_a_log(path),
        _ => path.is_file() || (path.to_string_lossy().contains(['*', '?']) && !inputs::names_workloads(path)),
    }
}

/// Logs of one application name are runs of one job.
pub fn by_name(logs: Vec<EventLog>) -> Vec<Vec<EventLog>> {
    let mut order: Vec<String> = Vec::new();
    let mut jobs: BTreeMap<String, Vec<EventLog>> = BTreeMap::new();
    for log in logs {
        let name = log.app.name.clone().or_else(|| log.app.id.clone()).unwrap_or_default();
        if !jobs.contains_key(&name) {
            order.push(name.clone());
        }
        jobs.entry(name).or_default().push(log);
    }
    order.iter().filter_map(|name| jobs.remove(name)).collect()
}

/// The question of one job: its run of the middle length stands for it, and all of its runs tell how it grows with slots and
/// data.
pub fn of_job(logs: &[EventLog], beside: &BesideLog) -> Result<Asked, Stop> {
    let (ran, runs): (Vec<&EventLog>, Vec<RunModel>) =
        logs.iter().filter_map(|log| Some((log, RunModel::of(log)?))).unzip();
    let Some(predictor) = Predictor::of_runs(runs) else {
        let of = logs.first().map_or_else(String::new, |log| format!("cannot rank {}", log.reference()));
        return Err(CliError::usage(of, "no job of it ran a task")
            .hint("give the log of a run that did some work")
            .into());
    };
    let log = ran[predictor.middle_index()];
    let workload = profile::workload_of(log, beside)?;
    let out = EventLogOut::from(log);
    let mut warnings = log_warnings(log, &out);
    warnings.extend(several(&predictor, log));
    Ok(Asked {
        measured: Some(Arc::new(MeasuredGraph::learnt(&predictor, workload.input.volume.value.as_f64()))),
        replay_error: out.replay_error,
        warnings,
        workload,
    })
}

/// What was learnt from several logs.
fn several(predictor: &Predictor, log: &EventLog) -> Option<CodedText> {
    let logs = predictor.runs().len();
    let (scales, sizes) = predictor.scales_and_sizes();
    (logs > 1).then(|| CodedText {
        code: "several-logs".to_owned(),
        text: format!(
            "learnt from {logs} logs of this job at {scales} scale{} and {sizes} size{} of its data; {} stands for them",
            if scales == 1 { "" } else { "s" },
            if sizes == 1 { "" } else { "s" },
            log.reference()
        ),
    })
}

/// What a workload file says beside a log.
fn take_terms(workload: &mut Workload, terms: &Workload, beside: &BesideLog) {
    workload.name.clone_from(&terms.name);
    workload.region = terms.region.clone();
    if beside.cadence.is_none() {
        workload.cadence = terms.cadence.clone();
    }
    workload.deadline = workload.deadline.take().or_else(|| terms.deadline.clone());
    workload.constraints = terms.constraints.clone();
    workload.orchestration = terms.orchestration.clone();
    workload.network = terms.network.clone();
    workload.discounts = terms.discounts.clone();
    workload.today = terms.today.clone();
    workload.tags = terms.tags.clone();
    workload.input.format = terms.input.format.clone();
    workload.input.compression = terms.input.compression.clone();
    workload.input.growth_per_month = terms.input.growth_per_month.clone();
}
