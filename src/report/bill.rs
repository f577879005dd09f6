//! A bill: its lines with their arithmetic, and where each price comes from.

use super::csv;
use super::document::{BillDocument, BillLine, PriceBasis};
use super::grid::{Align, Grid};
use super::page::Page;
use super::words;

/// What `bill` shows.
#[must_use]
pub fn page(document: &BillDocument) -> Page {
    let mut page = Page::default();
    page.lead("Prices", words::prices_line(&document.prices));
    page.lead("Usage", usage_line(document));
    page.main(grid(document.bill.iter()), Some(format!("Total: {}.", words::money(document.total_usd))));
    page.section("Prices: source and date", pedigrees(&document.bill));
    page
}

fn usage_line(document: &BillDocument) -> String {
    let engine = document.engine.map_or("surroundings", crate::engines::EngineId::title);
    let runs = document.runs.get();
    let noun = if runs == rust_decimal::Decimal::ONE { "run" } else { "runs" };
    format!("{engine}, {} {noun}", words::grouped(runs))
}

/// The bill as CSV: every line with all its facts.
///
/// # Errors
/// When the text cannot be written.
pub fn to_csv(lines: &[BillLine]) -> Result<String, csv::CsvError> {
    const HEADINGS: [&str; 11] = [
        "component",
        "group",
        "period",
        "quantity",
        "unit",
        "unit_price_usd",
        "amount_usd",
        "price_source",
        "price_as_of",
        "formula",
        "price_origin",
    ];
    let unknown = || words::UNKNOWN.to_owned();
    let rows = lines.iter().map(|line| {
        vec![
            line.component.clone(),
            line.group.clone(),
            line.period.clone(),
            line.quantity.to_string(),
            line.unit.clone(),
            line.unit_price_usd.map_or_else(unknown, |price| price.to_string()),
            line.amount_usd.map_or_else(unknown, |amount| amount.to_string()),
            line.price_source.clone().unwrap_or_default(),
            line.price_as_of.clone().unwrap_or_default(),
            line.formula.clone(),
            line.price_origin.clone().unwrap_or_default(),
        ]
    });
    csv::write(&HEADINGS, rows)
}

/// The lines that fall due with every run.
pub(super) fn per_run(lines: &[BillLine]) -> Grid {
    grid(lines.iter().filter(|line| !line.is_monthly()))
}

/// The lines that fall due every month.
pub(super) fn per_month(lines: &[BillLine]) -> Grid {
    grid(lines.iter().filter(|line| line.is_monthly()))
}

fn grid<'a>(lines: impl Iterator<Item = &'a BillLine>) -> Grid {
    let mut grid = Grid::with_headings(&[
        ("Component", Align::Left),
        ("Quantity", Align::Right),
        ("Unit", Align::Tight),
        ("Unit price", Align::Right),
        ("Amount", Align::Right),
        ("Formula", Align::Left),
    ]);
    for line in lines {
        grid.push(vec![
            line.component.clone(),
            words::grouped(line.quantity.get().round_dp(6)),
            line.unit.clone(),
            words::unit_price(line.unit_price_usd),
            words::money(line.amount_usd),
            line.formula.clone(),
        ]);
    }
    grid
}

/// Each price once: id, figure, source, date, rule.
pub(super) fn pedigrees(lines: &[BillLine]) -> Grid {
    let mut rows: Vec<Vec<String>> = Vec::new();
    for line in lines {
        if !rows.iter().any(|row| row.first() == Some(&line.meter)) {
            rows.push(vec![line.meter.clone(), pedigree(line)]);
        }
    }
    Grid::plain(rows)
}

fn pedigree(line: &BillLine) -> String {
    if let Some(missing) = &line.missing {
        return format!("unknown: {}", missing.reason);
    }
    if line.unit_price_usd.is_none() {
        return "unknown, and nothing of it was used".to_owned();
    }
    let source = line.price_source.as_deref().unwrap_or("no source");
    let date = line.price_as_of.as_deref().unwrap_or("undated");
    let origin = line.price_origin.as_deref().filter(|origin| *origin != "own");
    let origin = origin.map_or_else(String::new, |origin| format!(", {origin}"));
    let text = format!("{} for one {}: {source}, {date}{origin}", words::unit_price(line.unit_price_usd), line.unit);
    match (line.price_basis, &line.price_rule) {
        (Some(PriceBasis::Derived), Some(rule)) => format!("{text}; derived: {rule}"),
        (Some(PriceBasis::Derived), None) => format!("{text}; derived"),
        (Some(PriceBasis::Own), _) => format!("{text}; your own price"),
        _ => text,
    }
}
