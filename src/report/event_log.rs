//! A measured log on paper: where the time went, stage by stage.

use super::document::{ProfileDocument, RunSummary};
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
                "{} on {} ({}), {}, {}, {}, {} failed",
                span(out.wall_s),
                counted(u64::from(out.executors_max), "executor"),
                counted(u64::from(out.slots_max), "slot"),
                counted(out.jobs, "job"),
                counted(out.stages, "stage"),
                counted(out.tasks, "task"),
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
        let summary = RunSummary::from(log);
        page.section(format!("Findings in {}", log.reference()), findings(&summary));
        page.section("Where the task time went", task_time(&summary));
        page.section("Slots", slots(&summary));
        page.section_with_note(
            "Critical path: what the length of the run consisted of",
            critical_path(log, &summary),
            Some(format!("{} of {} stay with any number of executors.", span(summary.floor_s), span(out.wall_s))),
        );
        page.section(format!("Stages of {}", log.reference()), stages(log));
    }
    let warnings = document.warnings.iter().map(|warning| vec![warning.code.clone(), warning.text.clone()]).collect();
    page.section("Warnings", Grid::plain(warnings));
    page
}

fn findings(summary: &RunSummary) -> Grid {
    let none = || vec![vec!["nothing stands out".to_owned()]];
    let rows: Vec<Vec<String>> = summary.findings.iter().map(|finding| vec![finding.clone()]).collect();
    Grid::plain(if rows.is_empty() { none() } else { rows })
}

fn shares(whole_s: f64, parts: &[(&str, f64)]) -> Grid {
    let mut grid = Grid::with_headings(&[("Part", Align::Tight), ("Time", Align::Right), ("Share", Align::Right)]);
    for (name, part_s) in parts.iter().filter(|(_, part_s)| *part_s > 0.0) {
        let share = if whole_s > 0.0 { format!("{:.0} %", 100.0 * part_s / whole_s) } else { String::new() };
        grid.push(vec![(*name).to_owned(), span(*part_s), share]);
    }
    grid
}

fn task_time(summary: &RunSummary) -> Grid {
    let time = &summary.task_time;
    shares(
        time.total_s,
        &[
            ("computing", time.cpu_s),
            ("storage, spill, locks and other", time.io_and_other_s),
            ("waiting for shuffle blocks", time.fetch_wait_s),
            ("writing shuffle data", time.shuffle_write_s),
            ("garbage collection", time.gc_s),
            ("starting tasks", time.deserialize_s),
            ("results", time.result_s),
            ("waiting for the driver", time.scheduler_delay_s),
        ],
    )
}

fn slots(summary: &RunSummary) -> Grid {
    let time = &summary.slot_time;
    shares(
        time.granted_s,
        &[
            ("used by tasks", time.used_s),
            ("idle beside tasks: too few, or stragglers", time.idle_beside_tasks_s),
            ("idle while only the driver worked", time.idle_driver_only_s),
        ],
    )
}

/// The longest links, in their order.
fn critical_path(log: &EventLog, summary: &RunSummary) -> Grid {
    let mut longest: Vec<usize> = (0..summary.critical_path.len()).collect();
    longest.sort_by(|a, b| summary.critical_path[*b].length_s.total_cmp(&summary.critical_path[*a].length_s));
    longest.truncate(LISTED);
    longest.sort_unstable();
    let mut grid = Grid::with_headings(&[
        ("Link", Align::Tight),
        ("Took", Align::Right),
        ("With any executors", Align::Right),
        ("Code", Align::Left),
    ]);
    for link in longest.into_iter().map(|at| &summary.critical_path[at]) {
        let name = |id: u32| log.stages.iter().find(|stage| stage.id == id).map_or("", |stage| stage.name.as_str());
        grid.push(vec![
            link.stage.map_or_else(|| "driver".to_owned(), |id| format!("stage {id}")),
            span(link.length_s),
            span(link.floor_s),
            link.stage.map_or("", name).to_owned(),
        ]);
    }
    grid
}

fn stages(log: &EventLog) -> Grid {
    let columns = [
        ("Stage", Align::Tight),
        ("Tasks", Align::Right),
        ("Task time", Align::Right),
        ("Median", Align::Right),
        ("Longest", Align::Right),
        ("Skew", Align::Right),
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
            summary.and_then(|summary| summary.max_over_median).map_or_else(String::new, |skew| format!("{skew:.1} ×")),
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

/// `1 task`, `2 tasks`.
fn counted(count: u64, of: &str) -> String {
    format!("{count} {of}{}", if count == 1 { "" } else { "s" })
}
