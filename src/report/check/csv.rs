//! The gate's rows for a spreadsheet: the figures of the JSON, the unit in the heading.

use crate::report::csv::{CsvError, write};
use crate::report::document::{CheckDocument, CheckedWorkload, WorkloadStatus, kebab};
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
    let (is_new, is_gone) = (one.status == WorkloadStatus::New, one.status == WorkloadStatus::Removed);
    let money = |amount: Option<Dollars>| amount.map_or_else(|| words::UNKNOWN.to_owned(), |it| it.to_string());
    let where_it_is = |amount: Option<Dollars>, is_there: bool| if is_there { money(amount) } else { String::new() };
    let effect = |amount: Option<Dollars>| where_it_is(amount, !is_new && !is_gone);
    let breaches: Vec<&str> = one.breaches.iter().map(|breach| breach.code.as_str()).collect();
    vec![
        one.name.clone(),
        kebab(&one.status),
        kebab(&one.verdict),
        where_it_is(one.baseline_usd, !is_new),
        where_it_is(one.current_usd, !is_gone),
        effect(one.workload_effect_usd),
        effect(one.prices_effect_usd),
        effect(one.model_effect_usd),
        effect(one.noise_usd),
        one.within_noise.to_string(),
        breaches.join(" "),
        one.file.clone().unwrap_or_default(),
        one.breaches.first().map_or_else(String::new, |breach| breach.line.to_string()),
    ]
}
