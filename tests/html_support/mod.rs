//! One page of each kind, with its JSON and CSV, made by the program itself from a small project.
#![allow(dead_code, reason = "each test uses its part of it")]

pub mod figures;

use std::fs;
use std::path::Path;
use std::process::Output;
use std::sync::OnceLock;

use tempfile::TempDir;

use crate::program_support::{self, said, works};

/// Every kind of page.
pub const KINDS: [&str; 6] = ["recommend", "portfolio", "matrix", "check", "report", "backtest"];

/// Few replications: the pages have the same parts as with many.
fn run(folder: &Path, arguments: &[&str], name: &str) -> Output {
    let files = ["html", "json", "csv"].map(|format| format!("{name}.{format}"));
    let outs: Vec<&str> = files.iter().flat_map(|file| ["--out", file]).collect();
    program_support::with(folder, &[("SHAPECAST_REPLICATIONS", "20")], &[arguments, &outs].concat())
}

/// One file of each kind of report, made once.
pub fn reports() -> &'static TempDir {
    static REPORTS: OnceLock<TempDir> = OnceLock::new();
    REPORTS.get_or_init(make)
}

fn make() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("jobs")).expect("makes");
    let job = |name: &str, volume: &str| {
        format!(
            "name: {name}\ninput: {{volume: {volume}, format: parquet}}\ncadence: cron(0 2 * * ? *)\ndeadline: 2 h\n\
             job: join-heavy\ntags: {{team: ads}}\n\
             today: {{standing_cluster: {{instance_type: r5.4xlarge, count: 4, cost_share: 100%}}}}\n"
        )
    };
    fs::write(at("jobs/orders.yaml"), job("orders", "600 GB")).expect("writes");
    fs::write(at("jobs/clicks.yaml"), job("clicks <b>&</b>", "90 GB")).expect("writes");
    works(&run(folder.path(), &["recommend", "jobs/orders.yaml"], "recommend"));
    works(&run(folder.path(), &["matrix", "jobs/orders.yaml"], "matrix"));
    works(&run(folder.path(), &["recommend", "jobs"], "portfolio"));
    works(&program_support::with(
        folder.path(),
        &[("SHAPECAST_REPLICATIONS", "20")],
        &["check", "jobs", "--baseline", "base.json", "--update-baseline"],
    ));
    fs::write(at("jobs/orders.yaml"), job("orders", "1.5 TB")).expect("writes");
    let checked = run(folder.path(), &["check", "jobs", "--baseline", "base.json"], "check");
    assert_eq!(checked.status.code(), Some(1), "{}", said(&checked));
    fs::write(at("cur.csv"), costs()).expect("writes");
    let report = ["report", "--week", "2026-W46", "--portfolio", "jobs", "--costs", "cur.csv"];
    works(&run(folder.path(), &report, "report"));
    fs::write(at("runs.csv"), runs()).expect("writes");
    works(&run(folder.path(), &["backtest", "runs.csv"], "backtest"));
    folder
}

fn costs() -> String {
    let mut text = "line_item_usage_start_date,line_item_line_item_type,line_item_product_code,line_item_usage_type,\
                    line_item_usage_amount,line_item_unblended_cost,line_item_currency_code,resource_tags_user_pipeline\n"
        .to_owned();
    for day in jiff::civil::date(2026, 10, 12).series(jiff::ToSpan::day(1)).take(35) {
        for (pipeline, cost) in [("orders", 41.25), ("clicks <b>&</b>", 7.5), ("other", 3.125), ("", 1.75)] {
            let cost = cost * (1.0 + f64::from(day.day()) / 40.0);
            text.push_str(&format!(
                "{day}T00:00:00Z,Usage,AmazonEC2,SpotUsage:r6g.4xlarge,9,{cost:.4},USD,{pipeline}\n"
            ));
        }
    }
    text
}

/// Runs of two jobs that take 20 s and some work over their nodes.
fn runs() -> String {
    let mut text = "job,instance_type,nodes,duration_s\n".to_owned();
    for (job, work) in [("etl", 4000.0), ("clicks <b>&</b>", 1500.0)] {
        for nodes in [2, 4, 8, 16] {
            text.push_str(&format!("{job},m5.2xlarge,{nodes},{}\n", 20.0 + work / f64::from(nodes)));
        }
    }
    text
}
