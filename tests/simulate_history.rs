//! `simulate --history`: one job of a table of runs on shapes that are asked for.

use std::fs;
use std::path::Path;
use std::process::Output;

use assert_cmd::Command;
use serde_json::Value;

/// `etl` takes 20 s + 4,000 s / nodes at 50 GB, half more at 100 GB, and twice the work on m5.xlarge; `report` 20 s + 1,500 s /
/// nodes.
fn table() -> String {
    let mut text = "job,instance_type,nodes,duration_s,status,input_gb,param_k\n".to_owned();
    for (job, work, size, k) in [("etl", 4000.0, 50, 3), ("etl", 6000.0, 100, 3), ("report", 1500.0, 50, 3)] {
        for (machine, speed) in [("m5.2xlarge", 1.0), ("m5.xlarge", 0.5)] {
            for count in [2, 4, 16] {
                let time = 20.0 + work / (speed * f64::from(count));
                text += &format!("{job},{machine},{count},{time},ok,{size},{k}\n");
            }
        }
    }
    text
}

fn ask(folder: &Path, more: &[&str]) -> Output {
    let mut command = Command::cargo_bin("shapecast").expect("is built");
    command.current_dir(folder).env("SHAPECAST_STATE_DIR", folder.join("state")).env("CI", "1");
    command.args(["simulate", "--history", "runs.csv"]).args(more).output().expect("runs")
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("runs.csv"), table()).expect("writes");
    folder
}

fn json(output: &Output) -> Value {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

#[test]
fn answers_one_shape_with_interval_model_error_cost_and_advice() {
    let folder = folder();
    let arguments = ["--job", "etl", "--instance-type", "m5.2xlarge", "--nodes", "8", "--input", "50 GB"];
    let document = json(&ask(folder.path(), &[&arguments[..], &["--format", "json"]].concat()));
    assert_eq!(document["protocol"], "asked");
    let predictions = document["predictions"].as_array().expect("a list");
    assert_eq!(predictions.len(), 1);
    let of = |key: &str| predictions[0]["predicted_s"][key].as_f64().expect("a number");
    // 20 s + 4,000 s / 8 = 520 s.
    assert!((of("p50") - 520.0).abs() < 0.10 * 520.0, "{}", predictions[0]);
    assert!(of("p10") < of("p50") && of("p50") < of("p90"), "{}", predictions[0]);
    assert_eq!((&predictions[0]["actual_s"], &predictions[0]["completed"]), (&Value::Null, &Value::Null));
    // m5.2xlarge costs $0.384 an hour On-Demand in us-east-1: eight of them for p50 seconds.
    let cost = predictions[0]["predicted_usd"]["p50"].as_f64().expect("dollars");
    assert!((cost - 0.384 * 8.0 * of("p50") / 3600.0).abs() < 1e-3, "{cost}");
    let models = document["models"].as_array().expect("a list");
    assert_eq!((models.len(), models[0]["job"].as_str()), (1, Some("etl")));
    assert!(models[0]["held_out"].as_u64() > Some(0) && models[0]["median"].is_number(), "{}", models[0]);
    // The one more run is of this job, on a shape that it has not had at this size.
    let advice = &document["advice"];
    assert_eq!(advice["job"], "etl");
    assert_eq!((advice["nodes"].as_f64(), advice["instance_type"].as_str()), (Some(8.0), Some("m5.2xlarge")));
    let page = String::from_utf8(ask(folder.path(), &arguments).stdout).expect("UTF-8");
    for wanted in ["8 × m5.2xlarge", "The one more run", "Models"] {
        assert!(page.contains(wanted), "{wanted}: {page}");
    }
}

#[test]
fn what_is_not_said_is_all_that_the_job_had_and_more_data_is_not_faster() {
    let folder = folder();
    let at = |size: &str| {
        let document = json(&ask(folder.path(), &["--job", "etl", "--input", size, "--format", "json"]));
        document["predictions"].as_array().expect("a list").clone()
    };
    let (small, large) = (at("50 GB"), at("140 GB"));
    // Two types at three counts each.
    assert_eq!((small.len(), large.len()), (6, 6));
    for (small, large) in small.iter().zip(&large) {
        let p50 = |run: &Value| run["predicted_s"]["p50"].as_f64().expect("a number");
        assert_eq!(small["nodes"], large["nodes"]);
        assert!(p50(large) >= p50(small), "{small} {large}");
        assert!(small["actual_s"].is_number() && large["actual_s"].is_null(), "{small} {large}");
    }
    // A larger machine of the family is not slower either, though the table never saw it.
    let of_type = |name: &str| {
        let document = json(&ask(
            folder.path(),
            &["--job", "etl", "--instance-type", name, "--nodes", "4,32", "--input", "50 GB", "--format", "json"],
        ));
        let codes = document["warnings"].to_string();
        let p50 = |at: usize| document["predictions"][at]["predicted_s"]["p50"].as_f64().expect("a number");
        (p50(0), p50(1), codes)
    };
    let (known, larger) = (of_type("m5.2xlarge"), of_type("m5.4xlarge"));
    assert!(larger.0 <= known.0 && larger.1 <= known.1, "{larger:?} {known:?}");
    assert!(larger.2.contains("new-type") && !known.2.contains("new-type"), "{larger:?} {known:?}");
    assert!(known.2.contains("beyond-counts"), "{}", known.2);
}

#[test]
fn refuses_what_the_table_does_not_have_with_a_hint() {
    let folder = folder();
    for (arguments, wanted) in [
        (&["--nodes", "8"][..], "--job"),
        (&["--job", "etk"], "did you mean `etl`?"),
        (&["--job", "etl", "--instance-type", "m5.3xlarge"], "m5.3xlarge"),
        (&["--job", "etl", "--param", "param_j=3"], "did you mean `param_k`?"),
        (&["--job", "etl", "--dataset", "other"], "--dataset"),
        (&["--job", "etl", "--executors", "4"], "--executors"),
        (&["--job", "etl", "--nodes", "0"], "--nodes"),
    ] {
        let output = ask(folder.path(), arguments);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {error}");
        assert!(error.contains(wanted), "{arguments:?}: {error}");
    }
    let alone = Command::cargo_bin("shapecast").expect("is built").args(["simulate", "--job", "etl"]).output();
    assert_eq!(alone.expect("runs").status.code(), Some(2));
}
