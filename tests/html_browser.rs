//! Every HTML report in a real browser: elements, sorting, keys, contrast, no errors, no request. Needs `python3` and
//! `chromedriver` (Debian: `chromium-driver`) on PATH; without them it says so and checks nothing.
//!
//! `SHAPECAST_SHOTS=DIR cargo test --test html_browser` keeps pictures to look at.

#![expect(clippy::print_stderr, reason = "a skipped test says so")]

mod html_support;
mod program_support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use html_support::reports;
use program_support::said;

/// The parts that an answer has on every page that shows one.
const ANSWER: [&str; 5] = [
    "Cost against time",
    "What a month is made of",
    "The likely run",
    "How sure the times are",
    "What moves the decision",
];
/// Who wins near the declared volume and cadence.
const HEAT: &str = "Winner over volume and cadence";

/// Pictures that a page must have besides those, and how many answers it shows.
const PAGES: [(&str, usize, &[&str]); 6] = [
    ("recommend", 1, &[]),
    ("portfolio", 2, &[]),
    ("matrix", 1, &[]),
    ("check", 2, &["What the workload files change", "Before and now"]),
    ("report", 2, &["Cost by pipeline", "Against the week before", "Cost by week", "What the week is made of"]),
    ("backtest", 0, &["Calibration", "Predicted and actual"]),
];

fn on_path(program: &str) -> Option<PathBuf> {
    let paths = std::env::var_os("PATH")?;
    std::env::split_paths(&paths).map(|folder| folder.join(program)).find(|path| path.is_file())
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
    for name in html_support::KINDS {
        command.arg(folder.path().join(format!("{name}.html")));
    }
    let output = command.output().expect("python runs");
    let told = format!("{}{}", String::from_utf8_lossy(&output.stdout), said(&output));
    assert!(output.status.success(), "{told}");
    assert!(told.contains(&format!("{} reports are good", PAGES.len())), "{told}");
}

#[test]
fn a_report_is_one_file_with_nothing_from_outside() {
    for (name, answers, pictures) in PAGES {
        let html = fs::read_to_string(reports().path().join(format!("{name}.html"))).expect("reads");
        for reference in [" src=", "<link", "@import", "url(", "<iframe", "onclick"] {
            assert!(!html.contains(reference), "{name} has {reference}");
        }
        let count = |picture: &str| html.matches(&format!("<title>{picture}</title>")).count();
        for picture in pictures {
            assert_eq!(count(picture), 1, "`{picture}` on {name}");
        }
        for picture in ANSWER.iter().chain([&HEAT]) {
            assert_eq!(count(picture), answers, "`{picture}` on {name}");
        }
        // The ranked table of each answer; several answers fold.
        assert_eq!(html.matches(">In time</th>").count(), answers, "ranked tables on {name}");
        assert_eq!(html.matches("<details>").count(), if answers > 1 { answers } else { 0 }, "folds on {name}");
        assert!(!html.contains("<b>&</b>"), "{name} lets a name be HTML");
    }
}

/// What the pictures need is there only where a page is asked for: neither the gate of a commit nor a report as JSON pays
/// for it.
#[test]
fn whole_answers_are_made_for_pages_only() {
    let folder = reports().path();
    let read = |name: &str| -> serde_json::Value {
        serde_json::from_str(&fs::read_to_string(folder.join(name)).expect("reads")).expect("JSON")
    };
    for name in ["check.json", "report.json"] {
        let answers = read(name)["answers"].as_array().cloned().expect("answers");
        assert!(answers.iter().all(|it| it["matrix"].is_object() && it["sensitivity"].is_object()), "{name}");
    }
    let alone = program_support::with(
        folder,
        &[("SHAPECAST_REPLICATIONS", "20")],
        &["check", "jobs", "--baseline", "base.json", "--format", "json"],
    );
    let alone: serde_json::Value = serde_json::from_slice(&alone.stdout).expect("JSON");
    assert!(alone.get("answers").is_none());
    // What the gate says is the same with and without them.
    assert_eq!(alone["workloads"], read("check.json")["workloads"]);
    assert_eq!(alone["totals"], read("check.json")["totals"]);
}
