//! A histogram of sizes by powers of two: 64 classes hold any number of files exactly enough for splits and packing.

use crate::units::{Bytes, MIB};

/// Classes: one for 0 bytes, and one for each power of two.
pub const CLASSES: usize = 65;

/// Files below this are small: an eighth of Spark's split of 128 MiB, so that opening (4 MiB, `openCostInBytes`) is a
/// fifth or more of a packed task.
pub const SMALL: u64 = 16 * MIB;

/// Counts and bytes by class of size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sizes {
    classes: [(u64, u64); CLASSES],
}

impl Default for Sizes {
    fn default() -> Self {
        Self { classes: [(0, 0); CLASSES] }
    }
}

/// The class of a size: 0 for nothing, else 1 + ⌊log₂ size⌋.
#[must_use]
pub const fn class_of(size: u64) -> usize {
    (u64::BITS - size.leading_zeros()) as usize
}

/// The smallest size of a class.
#[must_use]
pub const fn floor_of(class: usize) -> u64 {
    if class == 0 { 0 } else { 1 << (class - 1) }
}

impl Sizes {
    /// Adds a file.
    pub fn add(&mut self, size: u64) {
        self.put(class_of(size), 1, size);
    }

    /// Adds files of one class.
    pub fn put(&mut self, class: usize, count: u64, bytes: u64) {
        let slot = &mut self.classes[class.min(CLASSES - 1)];
        slot.0 = slot.0.saturating_add(count);
        slot.1 = slot.1.saturating_add(bytes);
    }

    /// Adds another histogram.
    pub fn merge(&mut self, other: &Self) {
        for (class, (count, bytes)) in other.classes.iter().enumerate() {
            self.put(class, *count, *bytes);
        }
    }

    /// Classes with files: (class, files, bytes).
    pub fn filled(&self) -> impl Iterator<Item = (usize, u64, u64)> + '_ {
        self.classes
            .iter()
            .enumerate()
            .filter(|(_, it)| it.0 > 0)
            .map(|(class, (count, bytes))| (class, *count, *bytes))
    }

    /// Files and bytes of all classes.
    #[must_use]
    pub fn totals(&self) -> (u64, u64) {
        self.filled().fold((0, 0), |sum, it| (sum.0.saturating_add(it.1), sum.1.saturating_add(it.2)))
    }

    /// Files and bytes in files smaller than `limit`, which must be a power of two.
    #[must_use]
    pub fn below(&self, limit: u64) -> (u64, u64) {
        let end = class_of(limit);
        self.filled().take_while(|it| it.0 < end).fold((0, 0), |sum, it| (sum.0 + it.1, sum.1.saturating_add(it.2)))
    }

    /// The size that a share of the files does not exceed, to the class: the mean of the class that holds it.
    #[must_use]
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "ranks")]
    pub fn quantile(&self, share: f64) -> u64 {
        let (count, _) = self.totals();
        let rank = ((count as f64 * share).ceil() as u64).clamp(1, count.max(1));
        let mut seen = 0;
        for (_, files, bytes) in self.filled() {
            seen += files;
            if seen >= rank {
                return bytes / files;
            }
        }
        0
    }

    /// Files that hold bytes, as (mean size, count) classes, smallest first.
    #[must_use]
    pub fn classes(&self) -> Vec<(Bytes, u64)> {
        self.filled().filter(|it| it.2 > 0).map(|(_, count, bytes)| (Bytes::new(bytes / count), count)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_powers_of_two() {
        assert_eq!([0, 1, 2, 3, 4, 1023, 1024].map(class_of), [0, 1, 2, 2, 3, 10, 11]);
        assert_eq!(class_of(u64::MAX), 64);
        assert_eq!(floor_of(class_of(1024)), 1024);
    }

    /// Three empty files, one of 15 MiB, one of 16 MiB: four are small; half of five files is the third, which is empty.
    #[test]
    fn small_files_and_quantiles() {
        let mut sizes = Sizes::default();
        [0, 0, 0, 15 * MIB, 16 * MIB].into_iter().for_each(|size| sizes.add(size));
        assert_eq!(sizes.below(SMALL), (4, 15 * MIB));
        assert_eq!((sizes.quantile(0.5), sizes.quantile(0.8), sizes.quantile(1.0)), (0, 15 * MIB, 16 * MIB));
        assert_eq!(sizes.classes(), vec![(Bytes::mib(15), 1), (Bytes::mib(16), 1)]);
    }

    proptest::proptest! {
        #[test]
        fn merging_is_adding(a in proptest::collection::vec(0_u64..1 << 40, 0..50), b in proptest::collection::vec(0_u64..1 << 40, 0..50)) {
            let of = |sizes: &[u64]| { let mut out = Sizes::default(); sizes.iter().for_each(|size| out.add(*size)); out };
            let mut merged = of(&a);
            merged.merge(&of(&b));
            let both: Vec<u64> = a.iter().chain(&b).copied().collect();
            proptest::prop_assert_eq!(&merged, &of(&both));
            proptest::prop_assert_eq!(merged.totals(), (both.len() as u64, both.iter().sum()));
        }
    }
}
