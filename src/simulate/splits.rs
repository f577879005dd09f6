//! How Spark cuts input files into tasks (`FilePartition` in Spark 3 and 4): the split size, the cutting of
//! splittable files, and the packing of small pieces, exactly, on classes of equal files.

use crate::units::Bytes;

/// `spark.sql.files.maxPartitionBytes`, 128 MiB (Spark 3.5 docs, sql-performance-tuning).
pub const MAX_PARTITION_BYTES: u64 = 128 << 20;
/// `spark.sql.files.openCostInBytes`, 4 MiB (same page).
pub const OPEN_COST_BYTES: u64 = 4 << 20;

/// Tasks that read the same amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SplitRun {
    /// How many tasks.
    pub tasks: u32,
    /// Bytes that one of them reads.
    pub bytes: u64,
    /// Files (or pieces of files) that one of them opens.
    pub files: u32,
}

/// `min(128 MiB, max(4 MiB, (Σ size + files × 4 MiB) / parallelism))`.
#[must_use]
pub fn max_split_bytes(classes: &[(Bytes, u64)], parallelism: u32) -> u64 {
    let with_open_cost =
        classes.iter().map(|(size, count)| u128::from(size.get() + OPEN_COST_BYTES) * u128::from(*count)).sum::<u128>();
    let per_core = with_open_cost / u128::from(parallelism.max(1));
    MAX_PARTITION_BYTES.min(OPEN_COST_BYTES.max(u64::try_from(per_core).unwrap_or(u64::MAX)))
}

/// The tasks that read files of the given sizes and counts.
#[must_use]
pub fn split(classes: &[(Bytes, u64)], splittable: bool, parallelism: u32) -> Vec<SplitRun> {
    let max_split = max_split_bytes(classes, parallelism);
    let mut pieces = Vec::with_capacity(2 * classes.len());
    for (size, count) in classes {
        cut(size.get(), *count, splittable.then_some(max_split), &mut pieces);
    }
    // Spark sorts the pieces by size, largest first, before packing.
    pieces.sort_unstable_by_key(|(bytes, _)| std::cmp::Reverse(*bytes));
    pack(&pieces, max_split)
}

fn cut(size: u64, count: u64, max_split: Option<u64>, pieces: &mut Vec<(u64, u64)>) {
    let whole = max_split.map_or(0, |max| size / max);
    let rest = max_split.map_or(size, |max| size % max);
    if whole > 0 {
        pieces.push((max_split.unwrap_or(size), whole * count));
    }
    if count > 0 && rest > 0 {
        pieces.push((rest, count));
    }
}

/// Next-fit packing: a task is closed when the next piece does not fit; every piece adds the open cost.
fn pack(pieces: &[(u64, u64)], max_split: u64) -> Vec<SplitRun> {
    let mut runs = Vec::with_capacity(2 * pieces.len());
    let mut open = Open::default();
    for (bytes, count) in pieces {
        let joined = if open.files > 0 { fitting(*bytes, open.filled, max_split).min(*count) } else { 0 };
        open.add(*bytes, joined);
        let left = count - joined;
        if left > 0 {
            open.close(&mut runs);
            let a_task = fitting(*bytes, 0, max_split).max(1);
            // The last task stays open: a smaller piece may still fit.
            let closed = (left - 1) / a_task;
            push(&mut runs, closed, a_task * bytes, a_task);
            open.add(*bytes, left - closed * a_task);
        }
    }
    open.close(&mut runs);
    runs
}

/// The task that is being packed.
#[derive(Default)]
struct Open {
    bytes: u64,
    files: u64,
    /// Bytes and open costs together: what the split size is held against.
    filled: u64,
}

impl Open {
    const fn add(&mut self, bytes: u64, count: u64) {
        self.bytes = self.bytes.saturating_add(count.saturating_mul(bytes));
        self.files = self.files.saturating_add(count);
        self.filled = self.filled.saturating_add(count.saturating_mul(bytes.saturating_add(OPEN_COST_BYTES)));
    }

    fn close(&mut self, runs: &mut Vec<SplitRun>) {
        push(runs, u64::from(self.files > 0), self.bytes, self.files);
        *self = Self::default();
    }
}

/// How many pieces fit after `filled`: the piece itself must fit, and each leaves its size plus the open cost.
const fn fitting(bytes: u64, filled: u64, max_split: u64) -> u64 {
    match max_split.checked_sub(filled.saturating_add(bytes)) {
        None => 0,
        Some(room) => room / (bytes + OPEN_COST_BYTES) + 1,
    }
}

/// Adds tasks to the last run where they are equal; more than a run can count are several runs.
fn push(runs: &mut Vec<SplitRun>, mut tasks: u64, bytes: u64, files: u64) {
    let narrow = |value: u64| u32::try_from(value).unwrap_or(u32::MAX);
    if let Some(last) = runs.last_mut().filter(|last| last.bytes == bytes && u64::from(last.files) == files) {
        let added = narrow(tasks).min(u32::MAX - last.tasks);
        last.tasks += added;
        tasks -= u64::from(added);
    }
    while tasks > 0 {
        let counted = narrow(tasks);
        runs.push(SplitRun { tasks: counted, bytes, files: narrow(files) });
        tasks -= u64::from(counted);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::MIB;

    fn tasks(runs: &[SplitRun]) -> u32 {
        runs.iter().map(|run| run.tasks).sum()
    }

    fn bytes(runs: &[SplitRun]) -> u64 {
        runs.iter().map(|run| u64::from(run.tasks) * run.bytes).sum()
    }

    /// Spark's loop, file by file.
    fn packed_one_by_one(classes: &[(Bytes, u64)], splittable: bool, parallelism: u32) -> Vec<u64> {
        let max = max_split_bytes(classes, parallelism);
        let mut pieces = Vec::new();
        for (size, count) in classes {
            for _ in 0..*count {
                let mut left = size.get();
                while splittable && left > max {
                    pieces.push(max);
                    left -= max;
                }
                if left > 0 {
                    pieces.push(left);
                }
            }
        }
        pieces.sort_unstable_by(|a, b| b.cmp(a));
        let (mut out, mut current, mut size) = (Vec::new(), 0, 0);
        for piece in pieces {
            if size > 0 && size + piece > max {
                out.push(current);
                (current, size) = (0, 0);
            }
            current += piece;
            size += piece + OPEN_COST_BYTES;
        }
        if size > 0 {
            out.push(current);
        }
        out
    }

    #[test]
    fn big_splittable_files_become_pieces_of_128_mib() {
        // 10 files of 1 GiB on 40 cores: (10 GiB + 40 MiB)/40 = 257 MiB, so 128 MiB; 8 pieces a file.
        let runs = split(&[(Bytes::gib(1), 10)], true, 40);
        assert_eq!(runs, [SplitRun { tasks: 80, bytes: 128 * MIB, files: 1 }]);
    }

    #[test]
    fn few_cores_never_make_pieces_larger_and_many_cores_make_them_smaller() {
        // 1 GiB in one file on 64 cores: (1024 + 4)/64 = 16.06 MiB a piece: 63 full ones and a rest.
        assert_eq!(tasks(&split(&[(Bytes::gib(1), 1)], true, 64)), 64);
        assert_eq!(tasks(&split(&[(Bytes::gib(1), 1)], true, 2)), 8);
    }

    #[test]
    fn small_files_are_packed_with_their_open_cost() {
        // 1,000 files of 1 MiB on 4 cores: (1000 + 4000)/4 = 1250 MiB, so 128 MiB. A task takes files while
        // 5·k + 1 <= 128: k = 25 more after the first, 26 in all; 1000/26 = 38 tasks and a rest of 12.
        let runs = split(&[(Bytes::mib(1), 1000)], true, 4);
        assert_eq!(runs[0], SplitRun { tasks: 38, bytes: 26 * MIB, files: 26 });
        assert_eq!(runs[1], SplitRun { tasks: 1, bytes: 12 * MIB, files: 12 });
    }

    #[test]
    fn a_gzip_file_is_one_task_whatever_its_size() {
        let runs = split(&[(Bytes::gib(3), 7)], false, 100);
        assert_eq!(runs, [SplitRun { tasks: 7, bytes: 3 << 30, files: 1 }]);
    }

    #[test]
    fn more_tasks_than_a_run_can_count_are_several_runs() {
        // 8 EB in files of 1 GiB (2^30) at 128 MiB a piece: 2^33 × 8 pieces, more than 2^32 of them.
        let runs = split(&[(Bytes::gib(1), 1 << 33)], true, 16_384);
        let total: u128 = runs.iter().map(|run| u128::from(run.tasks) * u128::from(run.bytes)).sum();
        assert_eq!(total, 1 << 63);
        assert!(runs.len() > 1);
    }

    proptest::proptest! {
        #[test]
        fn classes_are_packed_as_single_files_are(
            classes in proptest::collection::vec((1_u64..700, 0_u64..40), 1..5),
            splittable: bool,
            parallelism in 1_u32..300,
        ) {
            let classes: Vec<(Bytes, u64)> = classes.into_iter().map(|(mib, n)| (Bytes::new(mib * MIB * 9 / 7), n)).collect();
            let runs = split(&classes, splittable, parallelism);
            let mut ours: Vec<u64> = runs.iter().flat_map(|run| std::iter::repeat_n(run.bytes, run.tasks as usize)).collect();
            let mut spark = packed_one_by_one(&classes, splittable, parallelism);
            ours.sort_unstable();
            spark.sort_unstable();
            proptest::prop_assert_eq!(bytes(&runs), spark.iter().sum::<u64>());
            proptest::prop_assert_eq!(ours, spark);
        }
    }
}
