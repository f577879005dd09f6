//! Apache Iceberg tables from their metadata: the current snapshot's manifests list every data file with its size,
//! rows and partition, so that a table is profiled without listing its bucket and without reading its data.
//!
//! Table format versions 1 to 3 (the Iceberg table specification; docs/concepts/sources.md). A table whose rows are an
//! inventory (S3 Metadata) is read row by row, from the live data files only.

mod facts;
mod files;
mod locate;
mod manifest;
mod metadata;
mod partition;
mod rows;
mod table;

use std::path::Path;

pub use facts::{ColumnBytes, TableFacts};
pub use locate::is_table;

use super::objects::{ObjectsProfile, SourceError};
use table::Table;

/// What is read of a table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reading {
    /// The rows of an inventory, the files of any other table.
    #[default]
    AsItIs,
    /// Its data files, by the manifests.
    Files,
    /// Its rows, which list objects.
    Rows,
}

/// Reads a table: its folder, its `metadata` folder, or one of its metadata files.
///
/// # Errors
/// There is no metadata, no such snapshot, or it cannot be read.
pub fn read(path: &Path, snapshot: Option<i64>, reading: Reading, now_ms: i64) -> Result<ObjectsProfile, SourceError> {
    let table = Table::open(path, snapshot)?;
    let rows = match reading {
        Reading::AsItIs => table.metadata.is_inventory(),
        Reading::Files => false,
        Reading::Rows => true,
    };
    if rows { rows::read(&table, now_ms) } else { files::read(&table, now_ms) }
}

#[cfg(test)]
mod tests;
