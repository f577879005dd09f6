//! The decision matrix as a page, as a table of cells and as a picture.

use super::document::{MatrixCell, MatrixDocument, MatrixLine};
use super::grid::{Align, Grid};
use super::html;
use super::page::Page;
use super::words;
use crate::engines::EngineId;
use crate::units::Bytes;

/// What a screen shows.
#[must_use]
pub fn page(document: &MatrixDocument) -> Page {
    let mut page = Page::default();
    // One layer is the embedded snapshot, whose date says enough; several name each other.
    let source = match document.prices_source.as_str() {
        several if several.contains(" over ") => several.to_owned(),
        _ => format!("of {}", document.prices_as_of),
    };
    page.lead("Prices", format!("{}, {source}", document.region));
    page.lead("Workload", format!("{}: the cheapest engine that meets the deadline", document.workload));
    let mut columns = vec![("Runs a month".to_owned(), Align::Right)];
    columns.extend(document.input_bytes.iter().map(|bytes| (volume(*bytes), Align::Tight)));
    let headings: Vec<(&str, Align)> = columns.iter().map(|(text, align)| (text.as_str(), *align)).collect();
    let mut grid = Grid::with_headings(&headings);
    for (row, runs) in document.runs_per_month.iter().enumerate() {
        let mut cells = vec![runs_text(*runs)];
        cells.extend(row_of(document, row).map(cell_text));
        grid.push(cells);
    }
    page.main(
        grid,
        Some("Cost of a month; * what the workload declares; ! a rule of thumb picks another engine.".to_owned()),
    );
    page.section("Where the winner changes", changes(document));
    page.section("Rules of thumb that disagree", disputes(document));
    let warnings = document.warnings.iter().map(|warning| vec![warning.code.clone(), warning.text.clone()]).collect();
    page.section("Warnings", Grid::plain(warnings));
    page
}

fn row_of(document: &MatrixDocument, row: usize) -> impl Iterator<Item = &MatrixCell> {
    let columns = document.input_bytes.len();
    document.cells.iter().skip(row * columns).take(columns)
}

fn cell_text(cell: &MatrixCell) -> String {
    let Some(winner) = cell.offers.first() else { return "none".to_owned() };
    let declared = if cell.declared { "*" } else { "" };
    let disputed = if cell.is_disputed() { "!" } else { "" };
    format!("{declared}{}{disputed}\n{}", winner.engine, words::money(Some(winner.monthly_cost_usd)))
}

/// A volume in words.
pub(super) fn volume(bytes: u64) -> String {
    Bytes::new(bytes).to_string()
}

/// Runs a month in words.
pub(super) fn runs_text(runs: f64) -> String {
    if runs >= 10.0 { format!("{runs:.0}") } else { format!("{runs:.1}") }
}

fn changes(document: &MatrixDocument) -> Grid {
    Grid::plain(document.break_even.iter().map(|line| vec![across(line), change(line)]).collect())
}

fn across(line: &MatrixLine) -> String {
    if line.axis == "input.volume" {
        format!("at {} runs a month", runs_text(line.across))
    } else {
        format!("at {}", Bytes::new(1).scaled(line.across))
    }
}

fn change(line: &MatrixLine) -> String {
    let at = if line.axis == "input.volume" {
        Bytes::new(1).scaled(line.at_value).to_string()
    } else {
        format!("{} runs a month", runs_text(line.at_value))
    };
    format!("{} below {at}, {} above", line.below.title(), line.above.title())
}

fn disputes(document: &MatrixDocument) -> Grid {
    let mut rows = Vec::new();
    for cell in document.cells.iter().filter(|cell| cell.is_disputed()) {
        let Some(winner) = cell.offers.first() else { continue };
        for rule in cell.rules.iter().filter(|rule| !rule.agrees) {
            let picked = cell.offers.iter().find(|offer| offer.engine == rule.picks);
            let cost = picked.map_or_else(
                || "is not on offer".to_owned(),
                |offer| format!("costs {} a month", words::money(Some(offer.monthly_cost_usd))),
            );
            rows.push(vec![
                format!("{}, {} runs a month", volume(cell.input_bytes), runs_text(cell.runs_per_month)),
                rule.code.clone(),
                format!(
                    "{} {cost}, {} {}",
                    rule.picks.title(),
                    winner.engine.title(),
                    words::money(Some(winner.monthly_cost_usd))
                ),
            ]);
        }
    }
    Grid::plain(rows)
}

/// The columns of [`rows`].
pub const COLUMNS: [&str; 9] = [
    "input_bytes",
    "runs_per_month",
    "declared",
    "place",
    "engine",
    "shape",
    "monthly_cost_usd",
    "duration_s",
    "rules_that_disagree",
];

/// Every offer of every cell, for a spreadsheet.
#[must_use]
pub fn rows(document: &MatrixDocument) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for cell in &document.cells {
        let disagree: Vec<&str> =
            cell.rules.iter().filter(|rule| !rule.agrees).map(|rule| rule.code.as_str()).collect();
        for (place, offer) in cell.offers.iter().enumerate() {
            rows.push(vec![
                cell.input_bytes.to_string(),
                cell.runs_per_month.to_string(),
                cell.declared.to_string(),
                (place + 1).to_string(),
                offer.engine.to_string(),
                offer.id.clone(),
                offer.monthly_cost_usd.to_string(),
                offer.duration_s.to_string(),
                disagree.join(" "),
            ]);
        }
    }
    rows
}

/// Width and height of a cell and of the margins, in the units of the picture.
const CELL: (usize, usize) = (118, 46);
const MARGIN: (usize, usize) = (110, 56);

/// The picture. Colours repeat what the cells say in words, so that none is needed to read it.
#[must_use]
pub fn svg(document: &MatrixDocument) -> String {
    let (columns, rows) = (document.input_bytes.len(), document.runs_per_month.len());
    let (width, height) = (MARGIN.0 + columns * CELL.0 + 10, MARGIN.1 + rows * CELL.1 + 10);
    let title = html::attribute(&format!("Decision matrix of {}", document.workload));
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-labelledby=\"matrix-title matrix-text\" \
         viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
         font-family=\"system-ui, sans-serif\" font-size=\"11\">\n\
         <title id=\"matrix-title\">{title}</title>\n<desc id=\"matrix-text\">Rows: runs a month. Columns: volume of \
         input. Each cell: the cheapest engine that meets the deadline, and its cost of a month.</desc>\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>\n\
         <text x=\"{}\" y=\"16\" fill=\"#1b1f24\">volume of a run</text>\n<text x=\"6\" y=\"{}\" fill=\"#1b1f24\">runs a month</text>\n",
        MARGIN.0,
        MARGIN.1 - 10
    );
    for (column, bytes) in document.input_bytes.iter().enumerate() {
        let x = MARGIN.0 + column * CELL.0 + 6;
        out.push_str(&format!("<text x=\"{x}\" y=\"{}\" fill=\"#1b1f24\">{}</text>\n", MARGIN.1 - 10, volume(*bytes)));
    }
    for (row, runs) in document.runs_per_month.iter().enumerate() {
        let y = MARGIN.1 + row * CELL.1;
        out.push_str(&format!("<text x=\"6\" y=\"{}\" fill=\"#1b1f24\">{}</text>\n", y + 26, runs_text(*runs)));
        for (column, cell) in row_of(document, row).enumerate() {
            out.push_str(&cell_svg(cell, MARGIN.0 + column * CELL.0, y));
        }
    }
    out.push_str(&borders(document, columns, rows));
    out.push_str("</svg>\n");
    out
}

fn cell_svg(cell: &MatrixCell, x: usize, y: usize) -> String {
    let winner = cell.offers.first();
    let fill = winner.map_or("#eaeef2", |offer| colour(offer.engine));
    let (name, cost) = match winner {
        Some(offer) => (
            format!("{}{}", offer.engine, if cell.is_disputed() { " !" } else { "" }),
            words::money(Some(offer.monthly_cost_usd)),
        ),
        None => ("none".to_owned(), String::new()),
    };
    let frame = if cell.declared { " stroke=\"#1b1f24\" stroke-width=\"2\" stroke-dasharray=\"4 3\"" } else { "" };
    format!(
        "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{fill}\"{frame}/>\n\
         <text x=\"{}\" y=\"{}\" fill=\"#1b1f24\" font-weight=\"600\">{}</text>\n<text x=\"{}\" y=\"{}\" fill=\"#1b1f24\">{}</text>\n",
        x + 1,
        y + 1,
        CELL.0 - 2,
        CELL.1 - 2,
        x + 6,
        y + 19,
        html::attribute(&name),
        x + 6,
        y + 36,
        html::attribute(&cost),
    )
}

/// Thick lines between cells with different winners.
fn borders(document: &MatrixDocument, columns: usize, rows: usize) -> String {
    let winner = |row: usize, column: usize| {
        document.cells.get(row * columns + column).and_then(|cell| cell.offers.first()).map(|offer| offer.engine)
    };
    let mut path = String::new();
    for row in 0..rows {
        for column in 0..columns {
            let (x, y) = (MARGIN.0 + column * CELL.0, MARGIN.1 + row * CELL.1);
            if column + 1 < columns && winner(row, column) != winner(row, column + 1) {
                path.push_str(&format!("M{} {y}v{} ", x + CELL.0, CELL.1));
            }
            if row + 1 < rows && winner(row, column) != winner(row + 1, column) {
                path.push_str(&format!("M{x} {}h{} ", y + CELL.1, CELL.0));
            }
        }
    }
    format!("<path d=\"{}\" stroke=\"#1b1f24\" stroke-width=\"3\" fill=\"none\"/>\n", path.trim_end())
}

/// Pale colours on which dark text is readable.
const fn colour(engine: EngineId) -> &'static str {
    match engine {
        EngineId::EmrEc2 => "#cfe8ff",
        EngineId::EmrEks => "#d7d3ff",
        EngineId::EmrServerless => "#d3f5d8",
        EngineId::EmrServerlessFlex => "#e9f9c8",
        EngineId::Glue => "#ffe3c2",
        EngineId::GlueFlex => "#fff3b8",
        EngineId::Athena => "#ffd6e0",
        EngineId::BatchFargate => "#e0e0e0",
        _ => "#f3e2f7",
    }
}
