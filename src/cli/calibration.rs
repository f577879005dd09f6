//! The calibration: what `backtest --write` keeps, and what later answers say of it.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::CliError;
use super::context::Context;
use crate::report::document::{CodedText, GroupError};
use crate::report::{BacktestDocument, json};
use crate::store;

/// What is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Calibration {
    schema_version: u32,
    /// The runs that it is of.
    runs: String,
    /// How they were predicted.
    protocol: String,
    /// Errors by group, `all` first.
    errors: Vec<GroupError>,
}

/// Keeps the errors of a backtest in the user's state folder, or at `path`.
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

/// What an answer says of the user's calibration; nothing without one. A broken file is said, and stops nothing.
#[must_use]
pub fn named(context: &Context) -> Option<CodedText> {
    let path = context.last_run.as_ref()?.calibration();
    let text = std::fs::read_to_string(&path).ok()?;
    let text = match json::from_text::<Calibration>(&text) {
        Ok(kept) => {
            let all = kept.errors.first()?;
            format!(
                "calibration of {}: over {} past configurations the predicted time was {:.2} times the measured one (median), \
                 with a median error of {:.0} % and {:.0} % at p90; the figures here are not corrected by it",
                kept.runs,
                all.points,
                all.predicted_over_actual,
                100.0 * all.median,
                100.0 * all.p90
            )
        }
        Err(error) => format!("the calibration in {} cannot be read and is left aside: {error}", path.display()),
    };
    Some(CodedText { code: "calibration".to_owned(), text })
}
