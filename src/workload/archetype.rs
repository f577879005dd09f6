//! What is assumed about each kind of work when nobody measured it. Each figure says how well it is known.

use super::{Archetype, Compression, Format, SkewPlace};

/// A figure and why it is fair.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Assumed {
    pub value: f64,
    pub why: &'static str,
}

const fn assumed(value: f64, why: &'static str) -> Assumed {
    Assumed { value, why }
}

impl Archetype {
    /// Bytes written to shuffle over the bytes read, as Parquet would store them.
    pub(super) const fn shuffle_share(self) -> Assumed {
        match self {
            Self::ScanFilter => assumed(0.0, "a scan and filter shuffles nothing"),
            Self::Aggregation => assumed(0.1, "partial sums before the shuffle leave about 10 % (assumed)"),
            Self::JoinHeavy => assumed(
                0.47,
                "TPC-DS at 3 TB, all queries: 6.9 to 7.0 TB shuffled for 14.4 to 15.0 TB read (data-on-eks benchmark)",
            ),
            Self::Sort => assumed(1.0, "a sort moves every byte once"),
            Self::MlIteration => assumed(0.05, "the passes exchange sums, not rows (assumed)"),
            Self::SqlAdHoc | Self::SqlBi => assumed(0.1, "as an aggregation: 10 % (assumed)"),
            Self::ContainerBatch => assumed(0.0, "containers do not know of each other"),
            Self::EventStream => assumed(0.0, "a stream keeps keyed state instead of a batch shuffle"),
        }
    }

    /// Bytes written over the bytes read, as Parquet would store them.
    pub(super) const fn output_share(self) -> Assumed {
        match self {
            Self::ScanFilter => assumed(1.0, "nothing is dropped: the most that a conversion can write (assumed)"),
            Self::Aggregation => assumed(0.01, "an aggregation writes about 1 % of what it reads (assumed)"),
            Self::JoinHeavy => assumed(0.3, "a join keeps about 30 % of what it reads (assumed)"),
            Self::Sort => assumed(1.0, "a sort writes what it reads"),
            Self::MlIteration => assumed(0.001, "a model is about 0.1 % of its training data (assumed)"),
            Self::SqlAdHoc | Self::SqlBi => assumed(0.0001, "a result set is about 0.01 % of what is read (assumed)"),
            Self::ContainerBatch | Self::EventStream => {
                assumed(0.1, "extracted facts are about 10 % of what is read (assumed)")
            }
        }
    }

    /// Passes over the cached data.
    pub(super) const fn iterations(self) -> (u32, &'static str) {
        match self {
            Self::MlIteration => (10, "iterative algorithms stop after some ten passes (assumed)"),
            _ => (1, "one pass over the data"),
        }
    }

    /// Where a hot key hurts.
    pub(super) const fn skew_place(self) -> (SkewPlace, &'static str) {
        match self {
            Self::JoinHeavy => (SkewPlace::Join, "this kind of work is mostly joins"),
            _ => (SkewPlace::GroupBy, "nothing in Spark splits a hot key of a group-by: the careful assumption"),
        }
    }
}

impl Format {
    /// What its usual writers compress with.
    pub(super) const fn usual_compression(self) -> (Compression, &'static str) {
        match self {
            Self::Parquet | Self::Delta => (Compression::Snappy, "Spark's default for Parquet"),
            Self::Orc => (Compression::Snappy, "Spark's default for ORC up to 3.5"),
            Self::Avro => (Compression::Snappy, "Spark's default for Avro"),
            Self::Iceberg => (Compression::Zstd, "Iceberg's default since 1.4"),
            Self::Hudi => (Compression::Gzip, "Hudi's default for its Parquet files"),
            Self::Json | Self::Csv | Self::Text => (Compression::None, "Spark writes text files as they are"),
            Self::Binary => (Compression::None, "opaque files count as they are"),
        }
    }

    /// Stored size over the size of the same data in Parquet. JSON: 3.2 (TPC-DS, 3 TB of text are 924 GB of Parquet,
    /// data-on-eks) to 5 (EMR best practices); 4 is the middle. Compressed text is taken to be as small as Parquet.
    pub(super) const fn over_parquet(self, compression: Compression) -> f64 {
        match (self, compression) {
            (Self::Json, Compression::None) => 4.0,
            (Self::Csv | Self::Text, Compression::None) => 3.2,
            _ => 1.0,
        }
    }
}
