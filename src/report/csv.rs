//! The ranking as CSV: the rows of the screen, in its order, with its figures; the unit stands in the heading.

use std::fmt;

use super::document::{Entry, RecommendDocument};
use super::number::Dollars;
use super::{View, ranking, words};
use crate::units::Usd;

/// Why a table cannot be written.
#[derive(Debug)]
pub struct CsvError(String);

impl fmt::Display for CsvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for CsvError {}

/// The headings of the ranking.
pub const RANKING: [&str; 13] = [
    "workload",
    "rank",
    "engine",
    "engine_title",
    "shape",
    "time_p50_s",
    "time_p90_s",
    "deadline_met_probability",
    "cost_per_run_usd",
    "cost_per_month_usd",
    "why",
    "price_as_of",
    "region",
];

/// The rankings of one or more workloads below each other.
///
/// # Errors
/// When the text cannot be written.
pub fn recommend(documents: &[RecommendDocument], view: View) -> Result<String, CsvError> {
    let rows = documents
        .iter()
        .flat_map(|document| ranking::shown(document, view).0.into_iter().map(move |entry| row(document, entry)));
    write(&RANKING, rows)
}

fn row(document: &RecommendDocument, entry: &Entry) -> Vec<String> {
    vec![
        document.workload.name.clone(),
        ranking::mark(entry),
        entry.engine.to_string(),
        ranking::engine(entry).replace('\n', " "),
        entry.shape_text.clone(),
        format!("{:.0}", entry.duration_s.p50),
        format!("{:.0}", entry.duration_s.p90),
        format!("{:.4}", entry.deadline_met_probability),
        money(entry.cost_usd.map(|cost| cost.mean)),
        money(entry.monthly_cost_usd),
        ranking::why(entry),
        document.prices.as_of.clone(),
        document.prices.region.clone(),
    ]
}

/// The figure of the screen without its signs, so that a spreadsheet takes it for a number.
fn money(amount: Option<Dollars>) -> String {
    amount.map_or_else(|| words::UNKNOWN.to_owned(), |amount| bare(amount.usd()))
}

fn bare(usd: Usd) -> String {
    usd.to_string().replace(['$', ','], "")
}

/// Rows under headings.
///
/// # Errors
/// When the text cannot be written.
pub fn write(headings: &[&str], rows: impl Iterator<Item = Vec<String>>) -> Result<String, CsvError> {
    let failed = |error: &dyn fmt::Display| CsvError(error.to_string());
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(headings).map_err(|error| failed(&error))?;
    for row in rows {
        writer.write_record(row.iter().map(|cell| inert(cell))).map_err(|error| failed(&error))?;
    }
    let bytes = writer.into_inner().map_err(|error| failed(&error))?;
    String::from_utf8(bytes).map_err(|error| failed(&error))
}

/// Spreadsheets run a cell that starts with a sign of a formula; names come from files that others wrote.
fn inert(cell: &str) -> String {
    let is_formula = cell.starts_with(['=', '@', '\t', '\r'])
        || (cell.starts_with(['+', '-']) && cell.len() > 1 && cell.parse::<f64>().is_err());
    if is_formula { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_a_formula_stays_a_name() {
        assert_eq!(inert("=HYPERLINK(\"x\")"), "'=HYPERLINK(\"x\")");
        assert_eq!(inert("-1.5"), "-1.5");
        assert_eq!(inert("-"), "-");
    }
}
