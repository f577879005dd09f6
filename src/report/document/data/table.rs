//! What an Iceberg table's own metadata says of it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::CountOut;
use crate::profile::iceberg::TableFacts;
use crate::report::number::six;

/// Columns that are listed.
const LISTED_COLUMNS: usize = 200;

/// An Iceberg table at one snapshot. Its data files are the objects of this document, its partitions the folders.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TableOut {
    /// Where it says that it lies.
    pub location: String,
    /// Version of the table format.
    pub format_version: u64,
    /// The snapshot that was read. A text: it has more digits than a JSON number keeps everywhere.
    pub snapshot_id: String,
    /// When that snapshot was made, RFC 3339.
    pub snapshot_time: Option<String>,
    /// Whether it is the table's current one.
    pub is_current: bool,
    /// How new data is partitioned, as `day(ts)`; empty when it is not.
    pub partitioning: Vec<String>,
    /// Manifests of the snapshot and their bytes.
    pub manifests: CountOut,
    /// Rows in the data files, those that delete files take out included.
    pub rows: u64,
    /// Delete files by kind: `position`, `equality`, `deletion-vector`. They are not in the data.
    pub delete_files: BTreeMap<String, CountOut>,
    /// Rows in the delete files.
    pub delete_rows: u64,
    /// Data files by format, as the manifests have it.
    pub formats: BTreeMap<String, CountOut>,
    /// Data files whose manifests tell what their columns take.
    pub files_with_columns: u64,
    /// What columns take in those files, most bytes first.
    pub columns: Vec<TableColumnOut>,
}

/// What one column takes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TableColumnOut {
    /// Its name, nested ones with dots.
    pub column: String,
    /// Bytes as stored.
    pub bytes: u64,
    /// Share of the bytes of all columns.
    pub share: f64,
}

impl From<&TableFacts> for TableOut {
    #[expect(clippy::cast_precision_loss, reason = "shares")]
    fn from(table: &TableFacts) -> Self {
        let all = table.columns.iter().fold(0_u64, |sum, it| sum.saturating_add(it.bytes)).max(1);
        let column = |column: &str, bytes: u64| TableColumnOut {
            column: column.to_owned(),
            bytes,
            share: six(bytes as f64 / all as f64),
        };
        let kinds = ["position", "equality", "deletion-vector"].iter().zip(table.deletes);
        Self {
            location: table.location.clone(),
            format_version: table.format_version,
            snapshot_id: table.snapshot_id.to_string(),
            snapshot_time: jiff::Timestamp::from_millisecond(table.snapshot_ms).ok().map(|it| it.to_string()),
            is_current: table.is_current,
            partitioning: table.partitioning.clone(),
            manifests: table.manifests.into(),
            rows: table.rows,
            delete_files: kinds
                .filter(|(_, count)| count.objects > 0)
                .map(|(kind, count)| ((*kind).to_owned(), count.into()))
                .collect(),
            delete_rows: table.delete_rows,
            formats: table.formats.iter().map(|(format, count)| (format.clone(), (*count).into())).collect(),
            files_with_columns: table.files_with_columns,
            columns: table.columns.iter().take(LISTED_COLUMNS).map(|it| column(&it.column, it.bytes)).collect(),
        }
    }
}
