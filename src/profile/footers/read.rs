//! Reads footers through Polars' Parquet reader.

use std::path::Path;

use super::{ColumnFigures, Footers};
use crate::profile::tables::ParquetFile;

/// Broken files that are named.
const EXAMPLES: usize = 5;

/// Reads the footers of some files. A file whose footer cannot be read is counted as broken.
#[must_use]
pub fn read(files: &[&Path]) -> Footers {
    let mut footers = Footers::default();
    for path in files {
        match ParquetFile::open(path) {
            Ok(file) => footers.add(&file, std::fs::metadata(path).map_or(0, |about| about.len())),
            Err(error) => {
                footers.broken_files += 1;
                if footers.broken.len() < EXAMPLES {
                    footers.broken.push((path.display().to_string(), error.to_string()));
                }
            }
        }
    }
    footers
}

impl Footers {
    fn add(&mut self, file: &ParquetFile, bytes: u64) {
        let about = file.metadata();
        self.files += 1;
        self.bytes += bytes;
        self.rows += about.num_rows as u64;
        self.row_groups += about.row_groups.len() as u64;
        // "parquet-mr version 1.13.1 (build …)": the build tells nothing more.
        let writer = about.created_by.as_deref().unwrap_or("unknown");
        let writer = writer.split(" (build").next().unwrap_or(writer).trim();
        *self.writers.entry(writer.to_owned()).or_default() += 1;
        for group in &about.row_groups {
            self.group_rows = Some(widened(self.group_rows, group.num_rows() as u64));
            let mut stored = 0_u64;
            for chunk in group.parquet_columns() {
                let compressed = u64::try_from(chunk.compressed_size()).unwrap_or(0);
                stored = stored.saturating_add(compressed);
                let codec = format!("{:?}", chunk.compression()).to_lowercase();
                *self.codecs.entry(codec.replace("lz4raw", "lz4_raw")).or_default() += compressed;
                let path: Vec<String> = chunk.descriptor().path_in_schema.iter().map(ToString::to_string).collect();
                let column = self.columns.entry(path.join(".")).or_insert_with(|| ColumnFigures {
                    physical_type: format!("{:?}", chunk.physical_type()),
                    ..ColumnFigures::default()
                });
                column.compressed_bytes += compressed;
                column.uncompressed_bytes += u64::try_from(chunk.uncompressed_size()).unwrap_or(0);
                column.values += u64::try_from(chunk.num_values()).unwrap_or(0);
            }
            self.group_bytes = Some(widened(self.group_bytes, stored));
        }
    }
}

fn widened(range: Option<(u64, u64)>, value: u64) -> (u64, u64) {
    range.map_or((value, value), |(low, high)| (low.min(value), high.max(value)))
}
