//! Predictions against what happened as a page.

use super::{Document, figure};
use crate::report::backtest::page;
use crate::report::document::BacktestDocument;

/// The file.
#[must_use]
pub fn backtest(document: &BacktestDocument) -> String {
    let mut html = Document::new("Predicted against actual", "");
    html.page_with(&page(document), |html| pictures(html, document));
    html.render()
}

fn pictures(html: &mut Document, document: &BacktestDocument) {
    if let Some(svg) = figure::calibration(document) {
        let caption = "The share of runs below each predicted quantile. On the dashed line the intervals are right; above it \
                       runs end below their prediction more often than said.";
        html.figure("Calibration", &svg, caption);
    }
    if let Some(svg) = figure::outcomes(document) {
        let caption =
            "Each dot is a row; on the dashed line what happened is the predicted median. Both axes are logarithmic.";
        html.figure("Predicted and actual", &svg, caption);
    }
}
