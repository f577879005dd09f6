//! The weekly report as a page.

use super::Document;
use crate::report::document::WeeklyDocument;
use crate::report::weekly::page;

/// The file.
#[must_use]
pub fn weekly(document: &WeeklyDocument) -> String {
    let mut html = Document::new(format!("Data-pipeline cost of {}", document.week.name), "");
    html.page(&page(document));
    html.render()
}
