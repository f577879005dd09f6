//! One thing that is wrong or risky: where, what, and what to do about it.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;

use super::code::{Code, Severity};
use super::node::{At, Node};

/// A finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which rule.
    pub code: Code,
    /// The place in the document, as the document calls it; empty for the whole.
    pub path: String,
    /// Where that is.
    pub at: At,
    /// What is wrong and why it matters.
    pub text: String,
    /// What to write instead.
    pub fix: String,
    /// Schema errors that this finding already says: `(path of the structure, member)`; `*` is any member.
    pub covers: Vec<(String, &'static str)>,
}

/// A finding as every output gives it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FindingOut {
    /// The rule's code.
    pub code: &'static str,
    /// `error`, `warning` or `note`.
    pub severity: Severity,
    /// The file, as the user named it.
    pub file: String,
    /// The place in the document.
    pub path: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong and why.
    pub text: String,
    /// What to write instead.
    pub fix: String,
}

impl Finding {
    /// A finding at a node.
    #[must_use]
    pub fn new(code: Code, node: &Node, text: impl Into<String>, fix: impl Into<String>) -> Self {
        Self::at_path(code, &node.path, node.at, text, fix)
    }

    /// A finding at a place that has a path.
    #[must_use]
    pub fn at_path(code: Code, path: &str, at: At, text: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { code, path: path.to_owned(), at, text: text.into(), fix: fix.into(), covers: Vec::new() }
    }

    /// A finding about the text itself.
    #[must_use]
    pub fn at_place(code: Code, at: At, text: impl Into<String>, fix: impl Into<String>) -> Self {
        Self::at_path(code, "", at, text, fix)
    }

    /// A member that is given twice.
    #[must_use]
    pub fn duplicate(path: &str, at: At, name: &str) -> Self {
        let text = format!("`{name}` is given twice: readers keep one of the two, and not all the same one.");
        Self::at_path(Code::DuplicateMember, path, at, text, "Delete one of them.")
    }

    /// The same, which also says what the schema would say about this member of this structure.
    #[must_use]
    pub fn covering(mut self, structure: &Node, member: &'static str) -> Self {
        self.covers.push((structure.path.clone(), member));
        self
    }

    /// The finding with its file.
    #[must_use]
    pub fn of_file(&self, file: &str) -> FindingOut {
        FindingOut {
            code: self.code.as_str(),
            severity: self.code.severity(),
            file: file.to_owned(),
            path: self.path.clone(),
            line: self.at.line,
            column: self.at.column,
            text: self.text.clone(),
            fix: self.fix.clone(),
        }
    }
}

/// Rules' findings first in their place; schema errors that a rule explains better are left out.
#[must_use]
pub fn merged(rules: Vec<Finding>, schema: Vec<SchemaFinding>) -> Vec<Finding> {
    let covered: BTreeSet<(String, &'static str)> = rules.iter().flat_map(|finding| finding.covers.clone()).collect();
    let is_covered = |found: &SchemaFinding| {
        covered.iter().any(|(path, member)| *path == found.structure && (*member == "*" || *member == found.member))
    };
    let kept = schema.into_iter().filter(|found| !is_covered(found)).map(|found| found.finding);
    let mut all: Vec<Finding> = rules.into_iter().chain(kept).collect();
    all.sort_by(|one, other| {
        (one.at, one.code, &one.path, &one.text).cmp(&(other.at, other.code, &other.path, &other.text))
    });
    all.dedup();
    all
}

/// What the shapes say, with the member it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaFinding {
    /// The finding.
    pub finding: Finding,
    /// The path of the structure.
    pub structure: String,
    /// The member of it.
    pub member: String,
}
