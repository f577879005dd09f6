//! The survival of Spot nodes: the command on own made-up pools, and the protocol on measured traces where they are
//! (`SHAPECAST_SHARED`, or `../shared` beside the repository).

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "figures for the page, and what was skipped")]

use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::Value;
use shapecast::profile::spot_traces;
use shapecast::simulate::survival::{ModelScores, assess};

const OWN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/spot");

fn run(arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("shapecast"));
    command.args(arguments).env_clear().env("HOME", folder.path()).current_dir(folder.path());
    command.output().expect("runs")
}

#[test]
fn the_command_scores_a_folder_of_traces() {
    let output = run(&["backtest", "--spot-traces", OWN, "--format", "json"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let document: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(document["traces"], 2);
    assert_eq!(document["left_out"].as_array().expect("a list").len(), 2);
    let scores = |model: usize, horizon: usize| document["models"][model]["horizons"][horizon].clone();
    assert_eq!(document["models"][0]["name"], "survival");
    assert_eq!(document["models"].as_array().expect("a list").len(), 2, "one collection cannot be held out");
    for horizon in 0..5 {
        let score = scores(0, horizon);
        let loss = score["log_loss"].as_f64().expect("a loss");
        // Both pools lose nodes at constant rates: there the constant rate of the first half is hard to beat, and with two
        // pools the prior's falling hazard still counts.
        let constant = scores(1, horizon)["log_loss"].as_f64().expect("a loss");
        assert!(loss < constant + 0.12 && loss < 0.6, "{score}: {constant}");
        assert!(score["start_points"].as_u64().expect("a count") > 1000);
    }
}

#[test]
fn a_wrong_table_is_named_with_its_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("traces.csv");
    std::fs::write(&file, "trace_id,start_offset_s,duration_s,available_count\na,0,60,1\na,60,x,0\n").expect("writes");
    let output = run(&["backtest", "--spot-traces", &file.display().to_string()]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("traces.csv:3: column `duration_s`: `x` is no number of seconds"), "{said}");
    assert!(said.contains("hint:") && output.stdout.is_empty(), "{said}");
    let missing = run(&["backtest", "--spot-traces", "nowhere"]);
    assert_eq!(missing.status.code(), Some(2));
    std::fs::write(&file, "trace_id,start_offset_s,duration_s,available_count\na,0,60,1\n").expect("writes");
    let short = run(&["backtest", "--spot-traces", &file.display().to_string()]);
    assert_eq!(short.status.code(), Some(2), "too short to say anything");
}

/// The aims: log loss at 0.5, 1, 2, 4 and 8 h.
const AIMS: [f64; 5] = [0.44, 0.54, 0.60, 0.64, 0.78];

#[test]
fn measured_traces_are_predicted() {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let shared = std::env::var_os("SHAPECAST_SHARED").map_or(beside, PathBuf::from);
    let path = shared.join("facts/spot/traces_runs.csv");
    if !path.exists() {
        eprintln!("SKIPPED: no Spot traces beside the project (set SHAPECAST_SHARED)");
        return;
    }
    let traces = spot_traces::read(&path).expect("a table of traces");
    let report = assess(&traces.pools);
    for model in &report.models {
        print(model);
    }
    // Also with the model that never saw a trace of the same collection.
    for model in report.models.iter().filter(|model| model.name.starts_with("survival")) {
        for (score, aim) in model.horizons.iter().zip(AIMS) {
            assert!(score.log_loss <= aim, "{} at {} h: {}", model.name, score.horizon_h, score.log_loss);
            let ratio = score.lost_node_hours / score.predicted_node_hours;
            assert!((0.7..=1.4).contains(&ratio), "{} at {} h: {ratio}", model.name, score.horizon_h);
        }
    }
}

fn print(model: &ModelScores) {
    println!("{}", model.name);
    for score in &model.horizons {
        println!(
            "{:>4} h  log loss {:.3}  Brier {:.3}  |bias| {:.3}  lost {:.3}  predicted {:.3}  lost node-hours {:.0} over predicted {:.2}",
            score.horizon_h,
            score.log_loss,
            score.brier,
            score.bias,
            score.observed_loss,
            score.predicted_loss,
            score.lost_node_hours,
            score.lost_node_hours / score.predicted_node_hours
        );
    }
}
