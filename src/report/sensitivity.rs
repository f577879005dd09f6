//! Which assumption moves the decision most, as a section of a page.

use super::document::{Sensitivity, Swing, SwingEnd};
use super::grid::{Align, Grid};
use super::words;

/// How many assumptions a page shows unless all are asked for.
pub const SHOWN: usize = 5;

/// The title of the section.
pub const TITLE: &str = "What moves the decision";

/// The strongest `limit` assumptions; also a note that says how to read them and how many more there are.
#[must_use]
pub fn section(sensitivity: Option<&Sensitivity>, limit: usize) -> (Grid, Option<String>) {
    let Some(sensitivity) = sensitivity.filter(|sensitivity| !sensitivity.assumptions.is_empty()) else {
        return (Grid::default(), None);
    };
    let mut grid = Grid::with_headings(&[
        ("Assumption", Align::Left),
        ("p10 to p90", Align::Left),
        ("Cost/month", Align::Left),
        ("Time", Align::Left),
        ("Winner", Align::Left),
    ]);
    for swing in sensitivity.assumptions.iter().take(limit) {
        grid.push(vec![
            swing.text.clone(),
            format!("{} to {}", swing.low.value, swing.high.value),
            format!("{} to {}", cost(&swing.low), cost(&swing.high)),
            format!("{} to {}", words::span(swing.low.duration_s), words::span(swing.high.duration_s)),
            winner(swing, &sensitivity.candidate),
        ]);
    }
    let more = sensitivity.assumptions.len().saturating_sub(limit);
    let more = if more > 0 { format!(" {more} more with --all.") } else { String::new() };
    let note = format!(
        "Each is held at its 10th and its 90th percentile while everything else is drawn; cost and time are those of the \
         recommended shape.{more}"
    );
    (grid, Some(note))
}

fn cost(end: &SwingEnd) -> String {
    words::money(Some(end.monthly_cost_usd))
}

fn winner(swing: &Swing, candidate: &str) -> String {
    if !swing.changes_winner {
        return "stays".to_owned();
    }
    let of = |end: &SwingEnd| match &end.winner {
        Some(winner) if winner.id == candidate => None,
        Some(winner) => Some(format!(
            "{} at {}: {}, {}",
            winner.engine.title(),
            end.value,
            winner.shape_text,
            words::money(Some(winner.monthly_cost_usd))
        )),
        None => Some(format!("nobody meets the deadline at {}", end.value)),
    };
    [of(&swing.low), of(&swing.high)].into_iter().flatten().collect::<Vec<_>>().join("; ")
}
