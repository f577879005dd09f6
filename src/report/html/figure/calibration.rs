//! How right a prediction's intervals were, and each prediction beside what happened.

use super::{line, plot, text};
use crate::report::document::{BacktestDocument, PredictedRun};
use crate::report::html::escape::attribute;
use crate::report::words;

const SIDE: f64 = 320.0;
const LEFT: f64 = 90.0;
const TOP: f64 = 16.0;
const HEIGHT: f64 = TOP + SIDE + 56.0;

fn x(share: f64) -> f64 {
    LEFT + SIDE * share
}

fn y(share: f64) -> f64 {
    TOP + SIDE * (1.0 - share)
}

fn dot(place: (f64, f64), radius: f64, said: &str) -> String {
    format!(
        "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"{radius}\" class=\"f1\"><title>{}</title></circle>\n",
        place.0,
        place.1,
        attribute(said)
    )
}

/// The frame of both pictures, with the line on which all would be right.
fn frame(below: &str, beside: &str) -> String {
    let mut out = line((x(0.0), y(0.0)), (x(1.0), y(0.0)), "axis");
    out.push_str(&line((x(0.0), y(0.0)), (x(0.0), y(1.0)), "axis"));
    out.push_str(&line((x(0.0), y(0.0)), (x(1.0), y(1.0)), "right"));
    out.push_str(&text(x(0.5), HEIGHT - 8.0, "middle", "soft", below));
    out.push_str(&text(x(1.0) + 16.0, y(1.0) + 12.0, "start", "soft", beside));
    out
}

/// The share of rows below each predicted quantile; nothing without predictions.
pub fn calibration(document: &BacktestDocument) -> Option<String> {
    if document.calibration.is_empty() {
        return None;
    }
    let mut content = frame("predicted quantile", "up: share of rows below it");
    for tick in 0..=5 {
        let share = f64::from(tick) / 5.0;
        content.push_str(&text(x(share), y(0.0) + 18.0, "middle", "soft", &words::percent(share)));
        content.push_str(&text(x(0.0) - 6.0, y(share) + 4.0, "end", "soft", &words::percent(share)));
    }
    let points: Vec<String> = document
        .calibration
        .iter()
        .map(|point| format!("{:.1},{:.1}", x(point.predicted), y(point.observed)))
        .collect();
    content.push_str(&format!("<polyline class=\"front\" points=\"{}\"/>\n", points.join(" ")));
    for point in &document.calibration {
        let said =
            format!("predicted {}, observed {}", words::percent(point.predicted), words::percent(point.observed));
        content.push_str(&dot((x(point.predicted), y(point.observed)), 4.0, &said));
    }
    let description = "The share of rows below each tenth of their prediction; the dashed diagonal is right";
    Some(plot(HEIGHT, "Calibration", description, &content))
}

/// Each row's predicted median and what happened; nothing when fewer than two have both.
pub fn outcomes(document: &BacktestDocument) -> Option<String> {
    let billed = document.protocol == "billed";
    let pair = |run: &PredictedRun| {
        let (predicted, actual) =
            if billed { (run.predicted_usd?.p50, run.actual_usd?) } else { (run.predicted_s?.p50, run.actual_s?) };
        (predicted > 0.0 && actual > 0.0).then(|| (run.job.clone(), predicted, actual))
    };
    let pairs: Vec<(String, f64, f64)> = document.predictions.iter().filter_map(pair).collect();
    let values = || pairs.iter().flat_map(|it| [it.1, it.2]);
    let (low, high) = (values().fold(f64::INFINITY, f64::min) / 1.2, values().fold(0.0, f64::max) * 1.2);
    if pairs.len() < 2 {
        return None;
    }
    let share = |value: f64| (value / low).ln() / (high / low).ln();
    let written = |value: f64| if billed { format!("${value:.2}") } else { words::span(value) };
    let mut content = frame("predicted median", "up: what happened");
    for tick in [0.0, 0.5, 1.0] {
        let value = low * (high / low).powf(tick);
        content.push_str(&text(x(tick), y(0.0) + 18.0, "middle", "soft", &written(value)));
        content.push_str(&text(x(0.0) - 6.0, y(tick) + 4.0, "end", "soft", &written(value)));
    }
    for (job, predicted, actual) in &pairs {
        let said = format!("{job}: predicted {}, actual {}", written(*predicted), written(*actual));
        content.push_str(&dot((x(share(*predicted)), y(share(*actual))), 3.0, &said));
    }
    let description = format!("{} rows by predicted median and what happened, both logarithmic", pairs.len());
    Some(plot(HEIGHT, "Predicted and actual", &description, &content))
}
