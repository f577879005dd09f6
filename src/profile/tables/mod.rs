//! Parquet files, one row group at a time, through Polars' own decoders. Arrays stay in this module; frames
//! leave it only for the reader of cost exports, whose columns have many types.

mod checksum;
mod column;
mod file;
mod group;
mod nested;
pub mod quiet;

pub use column::{Column, TimeUnit};
pub use file::{ParquetFile, TableError};
pub use group::RowGroup;
