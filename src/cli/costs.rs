//! Cost exports on disk, for the commands that take them.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use super::CliError;
use crate::finops::cost::{self, CostError, Ledger, Packing};

/// How the names of exports end.
const ENDINGS: [&str; 3] = [".csv", ".csv.gz", ".parquet"];

/// Adds up exports. A folder stands for all exports below it, as AWS delivers one folder for each month.
///
/// # Errors
/// A file cannot be read, or something in it is wrong.
pub fn read_all(paths: &[PathBuf], tag: &str) -> Result<(Ledger, Vec<String>), CliError> {
    let mut ledger = Ledger::new(tag);
    let mut names = Vec::new();
    for path in paths {
        for file in files(path)? {
            read(&file, &mut ledger).map_err(|error| {
                let hint = error.hint();
                CliError::because(format!("cannot read the costs in `{}`", file.display()), &error).hint(hint)
            })?;
        }
        let name = path.file_name().map_or_else(|| path.display().to_string(), |it| it.to_string_lossy().into_owned());
        names.push(name);
    }
    Ok((ledger, names))
}

/// The exports behind an argument, sorted by name.
fn files(path: &Path) -> Result<Vec<PathBuf>, CliError> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let doing = || format!("cannot read the costs in `{}`", path.display());
    let mut found = Vec::new();
    let mut open = vec![path.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).map_err(|error| CliError::because(doing(), &error))? {
            let entry = entry.map_err(|error| CliError::because(doing(), &error))?.path();
            let name = entry.to_string_lossy().to_ascii_lowercase();
            if entry.is_dir() {
                open.push(entry);
            } else if ENDINGS.iter().any(|ending| name.ends_with(ending)) {
                found.push(entry);
            }
        }
    }
    found.sort();
    if found.is_empty() {
        return Err(CliError::usage(doing(), "the folder has no export")
            .hint(format!("names of exports end in {}", ENDINGS.join(", "))));
    }
    Ok(found)
}

fn read(path: &Path, ledger: &mut Ledger) -> Result<(), CostError> {
    let open = || File::open(path).map_err(|error| CostError::Io(error.to_string()));
    match path.extension().and_then(|extension| extension.to_str()).unwrap_or_default() {
        "parquet" => {
            open()?;
            read_parquet(path, ledger)
        }
        "gz" => cost::read_csv(open()?, Packing::Gzip, ledger),
        _ => cost::read_csv(open()?, Packing::Plain, ledger),
    }
}

#[cfg(feature = "tables")]
fn read_parquet(path: &Path, ledger: &mut Ledger) -> Result<(), CostError> {
    cost::read_parquet(path, ledger)
}

#[cfg(not(feature = "tables"))]
fn read_parquet(_: &Path, _: &mut Ledger) -> Result<(), CostError> {
    Err(CostError::Io("this build reads no Parquet: it was made without the feature `tables`; export CSV".to_owned()))
}
