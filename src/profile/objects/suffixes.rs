//! Data files by suffix. Bounded: with too many suffixes only their last parts are told apart, then nothing.

use std::collections::HashMap;

use crate::units::MIB;

/// Most suffixes that are told apart.
const MOST: usize = 2_048;

/// What ends in one suffix.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SuffixFigures {
    /// Data files.
    pub objects: u64,
    /// Their bytes.
    pub bytes: u64,
    /// The largest of them.
    pub largest: u64,
    /// Those larger than Spark's split of 128 MiB.
    pub over_split: u64,
    /// Bytes of those.
    pub over_split_bytes: u64,
}

impl SuffixFigures {
    /// One file.
    #[must_use]
    pub const fn of(size: u64) -> Self {
        let over = size > 128 * MIB;
        let over_split_bytes = if over { size } else { 0 };
        Self { objects: 1, bytes: size, largest: size, over_split: over as u64, over_split_bytes }
    }

    fn add(&mut self, other: Self) {
        self.objects = self.objects.saturating_add(other.objects);
        self.bytes = self.bytes.saturating_add(other.bytes);
        self.largest = self.largest.max(other.largest);
        self.over_split = self.over_split.saturating_add(other.over_split);
        self.over_split_bytes = self.over_split_bytes.saturating_add(other.over_split_bytes);
    }
}

/// Data files by suffix.
#[derive(Clone, Debug)]
pub struct Suffixes {
    /// Parts that are told apart: 2, 1 or 0.
    parts: usize,
    all: HashMap<Box<[u8]>, usize>,
    figures: Vec<SuffixFigures>,
    last: Option<(Vec<u8>, usize)>,
}

impl Default for Suffixes {
    fn default() -> Self {
        Self { parts: 2, all: HashMap::new(), figures: Vec::new(), last: None }
    }
}

impl Suffixes {
    /// Adds files with a suffix as [`super::name::suffix`] gives it.
    pub fn add(&mut self, suffix: &[u8], figures: SuffixFigures) {
        let slot = match &self.last {
            Some((last, slot)) if last == suffix => *slot,
            _ => {
                let slot = self.slot(suffix);
                self.last = Some((suffix.to_vec(), slot));
                slot
            }
        };
        self.figures[slot].add(figures);
        self.shrink();
    }

    fn slot(&mut self, suffix: &[u8]) -> usize {
        let kept = self.kept(suffix);
        if let Some(slot) = self.all.get(kept) {
            return *slot;
        }
        self.figures.push(SuffixFigures::default());
        self.all.insert(kept.into(), self.figures.len() - 1);
        self.figures.len() - 1
    }

    fn kept<'s>(&self, suffix: &'s [u8]) -> &'s [u8] {
        match self.parts {
            0 => &[],
            1 => memchr::memrchr(b'.', suffix).map_or(suffix, |at| &suffix[at..]),
            _ => suffix,
        }
    }

    fn shrink(&mut self) {
        while self.all.len() > MOST && self.parts > 0 {
            self.parts -= 1;
            self.last = None;
            let (old, figures) = (std::mem::take(&mut self.all), std::mem::take(&mut self.figures));
            for (suffix, slot) in old {
                let slot_now = self.slot(&suffix);
                self.figures[slot_now].add(figures[slot]);
            }
        }
    }

    /// Adds others.
    pub fn merge(&mut self, other: Self) {
        self.last = None;
        while self.parts > other.parts {
            let (old, figures) = (std::mem::take(&mut self.all), std::mem::take(&mut self.figures));
            self.parts -= 1;
            for (suffix, slot) in old {
                let slot_now = self.slot(&suffix);
                self.figures[slot_now].add(figures[slot]);
            }
        }
        for (suffix, slot) in other.all {
            let slot_now = self.slot(&suffix);
            self.figures[slot_now].add(other.figures[slot]);
        }
        self.shrink();
    }

    /// Suffixes and what ends in them, by name.
    #[must_use]
    pub fn sorted(&self) -> Vec<(String, SuffixFigures)> {
        let mut all: Vec<(String, SuffixFigures)> = self
            .all
            .iter()
            .map(|(suffix, slot)| (String::from_utf8_lossy(suffix).into_owned(), self.figures[*slot]))
            .collect();
        all.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_many_suffixes_keep_their_last_part_and_all_files() {
        let mut suffixes = Suffixes::default();
        let letters = |n: usize| char::from(b'a' + u8::try_from(n % 26).unwrap_or(0));
        for n in 0..10_000_usize {
            let word: String = [n / 676, n / 26, n].map(letters).iter().collect();
            suffixes.add(format!(".{word}.gz").as_bytes(), SuffixFigures::of(1));
        }
        assert_eq!(suffixes.sorted().len(), 1);
        assert_eq!((suffixes.sorted()[0].0.as_str(), suffixes.sorted()[0].1.objects), (".gz", 10_000));
    }
}
