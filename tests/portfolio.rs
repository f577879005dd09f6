//! A folder and a manifest of workloads: totals, savings, what stands in each other's way.

mod program_support;

use std::fs;
use std::process::Output;

use program_support::run;
use serde_json::Value;

fn json(output: &Output) -> Value {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// Two jobs of 02:00 and 02:10 that serve themselves from EMR Serverless, and one without a time of day.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let job = |name: &str, schedule: &str, team: &str, more: &str| {
        let text = format!(
            "name: {name}\ninput: {{volume: 400 GB, format: parquet}}\ncadence: {schedule}\ndeadline: 1 h\n\
             job: aggregation\nconstraints: {{engines: {{allow: [emr-serverless]}}}}\ntags: {{team: {team}}}\n{more}"
        );
        fs::create_dir_all(folder.path().join("jobs")).expect("makes");
        fs::write(folder.path().join(format!("jobs/{name}.yaml")), text).expect("writes");
    };
    let today = "today: {standing_cluster: {instance_type: r5.4xlarge, count: 10, cost_share: 100%}}\n";
    job("a", "cron(0 2 * * ? *)", "ads", today);
    job("b", "cron(1 2 * * ? *)", "ads", "");
    job("c", "daily", "risk", "");
    fs::write(
        folder.path().join("all.yaml"),
        "portfolio: all\nworkloads:\n  - {file: jobs/a.yaml, tags: {tier: gold}}\n  - file: jobs\n\
         quotas: {us-east-1: {emr-serverless-vcpu: 8}}\n",
    )
    .expect("writes");
    folder
}

#[test]
fn a_manifest_gives_totals_savings_and_conflicts() {
    let folder = folder();
    let report = json(&run(folder.path(), &["recommend", "all.yaml", "--format", "json"]));
    let names: Vec<_> =
        report["workloads"].as_array().expect("a list").iter().map(|it| &it["workload"]["name"]).collect();
    assert_eq!(names, ["a", "b", "c"]);
    let costs: Vec<f64> = report["workloads"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|it| {
            it["recommendations"].as_array().expect("a list").iter().find(|row| row["rank"] == 1).expect("a winner")
        })
        .map(|row| row["monthly_cost_usd"].as_f64().expect("a price"))
        .collect();
    let totals = &report["totals"];
    let team = |value: &str| {
        let all = totals["by_team"].as_array().expect("teams");
        all.iter().find(|it| it["value"] == value).expect("the team")["monthly_cost_usd"].as_f64().expect("a sum")
    };
    assert!((team("ads") - costs[0] - costs[1]).abs() < 1e-6);
    assert!((team("risk") - costs[2]).abs() < 1e-6);
    assert!((totals["monthly_cost_usd"].as_f64().expect("a sum") - costs.iter().sum::<f64>()).abs() < 1e-6);
    // Only `a` says what it runs on today.
    assert_eq!(totals["now_unknown"], serde_json::json!(["b", "c"]));
    let saving = &report["savings"][0];
    assert_eq!(saving["workload"], "a");
    let number = |key: &str| saving[key].as_f64().expect("a figure");
    assert!((number("now_usd") - number("recommended_usd") - number("saving_usd")).abs() < 1e-6);
    assert!((number("saving_usd") * 12.0 - number("yearly_saving_usd")).abs() < 1e-4);
    let tagged =
        totals["by_tag"].as_array().expect("tags").iter().any(|it| it["tag"] == "tier" && it["value"] == "gold");
    assert!(tagged, "the manifest's tag counts: {}", totals["by_tag"]);
    let quota =
        report["conflicts"].as_array().expect("conflicts").iter().find(|it| it["quota"] == "emr-serverless-vcpu");
    let quota = quota.expect("eight vCPU are too few");
    assert_eq!(quota["code"], "quota-exceeded");
    assert_eq!(quota["at"], "2026-11-20 02:01 UTC");
    assert_eq!(quota["workloads"], serde_json::json!(["a", "b"]));
}

#[test]
fn a_portfolio_is_the_same_on_one_thread_and_on_two() {
    let folder = folder();
    let with = |threads: &str| {
        let env = [("RAYON_NUM_THREADS", threads)];
        program_support::with(folder.path(), &env, &["recommend", "jobs", "--format", "json"]).stdout
    };
    assert!(!with("1").is_empty() && with("1") == with("2"));
}

#[test]
fn a_wrong_manifest_is_named() {
    let folder = folder();
    fs::write(folder.path().join("all.yaml"), "workloads:\n  - {file: jobs/a.yaml}\nquotas: {us-east-1: {spots: 3}}\n")
        .expect("writes");
    let output = run(folder.path(), &["recommend", "all.yaml"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("cannot read the manifest `all.yaml`") && said.contains("spot-vcpu"), "{said}");
}
