//! What is wrong with a workload file, and where.

use std::fmt;

use serde::Serialize;

/// One problem of a workload file.
///
/// `Display` gives `file:4:10: message`; the hint stands apart, so that each output can set it in its own way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WorkloadError {
    /// The file, as the user named it.
    pub file: String,
    /// Line, from 1; 0 when the file could not be opened at all.
    pub line: usize,
    /// Column in characters, from 1; 0 when the file could not be opened at all.
    pub column: usize,
    /// The key path, for example `input.files.count`; empty for the whole file.
    pub path: String,
    /// What was being done and what is wrong.
    pub message: String,
    /// The next step.
    pub hint: String,
}

impl fmt::Display for WorkloadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line == 0 {
            write!(f, "{}: {}", self.file, self.message)
        } else {
            write!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.message)
        }
    }
}

impl std::error::Error for WorkloadError {}
