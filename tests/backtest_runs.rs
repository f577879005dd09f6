//! `backtest` over tables of runs: what it reads, what it refuses, and what it must never predict.

use std::fs;
use std::path::Path;
use std::process::Output;

use assert_cmd::Command;
use serde_json::Value;

fn shapecast(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::cargo_bin("shapecast").expect("is built");
    command.current_dir(folder).env("SHAPECAST_STATE_DIR", folder.join("state")).env("CI", "1").args(arguments);
    command.output().expect("runs")
}

/// Two jobs of time 20 s + work / nodes on two machine types; the second type has half the cores.
fn table(counts: &[u32]) -> String {
    let mut text = "job,instance_type,nodes,duration_s,status,input_gb\n".to_owned();
    for (job, work) in [("etl", 4000.0), ("report", 1500.0)] {
        for (machine, speed) in [("m5.2xlarge", 1.0), ("m5.xlarge", 0.5)] {
            for count in counts {
                let time = 20.0 + work / (speed * f64::from(*count));
                text += &format!("{job},{machine},{count},{time},ok,50\n");
            }
        }
    }
    text
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        panic!("{error}: {}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
    })
}

#[test]
fn predicts_other_counts_of_a_plain_curve() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("known.csv"), table(&[2, 4, 16])).expect("writes");
    fs::write(folder.path().join("new.csv"), table(&[8])).expect("writes");
    let arguments = ["backtest", "--history", "known.csv", "--actual", "new.csv", "--choose", "--format", "json"];
    let output = shapecast(folder.path(), &arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let document = json(&output);
    let predictions = document["predictions"].as_array().expect("a list");
    assert_eq!(predictions.len(), 4);
    for prediction in predictions {
        let of = |key: &str| prediction["predicted_s"][key].as_f64().expect("a number");
        let actual = prediction["actual_s"].as_f64().expect("a number");
        assert!((of("p50") - actual).abs() / actual < 0.10, "{prediction}");
        assert!(of("p10") < of("p50") && of("p50") < of("p90"), "{prediction}");
    }
    let all = &document["errors"][0];
    assert_eq!((all["group"].as_str(), all["points"].as_u64()), (Some("all"), Some(4)));
    // Half the cores at half the price and no fixed cost of a node: fewer seconds of 20 s overhead are paid for on fewer
    // nodes, so two of the small ones are the cheapest of each job.
    let choices = document["choices"].as_array().expect("a list");
    assert_eq!(choices.len(), 2);
    for choice in choices {
        assert_eq!(choice["best"]["nodes"].as_f64(), Some(2.0), "{choice}");
        assert!(choice["cost_over_best"].as_f64().expect("a number") >= 1.0);
    }
    // The same question has the same answer.
    assert_eq!(output.stdout, shapecast(folder.path(), &arguments).stdout);
}

#[test]
fn reads_json_and_other_names_alike() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("known.csv"), table(&[2, 4, 16])).expect("writes");
    fs::write(folder.path().join("new.csv"), table(&[8])).expect("writes");
    let rows: Vec<String> = table(&[2, 4, 16])
        .lines()
        .skip(1)
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            format!(
                r#"{{"Job name":"{}","machine_type":"{}","scaleout":{},"runtime_ms":{},"success":true,"input_size":"50 GB"}}"#,
                cells[0],
                cells[1],
                cells[2],
                1000.0 * cells[3].parse::<f64>().expect("a number")
            )
        })
        .collect();
    fs::write(folder.path().join("known.jsonl"), rows.join("\n")).expect("writes");
    let ask = |history: &str| {
        let output =
            shapecast(folder.path(), &["backtest", "--history", history, "--actual", "new.csv", "--format", "json"]);
        json(&output)["predictions"].clone()
    };
    assert_eq!(ask("known.csv"), ask("known.jsonl"));
}

#[test]
fn bad_rows_are_counted_and_named_and_failures_are_no_times() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut known = table(&[2, 4, 16]);
    known += "etl,m5.xlarge,minus one,30,ok,50\netl,m5.xlarge,2\netl,m5.xlarge,8,-4,ok,50\netl,m5.xlarge,1,99999,failed,50\n";
    fs::write(folder.path().join("known.csv"), known).expect("writes");
    fs::write(folder.path().join("new.csv"), table(&[8])).expect("writes");
    let arguments = ["backtest", "--history", "known.csv", "--actual", "new.csv", "--format", "json"];
    let document = json(&shapecast(folder.path(), &arguments));
    let bad = document["history"]["bad_rows"].as_array().expect("a list");
    let lines: Vec<u64> = bad.iter().filter_map(|row| row["line"].as_u64()).collect();
    // Twelve rows stand below the header, so the first bad one is line 14.
    assert_eq!(lines, [14, 15, 16]);
    assert_eq!(bad[0]["column"], "nodes");
    assert_eq!(document["history"]["failed"], 1);
    let probability = document["predictions"][0]["failure_probability"].as_f64().expect("a number");
    assert!(probability > 0.0 && probability < 0.5, "{probability}");
    let longest =
        document["predictions"].as_array().expect("a list").iter().filter_map(|one| one["predicted_s"]["p90"].as_f64());
    assert!(longest.fold(0.0, f64::max) < 10_000.0, "the failed run's 99,999 s taught a time");
}

#[test]
fn refuses_what_is_no_history_with_a_hint() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("new.csv"), table(&[8])).expect("writes");
    for (name, text, wanted) in [
        ("empty.csv", "", "empty"),
        ("no-nodes.csv", "job,duration_s\na,1\n", "how many machines"),
        ("two.csv", "job,nodes,workers,duration_s\na,1,1,1\n", "both say"),
        ("none.csv", "job,nodes,duration_s\na,x,1\n", "none of 1 rows"),
        ("broken.json", "{", "JSON"),
    ] {
        fs::write(folder.path().join(name), text).expect("writes");
        let output = shapecast(folder.path(), &["backtest", "--history", name, "--actual", "new.csv"]);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{name}: {error}");
        assert!(error.contains(wanted) && error.contains("hint:"), "{name}: {error}");
    }
}

#[test]
fn a_kept_calibration_is_named_by_later_answers() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("runs.csv"), table(&[2, 4, 8, 16])).expect("writes");
    let output = shapecast(folder.path(), &["backtest", "runs.csv", "--write", "--out", "plot.svg"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(folder.path().join("state/calibration.json").is_file());
    assert!(fs::read_to_string(folder.path().join("plot.svg")).expect("reads").starts_with("<svg"));
    let workload = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/examples/minimal.yaml");
    let workload = workload.to_str().expect("UTF-8");
    let answer = shapecast(
        folder.path(),
        &["recommend", workload, "--format", "json", "--replications", "2", "--engine", "glue"],
    );
    let warnings = json(&answer)["warnings"].to_string();
    assert!(warnings.contains("calibration of runs.csv"), "{warnings}");
}

#[test]
fn kept_runs_calibrate_the_job_of_their_name() {
    let folder = tempfile::tempdir().expect("a folder");
    // 50 GB on so many r5.4xlarge: ten times what the published rates say.
    let mut runs = "job,instance_type,nodes,duration_s,input_gb\n".to_owned();
    for nodes in [2, 4, 8, 16] {
        runs += &format!("nightly,r5.4xlarge,{nodes},{},50\n", 2_000 / nodes);
    }
    fs::write(folder.path().join("runs.csv"), runs).expect("writes");
    let workload = "name: nightly\ninput: {volume: 50 GB, format: parquet}\ncadence: daily\njob: aggregation\n\
                    constraints: {engines: {allow: [glue]}}\n";
    fs::write(folder.path().join("nightly.yaml"), workload).expect("writes");
    let ask = |more: &[&str]| {
        let arguments = [&["recommend", "nightly.yaml", "--format", "json", "--replications", "50"], more].concat();
        json(&shapecast(folder.path(), &arguments))
    };
    let p50 = |answer: &Value| answer["recommendations"][0]["cost_usd"]["p50"].as_f64().expect("a cost");
    let before = ask(&[]);
    let kept = shapecast(folder.path(), &["backtest", "runs.csv", "--write", "-q"]);
    assert!(kept.status.success(), "{}", String::from_utf8_lossy(&kept.stderr));
    let after = ask(&[]);
    let text = after["warnings"].to_string();
    assert!(text.contains("4 of its runs are taken as observed runs of `nightly`"), "{text}");
    assert!(p50(&after) > 3.0 * p50(&before), "{} {}", p50(&before), p50(&after));
    // Exactly as if the file had said so.
    let observed: String = [2, 4, 8, 16]
        .map(|nodes| {
            format!("  - {{instance_type: r5.4xlarge, count: {nodes}, duration: {} s, volume: 50 GB}}\n", 2_000 / nodes)
        })
        .concat();
    fs::write(folder.path().join("said.yaml"), format!("{workload}observed_runs:\n{observed}")).expect("writes");
    let said = shapecast(
        folder.path(),
        &["recommend", "said.yaml", "--format", "json", "--replications", "50", "--calibration", "none"],
    );
    assert_eq!(p50(&json(&said)), p50(&after));
    // Left aside, or where the workload has runs of its own, it changes nothing.
    assert_eq!(before["recommendations"], ask(&["--calibration", "none"])["recommendations"]);
    assert!(!ask(&["--calibration", "none"])["warnings"].to_string().contains("calibration"));
}
