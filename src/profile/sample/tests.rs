use std::collections::HashMap;
use std::io::Write;

use super::*;

/// 30,000 rows: key `hot` has a third of them, the others are 1,000 keys in turn; every tenth key is null.
fn rows() -> Vec<(Option<String>, i64)> {
    (0..30_000_i64)
        .map(|row| {
            let key = match row % 10 {
                0 => None,
                1 | 4 | 7 => Some("hot".to_owned()),
                _ => Some(format!("key-{}", row % 1_000)),
            };
            (key, row % 77)
        })
        .collect()
}

fn csv() -> String {
    let mut out = String::from("id,key,\"with, comma\"\n");
    for (number, (key, id)) in rows().into_iter().enumerate() {
        let text = if number % 100 == 0 { "\"two\nlines, \"\"quoted\"\"\"" } else { "x" };
        out += &format!("{id},{},{text}\n", key.unwrap_or_default());
    }
    out
}

fn jsonl() -> String {
    rows()
        .into_iter()
        .map(|(key, id)| format!("{}\n", serde_json::json!({"other": [1, {"key": 2}], "key": key, "id": id})))
        .collect()
}

fn asked(key: &[&str]) -> Asked {
    Asked {
        keys: vec![key.iter().map(|name| (*name).to_owned()).collect()],
        shuffle_partitions: vec![200, 7],
        types: None,
    }
}

fn read_text(name: &str, bytes: &[u8], asked: &Asked) -> Sample {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).expect("writes");
    read(&[path], asked).expect("reads")
}

fn top(sample: &Sample) -> Vec<(String, u64)> {
    sample.keys[0].heavy.top(3).iter().map(|it| (it.text.as_deref().unwrap_or("").to_owned(), it.count)).collect()
}

#[test]
fn csv_and_json_lines_packed_or_not_say_the_same() {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(csv().as_bytes()).expect("packs");
    let samples = [
        read_text("a.csv", csv().as_bytes(), &asked(&["key"])),
        read_text("a.csv.gz", &gzip.finish().expect("packs"), &asked(&["key"])),
        read_text("a.json", jsonl().as_bytes(), &asked(&["key"])),
        read_text("a.json.zst", &zstd::encode_all(jsonl().as_bytes(), 1).expect("packs"), &asked(&["key"])),
    ];
    for sample in &samples {
        assert_eq!((sample.rows, sample.faults.total()), (30_000, 0));
        let key = &sample.keys[0];
        assert_eq!((key.rows, key.null_rows), (30_000, 3_000));
        assert_eq!(top(sample)[0], ("hot".to_owned(), 9_000));
        assert_eq!(top(sample)[1], ("(null)".to_owned(), 3_000));
        assert_eq!(key.partitions, samples[0].keys[0].partitions);
        assert_eq!(key.distinct_keys(), samples[0].keys[0].distinct_keys());
    }
    // 1,000 keys but for the four in ten that are null or hot, and these two.
    assert_eq!(samples[0].keys[0].distinct_keys(), (602, true));
}

#[test]
fn partitions_are_those_of_sparks_hash() {
    let sample = read_text("a.csv", csv().as_bytes(), &asked(&["key"]));
    let mut expected = vec![0_u64; 200];
    for (key, _) in rows() {
        let hash = key.as_deref().map_or(spark_hash::SEED, |key| spark_hash::text(key.as_bytes(), spark_hash::SEED));
        expected[spark_hash::partition(hash, 200) as usize] += 1;
    }
    assert_eq!(sample.keys[0].partitions[0], expected);
}

#[test]
fn keys_of_several_columns_and_casts() {
    let both = read_text("a.csv", csv().as_bytes(), &asked(&["key", "id"]));
    let mut truth: HashMap<(Option<String>, i64), u64> = HashMap::new();
    rows().into_iter().for_each(|row| *truth.entry(row).or_default() += 1);
    assert_eq!(both.keys[0].distinct_keys(), (truth.len() as u64, true));
    let long = Asked { types: Some(KeyType::Long), ..asked(&["id"]) };
    let cast = read_text("a.csv", csv().as_bytes(), &long);
    let json = read_text("a.json", jsonl().as_bytes(), &asked(&["id"]));
    assert_eq!(cast.keys[0].partitions, json.keys[0].partitions);
    assert_eq!(top(&cast), top(&json));
}

#[test]
fn bad_rows_are_counted_and_absent_columns_named() {
    let sample = read_text("a.csv", b"a,key\n1,x\nlonely\n2,y,z\n", &asked(&["key"]));
    assert_eq!((sample.rows, sample.faults.total()), (2, 1));
    let sample = read_text("a.json", b"{\"key\":1}\nnonsense\n[1]\n{\"other\":1}\n\n", &asked(&["key"]));
    assert_eq!((sample.rows, sample.keys[0].null_rows, sample.faults.total()), (2, 1, 2));
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.csv");
    std::fs::write(&path, "a,b\n1,2\n").expect("writes");
    let error = read(&[path], &asked(&["key"])).expect_err("no such column");
    assert!(error.what.contains("no column `key`; its first line names a, b"), "{error}");
}

fn refused(name: &str, bytes: &[u8], asked: &Asked) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).expect("writes");
    read(&[path], asked).expect_err("refused").to_string()
}

/// A field that no row has is a slip of the pen, not a key that is always null.
#[test]
fn fields_of_json_that_are_nested_or_nowhere() {
    let rows = b"{\"user\":{\"id\":7}}\n{\"user\":null}\n{\"user\":{\"id\":7,\"x\":null}}\n";
    let sample = read_text("a.json", rows, &asked(&["user.id"]));
    assert_eq!((sample.rows, sample.keys[0].null_rows), (3, 1));
    assert_eq!(top(&sample)[0], ("7".to_owned(), 2));
    assert_eq!(read_text("a.json", rows, &asked(&["user.x"])).keys[0].null_rows, 3);
    assert_eq!(refused("a.json", rows, &asked(&["user.ID"])), "no row of it has a field `user.ID`");
}

#[test]
fn odd_text_files() {
    let key = asked(&["key"]);
    for bytes in [&b""[..], b"\n\n"] {
        assert_eq!(refused("a.csv", bytes, &key), "it is empty, without even a header");
    }
    assert_eq!(refused("a.json", b" [\n {\"key\":1}]", &key), "it is one JSON array, not JSON lines");
    let wide = format!("{}\n1\n", (0..500).map(|n| format!("c{n}")).collect::<Vec<_>>().join(","));
    assert!(refused("a.csv", wide.as_bytes(), &key).ends_with("c18, c19, …"));
    assert_eq!(read_text("a.csv", b"\"a\nb\",key\n1,x\n", &key).rows, 1);
    let utf16: Vec<u8> = "\u{feff}key,v\nä,1\nä,2\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(top(&read_text("a.csv", &utf16, &key))[0], ("ä".to_owned(), 2));
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(csv().as_bytes()).expect("packs");
    let whole = gzip.finish().expect("packs");
    let cut = read_text("a.csv.gz", &whole[..whole.len() - 9], &key);
    assert!(cut.rows > 20_000 && cut.faults.count_of(crate::profile::objects::Fault::CutOff) == 1, "{}", cut.rows);
}

/// 1,000 rows: a hundred without a user, a hundred without a name.
#[cfg(feature = "tables")]
#[test]
fn columns_inside_of_structs() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/inventory/nested.parquet");
    let of = |name: &str| read(std::slice::from_ref(&path), &asked(&[name])).expect("reads");
    for (name, nulls, distinct) in [("user.id", 100, 8), ("user.name.last", 200, 4)] {
        let sample = of(name);
        assert_eq!((sample.rows, sample.faults.total(), sample.keys[0].null_rows), (1_000, 0, nulls), "{name}");
        assert_eq!(sample.keys[0].distinct_keys(), (distinct, true), "{name}");
    }
}

#[cfg(feature = "tables")]
#[test]
fn parquet_says_what_json_says() {
    use polars::prelude::*;
    let (keys, ids): (Vec<Option<String>>, Vec<i64>) = rows().into_iter().unzip();
    let mut frame = df!("key" => &keys, "id" => &ids).expect("a frame");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.parquet");
    let file = std::fs::File::create(&path).expect("creates");
    ParquetWriter::new(file).with_row_group_size(Some(4_000)).finish(&mut frame).expect("writes");
    for columns in [&["key"][..], &["id"], &["key", "id"]] {
        let parquet = read(std::slice::from_ref(&path), &asked(columns)).expect("reads");
        let json = read_text("a.json", jsonl().as_bytes(), &asked(columns));
        assert_eq!(parquet.rows, json.rows);
        assert_eq!(parquet.keys[0].partitions, json.keys[0].partitions, "{columns:?}");
        assert_eq!(parquet.keys[0].distinct_keys(), json.keys[0].distinct_keys());
        assert_eq!(top(&parquet), top(&json));
    }
    let error = read(&[path], &asked(&["kye"])).expect_err("no such column");
    assert!(error.what.contains("no column `kye`; it has key, id"), "{error}");
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300)) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("x");
        std::fs::write(&path, [b"key,b\n", bytes.as_slice()].concat()).expect("writes");
        let _ = read(&[path], &asked(&["key"]));
    }
}
