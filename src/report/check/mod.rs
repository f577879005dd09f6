//! The gate's answer for people and for the machines of a pull request: one file per format.

pub mod comment;
pub mod csv;
pub mod github;
pub mod junit;
mod page;
pub mod sarif;
#[cfg(test)]
mod tests;

pub use page::{CheckView, page};

use super::document::{CheckedWorkload, CodedText};

/// Notes that are about a limit: they are warnings, the others are for information.
fn is_warning(note: &CodedText) -> bool {
    note.code.ends_with("-not-blamed") || note.code == "price-missing"
}

/// The line that a note of a workload is about: there is none, so the file's first.
const FIRST_LINE: u64 = 1;

/// A workload's file, or its name where there is no file.
fn place(workload: &CheckedWorkload) -> &str {
    workload.file.as_deref().unwrap_or(&workload.name)
}
