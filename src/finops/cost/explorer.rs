//! The table that Cost Explorer's console downloads: a row a day, a column for each value of the tag that it is grouped
//! by, and one of totals. `"pipeline","orders($)","No tag key: pipeline($)","Total costs($)"`.

use std::collections::HashSet;

use rust_decimal::Decimal;

use super::row::{day, decimal};
use super::{CostError, CostRow, Kind, Ledger};

const TOTALS: &str = "Total costs";

/// Whether the headings are such a table's.
pub fn is_explorer(headers: &csv::StringRecord) -> bool {
    headers.len() > 1 && headers.iter().skip(1).all(|name| split(name).is_some())
}

/// `orders($)` is `orders` in dollars.
fn split(heading: &str) -> Option<(&str, &str)> {
    let (name, unit) = heading.trim().strip_suffix(')')?.rsplit_once('(')?;
    Some((name.trim(), unit))
}

/// Cost Explorer's sign for dollars; other currencies stand as they are.
fn currency(unit: &str) -> &str {
    if unit == "$" { "USD" } else { unit }
}

/// Reads the rows of such a table.
pub fn read(
    records: impl Iterator<Item = Result<csv::StringRecord, CostError>>,
    headers: &csv::StringRecord,
    ledger: &mut Ledger,
) -> Result<(), CostError> {
    let untagged = format!("No tag key: {}", ledger.tag());
    let columns: Vec<(&str, &str)> = headers.iter().skip(1).filter_map(split).collect();
    let grouped_by = headers.get(0).unwrap_or_default().trim_start_matches('\u{feff}').trim().to_owned();
    let by_tag = columns.iter().any(|(name, _)| *name == untagged) || grouped_by.eq_ignore_ascii_case(ledger.tag());
    if !by_tag {
        return Err(CostError::NoTag { tag: ledger.tag().to_owned(), known: vec![grouped_by] });
    }
    let mut days = HashSet::new();
    let mut number = 1;
    for record in records {
        let record = record?;
        number += 1;
        let first = record.get(0).unwrap_or_default();
        // The row of totals comes before the days.
        if first.ends_with(" total") {
            continue;
        }
        let value =
            |wrong| CostError::Value { row: number, column: grouped_by.clone(), value: first.to_owned(), wrong };
        let day = day(first).ok_or_else(|| value("it is no day; choose daily values"))?;
        if !days.insert(day) {
            return Err(CostError::DuplicateDay { row: number, day: first.to_owned() });
        }
        let (mut sum, mut total) = (Decimal::ZERO, None);
        for ((name, unit), text) in columns.iter().zip(record.iter().skip(1)) {
            let cost = decimal(text).ok_or_else(|| CostError::Value {
                row: number,
                column: (*name).to_owned(),
                value: text.to_owned(),
                wrong: "it is no amount",
            })?;
            if *name == TOTALS {
                total = Some(cost);
                continue;
            }
            sum += cost;
            ledger.add(&CostRow {
                number,
                id: "",
                interval: "",
                day,
                kind: Kind::Usage,
                service: "",
                usage_type: "",
                usage: 0.0,
                cost,
                on_demand_cost: None,
                currency: currency(unit),
                pipeline: if *name == untagged { "" } else { name },
                run: "",
            })?;
        }
        if let Some(total) = total.filter(|total| (*total - sum).abs() > rounding(columns.len())) {
            return Err(CostError::Sum { row: number, sum, total });
        }
    }
    if number == 1 { Err(CostError::Empty) } else { Ok(()) }
}

/// The console rounds every amount; a cent for each column is what that can add up to.
fn rounding(columns: usize) -> Decimal {
    Decimal::from(columns) / Decimal::ONE_HUNDRED
}
