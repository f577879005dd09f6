//! Tables of traces from a file or a folder.

use std::fs;
use std::path::{Path, PathBuf};

use super::table::{Traces, parse};
use super::{PoolHistory, TraceError};

/// Traces of one file or folder.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Collection {
    /// Pools of which one node was watched on AWS.
    pub pools: Vec<PoolHistory>,
    /// What was left out, and why.
    pub left_out: Vec<String>,
}

/// Reads a table, or every table of a folder; files of a folder that hold no traces are left out and named.
///
/// # Errors
/// Nothing can be read, there is no table, or a table is wrong.
pub fn read(path: &Path) -> Result<Collection, TraceError> {
    let io = |source| TraceError::Io { path: path.to_path_buf(), source };
    if !fs::metadata(path).map_err(io)?.is_dir() {
        let mut collection = Collection::default();
        collection.add(read_file(path)?);
        return Ok(collection);
    }
    let mut files: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(path).map_err(io)? {
        let file = entry.map_err(io)?.path();
        if file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv")) {
            files.push(file);
        }
    }
    files.sort();
    let mut collection = Collection::default();
    let mut tables = 0;
    for file in files {
        match read_file(&file) {
            Ok(traces) => {
                tables += 1;
                collection.add(traces);
            }
            Err(error @ TraceError::NoColumn { .. }) => collection.left_out.push(error.to_string()),
            Err(error) => return Err(error),
        }
    }
    if tables == 0 {
        return Err(TraceError::NothingInside { path: path.to_path_buf(), skipped: collection.left_out });
    }
    Ok(collection)
}

impl Collection {
    fn add(&mut self, traces: Traces) {
        self.pools.extend(traces.pools);
        self.left_out.extend(traces.left_out);
    }
}

fn read_file(path: &Path) -> Result<Traces, TraceError> {
    let bytes = fs::read(path).map_err(|source| TraceError::Io { path: path.to_path_buf(), source })?;
    parse(&bytes, &path.display().to_string())
}
