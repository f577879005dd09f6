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
use crate::simulate::replay::{MeasuredGraph, RunModel};
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

fn read_files(paths: &[PathBuf], words: &Words) -> Result<(Vec<Workload>, Quotas), Stop> {
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
fn is_log(path: &Path) -> bool {
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
fn by_name(logs: Vec<EventLog>) -> Vec<Vec<EventLog>> {
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

/// The question of one job: its run of the middle length stands for it.
fn of_job(logs: &[EventLog], beside: &BesideLog) -> Result<Asked, Stop> {
    let mut by_length: Vec<&EventLog> = logs.iter().collect();
    by_length.sort_by_key(|log| log.app.wall_ms());
    let Some(log) = by_length.get((by_length.len().max(1) - 1) / 2) else {
        return Err(CliError::usage("", "no event log was found").into());
    };
    let workload = profile::workload_of(log, beside)?;
    let run = RunModel::of(log).ok_or_else(|| {
        CliError::usage(format!("cannot rank {}", log.reference()), "no job of it ran a task")
            .hint("give the log of a run that did some work")
    })?;
    let out = EventLogOut::from(*log);
    Ok(Asked {
        measured: Some(Arc::new(MeasuredGraph::of(&run, workload.input.volume.value.as_f64()))),
        replay_error: out.replay_error,
        warnings: log_warnings(log, &out),
        workload,
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
