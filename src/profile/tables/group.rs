//! Some columns of a row group, nested ones too, and parts of its rows as a frame.

use std::fs::File;
use std::ops::Range;

use polars::prelude::{DataFrame, Series};
use polars_arrow::datatypes::{ArrowSchema, Field};
use polars_buffer::Buffer;
use polars_parquet::read::{ColumnChunkMetadata, Filter, infer_schema};
use rayon::prelude::*;

use super::file::{ParquetFile, TableError, bytes, decoded, guarded};

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
        Ok(self.schema()?.iter_names().map(ToString::to_string).collect())
    }

    fn schema(&self) -> Result<ArrowSchema, TableError> {
        guarded(|| infer_schema(self.metadata()).map_err(|error| error.to_string()))
    }

    /// Reads the bytes of some columns of a row group.
    ///
    /// # Errors
    /// A column is absent or damaged, or the file system says no.
    pub fn group(&self, reader: &mut File, group: usize, names: &[String]) -> Result<RowGroup<'_>, TableError> {
        let schema = self.schema()?;
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
            self.columns.par_iter().map(|column| column.series(rows.clone())).collect::<Result<_, _>>()?;
        if let Some(short) = columns.iter().find(|column| column.len() != rows.len()) {
            let wrong = format!("{} of {} rows of `{}` are there", short.len(), rows.len(), short.name());
            return Err(TableError::Damaged(wrong));
        }
        let columns = columns.into_iter().map(Into::into).collect();
        DataFrame::new(rows.len(), columns).map_err(|error| TableError::Damaged(error.to_string()))
    }
}

impl Packed<'_> {
    fn series(&self, rows: Range<usize>) -> Result<Series, TableError> {
        let arrays = decoded(&self.leaves, self.field.clone(), Some(Filter::Range(rows)))?;
        guarded(|| Series::try_from((&self.field, arrays)).map_err(|error| error.to_string()))
    }
}
