//! From what the user gave to a flat list of files: patterns expanded, directories walked, archives opened.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use super::entry::{Part, zip_entries};
use crate::profile::eventlog::codec;
use crate::profile::eventlog::error::ReadError;

/// Deeper directories are not searched; a loop of symbolic links ends here.
const MAX_DEPTH: usize = 16;
const ZIP_MAGIC: &[u8] = b"PK\x03\x04";

/// Every file at `path`, sorted by path.
///
/// # Errors
/// When nothing is there or the system refuses.
pub(super) fn entries(path: &Path) -> Result<Vec<Part>, ReadError> {
    let mut files = Vec::new();
    if path.exists() {
        collect(path, 0, &mut files)?;
    } else {
        for found in expand(path)? {
            collect(&found, 0, &mut files)?;
        }
    }
    files.sort();
    files.dedup();
    Ok(files)
}

/// The paths that match a pattern.
fn expand(path: &Path) -> Result<Vec<PathBuf>, ReadError> {
    let not_found = || ReadError::NotFound { path: path.to_owned() };
    let pattern = path.to_str().filter(|text| text.contains(['*', '?', '['])).ok_or_else(not_found)?;
    let matches = glob::glob(pattern)
        .map_err(|error| ReadError::BadPattern { pattern: pattern.to_owned(), why: error.msg.to_owned() })?;
    let found = matches
        .map(|path| path.map_err(|error| ReadError::io(error.path(), 0, std::io::Error::from(error.error().kind()))))
        .collect::<Result<Vec<_>, _>>()?;
    if found.is_empty() { Err(not_found()) } else { Ok(found) }
}

fn collect(path: &Path, depth: usize, files: &mut Vec<Part>) -> Result<(), ReadError> {
    let refused = |error| ReadError::io(path, 0, error);
    let metadata = match fs::metadata(path) {
        // A dangling link among other files is no reason to give up.
        Err(error) if depth > 0 && error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        other => other.map_err(refused)?,
    };
    if metadata.is_dir() {
        if depth < MAX_DEPTH {
            for entry in fs::read_dir(path).map_err(refused)? {
                collect(&entry.map_err(refused)?.path(), depth + 1, files)?;
            }
        }
    } else if metadata.is_file() {
        if is_zip(path)? {
            files.extend(zip_entries(path)?);
        } else {
            files.push(Part::file(path.to_owned(), metadata.len()));
        }
    }
    Ok(())
}

fn is_zip(path: &Path) -> Result<bool, ReadError> {
    let refused = |error| ReadError::io(path, 0, error);
    let mut head = [0; ZIP_MAGIC.len()];
    let mut file = File::open(path).map_err(refused)?;
    let filled = codec::fill(&mut file, &mut head).map_err(refused)?;
    Ok(head[..filled] == *ZIP_MAGIC)
}
