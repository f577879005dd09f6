//! `backtest` over cost exports: what a run was billed, week by week, beside the portfolio's answer.

mod program_support;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use program_support::{run, said, works};
use serde_json::Value;
use tempfile::TempDir;

const HEAD: &str = "identity_line_item_id,identity_time_interval,line_item_usage_start_date,line_item_line_item_type,\
                    line_item_product_code,line_item_usage_type,line_item_usage_amount,line_item_unblended_cost,\
                    line_item_currency_code,line_item_resource_id,resource_tags_user_pipeline\n";

/// One Glue run a day from Monday, 2026-10-12, to Sunday, 2026-11-15; `factor` over $10 from November on. Credits are no cost
/// of a run, and `other` is of no workload.
fn export(factor: f64) -> String {
    let mut text = HEAD.to_owned();
    let mut line = 0;
    let mut row = |day: &str, kind: &str, cost: f64, pipeline: &str| {
        line += 1;
        let run = format!("arn:aws:glue:us-east-1:1:job/{pipeline}/jobruns/{day}");
        let _ = writeln!(
            text,
            "id{line},{day}T00:00:00Z/{day}T01:00:00Z,{day}T02:00:00Z,{kind},AWSGlue,USE1-ETL-DPU-Hour,10,{cost},USD,\
             {run},{pipeline}"
        );
    };
    for day in jiff::civil::date(2026, 10, 12).series(jiff::ToSpan::day(1)).take(35) {
        let cost = if day.month() == 11 { 10.0 * factor } else { 10.0 };
        row(&day.to_string(), "Usage", cost, "clicks");
        row(&day.to_string(), "Usage", 3.0, "other");
    }
    row("2026-10-14", "Credit", -40.0, "clicks");
    text
}

fn folder(factor: f64) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("jobs")).expect("makes");
    let workload = "name: clicks-etl\ninput: {volume: 40 GB, format: json, compression: none}\ncadence: daily\n\
                    deadline: 1 h\njob: aggregation\nconstraints: {engines: {allow: [glue]}}\ntags: {pipeline: clicks}\n";
    fs::write(folder.path().join("jobs/clicks.yaml"), workload).expect("writes");
    fs::write(folder.path().join("cur.csv"), export(factor)).expect("writes");
    folder
}

fn document(folder: &Path) -> Value {
    let arguments = ["backtest", "cur.csv", "--portfolio", "jobs", "--format", "json", "-q"];
    serde_json::from_str(&works(&run(folder, &arguments))).expect("JSON")
}

#[test]
fn a_week_of_bills_is_joined_by_its_tag() {
    let folder = folder(2.0);
    let document = document(folder.path());
    assert_eq!(document["protocol"], "billed");
    let rows = document["predictions"].as_array().expect("a list");
    // Five weeks of two pipelines.
    assert_eq!(rows.len(), 10);
    let of = |pipeline: &str| rows.iter().filter(|row| row["job"] == pipeline).collect::<Vec<_>>();
    let answer = run(folder.path(), &["recommend", "jobs", "--format", "json"]);
    let answer: Value = serde_json::from_str(&works(&answer)).expect("JSON");
    let cost = &answer["recommendations"][0]["cost_usd"];
    // Seven runs a week of $10; W44 ends on 1 November with $20: (6 · 10 + 20) / 7.
    let expected = [10.0, 10.0, 80.0 / 7.0, 20.0, 20.0];
    for (row, actual) in of("clicks").into_iter().zip(expected) {
        assert!((row["actual_usd"].as_f64().expect("a cost") - actual).abs() < 1e-5, "{row}");
        assert_eq!((&row["runs"], &row["engine"]), (&Value::from(7), &Value::from("glue")));
        let predicted = row["predicted_usd"]["p50"].as_f64().expect("a prediction");
        assert!((predicted - cost["p50"].as_f64().expect("a cost")).abs() < 0.01, "{row} {cost}");
    }
    assert!(of("other").iter().all(|row| row["predicted_usd"].is_null()));
    assert_eq!(document["errors"][0]["points"], 5);
    assert!(document["warnings"].to_string().contains("no-workload"));
    // It became dearer: predicted over actual falls by half.
    let drift: Vec<f64> = document["drift"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|it| it["predicted_over_actual"].as_f64().expect("a ratio"))
        .collect();
    assert!((drift[0] / drift[4] - 2.0).abs() < 1e-6, "{drift:?}");
}

#[test]
fn a_bill_without_runs_is_said() {
    let folder = folder(1.0);
    let text = export(1.0).replace("line_item_resource_id", "line_item_resource");
    fs::write(folder.path().join("cur.csv"), text).expect("writes");
    let output = run(folder.path(), &["backtest", "cur.csv", "--portfolio", "jobs"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("told apart") && said(&output).contains("hint:"), "{}", said(&output));
    let output = run(folder.path(), &["backtest", "cur.csv"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("hint:"), "{}", said(&output));
}

#[test]
fn kept_errors_of_bills_are_named_and_correct_nothing() {
    let folder = folder(1.0);
    let ask = |more: &[&str]| {
        let arguments = [&["recommend", "jobs", "--format", "json"], more].concat();
        let answer: Value = serde_json::from_str(&works(&run(folder.path(), &arguments))).expect("JSON");
        answer
    };
    let before = ask(&[]);
    works(&run(folder.path(), &["backtest", "cur.csv", "--portfolio", "jobs", "--write", "-q"]));
    let after = ask(&[]);
    assert!(after["warnings"].to_string().contains("calibration of cur.csv"), "{}", after["warnings"]);
    assert_eq!(before["recommendations"], after["recommendations"]);
    assert!(!ask(&["--calibration", "none"])["warnings"].to_string().contains("calibration"));
}
