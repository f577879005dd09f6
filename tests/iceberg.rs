//! `profile` of Iceberg tables that pyiceberg wrote, by the program itself: every figure equals what pyiceberg says of
//! the same table (`tests/data/iceberg/make.py`).

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use assert_cmd::Command;
use serde_json::Value;

const NOW: &str = "2025-06-01T00:00:00Z";

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/iceberg")
}

fn expected() -> Value {
    let text = fs::read(data().join("expected.json")).expect("reads");
    serde_json::from_slice(&text).expect("JSON")
}

fn run(path: &Path, more: &[&str]) -> Output {
    let mut command = Command::cargo_bin("shapecast").expect("the program");
    command.args(["--now", NOW, "profile"]).arg(path).args(more).env("CI", "1").output().expect("runs")
}

fn json(path: &Path, more: &[&str]) -> Value {
    let output = run(path, &[more, &["--format", "json"]].concat());
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{complaint}");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

fn refused(path: &Path, more: &[&str]) -> String {
    let output = run(path, more);
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("makes");
    for entry in fs::read_dir(from).expect("lists").flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target)
        } else {
            fs::copy(entry.path(), target).map(drop).expect("copies")
        }
    }
}

fn check(document: &Value, said: &Value) {
    let (data, table) = (&document["data"], &document["data"]["table"]);
    assert_eq!(data["source"]["kind"], "iceberg");
    assert_eq!(table["snapshot_id"], said["snapshot_id"]);
    for (own, its) in [(&data["objects"], "files"), (&data["bytes"], "bytes"), (&table["rows"], "rows")] {
        assert_eq!(own, &said[its], "{its}");
    }
    let columns = said["columns"].as_object().expect("columns");
    assert_eq!(table["columns"].as_array().map(Vec::len), Some(columns.len()));
    for column in table["columns"].as_array().expect("columns") {
        assert_eq!(column["bytes"], columns[column["column"].as_str().expect("a name")], "{column}");
    }
    let partitions = said["partitions"].as_object().expect("partitions");
    assert_eq!(data["folders_total"], partitions.len());
    for folder in data["folders"].as_array().expect("folders") {
        let name = folder["folder"].as_str().expect("a name");
        let said = partitions.get(name).unwrap_or_else(|| &partitions[""]);
        assert_eq!((&folder["objects"], &folder["bytes"]), (&said[0], &said[1]), "{name}");
    }
    let source = &data["source"];
    let count = |key: &str| source[key].as_u64().expect("a count");
    assert_eq!(count("records"), count("objects") + count("other_records") + count("faults"), "no entry is lost");
    assert_eq!(count("faults"), 0);
}

#[test]
fn every_figure_is_the_one_that_pyiceberg_gives() {
    let expected = expected();
    for (name, path) in [("v1", "v1"), ("v2", "v2"), ("v2", "v2/metadata"), ("plain", "plain")] {
        let document = json(&data().join(path), &[]);
        check(&document, &expected[name]["now"]);
        assert_eq!(document["data"]["table"]["manifests"]["objects"], expected[name]["now"]["manifests"], "{name}");
        assert_eq!(document["workload"]["name"], name);
        assert_eq!(document["workload"]["format"], "iceberg");
    }
    for name in ["v1", "v2"] {
        let before = &expected[name]["before"];
        let document = json(&data().join(name), &["--snapshot", before["snapshot_id"].as_str().expect("an id")]);
        check(&document, before);
        let warnings = document["warnings"].to_string();
        assert!(warnings.contains("older-snapshot"), "{warnings}");
    }
}

/// Six nightly appends of four files each: 24 files, daily at 02:00; one run reads what the mean night brought.
#[test]
fn the_cadence_is_that_of_the_snapshots() {
    let expected = expected();
    let before = &expected["v2"]["before"];
    let document = json(&data().join("v2"), &["--snapshot", before["snapshot_id"].as_str().expect("an id")]);
    let arrivals = &document["data"]["arrivals"];
    assert_eq!((&arrivals["bursts"], &arrivals["interval_s"]), (&6.into(), &86_400.0.into()));
    assert_eq!(arrivals["first"], "2025-01-01T02:00:00Z");
    assert_eq!(document["workload"]["schedule"], "daily");
    let days = document["data"]["days"].as_array().expect("days");
    assert!(days.len() == 6 && days.iter().all(|day| day["objects"] == 4), "{days:?}");
}

#[test]
fn a_table_of_objects_is_read_by_its_live_rows_only() {
    let folder = data().join("s3-metadata");
    if !cfg!(feature = "tables") {
        assert!(refused(&folder, &[]).contains("Parquet is not read by this build"));
        return;
    }
    let said = &expected()["s3-metadata"];
    assert!(said["files_that_lie_there"].as_u64() > said["live_files"].as_u64(), "replaced files must lie there");
    let document = json(&folder, &[]);
    let data = &document["data"];
    assert_eq!((&data["source"]["kind"], &data["source"]["form"]), (&"inventory".into(), &"Iceberg, Parquet".into()));
    assert_eq!(data["source"]["records"], said["objects"]);
    assert_eq!(data["states"]["current"]["objects"], said["objects"]);
    assert_eq!(data["states"]["current"]["bytes"], said["bytes"]);
    assert_eq!(data["odd"]["archived"]["objects"], said["archived"]);
    assert_eq!(document["workload"]["name"], "inventory");

    // A live data file that was not copied is named, and all of them is an error.
    let there = tempfile::tempdir().expect("a folder");
    copy(&folder, there.path());
    let live: Vec<PathBuf> =
        fs::read_dir(there.path().join("data")).expect("lists").flatten().map(|it| it.path()).collect();
    let mut missing = 0;
    for file in &live {
        fs::remove_file(file).expect("removes");
        let output = run(there.path(), &["--format", "json"]);
        let Ok(document) = serde_json::from_slice::<Value>(&output.stdout) else {
            let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(
                output.status.code() == Some(2) && complaint.contains("data files that it names is there"),
                "{complaint}"
            );
            assert_eq!(missing + 1, said["live_files"]);
            return;
        };
        let fault = &document["data"]["faults"]["missing-file"];
        missing = fault["count"].as_u64().unwrap_or(0);
        let named = fault["examples"].to_string();
        assert!(missing == 0 || named.contains("s3://lake/warehouse/db/inventory/data/"), "{named}");
    }
    panic!("no live file was removed");
}

#[test]
fn a_table_of_objects_can_be_profiled_as_a_table() {
    let document = json(&data().join("s3-metadata"), &["--source-kind", "iceberg"]);
    let said = &expected()["s3-metadata"];
    assert_eq!(document["data"]["objects"], said["live_files"]);
    assert_eq!(document["data"]["table"]["rows"], said["objects"]);
}

#[test]
fn what_is_wrong_is_said_with_the_next_step() {
    let (v1, plain) = (data().join("v1"), data().join("plain"));
    let complaint = refused(&v1, &["--snapshot", "-7"]);
    assert!(complaint.contains("it has no snapshot -7") && complaint.contains("its newest snapshots: "), "{complaint}");
    let listing = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/listings/nightly.txt");
    assert!(refused(&listing, &["--snapshot", "1"]).contains("the source is no Iceberg table"));
    assert!(refused(&v1, &[plain.to_str().expect("UTF-8")]).contains("one table at a time"));
    assert!(refused(&listing, &["--source-kind", "iceberg"]).contains("no Iceberg metadata"));
    assert!(refused(Path::new("/no/such/table"), &["--source-kind", "iceberg"]).contains("No such file"));

    let there = tempfile::tempdir().expect("a folder");
    let metadata = there.path().join("metadata");
    copy(&plain, there.path());
    let names: Vec<PathBuf> = fs::read_dir(&metadata).expect("lists").flatten().map(|it| it.path()).collect();
    let (lists, manifests): (Vec<&PathBuf>, Vec<&PathBuf>) = names
        .iter()
        .filter(|it| it.extension().is_some_and(|it| it == "avro"))
        .partition(|it| it.file_name().is_some_and(|it| it.to_string_lossy().starts_with("snap-")));
    fs::rename(manifests[0], there.path().join("away")).expect("moves");
    assert!(refused(there.path(), &[]).contains("none of the 1 manifests of its snapshot is there"));
    fs::write(manifests[0], b"Obj\x01 cut").expect("writes");
    let document = json(there.path(), &[]);
    let fault = &document["data"]["faults"]["changed-file"];
    assert!(fault["examples"].to_string().contains("bytes are promised, 8 are there"), "{fault}");
    fs::write(lists[0], b"PAR1").expect("writes");
    assert!(refused(there.path(), &[]).contains("it is no Avro file"));
    fs::remove_file(lists[0]).expect("removes");
    assert!(refused(there.path(), &[]).contains("manifest list `s3://lake/warehouse/db/plain/metadata/snap-"));
}
