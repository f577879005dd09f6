//! `profile` of data in storage, by the program itself.

use std::path::{Path, PathBuf};
use std::process::Output;

use assert_cmd::Command;
use serde_json::Value;

const NOW: &str = "2025-06-01T00:00:00Z";

fn run(arguments: &[&str]) -> Output {
    let mut command = Command::cargo_bin("shapecast").expect("the program");
    command.args(["--now", NOW]).args(arguments).env("CI", "1").output().expect("runs")
}

fn json(arguments: &[&str]) -> Value {
    let output = run(&[arguments, &["--format", "json"]].concat());
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{complaint}");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

fn listing() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/listings/nightly.txt")
}

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

/// 40 nights of 6 files of 1,000,000 + 1,000 n bytes: 6,015,000 bytes a night; one file from 2099 beside them.
#[test]
fn a_listing_becomes_a_measured_workload() {
    let document = json(&["profile", text(&listing())]);
    let data = &document["data"];
    assert_eq!(document["schema_version"], 1);
    assert_eq!(data["objects"], 241);
    assert_eq!(data["bytes"], 40 * 6_015_000 + 5_000);
    assert_eq!(data["odd"]["hidden"]["objects"], 40);
    assert_eq!(data["odd"]["future-date"]["objects"], 1);
    for code in ["not-a-listing-line", "bad-date", "bad-size", "no-key"] {
        assert_eq!(data["faults"][code]["count"], 1, "{code}");
    }
    let source = &data["source"];
    let sum =
        ["objects", "faults", "other_records"].iter().map(|key| source[key].as_u64().expect("a count")).sum::<u64>();
    assert_eq!(source["records"].as_u64(), Some(sum), "no line is lost");
    assert_eq!(data["arrivals"]["bursts"], 40);
    assert_eq!(data["arrivals"]["burst_bytes"], 6_015_000);
    assert_eq!(document["workload"]["schedule"], "daily");
    assert_eq!(document["workload"]["input_bytes"], 6_015_000);
    assert_eq!(document["workload"]["format"], "json");
    assert_eq!(document["workload"]["compression"], "gzip");
    let measured = |path: &str| {
        let figures = document["workload"]["figures"].as_array().expect("figures");
        let figure = figures.iter().find(|figure| figure["path"] == path).expect("the figure");
        assert_eq!(figure["origin"], "measured", "{figure}");
        assert!(figure["note"].as_str().expect("a note").contains("nightly.txt"), "{figure}");
    };
    ["input.volume", "input.files.count", "input.format", "cadence.runs_per_month"].into_iter().for_each(measured);
}

#[test]
fn the_workload_file_can_be_recommended_and_all_of_the_data_can_be_asked_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("lake.yaml");
    let output = run(&[
        "profile",
        text(&listing()),
        "--archetype",
        "aggregation",
        "--reads",
        "all",
        "--cadence",
        "weekly",
        "--out",
        text(&file),
    ]);
    assert_eq!(output.status.code(), Some(0));
    let written = std::fs::read_to_string(&file).expect("reads");
    assert!(written.contains("aggregation") && written.contains("measured from listing"), "{written}");
    let document = json(&["recommend", text(&file), "--replications", "20"]);
    assert_eq!(document["workload"]["input_bytes"], 40 * 6_015_000 + 5_000);
    assert_eq!(document["workload"]["schedule"], "weekly");
}

#[test]
fn two_threads_and_one_give_the_same_bytes() {
    let with = |threads: &str| {
        let mut command = Command::cargo_bin("shapecast").expect("the program");
        command.args(["--now", NOW, "profile", text(&listing()), "--format", "json"]).env("RAYON_NUM_THREADS", threads);
        command.output().expect("runs").stdout
    };
    assert_eq!(with("1"), with("2"));
}

#[test]
fn a_folder_is_profiled_by_what_is_in_it() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("d=1")).expect("makes");
    std::fs::write(folder.path().join("d=1/a.csv"), "x,y\n1,2\n").expect("writes");
    std::fs::write(folder.path().join("d=1/b.parquet"), "not parquet").expect("writes");
    let document = json(&["profile", text(folder.path())]);
    assert_eq!(document["data"]["source"]["kind"], "folder");
    assert_eq!(document["data"]["objects"], 2);
    assert_eq!(document["data"]["magic"]["contradicting"], 1);
}

#[test]
fn what_is_no_source_is_said_with_a_hint() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("x.txt");
    std::fs::write(&file, "hello\nworld\n").expect("writes");
    let output = run(&["profile", text(&file), "--source-kind", "listing"]);
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{complaint}");
    assert!(complaint.contains("line 1 is `hello`") && complaint.contains("hint: save one with"), "{complaint}");
    let output = run(&["profile", "/no/such/place", "--source-kind", "folder"]);
    assert_eq!(output.status.code(), Some(2));
}
