//! The decision matrix as a page.

use super::answers::{self, HEAT};
use super::{Document, figure};
use crate::report::document::MatrixDocument;
use crate::report::matrix::page;

/// The file.
#[must_use]
pub fn matrix(document: &MatrixDocument) -> String {
    let mut html = Document::new(
        format!("Decision matrix of {}", document.workload),
        "The cheapest engine that meets the deadline, over volume and cadence",
    );
    if let Some(svg) = figure::heat(document) {
        html.figure("Winner over volume and cadence", &svg, HEAT);
    }
    html.page(&page(document));
    if let Some(answer) = document.answer.as_deref() {
        answers::part(&mut html, answer);
    }
    html.render()
}
