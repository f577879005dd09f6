//! The decision matrix as a page.

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
        html.figure(
            "Winner over volume and cadence",
            &svg,
            "The colour is the winner, the deeper the dearer its month. A dashed frame marks what the workload declares, an \
             exclamation mark a rule of thumb that picks another engine, a thick line a change of the winner.",
        );
    }
    html.page(&page(document));
    html.render()
}
