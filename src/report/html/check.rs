//! The gate's answer as a page.

use super::{Document, figure};
use crate::report::check::{CheckView, page};
use crate::report::document::CheckDocument;
use crate::report::number::Dollars;

/// The file.
#[must_use]
pub fn check(document: &CheckDocument) -> String {
    let mut html = Document::new("Projected cost of a change", "");
    html.page(&page(document, CheckView::default()));
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
    html.render()
}
