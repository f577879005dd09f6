//! What a profile that an engine made is held against: the local one, figure by figure.

use assert_cmd::Command;
use serde_json::Value;

const NOW: &str = "2025-06-01T00:00:00Z";

/// Figures of the data that both profiles must have alike.
const FIGURES: [&str; 15] = [
    "objects",
    "bytes",
    "states",
    "storage_classes",
    "odd",
    "sizes",
    "suffixes",
    "folders_total",
    "folders",
    "folder_bytes",
    "days",
    "arrivals",
    "growth_per_month",
    "layout",
    "largest",
];

/// Runs the program at a fixed time and gives its stdout.
pub fn shapecast(arguments: &[&str]) -> Vec<u8> {
    let output = Command::cargo_bin("shapecast")
        .expect("the program")
        .args(["--now", NOW])
        .args(arguments)
        .env("CI", "1")
        .output()
        .expect("runs");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// Every figure that came back is the local one.
pub fn same_figures(back: &Value, local: &Value) {
    for key in FIGURES {
        assert!(local["data"].get(key).is_some(), "the profile has no {key}");
        assert_eq!(back["data"][key], local["data"][key], "{key}");
    }
}
