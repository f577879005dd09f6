//! The pushed-down profile against the local one, by a real Spark. Set `SHAPECAST_SPARK_PYTHON` to a Python that has
//! pyspark (3.5 or later); without it the test says that it skips.

#![expect(clippy::print_stderr, reason = "a skipped test says so")]

mod pushdown_support;

use std::path::{Path, PathBuf};
use std::process::Command as Process;

use pushdown_support::shapecast;
use serde_json::Value;

/// Writes the data, asks Spark's own hash.
const MAKE: &str = r#"
import sys
from pyspark.sql import SparkSession, functions as F
spark = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").config("spark.sql.session.timeZone", "UTC").getOrCreate()
out = sys.argv[1]
n = 60000
rows = spark.range(n)
key = F.expr("""CASE WHEN id % 1000 = 1 THEN concat('t/day=', id % 97, '/') WHEN id % 1000 = 2 THEN concat('t/_SUCCESS', id)
  WHEN id % 1000 = 3 THEN concat('t/_delta_log/', id, '.json') WHEN id % 1000 = 4 THEN concat('t/_c=1/', id, '.csv')
  WHEN id % 1000 = 5 THEN concat('top-', id, '.gz') WHEN id % 1000 = 6 THEN concat('i/metadata/', id, '.avro')
  WHEN id % 1000 = 7 THEN concat('a/b/c/d/e/f/g/h/i/j/', id, '.snappy.parquet') WHEN id % 1000 = 8 THEN concat('t/x', char(9), id)
  ELSE concat('t/day=', id % 97, '/hour=', id % 24, '/part-', id, '-c000.', CASE WHEN id % 3 = 0 THEN 'json.gz' ELSE 'snappy.parquet' END) END""")
inventory = rows.select(
    F.lit("lake").alias("bucket"), key.alias("key"),
    (F.col("id") % 10 != 3).alias("is_latest"), (F.col("id") % 500 == 9).alias("is_delete_marker"),
    F.expr("CASE WHEN id % 500 = 9 THEN NULL WHEN id % 700 = 5 THEN 0L ELSE pow(2, id % 37) + (id % 3) - 1 END").cast("bigint").alias("size"),
    F.expr("CASE WHEN id % 900 = 1 THEN timestamp_millis(4102444800000) WHEN id % 900 = 2 THEN timestamp_millis(0) WHEN id % 900 = 4 THEN NULL ELSE timestamp_millis(1735689600000 + (id % 100) * 86400000 + (id % 40) * 60000 + id % 1000) END").alias("last_modified_date"),
    F.expr("CASE WHEN id % 50 = 11 THEN 'DEEP_ARCHIVE' ELSE 'STANDARD' END").alias("storage_class"))
inventory.repartition(3).write.mode("overwrite").parquet(out + "/inventory")
# Half of the rows have key 7 or one of ten, the others are spread.
data = rows.select(
    F.expr("CASE WHEN id % 20 = 0 THEN NULL WHEN id % 4 = 1 THEN 7L WHEN id % 4 = 2 THEN id % 10 ELSE id % 3000 - 1500 END").alias("user"),
    F.expr("concat('k', id % 5, CASE WHEN id % 7 = 0 THEN 'ü' ELSE '' END)").alias("name"),
    (F.col("id") % 100).cast("int").alias("small"), (F.col("id") % 9 / 2.0).alias("ratio"), F.expr("date_add(date'2024-01-01', cast(id % 30 as int))").alias("day"))
data.repartition(2).write.mode("overwrite").parquet(out + "/data")
data.coalesce(1).write.mode("overwrite").json(out + "/json")
# How many rows each shuffle partition really receives.
import json
shuffled = data.repartition(23, "user").withColumn("p", F.spark_partition_id()).groupBy("p").count().collect()
open(out + "/partitions.json", "w").write(json.dumps({r["p"]: r["count"] for r in shuffled}))
"#;

fn python() -> Option<PathBuf> {
    let python = std::env::var_os("SHAPECAST_SPARK_PYTHON").map(PathBuf::from);
    if python.is_none() {
        eprintln!("SKIPPED: SHAPECAST_SPARK_PYTHON names no Python with pyspark");
    }
    python
}

fn spark(python: &Path, arguments: &[&str]) {
    let output = Process::new(python).args(arguments).env("TZ", "UTC").output().expect("starts Python");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn json(arguments: &[&str]) -> Value {
    serde_json::from_slice(&shapecast(&[arguments, &["--format", "json"]].concat())).expect("JSON")
}

fn files(folder: &Path, end: &str) -> Vec<String> {
    let mut files: Vec<String> = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry"))
        // Spark's checksums and marks; the folder above may itself begin with a dot.
        .filter(|entry| !entry.file_name().to_string_lossy().starts_with(['.', '_']))
        .map(|entry| entry.path().to_str().expect("UTF-8").to_owned())
        .filter(|name| name.ends_with(end))
        .collect();
    files.sort();
    files
}

/// Runs a job that shapecast wrote and gives its result's path.
fn pushed(python: &Path, at: &Path, name: &str, profile: &[&str]) -> String {
    let job = at.join(format!("{name}.py"));
    let out = at.join(format!("{name}-out"));
    let job = job.to_str().expect("UTF-8");
    shapecast(&[profile, &["--pushdown", "spark", "--out", job]].concat());
    spark(python, &[job, "--output", out.to_str().expect("UTF-8")]);
    files(&out, ".csv").remove(0)
}

#[test]
fn a_real_spark_gives_the_same_figures() {
    let Some(python) = python() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    let make = at.join("make.py");
    std::fs::write(&make, MAKE).expect("writes");
    spark(&python, &[make.to_str().expect("UTF-8"), at.to_str().expect("UTF-8")]);

    // Objects.
    let inventory = at.join("inventory");
    let inventory = inventory.to_str().expect("UTF-8");
    let result = pushed(&python, at, "inventory", &["profile", inventory]);
    let local = json(&["profile", inventory]);
    let back = json(&["profile", &result]);
    pushdown_support::same_figures(&back, &local);
    assert_eq!(local["data"]["source"]["objects"], 60_000);
    assert_eq!(back["workload"]["input_bytes"], local["workload"]["input_bytes"]);
    // 60 files of a Delta log and as many of Iceberg metadata lie beside the data; the count decides, here and there.
    assert_eq!(back["workload"]["format"], local["workload"]["format"]);

    // Keys: of one column and of several, of every type.
    let data = at.join("data");
    let ask = [
        "--key",
        "user",
        "--key",
        "name",
        "--key",
        "small",
        "--key",
        "ratio",
        "--key",
        "user,name",
        "--key",
        "name,small",
        "--shuffle-partitions",
        "23,200",
    ];
    let result =
        pushed(&python, at, "keys", &[&["profile", "sample", data.to_str().expect("UTF-8")], &ask[..]].concat());
    let parts = files(&data, ".parquet");
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let local = json(&[&["profile", "sample"], &parts[..], &ask[..]].concat());
    let back = json(&["profile", "sample", &result]);
    assert_eq!(local["sample"]["rows"], 60_000);
    assert_eq!(back["sample"]["rows"], 60_000);
    assert_eq!(back["sample"]["keys"], local["sample"]["keys"]);
    assert_eq!(back["workload"]["hot_key_share"], local["workload"]["hot_key_share"]);

    // JSON says of texts and numbers what Parquet says.
    let lines = files(&at.join("json"), ".json");
    let again =
        json(&["profile", "sample", &lines[0], "--key", "user", "--key", "name", "--shuffle-partitions", "23,200"]);
    for key in 0..2 {
        assert_eq!(
            again["sample"]["keys"][key]["shuffles"][0]["rows"],
            local["sample"]["keys"][key]["shuffles"][0]["rows"]
        );
    }

    // The partitions are those that a shuffle of Spark's really makes.
    let real: Value =
        serde_json::from_str(&std::fs::read_to_string(at.join("partitions.json")).expect("reads")).expect("JSON");
    let mut sizes: Vec<u64> =
        real.as_object().expect("a map").values().map(|count| count.as_u64().expect("a count")).collect();
    sizes.resize(23, 0);
    sizes.sort_unstable();
    let rows = &local["sample"]["keys"][0]["shuffles"][0]["rows"];
    assert_eq!(
        (rows["min"].as_u64(), rows["p50"].as_u64(), rows["max"].as_u64()),
        (Some(sizes[0]), Some(sizes[11]), Some(sizes[22]))
    );
}
