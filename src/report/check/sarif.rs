//! SARIF 2.1.0 (OASIS standard): a result for each broken limit, on its line; code scanning shows it.

use serde_json::{Value, json};

use crate::report::document::{CheckDocument, CheckedWorkload, CodedText};

/// What each code means. The order is that of the rules in the document.
const RULES: [(&str, &str); 6] = [
    ("max-increase", "The workload's change raises the month's projected cost by more than the allowed share."),
    ("max-increase-usd", "The workload's change raises the month's projected cost by more than the allowed dollars."),
    ("budget-usd", "The month's projected cost is over its budget."),
    ("max-runtime-increase", "The workload's change raises the projected median time by more than the allowed share."),
    ("min-deadline-probability", "The deadline is met with a lower probability than demanded."),
    ("no-candidate", "No engine can serve the workload."),
];

/// The rule of all notes.
const NOTE: (&str, &str) = ("note", "Something to know of a workload that breaks no limit.");

/// The document as text.
///
/// # Errors
/// When a value cannot be written as JSON.
pub fn render(document: &CheckDocument) -> Result<String, serde_json::Error> {
    crate::report::json::to_text(&log(document))
}

fn log(document: &CheckDocument) -> Value {
    let results: Vec<Value> = document.workloads.iter().flat_map(of_workload).collect();
    let rules: Vec<Value> = RULES
        .iter()
        .chain([&NOTE])
        .map(|(id, text)| json!({ "id": id, "shortDescription": { "text": text } }))
        .collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {
                "driver": {
                    "name": document.tool.name,
                    "version": document.tool.version,
                    "semanticVersion": document.tool.version,
                    "rules": rules,
                }
            },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn of_workload(one: &CheckedWorkload) -> Vec<Value> {
    let breaches = one.breaches.iter().map(|breach| {
        let index = RULES.iter().position(|(id, _)| *id == breach.code);
        let mut found = result(one, &breach.code, index, "error", &breach.text, (breach.line, breach.column));
        if let (Some(limit), Some(actual)) = (breach.limit, breach.actual) {
            found["properties"] = json!({ "limit": limit, "actual": actual });
        }
        found
    });
    let notes = one.notes.iter().map(|note| {
        let level = if super::is_warning(note) { "warning" } else { "note" };
        let text = format!("{}: {}", coded(note), note.text);
        result(one, NOTE.0, Some(RULES.len()), level, &text, (super::FIRST_LINE, 1))
    });
    breaches.chain(notes).collect()
}

fn coded(note: &CodedText) -> &str {
    &note.code
}

fn result(
    one: &CheckedWorkload,
    rule: &str,
    index: Option<usize>,
    level: &str,
    text: &str,
    (line, column): (u64, u64),
) -> Value {
    let mut result = json!({
        "ruleId": rule,
        "level": level,
        "message": { "text": format!("{}: {text}", one.name) },
        // The same breach of the same workload is one alert from push to push, whatever its figures.
        "partialFingerprints": { "shapecast/v1": format!("{}/{rule}", one.name) },
    });
    if let Some(index) = index {
        result["ruleIndex"] = json!(index);
    }
    if let Some(file) = &one.file {
        result["locations"] = json!([{
            "physicalLocation": {
                "artifactLocation": { "uri": uri(file) },
                "region": { "startLine": line, "startColumn": column },
            }
        }]);
    }
    result
}

/// A path as a relative URI reference.
fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.replace('\\', "/").trim_start_matches("./").bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => out.push(char::from(byte)),
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}
