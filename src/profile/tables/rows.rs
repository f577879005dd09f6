//! Whole columns of some rows, nested ones too, in Polars' own arrays. The file is read and not mapped: one that is cut while
//! it is read is an error then, where a mapped one would end the program.

use std::fs::File;
use std::io::Cursor;
use std::ops::Range;

use polars_arrow::array::{Array, PrimitiveArray};
use polars_arrow::datatypes::{ArrowSchema, Field};
use polars_buffer::Buffer;
use polars_parquet::read::{
    BasicDecompressor, ColumnChunkMetadata, Filter, PageReader, column_iter_to_arrays, infer_schema,
};

use super::file::{ParquetFile, TableError, bytes, guarded};
use super::pages;

/// The bytes of some columns of a row group, checked.
#[derive(Debug)]
pub struct Group {
    number: usize,
    /// For each wanted field the chunks of its leaves.
    fields: Vec<(Field, Vec<(usize, Buffer<u8>)>)>,
}

impl ParquetFile {
    /// The fields of the file as Polars types them.
    ///
    /// # Errors
    /// A type is not known.
    pub fn schema(&self) -> Result<ArrowSchema, TableError> {
        guarded(|| infer_schema(self.metadata()).map_err(|error| error.to_string()))
    }

    /// Reads the bytes of some top-level fields of a row group.
    ///
    /// # Errors
    /// They cannot be read, or are not what was written.
    pub fn group(&self, reader: &mut File, number: usize, fields: &[Field]) -> Result<Group, TableError> {
        let damaged = || TableError::Damaged(format!("it has no row group {number}"));
        let group = self.metadata().row_groups.get(number).ok_or_else(damaged)?;
        let mut read = Vec::with_capacity(fields.len());
        for field in fields {
            let leaves = group.columns_idxs_under_root_iter(&field.name).unwrap_or_default();
            let mut chunks = Vec::with_capacity(leaves.len());
            for leaf in leaves {
                let chunk = group.parquet_columns().get(*leaf).ok_or_else(damaged)?;
                chunks.push((*leaf, Buffer::from(bytes(reader, chunk)?)));
            }
            read.push((field.clone(), chunks));
        }
        Ok(Group { number, fields: read })
    }

    /// Some rows of the fields of a row group, by field.
    ///
    /// # Errors
    /// They cannot be decoded, or are outside of what the footer says.
    pub fn arrays(&self, group: &Group, rows: Range<usize>) -> Result<Vec<Vec<Box<dyn Array>>>, TableError> {
        use rayon::prelude::*;
        group.fields.par_iter().map(|(field, chunks)| self.field(group, field, chunks, rows.clone())).collect()
    }

    fn field(
        &self,
        group: &Group,
        field: &Field,
        chunks: &[(usize, Buffer<u8>)],
        rows: Range<usize>,
    ) -> Result<Vec<Box<dyn Array>>, TableError> {
        let columns = self.metadata().row_groups.get(group.number).map(|group| group.parquet_columns());
        let of = |leaf: usize| -> Result<&ColumnChunkMetadata, TableError> {
            columns
                .and_then(|columns| columns.get(leaf))
                .ok_or_else(|| TableError::Damaged(format!("it has no column `{}`", field.name)))
        };
        let leaves =
            chunks.iter().map(|(leaf, bytes)| Ok((of(*leaf)?, bytes))).collect::<Result<Vec<_>, TableError>>()?;
        let types = leaves.iter().map(|(chunk, _)| &chunk.descriptor().descriptor.primitive_type).collect();
        let whole = rows == (0..self.group_rows(group.number));
        let wanted = rows.len();
        let arrays = guarded(|| {
            let pages = leaves.iter().map(|(chunk, bytes)| {
                let reader = PageReader::new(Cursor::new((*bytes).clone()), chunk, vec![], usize::MAX);
                BasicDecompressor::new(reader, vec![])
            });
            let filter = (!whole).then(|| Filter::new_ranged(rows.start, rows.end));
            column_iter_to_arrays(pages.collect(), types, field.clone(), filter)
                .map(|it| it.0)
                .map_err(|error| error.to_string())
        })?;
        let found: usize = arrays.iter().map(|array| array.len()).sum();
        if found != wanted {
            return Err(TableError::Damaged(format!("column `{}` has {found} of {wanted} rows", field.name)));
        }
        if let [(chunk, _)] = leaves.as_slice()
            && let Some(bounds) = pages::bounds(chunk, &self.metadata().footer_buf)
            && arrays.iter().any(|array| is_outside(array.as_ref(), bounds))
        {
            return Err(TableError::Damaged(format!("column `{}` has a value outside of its own bounds", field.name)));
        }
        Ok(arrays)
    }
}

fn is_outside(array: &dyn Array, (least, most): (f64, f64)) -> bool {
    let doubles = array.as_any().downcast_ref::<PrimitiveArray<f64>>();
    doubles.is_some_and(|doubles| doubles.iter().flatten().any(|value| *value < least || *value > most))
}
