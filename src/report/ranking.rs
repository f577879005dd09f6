//! The ranked rows: the same ones on the screen, in Markdown and in CSV.

use super::document::{Entry, RecommendDocument, Role};
use super::grid::{Align, Grid};
use super::{View, words};

/// The entries that a view shows, and how many candidates it leaves out.
pub(super) fn shown(document: &RecommendDocument, view: View) -> (Vec<&Entry>, usize) {
    let limit = view.top.filter(|_| !view.all).unwrap_or(usize::MAX);
    let fits = |entry: &&Entry| entry.role != Role::Candidate || entry.rank.is_some_and(|rank| rank as usize <= limit);
    let entries: Vec<&Entry> = document.recommendations.iter().filter(fits).collect();
    let left_out = document.recommendations.len() - entries.len();
    (entries, left_out)
}

/// The ranked table.
pub(super) fn grid(document: &RecommendDocument, view: View) -> Grid {
    let with_deadline = document.workload.deadline_s.is_some();
    let mut columns = vec![
        ("#", Align::Right),
        ("Engine", Align::Tight),
        ("Shape", Align::Left),
        ("Time p50\nand p90", Align::Tight),
        ("In time", Align::Right),
        ("Cost/run", Align::Right),
        ("Cost/month", Align::Right),
        ("Why", Align::Left),
    ];
    columns.retain(|(heading, _)| with_deadline || *heading != "In time");
    let mut grid = Grid::with_headings(&columns);
    for entry in shown(document, view).0 {
        grid.push(row(entry, with_deadline));
    }
    grid
}

fn row(entry: &Entry, with_deadline: bool) -> Vec<String> {
    let mut cells = vec![mark(entry), engine(entry), entry.shape_text.clone(), words::times(&entry.duration_s)];
    if with_deadline {
        cells.push(words::probability(entry.deadline_met_probability));
    }
    cells.push(words::money(entry.cost_usd.map(|cost| cost.mean)));
    cells.push(words::money(entry.monthly_cost_usd));
    cells.push(why(entry));
    cells
}

/// The rank; what cannot be recommended has none.
pub(super) fn mark(entry: &Entry) -> String {
    entry.rank.map_or_else(|| "-".to_owned(), |rank| rank.to_string())
}

/// The engine's name; a baseline says that it is one.
pub(super) fn engine(entry: &Entry) -> String {
    match entry.role {
        Role::Baseline => format!("{}\n(baseline)", entry.engine.title()),
        Role::Candidate | Role::Alternative => entry.engine.title().to_owned(),
    }
}

/// The strongest reason (the winner has two); before it what makes the row unsafe to act on.
pub(super) fn why(entry: &Entry) -> String {
    let mut parts = Vec::new();
    if !entry.meets_deadline {
        parts.push("misses the deadline".to_owned());
    }
    let is_said = entry.reasons.iter().any(|reason| reason.code == "price-missing");
    if entry.missing().next().is_some() && !is_said {
        parts.push("a price is missing".to_owned());
    }
    let reasons = if entry.rank == Some(1) { 2 } else { 1 };
    parts.extend(entry.reasons.iter().take(reasons).map(|reason| reason.text.clone()));
    parts.join("; ")
}
