//! A what-if on paper.

use super::document::SimulateDocument;
use super::grid::{Align, Grid};
use super::number::Dollars;
use super::page::Page;
use crate::engines::EngineId;
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
            format!(
                "{}: {wall} on {} executor{} ({} slot{}){replay}",
                log.path,
                log.executors_max,
                plural(log.executors_max),
                log.slots_max,
                plural(log.slots_max)
            ),
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
    if let Some(prices) = &document.prices {
        page.lead("Prices", format!("{} of {}, {}", prices.source, prices.as_of, prices.region));
    }
    if let Some(cost) = &document.cost_usd {
        let dollars = |amount: Dollars| amount.usd().to_string();
        let p95 = cost.p95.map_or_else(String::new, dollars);
        grid.push(vec!["cost of a run".to_owned(), dollars(cost.p50), dollars(cost.p90), p95]);
    }
    let used = 3600.0_f64.recip() * document.executor_time_s;
    page.main(grid, Some(format!("{used:.2} executor-hours, {} of task time.", Span::seconds(document.task_time_s))));
    if let Some(why) = document.cost_unknown.as_ref().filter(|_| document.engine.is_some()) {
        page.lead("Cost", format!("? ({why})"));
    }
    if let Some(cost) = &document.cost_usd {
        let month = document.monthly_cost_usd.map_or_else(String::new, |month| format!("; a month {}", month.usd()));
        page.lead("Cost", format!("{} a run on average{month}", cost.mean.usd()));
    }
    if let Some(failure) = document.failure_probability.filter(|failure| *failure > 0.0) {
        page.lead("Failure", format!("{:.1} % of runs", 100.0 * failure));
    }
    let assumptions = document.assumptions.iter().map(|one| vec![one.code.clone(), one.text.clone()]).collect();
    let warnings = document.warnings.iter().map(|warning| vec![warning.code.clone(), warning.text.clone()]).collect();
    page.section("What if", what_ifs(document));
    page.section("Warnings", Grid::plain(warnings));
    page.section("Assumptions", Grid::plain(assumptions));
    page
}

fn what_ifs(document: &SimulateDocument) -> Grid {
    let mut grid = Grid::with_headings(&[
        ("Change", Align::Left),
        ("p50", Align::Right),
        ("p90", Align::Right),
        ("Cost of a run", Align::Right),
        ("Fails", Align::Right),
    ]);
    for what_if in &document.what_ifs {
        let span = |seconds: f64, before: f64| {
            let percent = if before > 0.0 { 100.0 * (seconds / before - 1.0) } else { 0.0 };
            format!("{} ({percent:+.0} %)", Span::seconds(seconds))
        };
        let cost = what_if.cost_usd.as_ref().map_or_else(|| "?".to_owned(), |cost| cost.mean.usd().to_string());
        grid.push(vec![
            what_if.text.clone(),
            span(what_if.duration_s.p50, document.duration_s.p50),
            span(what_if.duration_s.p90, document.duration_s.p90),
            cost,
            format!("{:.1} %", 100.0 * what_if.failure_probability),
        ]);
    }
    grid
}

fn plural(count: u32) -> &'static str {
    if count == 1 { "" } else { "s" }
}

fn shape(document: &SimulateDocument) -> String {
    let shape = &document.shape;
    let mut text = match shape.executors {
        Some(executors) => format!(
            "{executors} executor{} of {} core{}",
            plural(executors),
            shape.executor_cores,
            plural(shape.executor_cores)
        ),
        None => {
            format!(
                "up to {} executors of {} core{}, as the load asks",
                document.executors_max,
                shape.executor_cores,
                plural(shape.executor_cores)
            )
        }
    };
    if let Some(memory) = shape.executor_memory_bytes {
        text += &format!(", {} of heap", Bytes::new(memory));
    }
    match (&shape.machines, &shape.instance_type) {
        (Some(machines), _) => text += &format!(", on {}: {machines}", document.engine.map_or("", EngineId::as_str)),
        (None, Some(instance_type)) => text += &format!(", on {instance_type}"),
        (None, None) => {}
    }
    for (key, value) in &shape.conf {
        text += &format!(", {key}={value}");
    }
    if (shape.growth - 1.0).abs() > 1e-9 {
        text += &format!(", {} × the data", shape.growth);
    }
    text
}
