use std::io::Write;

use super::*;
use crate::profile::objects::{Oddity, State};

const NOW: i64 = 1_750_000_000_000;

const SCHEMA: &str = "Bucket, Key, VersionId, IsLatest, IsDeleteMarker, Size, LastModifiedDate, ETag, StorageClass, IntelligentTieringAccessTier";

const RECORDS: &str = r#""lake","raw/d%3D1/a+b.json.gz","v2","true","false","100","2024-01-05T02:03:04.000Z","e","STANDARD",""
"lake","raw/d%3D1/a+b.json.gz","v1","false","false","90","2024-01-04T02:03:04.000Z","e","STANDARD",""
"lake","raw/d%3D1/gone.json.gz","v1","true","true","","2024-01-04T02:03:04.000Z","","",""
"lake","raw/cold.parquet","v1","true","false","7","2020-01-04T02:03:04.000Z","e","INTELLIGENT_TIERING","DEEP_ARCHIVE_ACCESS"
"lake","short"
"lake","raw/x","v1","true","false","many","2024-01-04T02:03:04.000Z","e","STANDARD",""
"lake","raw/y","v1","true","false","1","yesterday","e","STANDARD",""
"lake","raw/z","v1","true","false","1","2024-01-04T02:03:04.000Z","e
"#;

fn gzipped(text: &str) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(text.as_bytes()).expect("packs");
    packer.finish().expect("packs")
}

/// The layout of a destination bucket that was copied whole.
fn copied() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let base = folder.path().join("inventories/lake/all");
    std::fs::create_dir_all(base.join("data")).expect("makes");
    std::fs::create_dir_all(base.join("2024-01-06T01-00Z")).expect("makes");
    let data = gzipped(RECORDS);
    std::fs::write(base.join("data/one.csv.gz"), &data).expect("writes");
    let manifest = serde_json::json!({
        "sourceBucket": "lake", "destinationBucket": "arn:aws:s3:::reports", "version": "2016-11-30",
        "creationTimestamp": "1704502800000", "fileFormat": "CSV", "fileSchema": SCHEMA,
        "files": [
            {"key": "inventories/lake/all/data/one.csv.gz", "size": data.len(), "MD5checksum": "0"},
            {"key": "inventories/lake/all/data/two.csv.gz", "size": 1, "MD5checksum": "0"},
        ],
    });
    std::fs::write(base.join("2024-01-06T01-00Z/manifest.json"), manifest.to_string()).expect("writes");
    folder
}

#[test]
fn a_csv_inventory_by_its_manifest() {
    let folder = copied();
    let manifest = folder.path().join("inventories/lake/all/2024-01-06T01-00Z/manifest.json");
    let profile = read(&Inventory::Manifest(manifest), NOW).expect("reads");
    assert_eq!(State::ALL.map(|state| profile.state(state).objects), [2, 1, 1]);
    assert_eq!((profile.data().objects, profile.data().bytes), (1, 100));
    assert_eq!(profile.odd(Oddity::Archived).bytes, 7);
    assert_eq!(profile.tally.folders_named(), ["raw/d=1"]);
    assert_eq!(profile.largest()[0].0, "raw/d=1/a b.json.gz");
    let faults: Vec<_> = profile.tally.faults.iter().map(|(fault, it)| (fault, it.count)).collect();
    assert_eq!(faults, [(Fault::BadDate, 1), (Fault::BadSize, 1), (Fault::BadRecord, 2), (Fault::MissingFile, 1)]);
    // Eight lines: four objects and four that cannot be read; and a file that is not there.
    assert_eq!(profile.source.records, 9);
}

#[test]
fn a_data_file_alone_tells_its_columns() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("one.csv");
    std::fs::write(&path, RECORDS).expect("writes");
    let profile = read(&Inventory::Files(vec![path], FileFormat::Csv), NOW).expect("reads");
    assert_eq!(State::ALL.map(|state| profile.state(state).objects), [2, 1, 1]);
}

#[test]
fn a_file_of_another_size_is_not_read() {
    let folder = copied();
    let base = folder.path().join("inventories/lake/all");
    std::fs::write(base.join("data/one.csv.gz"), gzipped("\"lake\",\"x\"\n")).expect("writes");
    let profile = read(&Inventory::Manifest(base.join("2024-01-06T01-00Z/manifest.json")), NOW).expect("reads");
    assert!(profile.tally.faults.iter().any(|(fault, _)| fault == Fault::ChangedFile));
    assert_eq!(profile.tally.objects(), 0);
}

#[test]
fn manifests_that_are_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("manifest.json");
    for (text, expected) in [
        ("{", "no JSON"),
        ("{}", "no `fileFormat`"),
        (r#"{"fileFormat": "XML"}"#, "none of CSV, ORC, Parquet"),
        (r#"{"fileFormat": "CSV", "fileSchema": "Bucket, Size"}"#, "names no `Key`"),
        (r#"{"fileFormat": "CSV", "fileSchema": "Bucket, Key, Size", "files": []}"#, "names no data file"),
        (
            r#"{"fileFormat": "CSV", "fileSchema": "Bucket, Key", "files": [{"key": "../../etc/x.csv.gz"}]}"#,
            "none of the 1",
        ),
    ] {
        std::fs::write(&path, text).expect("writes");
        let error = read(&Inventory::Manifest(path.clone()), NOW).expect_err(text);
        assert!(error.what.contains(expected), "{text}: {}", error.what);
    }
}

/// An inventory of generated objects, written by Polars, must give what the same objects give one by one.
#[cfg(feature = "tables")]
#[test]
fn a_parquet_inventory_is_the_sum_of_its_rows() {
    use polars::prelude::*;

    let n = 50_000_i64;
    let keys: Vec<String> = (0..n).map(|i| format!("t/day={}/part-{i}.snappy.parquet", i % 97)).collect();
    let sizes: Vec<Option<i64>> = (0..n).map(|i| if i % 1_000 == 7 { None } else { Some(i * 1_001) }).collect();
    let times: Vec<i64> = (0..n).map(|i| 1_700_000_000_000 + i * 60_000).collect();
    let latest: Vec<bool> = (0..n).map(|i| i % 10 != 3).collect();
    let markers: Vec<bool> = (0..n).map(|i| i % 1_000 == 7).collect();
    let classes: Vec<Option<&str>> =
        (0..n).map(|i| if i % 5 == 0 { Some("DEEP_ARCHIVE") } else { Some("STANDARD") }).collect();
    let mut frame = df!("bucket" => vec!["lake"; keys.len()], "key" => &keys, "size" => &sizes, "is_latest" => &latest, "is_delete_marker" => &markers, "storage_class" => &classes).expect("a frame");
    let time = Series::new("last_modified_date".into(), &times)
        .cast(&DataType::Datetime(polars::prelude::TimeUnit::Milliseconds, None))
        .expect("times");
    frame.with_column(time.into()).expect("a column");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("inventory.parquet");
    let file = std::fs::File::create(&path).expect("creates");
    ParquetWriter::new(file).with_row_group_size(Some(7_000)).finish(&mut frame).expect("writes");
    let profile = read(&Inventory::Files(vec![path], FileFormat::Parquet), NOW).expect("reads");

    let mut expected = Tally::new(NOW);
    for i in 0..keys.len() {
        let state = State::of(latest[i], markers[i]);
        let size = u64::try_from(sizes[i].unwrap_or(0)).expect("a size");
        let class = classes[i].unwrap_or_default().as_bytes();
        expected.add(&crate::profile::objects::Object {
            key: keys[i].as_bytes(),
            size,
            modified_ms: Some(times[i]),
            class,
            state,
        });
    }
    let expected = ObjectsProfile::new(Source::new(SourceKind::Inventory, "", ""), expected);
    assert_eq!(profile.source.records, keys.len() as u64);
    assert_eq!(profile.data(), expected.data());
    assert_eq!(profile.classes(), expected.classes());
    assert_eq!(profile.folders(), expected.folders());
    assert_eq!(profile.sizes(), expected.sizes());
    assert_eq!(profile.days(), expected.days());
    assert_eq!(profile.largest(), expected.largest());
    assert_eq!(State::ALL.map(|state| profile.state(state)), State::ALL.map(|state| expected.state(state)));
}

/// 40 rows. As floats: no size, half a byte and less than nothing are three faults, 0 + 4,000 + … + 39,000 bytes are the
/// others' 774,000; the version that is not the latest has 7,000 of them; `yesterday` is no time. As texts: `many` is one
/// fault, and 1,000 of 780,000 bytes are missing.
#[test]
fn inventories_that_went_through_other_programs() {
    for end in ["orc", "parquet"] {
        let format = if end == "orc" { FileFormat::Orc } else { FileFormat::Parquet };
        if end == "parquet" && !cfg!(feature = "tables") {
            continue;
        }
        let of =
            |name: &str| read(&Inventory::Files(vec![fixture(&format!("{name}.{end}"))], format), NOW).expect(name);
        let floats = of("odd-floats");
        assert_eq!((floats.source.records, floats.tally.faults.count_of(Fault::BadSize)), (40, 3), "{end}");
        assert_eq!(State::ALL.map(|state| floats.state(state).bytes), [767_000, 7_000, 0], "{end}");
        assert_eq!((floats.data().objects, floats.odd(Oddity::Undated).objects), (36, 1), "{end}");
        assert_eq!(floats.span_ms(), Some((1_735_696_800_000, 1_735_696_800_000 + 27 * 86_400_000)), "{end}");
        let texts = of("odd-texts");
        assert_eq!((texts.data().objects, texts.data().bytes, texts.tally.faults.total()), (39, 779_000, 1), "{end}");
        assert_eq!(texts.span_ms(), Some((1_735_689_600_000, 1_735_689_600_000 + 27 * 86_400_000)), "{end}");
    }
}

/// A column of a type that is not read costs all rows of its group, a file that is none counts as one record: every
/// record is an object or a fault.
#[test]
fn what_cannot_be_read_is_counted_row_by_row() {
    let folder = tempfile::tempdir().expect("a folder");
    let cut = folder.path().join("cut.csv.gz");
    let whole = gzipped(
        &"\"lake\",\"raw/x\",\"v1\",\"true\",\"false\",\"7\",\"2024-01-04T02:03:04.000Z\",\"e\",\"STANDARD\",\"\"\n"
            .repeat(900),
    );
    std::fs::write(&cut, &whole[..whole.len() - 12]).expect("writes");
    let none = folder.path().join("none.orc");
    std::fs::write(&none, b"ORC").expect("writes");
    let csv = read(&Inventory::Files(vec![cut], FileFormat::Csv), NOW).expect("reads");
    let orc = read(&Inventory::Files(vec![none, fixture("zlib.orc")], FileFormat::Orc), NOW).expect("reads");
    assert_eq!((csv.tally.faults.count_of(Fault::CutOff), orc.tally.faults.count_of(Fault::Unreadable)), (1, 1));
    for profile in [csv, orc] {
        let source = &profile.source;
        assert_eq!(source.records, profile.tally.objects() + source.other_records + profile.tally.faults.total());
    }
}

/// Spreadsheets write UTF-16.
#[test]
fn a_csv_inventory_in_another_encoding() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("one.csv");
    let units = std::iter::once(0xfeff).chain(RECORDS.encode_utf16());
    std::fs::write(&path, units.flat_map(u16::to_le_bytes).collect::<Vec<u8>>()).expect("writes");
    let profile = read(&Inventory::Files(vec![path], FileFormat::Csv), NOW).expect("reads");
    assert_eq!(State::ALL.map(|state| profile.state(state).objects), [2, 1, 1]);
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/inventory").join(name)
}

fn same(name: &str, profile: &ObjectsProfile, expected: &ObjectsProfile) {
    assert_eq!(profile.source.records, expected.source.records, "{name}");
    assert_eq!(profile.data(), expected.data(), "{name}");
    assert_eq!(profile.classes(), expected.classes(), "{name}");
    assert_eq!(profile.folders(), expected.folders(), "{name}");
    assert_eq!(profile.sizes(), expected.sizes(), "{name}");
    assert_eq!(profile.days(), expected.days(), "{name}");
    assert_eq!(profile.largest(), expected.largest(), "{name}");
    for state in State::ALL {
        assert_eq!(profile.state(state), expected.state(state), "{name}");
    }
    for kind in Oddity::ALL {
        assert_eq!(profile.odd(kind), expected.odd(kind), "{name}");
    }
    let faults = |profile: &ObjectsProfile| -> Vec<_> {
        profile.tally.faults.iter().map(|(fault, it)| (fault, it.count)).collect()
    };
    assert_eq!(faults(profile), faults(expected), "{name}");
}

/// Files that Apache's own ORC library wrote (through pyarrow, `tests/data/inventory/make.py`) in every codec and both
/// versions of the encodings, against the same rows as CSV.
#[test]
fn an_orc_inventory_is_its_csv() {
    let csv = read(&Inventory::Files(vec![fixture("rows.csv.gz")], FileFormat::Csv), NOW).expect("reads");
    assert_eq!(csv.source.records - csv.source.other_records, 1_500);
    // Rows 499, 999 and 1,499 have no key.
    assert_eq!(csv.tally.faults.iter().map(|(fault, it)| (fault, it.count)).collect::<Vec<_>>(), [(Fault::NoKey, 3)]);
    let mut csv_without_header = csv;
    csv_without_header.source.records -= 1;
    for codec in ["uncompressed", "zlib", "snappy", "lz4", "zstd"] {
        let path = fixture(&format!("{codec}.orc"));
        let profile = read(&Inventory::Files(vec![path], FileFormat::Orc), NOW).expect("reads");
        same(codec, &profile, &csv_without_header);
        assert!(profile.source.notes.is_empty(), "{:?}", profile.source.notes);
    }
    // The first thousand rows, with the run-length encoding of Hive 0.11.
    let packed = std::fs::read(fixture("rows.csv.gz")).expect("reads");
    let mut text = String::new();
    std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(packed.as_slice()), &mut text).expect("unpacks");
    let first: String = text.lines().take(1_001).map(|line| format!("{line}\n")).collect();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("first.csv");
    std::fs::write(&path, first).expect("writes");
    let mut expected = read(&Inventory::Files(vec![path], FileFormat::Csv), NOW).expect("reads");
    expected.source.records -= 1;
    let path = fixture("first-version.orc");
    same("0.11", &read(&Inventory::Files(vec![path], FileFormat::Orc), NOW).expect("reads"), &expected);
}

/// Whatever byte of a file is another one: rows are objects or faults, or the file is refused; nothing panics.
#[test]
fn a_damaged_orc_inventory_is_named() {
    let whole = std::fs::read(fixture("snappy.orc")).expect("reads");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("damaged.orc");
    let mut hurt = 0;
    for at in (0..whole.len()).step_by(whole.len() / 150) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x55;
        std::fs::write(&path, &bytes).expect("writes");
        match read(&Inventory::Files(vec![path.clone()], FileFormat::Orc), NOW) {
            Ok(profile) => hurt += u64::from(profile.tally.faults.total() != 3),
            Err(error) => {
                assert!(!error.what.is_empty());
                hurt += 1;
            }
        }
    }
    assert!(hurt > 0, "no change was noticed");
    for length in [0, 1, 3, 100, whole.len() / 2, whole.len() - 1] {
        std::fs::write(&path, &whole[..length]).expect("writes");
        assert!(read(&Inventory::Files(vec![path.clone()], FileFormat::Orc), NOW).is_err(), "{length}");
    }
}

/// The inventory table of S3 Metadata: maps of tags beside the columns, no `is_latest`. A delete marker is none of the data.
#[cfg(feature = "tables")]
#[test]
fn the_inventory_table_of_s3_metadata() {
    let csv = read(&Inventory::Files(vec![fixture("rows.csv.gz")], FileFormat::Csv), NOW).expect("reads");
    let path = fixture("s3-metadata.parquet");
    let profile = read(&Inventory::Files(vec![path], FileFormat::Parquet), NOW).expect("reads");
    assert_eq!(profile.source.records, 1_500);
    assert_eq!(profile.tally.faults.total(), 3);
    assert_eq!(profile.state(State::DeleteMarker), csv.state(State::DeleteMarker));
    let sum = |profile: &ObjectsProfile, states: &[State]| {
        states.iter().map(|state| profile.state(*state).objects).sum::<u64>()
    };
    assert_eq!(sum(&profile, &[State::Current]), sum(&csv, &[State::Current, State::Noncurrent]));
    // Every row has a version, and the table does not say which is the latest; the CSV does.
    let said = |profile: &ObjectsProfile| -> Vec<String> {
        let about = profile.source.notes.iter().filter(|note| note.0 == "versions-untold");
        about.map(|note| note.1.clone()).collect()
    };
    assert!(
        matches!(&said(&profile)[..], [text] if text.starts_with("1500 rows are versions")),
        "{:?}",
        said(&profile)
    );
    assert!(said(&csv).is_empty());
}
