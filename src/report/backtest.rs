//! Predictions against what happened, on paper.

use super::document::{BacktestDocument, PredictedRun};
use super::grid::{Align, Grid};
use super::page::Page;
use crate::units::Span;

/// Rows of predictions that a page shows; JSON and CSV have all.
const SHOWN: usize = 20;

/// What `backtest` shows.
#[must_use]
pub fn page(document: &BacktestDocument) -> Page {
    let mut page = Page::default();
    let file = |runs: &super::document::RunsOut| {
        let mut text = format!("{}: {} runs", runs.path, runs.runs);
        if runs.failed > 0 {
            text += &format!(", {} of them failed", runs.failed);
        }
        if !runs.bad_rows.is_empty() {
            text += &format!("; {} rows left out", runs.bad_rows.len());
        }
        text
    };
    page.lead("History", file(&document.history));
    if let Some(actual) = &document.actual {
        page.lead("Actual", file(actual));
    }
    page.lead("Protocol", protocol(&document.protocol));
    let asked = document.is_asked();
    if asked {
        answers(document, &mut page);
    } else {
        errors(document, &mut page);
    }
    if let Some(regret) = &document.regret {
        let mut grid = Grid::with_headings(&[("Choice", Align::Left), ("Median", Align::Right), ("p90", Align::Right)]);
        let mut row = |name: String, median: f64, p90: f64| {
            grid.push(vec![name, format!("{median:.2}"), format!("{p90:.2}")]);
        };
        row("chosen".to_owned(), regret.median, regret.p90);
        row("at random".to_owned(), regret.random_median, regret.random_p90);
        if let (Some(one), Some(median), Some(p90)) = (&regret.one_type, regret.one_type_median, regret.one_type_p90) {
            row(format!("always {one}, at its best count"), median, p90);
        }
        let note = format!("Cost over the best measured one, over {} jobs and sizes.", regret.choices);
        page.section_with_note("Choice of configuration", grid, Some(note));
    }
    models(document, &mut page);
    calibration(document, &mut page);
    if !asked {
        predictions(document, &mut page);
    }
    if let Some(advice) = &document.advice {
        let text = format!(
            "{} {} on {} × {}: about {} ({} to {}). 80 % intervals of {} shrink from ×{:.2} to ×{:.2}.",
            advice.job,
            advice.setting,
            advice.nodes,
            advice.instance_type,
            Span::seconds(advice.predicted_s.p50),
            Span::seconds(advice.predicted_s.p10),
            Span::seconds(advice.predicted_s.p90),
            if document.is_asked() { "the job on shapes not yet run" } else { "what was asked" },
            advice.interval_ratio_now,
            advice.interval_ratio_after,
        );
        page.section("The one more run that would teach most", Grid::plain(vec![vec![text]]));
    }
    let warnings = document.warnings.iter().map(|warning| vec![warning.code.clone(), warning.text.clone()]).collect();
    page.section("Warnings", Grid::plain(warnings));
    page
}

fn protocol(name: &str) -> &str {
    match name {
        BacktestDocument::ASKED => "the job of a table of runs, on the shapes that are asked for",
        "history" => "every row is predicted from all of the history",
        "count" => "every count of a job is predicted from its other counts",
        "type" => "every machine type is predicted from the others",
        "size" => "every size of a job is predicted from its other sizes",
        "job" => "every job is predicted from the others of its pool",
        "time" => "every run is predicted from the runs before it",
        "logs" => "every event log is predicted from the job's other logs",
        "billed" => "the billed cost of a run in each week, beside the portfolio's answer",
        other => other,
    }
}

fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}

fn errors(document: &BacktestDocument, page: &mut Page) {
    let mut grid = Grid::with_headings(&[
        ("Group", Align::Left),
        ("Points", Align::Right),
        ("Median", Align::Right),
        ("p90", Align::Right),
        ("Mean", Align::Right),
        ("80 % covers", Align::Right),
        ("Predicted/actual", Align::Right),
    ]);
    for error in &document.errors {
        grid.push(vec![
            error.group.clone(),
            error.points.to_string(),
            percent(error.median),
            percent(error.p90),
            percent(error.mape),
            percent(error.coverage80),
            format!("{:.2}", error.predicted_over_actual),
        ]);
    }
    page.main(grid, None);
}

fn models(document: &BacktestDocument, page: &mut Page) {
    let mut grid = Grid::with_headings(&[
        ("Job", Align::Left),
        ("Known", Align::Right),
        ("Model", Align::Tight),
        ("Held out", Align::Right),
        ("Median", Align::Right),
        ("Ernest", Align::Right),
        ("1/n", Align::Right),
        ("Idle", Align::Right),
        ("Memory step", Align::Left),
    ]);
    let share = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), percent);
    for model in &document.models {
        let pool = if model.pool.is_empty() { String::new() } else { format!("{} / ", model.pool) };
        let step = match (model.memory_step, model.memory_step_probability) {
            (Some(at), Some(probability)) => {
                let unit = if model.memory_step_per_gb { "GiB a GB" } else { "GiB" };
                format!("{at:.3} {unit} ({:.0} %)", 100.0 * probability)
            }
            _ => "none seen".to_owned(),
        };
        grid.push(vec![
            format!("{pool}{}", model.job),
            model.configurations.to_string(),
            model.model.clone(),
            model.held_out.to_string(),
            share(model.median),
            share(model.ernest_median),
            share(model.inverse_nodes_median),
            format!("{:.1}", model.idle_nodes),
            step,
        ]);
    }
    let note = "Chosen by cross-validation inside the history: known counts were held out and predicted.".to_owned();
    if !grid.is_empty() {
        page.section_with_note("Models", grid, Some(note));
    }
}

fn calibration(document: &BacktestDocument, page: &mut Page) {
    let bar = |share: f64| "#".repeat((40.0 * share.clamp(0.0, 1.0)).round() as usize);
    let rows = document
        .calibration
        .iter()
        .map(|point| {
            let observed = format!("{:3.0} %", 100.0 * point.observed);
            vec![format!("p{:02.0}", 100.0 * point.predicted), observed, bar(point.observed)]
        })
        .collect();
    page.section("Runs faster than each predicted quantile", Grid::plain(rows));
    let mut grid = Grid::with_headings(&[
        ("From", Align::Tight),
        ("To", Align::Tight),
        ("Runs", Align::Right),
        ("Median", Align::Right),
        ("Predicted/actual", Align::Right),
    ]);
    for point in &document.drift {
        let ratio = format!("{:.2}", point.predicted_over_actual);
        grid.push(vec![point.from.clone(), point.to.clone(), point.points.to_string(), percent(point.median), ratio]);
    }
    page.section("Drift", grid);
}

/// What was asked of a table: the answers, dearest detail last.
fn answers(document: &BacktestDocument, page: &mut Page) {
    let mut grid = Grid::with_headings(&[
        ("On", Align::Left),
        ("p10", Align::Right),
        ("p50", Align::Right),
        ("p90", Align::Right),
        ("Cost p50", Align::Right),
        ("Fails", Align::Right),
        ("Measured", Align::Right),
        ("Model", Align::Tight),
    ]);
    let none = || "–".to_owned();
    for run in &document.predictions {
        let span = |seconds: Option<f64>| seconds.map_or_else(none, |seconds| Span::seconds(seconds).to_string());
        grid.push(vec![
            format!("{} × {}", run.nodes, run.instance_type),
            span(run.predicted_s.map(|quantiles| quantiles.p10)),
            span(run.predicted_s.map(|quantiles| quantiles.p50)),
            span(run.predicted_s.map(|quantiles| quantiles.p90)),
            run.predicted_usd.map_or_else(|| "?".to_owned(), |cost| format!("${:.3}", cost.p50)),
            run.failure_probability.map_or_else(none, percent),
            span(run.actual_s),
            run.model.clone(),
        ]);
    }
    page.main(grid, None);
}

fn predictions(document: &BacktestDocument, page: &mut Page) {
    let billed = document.protocol == "billed";
    let mut grid = if billed {
        Grid::with_headings(&[
            ("Week", Align::Tight),
            ("Pipeline", Align::Left),
            ("Engine", Align::Tight),
            ("Runs", Align::Right),
            ("p10", Align::Right),
            ("p50", Align::Right),
            ("p90", Align::Right),
            ("Billed a run", Align::Right),
        ])
    } else {
        Grid::with_headings(&[
            ("Row", Align::Right),
            ("Job", Align::Left),
            ("On", Align::Tight),
            ("p10", Align::Right),
            ("p50", Align::Right),
            ("p90", Align::Right),
            ("Actual", Align::Right),
            ("Model", Align::Tight),
        ])
    };
    for run in document.predictions.iter().take(SHOWN) {
        grid.push(if billed { billed_row(run) } else { row(run) });
    }
    let more = document.predictions.len().saturating_sub(SHOWN);
    let note = (more > 0).then(|| format!("{more} more rows: --format json or csv has all."));
    if !grid.is_empty() {
        page.section_with_note("Predictions", grid, note);
    }
}

fn billed_row(run: &PredictedRun) -> Vec<String> {
    let dollars = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| format!("${value:.2}"));
    vec![
        run.at.clone(),
        run.job.clone(),
        run.engine.clone(),
        run.runs.map_or_else(|| "1".to_owned(), |runs| runs.to_string()),
        dollars(run.predicted_usd.map(|quantiles| quantiles.p10)),
        dollars(run.predicted_usd.map(|quantiles| quantiles.p50)),
        dollars(run.predicted_usd.map(|quantiles| quantiles.p90)),
        dollars(run.actual_usd),
    ]
}

fn row(run: &PredictedRun) -> Vec<String> {
    let span =
        |seconds: Option<f64>| seconds.map_or_else(|| "–".to_owned(), |seconds| Span::seconds(seconds).to_string());
    let actual = match run.completed {
        Some(false) => "failed".to_owned(),
        _ => span(run.actual_s),
    };
    vec![
        run.row.to_string(),
        run.job.clone(),
        format!("{} × {}", run.nodes, run.instance_type),
        span(run.predicted_s.map(|quantiles| quantiles.p10)),
        span(run.predicted_s.map(|quantiles| quantiles.p50)),
        span(run.predicted_s.map(|quantiles| quantiles.p90)),
        actual,
        run.model.clone(),
    ]
}

/// The predictions as CSV.
///
/// # Errors
/// Never on memory; the signature is the writer's.
pub fn csv(document: &BacktestDocument) -> Result<String, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record([
        "row",
        "job",
        "engine",
        "instance_type",
        "nodes",
        "p10_s",
        "p50_s",
        "p90_s",
        "actual_s",
        "completed",
        "model",
        "failure_probability",
        "at",
        "runs",
        "p10_usd",
        "p50_usd",
        "p90_usd",
        "actual_usd",
    ])?;
    let text = |value: Option<f64>| value.map_or_else(String::new, |value| value.to_string());
    for run in &document.predictions {
        writer.write_record([
            run.row.to_string(),
            run.job.clone(),
            run.engine.clone(),
            run.instance_type.clone(),
            run.nodes.to_string(),
            text(run.predicted_s.map(|quantiles| quantiles.p10)),
            text(run.predicted_s.map(|quantiles| quantiles.p50)),
            text(run.predicted_s.map(|quantiles| quantiles.p90)),
            text(run.actual_s),
            run.completed.map_or_else(String::new, |completed| completed.to_string()),
            run.model.clone(),
            text(run.failure_probability),
            run.at.clone(),
            run.runs.map_or_else(String::new, |runs| runs.to_string()),
            text(run.predicted_usd.map(|quantiles| quantiles.p10)),
            text(run.predicted_usd.map(|quantiles| quantiles.p50)),
            text(run.predicted_usd.map(|quantiles| quantiles.p90)),
            text(run.actual_usd),
        ])?;
    }
    let bytes = writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The calibration plot as SVG: the share of runs that were faster than each predicted quantile; the diagonal is right.
#[must_use]
pub fn svg(document: &BacktestDocument) -> String {
    let (side, edge) = (320.0, 48.0);
    let x = |share: f64| edge + side * share;
    let y = |share: f64| edge + side * (1.0 - share);
    let size = side + 2.0 * edge;
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {size} {size}\" role=\"img\" \
         font-family=\"sans-serif\" font-size=\"12\">\n<title>Calibration: runs faster than each predicted quantile</title>\n\
         <rect width=\"{size}\" height=\"{size}\" fill=\"white\"/>\n\
         <path d=\"M{} {}L{} {}\" stroke=\"#999\" stroke-dasharray=\"4 4\"/>\n",
        x(0.0),
        y(0.0),
        x(1.0),
        y(1.0)
    );
    for tick in 0..=5 {
        let share = f64::from(tick) / 5.0;
        let label = format!("{:.0} %", 100.0 * share);
        text += &format!(
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{label}</text>\n\
             <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{label}</text>\n",
            x(share),
            y(0.0) + 18.0,
            x(0.0) - 6.0,
            y(share) + 4.0
        );
    }
    let points: Vec<String> = document
        .calibration
        .iter()
        .map(|point| format!("{:.1},{:.1}", x(point.predicted), y(point.observed)))
        .collect();
    text +=
        &format!("<polyline points=\"{}\" fill=\"none\" stroke=\"#1f6feb\" stroke-width=\"2\"/>\n", points.join(" "));
    for point in &document.calibration {
        text += &format!(
            "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"4\" fill=\"#1f6feb\"><title>predicted {:.0} %, observed {:.0} %</title></circle>\n",
            x(point.predicted),
            y(point.observed),
            100.0 * point.predicted,
            100.0 * point.observed
        );
    }
    text += &format!(
        "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">predicted quantile</text>\n\
         <text transform=\"translate(12 {:.1}) rotate(-90)\" text-anchor=\"middle\">share of runs that were faster</text>\n</svg>\n",
        x(0.5),
        y(0.0) + 38.0,
        y(0.5)
    );
    text
}
