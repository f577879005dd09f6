//! The page of several workloads: a line for each recommendation, and the totals.

use super::document::{PortfolioDocument, RecommendDocument, Saving, TagTotal, Totals};
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
    page.section_with_note("What to move first", savings(&portfolio.savings), savings_note(&portfolio.totals));
    page.section("By engine", by_engine(&portfolio.totals));
    page.section("By team", by_tag(&portfolio.totals.by_team, false));
    let others: Vec<TagTotal> = portfolio.totals.by_tag.iter().filter(|it| it.tag != "team").cloned().collect();
    page.section("By tag", by_tag(&others, true));
    page.section(
        "In each other's way",
        Grid::plain(portfolio.conflicts.iter().map(|it| vec![it.text.clone()]).collect()),
    );
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

fn savings(savings: &[Saving]) -> Grid {
    let mut grid = Grid::with_headings(&[
        ("Workload", Align::Tight),
        ("Today", Align::Tight),
        ("Recommended", Align::Tight),
        ("Today/month", Align::Right),
        ("Then/month", Align::Right),
        ("Saves/month", Align::Right),
        ("Saves/year", Align::Right),
    ]);
    for saving in savings {
        grid.push(vec![
            saving.workload.clone(),
            saving.from.title().to_owned(),
            saving.to.title().to_owned(),
            words::money(Some(saving.now_usd)),
            words::money(Some(saving.recommended_usd)),
            words::money(Some(saving.saving_usd)),
            words::money(Some(saving.yearly_saving_usd)),
        ]);
    }
    grid
}

fn savings_note(totals: &Totals) -> Option<String> {
    let (now, then) = (totals.now_usd?, totals.recommended_of_known_usd?);
    let unknown = totals.now_unknown.len();
    let rest = if unknown == 0 {
        String::new()
    } else {
        format!(" {unknown} more say nothing of today (`today` in the workload file), or it has no price.")
    };
    Some(format!("Together {} a month today, {} as recommended.{rest}", now.usd(), then.usd()))
}

fn by_tag(totals: &[TagTotal], with_tag: bool) -> Grid {
    let mut columns = vec![
        ("Tag", Align::Tight),
        ("Value", Align::Tight),
        ("Workloads", Align::Right),
        ("Today/month", Align::Right),
        ("Recommended/month", Align::Right),
    ];
    if !with_tag {
        columns.remove(0);
    }
    let mut grid = Grid::with_headings(&columns);
    for total in totals {
        let mut row = vec![
            total.tag.clone(),
            total.value.clone().unwrap_or_else(|| "(none)".to_owned()),
            total.workloads.to_string(),
            words::money(total.now_usd),
            words::money(Some(total.monthly_cost_usd)),
        ];
        if !with_tag {
            row.remove(0);
        }
        grid.push(row);
    }
    grid
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
