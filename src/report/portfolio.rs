//! The page of several workloads: a line for each recommendation, and the totals.

use super::document::{PortfolioDocument, RecommendDocument, Totals};
use super::grid::{Align, Grid};
use super::page::Page;
use super::words;

/// What `recommend` shows at the end of several workloads.
#[must_use]
pub fn page(portfolio: &PortfolioDocument) -> Page {
    let mut page = Page::default();
    if let Some(first) = portfolio.workloads.first() {
        page.lead("Prices", words::prices_line(&first.prices));
    }
    page.lead("Portfolio", format!("{} workloads", portfolio.totals.workloads));
    page.main(recommendations(&portfolio.workloads), Some(total_note(&portfolio.totals)));
    page.section("By engine", by_engine(&portfolio.totals));
    page.section("In no sum", left_out(&portfolio.totals));
    page
}

fn recommendations(documents: &[RecommendDocument]) -> Grid {
    let mut grid = Grid::with_headings(&[
        ("Workload", Align::Tight),
        ("Engine", Align::Tight),
        ("Shape", Align::Left),
        ("Time p50\nand p90", Align::Tight),
        ("Runs/month", Align::Right),
        ("Cost/run", Align::Right),
        ("Cost/month", Align::Right),
    ]);
    for document in documents {
        grid.push(row(document));
    }
    grid
}

fn row(document: &RecommendDocument) -> Vec<String> {
    let name = document.workload.name.clone();
    let runs = words::tenths(document.workload.runs_per_month);
    match document.best() {
        Some(entry) => vec![
            name,
            entry.engine.title().to_owned(),
            entry.shape_text.clone(),
            words::times(&entry.duration_s),
            runs,
            words::money(entry.cost_usd.map(|cost| cost.mean)),
            words::money(entry.monthly_cost_usd),
        ],
        None => {
            vec![name, "none eligible".to_owned(), String::new(), String::new(), runs, String::new(), String::new()]
        }
    }
}

fn total_note(totals: &Totals) -> String {
    format!("Total: {} a month.", words::money(totals.monthly_cost_usd))
}

fn by_engine(totals: &Totals) -> Grid {
    let mut grid =
        Grid::with_headings(&[("Engine", Align::Tight), ("Workloads", Align::Right), ("Cost/month", Align::Right)]);
    for total in &totals.by_engine {
        grid.push(vec![
            total.engine.title().to_owned(),
            total.workloads.to_string(),
            words::money(Some(total.monthly_cost_usd)),
        ]);
    }
    grid
}

fn left_out(totals: &Totals) -> Grid {
    let unpriced = totals.unpriced.iter().map(|name| vec![name.clone(), "a price is missing".to_owned()]);
    let unserved = totals.unserved.iter().map(|name| vec![name.clone(), "no engine is eligible".to_owned()]);
    Grid::plain(unpriced.chain(unserved).collect())
}
