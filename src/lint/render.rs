//! The findings as a page, as JSON, as SARIF and as GitHub's annotations.

use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json as value;

use super::code::{Code, Severity};
use super::finding::FindingOut;
use super::money::SpecCostOut;
use crate::report::document::{SCHEMA_VERSION, Tool};
use crate::report::{Align, Grid, Page};

/// A file with its findings.
#[derive(Clone, Debug)]
pub struct LintedFile {
    /// The file, as the user named it.
    pub file: String,
    /// What it describes, for people.
    pub subjects: Vec<String>,
    /// Its findings.
    pub findings: Vec<FindingOut>,
}

/// What `shapecast lint --format json` writes.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct LintDocument {
    /// Version of this contract; 1.
    pub schema_version: u32,
    /// Who wrote the document.
    pub tool: Tool,
    /// How many findings of each severity.
    pub summary: Summary,
    /// What is wrong or risky, in the order of the files.
    pub findings: Vec<FindingOut>,
    /// What the specs cost for the workload; empty without `--workload`.
    pub costs: Vec<SpecCostOut>,
}

/// Counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Summary {
    /// They will be refused, or cannot work.
    pub errors: usize,
    /// They work, and cost or risk more than they need to.
    pub warnings: usize,
    /// Worth knowing.
    pub notes: usize,
}

impl LintDocument {
    /// The document of some files.
    #[must_use]
    pub fn new(files: &[LintedFile], costs: Vec<SpecCostOut>) -> Self {
        let findings: Vec<FindingOut> = files.iter().flat_map(|file| file.findings.clone()).collect();
        let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
        let summary = Summary {
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            notes: count(Severity::Note),
        };
        Self { schema_version: SCHEMA_VERSION, tool: Tool::this(), summary, findings, costs }
    }
}

/// The document as text.
///
/// # Errors
/// When a value cannot be written as JSON.
pub fn json(document: &LintDocument) -> Result<String, serde_json::Error> {
    crate::report::json::to_text(document)
}

/// The report for people.
#[must_use]
pub fn page(files: &[LintedFile], document: &LintDocument) -> Page {
    let mut page = Page::default();
    for file in files {
        let subjects =
            if file.subjects.is_empty() { "nothing to check by rules".to_owned() } else { file.subjects.join(", ") };
        page.lead(&file.file, subjects);
    }
    let Summary { errors, warnings, notes } = document.summary;
    page.lead("Findings", format!("{errors} errors, {warnings} warnings, {notes} notes"));
    for file in files {
        let mut grid = Grid::with_headings(&[
            ("Place", Align::Tight),
            ("Code", Align::Tight),
            ("Finding", Align::Left),
            ("Fix", Align::Left),
        ]);
        for finding in &file.findings {
            grid.push(vec![
                format!("{}:{}", finding.line, finding.column),
                format!("{} {}", finding.severity.as_str(), finding.code),
                at_path(finding),
                finding.fix.clone(),
            ]);
        }
        page.section(&*file.file, grid);
    }
    for cost in &document.costs {
        cost.add_to(&mut page);
    }
    page
}

fn at_path(finding: &FindingOut) -> String {
    if finding.path.is_empty() { finding.text.clone() } else { format!("{}: {}", finding.path, finding.text) }
}

/// SARIF 2.1.0, as code-scanning services read it.
///
/// # Errors
/// When a value cannot be written as JSON.
pub fn sarif(document: &LintDocument) -> Result<String, serde_json::Error> {
    let used: Vec<Code> =
        Code::all().filter(|code| document.findings.iter().any(|finding| finding.code == code.as_str())).collect();
    let rules: Vec<_> = used
        .iter()
        .map(|code| {
            value!({
                "id": code.as_str(),
                "shortDescription": {"text": code.what()},
                "fullDescription": {"text": code.why()},
                "defaultConfiguration": {"level": code.severity().as_str()},
            })
        })
        .collect();
    let results: Vec<_> = document
        .findings
        .iter()
        .map(|finding| {
            value!({
                "ruleId": finding.code,
                "ruleIndex": used.iter().position(|code| code.as_str() == finding.code),
                "level": finding.severity.as_str(),
                "message": {"text": format!("{} {}", at_path(finding), finding.fix)},
                "locations": [{"physicalLocation": {
                    "artifactLocation": {"uri": uri(&finding.file)},
                    "region": {"startLine": finding.line, "startColumn": finding.column},
                }}],
            })
        })
        .collect();
    crate::report::json::to_text(&value!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {"name": document.tool.name, "version": document.tool.version, "rules": rules}},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    }))
}

/// A relative path with the characters that a URI keeps for itself escaped.
fn uri(file: &str) -> String {
    let mut out = String::new();
    for byte in file.replace('\\', "/").bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// GitHub's workflow commands: one annotation a line.
#[must_use]
pub fn github(document: &LintDocument) -> String {
    let mut out = String::new();
    for finding in &document.findings {
        let level = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        let _ = writeln!(
            out,
            "::{level} file={},line={},col={},title={}::{}",
            property(&finding.file),
            finding.line,
            finding.column,
            property(finding.code),
            data(&format!("{} {}", at_path(finding), finding.fix)),
        );
    }
    for cost in &document.costs {
        let _ = writeln!(out, "::notice file={},title=cost::{}", property(&cost.file), data(&cost.text));
    }
    out
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
