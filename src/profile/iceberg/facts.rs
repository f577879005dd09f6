//! What a table's manifests say beyond its files.

use std::collections::BTreeMap;

use crate::profile::objects::Count;

/// What one column takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnBytes {
    /// Its name, nested ones with dots; its id when the schema does not have it any more.
    pub column: String,
    /// Bytes as stored, in the files that tell it.
    pub bytes: u64,
}

/// A table at one snapshot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableFacts {
    /// Where it says that it lies.
    pub location: String,
    /// Version of the table format.
    pub format_version: u64,
    /// The snapshot that was read.
    pub snapshot_id: i64,
    /// When it was made, ms since 1970.
    pub snapshot_ms: i64,
    /// Whether it is the table's current one.
    pub is_current: bool,
    /// How new data is partitioned; empty when it is not.
    pub partitioning: Vec<String>,
    /// Manifests, and their bytes as far as they are told.
    pub manifests: Count,
    /// Rows of the live data files.
    pub rows: u64,
    /// Live files of deletes by position, of deletes by equality, and deletion vectors.
    pub deletes: [Count; 3],
    /// Rows in them.
    pub delete_rows: u64,
    /// Live data files by format, as the manifests have it.
    pub formats: BTreeMap<String, Count>,
    /// Columns, most bytes first.
    pub columns: Vec<ColumnBytes>,
    /// Data files that tell what their columns take.
    pub files_with_columns: u64,
}

impl TableFacts {
    /// Delete files of all kinds.
    #[must_use]
    pub fn delete_files(&self) -> Count {
        let mut sum = Count::default();
        self.deletes.iter().for_each(|it| sum.put(it.objects, it.bytes));
        sum
    }
}
