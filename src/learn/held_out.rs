//! Predicting what is known, from the rest: whole machine types, sizes, jobs or counts are left out at a time.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::configuration::{Configuration, configurations, curves};
use super::model::{Model, Prediction};
use super::run::Run;

/// What is left out together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeaveOut {
    /// A count of machines, from all runs of a job.
    Count,
    /// A machine type, from all runs of a pool.
    Type,
    /// A size and its parameters, from all runs of a job.
    Size,
    /// A job.
    Job,
}

impl LeaveOut {
    fn group(self, run: &Run, setting: &str) -> String {
        match self {
            Self::Count => format!("{}\u{1f}{}", run.job_id(), run.nodes),
            Self::Type => format!("{}\u{1f}{}", run.pool_id(), run.machine.name),
            Self::Size => format!("{}\u{1f}{setting}", run.job_id()),
            Self::Job => run.job_id(),
        }
    }
}

/// The setting (size and parameters) of each run, as a key.
pub fn settings(runs: &[&Run]) -> Vec<String> {
    // The curve without the machine: the same runs on a machine of one name.
    let alike: Vec<Run> = runs
        .iter()
        .map(|run| {
            let mut alike = (*run).clone();
            alike.machine.name.clear();
            alike
        })
        .collect();
    curves(&alike.iter().collect::<Vec<_>>())
}

/// Predicts every configuration from those outside of its group. The tunings are those of the whole history, the rest
/// is learnt anew without the group. A group that is all that its pool has is left out of the answer.
#[must_use]
pub fn held_out(model: &Model, kind: LeaveOut) -> Vec<(Configuration, Prediction)> {
    let all = configurations(model.runs());
    let runs: Vec<&Run> = all.iter().map(|one| &one.like).collect();
    let settings_of = settings(&runs);
    let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, (run, setting)) in runs.iter().zip(&settings_of).enumerate() {
        groups.entry(kind.group(run, setting)).or_default().push(at);
    }
    let answers: Vec<Vec<(usize, Prediction)>> = groups
        .into_values()
        .collect::<Vec<_>>()
        .into_par_iter()
        .map(|group| {
            let pool = all[group[0]].like.pool_id();
            let gone: std::collections::BTreeSet<usize> =
                group.iter().flat_map(|at| all[*at].rows.iter().copied()).collect();
            let rest: Vec<Run> =
                model.runs().iter().filter(|run| run.pool_id() == pool && !gone.contains(&run.row)).cloned().collect();
            if !rest.iter().any(|run| run.completed) {
                return Vec::new();
            }
            let asked: Vec<Run> = group.iter().map(|at| all[*at].like.clone()).collect();
            group.iter().copied().zip(model.over(&rest).predict(&asked)).collect()
        })
        .collect();
    let mut flat: Vec<(usize, Prediction)> = answers.into_iter().flatten().collect();
    flat.sort_by_key(|(at, _)| *at);
    flat.into_iter().map(|(at, prediction)| (all[at].clone(), prediction)).collect()
}
