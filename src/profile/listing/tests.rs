use super::*;
use crate::profile::objects::{Fault, Oddity, State};

const NOW: i64 = 1_750_000_000_000;

fn read_bytes(bytes: &[u8]) -> ObjectsProfile {
    read_stream(bytes, "listing", NOW).expect("reads")
}

fn faults(profile: &ObjectsProfile) -> Vec<(Fault, u64)> {
    profile.tally.faults.iter().map(|(fault, count)| (fault, count.count)).collect()
}

const LS: &str = "\
                           PRE raw/
2024-01-05 02:03:04    1048576 raw/d=1/part 0.parquet
2024-01-05 02:03:05          0 raw/d=1/
2024-01-06 02:03:04         10  leading space.csv
2099-01-05 02:03:04          7 raw/future.json.gz
2024-13-05 02:03:04          7 raw/no-date
2024-01-05 02:03:04        abc raw/no-size
2024-01-05 02:03:04         12
An error occurred (AccessDenied) when calling the ListObjectsV2 operation

Total Objects: 5
   Total Size: 1048593
";

#[test]
fn every_line_of_a_listing_is_an_object_or_has_a_name() {
    let profile = read_bytes(LS.as_bytes());
    // 12 lines: one prefix, four objects, four that cannot be read, a blank one and two totals.
    assert_eq!(profile.source.records, 12);
    assert_eq!(profile.tally.objects(), 4);
    assert_eq!(
        faults(&profile),
        [(Fault::NotAListingLine, 1), (Fault::BadDate, 1), (Fault::BadSize, 1), (Fault::NoKey, 1)]
    );
    assert_eq!(profile.source.records, 4 + profile.tally.faults.total() + profile.source.other_records);
    assert_eq!(profile.odd(Oddity::Future).objects, 1);
    assert_eq!(profile.odd(Oddity::FolderMarker).objects, 1);
    assert_eq!(profile.data().bytes, 1_048_576 + 10 + 7);
    // The listing's own total knows one object more than its readable lines.
    assert_eq!(profile.source.notes.iter().map(|note| note.0).collect::<Vec<_>>(), ["totals-differ"]);
    assert!(profile.largest().iter().any(|it| it.0 == " leading space.csv"));
}

#[test]
fn packings_and_encodings_do_not_matter() {
    let plain = read_bytes(LS.as_bytes());
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut gzip, LS.as_bytes()).expect("packs");
    let utf16 = |order: fn(u16) -> [u8; 2], mark: bool| -> Vec<u8> {
        let units = mark.then_some(0xfeff).into_iter().chain(LS.encode_utf16());
        units.flat_map(order).collect()
    };
    for bytes in [
        gzip.finish().expect("packs"),
        zstd::encode_all(LS.as_bytes(), 1).expect("packs"),
        utf16(u16::to_le_bytes, true),
        utf16(u16::to_be_bytes, true),
        utf16(u16::to_le_bytes, false),
        [b"\xef\xbb\xbf", LS.as_bytes()].concat(),
        LS.replace('\n', "\r\n").into_bytes(),
    ] {
        let other = read_bytes(&bytes);
        assert_eq!(
            (other.tally.objects(), other.data(), faults(&other)),
            (plain.tally.objects(), plain.data(), faults(&plain))
        );
    }
}

#[test]
fn rounded_sizes_are_taken_and_said() {
    let profile = read_bytes(b"2024-01-05 02:03:04    1.5 MiB a.csv\n2024-01-05 02:03:04    5 Bytes b.csv\n");
    assert_eq!(profile.data().bytes, 1_572_864 + 5);
    assert_eq!(profile.source.notes[0].0, "rounded-sizes");
}

const JSON: &str = r#"{"Contents": [
  {"Key": "a/1.parquet", "LastModified": "2024-01-05T02:03:04+00:00", "ETag": "\"x\"", "Size": 100, "StorageClass": "STANDARD", "Owner": {"ID": "1"}},
  {"Key": "a/ü \u00e9.parquet", "LastModified": "2024-01-05T02:03:04.000Z", "Size": 200, "StorageClass": "DEEP_ARCHIVE"},
  {"Key": "", "Size": 1}, 7, {"Key": "b", "Size": "x"}, {"Key": "b", "Size": 1, "LastModified": "yesterday"}
], "CommonPrefixes": [{"Prefix": "c/"}], "RequestCharged": null}"#;

#[test]
fn a_json_listing_and_its_bad_objects() {
    let profile = read_bytes(JSON.as_bytes());
    assert_eq!((profile.tally.objects(), profile.data().bytes), (2, 100));
    assert_eq!(profile.odd(Oddity::Archived).objects, 1);
    assert_eq!(faults(&profile), [(Fault::BadDate, 1), (Fault::BadSize, 1), (Fault::NoKey, 1), (Fault::BadRecord, 1)]);
    assert_eq!(profile.source.notes[0].0, "prefixes-not-listed");
}

#[test]
fn versions_and_delete_markers_are_told_apart() {
    let text = r#"{"Versions": [
      {"Key": "a", "VersionId": "2", "IsLatest": true, "Size": 5, "LastModified": "2024-01-05T02:03:04+00:00", "StorageClass": "STANDARD"},
      {"Key": "a", "VersionId": "1", "IsLatest": false, "Size": 3, "LastModified": "2024-01-04T02:03:04+00:00", "StorageClass": "STANDARD"}],
      "DeleteMarkers": [{"Key": "b", "VersionId": "9", "IsLatest": true, "LastModified": "2024-01-05T02:03:04+00:00"}]}"#;
    let profile = read_bytes(text.as_bytes());
    assert_eq!(profile.source.form, "list-object-versions JSON");
    assert_eq!(
        State::ALL.map(|state| (profile.state(state).objects, profile.state(state).bytes)),
        [(1, 5), (1, 3), (1, 0)]
    );
    assert_eq!(profile.data().bytes, 5);
}

#[test]
fn a_document_that_is_cut_or_damaged_gives_all_its_whole_objects() {
    let objects: Vec<String> =
        (0..1000).map(|n| format!(r#"{{"Key": "k{n}", "Size": 1, "Owner": {{"ID": "{n}"}}}}"#)).collect();
    let whole = format!(r#"{{"Contents": [{}]}}"#, objects.join(",\n"));
    let cut = &whole[..whole.len() - 30];
    let profile = read_bytes(cut.as_bytes());
    assert_eq!(profile.tally.objects(), 999);
    assert_eq!(profile.tally.faults.total(), 1, "{:?}", profile.tally.faults);
    // Object 500 loses a quotation mark; the reader stops there and the search goes on behind it.
    let damaged = whole.replace("\"k500\"", "\"k500");
    let profile = read_bytes(damaged.as_bytes());
    assert!(profile.tally.objects() >= 998, "{}", profile.tally.objects());
    assert!(profile.tally.faults.total() >= 1);
}

#[test]
fn one_object_a_line_and_a_bare_array() {
    let lines = "{\"Key\": \"a\", \"Size\": 1}\n{\"Key\": \"b\", \"Size\": 2}\n";
    assert_eq!(read_bytes(lines.as_bytes()).data().bytes, 3);
    assert_eq!(read_bytes(b"[{\"Key\": \"a\", \"Size\": 1}]").data().bytes, 1);
}

#[test]
fn text_of_the_api() {
    let text = "CONTENTS\t\"etag\"\ta/1.csv\t2024-01-05T02:03:04+00:00\t12\tSTANDARD\nCONTENTS\tCRC64NVME\t\"etag\"\ta/2.csv\t2024-01-05T02:03:04+00:00\t13\tGLACIER\nVERSIONS\t\"e\"\tFalse\ta/1.csv\t2024-01-04T02:03:04+00:00\t7\tSTANDARD\tv1\nREQUESTCHARGED\tNone\n";
    let profile = read_bytes(text.as_bytes());
    assert_eq!(profile.data().bytes, 12);
    assert_eq!(profile.odd(Oddity::Archived).bytes, 13);
    assert_eq!(profile.state(State::Noncurrent).bytes, 7);
    assert_eq!(faults(&profile), [(Fault::NotAListingLine, 1)]);
}

#[test]
fn a_million_bad_lines_are_counted_in_little_memory() {
    let mut text = String::new();
    for n in 0..1_000_000 {
        match n % 4 {
            0 => text.push_str("garbage\n"),
            1 => text.push_str("2024-99-99 00:00:00 1 x\n"),
            2 => text.push_str("2024-01-05 00:00:00 -1 x\n"),
            _ => text.push_str("\u{0}\u{1}\n"),
        }
    }
    text.push_str("2024-01-05 02:03:04 5 good.csv\n");
    let profile = read_bytes(text.as_bytes());
    assert_eq!((profile.tally.objects(), profile.tally.faults.total()), (1, 1_000_000));
    assert!(profile.tally.faults.iter().all(|(_, kind)| kind.examples.len() <= 3));
}

#[test]
fn a_line_beyond_any_key_is_skipped_and_named() {
    let mut text = vec![b'x'; 10 << 20];
    text.extend_from_slice(b"\n2024-01-05 02:03:04 5 good.csv\n");
    let profile = read_bytes(&text);
    assert_eq!(faults(&profile), [(Fault::TooLong, 1)]);
    assert_eq!(profile.data().bytes, 5);
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_it_panic_and_no_line_is_lost(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..400)) {
        let profile = read_stream(bytes.as_slice(), "x", NOW);
        if let Ok(profile) = profile && profile.source.form == "aws s3 ls" {
            let counted = profile.tally.objects() + profile.tally.faults.total() + profile.source.other_records;
            proptest::prop_assert!(counted >= profile.source.records);
        }
    }

    #[test]
    fn damaged_json_never_panics(cut in 0_usize..600, at in 0_usize..600, byte: u8) {
        let mut bytes = JSON.as_bytes().to_vec();
        let at = at.min(bytes.len() - 1);
        bytes[at] = byte;
        bytes.truncate(bytes.len().saturating_sub(cut % 50));
        let _ = read_stream(bytes.as_slice(), "x", NOW);
    }
}
