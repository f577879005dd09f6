//! An answer as a page: the ranking, and pictures of cost, bill, run and times.

use super::{Document, figure};
use crate::report::document::{PortfolioDocument, RecommendDocument};
use crate::report::{View, portfolio_page, recommend_page, words};

/// The file for one workload.
#[must_use]
pub fn recommend(document: &RecommendDocument, view: View) -> String {
    let mut html = Document::new(format!("Compute for {}", document.workload.name), "");
    answer(&mut html, document, view);
    html.render()
}

/// The file for several: the totals first, then every answer.
#[must_use]
pub fn portfolio(portfolio: &PortfolioDocument, view: View) -> String {
    let mut html = Document::new(format!("Compute for {} workloads", portfolio.totals.workloads), "");
    html.page(&portfolio_page(portfolio));
    for document in &portfolio.workloads {
        html.section(&document.workload.name, "");
        answer(&mut html, document, view);
    }
    html.render()
}

fn answer(html: &mut Document, document: &RecommendDocument, view: View) {
    html.page_with(&recommend_page(document, view), |html| pictures(html, document));
}

fn pictures(html: &mut Document, document: &RecommendDocument) {
    if let Some((svg, description)) = figure::front(document) {
        let caption = format!(
            "{description}. Numbers are ranks. Grey dots are other shapes; the dashed line joins those that nothing beats \
             in both cost and time."
        );
        html.figure("Cost against time", &svg, &caption);
    }
    if let Some(svg) = figure::bill(document) {
        html.figure("What a month is made of", &svg, "Bills of the likely run, times the runs of a month.");
    }
    let best = document.best();
    if let (Some(best), Some(svg)) = (best, best.and_then(figure::timeline)) {
        let caption = format!(
            "{}: {} from trigger to result in the likely run.",
            best.engine.title(),
            words::span(best.likely_run.makespan_s)
        );
        html.figure("Time line of the recommended run", &svg, &caption);
    }
    if let Some(svg) = figure::intervals(document) {
        html.figure("How sure the times are", &svg, "Median to the 95th percentile of the simulated runs.");
    }
    if let Some(svg) = figure::tornado(document) {
        let caption = "Cost of a month of the recommended shape with one assumption at its 10th (green) or 90th percentile (red), \
                       everything else drawn; the line is the cost as recommended.";
        html.figure("Sensitivity", &svg, caption);
    }
}
