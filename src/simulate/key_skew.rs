//! What a measured spread of keys means for the stage that reads the shuffle: as it is, and with each of the usual
//! remedies. All in bytes of the largest task over those of an even share, so that no rate is assumed.
//!
//! The rules of adaptive execution are those of [`super::skew`] (Spark 3.5), on the measured partitions instead of an
//! even rest with one hot key.

/// `spark.sql.adaptive.advisoryPartitionSizeInBytes`, 64 MiB.
const ADVISORY_BYTES: f64 = 67_108_864.0;
/// `spark.sql.adaptive.coalescePartitions.minPartitionSize`, 1 MiB.
const MIN_PARTITION_BYTES: f64 = 1_048_576.0;
/// `spark.sql.adaptive.skewJoin.skewedPartitionThresholdInBytes`, 256 MiB.
const SKEW_THRESHOLD_BYTES: f64 = 268_435_456.0;
/// `spark.sql.adaptive.skewJoin.skewedPartitionFactor`.
const SKEW_FACTOR: f64 = 5.0;
/// `spark.sql.autoBroadcastJoinThreshold`, 10 MiB.
pub const BROADCAST_BYTES: f64 = 10_485_760.0;
/// Bytes of a map task's input, `spark.sql.files.maxPartitionBytes`: as many tasks wrote the shuffle.
const MAP_TASK_BYTES: f64 = 134_217_728.0;
/// More salts than this are not worth it: every salt repeats the other side of the join once.
const MOST_SALTS: u32 = 1_000;

/// A shuffle by its partitions.
#[derive(Clone, Debug, PartialEq)]
pub struct KeyedShuffle {
    /// Bytes of each partition, by its number.
    pub partitions: Vec<f64>,
    /// The heaviest keys: bytes, Spark's hash.
    pub heavy: Vec<(f64, i32)>,
    /// Cores that read it.
    pub slots: u32,
}

/// A remedy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// None: adaptive execution off.
    AsIs,
    /// Adaptive execution on, a group-by or window: small partitions are put together, none is split.
    AdaptiveGroupBy,
    /// Adaptive execution on, a sort-merge join: large partitions are split, too.
    AdaptiveJoin,
    /// The heavy keys get a random suffix.
    Salting {
        /// How many.
        salts: u32,
    },
    /// The other side goes to every executor; this side is not shuffled.
    Broadcast,
}

/// What the stage looks like then.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Effect {
    /// The remedy.
    pub remedy: Remedy,
    /// Tasks.
    pub tasks: u64,
    /// Bytes of the largest task.
    pub largest_bytes: f64,
    /// Those over the median task's.
    pub largest_over_median: f64,
    /// Time of the stage over the time of evenly spread work on the same slots: Spark's own order, tasks to free slots.
    pub stage_over_even: f64,
}

/// All remedies on a shuffle.
#[must_use]
pub fn effects(shuffle: &KeyedShuffle) -> Vec<Effect> {
    let salts = salts(shuffle);
    let mut all = vec![Remedy::AsIs, Remedy::AdaptiveGroupBy, Remedy::AdaptiveJoin];
    all.extend((salts > 1).then_some(Remedy::Salting { salts }));
    all.push(Remedy::Broadcast);
    all.into_iter().map(|remedy| effect(shuffle, remedy)).collect()
}

/// One remedy on a shuffle.
#[must_use]
pub fn effect(shuffle: &KeyedShuffle, remedy: Remedy) -> Effect {
    let tasks = match remedy {
        Remedy::AsIs => shuffle.partitions.clone(),
        Remedy::AdaptiveGroupBy => coalesced(&shuffle.partitions, shuffle.slots),
        Remedy::AdaptiveJoin => coalesced(&split(&shuffle.partitions), shuffle.slots),
        Remedy::Salting { salts } => salted(shuffle, salts),
        Remedy::Broadcast => mapped(&shuffle.partitions),
    };
    summary(remedy, &tasks, &shuffle.partitions, shuffle.slots)
}

fn total(partitions: &[f64]) -> f64 {
    partitions.iter().sum()
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len().saturating_sub(1) / 2).copied().unwrap_or(0.0)
}

/// `OptimizeSkewedJoin`: a partition above five times the median and 256 MiB is cut towards the larger of the advisory size
/// and the mean of the others, by map outputs.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "numbers of tasks"
)]
fn split(partitions: &[f64]) -> Vec<f64> {
    let limit = (SKEW_FACTOR * median(partitions)).max(SKEW_THRESHOLD_BYTES);
    let others: Vec<f64> = partitions.iter().copied().filter(|bytes| *bytes <= limit).collect();
    let target = ADVISORY_BYTES.max(total(&others) / others.len().max(1) as f64);
    let map_tasks = (total(partitions) / MAP_TASK_BYTES).ceil().max(1.0);
    let mut out = Vec::with_capacity(partitions.len());
    for bytes in partitions {
        let pieces = if *bytes > limit { (bytes / target).ceil().clamp(1.0, map_tasks) } else { 1.0 };
        out.extend(std::iter::repeat_n(bytes / pieces, pieces as usize));
    }
    out
}

/// `CoalesceShufflePartitions`: neighbours are put together up to the target, which is a core's share, at most 64 MiB.
fn coalesced(partitions: &[f64], slots: u32) -> Vec<f64> {
    let share = (total(partitions) / f64::from(slots.max(1))).ceil();
    let target = share.clamp(MIN_PARTITION_BYTES, ADVISORY_BYTES);
    let mut out: Vec<f64> = Vec::new();
    let mut open = 0.0;
    for bytes in partitions {
        if open > 0.0 && open + bytes > target {
            out.push(open);
            open = 0.0;
        }
        open += bytes;
    }
    if open > 0.0 {
        out.push(open);
    }
    out
}

/// Salts that bring the heaviest key down to the median partition.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
fn salts(shuffle: &KeyedShuffle) -> u32 {
    let heaviest = shuffle.heavy.iter().map(|key| key.0).fold(0.0, f64::max);
    let typical = median(&shuffle.partitions).max(total(&shuffle.partitions) / 1e6);
    if typical <= 0.0 { 1 } else { (heaviest / typical).ceil().clamp(1.0, f64::from(MOST_SALTS)) as u32 }
}

/// The heavy keys are hashed with a salt of 0 … n−1 behind them, as `hash(key, salt)` does; all else stays.
fn salted(shuffle: &KeyedShuffle, salts: u32) -> Vec<f64> {
    let mut out = shuffle.partitions.clone();
    let count = u32::try_from(out.len()).unwrap_or(u32::MAX).max(1);
    let typical = median(&shuffle.partitions);
    for (bytes, hash) in shuffle.heavy.iter().filter(|key| key.0 > typical) {
        let mut put = |hash: i32, bytes: f64| {
            if let Some(slot) = out.get_mut(crate::profile::sample::spark_hash::partition(hash, count) as usize) {
                *slot = (*slot + bytes).max(0.0);
            }
        };
        put(*hash, -bytes);
        for salt in 0..salts {
            let salt = i32::try_from(salt).unwrap_or(0);
            put(crate::profile::sample::spark_hash::int(salt, *hash), bytes / f64::from(salts));
        }
    }
    out
}

/// Without a shuffle the tasks are those that read the input: even ones.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a number of tasks")]
fn mapped(partitions: &[f64]) -> Vec<f64> {
    let tasks = (total(partitions) / MAP_TASK_BYTES).ceil().clamp(1.0, 1e7);
    vec![total(partitions) / tasks; tasks as usize]
}

/// Tasks go to the slot that is free first, in their order.
fn makespan(tasks: &[f64], slots: u32) -> f64 {
    use std::cmp::Reverse;
    use std::collections::BinaryHeap;
    let slots = usize::try_from(slots).unwrap_or(1).clamp(1, tasks.len().max(1));
    // Whole bytes are exact, ordered and the same on every machine.
    let mut free: BinaryHeap<Reverse<u64>> = (0..slots).map(|_| Reverse(0)).collect();
    let mut end = 0;
    for task in tasks {
        let Some(Reverse(start)) = free.pop() else { break };
        let done = start + whole(*task);
        end = end.max(done);
        free.push(Reverse(done));
    }
    crate::units::Bytes::new(end).as_f64()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bytes")]
fn whole(bytes: f64) -> u64 {
    bytes.max(0.0).round() as u64
}

fn summary(remedy: Remedy, tasks: &[f64], partitions: &[f64], slots: u32) -> Effect {
    let filled: Vec<f64> = tasks.iter().copied().filter(|bytes| *bytes > 0.0).collect();
    let largest = filled.iter().copied().fold(0.0, f64::max);
    let middle = median(&filled);
    let even = total(partitions) / f64::from(slots.max(1));
    Effect {
        remedy,
        tasks: tasks.len() as u64,
        largest_bytes: largest,
        largest_over_median: if middle > 0.0 { largest / middle } else { 0.0 },
        stage_over_even: if even > 0.0 { makespan(&filled, slots) / even } else { 0.0 },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GB: f64 = 1e9;

    /// 99 partitions of 100 MB and one of 10.1 GB, whose key has hash 42 % 100 = 42, on 20 slots: 20 GB in all.
    fn shuffle() -> KeyedShuffle {
        let mut partitions = vec![0.1 * GB; 100];
        partitions[42] = 10.1 * GB;
        KeyedShuffle { partitions, heavy: vec![(10.0 * GB, 42)], slots: 20 }
    }

    #[test]
    fn as_it_is_the_hot_partition_is_the_stage() {
        // 42 tasks before it are two rounds and two more: it starts at 0.2 GB of work and ends at 10.3; even is 1 GB.
        let effect = effect(&shuffle(), Remedy::AsIs);
        assert_eq!((effect.tasks, effect.largest_bytes), (100, 10.1 * GB));
        assert!((effect.largest_over_median - 101.0).abs() < 1e-9);
        assert!((effect.stage_over_even - 10.3).abs() < 1e-6, "{effect:?}");
    }

    #[test]
    fn adaptive_execution_mends_a_join_and_no_group_by() {
        let group = effect(&shuffle(), Remedy::AdaptiveGroupBy);
        assert!((group.largest_bytes - 10.1 * GB).abs() < 1.0);
        // Others are 100 MB in the mean: 10.1 / 0.1 = 101 pieces, and 20 GB were written by 150 map tasks: 101.
        let join = effect(&shuffle(), Remedy::AdaptiveJoin);
        assert_eq!(join.tasks, 99 + 101);
        assert!(join.largest_over_median < 1.01 && join.stage_over_even < 1.2, "{join:?}");
    }

    #[test]
    fn salting_spreads_the_key_and_keeps_all_bytes() {
        let shuffle = shuffle();
        let salted = salted(&shuffle, salts(&shuffle));
        assert!((total(&salted) - total(&shuffle.partitions)).abs() < 1.0);
        assert_eq!(salts(&shuffle), 100);
        assert!(effect(&shuffle, Remedy::Salting { salts: 100 }).stage_over_even < 2.0);
    }

    #[test]
    fn an_even_shuffle_needs_no_remedy() {
        let even = KeyedShuffle { partitions: vec![GB; 40], heavy: vec![(0.001 * GB, 7)], slots: 20 };
        for effect in effects(&even) {
            assert!((0.99..1.2).contains(&effect.stage_over_even), "{effect:?}");
        }
        assert!(!effects(&even).iter().any(|effect| matches!(effect.remedy, Remedy::Salting { .. })));
    }
}
