//! Parquet footers of a sample of files: rows, row groups, codecs, the size of each column.

#[cfg(feature = "tables")]
mod read;

use std::collections::BTreeMap;

#[cfg(feature = "tables")]
pub use read::read;

/// What one column takes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ColumnFigures {
    /// Bytes as stored.
    pub compressed_bytes: u64,
    /// Bytes before compression.
    pub uncompressed_bytes: u64,
    /// Values.
    pub values: u64,
    /// Parquet's physical type.
    pub physical_type: String,
}

/// Footers of a sample.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Footers {
    /// Files whose footer was read.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Rows.
    pub rows: u64,
    /// Row groups.
    pub row_groups: u64,
    /// Rows of the smallest and of the largest row group.
    pub group_rows: Option<(u64, u64)>,
    /// Bytes, as stored, of the smallest and of the largest row group.
    pub group_bytes: Option<(u64, u64)>,
    /// Bytes as stored, by codec.
    pub codecs: BTreeMap<String, u64>,
    /// Columns by path.
    pub columns: BTreeMap<String, ColumnFigures>,
    /// Programs that wrote the files.
    pub writers: BTreeMap<String, u64>,
    /// Files that say they are Parquet but have no footer that can be read: the first few, with the reason.
    pub broken: Vec<(String, String)>,
    /// How many are broken.
    pub broken_files: u64,
}

impl Footers {
    /// Bytes before compression over bytes as stored.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a ratio")]
    pub fn expansion(&self) -> Option<f64> {
        let (mut stored, mut raw) = (0_u64, 0_u64);
        for column in self.columns.values() {
            stored = stored.saturating_add(column.compressed_bytes);
            raw = raw.saturating_add(column.uncompressed_bytes);
        }
        (stored > 0).then(|| raw as f64 / stored as f64)
    }
}

#[cfg(all(test, feature = "tables"))]
mod tests {
    use std::path::Path;

    use super::*;

    /// Written by pyarrow (`tests/data/inventory/make.py`): 1,500 rows in groups of 600, 600 and 300; the key packed with
    /// zstd, two columns with snappy, the others left as they are.
    #[test]
    fn footers_of_a_file_that_another_library_wrote() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/inventory/s3-metadata.parquet");
        let damaged = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/inventory/zlib.orc");
        let footers = read(&[path.as_path(), damaged.as_path()]);
        assert_eq!((footers.files, footers.rows, footers.row_groups), (1, 1_500, 3));
        assert_eq!(footers.group_rows, Some((300, 600)));
        assert_eq!(footers.codecs.keys().map(String::as_str).collect::<Vec<_>>(), ["snappy", "uncompressed", "zstd"]);
        let stored: u64 = footers.columns.values().map(|column| column.compressed_bytes).sum();
        assert_eq!(footers.codecs.values().sum::<u64>(), stored);
        assert_eq!(footers.codecs["zstd"], footers.columns["key"].compressed_bytes);
        assert_eq!(
            (footers.columns["key"].values, footers.columns["key"].physical_type.as_str()),
            (1_500, "ByteArray")
        );
        assert!(footers.expansion().is_some_and(|it| it > 1.0));
        assert!(footers.writers.keys().all(|writer| writer.starts_with("parquet-cpp-arrow")), "{:?}", footers.writers);
        assert_eq!(footers.broken_files, 1);
    }
}
