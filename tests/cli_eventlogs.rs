//! `profile`, `simulate` and `recommend` on small event logs of real Sparks.

use std::process::{Command, Output};

use serde_json::Value;

const LOGS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/eventlogs");

fn run(arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("shapecast"));
    command.args(arguments).env_clear().env("HOME", folder.path()).current_dir(folder.path());
    command.output().expect("runs")
}

fn json(arguments: &[&str]) -> Value {
    let output = run(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

fn log(name: &str) -> String {
    format!("{LOGS}/{name}")
}

#[test]
fn every_log_of_ours_gives_a_profile_and_replays() {
    let expected: Value =
        serde_json::from_str(&std::fs::read_to_string(log("expected.json")).expect("reads")).expect("JSON");
    for (name, figures) in expected.as_object().expect("a map") {
        let path = log(figures["path"].as_str().expect("a path"));
        let document = json(&["profile", &path, "--format", "json", "-q"]);
        let measured = &document["event_log"];
        for key in ["complete", "jobs", "tasks", "failed_tasks", "input_bytes", "shuffle_read_bytes"] {
            assert_eq!(measured[key], figures[key], "{name}: {key}");
        }
        let error = measured["replay_error"].as_f64().expect("an error");
        assert!((0.0..=0.10).contains(&error), "{name}: replay error {error}");
        assert_eq!(document["workload"]["replay_error"], measured["replay_error"]);
    }
}

#[test]
fn a_workload_file_of_a_log_reads_back_and_names_the_log() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("measured.yaml").display().to_string();
    let output = run(&["profile", &log("3.5-zstd"), "--out", &file, "--deadline", "45 min", "--cadence", "4 a day"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = std::fs::read_to_string(&file).expect("reads");
    assert!(text.contains("measured from event log") && text.contains("deadline: 45 min"), "{text}");
    let workload = shapecast::workload::read_str(&text, "measured.yaml", &shapecast::workload::Vocabulary::unchecked());
    let workload = workload.expect("reads back");
    assert!((workload.cadence.runs_per_month.value - 121.67).abs() < 0.1);
    assert!(!workload.job.stages.is_empty());
}

#[test]
fn more_executors_take_less_time_and_the_same_ones_as_long() {
    let path = log("3.5-loss");
    let p50 = |executors: &str| {
        let document =
            json(&["simulate", &path, "--executors", executors, "--executor-cores", "1", "--format", "json", "-q"]);
        document["after_first_job_s"]["p50"].as_f64().expect("a time")
    };
    let (one, two, eight) = (p50("1"), p50("2"), p50("8"));
    assert!(one > two && two > eight, "{one} {two} {eight}");
    let document = json(&["simulate", &path, "--executors", "2", "--format", "json", "-q"]);
    let duration = &document["duration_s"];
    assert!(duration["p50"].as_f64() < duration["p90"].as_f64() && duration["p90"].as_f64() < duration["p95"].as_f64());
    assert!(document["cost_usd"].is_null());
}

#[test]
fn a_property_without_a_model_is_said() {
    let output = run(&["simulate", &log("3.5-zstd"), "--conf", "spark.locality.wait=0s"]);
    assert!(output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("its effect is not modelled"));
    let wrong = run(&["simulate", &log("3.5-zstd"), "--conf", "locality=0"]);
    assert_eq!(wrong.status.code(), Some(2));
    let absent = run(&["simulate", "absent.zstd", "--executors", "2"]);
    assert_eq!(absent.status.code(), Some(2));
}

#[test]
fn a_log_is_ranked_on_every_engine() {
    let path = log("3.5-zstd");
    let document = json(&[
        "recommend",
        &path,
        "--cadence",
        "hourly",
        "--deadline",
        "2 h",
        "--region",
        "eu-central-1",
        "--replications",
        "20",
        "--format",
        "json",
        "-q",
    ]);
    assert!(document["recommendations"].as_array().is_some_and(|rows| rows.len() > 3), "{document}");
    assert!(document["workload"]["replay_error"].is_number());
    assert_eq!(document["workload"]["region"], "eu-central-1");
    assert!((document["workload"]["runs_per_month"].as_f64().expect("runs") - 730.0).abs() < 0.1);
    let again = json(&[
        "recommend",
        &path,
        "--cadence",
        "hourly",
        "--deadline",
        "2 h",
        "--region",
        "eu-central-1",
        "--replications",
        "20",
        "--format",
        "json",
        "-q",
    ]);
    assert_eq!(document["recommendations"], again["recommendations"]);
}

const EXAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/examples/incremental-etl-200gb.yaml");

#[test]
fn a_fixed_shape_of_a_workload_file_has_a_time_and_a_bill() {
    let ask = |executors: &str, more: &[&str]| {
        let fixed = ["simulate", EXAMPLE, "--executors", executors, "--executor-cores", "4", "--format", "json", "-q"];
        json(&[&fixed[..], more].concat())
    };
    for engine in ["emr-ec2", "emr-serverless", "glue", "emr-eks"] {
        let (ten, twenty) = (ask("10", &["--engine", engine]), ask("20", &["--engine", engine]));
        assert_eq!((&ten["engine"], &ten["shape"]["executors"]), (&Value::from(engine), &Value::from(10)), "{engine}");
        let p50 = |document: &Value| document["duration_s"]["p50"].as_f64().expect("a time");
        assert!(p50(&ten) > p50(&twenty), "{engine}: {} {}", p50(&ten), p50(&twenty));
        // The lines of the likely run's bill that fall due with a run sum to about what a run costs.
        let cost = ten["cost_usd"]["mean"].as_f64().expect("a cost");
        let lines = ten["bill"].as_array().expect("a bill");
        let month: f64 = lines.iter().map(|line| line["amount_usd"].as_f64().expect("an amount")).sum();
        assert!(cost > 0.0 && !lines.is_empty() && month > 0.0, "{engine}");
        assert!(ten["cost_unknown"].is_null() && ten["prices"]["missing"].as_array().is_some_and(Vec::is_empty));
    }
    let asked = ask("12", &["--engine", "emr-ec2", "--instance-type", "m6g.2xlarge"]);
    assert_eq!(asked["shape"]["instance_type"], "m6g.2xlarge");
    // Two executors of 4 cores on a node of 8, and the driver's: 13 / 2, so seven nodes.
    assert!(asked["shape"]["machines"].as_str().is_some_and(|text| text.starts_with("7 × m6g.2xlarge")), "{asked}");
}

#[test]
fn a_fixed_shape_that_an_engine_has_not_is_refused_with_what_it_has() {
    let output = run(&["simulate", EXAMPLE, "--engine", "glue", "--executors", "10", "--executor-cores", "5"]);
    assert_eq!(output.status.code(), Some(5));
    let output = run(&["simulate", EXAMPLE, "--engine", "athena", "--executors", "10"]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("sizes itself"));
    let output = run(&["simulate", EXAMPLE, "--executors", "10"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("--engine"));
}

#[test]
fn a_log_on_an_engine_has_a_price_and_what_ifs_change_it() {
    let path = log("3.5-loss");
    let ask = |more: &[&str]| {
        let fixed = ["simulate", &path, "--engine", "emr-serverless", "--executors", "2", "--executor-cores", "4"];
        json(&[&fixed[..], &["--format", "json", "-q"], more].concat())
    };
    let (same, more) = (ask(&[]), ask(&["--growth", "40"]));
    let cost = |document: &Value| document["cost_usd"]["mean"].as_f64().expect("a cost");
    assert!(cost(&same) > 0.0 && cost(&more) > cost(&same), "{} {}", cost(&same), cost(&more));
    let without = json(&["simulate", &path, "--executors", "2", "--format", "json", "-q"]);
    assert!(
        without["cost_usd"].is_null() && without["cost_unknown"].as_str().is_some_and(|why| why.contains("--engine"))
    );
}

#[test]
fn a_profile_says_where_the_time_went() {
    let document = json(&["profile", &log("3.5-loss"), "--format", "json", "-q"]);
    let summary = &document["summary"];
    let wall = document["event_log"]["wall_s"].as_f64().expect("a time");
    // The critical path is the whole run, link by link, and more executors never cut below its floor.
    let links = summary["critical_path"].as_array().expect("links");
    let sum: f64 = links.iter().map(|link| link["length_s"].as_f64().expect("a time")).sum();
    assert!((sum - wall).abs() < 0.01, "{sum} {wall}");
    assert!(summary["floor_s"].as_f64().is_some_and(|floor| floor > 0.0 && floor <= wall));
    let time = summary["task_time"].as_object().expect("parts");
    let parts: f64 = time.iter().filter(|(key, _)| *key != "total_s").filter_map(|(_, part)| part.as_f64()).sum();
    let total = time["total_s"].as_f64().expect("a time");
    assert!((parts - total).abs() <= 0.02 * total, "{parts} {total}");
    assert!(!summary["findings"].as_array().expect("findings").is_empty());
    let page = String::from_utf8(run(&["profile", &log("3.5-loss"), "--format", "markdown"]).stdout).expect("text");
    for part in ["Critical path", "Where the task time went", "Slots", "any number of executors"] {
        assert!(page.contains(part), "{part}: {page}");
    }
}
