//! Avro object container files, read in one pass: only the fields that are asked for are decoded, the others are
//! skipped, and no length in the file is believed before it was held against the bytes that are there.
//!
//! Why not a library: docs/decisions/0005-reading-avro.md.

mod codec;
mod container;
mod cursor;
mod plan;
mod schema;
#[cfg(test)]
pub(crate) mod writer;

pub use container::AvroFile;
pub use plan::{Plan, Value};
pub use schema::{Field, Kind, Schema};

/// Why an Avro file cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum AvroError {
    /// The file system says no.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// It is none, or a damaged one; where, and what is wrong.
    #[error("{place}: {what}")]
    Damaged {
        /// The byte, block or record.
        place: String,
        /// What is wrong.
        what: String,
    },
    /// Its blocks are packed in a way that is not read.
    #[error("its codec `{0}` is none of null, deflate, snappy, zstandard, bzip2")]
    Codec(String),
    /// Its schema is none, or not one that table formats write.
    #[error("its schema {0}")]
    Schema(String),
}

#[cfg(test)]
mod tests;
