//! A history of runs as a table: CSV, JSON, JSON lines, Parquet; columns found by the names that people give them.

mod columns;
mod fields;
#[cfg(feature = "tables")]
mod parquet;
mod read;
mod table;

pub use columns::{COLUMNS, ColumnHelp};
pub use fields::parameter;
pub use read::{RunsError, RunsRead, machine, read};
pub use table::BadRow;
