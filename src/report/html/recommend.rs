//! An answer as a page: the ranking, and pictures of cost, bill, run and times.

use super::Document;
use super::answers::{about, pictures};
use crate::report::document::{PortfolioDocument, RecommendDocument};
use crate::report::{View, portfolio_page, recommend_page};

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
        html.fold(&document.workload.name, &about(document), false, |html| answer(html, document, view));
    }
    html.render()
}

fn answer(html: &mut Document, document: &RecommendDocument, view: View) {
    html.page_with(&recommend_page(document, view), |html| pictures(html, document));
}
