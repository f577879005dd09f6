//! SQL for Athena (engine version 3).

use super::{InventoryQuery, KeysQuery, TOP_KEYS, literal};
use crate::profile::objects::{MAX_FOLDERS, SMALL, name::MAX_DEPTH};

/// The profile of an inventory as one query.
#[must_use]
pub fn inventory_sql(query: &InventoryQuery) -> String {
    let key = if query.url_encoded { "url_decode(key)" } else { "key" };
    let condition = query.condition.as_deref().map_or_else(String::new, |condition| format!("\n  WHERE {condition}"));
    // A folder of every depth: the deepest of which there are not too many is told.
    let folders: Vec<String> = (0..=MAX_DEPTH)
        .map(|depth| {
            let name = format!("array_join(slice(split(folder, '/'), 1, {depth}), '/')");
            format!("    ROW(is_data, 'folder', {name}, bigint '{depth}', size)")
        })
        .collect();
    include_str!("inventory.sql")
        .replace("{folders}", &folders.join(",\n"))
        .replace("{table}", &table(&query.source))
        .replace("{key}", key)
        .replace("{condition}", &condition)
        .replace("{now_ms}", &query.now_ms.saturating_add(14 * 3_600_000).to_string())
        .replace("{earliest_ms}", &crate::profile::objects::EARLIEST_MS.to_string())
        .replace("{small}", &SMALL.to_string())
        .replace("{most_folders}", &MAX_FOLDERS.to_string())
}

/// The keys of a table as one query. Athena has no hash of Spark's: shapecast hashes the keys that come back.
#[must_use]
pub fn keys_sql(query: &KeysQuery) -> String {
    let source = table(&query.source);
    let mut parts = vec![
        "-- Keys of a join or group-by, for `shapecast profile sample RESULT.csv`.".to_owned(),
        "SELECT 'meta' AS section, 'keys' AS name, bigint '1' AS number, bigint '0' AS objects, bigint '0' AS bytes"
            .to_owned(),
    ];
    for (number, key) in query.keys.iter().enumerate() {
        let columns: Vec<String> = key.iter().map(|column| quoted(column)).collect();
        let shown: Vec<String> =
            columns.iter().map(|column| format!("coalesce(cast({column} AS varchar), '(null)')")).collect();
        let null: Vec<String> = columns.iter().map(|column| format!("{column} IS NULL")).collect();
        let grouped = format!(
            "SELECT {} AS name, count(*) AS objects, count_if({}) AS nulls FROM {source} GROUP BY {}",
            shown.join(" || ', ' || "),
            null.join(" OR "),
            columns.join(", ")
        );
        let title = literal(&key.join(","));
        parts.push(format!("UNION ALL SELECT 'key', {title}, {number}, sum(objects), sum(nulls) FROM ({grouped})"));
        parts.push(format!("UNION ALL SELECT 'key-distinct', '', {number}, count(*), 0 FROM ({grouped})"));
        for column in &columns {
            parts.push(format!("UNION ALL SELECT 'key-type', min(typeof({column})), {number}, 0, 0 FROM {source}"));
        }
        parts.push(format!(
            "UNION ALL SELECT 'key-top', name, {number}, objects, 0 FROM (SELECT name, objects FROM ({grouped}) WHERE objects > 1 ORDER BY objects DESC, name LIMIT {TOP_KEYS})"
        ));
    }
    parts.push(String::new());
    parts.join("\n")
}

/// How often the profile of an inventory names its table. Athena plans a named part of a query anew wherever it is named
/// (Trino's `WITH`), so it may read the table as often; what its optimizer shares of that is not documented.
pub const INVENTORY_READS: u32 = 2;

/// How often the keys name their table: three groupings of each key, and the type of each column.
#[must_use]
pub fn keys_reads(query: &KeysQuery) -> u32 {
    query.keys.iter().map(|key| 3 + u32::try_from(key.len()).unwrap_or(u32::MAX)).sum()
}

/// `db.table` or `catalog.db.table`, quoted part by part.
fn table(source: &str) -> String {
    source.split('.').map(quoted).collect::<Vec<_>>().join(".")
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.trim().trim_matches('"').replace('"', "\"\""))
}
