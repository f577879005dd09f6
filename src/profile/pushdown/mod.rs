//! The same profiling on the user's own engine, for lakes larger than one machine: SQL for Athena, a PySpark job for EMR,
//! EMR Serverless or Glue. Both write rows of one form, which come back as the same profile.
//!
//! A row is `section,name,number,objects,bytes`. Whatever an engine counts is one of the sums that a tally holds, so
//! that nothing is worked out twice: the engine groups, shapecast judges.

mod athena;
mod rows;
mod spark;

pub use athena::{INVENTORY_READS, inventory_sql, keys_reads, keys_sql};
pub use rows::{Result as PushdownResult, is_result, read, read_stream};
pub use spark::{inventory_job, keys_job};

use super::sample::KeyType;

/// The first line of a result.
pub const HEADER: [&str; 5] = ["section", "name", "number", "objects", "bytes"];

/// What a result is called among forms of sources.
pub const FORM: &str = "sums from an engine";

/// Keys of a sample that come back.
const TOP_KEYS: usize = 1_000;

/// An inventory that lies elsewhere.
#[derive(Clone, Debug)]
pub struct InventoryQuery {
    /// Table (Athena, Spark) or path (Spark).
    pub source: String,
    /// A condition on the rows, for example the partition of one day.
    pub condition: Option<String>,
    /// Whether keys are URL-encoded, as in CSV inventories.
    pub url_encoded: bool,
    /// The moment after which a time lies in the future, ms since 1970.
    pub now_ms: i64,
}

/// Keys of data that lies elsewhere.
#[derive(Clone, Debug)]
pub struct KeysQuery {
    /// Table (Athena, Spark) or path (Spark).
    pub source: String,
    /// Format of the files behind a path.
    pub format: String,
    /// The keys, one or more columns each.
    pub keys: Vec<Vec<String>>,
    /// Numbers of shuffle partitions.
    pub shuffle_partitions: Vec<u32>,
    /// What the keys are cast to.
    pub types: Option<KeyType>,
}

/// A text as a literal of SQL.
fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

#[cfg(test)]
mod tests;
