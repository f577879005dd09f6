//! Rates per core: what a kind of work costs, as ranges with their sources.
//!
//! All rates are for one reference core: a vCPU of the 5th Intel generation (m5, r5) under EMR's Spark runtime.
//! Sources are the rows of `docs/concepts/sources.md`, "Rates per core", named in each comment. Published set-ups of the
//! same data differ by a factor of two to three in core-hours, so that the level is uncertain far beyond each
//! rate ([`LEVEL`]); a run of the user's own replaces it (`Calibration`).

use crate::engines::Estimate;
use crate::workload::{Compression, Format};

/// Factor on all processor times that nobody measured for this job: TPC-DS core-hours of the same data differ by
/// 2–3 between set-ups (198, 72 and 117 for 3 TB; 108, 75 and 65 for 1 TB). p10–p90.
pub const LEVEL: Estimate = Estimate::new(0.6, 1.0, 1.7);
/// The same where the user wrote the processor times down: the next run has other data. An assumption.
pub const STATED_LEVEL: Estimate = Estimate::new(0.87, 1.0, 1.15);
/// The same once observed runs gave the level (log-normal sigma, of one run): repeats of one job on one cluster differ by
/// about 1.2 % (C3O, the middle four fifths; `docs/accuracy/intervals.md`), and the observed run is such a draw itself.
pub const OBSERVED_SIGMA: f64 = 0.012;
/// Spread of all task times for each doubling or halving of the slots between the observed run and the simulated one: how
/// well the simulation scales. Jobs of minutes scale badly, for what they spend outside of tasks weighs much: 0.37 a
/// doubling holds 77 % of C3O's runs (half of them under 184 s, nine tenths under 494 s). Jobs of an hour scale well:
/// Dataproc's (up to 3,808 s in nine tenths) err by 2 to 10 % over three doublings (`docs/accuracy/intervals.md`).
pub const SHORT_RUN_SCALE_SIGMA: f64 = 0.37;
/// The same of a run of an hour or more.
pub const LONG_RUN_SCALE_SIGMA: f64 = 0.1;
/// Runs up to this length are short.
pub const SHORT_RUN_S: f64 = 300.0;
/// Runs from this length on are long; between the two the spread falls with the logarithm of the length.
pub const LONG_RUN_S: f64 = 3600.0;
/// Doublings over which the spread grows; farther away it stays.
pub const WIDEST_DOUBLINGS: f64 = 2.0;
/// The spread for each doubling of stages and tasks from an event log.
pub const LOG_SCALE_SIGMA: f64 = 0.04;
/// Doublings over which that grows.
pub const LOG_WIDEST_DOUBLINGS: f64 = 5.0;

/// Writing Parquet, bytes as stored per core-second, without request latency. From the published copy job (EMR 7.1,
/// 2.7 TiB read and written, 1,600 vCPU of m5d, 285 s: 6.2 MiB/s read and written), less the times of scanning, S3 and
/// opening files: 14 waves of 20.4 s, of which 7.8 s are left for writing 138 MB.
pub const WRITE: Estimate = Estimate::new(10e6, 17e6, 28e6);
/// Writing shuffle: partition, serialise, compress. No measured figure; an assumption.
pub const SHUFFLE_WRITE: Estimate = Estimate::new(60e6, 120e6, 240e6);
/// Reading shuffle, sorting, merge-joining: 21.6 MiB/s/core (TPC-DS q93, Comet), 203 MiB/s/core for a hash join.
pub const MERGE_JOIN: Estimate = Estimate::new(14e6, 22.6e6, 60e6);
/// Reading shuffle and aggregating: between a merge join and a shuffled hash join (203 MiB/s/core, Velox).
pub const AGGREGATE: Estimate = Estimate::new(25e6, 60e6, 150e6);
/// Reading shuffle and sorting. The whole 100 TB sort of Exoshuffle, S3 to S3, gives 29 MB/s/vCPU as the floor for
/// all of its steps, so that this step alone must be faster.
pub const SORT: Estimate = Estimate::new(25e6, 45e6, 90e6);
/// One pass over cached data, in-memory bytes per core-second. An assumption; k-means and regressions differ by far
/// more than its range (`docs/accuracy/declared.md`).
pub const CACHE_PASS: Estimate = Estimate::new(40e6, 120e6, 300e6);
/// Work of sampling for a global sort's range bounds, over scanning: the rows are read but not shuffled.
pub const SORT_SAMPLE_SHARE: f64 = 1.0;

/// Scanning with a few expressions, bytes as stored per core-second, decompression included.
#[must_use]
pub fn scan_rate(format: Format, compression: Compression) -> Estimate {
    let raw = raw_scan_rate(format);
    if format.is_columnar() || matches!(format, Format::Avro | Format::Binary) {
        return raw;
    }
    raw.times(1.0 / text_ratio(compression))
}

/// Bytes per core-second before compression for text; as stored for the rest.
const fn raw_scan_rate(format: Format) -> Estimate {
    match format {
        // Scan, filter, partial aggregation of store_sales: 35 (Velox) to 56 MB/s a task (Comet) on Graviton4; the
        // whole suite 35.7 MB per core-second.
        Format::Parquet | Format::Orc => Estimate::new(22e6, 40e6, 65e6),
        // The same behind a table format: 1.28 × the time of Parquet (4,665 s against 3,650 s).
        Format::Iceberg | Format::Delta | Format::Hudi => Estimate::new(17e6, 31e6, 51e6),
        // 0.7–1.5 M rows/s of about 20 bytes give 14–30 MB/s; 6.3 × slower a row than Parquet, which is about
        // 5 × smaller, gives 32. 4 TB in 9 h on one r5.4xlarge is 7.7 MB/s/vCPU with all else that the job did.
        Format::Json => Estimate::new(8e6, 20e6, 35e6),
        // 0.6–1.2 M rows/s; shorter rows than JSON for the same content.
        Format::Csv => Estimate::new(8e6, 18e6, 35e6),
        // Lines without parsing. Whole jobs: Dataproc's grep of 3.2 TB does 53 MB/s/vCPU, C3O's (RDD, 2018) 7.
        Format::Text => Estimate::new(10e6, 35e6, 70e6),
        // Binary rows, no columns. An assumption.
        Format::Avro => Estimate::new(15e6, 30e6, 60e6),
        // Opaque: reading costs next to nothing, the work is declared by the user.
        Format::Binary => Estimate::new(100e6, 200e6, 400e6),
    }
}

/// Size before over size after compression of text rows. Parquet is about 5 × smaller than JSON (BP guide), TPC-DS
/// 3.2 × smaller than raw; the codecs' spread around it is an assumption.
const fn text_ratio(compression: Compression) -> f64 {
    match compression {
        Compression::None => 1.0,
        Compression::Snappy | Compression::Lz4 => 3.0,
        Compression::Gzip => 5.0,
        Compression::Zstd => 5.5,
        // Smaller still, and decompression itself takes as long as parsing.
        Compression::Bzip2 => 12.0,
    }
}
