//! The calibration: what `backtest --write` keeps, and what later answers take from it.
//!
//! Runs of a job that have the same name as a workload stand in for its missing `observed_runs`; errors of predictions are
//! said, and correct nothing (`docs/decisions/0004-kept-calibration.md`).

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::CliError;
use super::context::Context;
use crate::report::document::{CalibrationUsed, CodedText, GroupError, PredictedRun};
use crate::report::{BacktestDocument, json};
use crate::store;
use crate::units::{Bytes, Span};
use crate::workload::{ObservedRun, Workload};

/// Runs of one job that are kept: the latest, and enough for the level to be known to some percent.
const RUNS: usize = 12;

/// What is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Calibration {
    schema_version: u32,
    /// The runs that it is of.
    runs: String,
    /// How they were predicted.
    protocol: String,
    /// Errors by group, `all` first.
    errors: Vec<GroupError>,
    /// Runs by job, as far as their machines are known.
    #[serde(default)]
    jobs: Vec<KeptJob>,
}

/// Runs of a job.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct KeptJob {
    job: String,
    runs: Vec<KeptRun>,
}

/// A run that came to its end.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct KeptRun {
    instance_type: String,
    nodes: u32,
    duration_s: f64,
    input_bytes: Option<u64>,
}

impl KeptRun {
    fn of(run: &PredictedRun) -> Option<Self> {
        let whole = run.nodes >= 1.0 && run.nodes.fract() == 0.0 && run.nodes <= f64::from(u32::MAX);
        let named = run.instance_type.contains('.') && !run.instance_type.contains(' ');
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked")]
        let nodes = (whole && named).then_some(run.nodes as u32)?;
        let duration_s = run.actual_s.filter(|_| run.completed == Some(true))?;
        Some(Self { instance_type: run.instance_type.clone(), nodes, duration_s, input_bytes: run.input_bytes })
    }

    fn observed(&self) -> ObservedRun {
        ObservedRun {
            instance_type: self.instance_type.clone(),
            count: self.nodes,
            duration: Span::seconds(self.duration_s),
            volume: self.input_bytes.map(Bytes::new),
        }
    }
}

/// Runs by job, the latest of each.
fn jobs(document: &BacktestDocument) -> Vec<KeptJob> {
    let mut ordered: Vec<&PredictedRun> = document.predictions.iter().collect();
    ordered.sort_by(|a, b| a.job.cmp(&b.job).then(b.at.cmp(&a.at)).then(b.row.cmp(&a.row)));
    ordered
        .chunk_by(|a, b| a.job == b.job)
        .filter_map(|runs| {
            let kept: Vec<KeptRun> = runs.iter().filter_map(|run| KeptRun::of(run)).take(RUNS).collect();
            (!kept.is_empty()).then(|| KeptJob { job: runs[0].job.clone(), runs: kept })
        })
        .collect()
}

/// Keeps the runs and errors of a backtest in the user's state folder, or at `path`.
///
/// # Errors
/// The file cannot be written, or no folder is known.
pub fn keep(path: Option<&Path>, document: &BacktestDocument, context: &mut Context) -> Result<(), CliError> {
    let doing = "cannot keep the calibration";
    let own: Option<PathBuf> = context.last_run.as_ref().map(store::LastRun::calibration);
    let path = path.map(Path::to_path_buf).or(own).ok_or_else(|| {
        CliError::usage(doing, "no home folder is known").hint("name a file: --write=calibration.json")
    })?;
    if document.errors.is_empty() {
        return Err(CliError::usage(doing, "no run was predicted").hint("give runs that completed"));
    }
    let kept = Calibration {
        schema_version: document.schema_version,
        runs: document.actual.as_ref().unwrap_or(&document.history).path.clone(),
        protocol: document.protocol.clone(),
        errors: document.errors.clone(),
        jobs: jobs(document),
    };
    let text = json::to_text(&kept).map_err(|error| CliError::because(doing, &error))?;
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)
            .map_err(|error| CliError::because(format!("{doing} in `{}`", folder.display()), &error))?;
    }
    store::write(&path, text.as_bytes())
        .map_err(|error| CliError::because(format!("{doing} in `{}`", path.display()), &error))?;
    context.printer.note(&format!("wrote {}", path.display()));
    Ok(())
}

/// What an answer takes from the user's calibration; nothing without one. A broken file is said, and stops nothing.
#[derive(Clone, Debug)]
pub enum Kept {
    /// It was read.
    Read(Calibration),
    /// Why it was not.
    Broken(String),
}

/// The calibration to use: the named file, or the one that is kept; `none` leaves it aside.
///
/// # Errors
/// A named file cannot be read.
pub fn kept(named: Option<&Path>, context: &Context) -> Result<Option<Kept>, CliError> {
    if named.is_some_and(|path| path.as_os_str() == "none") {
        return Ok(None);
    }
    let doing = |path: &Path| format!("cannot read the calibration `{}`", path.display());
    if let Some(path) = named {
        let text = std::fs::read_to_string(path).map_err(|error| CliError::because(doing(path), &error))?;
        let read = json::from_text(&text).map_err(|error| CliError::because(doing(path), &error))?;
        return Ok(Some(Kept::Read(read)));
    }
    let Some(path) = context.last_run.as_ref().map(store::LastRun::calibration) else { return Ok(None) };
    let Ok(text) = std::fs::read_to_string(&path) else { return Ok(None) };
    Ok(Some(match json::from_text(&text) {
        Ok(read) => Kept::Read(read),
        Err(error) => {
            Kept::Broken(format!("the calibration in {} cannot be read and is left aside: {error}", path.display()))
        }
    }))
}

impl Kept {
    /// Gives a workload that says nothing of its own runs those of its job, and says so. `measured`: a log says more.
    pub fn apply(&self, workload: &mut Workload, measured: bool) -> Option<(CodedText, Option<CalibrationUsed>)> {
        let before = workload.observed_runs.len();
        let text = match self {
            Self::Broken(text) => text.clone(),
            Self::Read(kept) => {
                let all = kept.errors.first()?;
                let unit = if kept.protocol == "billed" { "weeks" } else { "configurations" };
                format!(
                    "calibration of {}: {}; over {} past {unit} the prediction was {:.2} times what happened (median), with a \
                     median error of {:.0} % and {:.0} % at p90",
                    kept.runs,
                    kept.lend(workload, measured),
                    all.points,
                    all.predicted_over_actual,
                    100.0 * all.median,
                    100.0 * all.p90
                )
            }
        };
        let lent = workload.observed_runs.len().saturating_sub(before) as u64;
        let used = match self {
            Self::Read(kept) if lent > 0 => Some(CalibrationUsed { runs: kept.runs.clone(), observed_runs: lent }),
            _ => None,
        };
        Some((CodedText { code: "calibration".to_owned(), text }, used))
    }
}

impl Calibration {
    /// Puts the job's runs into the workload, and says what was done.
    fn lend(&self, workload: &mut Workload, measured: bool) -> String {
        let job = self.jobs.iter().find(|kept| kept.job == workload.name);
        let aside = "these errors correct nothing here";
        match job {
            _ if measured => format!("the event log says how long the job takes, so {aside}"),
            _ if !workload.observed_runs.is_empty() => {
                format!("the workload has observed runs of its own, so {aside}")
            }
            None => format!("it has no run of `{}` on a known machine, so {aside}", workload.name),
            Some(job) => {
                workload.observed_runs = job.runs.iter().map(KeptRun::observed).collect();
                format!("{} of its runs are taken as observed runs of `{}`", job.runs.len(), workload.name)
            }
        }
    }
}
