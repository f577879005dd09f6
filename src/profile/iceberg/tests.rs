use std::fs;
use std::path::Path;

use super::*;
use crate::profile::avro::writer::{block, header, text, whole};
use crate::profile::objects::{Count, Fault, Oddity};

const NOW: i64 = 1_750_000_000_000;
const DAY: i64 = 86_400_000;

const LIST: &str = r#"{"type":"record","name":"manifest_file","fields":[
  {"name":"manifest_path","type":"string","field-id":500},{"name":"manifest_length","type":"long","field-id":501},
  {"name":"partition_spec_id","type":"int","field-id":502},{"name":"content","type":"int","field-id":517},
  {"name":"added_snapshot_id","type":"long","field-id":503},{"name":"added_data_files_count","type":"int","field-id":504},
  {"name":"existing_data_files_count","type":"int","field-id":505},{"name":"deleted_data_files_count","type":"int","field-id":506}]}"#;

const ENTRY: &str = r#"{"type":"record","name":"manifest_entry","fields":[
  {"name":"status","type":"int","field-id":0},{"name":"snapshot_id","type":["null","long"],"field-id":1},
  {"name":"data_file","field-id":2,"type":{"type":"record","name":"r2","fields":[
    {"name":"content","type":"int","field-id":134},{"name":"file_path","type":"string","field-id":100},
    {"name":"file_format","type":"string","field-id":101},
    {"name":"partition","field-id":102,"type":{"type":"record","name":"r102","fields":[
      {"name":"day","field-id":1000,"type":["null",{"type":"int","logicalType":"date"}]}]}},
    {"name":"record_count","type":"long","field-id":103},{"name":"file_size_in_bytes","type":"long","field-id":104},
    {"name":"of_a_later_version","type":["null","long"],"field-id":9999}]}}]}"#;

const SPEC: &str = r#"[{"name":"day","transform":"day","source-id":1,"field-id":1000}]"#;

/// status, snapshot, content, name, format, rows, bytes
type Row<'a> = (i64, Option<i64>, i64, &'a str, &'a str, i64, i64);

fn entry((status, snapshot, content, name, format, rows, bytes): Row<'_>) -> Vec<u8> {
    let optional = |value: Option<i64>| value.map_or_else(|| whole(0), |it| [whole(1), whole(it)].concat());
    let path = if name.is_empty() { String::new() } else { format!("s3://b/t/data/{name}") };
    [
        whole(status),
        optional(snapshot),
        whole(content),
        text(path),
        text(format),
        optional(Some(20_119)),
        whole(rows),
        whole(bytes),
        optional(Some(1)),
    ]
    .concat()
}

fn manifest(rows: &[Row<'_>]) -> Vec<u8> {
    let data: Vec<u8> = rows.iter().flat_map(|row| entry(*row)).collect();
    let count = i64::try_from(rows.len()).expect("few");
    [header(&[("avro.schema", ENTRY), ("partition-spec", SPEC)]), block(count, &data)].concat()
}

/// A table with snapshots 1 (append), 2 (append) and 3 (replace) on three days, and one manifest for each content.
struct Made {
    folder: tempfile::TempDir,
}

impl Made {
    fn new(manifests: &[(&str, i64, Vec<u8>, i64)]) -> Self {
        let made = Self { folder: tempfile::tempdir().expect("a folder") };
        fs::create_dir(made.at("")).expect("makes");
        let mut list = Vec::new();
        for (name, content, bytes, entries) in manifests {
            made.write(name, bytes);
            let length = i64::try_from(bytes.len()).expect("short");
            let path = format!("s3://b/t/metadata/{name}");
            list.extend(
                [text(path), whole(length), whole(0), whole(*content), whole(1), whole(*entries), whole(0), whole(0)]
                    .concat(),
            );
        }
        let count = i64::try_from(manifests.len()).expect("few");
        made.write("list.avro", &[header(&[("avro.schema", LIST)]), block(count, &list)].concat());
        made.write("v1.metadata.json", Self::metadata(r#""manifest-list":"s3://b/t/metadata/list.avro""#).as_bytes());
        made
    }

    fn metadata(third: &str) -> String {
        let snapshot = |id: i64, operation: &str, more: &str| {
            let at = NOW - (10 - id) * DAY;
            format!(r#"{{"snapshot-id":{id},"timestamp-ms":{at},"summary":{{"operation":"{operation}"}},{more}}}"#)
        };
        let (one, two, three) =
            (snapshot(1, "append", third), snapshot(2, "append", third), snapshot(3, "replace", third));
        format!(
            r#"{{"format-version":2,"location":"s3://b/t","current-snapshot-id":3,"unknown":{{"x":[1]}},"snapshots":[{one},{two},{three}]}}"#
        )
    }

    fn at(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join("metadata").join(name)
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        fs::write(self.at(name), bytes).expect("writes");
    }

    fn read(&self, reading: Reading) -> Result<ObjectsProfile, SourceError> {
        super::read(self.folder.path(), None, reading, NOW)
    }
}

fn rows() -> Vec<u8> {
    manifest(&[
        (1, Some(1), 0, "a.parquet", "PARQUET", 10, 100),
        (0, Some(2), 0, "b", "PARQUET", 20, 200),
        (2, Some(2), 0, "gone.parquet", "PARQUET", 1, 1),
        (0, Some(3), 0, "_compacted.parquet", "parquet", 30, 300),
        (0, Some(77), 0, "old.orc", "ORC", 40, 400),
        (1, None, 0, "inherits.parquet", "PARQUET", 50, 0),
        (1, Some(1), 0, "negative.parquet", "PARQUET", 50, -1),
        (1, Some(1), 0, "", "PARQUET", 50, 1),
    ])
}

fn deletes() -> Vec<u8> {
    manifest(&[
        (1, Some(2), 1, "p.parquet", "PARQUET", 3, 10),
        (1, Some(2), 2, "e.parquet", "PARQUET", 4, 20),
        (1, Some(2), 1, "v.puffin", "PUFFIN", 5, 30),
        (2, Some(2), 1, "gone.parquet", "PARQUET", 9, 90),
    ])
}

/// Live and whole: a, b, the compacted, the old and the one that inherits its snapshot: 5 files of 1,000 bytes. Other
/// records: the removed file and the four of the manifest of deletes. Faults: a size below nothing and a missing path.
#[test]
fn every_entry_is_counted_once_as_what_it_is() {
    let made = Made::new(&[("data.avro", 0, rows(), 8), ("deletes.avro", 1, deletes(), 4)]);
    let profile = made.read(Reading::AsItIs).expect("reads");
    assert_eq!(profile.data(), Count { objects: 5, bytes: 1_000 });
    assert_eq!((profile.source.records, profile.source.other_records, profile.tally.faults.total()), (12, 5, 2));
    assert_eq!((profile.tally.faults.count_of(Fault::BadSize), profile.tally.faults.count_of(Fault::NoKey)), (1, 1));
    assert_eq!((profile.odd(Oddity::Hidden).objects, profile.odd(Oddity::ZeroByte).objects), (0, 1));
    assert_eq!(profile.tally.folders_named(), ["day=2025-01-31"]);
    // The compacted file and the one of an expired snapshot have no time of arrival.
    assert_eq!(profile.odd(Oddity::Undated).objects, 2);
    assert_eq!(profile.span_ms(), Some((NOW - 9 * DAY, NOW - 8 * DAY)));
    let suffixes: Vec<(String, u64)> =
        profile.suffixes().into_iter().map(|it| (it.suffix, it.figures.objects)).collect();
    assert_eq!(suffixes, [(".parquet".to_owned(), 4), (".orc".to_owned(), 1)]);
    let facts = profile.table.as_ref().expect("facts");
    assert_eq!(facts.deletes.map(|it| (it.objects, it.bytes)), [(1, 10), (1, 20), (1, 30)]);
    assert_eq!((facts.rows, facts.delete_rows), (150, 12));
    assert_eq!(facts.formats["parquet"], Count { objects: 4, bytes: 600 });
    let notes: Vec<&str> = profile.source.notes.iter().map(|it| it.0).collect();
    assert_eq!(notes, ["delete-files", "rewritten", "expired-snapshots"]);
}

#[test]
fn rows_are_refused_where_deletes_are_not_applied() {
    let made = Made::new(&[("data.avro", 0, rows(), 8), ("deletes.avro", 1, deletes(), 4)]);
    let error = made.read(Reading::Rows).expect_err("refused");
    assert!(error.what.contains("has delete files") && error.hint.contains("rewrite_data_files"), "{error:?}");
}

/// Version 1 may name its manifests without a list.
#[test]
fn manifests_without_a_list() {
    let made = Made::new(&[("data.avro", 0, rows(), 8)]);
    let text = Made::metadata(r#""manifests":["s3://b/t/metadata/data.avro"]"#);
    made.write("v1.metadata.json", text.replace("\"format-version\":2", "\"format-version\":1").as_bytes());
    let profile = made.read(Reading::AsItIs).expect("reads");
    // Without the list nobody says which snapshot an entry inherits.
    assert_eq!((profile.data().objects, profile.odd(Oddity::Undated).objects), (5, 3));
}

#[test]
fn a_manifest_that_is_short_is_named() {
    let one = manifest(&[(1, Some(1), 0, "a.parquet", "PARQUET", 10, 100)]);
    let made = Made::new(&[("data.avro", 0, one.clone(), 3), ("gone.avro", 0, one, 1)]);
    fs::remove_file(made.at("gone.avro")).expect("removes");
    let profile = made.read(Reading::AsItIs).expect("reads");
    let faults: Vec<(Fault, String)> = profile
        .tally
        .faults
        .iter()
        .map(|(fault, it)| (fault, format!("{} {}", it.examples[0].0, it.examples[0].1)))
        .collect();
    assert_eq!(
        faults,
        [
            (Fault::CutOff, "s3://b/t/metadata/data.avro 3 entries are promised, 1 are there".to_owned()),
            (Fault::MissingFile, "s3://b/t/metadata/gone.avro ".to_owned()),
        ]
    );
    assert_eq!(profile.data().objects, 1);
}

#[test]
fn tables_that_cannot_be_read_say_why() {
    let made = Made::new(&[]);
    for (metadata, expected) in [
        ("{}", "it has no `format-version`"),
        ("[]", "it is no Iceberg metadata"),
        (r#"{"format-version":4,"location":"s3://b/t"}"#, "version 4 is not known, only 1 to 3"),
        (r#"{"format-version":2}"#, "missing field `location`"),
        (r#"{"format-version":2,"location":"s3://b/t","current-snapshot-id":-1}"#, "nothing was written to it"),
        (r#"{"format-version":2,"location":"s3://b/t","current-snapshot-id":5}"#, "it has no snapshot 5"),
        (
            r#"{"format-version":2,"location":"s3://b/t","current-snapshot-id":5,"snapshots":[{"snapshot-id":5,"timestamp-ms":1}]}"#,
            "names neither a manifest list nor manifests",
        ),
        (
            r#"{"format-version":2,"location":"s3://b/t","current-snapshot-id":5,"snapshots":[{"snapshot-id":5,"timestamp-ms":1,"manifest-list":"s3://b/t/../../../../etc/passwd"}]}"#,
            "`s3://b/t/../../../../etc/passwd` is not there",
        ),
    ] {
        made.write("v1.metadata.json", metadata.as_bytes());
        let error = made.read(Reading::AsItIs).expect_err("refused");
        assert!(error.what.contains(expected), "{error:?}");
    }
    assert!(!is_table(Path::new("/")) && !is_table(Path::new("manifest.json")));
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(300))]
    /// Whatever is damaged in any file of a table: an answer or an error.
    #[test]
    fn damage_is_never_more_than_an_error(
        name in proptest::sample::select(vec!["data.avro", "deletes.avro", "list.avro", "v1.metadata.json"]),
        at in 0_usize..4_000, byte: u8, cut in 0_usize..8_000,
    ) {
        let made = Made::new(&[("data.avro", 0, rows(), 8), ("deletes.avro", 1, deletes(), 4)]);
        let mut bytes = fs::read(made.at(name)).expect("reads");
        let at = at % bytes.len();
        bytes[at] = byte;
        made.write(name, &bytes);
        let _ = made.read(Reading::Files);
        bytes.truncate(cut);
        made.write(name, &bytes);
        let _ = made.read(Reading::Files);
        let _ = made.read(Reading::Rows);
    }
}
