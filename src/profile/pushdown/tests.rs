use super::*;
use crate::profile::objects::Oddity;

fn inventory() -> InventoryQuery {
    InventoryQuery {
        source: "lake.in\"ventory".to_owned(),
        condition: Some("dt = '2025-01-01-00-00'".to_owned()),
        url_encoded: true,
        now_ms: 1_750_000_000_000,
    }
}

fn keys() -> KeysQuery {
    KeysQuery {
        source: "s3://lake/t/".to_owned(),
        format: "parquet".to_owned(),
        keys: vec![vec!["user".to_owned()], vec!["a".to_owned(), "it's".to_owned()]],
        shuffle_partitions: vec![200, 7],
        types: None,
    }
}

#[test]
fn no_placeholder_is_left_and_names_are_quoted() {
    let sql = inventory_sql(&inventory());
    assert!(!sql.contains("{key}") && !sql.contains("{table}") && !sql.contains("{small}"), "{sql}");
    assert!(sql.contains("FROM \"lake\".\"in\"\"ventory\"\n  WHERE dt = '2025-01-01-00-00'"), "{sql}");
    assert!(sql.contains("url_decode(key) AS key"));
    let job = keys_job(&keys());
    assert!(job.contains("KEYS = [[\"user\"], [\"a\", \"it's\"]]\nSHUFFLE_PARTITIONS = [200, 7]"), "{job}");
    assert!(keys_sql(&KeysQuery { source: "db.t".to_owned(), ..keys() }).contains("'a,it''s'"));
}

#[test]
fn a_result_with_bad_and_unknown_rows_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("result.csv");
    let text = "\"section\",\"name\",\"number\",\"objects\",\"bytes\"\n\"meta\",\"objects\",\"1\",\"0\",\"0\"\n\"state\",\"current\",\"0\",\"5\",\"50\"\n\"odd\",\"zero-byte\",\"0\",\"2\",\"\"\n\"size\",\"\",\"4\",\"5\",\"50\"\n\"new\",\"x\",\"0\",\"0\",\"0\"\n\"size\",\"\",\"x\",\"1\",\"1\"\n";
    std::fs::write(&path, text).expect("writes");
    assert!(is_result(text.as_bytes()) && is_result(b"section,name,number,objects,bytes\r\n") && !is_result(b"a,b\n"));
    let PushdownResult::Objects(profile) = read(&path, 0, &[]).expect("reads") else { panic!("objects") };
    assert_eq!((profile.data().objects, profile.data().bytes), (5, 50));
    assert_eq!(profile.odd(Oddity::ZeroByte).objects, 2);
    assert_eq!((profile.tally.faults.total(), profile.source.notes[0].0), (1, "unknown-rows"));
    std::fs::write(&path, "section,name,number,objects,bytes\n").expect("writes");
    assert!(read(&path, 0, &[]).is_err());
}

/// 100 rows: 40 of key 1 (bigint), the rest evenly over 4 partitions: 15 each, and 40 where hash(1) mod 4 is.
#[test]
fn athena_counts_keys_and_shapecast_hashes_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("result.csv");
    std::fs::write(&path, "section,name,number,objects,bytes\nmeta,keys,1,0,0\nkey,user,0,100,3\nkey-distinct,,0,61,0\nkey-type,bigint,0,0,0\nkey-top,1,0,40,0\n").expect("writes");
    let PushdownResult::Keys(sample, estimated) = read(&path, 0, &[4]).expect("reads") else { panic!("keys") };
    let tally = &sample.keys[0];
    assert!(estimated);
    assert_eq!((sample.rows, tally.null_rows, tally.distinct_keys()), (100, 3, (61, true)));
    let mut expected = vec![15; 4];
    // hash(1L) = −1,712,319,331; modulo 4 that is 1.
    expected[1] = 55;
    assert_eq!(tally.partitions[0], expected);
}

/// Every naming of a part counts as often as the part names the table: facts, say, is named twice.
#[test]
fn the_table_is_read_as_often_as_it_is_said_to_be() {
    let sql = inventory_sql(&InventoryQuery { source: "lake.inventory".to_owned(), condition: None, ..inventory() });
    let heads = regex::Regex::new(r"(?m)^(?:WITH )?([a-z_]+) AS \(|^(SELECT) 'meta'").expect("a pattern");
    let begins: Vec<(usize, String)> = heads
        .captures_iter(&sql)
        .map(|found| {
            let name = found.get(1).or_else(|| found.get(2)).expect("a name");
            (found.get(0).expect("all").start(), name.as_str().to_owned())
        })
        .collect();
    let names = regex::Regex::new(r#"(?:FROM|JOIN) ([a-z_]+|"lake"\."inventory")"#).expect("a pattern");
    let mut reads = std::collections::BTreeMap::from([("\"lake\".\"inventory\"".to_owned(), 1)]);
    for (index, (begin, name)) in begins.iter().enumerate() {
        let end = begins.get(index + 1).map_or(sql.len(), |next| next.0);
        let sum: u32 = names.captures_iter(&sql[*begin..end]).map(|found| reads[&found[1]]).sum();
        reads.insert(name.clone(), sum);
    }
    assert_eq!((begins.len(), reads["SELECT"]), (8, INVENTORY_READS));
    let query = KeysQuery { source: "db.t".to_owned(), ..keys() };
    assert_eq!(keys_sql(&query).matches("FROM \"db\".\"t\"").count(), keys_reads(&query) as usize);
}
