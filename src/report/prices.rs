//! Rows of the price book.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::csv;
use super::document::{PriceBasis, SCHEMA_VERSION, Tool, basis_of, kebab};
use super::grid::{Align, Grid};
use super::number::UnitDollars;
use super::page::Page;
use super::words;

/// What `shapecast prices show --format json` writes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PricesDocument {
    /// Version of this contract; 1.
    pub schema_version: u32,
    /// Who wrote the document.
    pub tool: Tool,
    /// The price book.
    pub source: String,
    /// Its date.
    pub as_of: String,
    /// Its age in days; null when today is not known.
    pub age_days: Option<i64>,
    /// The prices asked for.
    pub prices: Vec<PriceRow>,
}

/// One price.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PriceRow {
    /// The region.
    pub region: String,
    /// The price's id, as a file of own prices has it.
    pub meter: String,
    /// What the price is per.
    pub unit: String,
    /// Dollars for one `unit`; null when nobody knows.
    pub unit_price_usd: Option<UnitDollars>,
    /// Where the figure stands.
    pub price_source: Option<String>,
    /// Date of the figure.
    pub price_as_of: Option<String>,
    /// The layer of the price book that it comes from: `live`, `file` or `embedded`.
    pub price_origin: Option<String>,
    /// How old the figure is in days; null when it has no date or today is not known.
    pub price_age_days: Option<i64>,
    /// How it came to be known.
    pub price_basis: Option<PriceBasis>,
    /// The rule of a derived price, AWS's interruption band of a Spot price, or why there is no price.
    pub note: Option<String>,
}

impl From<&crate::prices::PriceRow> for PriceRow {
    fn from(row: &crate::prices::PriceRow) -> Self {
        let (price_basis, rule) = row.basis.as_ref().map_or((None, None), basis_of);
        let band = row.interruption_band.map(|band| format!("interrupted {} a month", kebab(&band)));
        let notes: Vec<String> = [rule, band, row.missing.clone()].into_iter().flatten().collect();
        Self {
            region: row.region.clone(),
            meter: row.meter.clone(),
            unit: row.unit.to_owned(),
            unit_price_usd: row.dollars.map(UnitDollars::new),
            price_source: row.source.clone(),
            price_as_of: row.as_of.clone(),
            price_origin: row.origin.map(|origin| origin.to_string()),
            price_age_days: None,
            price_basis,
            note: (!notes.is_empty()).then(|| notes.join("; ")),
        }
    }
}

impl PricesDocument {
    /// The document with the age of every figure on `today`.
    #[must_use]
    pub fn aged(mut self, today: jiff::civil::Date) -> Self {
        for row in &mut self.prices {
            let date = row.price_as_of.as_deref().and_then(|date| date.parse::<jiff::civil::Date>().ok());
            row.price_age_days = date.map(|date| (date.duration_until(today).as_hours() / 24).max(0));
        }
        self
    }

    /// The document of some rows.
    #[must_use]
    pub fn new(source: &str, as_of: &str, age_days: Option<i64>, prices: Vec<PriceRow>) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            tool: Tool::this(),
            source: source.to_owned(),
            as_of: as_of.to_owned(),
            age_days,
            prices,
        }
    }
}

/// What `prices show` shows.
#[must_use]
pub fn page(document: &PricesDocument) -> Page {
    let mut page = Page::default();
    let age = match document.age_days {
        Some(1) => "1 day old".to_owned(),
        Some(days) => format!("{} days old", words::count(days.unsigned_abs())),
        None => "age unknown".to_owned(),
    };
    let only = only_region(&document.prices);
    let place = only.map_or_else(String::new, |region| format!(", {region}"));
    page.lead("Prices", format!("{}, {}{place} ({age})", document.source, document.as_of));
    let note = format!(
        "{} {}.",
        words::count(document.prices.len() as u64),
        words::plural(document.prices.len(), "price", "prices")
    );
    page.main(grid(&document.prices, only.is_none()), Some(note));
    page
}

/// The rows as CSV.
///
/// # Errors
/// When the text cannot be written.
pub fn to_csv(document: &PricesDocument) -> Result<String, csv::CsvError> {
    const HEADINGS: [&str; 10] =
        ["region", "meter", "unit_price_usd", "unit", "basis", "as_of", "source", "note", "origin", "age_days"];
    let rows = document.prices.iter().map(|row| {
        vec![
            row.region.clone(),
            row.meter.clone(),
            row.unit_price_usd.map_or_else(|| words::UNKNOWN.to_owned(), |price| price.to_string()),
            row.unit.clone(),
            basis(row).to_owned(),
            row.price_as_of.clone().unwrap_or_default(),
            row.price_source.clone().unwrap_or_default(),
            row.note.clone().unwrap_or_default(),
            row.price_origin.clone().unwrap_or_default(),
            row.price_age_days.map_or_else(String::new, |days| days.to_string()),
        ]
    });
    csv::write(&HEADINGS, rows)
}

/// The region of all rows, when they have one in common: it then stands in the first line, once.
fn only_region(rows: &[PriceRow]) -> Option<&str> {
    let first = rows.first()?.region.as_str();
    rows.iter().all(|row| row.region == first).then_some(first)
}

fn grid(rows: &[PriceRow], with_region: bool) -> Grid {
    let mut columns = vec![
        ("Price", Align::Tight),
        ("Region", Align::Tight),
        ("USD", Align::Right),
        ("per", Align::Tight),
        ("Basis", Align::Tight),
        ("As of", Align::Tight),
        ("Source", Align::Left),
    ];
    columns.retain(|(heading, _)| with_region || *heading != "Region");
    let mut grid = Grid::with_headings(&columns);
    for row in rows {
        let origin = row.price_origin.as_ref().zip(row.price_source.as_ref());
        let named = origin.map(|(origin, source)| format!("{origin}: {source}"));
        let source = [named.as_deref().or(row.price_source.as_deref()), row.note.as_deref()];
        let mut cells = vec![row.meter.clone()];
        if with_region {
            cells.push(row.region.clone());
        }
        cells.extend([
            words::unit_price(row.unit_price_usd),
            row.unit.clone(),
            basis(row).to_owned(),
            row.price_as_of.clone().unwrap_or_default(),
            source.into_iter().flatten().collect::<Vec<_>>().join("; "),
        ]);
        grid.push(cells);
    }
    grid
}

fn basis(row: &PriceRow) -> &'static str {
    match row.price_basis {
        Some(PriceBasis::Read) => "read",
        Some(PriceBasis::Derived) => "derived",
        Some(PriceBasis::Own) => "own",
        None => "unknown",
    }
}
