//! Sizes of shuffle partitions: the hot key, and what adaptive query execution does about it.
//!
//! The rules are Spark's own (`ShufflePartitionsUtil`, `OptimizeSkewedJoin`, Spark 3.5): small neighbours are
//! coalesced, and a partition is split only in a sort-merge join, only if it is larger than both five times the
//! median and 256 MB. A skewed group-by, window or RDD job is never mended.
//!
//! The hot key's share is a share of the *shuffled* rows. A group-by with an algebraic aggregate (sum, count)
//! combines rows before the shuffle, so a key that is hot in the input is harmless there: see
//! [`share_after_partial_aggregation`]. What is declared as hot in a group-by is taken as holistic (collect,
//! percentile, window, distinct) and hurts in full.

use crate::workload::SkewPlace;

/// `spark.sql.adaptive.advisoryPartitionSizeInBytes`, 64 MiB.
const ADVISORY_BYTES: f64 = 67_108_864.0;
/// `spark.sql.adaptive.coalescePartitions.minPartitionSize`, 1 MiB.
const MIN_PARTITION_BYTES: f64 = 1_048_576.0;
/// `spark.sql.adaptive.skewJoin.skewedPartitionThresholdInBytes`, 256 MiB.
const SKEW_THRESHOLD_BYTES: f64 = 268_435_456.0;
/// `spark.sql.adaptive.skewJoin.skewedPartitionFactor`.
const SKEW_FACTOR: f64 = 5.0;

/// A shuffle before its partitions are read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shuffle {
    /// Bytes of all partitions.
    pub bytes: f64,
    /// `spark.sql.shuffle.partitions`.
    pub partitions: u32,
    /// Tasks that wrote it: a partition cannot be split finer.
    pub map_tasks: u32,
    /// Share of the bytes that one key carries.
    pub hot_share: f64,
    /// What reads it.
    pub place: SkewPlace,
    /// Whether adaptive execution is on.
    pub adaptive: bool,
    /// Cores of the application when it planned the query (`spark.default.parallelism`).
    pub parallelism: u32,
}

/// Partitions of one size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PartitionRun {
    /// How many tasks.
    pub tasks: u32,
    /// Bytes that one of them reads.
    pub bytes: f64,
    /// Whether it holds the hot key alone.
    pub hot: bool,
}

/// The tasks that read a shuffle.
#[must_use]
pub fn partitions(shuffle: &Shuffle) -> Vec<PartitionRun> {
    let even = shuffle.bytes * (1.0 - shuffle.hot_share) / f64::from(shuffle.partitions.max(1));
    let hot = even + shuffle.bytes * shuffle.hot_share;
    let is_skewed = shuffle.hot_share > 0.0 && shuffle.partitions > 0;
    let mut runs = even_runs(shuffle, even, u32::from(is_skewed));
    if is_skewed {
        let pieces = if splits(shuffle, even, hot) { pieces(shuffle, even, hot) } else { 1 };
        runs.push(PartitionRun { tasks: pieces, bytes: hot / f64::from(pieces), hot: true });
    }
    runs
}

/// Whether adaptive execution splits a partition of `hot` bytes among others of `median` bytes.
fn splits(shuffle: &Shuffle, median: f64, hot: f64) -> bool {
    let mended = matches!(shuffle.place, SkewPlace::Join) && shuffle.adaptive;
    mended && hot > SKEW_FACTOR * median && hot > SKEW_THRESHOLD_BYTES
}

/// Split towards the larger of the advisory size and the mean of the others, by map outputs.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the number of map tasks")]
fn pieces(shuffle: &Shuffle, even: f64, hot: f64) -> u32 {
    let target = ADVISORY_BYTES.max(even);
    (hot / target).ceil().clamp(1.0, f64::from(shuffle.map_tasks.max(1))) as u32
}

fn even_runs(shuffle: &Shuffle, even: f64, hot: u32) -> Vec<PartitionRun> {
    let partitions = shuffle.partitions.saturating_sub(hot);
    if partitions == 0 {
        return Vec::new();
    }
    let together = if adapts(shuffle) { coalesced(shuffle, even) } else { 1 };
    let (full, rest) = (partitions / together, partitions % together);
    let run = |tasks, of: u32| PartitionRun { tasks, bytes: even * f64::from(of), hot: false };
    [run(full, together), run(1, rest)].into_iter().filter(|run| run.tasks > 0 && run.bytes > 0.0).collect()
}

const fn adapts(shuffle: &Shuffle) -> bool {
    // RDD code is not planned by SQL: adaptive execution never sees it.
    shuffle.adaptive && !matches!(shuffle.place, SkewPlace::Rdd)
}

/// How many neighbours of `even` bytes are read by one task. `parallelismFirst` is on by default: the target is
/// the share of a core, at most 64 MiB, at least 1 MiB.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the number of partitions")]
fn coalesced(shuffle: &Shuffle, even: f64) -> u32 {
    let per_core = (shuffle.bytes / f64::from(shuffle.parallelism.max(1))).ceil();
    let target = per_core.clamp(MIN_PARTITION_BYTES, ADVISORY_BYTES);
    if even <= 0.0 {
        return shuffle.partitions.max(1);
    }
    (target / even + 1e-9).floor().clamp(1.0, f64::from(shuffle.partitions.max(1))) as u32
}

/// The share of the shuffled rows that a key with share `raw` of the input rows has after every map task
/// combined its rows by key: it sends one row a task, as every other key does that the task met.
///
/// `groups` is the number of distinct keys, `map_tasks` the number of tasks, `rows` the number of input rows.
#[must_use]
pub fn share_after_partial_aggregation(raw: f64, groups: f64, map_tasks: f64, rows: f64) -> f64 {
    let other_rows = rows * (1.0 - raw);
    // Keys met by a task: all of them, or as many as it has rows.
    let others = (groups * map_tasks).min(other_rows);
    let hot = map_tasks.min(rows * raw);
    hot / (hot + others).max(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GB: f64 = 1e9;

    fn shuffle() -> Shuffle {
        Shuffle {
            bytes: 100.0 * GB,
            partitions: 200,
            map_tasks: 800,
            hot_share: 0.1,
            place: SkewPlace::Join,
            adaptive: true,
            parallelism: 100,
        }
    }

    fn hot_runs(shuffle: &Shuffle) -> Vec<PartitionRun> {
        partitions(shuffle).into_iter().filter(|run| run.hot).collect()
    }

    #[test]
    fn a_hot_join_partition_is_split_to_the_mean_of_the_others() {
        // Others: 90 GB / 200 = 450 MB. Hot: 10.45 GB > 5 × 450 MB and > 268 MB: 10.45 / 0.45 = 23.2 → 24.
        let hot = hot_runs(&shuffle());
        assert_eq!(hot[0].tasks, 24);
    }

    #[test]
    fn a_hot_group_by_or_rdd_partition_is_never_split() {
        for place in [SkewPlace::GroupBy, SkewPlace::Rdd] {
            let hot = hot_runs(&Shuffle { place, ..shuffle() });
            assert_eq!(hot[0].tasks, 1);
            assert!((hot[0].bytes - 10.45 * GB).abs() < 1.0);
        }
        assert_eq!(hot_runs(&Shuffle { adaptive: false, ..shuffle() })[0].tasks, 1);
    }

    #[test]
    fn both_conditions_are_needed() {
        // Hot share 1.5 %: 1.5 GB + 492.5 MB = 1.99 GB, only 4.05 × the median: left alone.
        assert_eq!(hot_runs(&Shuffle { hot_share: 0.015, ..shuffle() })[0].tasks, 1);
        // 1 GB in all, hot share 20 %: 204 MB is 51 × the median but under 256 MiB: left alone.
        assert_eq!(hot_runs(&Shuffle { bytes: GB, hot_share: 0.2, ..shuffle() })[0].tasks, 1);
    }

    #[test]
    fn a_partition_is_not_split_finer_than_its_map_outputs() {
        assert_eq!(hot_runs(&Shuffle { map_tasks: 3, ..shuffle() })[0].tasks, 3);
    }

    #[test]
    fn coalescing_follows_the_cores() {
        // Measured in controlled runs: 48 partitions become 2 tasks at 2 cores and 8 at 8, 48 without AQE.
        let small = |parallelism, adaptive| {
            let runs = partitions(&Shuffle {
                bytes: 480e6,
                partitions: 48,
                hot_share: 0.0,
                parallelism,
                adaptive,
                ..shuffle()
            });
            runs.iter().map(|run| run.tasks).sum::<u32>()
        };
        assert_eq!(small(8, true), 8);
        // 480 MB on 2 cores would be 240 MB a task, but the advisory size caps at 64 MiB: 6 partitions a task.
        assert_eq!(small(2, true), 8);
        assert_eq!(small(2, false), 48);
    }

    #[test]
    fn two_hundred_partitions_of_which_199_are_small() {
        let runs = partitions(&Shuffle { adaptive: false, hot_share: 0.9, ..shuffle() });
        assert_eq!((runs[0].tasks, runs[1].tasks), (199, 1));
        // The hot one reads 90 GB + 50 MB, each other one 50 MB.
        assert!(runs[1].bytes / runs[0].bytes > 1_800.0);
    }

    #[test]
    fn partial_aggregation_makes_a_hot_key_harmless() {
        // A key with half of 10^9 rows, 10^6 other keys, 1,000 map tasks: it sends 1,000 rows of 5×10^8.
        assert!(share_after_partial_aggregation(0.5, 1e6, 1e3, 1e9) < 1e-5);
    }
}
