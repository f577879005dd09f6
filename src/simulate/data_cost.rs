//! What the layout of a data set costs a job that reads all of it: requests, listing, waits. The bytes themselves cost
//! the same in any layout and are left out, so that two layouts can be compared.

use super::recipe::TASK_OVERHEAD_S;
use super::s3::{self, FIRST_BYTE_S, GET_CEILING};
use super::splits;
use crate::units::{Bytes, MIB};

/// Size of a file after compaction: between the 128 MB and 1 GB that are advised for Parquet, as the workload's own
/// default for output files.
pub const COMPACTED_BYTES: u64 = 256 * MIB;

/// How a data set is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Whether engines read single columns of it.
    pub columnar: bool,
    /// Whether several tasks can read one file.
    pub splittable: bool,
    /// Cores that read it.
    pub cores: u32,
}

/// What a layout costs.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LayoutCost {
    /// Files.
    pub files: u64,
    /// Tasks that read them.
    pub tasks: u64,
    /// LIST requests.
    pub lists: f64,
    /// GET-class requests.
    pub gets: f64,
    /// Time in which the driver lists, and no task runs.
    pub listing_s: f64,
    /// Core time that goes into launching tasks and waiting for first bytes.
    pub waiting_core_s: f64,
    /// Both, on the given cores.
    pub overhead_s: f64,
    /// Shortest time of the requests if all files lay below one prefix.
    pub one_prefix_s: f64,
    /// Time of the largest piece that one task must read alone, at the rate of one connection.
    pub longest_task_s: f64,
}

/// The cost of reading files of some sizes, as (size, count) classes.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts of files and tasks")]
pub fn layout(classes: &[(Bytes, u64)], reading: Reading) -> LayoutCost {
    let files: u64 = classes.iter().map(|class| class.1).sum();
    let runs = splits::split(classes, reading.splittable, reading.cores);
    let (mut tasks, mut gets, mut longest) = (0_u64, 0.0, 0_u64);
    for run in &runs {
        tasks += u64::from(run.tasks);
        gets += f64::from(run.tasks) * s3::gets(run.bytes as f64, f64::from(run.files), reading.columnar);
        longest = longest.max(run.bytes / u64::from(run.files.max(1)));
    }
    let listing_s = s3::listing_s(files);
    let waiting_core_s = tasks as f64 * TASK_OVERHEAD_S + gets * FIRST_BYTE_S;
    LayoutCost {
        files,
        tasks,
        lists: s3::lists(files),
        gets,
        listing_s,
        waiting_core_s,
        overhead_s: listing_s + waiting_core_s / f64::from(reading.cores.max(1)),
        one_prefix_s: gets / GET_CEILING,
        longest_task_s: longest as f64 / s3::CONNECTION_BYTES_PER_S,
    }
}

/// The same bytes after compaction of the files below [`COMPACTED_BYTES`]; larger ones stay.
#[must_use]
pub fn compacted(classes: &[(Bytes, u64)]) -> Vec<(Bytes, u64)> {
    let (small, mut kept): (Vec<_>, Vec<_>) = classes.iter().copied().partition(|it| it.0.get() < COMPACTED_BYTES / 2);
    let bytes: u64 = small.iter().map(|(size, count)| size.get().saturating_mul(*count)).fold(0, u64::saturating_add);
    let count = bytes.div_ceil(COMPACTED_BYTES);
    if let Some(size) = bytes.checked_div(count) {
        kept.push((Bytes::new(size), count));
        kept.sort_unstable();
    }
    kept
}

/// Requests of the compaction itself: every small file is read once, every new file written.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts of files")]
pub fn compaction_requests(classes: &[(Bytes, u64)], reading: Reading) -> (f64, f64) {
    let small: Vec<(Bytes, u64)> = classes.iter().copied().filter(|it| it.0.get() < COMPACTED_BYTES / 2).collect();
    let read = layout(&small, reading);
    let bytes: u64 = small.iter().map(|(size, count)| size.get().saturating_mul(*count)).fold(0, u64::saturating_add);
    let files = bytes.div_ceil(COMPACTED_BYTES);
    (files as f64 * s3::puts(COMPACTED_BYTES as f64) + read.lists, read.gets)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARQUET: Reading = Reading { columnar: true, splittable: true, cores: 100 };

    /// 100,000 files of 1 MiB. Spark packs: every file counts 1 + 4 MiB, 500,000 MiB on 100 cores is far over 128, so a
    /// task takes 25 files (125 MiB; 26 would be 130): 4,000 tasks. GETs: 3 a file: 300,000. Waiting: 4,000 × 0.05 +
    /// 300,000 × 0.05 = 15,200 core-s. Listing: 100 calls: 32 × 0.1 + 68 × 0.1 / 8 = 4.05 s.
    #[test]
    fn small_files_by_hand() {
        let cost = layout(&[(Bytes::mib(1), 100_000)], PARQUET);
        assert!((cost.gets - 300_000.0).abs() < 1e-6, "{cost:?}");
        assert!((3_840..=4_000).contains(&cost.tasks), "{cost:?}");
        assert!((cost.listing_s - 4.05).abs() < 1e-9);
        assert!((cost.waiting_core_s - (cost.tasks as f64 * 0.05 + 15_000.0)).abs() < 1e-6);
        assert!((cost.one_prefix_s - 300_000.0 / 5_500.0).abs() < 1e-9);
    }

    /// 100,000 MiB in files of 256 MiB are 391 files; a few tenths of the requests remain.
    #[test]
    fn compaction_keeps_the_bytes_and_never_costs_more() {
        let before = [(Bytes::mib(1), 100_000), (Bytes::mib(512), 10)];
        let after = compacted(&before);
        assert_eq!(after.iter().map(|it| it.1).sum::<u64>(), 391 + 10);
        let (old, new) = (layout(&before, PARQUET), layout(&after, PARQUET));
        assert!(new.gets * 50.0 < old.gets && new.overhead_s < old.overhead_s, "{old:?} {new:?}");
    }

    #[test]
    fn nothing_to_compact_changes_nothing() {
        let large = [(Bytes::mib(256), 10)];
        assert_eq!(compacted(&large), large);
        assert_eq!(compacted(&[]), []);
        let (puts, gets) = compaction_requests(&large, PARQUET);
        assert!(puts <= 1.0 && gets == 0.0);
    }

    /// One gzip file of 85 GB is read by one connection: 1,000 s.
    #[test]
    fn an_unsplittable_file_is_one_task() {
        let reading = Reading { columnar: false, splittable: false, cores: 100 };
        let cost = layout(&[(Bytes::new(85_000_000_000), 1)], reading);
        assert_eq!(cost.tasks, 1);
        assert!((cost.longest_task_s - 1_000.0).abs() < 1e-6);
    }
}
