//! `backtest` over event logs: each is predicted from its job's other logs, never from itself.

mod program_support;

use std::fs;
use std::path::{Path, PathBuf};

use program_support::{run, said, works};
use serde_json::Value;

const LOGS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/eventlogs");

fn document(folder: &Path, paths: &[&str]) -> Value {
    let arguments = [&["backtest"], paths, &["--format", "json", "-q"]].concat();
    serde_json::from_str(&works(&run(folder, &arguments))).expect("JSON")
}

/// A log of one job with one stage of `tasks` tasks of `task_s` seconds on `executors` of four cores, all in whole waves.
fn log(name: &str, id: u32, executors: u32, tasks: u32, task_ms: u32, ends: bool) -> String {
    let begin = 1_700_000_000_000_u64 + u64::from(id) * 86_400_000;
    let slots = 4 * executors;
    let waves = tasks.div_ceil(slots);
    let end = begin + 1_000 + u64::from(waves * task_ms);
    let mut lines = vec![
        r#"{"Event":"SparkListenerLogStart","Spark Version":"3.5.6"}"#.to_owned(),
        format!(
            r#"{{"Event":"SparkListenerEnvironmentUpdate","Spark Properties":{{"spark.master":"yarn","spark.app.id":"app-{id}","spark.executor.instances":"{executors}","spark.executor.cores":"4"}}}}"#
        ),
        format!(
            r#"{{"Event":"SparkListenerApplicationStart","App Name":"{name}","App ID":"app-{id}","Timestamp":{begin},"User":"spark"}}"#
        ),
    ];
    for executor in 1..=executors {
        lines.push(format!(
            r#"{{"Event":"SparkListenerExecutorAdded","Timestamp":{begin},"Executor ID":"{executor}","Executor Info":{{"Host":"h{executor}","Total Cores":4}}}}"#
        ));
    }
    let from = begin + 1_000;
    let info = format!(
        r#"{{"Stage ID":0,"Stage Attempt ID":0,"Stage Name":"s","Number of Tasks":{tasks},"Parent IDs":[],"Submission Time":{from}}}"#
    );
    let done = info.replace(
        &format!("\"Submission Time\":{from}"),
        &format!("\"Submission Time\":{from},\"Completion Time\":{end}"),
    );
    lines.push(format!(
        r#"{{"Event":"SparkListenerJobStart","Job ID":0,"Submission Time":{from},"Stage Infos":[{info}],"Stage IDs":[0],"Properties":{{}}}}"#
    ));
    lines.push(format!(r#"{{"Event":"SparkListenerStageSubmitted","Stage Info":{info}}}"#));
    for task in 0..tasks {
        let launch = from + u64::from(task / slots * task_ms);
        let finish = launch + u64::from(task_ms);
        let executor = task % slots / 4 + 1;
        lines.push(format!(
            r#"{{"Event":"SparkListenerTaskEnd","Stage ID":0,"Stage Attempt ID":0,"Task Type":"ResultTask","Task End Reason":{{"Reason":"Success"}},"Task Info":{{"Task ID":{task},"Index":{task},"Attempt":0,"Launch Time":{launch},"Executor ID":"{executor}","Host":"h{executor}","Locality":"ANY","Speculative":false,"Getting Result Time":0,"Finish Time":{finish},"Failed":false,"Killed":false,"Accumulables":[]}},"Task Metrics":{{"Executor Run Time":{task_ms},"Executor CPU Time":{},"JVM GC Time":0,"Input Metrics":{{"Bytes Read":1000000,"Records Read":1}}}}}}"#,
            u64::from(task_ms) * 900_000
        ));
    }
    if ends {
        lines.push(format!(r#"{{"Event":"SparkListenerStageCompleted","Stage Info":{done}}}"#));
        lines.push(format!(
            r#"{{"Event":"SparkListenerJobEnd","Job ID":0,"Completion Time":{end},"Job Result":{{"Result":"JobSucceeded"}}}}"#
        ));
        lines.push(format!(r#"{{"Event":"SparkListenerApplicationEnd","Timestamp":{end}}}"#));
    }
    lines.push(String::new());
    lines.join("\n")
}

fn write(folder: &Path, name: &str, text: String) -> PathBuf {
    fs::create_dir_all(folder.join("logs")).expect("makes");
    let path = folder.join("logs").join(name);
    fs::write(&path, text).expect("writes");
    path
}

#[test]
fn other_shapes_of_a_job_are_predicted_from_each_other() {
    let folder = tempfile::tempdir().expect("a folder");
    // 96 tasks of 10 s on 8, 16 and 32 slots: 12, 6 and 3 waves, and a second before them: 121, 61 and 31 s.
    for (id, executors) in [(1, 2), (2, 4), (3, 8)] {
        write(folder.path(), &format!("app-{id}"), log("etl", id, executors, 96, 10_000, true));
    }
    // Alone, and broken off: neither is predicted.
    write(folder.path(), "app-4", log("alone", 4, 2, 16, 5_000, true));
    write(folder.path(), "app-5", log("etl", 5, 4, 96, 10_000, false));
    let document = document(folder.path(), &["logs"]);
    assert_eq!(document["protocol"], "logs");
    let rows = document["predictions"].as_array().expect("a list");
    assert_eq!(rows.len(), 5);
    for (row, actual) in rows.iter().filter(|row| row["job"] == "etl").zip([121.0, 61.0, 31.0]) {
        let of = |key: &str| row["predicted_s"][key].as_f64().expect("a time");
        assert_eq!(row["actual_s"].as_f64(), Some(actual), "{row}");
        assert!((of("p50") - actual).abs() < 0.1 * actual, "{row}");
        assert!(of("p10") < of("p50") && of("p50") < of("p90"), "{row}");
        assert_eq!((&row["model"], &row["engine"]), (&Value::from("simulation"), &Value::from("yarn")));
    }
    let alone = rows.iter().find(|row| row["job"] == "alone").expect("the job");
    assert!(alone["predicted_s"].is_null() && alone["actual_s"].is_number());
    let broken = rows.iter().find(|row| row["completed"] == false).expect("the broken one");
    assert!(broken["predicted_s"].is_null() && broken["actual_s"].is_null());
    let groups: Vec<(&str, u64)> = document["errors"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|it| Some((it["group"].as_str()?, it["points"].as_u64()?)))
        .collect();
    assert_eq!(groups, [("all", 3), ("engine yarn", 3), ("etl", 3)]);
    assert_eq!(document["calibration"].as_array().map(Vec::len), Some(9));
    assert_eq!(document["drift"].as_array().map(Vec::len), Some(3));
    let warnings = document["warnings"].to_string();
    assert!(warnings.contains("incomplete-logs") && warnings.contains("single-logs"), "{warnings}");
}

#[test]
fn a_log_says_nothing_of_itself() {
    let folder = tempfile::tempdir().expect("a folder");
    for (id, task_ms) in [(1, 10_000), (2, 20_000)] {
        write(folder.path(), &format!("app-{id}"), log("etl", id, 2, 16, task_ms, true));
    }
    // Two waves of 10 s and two of 20 s: each is predicted as long as the other.
    let document = document(folder.path(), &["logs"]);
    let rows = document["predictions"].as_array().expect("a list");
    let p50 = |row: usize| rows[row]["predicted_s"]["p50"].as_f64().expect("a time");
    assert!((p50(0) - 41.0).abs() < 1.0 && (p50(1) - 21.0).abs() < 1.0, "{} {}", p50(0), p50(1));
}

#[test]
fn logs_of_real_sparks_are_read_and_a_page_is_drawn() {
    let folder = tempfile::tempdir().expect("a folder");
    let document = document(folder.path(), &[LOGS]);
    let rows = document["predictions"].as_array().expect("a list");
    assert!(rows.len() >= 10, "{}", rows.len());
    let arguments = ["backtest", LOGS, "-q", "--out", "page.html", "--out", "rows.csv", "--out", "plot.svg"];
    works(&run(folder.path(), &arguments));
    let html = fs::read_to_string(folder.path().join("page.html")).expect("reads");
    assert!(
        html.contains("every event log is predicted from the job's other logs")
            || html.contains("job&#39;s other logs")
    );
    let csv = fs::read_to_string(folder.path().join("rows.csv")).expect("reads");
    assert_eq!(csv.lines().count(), rows.len() + 1);
    let nothing = run(folder.path(), &["backtest", "nowhere"]);
    assert_eq!(nothing.status.code(), Some(2), "{}", said(&nothing));
}
