//! A measured log on paper: where the time went, stage by stage.

use super::document::ProfileDocument;
use super::grid::{Align, Grid};
use super::page::Page;
use crate::profile::eventlog::{EventLog, StageAttempt};
use crate::units::{Bytes, Span};

/// Stages that the report lists.
const LISTED: usize = 12;

/// What `profile LOG` shows.
#[must_use]
pub fn page(document: &ProfileDocument, logs: &[EventLog]) -> Page {
    let mut page = Page::default();
    for (out, log) in document.event_logs.iter().zip(logs) {
        page.lead(
            "Log",
            format!("{} ({}, Spark {})", out.path, out.platform, out.spark_version.as_deref().unwrap_or("?")),
        );
        page.lead(
            "Ran",
            format!(
                "{} on {} executors ({} slots), {} jobs, {} stages, {} tasks, {} failed",
                span(out.wall_s),
                out.executors_max,
                out.slots_max,
                out.jobs,
                out.stages,
                out.tasks,
                out.failed_tasks
            ),
        );
        page.lead(
            "Work",
            format!(
                "{} of task time, {} only the driver; read {}, shuffled {}, spilled {}, wrote {}",
                span(out.task_time_s),
                span(out.driver_only_s),
                Bytes::new(out.input_bytes),
                Bytes::new(out.shuffle_write_bytes),
                Bytes::new(out.spill_bytes),
                Bytes::new(out.output_bytes)
            ),
        );
        page.lead(
            "Replay",
            out.replay_error.map_or_else(
                || "nothing to replay".to_owned(),
                |error| {
                    format!(
                        "the same executors take {}: error {:.1} %",
                        span(out.replayed_s.unwrap_or(0.0)),
                        100.0 * error
                    )
                },
            ),
        );
        page.section(format!("Stages of {}", log.reference()), stages(log));
    }
    let warnings = document.warnings.iter().map(|warning| vec![warning.code.clone(), warning.text.clone()]).collect();
    page.section("Warnings", Grid::plain(warnings));
    page
}

fn stages(log: &EventLog) -> Grid {
    let columns = [
        ("Stage", Align::Tight),
        ("Tasks", Align::Right),
        ("Task time", Align::Right),
        ("Median", Align::Right),
        ("Longest", Align::Right),
        ("Read", Align::Right),
        ("Shuffled", Align::Right),
        ("Spilled", Align::Right),
        ("Code", Align::Left),
    ];
    let mut grid = Grid::with_headings(&columns);
    let mut largest: Vec<&StageAttempt> = log.stages.iter().filter(|stage| !stage.tasks.is_empty()).collect();
    largest.sort_by_key(|stage| std::cmp::Reverse(stage.totals.duration_ms));
    for stage in largest.into_iter().take(LISTED) {
        let summary = stage.summary();
        let of = |value: fn(&crate::profile::eventlog::StageSummary) -> u64| {
            summary.as_ref().map_or_else(String::new, |summary| span(ms(value(summary))))
        };
        grid.push(vec![
            format!("{}.{}", stage.id, stage.attempt),
            stage.tasks.len().to_string(),
            span(ms(stage.totals.duration_ms)),
            of(|summary| summary.duration_ms.p50),
            of(|summary| summary.duration_ms.max),
            Bytes::new(stage.totals.input_bytes.saturating_add(stage.totals.shuffle_read_bytes())).to_string(),
            Bytes::new(stage.totals.shuffle_write_bytes).to_string(),
            Bytes::new(stage.totals.disk_spilled_bytes).to_string(),
            stage.name.clone(),
        ]);
    }
    grid
}

#[expect(clippy::cast_precision_loss, reason = "times are far below 2^53 ms")]
fn ms(ms: u64) -> f64 {
    ms as f64 / 1e3
}

fn span(seconds: f64) -> String {
    Span::seconds(seconds).to_string()
}
