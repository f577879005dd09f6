//! Limits and defaults of the engines.

use serde::Serialize;

use super::table::{TableError, rows};

/// A number that an engine's API or guide fixes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EngineLimit {
    /// Engine id, for example `emr-serverless`.
    pub engine: String,
    /// For example `job_timeout_max`.
    pub name: String,
    /// The number.
    pub value: u64,
    /// What it counts: `s`, `min`, `count`, `gib`, `dpu`, `bytes`, …
    pub unit: String,
    /// A condition, for example the release from which it holds; often empty.
    pub note: String,
    /// Where it stands.
    pub source: String,
}

pub(super) fn embedded() -> Result<Vec<EngineLimit>, TableError> {
    rows("engine_limits.csv", include_str!("tables/engine_limits.csv"), |row| {
        Ok(EngineLimit {
            engine: row.text("engine")?.to_owned(),
            name: row.text("limit")?.to_owned(),
            value: row.value("value")?,
            unit: row.text("unit")?.to_owned(),
            note: row.text("note")?.to_owned(),
            source: row.text("source")?.to_owned(),
        })
    })
}
