//! What the owner of a declared job could change, through the program: each change has the effect that its physics says.

use std::process::{Command, Output};

use serde_json::Value;

/// 200 GB of JSON in 200,000 files of 1 MB: opening them is most of the work.
const SMALL_FILES: &str = "name: small-files
input: {volume: 200 GB, format: json, files: 200000}
output: {volume: 20 GB, files: 20000}
cadence: daily
job: {archetype: join-heavy, shuffle: 60 GB, shuffle_partitions: 40, skew: {hot_key_share: 20 %}}
";

fn simulate(workload: &str, more: &[&str]) -> Output {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("job.yaml"), workload).expect("written");
    let flags = ["simulate", "job.yaml", "--engine", "emr-ec2", "--executors", "20", "--instance-type", "r7g.2xlarge"];
    Command::new(assert_cmd::cargo::cargo_bin!("shapecast"))
        .args(flags)
        .args(["--format", "json", "-q", "--replications", "300"])
        .args(more)
        .env_clear()
        .env("HOME", folder.path())
        .current_dir(folder.path())
        .output()
        .expect("runs")
}

fn document(more: &[&str]) -> Value {
    let output = simulate(SMALL_FILES, more);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

fn change<'a>(document: &'a Value, code: &str) -> &'a Value {
    let all = document["what_ifs"].as_array().expect("a list");
    all.iter().find(|one| one["code"] == code).unwrap_or_else(|| panic!("no {code}: {all:?}"))
}

fn p50(value: &Value) -> f64 {
    value["duration_s"]["p50"].as_f64().expect("a number")
}

#[test]
fn compaction_and_larger_outputs_shorten_a_job_of_small_files() {
    let said = document(&[]);
    let now = p50(&said);
    // 200,000 files × 3 requests × 0.05 s and × 1.5 s a file written, on 80 slots: minutes.
    assert!(p50(change(&said, "compact-input")) < 0.95 * now, "{said:#}");
    assert!(p50(change(&said, "larger-outputs")) < 0.95 * now);
    let mean = |one: &Value| one["cost_usd"]["mean"].to_string().parse::<f64>().expect("dollars");
    assert!(mean(change(&said, "compact-input")) < mean(&said));
}

#[test]
fn more_partitions_than_forty_help_eighty_slots_and_a_hot_join_key_needs_adaptive_execution() {
    let said = document(&[]);
    // 40 partitions leave half of the 80 slots idle in the join; 160 fill them.
    assert!(p50(change(&said, "more-partitions")) < p50(&said), "{said:#}");
    // 20 % of 60 GB in one partition: split with adaptive execution, whole or deadly without.
    let off = change(&said, "adaptive-off");
    let fails = |one: &Value| one["failure_probability"].as_f64().expect("a share");
    assert!(p50(off) > p50(&said) || fails(off) > fails(&said), "{off:#}");
}

#[test]
fn a_property_of_spark_is_laid_over_the_declaration() {
    let (now, more) = (document(&[]), document(&["--conf", "spark.sql.shuffle.partitions=160"]));
    assert!((p50(&more) - p50(change(&now, "more-partitions"))).abs() < 1e-6, "both are 160 partitions");
    let unknown = document(&["--conf", "spark.speculation=true"]);
    assert!(unknown["warnings"].to_string().contains("conf-not-modelled"));
    let wrong = simulate(SMALL_FILES, &["--conf", "spark.sql.shuffle.partitions=many"]);
    assert_eq!(wrong.status.code(), Some(2), "{}", String::from_utf8_lossy(&wrong.stderr));
}
