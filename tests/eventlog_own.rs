//! The project's own logs, written by real Sparks: every codec and layout gives what Spark's own reader gives.
//!
//! `tests/data/eventlogs/make.py` makes the logs and counts what is in them, by Spark's decoder and its own JSON.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use shapecast::profile::eventlog::{
    EventLog, Flag, Layout, Platform, ReadOptions, RemovalKind, TaskResult, discover, read, read_stream,
};

#[derive(Debug, Deserialize)]
struct Expected {
    path: String,
    jobs: usize,
    stages: usize,
    tasks: u64,
    failed_tasks: u64,
    killed_tasks: u64,
    executors: usize,
    removed: usize,
    retries: usize,
    adaptive_updates: u32,
    input_bytes: u64,
    output_bytes: u64,
    shuffle_read_bytes: u64,
    shuffle_write_bytes: u64,
    run_ms: u64,
    gc_ms: u64,
    cpu_ns: u64,
    complete: bool,
    wall_ms: Option<u64>,
    first_task_ms: Option<i64>,
    last_task_ms: Option<i64>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/eventlogs")
}

fn expected() -> BTreeMap<String, Expected> {
    let text = fs::read_to_string(folder().join("expected.json")).expect("the expectations are there");
    serde_json::from_str(&text).expect("the expectations parse")
}

fn log(case: &str) -> EventLog {
    let path = folder().join(&expected()[case].path);
    let mut logs = read(&path, &ReadOptions::default(), &|_| {}).expect("a log");
    assert_eq!(logs.len(), 1, "{case}");
    logs.remove(0)
}

#[test]
fn counts_and_sums_are_those_of_spark_s_own_reader() {
    for (case, expected) in expected() {
        let log = log(&case);
        let totals = log.totals();
        let sums = [
            ("tasks", totals.tasks, expected.tasks),
            ("failed", totals.failed, expected.failed_tasks),
            ("killed", totals.killed, expected.killed_tasks),
            ("input", totals.input_bytes, expected.input_bytes),
            ("output", totals.output_bytes, expected.output_bytes),
            ("shuffle read", totals.shuffle_read_bytes(), expected.shuffle_read_bytes),
            ("shuffle write", totals.shuffle_write_bytes, expected.shuffle_write_bytes),
            ("run", totals.run_ms, expected.run_ms),
            ("gc", totals.gc_ms, expected.gc_ms),
            ("cpu", totals.cpu_ns, expected.cpu_ns),
        ];
        for (what, ours, theirs) in sums {
            assert_eq!(ours, theirs, "{case}: {what}");
        }
        let completed = log.stages.iter().filter(|stage| stage.completed);
        assert_eq!(log.jobs.len(), expected.jobs, "{case}: jobs");
        assert_eq!(completed.clone().count(), expected.stages, "{case}: stages");
        assert_eq!(completed.filter(|stage| stage.attempt > 0).count(), expected.retries, "{case}: retries");
        assert_eq!(log.executors.len(), expected.executors, "{case}: executors");
        let removed = log.executors.iter().filter(|executor| executor.removal.is_some());
        assert_eq!(removed.count(), expected.removed, "{case}: removals");
        let updates: u32 = log.queries.iter().map(|query| query.adaptive_updates).sum();
        assert_eq!(updates, expected.adaptive_updates, "{case}: AQE updates");
        assert_eq!(log.app.complete, expected.complete, "{case}: complete");
        if let Some(wall_ms) = expected.wall_ms {
            assert_eq!(log.app.wall_ms(), wall_ms, "{case}: wall time");
        }
    }
}

#[test]
fn task_records_keep_their_times_and_sums() {
    for (case, expected) in expected() {
        let log = log(&case);
        let tasks = || log.stages.iter().flat_map(|stage| stage.tasks.iter());
        assert_eq!(tasks().map(|task| task.launched_ms).min(), expected.first_task_ms, "{case}");
        assert_eq!(tasks().map(|task| task.finished_ms()).max(), expected.last_task_ms, "{case}");
        assert_eq!(tasks().map(|task| u64::from(task.run_ms)).sum::<u64>(), expected.run_ms, "{case}");
        // No partition here is over 16 MiB, so even the rounded sizes are exact.
        assert_eq!(tasks().map(|task| task.shuffle_read_bytes).sum::<u64>(), expected.shuffle_read_bytes, "{case}");
        assert_eq!(tasks().map(|task| task.input_bytes).sum::<u64>(), expected.input_bytes, "{case}");
    }
}

#[test]
fn every_codec_is_told_by_its_magic() {
    for (case, codec) in [
        ("3.5-plain", "plain"),
        ("3.5-zstd", "zstd"),
        ("3.5-lz4", "lz4"),
        ("3.5-snappy", "snappy"),
        ("3.5-lzf", "lzf"),
        ("4.1-lz4", "lz4"),
    ] {
        assert_eq!(log(case).origin.codec, codec, "{case}");
        // From a stream without a name, too.
        let bytes = fs::read(folder().join(&expected()[case].path)).expect("reads");
        let logs = read_stream(Path::new("stream"), &mut &bytes[..], &ReadOptions::default()).expect("a log");
        assert_eq!(logs[0].totals().tasks, expected()[case].tasks, "{case}");
    }
}

#[test]
fn good_logs_carry_no_flags() {
    for case in ["3.5-plain", "3.5-zstd", "3.5-lz4", "3.5-snappy", "3.5-lzf", "3.5-rolling", "4.1-defaults", "4.1-lz4"]
    {
        assert_eq!(log(case).flags, [], "{case}");
    }
}

#[test]
fn a_default_spark_4_log_is_a_rolling_directory() {
    let log = log("4.1-defaults");
    assert_eq!(log.origin.layout, Layout::Rolling);
    assert_eq!(log.platform, Platform::Local);
    assert_eq!(log.spark_version.as_deref(), Some("4.1.0"));
    assert_eq!(log.app.name.as_deref(), Some("4.1-defaults"));
    assert_eq!(log.app.exit_code, Some(0));
    assert_eq!(log.conf.get("spark.sql.shuffle.partitions"), Some("8"));
    assert!(log.spark_submit.is_some_and(|submit| submit.command.starts_with("spark-submit --")));
}

#[test]
fn rolled_parts_are_read_in_order_as_one_log() {
    let log = log("3.5-rolling");
    assert!(log.origin.files.len() > 1, "{:?}", log.origin.files);
    let sources = discover(&folder().join("3.5-rolling")).expect("found from the folder above, too");
    assert_eq!(sources.len(), 1);
    assert_eq!(sources[0].parts.iter().map(|part| part.number).collect::<Vec<_>>(), [Some(1), Some(2)]);
}

#[test]
fn a_part_on_its_own_recovers_what_it_can() {
    let whole = log("3.5-rolling");
    let source = &discover(&folder().join("3.5-rolling")).expect("found")[0];
    let last = &source.parts.last().expect("parts").path;
    let part = read(last, &ReadOptions::default(), &|_| {}).expect("a log").remove(0);
    assert_eq!(part.flags[0], Flag::MissingParts { first: 1, count: 1 });
    assert!(part.flags.contains(&Flag::NoApplicationStart), "{:?}", part.flags);
    assert!(part.app.complete && part.totals().tasks > 0 && part.totals().tasks < whole.totals().tasks);
    assert_eq!(part.app.id, whole.app.id, "from the properties of its jobs");
    assert_eq!(part.conf.get("spark.sql.shuffle.partitions"), Some("8"));
}

#[test]
fn skipped_stages_are_replaced_by_those_that_made_their_data() {
    let log = log("3.5-plain");
    let skipped: u32 = log.jobs.iter().map(|job| job.planned_stages).sum::<u32>() - 15;
    assert!(skipped > 0, "the case has skipped stages");
    for stage in &log.stages {
        for parent in &stage.parents {
            let parent = log.stages.iter().find(|other| other.id == *parent).expect("a parent that ran");
            assert_eq!(parent.is_shuffle_map, Some(true));
            assert!(parent.completed_ms <= stage.submitted_ms, "parents come first");
        }
        if stage.totals.shuffle_read_bytes() > 0 {
            assert!(!stage.parents.is_empty(), "stage {} read a shuffle that nobody wrote", stage.id);
        }
    }
}

#[test]
fn plans_show_what_adaptive_execution_did() {
    let plans = log("3.5-zstd").plans;
    assert!(plans.adaptive && plans.is_final && plans.skew_split && plans.coalesced && plans.sort_merge_join);
    assert!(!plans.gpu && !plans.photon && !plans.native && !plans.broadcast_join);
}

#[test]
fn a_failed_attempt_is_followed_by_a_second_one() {
    let log = log("3.5-plain");
    let stage = log.stages.iter().find(|stage| stage.totals.failed > 0).expect("a stage with a failure");
    let results: Vec<TaskResult> =
        stage.tasks.iter().filter(|task| task.partition == 2).map(|task| task.result).collect();
    assert_eq!(results, [TaskResult::Exception, TaskResult::Success]);
    assert_eq!(log.failures.values().sum::<u64>(), 1);
    assert!(log.job_concurrency().max_jobs >= 2, "two threads ran a job each");
}

#[test]
fn a_running_application_is_read_up_to_its_last_flush() {
    let log = log("3.5-in-progress");
    assert!(!log.app.complete);
    assert!(log.flags.contains(&Flag::NoApplicationEnd), "{:?}", log.flags);
    assert!(log.flags.iter().all(|flag| !matches!(flag, Flag::MalformedLines { .. })), "{:?}", log.flags);
}

#[test]
fn a_lost_executor_shows_in_removals_and_attempts() {
    let log = log("3.5-loss");
    let kinds: Vec<RemovalKind> =
        log.executors.iter().filter_map(|executor| executor.removal.as_ref()).map(|removal| removal.kind).collect();
    assert_eq!(kinds, [RemovalKind::Lost]);
    assert!(log.stages.iter().any(|stage| stage.attempt > 0), "the lost shuffle output was made anew");
    assert!(log.stages.iter().any(|stage| stage.failed()), "the reduce stage failed to fetch");
    assert_eq!(log.max_executors(), 2);
}

#[test]
fn a_decommissioned_executor_goes_once() {
    let log = log("3.5-decommission");
    // Spark removes it twice: when it is told to go, and when it is gone.
    let removals: Vec<_> = log.executors.iter().filter_map(|executor| executor.removal.as_ref()).collect();
    assert_eq!(removals.len(), 1);
    assert_eq!(removals[0].kind, RemovalKind::Decommissioned);
    assert_eq!(log.granted().last().map(|grant| grant.executors), Some(1));
}

#[test]
fn dynamic_allocation_shows_as_steps() {
    let log = log("3.5-dynamic");
    let grants = log.granted();
    assert_eq!(log.max_executors(), 3);
    assert!(grants.windows(2).any(|pair| pair[1].executors < pair[0].executors), "{grants:?}");
    let reasons = log.executors.iter().filter_map(|executor| executor.removal.as_ref());
    assert!(reasons.clone().count() > 0 && reasons.clone().all(|removal| removal.kind == RemovalKind::ScaledDown));
    assert_eq!(log.conf.flag("spark.dynamicAllocation.enabled"), Some(true));
}

#[test]
fn a_summary_accounts_for_all_time() {
    for case in expected().keys() {
        let log = log(case);
        let summary = log.summary();
        let path: u64 = summary.critical_path.iter().map(|link| link.length_ms()).sum();
        assert_eq!(path, summary.wall_ms, "{case}: the critical path spans the run");
        assert!(summary.floor_ms <= summary.wall_ms, "{case}");
        assert!(summary.driver_only_ms >= summary.before_first_task_ms, "{case}");
        let time = summary.task_time;
        let parts = time.cpu + time.gc + time.fetch_wait + time.shuffle_write + time.io_and_other;
        assert_eq!(parts, summary.totals.run_ms, "{case}: the parts of the run time");
        let beside = time.deserialize + time.result + time.scheduler_delay;
        assert_eq!(parts + beside, time.total, "{case}: the parts of the task time");
        let slots = summary.slot_time;
        assert!(slots.used + slots.idle_driver_only + slots.idle_beside_tasks >= slots.granted, "{case}: {slots:?}");
    }
}

#[test]
fn files_are_counted_as_the_driver_counted_them() {
    let log = log("3.5-zstd");
    let files = |at: usize| log.queries[at].files;
    // The first query writes six files, the second joins them with a generated table and writes the result.
    assert_eq!((files(0).read, files(0).written), (0, 6));
    assert_eq!(files(1).read, 6);
    assert_eq!(files(1).read_bytes, files(0).written_bytes);
    assert!(files(2).written == 0 && files(2).read == 6);
}

#[test]
fn executors_and_rules_are_as_configured() {
    let log = log("3.5-dynamic");
    let rules = log.dynamic_allocation().expect("it is on");
    assert_eq!((rules.min, rules.max, rules.shuffle_tracking), (1, Some(3), true));
    assert_eq!(rules.idle_timeout.as_seconds(), 2.0);
    let size = log.executor_size();
    assert_eq!((size.cores, size.heap), (Some(1), Some(shapecast::units::Bytes::mib(512))));
}

#[test]
fn a_run_becomes_the_figures_of_a_workload() {
    let log = log("3.5-zstd");
    let measured = log.measured();
    let expected = &expected()["3.5-zstd"];
    assert_eq!(measured.input.value.get(), expected.input_bytes);
    assert_eq!(measured.output.value.get(), expected.output_bytes);
    assert_eq!(measured.shuffle.value.get(), expected.shuffle_write_bytes);
    assert_eq!((measured.adaptive.value, measured.shuffle_partitions.map(|count| count.value)), (true, Some(8)));
    assert_eq!(measured.output_files.map(|files| files.value), Some(log.queries.iter().map(|q| q.files.written).sum()));
    assert!(
        measured.input.origin.to_string().starts_with("measured from event log local-"),
        "{}",
        measured.input.origin
    );
    assert_eq!(measured.stages.len(), expected.stages);
    let names: Vec<&String> = measured.stages.iter().map(|stage| &stage.name).collect();
    for stage in &measured.stages {
        assert!(stage.parents.iter().all(|parent| names.contains(&parent)), "{stage:?}");
        assert!(stage.max_over_median >= 1.0);
    }
}

#[test]
fn lost_work_is_not_the_jobs() {
    let log = log("3.5-loss");
    let stages = log.measured().stages;
    // Two stages of eight tasks; the attempts after the loss are not added to them.
    assert_eq!(stages.iter().map(|stage| stage.tasks).collect::<Vec<_>>(), [Some(8), Some(8)]);
    let written: u64 = stages.iter().map(|stage| stage.shuffle_write.get()).sum();
    assert!(written < log.totals().shuffle_write_bytes, "{written}");
    assert_eq!(stages[1].parents, [stages[0].name.clone()]);
}

#[test]
fn progress_adds_up_to_the_file() {
    let source = &discover(&folder().join("3.5-lz4")).expect("found")[0];
    let seen = std::sync::atomic::AtomicU64::new(0);
    source
        .read(&ReadOptions::default(), &|bytes| {
            seen.fetch_add(bytes, std::sync::atomic::Ordering::Relaxed);
        })
        .expect("a log");
    assert_eq!(seen.into_inner(), source.bytes());
}
