//! The workload file: YAML (so JSON too) to [`Workload`] and back.

mod changes;
mod numbers;
mod raw;
mod reader;
mod resolve;
mod schema;
mod text;
mod tree;
mod values;
mod write;
mod yaml;

use std::path::Path;

use self::raw::WorkloadFile;
use self::reader::{FromNode, Reader};
use self::tree::{Kind, Node, Place};
use self::yaml::YamlProblem;
use super::{Vocabulary, Workload, WorkloadError};

pub use self::changes::{Change, changes, locate};

/// Reads a workload from text; `file_name` is what the errors call it.
///
/// # Errors
/// All problems that could be found at once, in the order of the file: of the YAML (there the first only), of keys
/// and units, and contradictions.
pub fn read_str(text: &str, file_name: &str, vocabulary: &Vocabulary<'_>) -> Result<Workload, Vec<WorkloadError>> {
    let reader = Reader::new(file_name, vocabulary);
    let workload = text::decode(text.as_bytes().to_vec()).and_then(|text| yaml::parse(&text));
    finish(reader, workload)
}

/// The text of a workload file of at most 8 MiB, not yet understood.
///
/// # Errors
/// When the file cannot be opened, is too large, or is no UTF-8 text.
pub fn read_text(path: &Path) -> Result<String, WorkloadError> {
    text::load(path).map_err(|YamlProblem { place, path: key, message, hint }| WorkloadError {
        file: path.display().to_string(),
        line: place.line,
        column: place.column,
        path: key,
        message,
        hint,
    })
}

/// Reads a workload file of at most 8 MiB.
///
/// # Errors
/// As [`read_str`]; also when the file cannot be opened, is too large (which is checked before it is read), or is no
/// UTF-8 text.
pub fn read_file(path: &Path, vocabulary: &Vocabulary<'_>) -> Result<Workload, Vec<WorkloadError>> {
    let name = path.display().to_string();
    let reader = Reader::new(&name, vocabulary);
    let workload = text::load(path).and_then(|text| yaml::parse(&text));
    finish(reader, workload)
}

fn finish(reader: Reader<'_>, tree: Result<Node, YamlProblem>) -> Result<Workload, Vec<WorkloadError>> {
    let workload = match tree {
        Ok(root) => resolved(&root, &reader),
        Err(YamlProblem { place, path, message, hint }) => {
            reader.problem(place, &path, message, hint);
            None
        }
    };
    let problems = reader.into_problems();
    match workload {
        Some(workload) if problems.is_empty() => Ok(workload),
        _ => Err(problems),
    }
}

fn resolved(root: &Node, reader: &Reader<'_>) -> Option<Workload> {
    if matches!(root.kind, Kind::Null) {
        let hint = "write at least name, input, cadence and job; `shapecast profile init` writes a commented example";
        reader.problem(Place::START, "", "cannot read the workload file: it is empty", hint);
        return None;
    }
    let file = WorkloadFile::from_node(root, "", reader)?;
    resolve::resolve(&file, reader)
}

/// The JSON Schema of the workload file.
#[must_use]
pub fn schema() -> serde_json::Value {
    schema::schema()
}

/// A commented workload file to start from.
#[must_use]
pub const fn template() -> &'static str {
    include_str!("../template.yaml")
}

/// Writes a workload as a file that reads back to the same workload.
#[must_use]
pub fn to_yaml(workload: &Workload) -> String {
    write::to_yaml(workload)
}
