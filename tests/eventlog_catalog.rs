//! Every log of a catalogue of real ones gives a profile whose counts and sums are the catalogue's.
//!
//! The logs are not part of the project (some carry no licence). The test runs where they lie: in
//! `$SHAPECAST_SHARED/eventlogs`, or in `../shared/eventlogs` beside the project; elsewhere it says that it did not.
#![expect(clippy::print_stderr, reason = "the test says what it compared, or that it compared nothing")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use shapecast::profile::eventlog::{EventLog, Flag, JobOutcome, Platform, ReadOptions, StageAttempt, read};

/// Where a figure differs from the catalogue's, and why the catalogue is not followed.
const EXCEPTIONS: &[(&str, &str, &str)] = &[
    (
        "eventlog_3nodes_12cores_multiple_executors",
        "exec_added",
        "edited: executor 1 is announced twice; the catalogue counts announcements, the profile executors",
    ),
    (
        "derived-broken/application_1_1.inprogress",
        "wall_s",
        "cut off: the catalogue ends with the last task, but a job was submitted 0.2 s later",
    ),
    (
        "platform/dataproc",
        "platform",
        "the catalogue goes by the folder's name; the log says local[*] and nothing of Dataproc",
    ),
    (
        "db_subExecution_id.zstd",
        "wall_s",
        "no application end: the catalogue ends with the last task, but a query ended 1.0 s later",
    ),
];

fn folder() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let shared = std::env::var_os("SHAPECAST_SHARED").map_or(beside, PathBuf::from);
    Some(shared.join("eventlogs")).filter(|folder| folder.join("CATALOG.csv").is_file())
}

/// One figure of one log, as the profile has it.
struct Figure {
    column: &'static str,
    ours: f64,
    /// Half a unit of the catalogue's last digit.
    tolerance: f64,
}

fn exact(column: &'static str, ours: u64) -> Figure {
    Figure { column, ours: ours as f64, tolerance: 0.0 }
}

fn count(column: &'static str, ours: usize) -> Figure {
    exact(column, ours as u64)
}

fn tenth(column: &'static str, ours: f64) -> Figure {
    Figure { column, ours, tolerance: 0.0501 }
}

/// The catalogue's columns, computed from the profile.
fn figures(log: &EventLog) -> Vec<Figure> {
    let totals = log.totals();
    let mega = |bytes: u64| bytes as f64 / 1e6;
    let seconds = |ms: u64| ms as f64 / 1e3;
    let stages = |keep: fn(&&StageAttempt) -> bool| log.stages.iter().filter(keep).count();
    let announced = log.executors.iter().filter(|executor| executor.added_ms.is_some()).count();
    let malformed = log.flags.iter().map(|flag| match flag {
        Flag::MalformedLines { lines, .. } => *lines,
        Flag::CutLine { .. } => 1,
        _ => 0,
    });
    vec![
        count("jobs", log.jobs.len()),
        // The catalogue counts stage attempts whose completion is in the log.
        count("stages", stages(|stage| stage.completed)),
        count("failed_stages", stages(|stage| stage.completed && stage.failed())),
        exact("tasks", totals.tasks),
        exact("failed_tasks", totals.failed),
        exact("killed_tasks", totals.killed),
        exact("speculative", totals.speculative),
        count("failed_jobs", log.jobs.iter().filter(|job| job.outcome == JobOutcome::Failed).count()),
        count("sql_execs", log.queries.iter().filter(|query| query.started_ms.is_some()).count()),
        exact("aqe_updates", log.queries.iter().map(|query| u64::from(query.adaptive_updates)).sum()),
        count("exec_added", announced),
        exact("exec_max_concurrent", if announced > 0 { u64::from(log.max_executors()) } else { 0 }),
        exact("bad_lines", malformed.sum()),
        tenth("wall_s", seconds(log.app.wall_ms())),
        tenth("task_run_s", seconds(totals.run_ms)),
        tenth("cpu_s", totals.cpu_ns as f64 / 1e9),
        tenth("gc_s", seconds(totals.gc_ms)),
        tenth("input_MB", mega(totals.input_bytes)),
        tenth("output_MB", mega(totals.output_bytes)),
        tenth("shuffle_read_MB", mega(totals.shuffle_read_bytes())),
        tenth("shuffle_write_MB", mega(totals.shuffle_write_bytes)),
        tenth("spill_disk_MB", mega(totals.disk_spilled_bytes)),
    ]
}

/// The catalogue's columns of text.
fn names(log: &EventLog) -> Vec<(&'static str, String)> {
    let platform = match log.platform {
        Platform::EmrEc2 => "EMR",
        Platform::Databricks => "Databricks",
        Platform::Kubernetes => "OSS-k8s",
        Platform::Standalone => "OSS-standalone",
        Platform::Yarn => "OSS-yarn",
        Platform::Local => "OSS-local",
        other => other.name(),
    };
    let conf = |key: &str| log.conf.get(key).unwrap_or_default().to_owned();
    vec![
        ("platform", platform.to_owned()),
        ("spark_version", log.spark_version.clone().unwrap_or_default()),
        ("app_id", log.app.id.clone().unwrap_or_default()),
        ("app_name", log.app.name.clone().unwrap_or_default()),
        ("master", conf("spark.master")),
        ("dyn_alloc", conf("spark.dynamicAllocation.enabled")),
        ("exec_cores", log.executor_size().cores.map(|cores| cores.to_string()).unwrap_or_default()),
    ]
}

type Row = BTreeMap<String, String>;

fn catalogue(folder: &Path) -> Vec<Row> {
    let mut reader = csv::Reader::from_path(folder.join("CATALOG.csv")).expect("the catalogue opens");
    reader.deserialize().map(|row| row.expect("a row")).collect()
}

fn compare(folder: &Path, row: &Row) -> (usize, Vec<String>) {
    let path = &row["path"];
    let logs = match read(&folder.join(path), &ReadOptions::default(), &|_| {}) {
        Ok(logs) => logs,
        Err(error) => return (0, vec![format!("{path}: refused: {error} ({})", error.hint())]),
    };
    let [log] = logs.as_slice() else { return (0, vec![format!("{path}: {} logs", logs.len())]) };
    let mut compared = 1;
    let mut differences = Vec::new();
    if (row["complete"] == "yes") != log.app.complete {
        differences.push(format!("{path}: complete is {} here", log.app.complete));
    }
    let spanned: u64 = log.critical_path().iter().map(|link| link.length_ms()).sum();
    if spanned != log.app.wall_ms() {
        differences.push(format!("{path}: the critical path spans {spanned} of {} ms", log.app.wall_ms()));
    }
    let excepted = |column| EXCEPTIONS.iter().any(|(log, excepted, _)| path.ends_with(log) && *excepted == column);
    for (column, ours) in names(log) {
        let theirs = row[column].as_str();
        if theirs.is_empty() || theirs == "unknown" || excepted(column) {
            continue;
        }
        compared += 1;
        if ours != theirs {
            differences.push(format!("{path}: {column} is {ours} here and {theirs} there"));
        }
    }
    for figure in figures(log) {
        let Some(theirs) = row[figure.column].parse::<f64>().ok().filter(|_| !excepted(figure.column)) else {
            continue;
        };
        compared += 1;
        if (figure.ours - theirs).abs() > figure.tolerance {
            differences.push(format!("{path}: {} is {} here and {theirs} there", figure.column, figure.ours));
        }
    }
    (compared, differences)
}

#[test]
fn every_log_gives_the_figures_of_the_catalogue() {
    let Some(folder) = folder() else {
        eprintln!("SKIPPED: no catalogue of event logs beside the project (set SHAPECAST_SHARED)");
        return;
    };
    let rows = catalogue(&folder);
    let results: Vec<(usize, Vec<String>)> = rows.par_iter().map(|row| compare(&folder, row)).collect();
    let compared: usize = results.iter().map(|(compared, _)| compared).sum();
    let differences: Vec<&String> = results.iter().flat_map(|(_, differences)| differences).collect();
    eprintln!("compared {compared} figures of {} logs; {} exceptions", rows.len(), EXCEPTIONS.len());
    for (log, column, why) in EXCEPTIONS {
        eprintln!("not compared: {column} of {log}: {why}");
    }
    for difference in &differences {
        eprintln!("{difference}");
    }
    assert!(differences.is_empty(), "{} figures differ", differences.len());
}
