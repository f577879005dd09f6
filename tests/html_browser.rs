//! Every HTML report in a real browser: elements, sorting, keys, contrast, no errors, no request. Needs `python3` and
//! `chromedriver` (Debian: `chromium-driver`) on PATH; without them it says so and checks nothing.
//!
//! `SHAPECAST_SHOTS=DIR cargo test --test html_browser` keeps pictures to look at.

#![expect(clippy::print_stderr, reason = "a skipped test says so")]

mod program_support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use program_support::{said, works};
use tempfile::TempDir;

/// Every kind of page, with pictures that it must have.
const PAGES: [(&str, &[&str]); 6] = [
    (
        "recommend",
        &[
            "Cost against time",
            "What a month is made of",
            "The likely run",
            "How sure the times are",
            "What moves the decision",
        ],
    ),
    ("portfolio", &["Cost against time", "What a month is made of"]),
    ("matrix", &["Winner over volume and cadence"]),
    ("check", &["What the workload files change", "Before and now"]),
    ("report", &["Cost by pipeline", "Against the week before", "Cost by week", "What the week is made of"]),
    ("backtest", &["Calibration", "Predicted and actual"]),
];

fn on_path(program: &str) -> Option<PathBuf> {
    let paths = std::env::var_os("PATH")?;
    std::env::split_paths(&paths).map(|folder| folder.join(program)).find(|path| path.is_file())
}

/// Few replications: the pages have the same parts as with many.
fn run(folder: &Path, arguments: &[&str]) -> Output {
    program_support::with(folder, &[("SHAPECAST_REPLICATIONS", "20")], arguments)
}

/// One file of each kind of report, made once.
fn reports() -> &'static TempDir {
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
    works(&run(folder.path(), &["recommend", "jobs/orders.yaml", "--out", "recommend.html"]));
    works(&run(folder.path(), &["matrix", "jobs/orders.yaml", "--out", "matrix.html"]));
    works(&run(folder.path(), &["recommend", "jobs", "--out", "portfolio.html"]));
    works(&run(folder.path(), &["check", "jobs", "--baseline", "base.json", "--update-baseline"]));
    fs::write(at("jobs/orders.yaml"), job("orders", "1.5 TB")).expect("writes");
    let checked = run(folder.path(), &["check", "jobs", "--baseline", "base.json", "--out", "check.html"]);
    assert_eq!(checked.status.code(), Some(1), "{}", said(&checked));
    fs::write(at("cur.csv"), costs()).expect("writes");
    let report = ["report", "--week", "2026-W46", "--portfolio", "jobs", "--costs", "cur.csv", "--out", "report.html"];
    works(&run(folder.path(), &report));
    fs::write(at("runs.csv"), runs()).expect("writes");
    works(&run(folder.path(), &["backtest", "runs.csv", "--out", "backtest.html"]));
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

#[test]
fn every_report_is_good_in_a_browser() {
    let (Some(python), Some(driver)) = (on_path("python3"), on_path("chromedriver")) else {
        eprintln!("SKIPPED: python3 or chromedriver is not on PATH; nothing was checked");
        return;
    };
    let folder = reports();
    let mut command = Command::new(python);
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser/check.py")).arg(driver);
    if let Some(shots) = std::env::var_os("SHAPECAST_SHOTS") {
        command.arg("--shots").arg(shots);
    }
    for (name, _) in PAGES {
        command.arg(folder.path().join(format!("{name}.html")));
    }
    let output = command.output().expect("python runs");
    let told = format!("{}{}", String::from_utf8_lossy(&output.stdout), said(&output));
    assert!(output.status.success(), "{told}");
    assert!(told.contains(&format!("{} reports are good", PAGES.len())), "{told}");
}

#[test]
fn a_report_is_one_file_with_nothing_from_outside() {
    for (name, pictures) in PAGES {
        let html = fs::read_to_string(reports().path().join(format!("{name}.html"))).expect("reads");
        for reference in [" src=", "<link", "@import", "url(", "<iframe", "onclick"] {
            assert!(!html.contains(reference), "{name} has {reference}");
        }
        for picture in pictures {
            assert!(html.contains(&format!("<title>{picture}</title>")), "{name} has no `{picture}`");
        }
        assert!(!html.contains("<b>&</b>"), "{name} lets a name be HTML");
    }
}
