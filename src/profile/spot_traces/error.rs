//! What can be wrong with a table of traces.

use std::io;
use std::path::PathBuf;

/// Why traces cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum TraceError {
    /// The operating system refused.
    #[error("{}: {source}", path.display())]
    Io {
        /// File or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A folder without a table of traces.
    #[error("{}: holds no table of Spot traces{}", path.display(), skipped.first().map_or_else(String::new, |first| format!(" ({first})")))]
    NothingInside {
        /// The folder.
        path: PathBuf,
        /// Why its files are none.
        skipped: Vec<String>,
    },
    /// The table is another one.
    #[error("{file}:1: no column `{column}`; the columns are {}", found.join(", "))]
    NoColumn {
        /// The file.
        file: String,
        /// What is needed.
        column: &'static str,
        /// What is there.
        found: Vec<String>,
    },
    /// The text is no CSV.
    #[error("{file}:{line}: not a row of this table: {why}")]
    NotCsv {
        /// The file.
        file: String,
        /// The line.
        line: u64,
        /// What the parser said.
        why: String,
    },
    /// A cell is wrong.
    #[error("{file}:{line}: column `{column}`: `{value}` {why}")]
    BadCell {
        /// The file.
        file: String,
        /// The line.
        line: u64,
        /// The column.
        column: &'static str,
        /// What stands there.
        value: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// Two rows of a trace claim the same time.
    #[error("{file}:{line}: trace `{trace}` has two rows for {at_s} s")]
    Overlap {
        /// The file.
        file: String,
        /// The line of the later row.
        line: u64,
        /// The trace.
        trace: String,
        /// Where the later row starts.
        at_s: f64,
    },
}
