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
