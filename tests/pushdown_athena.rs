//! The query for Athena against the local profile. Athena itself is not here: sqlglot reads the query as Trino's SQL, which
//! Athena speaks, and writes it as DuckDB's, which runs it. `SHAPECAST_PYTHON` names a Python that has both; without them
//! the test says that it skips.

#![expect(clippy::print_stderr, reason = "a skipped test says so")]

mod pushdown_support;

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command as Process;

use pushdown_support::shapecast;
use serde_json::Value;

/// Runs a query over an inventory and writes its rows as Athena does: QUERY INVENTORY RESULT.
const RUN: &str = r#"
import csv, sys
import duckdb, sqlglot
from sqlglot import exp
query, inventory, result = sys.argv[1:]
tree = sqlglot.parse_one(open(query).read(), read="trino")
# Trino makes columns of the fields of unnested rows; DuckDB keeps each row whole, so that its fields need names.
for unnest in tree.find_all(exp.Unnest):
    alias = unnest.args["alias"]
    names = [column.name for column in alias.columns]
    for row in unnest.expressions[0].expressions:
        values = [it.expression if isinstance(it, exp.PropertyEQ) else it for it in row.expressions]
        assert len(values) == len(names), row.sql()
        row.set("expressions", [exp.PropertyEQ(this=exp.to_identifier(name), expression=value) for name, value in zip(names, values)])
    whole = alias.this.copy()
    alias.set("columns", [whole])
    alias.set("this", exp.to_identifier("of_" + whole.name))
# A division of whole numbers is whole in Trino.
for division in list(tree.find_all(exp.Div)):
    division.replace(exp.IntDiv(this=division.this.copy(), expression=division.expression.copy()))
connection = duckdb.connect()
connection.execute("SET TimeZone = 'UTC'")
connection.execute("CREATE SCHEMA lake")
connection.execute("""CREATE TABLE lake.inventory AS SELECT "Key" AS key, try_cast("Size" AS BIGINT) AS size, "StorageClass" AS storage_class,
  try_cast("LastModifiedDate" AS TIMESTAMP) AS last_modified_date, "IsDeleteMarker" = 'true' AS is_delete_marker, "IsLatest" = 'true' AS is_latest
  FROM read_csv('%s', header = true, all_varchar = true)""" % inventory)
with open(result, "w", newline="") as out:
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(["section", "name", "number", "objects", "bytes"])
    for row in connection.execute(tree.sql(dialect="duckdb")).fetchall():
        writer.writerow(["" if value is None else value for value in row])
"#;

fn python() -> Option<String> {
    let python = std::env::var("SHAPECAST_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let has_both = Process::new(&python).args(["-c", "import duckdb, sqlglot"]).output();
    if has_both.is_ok_and(|output| output.status.success()) {
        return Some(python);
    }
    eprintln!("SKIPPED: {python} has no duckdb and sqlglot; python3 -m pip install duckdb sqlglot");
    None
}

/// 20,000 objects: markers, hidden files, table metadata, deep folders, odd times, old versions, archived and empty ones.
fn inventory() -> String {
    let mut text =
        "\"Bucket\",\"Key\",\"IsLatest\",\"IsDeleteMarker\",\"Size\",\"LastModifiedDate\",\"StorageClass\"\n"
            .to_owned();
    for id in 0_u64..20_000 {
        let key = match id % 1000 {
            1 => format!("t/day={}/", id % 97),
            2 => format!("t/_SUCCESS{id}"),
            3 => format!("t/_delta_log/{id}.json"),
            4 => format!("t/_c=1/{id}.csv"),
            5 => format!("top-{id}.gz"),
            6 => format!("i/metadata/{id}.avro"),
            7 => format!("a/b/c/d/e/f/g/h/i/j/{id}.snappy.parquet"),
            8 => format!("t/x\t{id}"),
            9 => format!("t/.hoodie/{id}.commit"),
            _ => {
                let end = if id % 3 == 0 { "json.gz" } else { "snappy.parquet" };
                format!("t/day={}/hour={}/part-{id}-c000.{end}", id % 97, id % 24)
            }
        };
        let is_marker = id % 500 == 9;
        let size = match (is_marker, id % 700) {
            (true, _) => String::new(),
            (_, 5) => "0".to_owned(),
            _ => ((1_u64 << (id % 37)) + id % 3).to_string(),
        };
        let (day, minute, milli) = (id % 28 + 1, id % 40, id % 1000);
        let modified = match id % 900 {
            1 => "2100-01-01T00:00:00.000Z".to_owned(),
            2 => "1970-01-01T00:00:00.000Z".to_owned(),
            4 => String::new(),
            _ => format!("2025-01-{day:02}T00:{minute:02}:00.{milli:03}Z"),
        };
        let class = if id % 50 == 11 { "DEEP_ARCHIVE" } else { "STANDARD" };
        let latest = id % 10 != 3;
        writeln!(text, "\"lake\",\"{key}\",\"{latest}\",\"{is_marker}\",\"{size}\",\"{modified}\",\"{class}\"")
            .expect("a text");
    }
    text
}

fn json(path: &Path) -> Value {
    let path = path.to_str().expect("UTF-8");
    serde_json::from_slice(&shapecast(&["profile", path, "--format", "json"])).expect("JSON")
}

#[test]
fn the_query_gives_the_same_figures() {
    let Some(python) = python() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let [inventory_at, query, script, result] =
        ["inventory.csv", "inventory.sql", "run.py", "result.csv"].map(|name| folder.path().join(name));
    std::fs::write(&inventory_at, inventory()).expect("writes");
    std::fs::write(&script, RUN).expect("writes");
    shapecast(&["profile", "lake.inventory", "--pushdown", "athena", "--out", query.to_str().expect("UTF-8")]);
    let output = Process::new(python)
        .args([&script, &query, &inventory_at, &result])
        .env("TZ", "UTC")
        .output()
        .expect("starts Python");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let (local, back) = (json(&inventory_at), json(&result));
    pushdown_support::same_figures(&back, &local);
    // The line with the names is a record of the file, and none of the table.
    assert_eq!(
        (&local["data"]["source"]["records"], &back["data"]["source"]["records"]),
        (&20_001.into(), &20_000.into())
    );
    assert_eq!(back["workload"]["input_bytes"], local["workload"]["input_bytes"]);
    assert_eq!(back["workload"]["format"], local["workload"]["format"]);
}
