//! Workflow commands: GitHub shows them as annotations on the lines of the workload files.
//!
//! The syntax and its escapes: docs.github.com, "Workflow commands for GitHub Actions", read 2026-11.

use std::fmt::Write;

use crate::report::document::{CheckDocument, CheckedWorkload, Verdict};

/// One command a line.
#[must_use]
pub fn render(document: &CheckDocument) -> String {
    let mut out = String::new();
    for one in &document.workloads {
        workload(&mut out, one);
    }
    for warning in &document.warnings {
        let _ = writeln!(out, "::warning title={}::{}", property("shapecast"), message(&warning.text));
    }
    if document.verdict == Verdict::Pass {
        let count = document.workloads.len();
        let _ = writeln!(out, "::notice title=shapecast::gate passed: {count} workloads checked");
    }
    out
}

fn workload(out: &mut String, one: &CheckedWorkload) {
    let place = |line: u64, column: u64| match &one.file {
        Some(file) => format!("file={},line={line},col={column},", property(file)),
        None => String::new(),
    };
    for breach in &one.breaches {
        let title = property(&format!("{}: {}", one.name, breach.code));
        let at = place(breach.line, breach.column);
        let _ = writeln!(out, "::error {at}title={title}::{}", message(&breach.text));
    }
    for note in &one.notes {
        let level = if super::is_warning(note) { "warning" } else { "notice" };
        let title = property(&format!("{}: {}", one.name, note.code));
        let at = place(super::FIRST_LINE, 1);
        let _ = writeln!(out, "::{level} {at}title={title}::{}", message(&note.text));
    }
}

fn message(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}
