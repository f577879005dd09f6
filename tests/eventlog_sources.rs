//! What counts as a log, in which order its parts are read, and what is said about those that are no logs.

mod eventlog_support;

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use eventlog_support::{databricks, end, job, start, task_end, whole};
use shapecast::profile::eventlog::{
    EventLog, Flag, JobOutcome, Layout, Limits, ReadError, ReadOptions, discover, read, read_stream,
};
use tempfile::TempDir;

fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = TempDir::new().expect("a folder");
    for (name, bytes) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        fs::write(path, bytes).expect("writes");
    }
    folder
}

fn read_all(path: &Path) -> Result<Vec<EventLog>, ReadError> {
    read(path, &ReadOptions::default(), &|_| {})
}

fn from_text(text: &str) -> Result<Vec<EventLog>, ReadError> {
    read_stream(Path::new("app-1"), &mut text.as_bytes(), &ReadOptions::default())
}

fn one(text: &str) -> EventLog {
    let mut logs = from_text(text).expect("a log");
    assert_eq!(logs.len(), 1);
    logs.remove(0)
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(text.as_bytes()).expect("packs");
    encoder.finish().expect("packs")
}

fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).expect("an entry");
        archive.write_all(bytes).expect("packs");
    }
    archive.finish().expect("packs").into_inner()
}

#[test]
fn a_folder_gives_its_logs_and_passes_over_the_rest() {
    let folder = folder(&[
        ("README.md", b"# Logs of January"),
        ("data/part-0.parquet", b"PAR1\x15\x04"),
        ("application_1_1", whole("application_1").as_bytes()),
        ("application_1_2.zstd", &zstd::encode_all(whole("application_1").as_bytes(), 1).expect("packs")),
        (".application_1_1.crc", b"crc\0"),
    ]);
    let logs = read_all(folder.path()).expect("two logs");
    assert_eq!(logs.iter().map(|log| log.origin.codec.as_str()).collect::<Vec<_>>(), ["plain", "zstd"]);
    let refused: Vec<String> = discover(folder.path())
        .expect("sources")
        .iter()
        .filter_map(|source| source.read(&ReadOptions::default(), &|_| {}).err())
        .map(|error| error.to_string())
        .collect();
    assert!(refused[0].contains("README.md: not a Spark event log: line 1 is no event"), "{refused:?}");
    assert!(refused[1].contains("part-0.parquet: not a Spark event log: it is a Parquet file"), "{refused:?}");
}

#[test]
fn patterns_are_expanded_and_keep_rolled_parts_together() {
    let text = whole("a");
    let (first, second) = text.split_at(start("a").len());
    let folder = folder(&[
        ("eventlog_v2_a/appstatus_a", b""),
        ("eventlog_v2_a/events_1_a", first.as_bytes()),
        ("eventlog_v2_a/events_2_a", second.as_bytes()),
        ("b", whole("b").as_bytes()),
    ]);
    let logs = read_all(&folder.path().join("eventlog_*/events_*")).expect("one log");
    assert_eq!((logs.len(), logs[0].totals().tasks, logs[0].origin.files.len()), (1, 3, 2));
    assert_eq!(read_all(&folder.path().join("*")).expect("two logs").len(), 2);
    assert!(matches!(read_all(&folder.path().join("c*")), Err(ReadError::NotFound { .. })));
    assert!(matches!(read_all(&folder.path().join("c")), Err(ReadError::NotFound { .. })));
}

#[test]
fn databricks_parts_are_ordered_by_their_rollover_number() {
    // The names lie: the part that is named first was written last.
    let folder = folder(&[
        ("eventlog-2022-03-04--20-00.gz", &gzip(&(databricks(1, 7) + &job(0, 3, 3) + &end()))),
        ("eventlog-2022-03-04--21-00.gz", &gzip(&(databricks(0, 7) + &start("db")))),
    ]);
    let log = &read_all(folder.path()).expect("one log")[0];
    assert_eq!(log.origin.layout, Layout::Databricks);
    assert_eq!(log.origin.codec, "gzip");
    assert!(log.origin.files[0].ends_with("eventlog-2022-03-04--21-00.gz"));
    assert_eq!((log.totals().tasks, log.flags.len()), (3, 0), "{:?}", log.flags);
}

#[test]
fn missing_and_doubled_databricks_parts_are_flagged_and_contexts_kept_apart() {
    let missing = folder(&[
        ("eventlog-2022-03-04--20-00.gz", &gzip(&(databricks(0, 7) + &start("db")))),
        ("eventlog", (databricks(2, 7) + &job(0, 3, 3)).as_bytes()),
        ("eventlog-2022-03-04--22-00.gz", &gzip(&(databricks(2, 7) + &job(0, 3, 3)))),
    ]);
    let logs = read_all(missing.path()).expect("one log");
    assert!(logs[0].flags.contains(&Flag::MissingParts { first: 1, count: 1 }), "{:?}", logs[0].flags);
    assert!(logs[0].flags.contains(&Flag::DuplicateParts { parts: 1 }));
    assert_eq!(logs[0].totals().tasks, 3);

    let two = folder(&[
        ("eventlog", (databricks(0, 8) + &whole("second")).as_bytes()),
        ("eventlog-2022-03-04--20-00.gz", &gzip(&(databricks(0, 7) + &whole("first")))),
    ]);
    let logs = read_all(two.path()).expect("two logs");
    assert_eq!(logs.iter().map(|log| log.app.id.as_deref()).collect::<Vec<_>>(), [Some("first"), Some("second")]);
}

#[test]
fn the_zip_of_the_history_server_is_opened() {
    let text = whole("a");
    let (first, second) = text.split_at(start("a").len());
    let packed = zstd::encode_all(second.as_bytes(), 1).expect("packs");
    let archive = zip(&[
        ("eventlog_v2_a/events_10_a.zstd", &packed),
        ("eventlog_v2_a/events_9_a", first.as_bytes()),
        ("eventlog_v2_a/appstatus_a", b""),
        ("__MACOSX/eventlog_v2_a/._events_9_a", b"\0\x05\x16\x07"),
        (".DS_Store", b"\0\0\0\x01Bud1"),
    ]);
    // The name does not matter, the bytes do.
    let folder = folder(&[("download.zip.gz", &archive)]);
    let logs = read_all(&folder.path().join("download.zip.gz")).expect("one log");
    assert_eq!((logs.len(), logs[0].totals().tasks), (1, 3));
    assert_eq!(logs[0].flags, [Flag::MissingParts { first: 1, count: 8 }]);
}

#[test]
fn a_cut_zip_is_an_error_with_a_hint() {
    let archive = zip(&[("a", whole("a").as_bytes())]);
    let folder = folder(&[("a.zip", &archive[..archive.len() / 2])]);
    let error = read_all(&folder.path().join("a.zip")).expect_err("broken");
    assert!(matches!(error, ReadError::Archive { .. }), "{error}");
    assert!(!error.hint().is_empty());
}

#[test]
fn a_spark_1_directory_is_one_log() {
    let folder = folder(&[
        ("local-1/SPARK_VERSION_1.2.0", b""),
        ("local-1/APPLICATION_COMPLETE", b""),
        ("local-1/EVENT_LOG_1", whole("x").as_bytes()),
    ]);
    let logs = read_all(&folder.path().join("local-1")).expect("one log");
    assert_eq!((logs.len(), logs[0].origin.layout), (1, Layout::SparkOne));
    assert!(logs[0].origin.path.ends_with("local-1"));
}

#[test]
fn applications_one_after_the_other_are_told_apart() {
    let logs = from_text(&(whole("first") + &whole("second"))).expect("two logs");
    assert_eq!(logs.iter().map(|log| log.app.id.as_deref()).collect::<Vec<_>>(), [Some("first"), Some("second")]);
    assert!(logs.iter().all(|log| log.totals().tasks == 3 && log.flags.is_empty()));
}

#[test]
fn malformed_and_cut_lines_are_counted_and_placed() {
    let text = start("a") + "{\"Event\":\"SparkListenerJobStart\",\"Job\n" + "not json\n" + &job(0, 2, 2) + &end();
    let log = one(&(text + "{\"Event\":\"SparkListenerTaskEnd\",\"Sta"));
    let Flag::MalformedLines { lines, first, file, .. } = &log.flags[1] else { panic!("{:?}", log.flags) };
    assert_eq!((*lines, *first, file.as_str()), (2, 5, "app-1"));
    assert!(matches!(&log.flags[0], Flag::CutLine { line: 16, .. }), "{:?}", log.flags);
    assert_eq!(log.totals().tasks, 2);
}

#[test]
fn the_header_of_early_1_3_is_passed_over() {
    let log = one(&format!("SPARK_VERSION=1.3.0\nCOMPRESSION_CODEC=none\n=== LOG_HEADER_END ===\n{}", whole("a")));
    assert_eq!(log.flags, []);
}

#[test]
fn missing_task_ends_are_counted_per_stage() {
    let log = one(&(start("a") + &job(0, 5, 3) + &job(1, 4, 4) + &end()));
    assert_eq!(log.flags, [Flag::MissingTaskEnds { stage: 0, attempt: 0, tasks: 5, missing: 2 }]);
    assert!(log.flags[0].loses_work());
}

#[test]
fn a_log_without_its_end_says_what_was_running() {
    let text = start("a") + &job(0, 3, 2);
    let cut = text.split("{\"Event\":\"SparkListenerStageCompleted").next().expect("the head");
    let log = one(cut);
    assert!(!log.app.complete);
    assert_eq!(log.jobs[0].outcome, JobOutcome::Unfinished);
    assert!(log.flags.contains(&Flag::UnfinishedStages { stages: 1, tasks: 1 }), "{:?}", log.flags);
    assert!(log.flags.contains(&Flag::UnfinishedJobs { jobs: 1 }));
    // The last event is the end of a task.
    assert_eq!(log.app.ended_ms, 1_002_000);
}

#[test]
fn a_broken_part_is_flagged_and_the_next_one_read() {
    let mut packed = zstd::encode_all(start("a").as_bytes(), 1).expect("packs");
    packed.truncate(packed.len() - 4);
    let folder = folder(&[("e/events_1_a.zstd", &packed), ("e/events_2_a", (job(0, 3, 3) + &end()).as_bytes())]);
    let log = &read_all(folder.path()).expect("one log")[0];
    assert!(matches!(&log.flags[0], Flag::Broken { file, .. } if file == "events_1_a.zstd"), "{:?}", log.flags);
    assert_eq!(log.totals().tasks, 3);
}

#[test]
fn limits_are_errors_that_say_where() {
    let tight = |line_bytes, total_bytes| ReadOptions { limits: Limits { line_bytes, total_bytes } };
    let text = whole("a");
    let error = read_stream(Path::new("a"), &mut text.as_bytes(), &tight(300, 1 << 30)).expect_err("too long");
    // Line 10 is the first task's end, the first line of more than 300 bytes.
    let byte = text.find(&task_end(0, 0)).expect("a task's end");
    assert_eq!(error.to_string(), format!("a:10: the line is longer than 300 bytes (it starts at byte {byte})"));
    let error = read_stream(Path::new("a"), &mut text.as_bytes(), &tight(1 << 20, 1000)).expect_err("too large");
    assert!(matches!(error, ReadError::TooLarge { limit: 1000, .. }), "{error}");
}

#[test]
fn a_plan_beyond_the_limit_is_passed_over_and_flagged() {
    let plan = format!(
        "{{\"Event\":\"org.apache.spark.sql.execution.ui.SparkListenerSQLExecutionStart\",\"executionId\":0,\"plan\":\"{}\"}}\n",
        "x".repeat(5 << 20)
    );
    let text = start("a") + &plan + &job(0, 3, 3) + &end();
    let limits = Limits { line_bytes: 4 << 20, ..Limits::default() };
    let logs = read_stream(Path::new("a"), &mut text.as_bytes(), &ReadOptions { limits }).expect("a log");
    assert_eq!(logs[0].flags, [Flag::LongPlans { lines: 1 }]);
    assert_eq!((logs[0].queries.len(), logs[0].totals().tasks), (0, 3));
}

#[test]
fn a_bomb_is_stopped_by_the_size_limit() {
    let bomb = zstd::encode_all(std::io::Read::take(std::io::repeat(b' '), 64 << 20), 1).expect("packs");
    let limits = Limits { total_bytes: 4 << 20, ..Limits::default() };
    let error = read_stream(Path::new("bomb.zstd"), &mut &bomb[..], &ReadOptions { limits }).expect_err("refused");
    assert!(matches!(error, ReadError::TooLarge { .. }), "{error}");
}

#[test]
fn what_is_no_log_is_refused_in_one_line() {
    let cases: [(&[u8], &str); 5] = [
        (b"", "it is empty"),
        (b"hello\n", "line 1 is no event (expected value)"),
        (b"{\"a\":1}\n", "line 1 is no event (missing field `Event`)"),
        (b"{\"Event\":\"com.acme.Other\"}\n", "it holds no event of a Spark application"),
        (b"\x28\xB5\x2F\xFD\x04", "nothing of it unpacks (incomplete frame)"),
    ];
    for (bytes, why) in cases {
        let error = read_stream(Path::new("x"), &mut &bytes[..], &ReadOptions::default()).expect_err("refused");
        assert_eq!(error.to_string(), format!("x: not a Spark event log: {why}"));
        assert!(error.is_not_a_log() && !error.hint().is_empty());
    }
    let empty = TempDir::new().expect("a folder");
    assert!(matches!(read_all(empty.path()), Err(ReadError::NothingInside { .. })));
}

#[test]
fn odd_field_order_and_spacing_are_read() {
    let line = task_end(0, 0);
    let (event, rest) = line.split_at(line.find(",\"Stage ID\"").expect("a field"));
    let turned = format!("{{ {}, {} }}", &rest[1..rest.len() - 1], &event[1..]);
    let log = one(&(start("a") + &turned + "\n" + &end()));
    assert_eq!(log.totals().tasks, 1);
    assert_eq!(log.totals().run_ms, 900);
}

#[test]
fn files_may_be_unreadable_without_stopping_the_process() {
    let folder = folder(&[("a", whole("a").as_bytes())]);
    // A directory where a file is expected, reached through the stream interface.
    let mut directory = File::open(folder.path()).expect("opens");
    let error = read_stream(folder.path(), &mut directory, &ReadOptions::default()).expect_err("refused");
    assert!(matches!(error, ReadError::Io { .. }), "{error}");
}
