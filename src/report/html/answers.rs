//! Whole answers as parts of a page: the ranking, and pictures of cost, bill, run, times, neighbourhood and assumptions.

use super::{Document, figure, table};
use crate::report::document::RecommendDocument;
use crate::report::{View, ranking, sensitivity, words};

/// Answers below what a page itself says, each folded where they are several.
pub fn answers(html: &mut Document, answers: &[RecommendDocument]) {
    for document in answers {
        html.fold(&document.workload.name, &about(document), answers.len() == 1, |html| part(html, document));
    }
}

/// One line about an answer.
pub fn about(document: &RecommendDocument) -> String {
    document.best().map_or_else(
        || "no engine can serve it".to_owned(),
        |best| format!("{}, {}: {} a month", best.engine.title(), best.shape_text, words::money(best.monthly_cost_usd)),
    )
}

/// An answer as a part of another page.
pub fn part(html: &mut Document, document: &RecommendDocument) {
    let title = format!("Candidates for {}", document.workload.name);
    html.section(&title, &table::table(&ranking::grid(document, View::default()), &title));
    pictures(html, document);
    let (grid, note) = sensitivity::section(document.sensitivity.as_ref(), sensitivity::SHOWN);
    if !grid.is_empty() {
        let note = note.map_or_else(String::new, |note| format!("<p class=\"note\">{}</p>\n", super::escape(&note)));
        html.section(sensitivity::TITLE, &(table::table(&grid, sensitivity::TITLE) + &note));
    }
}

/// The pictures of an answer.
pub fn pictures(html: &mut Document, document: &RecommendDocument) {
    if let Some((svg, description)) = figure::front(document) {
        let caption = format!(
            "{description}. Numbers are ranks. Grey dots are other shapes; the dashed line joins those that nothing beats \
             in both cost and time."
        );
        html.figure("Cost against time", &svg, &caption);
    }
    if let Some(svg) = figure::bill(document) {
        html.figure("What a month is made of", &svg, BILL);
    }
    let best = document.best();
    if let (Some(best), Some(svg)) = (best, best.and_then(figure::timeline)) {
        let caption = format!(
            "{}: {} from trigger to result in the likely run.",
            best.engine.title(),
            words::span(best.likely_run.makespan_s)
        );
        html.figure("Time line of the recommended run", &svg, &caption);
    }
    if let Some(svg) = figure::intervals(document) {
        html.figure("How sure the times are", &svg, "Median to the 95th percentile of the simulated runs.");
    }
    if let Some(svg) = document.matrix.as_deref().and_then(figure::heat) {
        let caption = format!("{HEAT} Fewer runs are drawn here than for the ranking, so amounts differ a little.");
        html.figure("Who wins near it", &svg, &caption);
    }
    if let Some(svg) = figure::tornado(document) {
        let caption = "Cost of a month of the recommended shape with one assumption at its 10th (green) or 90th percentile (red), \
                       everything else drawn; the line is the cost as recommended.";
        html.figure("Sensitivity", &svg, caption);
    }
}

/// How the bars of a month are read.
const BILL: &str = "Bills of the likely run, times the runs of a month. A stroke marks a bar that is cut: it is more than eight \
                    times the cheapest.";

/// How a heat map is read.
pub const HEAT: &str = "The colour is the winner, the deeper the dearer its month. A dashed frame marks what the workload \
                        declares, an exclamation mark a rule of thumb that picks another engine, a thick line a change of \
                        the winner.";
