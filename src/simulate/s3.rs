//! S3 as a task and a stage see it: requests, connections, and the ceilings of a prefix.
//!
//! Sources (docs/concepts/sources.md, "S3"): a partitioned prefix serves at least 3,500 writes and 5,500 reads
//! a second; one GET carries about 57 MiB in the published copy of 2.7 TiB on EMR 7.1 (148,024 requests for 21,568
//! files of 133 MiB: create, 1.94 parts and complete each; 2.97 a file, without retries, for files of 5.2 MiB).

use crate::units::{Bytes, MIB};

/// Bytes of one GET when large pieces are read: 2.7 TiB in 49,871 requests.
const BYTES_PER_GET: f64 = 57.0 * MIB as f64;
/// Fewest requests of one piece of a columnar file (HEAD, footer, data) and of any other file (HEAD, data).
const FEWEST_COLUMNAR: f64 = 3.0;
const FEWEST_OTHER: f64 = 2.0;
/// Part size of a multipart upload, 128 MiB (EMRFS `fs.s3n.multipart.uploads.split.size`).
const PART_BYTES: f64 = 128.0 * MIB as f64;
/// Time to the first byte of a request. Commonly quoted as 100–200 ms for cold and 20–50 ms for warm reads; no
/// source could be read. An assumption.
pub const FIRST_BYTE_S: f64 = 0.05;
/// Rate of one connection, 85–90 MB/s in AWS's design patterns (quoted; the page could not be read).
pub const CONNECTION_BYTES_PER_S: f64 = 85e6;
/// Core time of one output file beyond its bytes: 1.4–1.7 core-s, from the sweep of the published copy job.
pub const FILE_CORE_S: f64 = 1.5;
/// Keys in one LIST answer.
const KEYS_PER_LIST: f64 = 1_000.0;
/// Time of one LIST call. An assumption, as [`FIRST_BYTE_S`].
const LIST_S: f64 = 0.1;
/// `spark.sql.sources.parallelPartitionDiscovery`: beyond 32 paths the executors list. Taken as this many at once.
const PARALLEL_LISTS: f64 = 8.0;

/// Writes a second that a prefix serves.
pub const PUT_CEILING: f64 = 3_500.0;
/// Reads a second that a prefix serves.
pub const GET_CEILING: f64 = 5_500.0;

/// GET-class requests of a task that reads `bytes` from `files` files. The 57 MiB are a mean over all GETs of a job
/// with pieces of 131 MiB, footers included, so that large pieces need no more for theirs.
#[must_use]
pub fn gets(bytes: f64, files: f64, columnar: bool) -> f64 {
    (bytes / BYTES_PER_GET).max(files * if columnar { FEWEST_COLUMNAR } else { FEWEST_OTHER })
}

/// Write requests of one output file: create, parts, complete.
#[must_use]
pub fn puts(file_bytes: f64) -> f64 {
    2.0 + (file_bytes / PART_BYTES).ceil().max(1.0)
}

/// LIST requests for a number of files.
#[must_use]
pub fn lists(files: u64) -> f64 {
    (Bytes::new(files).as_f64() / KEYS_PER_LIST).ceil().max(1.0)
}

/// Time in which the driver lists the input.
#[must_use]
pub fn listing_s(files: u64) -> f64 {
    let calls = lists(files);
    calls.min(32.0) * LIST_S + (calls - 32.0).max(0.0) * LIST_S / PARALLEL_LISTS
}

/// Utilisation of a prefix above which S3's 503 answers start to cost time, and the slope of the cost. Fitted on
/// the published file-size sweep (EMR 7.1, one prefix, exponential back-off): with 3 writes a file, ρ = 0.27
/// costs nothing, 0.41 costs 16 %, 0.61 costs 59 % of the stage's time. Bursts, not the mean, meet the ceiling.
const FREE_UTILISATION: f64 = 0.33;
const THROTTLE_SLOPE: f64 = 2.05;

/// Shortest time of a stage that would take `unthrottled_s`, given its requests to one prefix.
#[must_use]
pub fn throttled_s(unthrottled_s: f64, puts: f64, gets: f64) -> f64 {
    let floor_s = (puts / PUT_CEILING).max(gets / GET_CEILING);
    if unthrottled_s <= 0.0 {
        return floor_s;
    }
    let utilisation = floor_s / unthrottled_s;
    let slowed_s = unthrottled_s * (1.0 + THROTTLE_SLOPE * (utilisation - FREE_UTILISATION).max(0.0));
    slowed_s.max(floor_s)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_of_the_published_copy() {
        // 2.7 TiB in 21,568 pieces: 131.3 MiB / 57 = 2.3 GETs, but at least HEAD, footer and data: 3 a piece, 64,704.
        // Measured 49,871: the model is 30 % above.
        let pieces = 21_568.0;
        assert!((pieces * gets(131.3 * MIB as f64, 1.0, true) - 64_704.0).abs() < 1.0);
        assert!((gets(570.0 * MIB as f64, 1.0, true) - 10.0).abs() < 1e-9);
    }

    #[test]
    fn a_file_of_133_mib_takes_four_writes_and_a_small_one_three() {
        assert!((puts(133.0 * MIB as f64) - 4.0).abs() < 1e-9);
        assert!((puts(5.2 * MIB as f64) - 3.0).abs() < 1e-9);
    }

    #[test]
    fn a_million_files_are_listed_in_a_thousand_calls() {
        assert!((lists(1_000_000) - 1_000.0).abs() < 1e-9);
        // 32 × 0.1 s by the driver, 968 × 0.1 / 8 by executors.
        assert!((listing_s(1_000_000) - (3.2 + 12.1)).abs() < 1e-9);
    }

    #[test]
    fn the_ceiling_is_a_floor_of_the_time() {
        // 7,000 puts in no time take 2 s; 35 puts in 10 s (ρ = 0.001) take 10 s.
        assert!((throttled_s(0.0, 7_000.0, 0.0) - 2.0).abs() < 1e-9);
        assert!((throttled_s(10.0, 35.0, 0.0) - 10.0).abs() < 1e-9);
    }
}
