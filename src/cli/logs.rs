//! Reading event logs for the commands that take them.

use std::path::PathBuf;

use rayon::prelude::*;

use super::CliError;
use crate::profile::eventlog::{EventLog, ReadOptions, discover};

/// All logs at some paths, in their order, read in parallel.
///
/// # Errors
/// A path holds no log, or one cannot be read.
pub fn read_all(paths: &[PathBuf]) -> Result<Vec<EventLog>, Vec<CliError>> {
    let options = ReadOptions::default();
    let read = |path: &PathBuf| {
        let error = |error: &crate::profile::eventlog::ReadError| {
            CliError::because(format!("cannot read `{}`", path.display()), error).hint(error.hint())
        };
        let sources = discover(path).map_err(|found| error(&found))?;
        let alone = sources.len() == 1;
        let results: Vec<_> = sources.par_iter().map(|source| source.read(&options, &|_| {})).collect();
        let mut logs = Vec::new();
        let mut refusal = None;
        for result in results {
            match result {
                Ok(found) => logs.extend(found),
                Err(found) if alone || !found.is_not_a_log() => return Err(error(&found)),
                Err(found) => refusal = refusal.or(Some(error(&found))),
            }
        }
        match refusal {
            Some(refusal) if logs.is_empty() => Err(refusal),
            _ => Ok(logs),
        }
    };
    let results: Vec<Result<Vec<EventLog>, CliError>> = paths.par_iter().map(read).collect();
    let mut logs = Vec::new();
    let mut errors = Vec::new();
    for result in results {
        match result {
            Ok(found) => logs.extend(found),
            Err(found) => errors.push(found),
        }
    }
    if errors.is_empty() { Ok(logs) } else { Err(errors) }
}
