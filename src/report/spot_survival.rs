//! The survival of Spot nodes on paper.

use super::document::SpotSurvivalDocument;
use super::grid::{Align, Grid};
use super::page::Page;

/// What `backtest --spot-traces` shows.
#[must_use]
pub fn page(document: &SpotSurvivalDocument) -> Page {
    let mut page = Page::default();
    page.lead("Traces", format!("{} single nodes on AWS, of {}", document.traces, document.collections.join(", ")));
    page.lead(
        "Protocol",
        "learnt from first halves; a start point every 10 min of the second half while the pool is up",
    );
    for model in &document.models {
        let mut grid = Grid::with_headings(&[
            ("Horizon", Align::Right),
            ("Log loss", Align::Right),
            ("Brier", Align::Right),
            ("Bias", Align::Right),
            ("Lost", Align::Right),
            ("Predicted", Align::Right),
            ("Lost node-hours", Align::Right),
            ("over predicted", Align::Right),
            ("Traces", Align::Right),
        ]);
        for score in &model.horizons {
            let three = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| format!("{value:.3}"));
            let percent =
                |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| format!("{:.1} %", 100.0 * value));
            grid.push(vec![
                format!("{} h", score.horizon_h),
                three(score.log_loss),
                three(score.brier),
                three(score.bias),
                percent(score.observed_loss_probability),
                percent(score.predicted_loss_probability),
                format!("{:.0}", score.observed_lost_node_hours),
                score.lost_node_hours_ratio.map_or_else(|| "–".to_owned(), |ratio| format!("{ratio:.2}")),
                score.traces.to_string(),
            ]);
        }
        page.section(title(&model.name), grid);
    }
    page
}

fn title(name: &str) -> String {
    match name {
        "survival" => "Survival model".to_owned(),
        "survival-other-collections" => "Survival model, learnt without the trace's own collection".to_owned(),
        "constant-rate" => "For comparison: the constant rate of the trace's first half".to_owned(),
        other => other.to_owned(),
    }
}
