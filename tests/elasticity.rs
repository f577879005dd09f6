//! Capacity that comes and goes, through the program: where managed scaling and pre-initialised workers are offered, what
//! they cost, and that the spec says what the bill says.

use std::process::Command;

use serde_json::Value;

/// Twelve hours on many executors, then six in one task that reads no shuffle.
const THIN_TAIL: &str = "name: thin-tail
input: {volume: 2 TB, format: parquet}
output: {volume: 1 GB, files: 100}
cadence: daily
deadline: 20 h
job:
  archetype: scan-filter
  stages:
    - {name: scan, cpu: 1200 h, tasks: 20000, input: 2 TB, output: 1 GB}
    - {name: index, cpu: 6 h, tasks: 1, parents: [scan]}
constraints: {engines: {allow: [emr-ec2]}}
";

/// Queries that somebody waits for, one every half hour.
const IMPATIENT: &str = "name: impatient
input: {volume: 20 GB, format: parquet}
output: {volume: 10 MB, files: 1}
cadence: {runs_per_month: 1460, predictable: true}
deadline: 10 min
job: aggregation
constraints: {engines: {allow: [emr-serverless, emr-serverless-flex]}, max_start_wait: 20 s}
";

struct Answer {
    folder: tempfile::TempDir,
    document: Value,
}

fn shapecast(folder: &std::path::Path, arguments: &[&str]) -> std::process::Output {
    Command::new(assert_cmd::cargo::cargo_bin!("shapecast"))
        .args(arguments)
        .env_clear()
        .env("HOME", folder)
        .current_dir(folder)
        .output()
        .expect("runs")
}

fn recommend(workload: &str) -> Answer {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("job.yaml"), workload).expect("written");
    let arguments = ["recommend", "job.yaml", "--replications", "100", "--out", "run.json", "--format", "json", "-q"];
    let output = shapecast(folder.path(), &arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let document = serde_json::from_slice(&output.stdout).expect("JSON");
    Answer { folder, document }
}

impl Answer {
    fn rows(&self) -> &[Value] {
        self.document["recommendations"].as_array().expect("rows")
    }

    fn row(&self, part: &str) -> Option<&Value> {
        self.rows().iter().find(|row| row["id"].as_str().is_some_and(|id| id.contains(part)))
    }

    fn ids(&self) -> Vec<&str> {
        self.rows().iter().filter_map(|row| row["id"].as_str()).collect()
    }

    fn spec(&self, rank: &Value, file: &str) -> Value {
        let rank = rank["rank"].to_string();
        let output = shapecast(self.folder.path(), &["spec", &rank, "--from", "run.json", "--dir", "spec", "-q"]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = std::fs::read_to_string(self.folder.path().join("spec").join(file)).expect("a document");
        serde_json::from_str(&text).expect("JSON")
    }
}

fn number(value: &Value) -> f64 {
    value.as_f64().or_else(|| value.as_str()?.parse().ok()).unwrap_or_else(|| panic!("{value} is no number"))
}

fn lines<'a>(row: &'a Value, part: &'a str) -> impl Iterator<Item = &'a Value> {
    let bill = row["bill"].as_array().expect("a bill");
    bill.iter().filter(move |line| line["component"].as_str().is_some_and(|text| text.contains(part)))
}

#[test]
fn a_long_thin_tail_is_cheaper_with_managed_scaling_and_the_spec_agrees() {
    let answer = recommend(THIN_TAIL);
    let scaled = answer.row("/managed-scaling/").unwrap_or_else(|| panic!("no such row: {:?}", answer.ids()));
    let standing = answer.row("emr-ec2/spot/").expect("the fleet that stays");
    let month = |row: &Value| number(&row["monthly_cost_usd"]);
    assert!(month(scaled) < month(standing), "{} {}", month(scaled), month(standing));
    // The core is billed to the end, the task nodes to their own: not much more than the hours in which they work.
    let hours = |part: &str| -> f64 { lines(scaled, part).map(|line| number(&line["quantity"])).sum() };
    assert!(hours("EC2 Spot, task, managed scaling") > 0.0);
    let cores = number(&scaled["shape"]["core"]["count"]);
    let (core_h, fleet) = (hours("EC2 On-Demand, core") / cores, lines(scaled, "EC2 Spot, task, managed scaling"));
    for line in fleet {
        let text = line["component"].as_str().expect("text");
        let count: f64 = text
            .rsplit(", ")
            .next()
            .and_then(|nodes| nodes.split(' ').next())
            .expect("nodes")
            .parse()
            .expect("a count");
        assert!(number(&line["quantity"]) / count < 0.8 * core_h, "{text}: {core_h} h of core");
    }
    let spec = answer.spec(scaled, "emr.run-job-flow.json");
    let limits = &spec["ManagedScalingPolicy"]["ComputeLimits"];
    let units = number(&limits["MaximumCoreCapacityUnits"]);
    assert_eq!(number(&limits["MinimumCapacityUnits"]), units);
    assert_eq!(number(&limits["MaximumCapacityUnits"]), units + number(&scaled["shape"]["task"]["target_units"]));
}

#[test]
fn a_run_that_keeps_its_nodes_busy_has_no_use_for_managed_scaling() {
    let busy = THIN_TAIL.replace("tasks: 1,", "tasks: 20000,");
    let answer = recommend(&busy);
    assert!(answer.row("/managed-scaling/").is_none(), "{:?}", answer.ids());
}

#[test]
fn without_spot_the_nodes_that_scale_are_on_demand() {
    let answer = recommend(&THIN_TAIL.replace("constraints: {", "constraints: {spot: false, "));
    let scaled = answer.row("/managed-scaling/").unwrap_or_else(|| panic!("no such row: {:?}", answer.ids()));
    assert!(scaled["spot"].is_null() && lines(scaled, "EC2 Spot").next().is_none());
    assert!(lines(scaled, "EC2 On-Demand, task, managed scaling").next().is_some());
    let limits = answer.spec(scaled, "emr.run-job-flow.json")["ManagedScalingPolicy"]["ComputeLimits"].clone();
    assert_eq!(limits["MaximumOnDemandCapacityUnits"], limits["MaximumCapacityUnits"]);
}

#[test]
fn a_standing_cluster_is_also_shown_as_one_that_scales() {
    let today = "today: {standing_cluster: {instance_type: r6g.2xlarge, count: 40, cost_share: 100 %}}\n";
    let answer = recommend(&format!("{THIN_TAIL}{today}"));
    let as_it_is = answer.row("emr-ec2-standing/on-demand/").expect("the cluster of today");
    let scaled = answer.row("emr-ec2-standing/managed-scaling/").expect("the same with managed scaling");
    assert!(scaled["rank"].is_null(), "a baseline");
    // No fleet of ten types has the memory of r6g: what scales is On-Demand.
    assert!(lines(scaled, "EC2 On-Demand, task, managed scaling").next().is_some());
    assert!(number(&scaled["monthly_cost_usd"]) < number(&as_it_is["monthly_cost_usd"]));
}

#[test]
fn who_cannot_wait_for_workers_is_offered_workers_that_wait() {
    let answer = recommend(IMPATIENT);
    let ready = answer.row("emr-serverless/pre-initialised/").unwrap_or_else(|| panic!("none: {:?}", answer.ids()));
    let cold = |id: &&str| id.starts_with("emr-serverless") && !id.contains("/pre-initialised/");
    assert!(!answer.ids().iter().any(cold), "{:?}", answer.ids());
    // Flex has no pre-initialised capacity.
    let out = answer.document["ineligible"].as_array().expect("a list");
    assert!(out.iter().any(|one| one["engine"] == "emr-serverless-flex" && one["code"] == "starts-too-late"));
    // The drivers that are ready: 4 vCPU and 16 GB all month, whatever runs.
    let shape = &ready["shape"]["pre_initialised"];
    let drivers = number(&shape["runs"]);
    let vcpu_h: f64 = lines(ready, "vCPU, pre-initialised drivers").map(|line| number(&line["quantity"])).sum();
    assert!((vcpu_h - drivers * 4.0 * 730.0).abs() < 1e-6, "{vcpu_h}");
    let spec = answer.spec(ready, "emr-serverless.create-application.json");
    let executors = number(&spec["initialCapacity"]["Executor"]["workerCount"]);
    assert!((executors - drivers * number(&shape["executors"])).abs() < 1e-9);
    // One run every half hour: the application stops after an hour without any.
    assert_eq!(spec["autoStopConfiguration"]["idleTimeoutMinutes"], 60);
}

#[test]
fn who_can_wait_is_not_billed_for_workers_that_do_nothing() {
    let patient = IMPATIENT.replace(", max_start_wait: 20 s", "").replace("deadline: 10 min", "deadline: 2 h");
    let answer = recommend(&patient);
    assert!(answer.row("pre-initialised").is_none(), "{:?}", answer.ids());
    assert!(answer.row("emr-serverless/").is_some());
}

#[test]
fn a_start_that_takes_a_third_of_the_deadline_brings_both_kinds() {
    // 10 minutes of deadline, up to 3 of start-up.
    let answer = recommend(&IMPATIENT.replace(", max_start_wait: 20 s", ""));
    let (ready, cold) = (answer.row("emr-serverless/pre-initialised/"), answer.row("emr-serverless/arm64/"));
    let (ready, cold) = (ready.expect("with workers that wait"), cold.expect("without"));
    assert!(number(&ready["duration_s"]["p50"]) < number(&cold["duration_s"]["p50"]));
    assert!(number(&ready["monthly_cost_usd"]) > number(&cold["monthly_cost_usd"]), "idle workers are billed");
}
