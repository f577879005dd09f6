//! The weekly report as a page.

use super::answers::answers;
use super::{Document, figure};
use crate::report::document::WeeklyDocument;
use crate::report::weekly::{cents, page};

/// Pipelines in a picture; the table has all.
const MOST: usize = 15;

/// The file.
#[must_use]
pub fn weekly(document: &WeeklyDocument) -> String {
    let mut html = Document::new(format!("Data-pipeline cost of {}", document.week.name), "");
    html.page_with(&page(document), |html| pictures(html, document));
    answers(&mut html, &document.answers);
    html.render()
}

fn pictures(html: &mut Document, document: &WeeklyDocument) {
    let bars: Vec<_> = document
        .pipelines
        .iter()
        .take(MOST)
        .map(|it| (it.name.clone(), it.actual_usd.as_f64(), cents(it.actual_usd)))
        .collect();
    if let Some(svg) = figure::bars("Cost by pipeline", "What each pipeline cost in the week, dearest first", &bars) {
        html.figure("Cost by pipeline", &svg, "Dollars of the week.");
    }
    let bars: Vec<_> =
        document.movers.iter().map(|it| (it.name.clone(), it.change_usd.as_f64(), cents(it.change_usd))).collect();
    if let Some(svg) = figure::changes("Against the week before", "By how much each pipeline rose or fell", &bars) {
        html.figure("Against the week before", &svg, "Dollars of the week.");
    }
    let bars: Vec<_> =
        document.trend.iter().map(|it| (it.week.clone(), it.actual_usd.as_f64(), cents(it.actual_usd))).collect();
    if let Some(svg) = figure::bars("Cost by week", "What each week cost, oldest first", &bars) {
        html.figure("Cost by week", &svg, "Dollars of each week.");
    }
    let bars: Vec<_> =
        document.by_part.iter().map(|it| (it.part.clone(), it.actual_usd.as_f64(), cents(it.actual_usd))).collect();
    if let Some(svg) = figure::bars("What the week is made of", "What each part of the bill cost in the week", &bars) {
        html.figure(
            "What the week is made of",
            &svg,
            "Dollars of the week by part of the bill; credits and refunds count.",
        );
    }
}
