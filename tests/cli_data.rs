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

/// The same rows in three formats: one is told from the other by its bytes, and all give the same workload.
#[test]
fn inventories_in_every_format_are_one_workload() {
    let at = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/inventory");
    let of = |name: &str| json(&["profile", text(&at.join(name))]);
    let (csv, orc) = (of("rows.csv.gz"), of("zstd.orc"));
    assert_eq!(orc["data"]["source"]["kind"], "inventory");
    assert_eq!(orc["data"]["source"]["objects"], 1_497);
    assert_eq!(orc["data"]["faults"]["no-key"]["count"], 3);
    for key in
        ["objects", "bytes", "states", "storage_classes", "odd", "sizes", "folders", "days", "arrivals", "largest"]
    {
        assert_eq!(orc["data"][key], csv["data"][key], "{key}");
    }
    assert_eq!(orc["workload"]["input_bytes"], csv["workload"]["input_bytes"]);
}

/// A million lines that are none, with half of the bytes of a line, NUL bytes and wrong UTF-8 among them, and one object.
#[test]
fn a_million_bad_lines_end_in_a_report() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("bad.txt");
    let mut bytes = b"2025-05-01 00:00:00          5 a/b.csv\n".to_vec();
    for number in 0..1_000_000_u32 {
        bytes.extend_from_slice(match number % 4 {
            0 => b"2025-05-01 00:00:00\n".as_slice(),
            1 => b"\xff\xfe\x80 no line\n",
            2 => b"2025-13-41 00:00:00          5 a/b.csv\n",
            _ => b"2025-05-01 00:00:00      -five a/b.csv\n",
        });
    }
    std::fs::write(&file, bytes).expect("writes");
    let document = json(&["profile", text(&file)]);
    assert_eq!((&document["data"]["objects"], &document["data"]["bytes"]), (&1.into(), &5.into()));
    let source = &document["data"]["source"];
    assert_eq!((&source["records"], &source["faults"]), (&1_000_001.into(), &1_000_000.into()));
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

/// 1,000 rows, half of them of user 7: its share is 0.5, and Spark's hash says in which partition they lie.
#[test]
fn the_skew_of_a_sample_goes_into_a_workload() {
    let folder = tempfile::tempdir().expect("a folder");
    let (file, workload) = (folder.path().join("a.csv"), folder.path().join("w.yaml"));
    let rows: String =
        (0..1_000).map(|row| format!("{},{row}\n", if row % 2 == 0 { 7 } else { 1_000 + row })).collect();
    std::fs::write(&file, format!("user,n\n{rows}")).expect("writes");
    std::fs::write(
        &workload,
        "name: nightly\ninput: {volume: 1 TB, format: parquet}\ncadence: daily\njob: join-heavy\n",
    )
    .expect("writes");
    let ask = [
        "profile",
        "sample",
        text(&file),
        "--key",
        "user",
        "--volume",
        "100 GB",
        "--slots",
        "50",
        "--for",
        text(&workload),
    ];
    let document = json(&[&ask[..], &["--out", text(&workload)]].concat());
    let key = &document["sample"]["keys"][0];
    assert_eq!(
        (&key["distinct_keys"], &key["top"][0]["rows"], &key["count_error_rows"]),
        (&501.into(), &500.into(), &0.into())
    );
    let effects = key["shuffles"][0]["effects"].as_array().expect("effects");
    let stage = |remedy: &str| {
        let effect = effects.iter().find(|effect| effect["remedy"] == remedy).expect("the remedy");
        effect["stage_over_even"].as_f64().expect("a number")
    };
    // Half of the work on one of 50 slots: 25 times an even stage; a join is split, a group-by is not.
    assert!(stage("as-is") >= 25.0 && stage("adaptive-group-by") >= 25.0);
    assert!(stage("adaptive-join") < 3.0 && stage("broadcast") < 1.1);
    let written = std::fs::read_to_string(&workload).expect("reads");
    assert!(written.contains("hot_key_share: 50 %") && written.contains("measured from sample"), "{written}");
    let output = run(&["profile", "sample", text(&file)]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("no --key is given"));
}

#[test]
fn a_pushed_down_profile_is_written_not_run() {
    let sql = run(&["profile", "lake.inventory", "--pushdown", "athena", "--where", "dt = '2025-01-01-01-00'"]);
    assert!(String::from_utf8_lossy(&sql.stdout).contains("FROM \"lake\".\"inventory\""));
    let job = run(&["profile", "sample", "s3://lake/t/", "--key", "user", "--pushdown", "spark"]);
    assert!(String::from_utf8_lossy(&job.stdout).contains("KEYS = [[\"user\"]]"));
    let wrong = run(&["profile", "s3://lake/t/", "--pushdown", "athena"]);
    assert_eq!(wrong.status.code(), Some(2));
}
