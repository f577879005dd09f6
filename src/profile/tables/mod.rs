//! Parquet files, one row group at a time, through Polars' own decoders. Frames and arrays stay in this module and the
//! readers beside it: what leaves is plain numbers and bytes.

mod column;
mod file;
mod pages;
pub mod quiet;
mod rows;

pub use column::{Column, TimeUnit};
pub(crate) use file::guarded;
pub use file::{ParquetFile, TableError};
pub use rows::Group;
