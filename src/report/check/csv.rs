//! The gate's rows for a spreadsheet: the figures of the JSON, the unit in the heading.

use crate::report::csv::{CsvError, write};
use crate::report::document::{CheckDocument, CheckedWorkload, kebab};
use crate::report::number::Dollars;
use crate::report::words;

/// The headings.
pub const HEADINGS: [&str; 13] = [
    "workload",
    "status",
    "verdict",
    "baseline_usd",
    "current_usd",
    "workload_effect_usd",
    "prices_effect_usd",
    "model_effect_usd",
    "noise_usd",
    "within_noise",
    "breaches",
    "file",
    "line",
];

/// One row for each workload.
///
/// # Errors
/// When the text cannot be written.
pub fn render(document: &CheckDocument) -> Result<String, CsvError> {
    write(&HEADINGS, document.workloads.iter().map(row))
}

fn row(one: &CheckedWorkload) -> Vec<String> {
    let money = |amount: Option<Dollars>| amount.map_or_else(|| words::UNKNOWN.to_owned(), |it| it.to_string());
    let breaches: Vec<&str> = one.breaches.iter().map(|breach| breach.code.as_str()).collect();
    vec![
        one.name.clone(),
        kebab(&one.status),
        kebab(&one.verdict),
        money(one.baseline_usd),
        money(one.current_usd),
        money(one.workload_effect_usd),
        money(one.prices_effect_usd),
        money(one.model_effect_usd),
        money(one.noise_usd),
        one.within_noise.to_string(),
        breaches.join(" "),
        one.file.clone().unwrap_or_default(),
        one.breaches.first().map_or_else(String::new, |breach| breach.line.to_string()),
    ]
}
