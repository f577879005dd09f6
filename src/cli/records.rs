//! Stored runs: which one, which workload of it, which candidate.

use std::fs;

use super::answers::Answers;
use super::args::Which;
use super::{CliError, Exit, vocabulary};
use crate::report::RecommendDocument;
use crate::report::document::Entry;
use crate::store::LastRun;

const NO_RUN: &str = "run `shapecast recommend WORKLOAD` first, or name a stored run with --from run.json";

/// Reads the run that the arguments name.
///
/// # Errors
/// There is none, or it is no run of ours.
pub fn read(which: &Which, last_run: Option<&LastRun>) -> Result<Answers, CliError> {
    let last = || last_run.map(|last| last.path().to_owned());
    let Some(path) = which.from.clone().or_else(last) else {
        return Err(CliError::usage("cannot read the last run", "no home folder is known").hint(NO_RUN));
    };
    let doing = match which.from {
        Some(_) => format!("cannot read `{}`", path.display()),
        None => "cannot read the last run".to_owned(),
    };
    let text = fs::read_to_string(&path).map_err(|error| match (error.kind(), &which.from) {
        (std::io::ErrorKind::NotFound, None) => CliError::usage(&doing, "there is none yet").hint(NO_RUN),
        _ => CliError::because(&doing, &error).hint(NO_RUN),
    })?;
    Answers::from_text(&text).map_err(|error| {
        CliError::because(&doing, &error).hint(
            "a run is what `shapecast recommend WORKLOAD --out run.json` writes, by this version or an earlier one",
        )
    })
}

/// The document of the workload that the arguments name; the only one when they name none.
///
/// # Errors
/// There are several and none is named, or no such workload is in the run.
pub fn document<'a>(answers: &'a Answers, which: &Which) -> Result<&'a RecommendDocument, CliError> {
    let documents = answers.documents();
    let names: Vec<&str> = documents.iter().map(|document| document.workload.name.as_str()).collect();
    let known = format!("workloads of this run: {}", names.join(", "));
    match (&which.workload, documents) {
        (None, [only]) => Ok(only),
        (None, _) => {
            Err(CliError::usage("", "the run has several workloads")
                .hint(format!("choose one with --workload; {known}")))
        }
        (Some(name), _) => documents.iter().find(|document| document.workload.name == *name).ok_or_else(|| {
            CliError::usage("", format!("the run has no workload `{name}`")).hint(did_you_mean(name, &names, &known))
        }),
    }
}

/// The entry that the arguments name, by rank, engine or id.
///
/// # Errors
/// No entry has that name; the error lists those there are.
pub fn entry<'a>(document: &'a RecommendDocument, which: &Which) -> Result<&'a Entry, CliError> {
    let entries = &document.recommendations;
    let name = which.candidate.as_str();
    if entries.is_empty() {
        return Err(CliError::usage("", format!("no engine can serve `{}`", document.workload.name))
            .hint("`shapecast recommend` lists the reasons and the constraints to relax")
            .exit(Exit::NoCandidate));
    }
    let by_rank = |entry: &&Entry| name.parse::<u32>().is_ok_and(|rank| entry.rank == Some(rank));
    let by_name = |entry: &&Entry| entry.engine.as_str() == name || entry.id == name;
    entries.iter().find(by_rank).or_else(|| entries.iter().find(by_name)).ok_or_else(|| unknown(document, name))
}

fn unknown(document: &RecommendDocument, name: &str) -> CliError {
    if let Some(out) = document.ineligible.iter().find(|out| out.engine.as_str() == name) {
        return CliError::usage("", format!("`{name}` is not eligible: {}", out.text))
            .hint(out.relax.as_ref().map_or_else(String::new, |path| format!("relax {path} in the workload file")));
    }
    let mut engines: Vec<&str> = Vec::new();
    for engine in document.recommendations.iter().map(|entry| entry.engine.as_str()) {
        // An engine has a row for each purchase option.
        if !engines.contains(&engine) {
            engines.push(engine);
        }
    }
    let last = document.recommendations.iter().filter_map(|entry| entry.rank).max().unwrap_or(0);
    let known = format!("ranks 1 to {last}, or an engine: {}", engines.join(", "));
    CliError::usage("", format!("the run has no candidate `{name}`")).hint(did_you_mean(name, &engines, &known))
}

fn did_you_mean(name: &str, names: &[&str], known: &str) -> String {
    match vocabulary::nearest(name, names.iter().copied()) {
        Some(near) => format!("did you mean `{near}`? {known}"),
        None => known.to_owned(),
    }
}
