//! The gate's answer as a page.

use super::answers::answers;
use super::{Document, figure};
use crate::report::check::{CheckView, page};
use crate::report::document::CheckDocument;
use crate::report::number::Dollars;

/// The file.
#[must_use]
pub fn check(document: &CheckDocument) -> String {
    let mut html = Document::new("Projected cost of a change", "");
    html.page_with(&page(document, CheckView::default()), |html| pictures(html, document));
    answers(&mut html, &document.answers);
    html.render()
}

fn pictures(html: &mut Document, document: &CheckDocument) {
    let bars: Vec<_> = document
        .workloads
        .iter()
        .filter_map(|one| Some((one, one.workload_effect_usd?)))
        .filter(|(_, effect)| *effect != Dollars::default())
        .map(|(one, effect)| (one.name.clone(), effect.as_f64(), effect.usd().to_string()))
        .collect();
    let description = "What each workload's change makes of its monthly cost";
    if let Some(svg) = figure::changes("What the workload files change", description, &bars) {
        html.figure("What the workload files change", &svg, "Dollars a month, without prices and model.");
    }
    if let Some(svg) = figure::before_and_now(document) {
        let caption =
            "Cost of a month in the baseline (grey) and now (blue), with the simulation's noise as a line about it.";
        html.figure("Before and now", &svg, caption);
    }
}
