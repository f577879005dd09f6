//! What could not be read: counted by kind, with the first few of each for a person to look at.

use std::collections::BTreeMap;

use super::name::printable;

/// Examples that are kept of each kind.
const EXAMPLES: usize = 3;
/// Longest example in characters.
const EXAMPLE_LENGTH: usize = 100;

/// Why a line, record or file of a source was not counted as an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// The line has no form that any listing has.
    NotAListingLine,
    /// The date or the time is none.
    BadDate,
    /// The size is none.
    BadSize,
    /// There is no key.
    NoKey,
    /// A line beyond any sensible length.
    TooLong,
    /// A record is not of the form that its file promises.
    BadRecord,
    /// The text breaks off.
    CutOff,
    /// A file that an inventory or a table names and that is not there.
    MissingFile,
    /// A file of an inventory or a table whose bytes are not those that are promised.
    ChangedFile,
    /// A file or folder that cannot be opened.
    Unreadable,
}

impl Fault {
    /// Stable, kebab-case.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotAListingLine => "not-a-listing-line",
            Self::BadDate => "bad-date",
            Self::BadSize => "bad-size",
            Self::NoKey => "no-key",
            Self::TooLong => "too-long",
            Self::BadRecord => "bad-record",
            Self::CutOff => "cut-off",
            Self::MissingFile => "missing-file",
            Self::ChangedFile => "changed-file",
            Self::Unreadable => "unreadable",
        }
    }

    /// For people.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::NotAListingLine => "no line of a listing",
            Self::BadDate => "date or time cannot be read",
            Self::BadSize => "size cannot be read",
            Self::NoKey => "no key",
            Self::TooLong => "line longer than any key",
            Self::BadRecord => "record not as its schema promises",
            Self::CutOff => "the text breaks off",
            Self::MissingFile => "a file that the manifest names is not there",
            Self::ChangedFile => "a file is not the one that the manifest names",
            Self::Unreadable => "cannot be opened",
        }
    }
}

/// Faults of one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FaultCount {
    /// How many.
    pub count: u64,
    /// The first ones: where (line, record or file), and what stands there.
    pub examples: Vec<(String, String)>,
}

/// All faults of a source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    kinds: BTreeMap<Fault, FaultCount>,
}

impl Faults {
    /// Adds one.
    pub fn add(&mut self, fault: Fault, place: impl FnOnce() -> String, text: &[u8]) {
        self.put(fault, 1, place, text);
    }

    /// Adds several at one place.
    pub fn put(&mut self, fault: Fault, count: u64, place: impl FnOnce() -> String, text: &[u8]) {
        if count == 0 {
            return;
        }
        let kind = self.kinds.entry(fault).or_default();
        kind.count += count;
        if kind.examples.len() < EXAMPLES {
            kind.examples.push((place(), printable(text, EXAMPLE_LENGTH)));
        }
    }

    /// Adds those of a later part.
    pub fn merge(&mut self, other: Self) {
        for (fault, found) in other.kinds {
            let kind = self.kinds.entry(fault).or_default();
            kind.count += found.count;
            let room = EXAMPLES - kind.examples.len().min(EXAMPLES);
            kind.examples.extend(found.examples.into_iter().take(room));
        }
    }

    /// How many in all.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.kinds.values().map(|kind| kind.count).sum()
    }

    /// How many of one kind.
    #[must_use]
    pub fn count_of(&self, fault: Fault) -> u64 {
        self.kinds.get(&fault).map_or(0, |kind| kind.count)
    }

    /// By kind.
    pub fn iter(&self) -> impl Iterator<Item = (Fault, &FaultCount)> {
        self.kinds.iter().map(|(fault, count)| (*fault, count))
    }
}
