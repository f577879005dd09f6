//! A what-if on paper.

use super::document::SimulateDocument;
use super::grid::{Align, Grid};
use super::page::Page;
use crate::units::{Bytes, Span};

/// What `simulate LOG` shows.
#[must_use]
pub fn page(document: &SimulateDocument) -> Page {
    let mut page = Page::default();
    for log in &document.event_logs {
        let replay =
            log.replay_error.map_or_else(String::new, |error| format!(", replay error {:.1} %", 100.0 * error));
        let wall = Span::seconds(log.wall_s);
        page.lead(
            "Log",
            format!("{}: {wall} on {} executors ({} slots){replay}", log.path, log.executors_max, log.slots_max),
        );
    }
    page.lead("Shape", shape(document));
    let mut grid = Grid::with_headings(&[
        ("Time", Align::Tight),
        ("p50", Align::Right),
        ("p90", Align::Right),
        ("p95", Align::Right),
    ]);
    let rows = [("the application", &document.duration_s), ("after the first job", &document.after_first_job_s)];
    for (name, quantiles) in rows {
        let span = |seconds: f64| Span::seconds(seconds).to_string();
        grid.push(vec![name.to_owned(), span(quantiles.p50), span(quantiles.p90), span(quantiles.p95)]);
    }
    let used = 3600.0_f64.recip() * document.executor_time_s;
    page.main(grid, Some(format!("{used:.2} executor-hours, {} of task time.", Span::seconds(document.task_time_s))));
    let warnings = document.warnings.iter().map(|warning| vec![warning.code.clone(), warning.text.clone()]).collect();
    page.section("Warnings", Grid::plain(warnings));
    page
}

fn shape(document: &SimulateDocument) -> String {
    let shape = &document.shape;
    let mut text = match shape.executors {
        Some(executors) => format!("{executors} executors of {} cores", shape.executor_cores),
        None => {
            format!("up to {} executors of {} cores, as the load asks", document.executors_max, shape.executor_cores)
        }
    };
    if let Some(memory) = shape.executor_memory_bytes {
        text += &format!(", {} of heap", Bytes::new(memory));
    }
    if let Some(instance_type) = &shape.instance_type {
        text += &format!(", on {instance_type}");
    }
    for (key, value) in &shape.conf {
        text += &format!(", {key}={value}");
    }
    if (shape.growth - 1.0).abs() > 1e-9 {
        text += &format!(", {} × the data", shape.growth);
    }
    text
}
