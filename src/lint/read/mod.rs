//! From text to nodes: one file per notation.

mod hcl;
mod json;
mod yaml;

use super::finding::Finding;
use super::node::{At, Node};

/// How a document is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notation {
    /// JSON, with comments tolerated and reported.
    Json,
    /// YAML, with CloudFormation's short tags.
    Yaml,
    /// Terraform.
    Hcl,
}

/// A text that is no document of its notation.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{line}:{column}: {message}", line = self.at.line, column = self.at.column)]
pub struct ReadError {
    /// Where it stops making sense.
    pub at: At,
    /// What is wrong.
    pub message: String,
}

/// A document that was read, with what its notation already shows to be wrong.
#[derive(Clone, Debug)]
pub struct Document {
    /// The notation.
    pub notation: Notation,
    /// The whole of it. For Terraform: a map from `type.name` to the resource's body.
    pub root: Node,
    /// Comments, double keys and the like.
    pub findings: Vec<Finding>,
}

/// Reads a document. The file's name tells the notation; where it does not, the first character does.
///
/// # Errors
/// The text cannot be read.
pub fn read(text: &str, file_name: &str) -> Result<Document, ReadError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match notation(text, file_name) {
        Notation::Json => json::read(text),
        Notation::Yaml => yaml::read(text),
        Notation::Hcl => hcl::read(text),
    }
}

fn notation(text: &str, file_name: &str) -> Notation {
    let name = file_name.to_ascii_lowercase();
    let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
    if ends(&[".tf", ".hcl", ".tfvars"]) {
        return Notation::Hcl;
    }
    if ends(&[".yaml", ".yml"]) {
        return Notation::Yaml;
    }
    let first = text.trim_start();
    if ends(&[".json", ".jsonc"]) || first.starts_with(['{', '[', '/']) { Notation::Json } else { Notation::Yaml }
}

/// Line and column of a byte offset.
#[derive(Debug)]
struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Self {
        let starts = std::iter::once(0).chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|end| end + 1)).collect();
        Self { text, starts }
    }

    fn at(&self, offset: usize) -> At {
        let line = self.starts.partition_point(|start| *start <= offset);
        let start = self.starts.get(line.saturating_sub(1)).copied().unwrap_or(0);
        let before = self.text.get(start..offset).unwrap_or_default();
        At { line: line.max(1), column: before.chars().count() + 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_tells_the_notation_and_else_the_first_character() {
        assert_eq!(notation("{}", "a.tf"), Notation::Hcl);
        assert_eq!(notation("{}", "a.yaml"), Notation::Yaml);
        assert_eq!(notation("a: 1", "a.json"), Notation::Json);
        assert_eq!(notation("// spec\n{}", "spec"), Notation::Json);
        assert_eq!(notation("Resources:\n", "stack.template"), Notation::Yaml);
    }

    #[test]
    fn columns_count_characters() {
        let lines = Lines::of("ä\n  é x");
        assert_eq!(lines.at(0), At { line: 1, column: 1 });
        assert_eq!(lines.at(8), At { line: 2, column: 5 });
    }

    #[test]
    fn broken_texts_are_errors_with_a_place() {
        let error = read("{\"a\": }", "a.json").expect_err("no value");
        assert_eq!(error.at, At { line: 1, column: 7 });
        assert!(read("a: [1", "a.yaml").is_err());
        assert_eq!(read("resource \"a\" {", "a.tf").expect_err("open block").at.line, 1);
        assert!(read("", "a.json").is_err());
        assert!(read("\u{feff}{}", "a.json").is_ok());
    }
}
