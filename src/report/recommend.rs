//! The page of one recommendation.

use super::document::{BreakEven, Ineligible, RecommendDocument, Rule};
use super::grid::{Align, Grid};
use super::page::Page;
use super::{View, ranking, sensitivity, words};
use crate::engines::EngineId;

/// How many rejected shapes are listed before the rest is counted.
const REJECTED_SHOWN: usize = 12;

/// What `recommend` shows.
#[must_use]
pub fn page(document: &RecommendDocument, view: View) -> Page {
    let mut page = Page::default();
    page.lead("Prices", words::prices_line(&document.prices));
    page.lead("Workload", words::workload_line(&document.workload));
    page.main(ranking::grid(document, view), ranking_note(document, view));
    let (rejected, more) = rejected(document, view);
    page.section_with_note("Not eligible", rejected, more);
    if view.all {
        page.section("Other shapes on the front of cost and time", front(document));
    }
    page.section("Break-even", break_even(&document.break_even));
    let limit = if view.all { usize::MAX } else { sensitivity::SHOWN };
    let (grid, note) = sensitivity::section(document.sensitivity.as_ref(), limit);
    page.section_with_note(sensitivity::TITLE, grid, note);
    page.section("Rules of thumb", rules(&document.rules));
    page.section(defaults_title(document), defaults(document));
    page.section("Prices missing", missing(document));
    page.section("Warnings", coded_rows(document));
    page
}

fn ranking_note(document: &RecommendDocument, view: View) -> Option<String> {
    if document.best().is_none() {
        return Some("No engine can serve this workload: the reasons follow.".to_owned());
    }
    let (_, left_out) = ranking::shown(document, view);
    let shapes = usize::try_from(document.shapes_considered).unwrap_or(usize::MAX);
    let considered =
        format!("{} {} considered", words::count(document.shapes_considered), words::plural(shapes, "shape", "shapes"));
    let mut parts = vec![considered];
    if left_out > 0 {
        parts.push(format!("{left_out} more {} with --all", words::plural(left_out, "engine", "engines")));
    }
    let points = document.pareto.len();
    if points > 0 && !view.all {
        parts.push(format!(
            "{points} other {} on the front of cost and time with --all",
            words::plural(points, "shape", "shapes")
        ));
    }
    Some(format!("{}.", parts.join("; ")))
}

fn rejected(document: &RecommendDocument, view: View) -> (Grid, Option<String>) {
    let limit = if view.all { usize::MAX } else { REJECTED_SHOWN };
    let rows = document.ineligible.iter().take(limit).map(rejected_row).collect();
    let more = document.ineligible.len().saturating_sub(limit);
    (Grid::plain(rows), (more > 0).then(|| format!("{more} more with --all.")))
}

fn rejected_row(rejected: &Ineligible) -> Vec<String> {
    let relax = rejected.relax.as_ref().map_or_else(String::new, |path| format!(" (relax {path})"));
    vec![rejected.engine.title().to_owned(), format!("{}{relax}", rejected.text)]
}

fn front(document: &RecommendDocument) -> Grid {
    let mut grid = Grid::with_headings(&[
        ("Engine", Align::Tight),
        ("Shape", Align::Left),
        ("Time", Align::Tight),
        ("Cost/month", Align::Right),
    ]);
    for point in &document.pareto {
        grid.push(vec![
            point.engine.title().to_owned(),
            point.shape_text.clone(),
            words::span(point.duration_s),
            words::money(Some(point.monthly_cost_usd)),
        ]);
    }
    grid
}

pub(super) fn break_even(points: &[BreakEven]) -> Grid {
    Grid::plain(points.iter().map(|point| vec![point.axis.clone(), break_even_text(point)]).collect())
}

/// Where the order flips, or that it does not.
pub(super) fn break_even_text(point: &BreakEven) -> String {
    let BreakEven { at, range, .. } = point;
    let (below, above) = (engine_title(&point.below), engine_title(&point.above));
    match at {
        Some(at) => format!("{below} below {at}, {above} above (looked at {range})"),
        None => format!("{below} stays the cheaper one (looked at {range})"),
    }
}

/// The contract names engines by id; people read titles.
fn engine_title(id: &str) -> &str {
    match id.parse::<EngineId>() {
        Ok(engine) => engine.title(),
        Err(_) => id,
    }
}

fn rules(rules: &[Rule]) -> Grid {
    let rows = rules.iter().map(|rule| {
        let verdict = if rule.agrees { "agrees" } else { "DISAGREES" };
        vec![verdict.to_owned(), rule.rule.clone(), rule.text.clone()]
    });
    Grid::plain(rows.collect())
}

fn defaults_title(document: &RecommendDocument) -> String {
    format!("Defaults used ({})", document.defaults.len())
}

fn defaults(document: &RecommendDocument) -> Grid {
    let rows = document.defaults.iter();
    Grid::plain(rows.map(|used| vec![used.path.clone(), used.value.clone(), used.why.clone()]).collect())
}

fn missing(document: &RecommendDocument) -> Grid {
    let rows = document.prices.missing.iter();
    Grid::plain(rows.map(|price| vec![price.meter.clone(), price.reason.clone()]).collect())
}

fn coded_rows(document: &RecommendDocument) -> Grid {
    let rows = document.warnings.iter();
    Grid::plain(rows.map(|warning| vec![warning.code.clone(), warning.text.clone()]).collect())
}
