//! Rows of a sample: how the keys of a join or group-by are spread. Memory does not grow with the rows.
//!
//! Shuffle partitions are sized with Spark's own hash, so that their sizes are exact for the rows that were read; the
//! most frequent keys come with a guaranteed bound.

mod distinct;
mod heavy;
mod json;
mod key;
#[cfg(feature = "tables")]
mod parquet;
mod rows;
pub mod spark_hash;
mod tally;
mod text;
mod zipf;

pub use distinct::STANDARD_ERROR;
pub use heavy::{Counter, Heavy};
pub use key::{KeyType, Value};
pub use rows::{Asked, Sample, read};
pub use tally::KeyTally;
pub use zipf::{Zipf, fit};

#[cfg(test)]
mod tests;
