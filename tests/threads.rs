//! The same seed gives the same bytes, on one thread and on two (and on three, more than most machines here have).

use std::process::Command;

const LOG: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/what-if/3.5-straggler.zstd");

const WORKLOAD: &str = "name: nightly
input: {volume: 300 GB, format: json, compression: gzip, files: 3000}
cadence: daily
deadline: 2 h
job: {archetype: join-heavy, skew: {hot_key_share: 4 %}}
constraints: {engines: {allow: [emr-ec2, emr-serverless, glue]}, instance_types: [m6g, r7g, c7g, m7g, r6g]}
";

/// What the program says on so many threads.
fn said(threads: u32, folder: &std::path::Path, arguments: &[&str]) -> Vec<u8> {
    let output = Command::new(assert_cmd::cargo::cargo_bin!("shapecast"))
        .args(arguments)
        .args(["--format", "json", "--now", "2026-11-21", "-q"])
        .env_clear()
        .env("HOME", folder)
        .env("RAYON_NUM_THREADS", threads.to_string())
        .current_dir(folder)
        .output()
        .expect("runs");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

fn the_same_on_all_threads(arguments: &[&str]) {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("nightly.yaml"), WORKLOAD).expect("written");
    let one = said(1, folder.path(), arguments);
    assert!(one.len() > 1_000, "{arguments:?} says something");
    for threads in [2, 3] {
        assert!(one == said(threads, folder.path(), arguments), "{arguments:?} on {threads} threads");
    }
}

#[test]
fn recommend_for_a_workload() {
    the_same_on_all_threads(&["recommend", "nightly.yaml", "--replications", "150"]);
}

#[test]
fn recommend_for_a_log() {
    the_same_on_all_threads(&[
        "recommend",
        LOG,
        "--replications",
        "100",
        "--engine",
        "emr-serverless",
        "--engine",
        "glue",
    ]);
}

#[test]
fn simulate_a_workload() {
    let arguments =
        ["simulate", "nightly.yaml", "--engine", "emr-ec2", "--executors", "24", "--instance-type", "r7g.2xlarge"];
    the_same_on_all_threads(&arguments);
}

#[test]
fn simulate_a_log() {
    the_same_on_all_threads(&["simulate", LOG, "--executors", "6"]);
    the_same_on_all_threads(&["simulate", LOG, "--executors", "6", "--engine", "emr-serverless"]);
}

#[test]
fn matrix_of_a_workload() {
    the_same_on_all_threads(&["matrix", "nightly.yaml", "--engine", "emr-serverless", "--engine", "glue"]);
}

/// Another seed gives other draws: the test above does not compare constants.
#[test]
fn another_seed_gives_other_bytes() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("nightly.yaml"), WORKLOAD).expect("written");
    let asked = |seed: &str| {
        let flags = ["--engine", "emr-serverless", "--executors", "24", "--executor-cores", "4"];
        let arguments: Vec<&str> = ["simulate", "nightly.yaml", "--seed", seed].into_iter().chain(flags).collect();
        let said: serde_json::Value = serde_json::from_slice(&said(2, folder.path(), &arguments)).expect("JSON");
        said["duration_s"]["p90"].as_f64().expect("a number")
    };
    assert!((asked("1") - asked("2")).abs() > 1e-6);
}
