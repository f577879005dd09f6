//! Some columns of a row group, nested ones too, and parts of its rows as a frame.

use std::fs::File;
use std::io::Cursor;
use std::ops::Range;

use polars::prelude::{DataFrame, Series};
use polars_arrow::datatypes::Field;
use polars_buffer::Buffer;
use polars_parquet::read::{
    BasicDecompressor, ColumnChunkMetadata, Filter, PageReader, column_iter_to_arrays, infer_schema,
};
use rayon::prelude::*;

use super::file::{ParquetFile, TableError, bytes, guarded};

/// The bytes of some columns of a row group, packed as they lie in the file.
#[derive(Debug)]
pub struct RowGroup<'f> {
    columns: Vec<Packed<'f>>,
}

/// A column with the leaves that it is made of: one, or for a map one of keys and one of values.
#[derive(Debug)]
struct Packed<'f> {
    field: Field,
    leaves: Vec<(&'f ColumnChunkMetadata, Buffer<u8>)>,
}

impl ParquetFile {
    /// Names of the columns, nested ones by their root.
    ///
    /// # Errors
    /// The footer's schema is damaged.
    pub fn roots(&self) -> Result<Vec<String>, TableError> {
        let schema = guarded(|| infer_schema(self.metadata()).map_err(|error| error.to_string()))?;
        Ok(schema.iter_names().map(ToString::to_string).collect())
    }

    /// Reads the bytes of some columns of a row group.
    ///
    /// # Errors
    /// A column is absent or damaged, or the file system says no.
    pub fn group(&self, reader: &mut File, group: usize, names: &[String]) -> Result<RowGroup<'_>, TableError> {
        let schema = guarded(|| infer_schema(self.metadata()).map_err(|error| error.to_string()))?;
        let metadata = self.metadata().row_groups.get(group);
        let columns = names.iter().map(|name| {
            let absent = || TableError::NoColumn { name: name.clone(), known: self.columns() };
            let field = schema.get(name.as_str()).ok_or_else(absent)?.clone();
            let leaves = metadata.and_then(|group| group.columns_under_root_iter(name)).ok_or_else(absent)?;
            let leaves = leaves.map(|chunk| Ok((chunk, Buffer::from(bytes(reader, chunk)?))));
            Ok(Packed { field, leaves: leaves.collect::<Result<_, TableError>>()? })
        });
        Ok(RowGroup { columns: columns.collect::<Result<_, TableError>>()? })
    }
}

impl RowGroup<'_> {
    /// Some rows of the columns, decoded side by side.
    ///
    /// # Errors
    /// The columns are damaged, or do not have these rows.
    pub fn frame(&self, rows: &Range<usize>) -> Result<DataFrame, TableError> {
        let columns: Vec<Series> =
            self.columns.par_iter().map(|column| column.decoded(rows.clone())).collect::<Result<_, _>>()?;
        if let Some(short) = columns.iter().find(|column| column.len() != rows.len()) {
            let wrong = format!("{} of {} rows of `{}` are there", short.len(), rows.len(), short.name());
            return Err(TableError::Damaged(wrong));
        }
        let columns = columns.into_iter().map(Into::into).collect();
        DataFrame::new(rows.len(), columns).map_err(|error| TableError::Damaged(error.to_string()))
    }
}

impl Packed<'_> {
    fn decoded(&self, rows: Range<usize>) -> Result<Series, TableError> {
        let pages = |(chunk, bytes): &(&ColumnChunkMetadata, Buffer<u8>)| {
            let pages = PageReader::new(Cursor::new(bytes.clone()), chunk, vec![], usize::MAX);
            BasicDecompressor::new(pages, vec![])
        };
        guarded(|| {
            let kinds = self.leaves.iter().map(|(chunk, _)| &chunk.descriptor().descriptor.primitive_type).collect();
            let filter = Some(Filter::Range(rows));
            column_iter_to_arrays(self.leaves.iter().map(pages).collect(), kinds, self.field.clone(), filter)
                .and_then(|(arrays, _)| Series::try_from((&self.field, arrays)))
                .map_err(|error| error.to_string().lines().next().unwrap_or_default().to_owned())
        })
    }
}
