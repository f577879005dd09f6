//! Counts over the rows of a sample for one key.

use super::distinct::Distinct;
use super::heavy::{CAPACITY, Heavy};
use super::key::Value;
use super::spark_hash::{SEED, partition};

/// Counts of one key.
#[derive(Clone, Debug)]
pub struct KeyTally {
    /// Rows.
    pub rows: u64,
    /// Rows in which the key, or a part of it, is null.
    pub null_rows: u64,
    /// The most frequent keys.
    pub heavy: Heavy,
    /// How many keys.
    pub distinct: Distinct,
    /// How many keys, where another engine counted them.
    pub counted_distinct: Option<u64>,
    /// Rows by shuffle partition, for each number of partitions that was asked for: exact for any number of rows.
    pub partitions: Vec<Vec<u64>>,
}

impl KeyTally {
    /// An empty tally for some numbers of shuffle partitions.
    #[must_use]
    pub fn new(shuffle_partitions: &[u32]) -> Self {
        let slots = |count: &u32| vec![0; usize::try_from(*count).unwrap_or(1).max(1)];
        Self {
            rows: 0,
            null_rows: 0,
            heavy: Heavy::new(CAPACITY),
            distinct: Distinct::default(),
            counted_distinct: None,
            partitions: shuffle_partitions.iter().map(slots).collect(),
        }
    }

    /// Counts a row by the parts of its key.
    pub fn add(&mut self, parts: &[Value<'_>]) {
        let (mut hash, mut fingerprint, mut null) = (SEED, 0, false);
        for part in parts {
            hash = part.hash(hash);
            fingerprint = part.fingerprint(fingerprint);
            null |= matches!(part, Value::Null);
        }
        self.put(hash, fingerprint, u64::from(null), 1, || shown(parts));
    }

    /// Counts rows of one key.
    pub fn put(&mut self, hash: i32, fingerprint: u64, nulls: u64, rows: u64, text: impl FnOnce() -> String) {
        self.rows += rows;
        self.null_rows += nulls;
        self.heavy.add(fingerprint, hash, rows, text);
        self.distinct.add(fingerprint);
        for slots in &mut self.partitions {
            let count = u32::try_from(slots.len()).unwrap_or(1);
            if let Some(slot) = slots.get_mut(partition(hash, count) as usize) {
                *slot += rows;
            }
        }
    }

    /// A frequent key that another engine counted; rows and partitions are counted apart.
    pub fn put_key(&mut self, hash: i32, shown: &[u8], rows: u64) {
        let fingerprint = Value::Text(shown).fingerprint(u64::from(hash.unsigned_abs()));
        self.heavy.add(fingerprint, hash, rows, || crate::profile::objects::name::printable(shown, 80));
    }

    /// Puts the frequent keys where Spark's hash puts them and all other rows evenly.
    pub fn spread_the_rest(&mut self) {
        let known: Vec<(i32, u64)> = self.heavy.top(usize::MAX).iter().map(|it| (it.hash, it.count)).collect();
        let rest = self.rows.saturating_sub(known.iter().map(|it| it.1).sum());
        for slots in &mut self.partitions {
            let count = slots.len() as u64;
            for (slot, place) in slots.iter_mut().zip(0..) {
                *slot = rest / count + u64::from(place < rest % count);
            }
            let count = u32::try_from(slots.len()).unwrap_or(1);
            for (hash, rows) in &known {
                if let Some(slot) = slots.get_mut(partition(*hash, count) as usize) {
                    *slot += rows;
                }
            }
        }
    }

    /// Adds other rows.
    pub fn merge(&mut self, other: Self) {
        self.rows += other.rows;
        self.null_rows += other.null_rows;
        self.heavy.merge(other.heavy);
        self.distinct.merge(&other.distinct);
        for (own, other) in self.partitions.iter_mut().zip(other.partitions) {
            own.iter_mut().zip(other).for_each(|(own, other)| *own += other);
        }
    }

    /// Distinct keys, and whether that is exact.
    #[must_use]
    pub fn distinct_keys(&self) -> (u64, bool) {
        if let Some(counted) = self.counted_distinct {
            return (counted, true);
        }
        if self.heavy.error() == 0 { (self.heavy.len() as u64, true) } else { (self.distinct.estimate(), false) }
    }
}

/// A key for people.
#[must_use]
pub fn shown(parts: &[Value<'_>]) -> String {
    let mut out = String::new();
    for (number, part) in parts.iter().enumerate() {
        if number > 0 {
            out.push_str(", ");
        }
        part.show(&mut out);
    }
    out
}
