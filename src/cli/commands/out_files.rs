//! `--out FILE` and `--dir DIR`: files beside the report.

use std::fs;
use std::path::Path;

use crate::cli::CliError;
use crate::cli::context::Context;
use crate::store;

/// Writes a file and says so.
///
/// # Errors
/// It cannot be written; nothing half-written stays.
pub(super) fn write(context: &mut Context, path: &Path, bytes: &[u8]) -> Result<(), CliError> {
    store::write(path, bytes)
        .map_err(|error| CliError::because(format!("cannot write `{}`", path.display()), &error))?;
    context.printer.note(&format!("wrote {}", path.display()));
    Ok(())
}

/// Makes a folder and those above it.
///
/// # Errors
/// It cannot be made.
pub(super) fn make_folder(folder: &Path) -> Result<(), CliError> {
    fs::create_dir_all(folder)
        .map_err(|error| CliError::because(format!("cannot make the folder `{}`", folder.display()), &error))
}
