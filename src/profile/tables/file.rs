//! A Parquet file: its footer, and the columns of single row groups.

use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use polars_arrow::array::Array;
use polars_arrow::datatypes::Field;
use polars_buffer::Buffer;
use polars_parquet::read::{
    BasicDecompressor, ColumnChunkMetadata, FileMetadata, Filter, PageReader, column_iter_to_arrays, read_metadata,
};

use super::column::{Column, decoded_as};
use super::{checksum, nested};

/// Why a Parquet file cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// The file system says no.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// It is no Parquet file, or a damaged one.
    #[error("it is no readable Parquet file: {0}")]
    Damaged(String),
    /// A column is absent.
    #[error("it has no column `{name}`; it has {}", .known.join(", "))]
    NoColumn {
        /// What was asked for.
        name: String,
        /// What there is.
        known: Vec<String>,
    },
    /// A column is of a type that is not read.
    #[error("its column `{name}` is {kind}, which is not read")]
    Unsupported {
        /// The column.
        name: String,
        /// Its type.
        kind: String,
    },
}

/// An open Parquet file.
#[derive(Debug)]
pub struct ParquetFile {
    path: PathBuf,
    metadata: FileMetadata,
}

impl ParquetFile {
    /// Opens a file and reads its footer.
    ///
    /// # Errors
    /// It cannot be opened, or is no Parquet file.
    pub fn open(path: &Path) -> Result<Self, TableError> {
        let mut file = File::open(path)?;
        let read = guarded(|| read_metadata(&mut file).map_err(|error| error.to_string()))?;
        Ok(Self { path: path.to_owned(), metadata: read })
    }

    /// Its footer.
    pub(crate) const fn metadata(&self) -> &FileMetadata {
        &self.metadata
    }

    /// Row groups.
    #[must_use]
    pub fn groups(&self) -> usize {
        self.metadata.row_groups.len()
    }

    /// Rows.
    #[must_use]
    pub const fn rows(&self) -> usize {
        self.metadata.num_rows
    }

    /// Rows of a row group.
    #[must_use]
    pub fn group_rows(&self, group: usize) -> usize {
        self.metadata.row_groups.get(group).map_or(0, polars_parquet::read::RowGroupMetadata::num_rows)
    }

    /// Names of the columns, nested ones with dots.
    #[must_use]
    pub fn columns(&self) -> Vec<String> {
        self.metadata.schema_descr.columns().iter().map(|column| dotted(&column.path_in_schema)).collect()
    }

    /// The column whose name is one of these, letters and digits only, in any case.
    #[must_use]
    pub fn find(&self, names: &[&str]) -> Option<String> {
        let plain = |name: &str| -> String {
            name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
        };
        let columns = self.columns();
        names.iter().find_map(|wanted| columns.iter().find(|column| plain(column) == *wanted).cloned())
    }

    /// Opens the file for reading row groups; each thread needs its own.
    ///
    /// # Errors
    /// It cannot be opened.
    pub fn reader(&self) -> io::Result<File> {
        File::open(&self.path)
    }

    /// One column of a row group.
    ///
    /// # Errors
    /// It is absent, of a type that is not read, or damaged.
    pub fn column(&self, reader: &mut File, group: usize, name: &str) -> Result<Column, TableError> {
        let absent = || TableError::NoColumn { name: name.to_owned(), known: self.columns() };
        let chunk = self
            .metadata
            .row_groups
            .get(group)
            .and_then(|group| {
                group.parquet_columns().iter().find(|chunk| dotted(&chunk.descriptor().path_in_schema) == name)
            })
            .ok_or_else(absent)?;
        let kind = &chunk.descriptor().descriptor.primitive_type;
        let unsupported =
            || TableError::Unsupported { name: name.to_owned(), kind: format!("{:?}", kind.physical_type) };
        let repeated = chunk.descriptor().descriptor.max_rep_level > 0;
        let read_as = decoded_as(&kind.physical_type, kind.logical_type.as_ref(), kind.converted_type.as_ref());
        let (dtype, unit) = read_as.filter(|_| !repeated).ok_or_else(unsupported)?;
        let is_long = matches!(kind.physical_type, polars_parquet::read::PhysicalType::Int64);
        let bytes = bytes(reader, chunk)?;
        let about = chunk.descriptor();
        let field = if about.path_in_schema.len() > 1 {
            nested::field(&about.base_type, &about.path_in_schema, dtype).ok_or_else(unsupported)?
        } else {
            Field::new(name.into(), dtype, true)
        };
        let arrays = decoded(&[(chunk, Buffer::from(bytes))], field, None)?;
        let arrays = arrays.into_iter().map(nested::leaf).collect();
        Ok(Column::new(arrays, unit, is_long))
    }
}

/// The arrays of a column, or of those of its rows that a filter lets through, from the bytes of its leaves.
pub(super) fn decoded(
    leaves: &[(&ColumnChunkMetadata, Buffer<u8>)],
    field: Field,
    filter: Option<Filter>,
) -> Result<Vec<Box<dyn Array>>, TableError> {
    let pages = |(chunk, bytes): &(&ColumnChunkMetadata, Buffer<u8>)| {
        let pages = PageReader::new(Cursor::new(bytes.clone()), chunk, vec![], usize::MAX);
        BasicDecompressor::new(pages, vec![])
    };
    guarded(|| {
        let kinds = leaves.iter().map(|(chunk, _)| &chunk.descriptor().descriptor.primitive_type).collect();
        column_iter_to_arrays(leaves.iter().map(pages).collect(), kinds, field, filter)
            .map(|it| it.0)
            .map_err(|error| error.to_string())
    })
}

fn dotted<S: std::fmt::Display>(path: &[S]) -> String {
    path.iter().map(ToString::to_string).collect::<Vec<_>>().join(".")
}

/// The bytes of a column chunk. Read, not mapped: a mapped file counts as memory, and one that is cut while it is read ends
/// the program.
pub(super) fn bytes(reader: &mut File, chunk: &ColumnChunkMetadata) -> Result<Vec<u8>, TableError> {
    let range = guarded(|| Ok(chunk.byte_range()))?;
    let length = range.end.saturating_sub(range.start);
    let file_length = reader.metadata()?.len();
    if range.end > file_length {
        return Err(TableError::Damaged(format!("a column reaches to byte {}, the file has {file_length}", range.end)));
    }
    reader.seek(SeekFrom::Start(range.start))?;
    let mut bytes = Vec::new();
    bytes
        .try_reserve_exact(usize::try_from(length).unwrap_or(usize::MAX))
        .map_err(|error| TableError::Damaged(error.to_string()))?;
    reader.take(length).read_to_end(&mut bytes)?;
    if bytes.len() as u64 != length {
        return Err(TableError::Damaged(format!("{} of {length} bytes of a column are there", bytes.len())));
    }
    guarded(|| checksum::check(&bytes, chunk.num_values()))?;
    Ok(bytes)
}

/// Damaged files make Polars' decoders panic in places; that is the file's fault and no bug of ours.
pub(super) fn guarded<T>(decode: impl FnOnce() -> Result<T, String>) -> Result<T, TableError> {
    crate::profile::tables::quiet::quietly(|| match catch_unwind(AssertUnwindSafe(decode)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(TableError::Damaged(error)),
        Err(panic) => {
            let text = panic
                .downcast_ref::<String>()
                .cloned()
                .or_else(|| panic.downcast_ref::<&str>().map(|it| (*it).to_owned()));
            Err(TableError::Damaged(text.unwrap_or_else(|| "its decoder gave up".to_owned())))
        }
    })
}
