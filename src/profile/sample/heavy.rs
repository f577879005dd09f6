//! The most frequent keys of any number of rows in bounded memory, with a guaranteed error: the summary of Misra and
//! Gries in its mergeable form (Agarwal et al., "Mergeable Summaries", 2012).
//!
//! Up to twice the capacity all keys are counted exactly. Beyond, the (k+1)-th largest count is taken from every
//! counter and those that reach zero are dropped; what was taken adds up to `error`. For every key then
//! `count ≤ true count ≤ count + error`, and `error ≤ rows / (k + 1)`: each unit of it was taken from k+1 counters.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Counters that are kept.
pub const CAPACITY: usize = 1 << 18;

/// Fingerprints are hashes already.
#[derive(Clone, Debug, Default)]
pub struct Identity(u64);

impl Hasher for Identity {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }
    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }
}

/// One key's counter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counter {
    /// At least so many rows.
    pub count: u64,
    /// Spark's hash of the key.
    pub hash: i32,
    /// The key for people; written down when it comes a second time, so that keys that come once cost nothing.
    pub text: Option<Box<str>>,
}

/// Counters of the most frequent keys.
#[derive(Clone, Debug)]
pub struct Heavy {
    capacity: usize,
    counters: HashMap<u64, Counter, BuildHasherDefault<Identity>>,
    error: u64,
}

impl Heavy {
    /// With room for `capacity` keys.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self { capacity: capacity.max(1), counters: HashMap::default(), error: 0 }
    }

    /// By how much a count may be too small.
    #[must_use]
    pub const fn error(&self) -> u64 {
        self.error
    }

    /// Keys that are counted; all there are while the error is 0.
    #[must_use]
    pub fn len(&self) -> usize {
        self.counters.len()
    }

    /// Whether nothing was counted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.counters.is_empty()
    }

    /// Counts rows of a key.
    pub fn add(&mut self, fingerprint: u64, hash: i32, rows: u64, text: impl FnOnce() -> String) {
        let counter = self.counters.entry(fingerprint).or_insert(Counter { count: 0, hash, text: None });
        if counter.text.is_none() && (counter.count > 0 || rows > 1) {
            counter.text = Some(text().into_boxed_str());
        }
        counter.count += rows;
        if self.counters.len() > 2 * self.capacity {
            self.reduce();
        }
    }

    fn reduce(&mut self) {
        let mut counts: Vec<u64> = self.counters.values().map(|counter| counter.count).collect();
        let place = self.capacity.min(counts.len() - 1);
        let (_, cut, _) = counts.select_nth_unstable_by(place, |a, b| b.cmp(a));
        let cut = *cut;
        self.error += cut;
        self.counters.retain(|_, counter| {
            counter.count = counter.count.saturating_sub(cut);
            counter.count > 0
        });
    }

    /// Adds the counters of other rows.
    pub fn merge(&mut self, other: Self) {
        self.error += other.error;
        for (fingerprint, counter) in other.counters {
            match self.counters.entry(fingerprint) {
                std::collections::hash_map::Entry::Vacant(slot) => {
                    slot.insert(counter);
                }
                std::collections::hash_map::Entry::Occupied(mut slot) => {
                    let own = slot.get_mut();
                    own.count += counter.count;
                    own.text = own.text.take().or(counter.text);
                }
            }
        }
        if self.counters.len() > 2 * self.capacity {
            self.reduce();
        }
    }

    /// The `most` keys with the largest counts, largest first; ties by their text and fingerprint.
    #[must_use]
    pub fn top(&self, most: usize) -> Vec<&Counter> {
        let mut all: Vec<(&u64, &Counter)> = self.counters.iter().collect();
        let order = |a: &(&u64, &Counter), b: &(&u64, &Counter)| {
            b.1.count.cmp(&a.1.count).then_with(|| a.1.text.cmp(&b.1.text)).then_with(|| a.0.cmp(b.0))
        };
        if all.len() > most && most > 0 {
            all.select_nth_unstable_by(most - 1, order);
            all.truncate(most);
        }
        all.sort_unstable_by(order);
        all.into_iter().map(|it| it.1).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mixed(value: u64) -> u64 {
        value.wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }

    fn summary(keys: &[u64], capacity: usize) -> Heavy {
        let mut heavy = Heavy::new(capacity);
        for key in keys {
            heavy.add(mixed(*key), 0, 1, || key.to_string());
        }
        heavy
    }

    #[test]
    fn within_the_capacity_it_is_exact() {
        let heavy = summary(&[1, 2, 1, 3, 1, 2], 2);
        assert_eq!(heavy.error(), 0);
        let top = heavy.top(2);
        assert_eq!((top[0].count, top[0].text.as_deref()), (3, Some("1")));
        assert_eq!((top[1].count, top[1].text.as_deref()), (2, Some("2")));
    }

    proptest::proptest! {
        #[test]
        fn the_guarantee_holds_however_the_rows_are_divided(
            keys in proptest::collection::vec(0_u64..60, 0..600),
            cut in 0_usize..600,
            capacity in 1_usize..12,
        ) {
            let cut = cut.min(keys.len());
            let mut heavy = summary(&keys[..cut], capacity);
            heavy.merge(summary(&keys[cut..], capacity));
            proptest::prop_assert!(heavy.error() * (capacity as u64 + 1) <= keys.len() as u64);
            for key in 0..60 {
                let truth = keys.iter().filter(|other| **other == key).count() as u64;
                let counted = heavy.counters.get(&mixed(key)).map_or(0, |counter| counter.count);
                proptest::prop_assert!(counted <= truth && truth <= counted + heavy.error());
            }
            proptest::prop_assert!(heavy.len() <= 2 * capacity);
        }
    }
}
