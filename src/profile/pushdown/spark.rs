//! A PySpark job: runs as it is on EMR, EMR Serverless, Glue and a laptop.

use super::{InventoryQuery, KeysQuery, TOP_KEYS};
use crate::profile::objects::{EARLIEST_MS, MAX_FOLDERS, SMALL, name::MAX_DEPTH};
use crate::profile::sample::KeyType;

const COMMON: &str = include_str!("common.py");

/// The profile of an inventory as a job.
#[must_use]
pub fn inventory_job(query: &InventoryQuery) -> String {
    let constants = format!(
        "SOURCE = {}\nCONDITION = {}\nURL_ENCODED = {}\nFUTURE_MS = {}\nEARLIEST_MS = {EARLIEST_MS}\nSMALL = {SMALL}\nMOST_FOLDERS = {MAX_FOLDERS}\nMAX_DEPTH = {MAX_DEPTH}\n",
        text(&query.source),
        query.condition.as_deref().map_or_else(|| "None".to_owned(), text),
        if query.url_encoded { "True" } else { "False" },
        query.now_ms.saturating_add(14 * 3_600_000),
    );
    format!("{COMMON}\n{constants}{}", include_str!("inventory.py"))
}

/// The keys of data as a job.
#[must_use]
pub fn keys_job(query: &KeysQuery) -> String {
    let keys: Vec<String> = query.keys.iter().map(|key| list(key.iter().map(|name| text(name)))).collect();
    let cast = query.types.map_or("None", |to| match to {
        KeyType::Int => "\"int\"",
        KeyType::Long => "\"bigint\"",
        KeyType::Double => "\"double\"",
        KeyType::Text => "\"string\"",
    });
    let constants = format!(
        "SOURCE = {}\nFORMAT = {}\nKEYS = {}\nSHUFFLE_PARTITIONS = {}\nCAST = {cast}\nTOP_KEYS = {TOP_KEYS}\n",
        text(&query.source),
        text(&query.format),
        list(keys.into_iter()),
        list(query.shuffle_partitions.iter().map(u32::to_string)),
    );
    format!("{COMMON}\n{constants}{}", include_str!("keys.py"))
}

fn list(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(", "))
}

/// A text as a literal of Python: JSON's strings are Python's.
fn text(value: &str) -> String {
    serde_json::Value::from(value).to_string()
}
