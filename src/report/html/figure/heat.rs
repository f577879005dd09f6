//! The decision matrix as a heat map: the colour is the winner, its depth the cost of a month.

use super::{line, plot, short, text};
use crate::engines::EngineId;
use crate::report::document::{MatrixCell, MatrixDocument};
use crate::report::html::escape::attribute;
use crate::report::matrix::{runs_text, volume};
use crate::report::words;

const LEFT: f64 = 76.0;
const TOP: f64 = 62.0;
const CELL: f64 = 42.0;
/// How deep the colours of the cheapest and of the dearest month are.
const DEPTHS: (f64, f64) = (0.15, 0.6);

/// The picture; nothing without a cell.
pub fn heat(document: &MatrixDocument) -> Option<String> {
    let (columns, rows) = (document.input_bytes.len(), document.runs_per_month.len());
    if columns == 0 || rows == 0 {
        return None;
    }
    #[expect(clippy::cast_precision_loss, reason = "a few columns")]
    let width = (super::WIDTH - LEFT - 4.0) / columns as f64;
    let place = |row: usize, column: usize| {
        #[expect(clippy::cast_precision_loss, reason = "a few cells")]
        (LEFT + column as f64 * width, TOP + row as f64 * CELL)
    };
    let engines = winners(document);
    let scale = Scale::of(document);
    let mut content = legend(&engines);
    content.push_str(&text(LEFT, TOP - 22.0, "start", "soft", "volume of a run"));
    content.push_str(&text(0.0, TOP - 8.0, "start", "soft", "runs/month"));
    for (column, bytes) in document.input_bytes.iter().enumerate() {
        content.push_str(&text(place(0, column).0 + width / 2.0, TOP - 8.0, "middle", "", &volume(*bytes)));
    }
    for (row, runs) in document.runs_per_month.iter().enumerate() {
        content.push_str(&text(LEFT - 8.0, place(row, 0).1 + CELL / 2.0 + 4.0, "end", "", &runs_text(*runs)));
        for column in 0..columns {
            if let Some(cell) = document.cells.get(row * columns + column) {
                content.push_str(&drawn(cell, place(row, column), width, &engines, &scale));
            }
        }
    }
    content.push_str(&borders(document, &place, width));
    let (_, bottom) = place(rows, 0);
    let description = format!(
        "{rows} cadences by {columns} volumes; each cell says the cheapest engine that meets the deadline and its cost of a \
         month; the table below has the same"
    );
    Some(plot(bottom + 8.0, "Winner over volume and cadence", &description, &content))
}

/// Engines that win somewhere, in the order of their ids.
fn winners(document: &MatrixDocument) -> Vec<EngineId> {
    let mut engines: Vec<EngineId> =
        document.cells.iter().filter_map(|cell| cell.offers.first()).map(|offer| offer.engine).collect();
    engines.sort();
    engines.dedup();
    engines
}

fn class(engines: &[EngineId], engine: EngineId) -> String {
    let place = engines.iter().position(|it| *it == engine).unwrap_or(0);
    format!("f{}", place % 8 + 1)
}

/// Costs of the cells, as logarithms.
struct Scale {
    low: f64,
    high: f64,
}

impl Scale {
    fn of(document: &MatrixDocument) -> Self {
        let costs = || {
            let offers = document.cells.iter().filter_map(|cell| cell.offers.first());
            offers.map(|offer| offer.monthly_cost_usd.as_f64()).filter(|cost| *cost > 0.0).map(f64::ln)
        };
        Self { low: costs().fold(f64::INFINITY, f64::min), high: costs().fold(f64::NEG_INFINITY, f64::max) }
    }

    fn depth(&self, cost: f64) -> f64 {
        let (low, high) = DEPTHS;
        if cost <= 0.0 || self.high <= self.low {
            return low;
        }
        low + (high - low) * ((cost.ln() - self.low) / (self.high - self.low)).clamp(0.0, 1.0)
    }
}

fn drawn(cell: &MatrixCell, (x, y): (f64, f64), width: f64, engines: &[EngineId], scale: &Scale) -> String {
    let at = format!("{}, {} runs a month", volume(cell.input_bytes), runs_text(cell.runs_per_month));
    let rect = |class: &str, depth: f64, inset: f64, said: &str| {
        format!(
            "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" class=\"{class}\" fill-opacity=\"{depth:.2}\">\
             <title>{}</title></rect>\n",
            x + inset,
            y + inset,
            width - 2.0 * inset,
            CELL - 2.0 * inset,
            attribute(said)
        )
    };
    let middle = x + width / 2.0;
    let Some(winner) = cell.offers.first() else {
        let none = rect("f6", 0.1, 1.0, &format!("{at}: no engine meets the deadline"));
        return none + &text(middle, y + CELL / 2.0 + 4.0, "middle", "soft", "none");
    };
    let cost = words::money(Some(winner.monthly_cost_usd));
    let next = cell.offers.get(1).map_or_else(String::new, |next| {
        format!("; next {} {}", next.engine.title(), words::money(Some(next.monthly_cost_usd)))
    });
    let said = format!("{at}: {} {cost} a month{next}", winner.engine.title());
    let mut out = rect(&class(engines, winner.engine), scale.depth(winner.monthly_cost_usd.as_f64()), 1.0, &said);
    if cell.declared {
        out.push_str(&rect("declared", 0.0, 2.5, &format!("{at}: as declared")));
    }
    // The small letters are about five and a half units wide.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few letters")]
    let letters = (width / 5.4) as usize;
    let disputed = if cell.is_disputed() { " !" } else { "" };
    out.push_str(&text(middle, y + 18.0, "middle", "small", &short(&format!("{}{disputed}", winner.engine), letters)));
    out.push_str(&text(middle, y + 34.0, "middle", "small", &short(&cost, letters)));
    out
}

fn legend(engines: &[EngineId]) -> String {
    let mut out = String::new();
    let mut x = LEFT;
    for engine in engines {
        let name = engine.title();
        out.push_str(&super::rect(x, 6.0, 12.0, 12.0, &class(engines, *engine), name));
        out.push_str(&text(x + 16.0, 16.0, "start", "", name));
        #[expect(clippy::cast_precision_loss, reason = "short words")]
        let step = 34.0 + name.len() as f64 * 6.6;
        x += step;
    }
    out
}

/// Lines between cells with different winners.
fn borders(document: &MatrixDocument, place: &dyn Fn(usize, usize) -> (f64, f64), width: f64) -> String {
    let (columns, rows) = (document.input_bytes.len(), document.runs_per_month.len());
    let winner = |row: usize, column: usize| {
        document.cells.get(row * columns + column).and_then(|cell| cell.offers.first()).map(|offer| offer.engine)
    };
    let mut out = String::new();
    for row in 0..rows {
        for column in 0..columns {
            let (x, y) = place(row, column);
            if column + 1 < columns && winner(row, column) != winner(row, column + 1) {
                out.push_str(&line((x + width, y), (x + width, y + CELL), "mark"));
            }
            if row + 1 < rows && winner(row, column) != winner(row + 1, column) {
                out.push_str(&line((x, y + CELL), (x + width, y + CELL), "mark"));
            }
        }
    }
    out
}
