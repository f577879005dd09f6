//! Counts over any number of objects in bounded memory. All sums are whole numbers, so that tallies can be made in
//! parts, in any order, and merged to the same result.

use super::days::{Days, EARLIEST_MS};
use super::faults::Faults;
use super::folders::{FolderFigures, Folders};
use super::name;
use super::object::{Object, State, is_archived};
use super::sizes::Sizes;
use super::suffixes::{SuffixFigures, Suffixes};
use crate::workload::Format;

/// Largest files that are named.
const LARGEST: usize = 5;
/// Storage classes that are told apart; S3 has eleven.
const CLASSES: usize = 64;
/// A clock may be ahead, and `aws s3 ls` writes local time (UTC+14 at most).
const TOLERATED_FUTURE_MS: i64 = 14 * 3_600_000;
/// Room that the suffix of a name takes at most.
const SUFFIX_ROOM: usize = 24;

/// Objects and their bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// How many.
    pub objects: u64,
    /// Their bytes.
    pub bytes: u64,
}

impl Count {
    /// Adds one object.
    pub const fn add(&mut self, bytes: u64) {
        self.put(1, bytes);
    }

    /// Adds objects.
    pub const fn put(&mut self, objects: u64, bytes: u64) {
        self.objects = self.objects.saturating_add(objects);
        self.bytes = self.bytes.saturating_add(bytes);
    }
}

/// Current objects that are no data files, or odd in another way. Only the first four are left out of the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Oddity {
    /// Keys that end in `/` or `_$folder$`: a console's or Hadoop's folders.
    FolderMarker,
    /// In an archive class: must be restored before it can be read.
    Archived,
    /// Names that Spark leaves out (`_SUCCESS`, `.crc`, `_temporary`, a table's log).
    Hidden,
    /// Metadata of an Iceberg table.
    TableMetadata,
    /// Data files without a byte.
    ZeroByte,
    /// Modified in the future.
    Future,
    /// Modified before S3 opened.
    BeforeS3,
    /// Without a time.
    Undated,
    /// Keys that are no UTF-8.
    NotUtf8,
    /// Keys with control characters.
    ControlCharacters,
}

impl Oddity {
    /// All kinds.
    pub const ALL: [Self; 10] = [
        Self::FolderMarker,
        Self::Archived,
        Self::Hidden,
        Self::TableMetadata,
        Self::ZeroByte,
        Self::Future,
        Self::BeforeS3,
        Self::Undated,
        Self::NotUtf8,
        Self::ControlCharacters,
    ];

    /// Stable, kebab-case.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::FolderMarker => "folder-marker",
            Self::Archived => "archived",
            Self::Hidden => "hidden",
            Self::TableMetadata => "table-metadata",
            Self::ZeroByte => "zero-byte",
            Self::Future => "future-date",
            Self::BeforeS3 => "before-s3",
            Self::Undated => "undated",
            Self::NotUtf8 => "not-utf-8",
            Self::ControlCharacters => "control-characters",
        }
    }

    /// For people.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::FolderMarker => "folder markers, no data",
            Self::Archived => "in an archive class: a job cannot read them until they are restored; left out",
            Self::Hidden => "names that Spark leaves out (`_…`, `.…`)",
            Self::TableMetadata => "metadata of an Iceberg table; left out",
            Self::ZeroByte => "data files without a byte: listed, never read",
            Self::Future => "modified in the future: a wrong clock; left out of arrivals",
            Self::BeforeS3 => "modified before S3 opened (2006-03-14): a wrong clock; left out of arrivals",
            Self::Undated => "without a time; left out of arrivals",
            Self::NotUtf8 => "keys that are no UTF-8",
            Self::ControlCharacters => "keys with control characters",
        }
    }

    /// Whether such objects are left out of the data.
    #[must_use]
    pub const fn is_no_data(self) -> bool {
        matches!(self, Self::FolderMarker | Self::Archived | Self::Hidden | Self::TableMetadata)
    }
}

/// Counts over objects.
#[derive(Clone, Debug)]
pub struct Tally {
    now_ms: i64,
    pub(super) states: [Count; 3],
    pub(super) classes: Vec<(Vec<u8>, Count)>,
    last_class: usize,
    pub(super) odd: [Count; Oddity::ALL.len()],
    pub(super) data: Count,
    pub(super) sizes: Sizes,
    pub(super) days: Days,
    pub(super) folders: Folders,
    pub(super) suffixes: Suffixes,
    /// Earliest and latest credible modification of the data.
    pub(super) span_ms: Option<(i64, i64)>,
    pub(super) largest: Vec<(u64, Vec<u8>)>,
    /// Signs of table formats: Delta, Hudi, Iceberg.
    pub(super) tables: [u64; 3],
    suffix_room: Vec<u8>,
    /// What could not be read.
    pub faults: Faults,
}

/// The formats behind [`Tally::tables`].
pub(super) const TABLES: [Format; 3] = [Format::Delta, Format::Hudi, Format::Iceberg];

impl Tally {
    /// An empty tally; `now_ms` is the moment after which a time lies in the future.
    #[must_use]
    pub fn new(now_ms: i64) -> Self {
        Self {
            now_ms,
            states: [Count::default(); 3],
            classes: Vec::new(),
            last_class: 0,
            odd: [Count::default(); Oddity::ALL.len()],
            data: Count::default(),
            sizes: Sizes::default(),
            days: Days::default(),
            folders: Folders::default(),
            suffixes: Suffixes::default(),
            span_ms: None,
            largest: Vec::new(),
            tables: [0; 3],
            suffix_room: Vec::with_capacity(SUFFIX_ROOM),
            faults: Faults::default(),
        }
    }

    /// Folders with data, for people.
    #[must_use]
    pub fn folders_named(&self) -> Vec<String> {
        self.folders.sorted().iter().map(|it| name::printable(it.0, 200)).collect()
    }

    /// Objects of all states.
    #[must_use]
    pub fn objects(&self) -> u64 {
        self.states.iter().map(|count| count.objects).sum()
    }

    /// Counts an object.
    pub fn add(&mut self, object: &Object<'_>) {
        self.states[object.state as usize].add(object.size);
        self.class(object.class, 1, object.size);
        if object.state != State::Current {
            return;
        }
        self.name_oddities(object);
        let (folder, file) = name::split(object.key);
        if let Some(kind) = self.no_data(object, folder, file) {
            self.odd(kind, object.size);
            return;
        }
        let mut suffix = std::mem::take(&mut self.suffix_room);
        name::suffix(file, &mut suffix);
        self.data_file(object, folder, &suffix);
        self.suffix_room = suffix;
    }

    /// Counts a current object that is data whatever it is called, in a folder and of a suffix that are known.
    pub fn add_data(&mut self, object: &Object<'_>, folder: &[u8], suffix: &[u8]) {
        self.states[State::Current as usize].add(object.size);
        self.class(object.class, 1, object.size);
        self.name_oddities(object);
        self.data_file(object, folder, suffix);
    }

    fn data_file(&mut self, object: &Object<'_>, folder: &[u8], suffix: &[u8]) {
        self.data.add(object.size);
        self.sizes.add(object.size);
        self.folders.add(folder, FolderFigures::of(object.size));
        self.suffixes.add(suffix, SuffixFigures::of(object.size));
        if object.size == 0 {
            self.odd(Oddity::ZeroByte, 0);
        }
        self.arrival(object);
        self.remember_large(object.size, object.key);
    }

    pub(super) fn odd(&mut self, kind: Oddity, bytes: u64) {
        self.odd[kind as usize].add(bytes);
    }

    pub(super) fn class(&mut self, class: &[u8], objects: u64, bytes: u64) {
        if self.classes.get(self.last_class).is_none_or(|it| it.0 != class) {
            self.last_class = match self.classes.iter().position(|it| it.0 == class) {
                Some(at) => at,
                None if self.classes.len() < CLASSES => {
                    self.classes.push((class.to_vec(), Count::default()));
                    self.classes.len() - 1
                }
                // The last one takes what no sensible source has.
                None => CLASSES - 1,
            };
        }
        self.classes[self.last_class].1.put(objects, bytes);
    }

    fn name_oddities(&mut self, object: &Object<'_>) {
        if object.key.iter().all(|byte| (0x20..0x7f).contains(byte)) {
            return;
        }
        if std::str::from_utf8(object.key).is_err() {
            self.odd(Oddity::NotUtf8, object.size);
        }
        if object.key.iter().any(|byte| *byte < 0x20 || *byte == 0x7f) {
            self.odd(Oddity::ControlCharacters, object.size);
        }
    }

    fn no_data(&mut self, object: &Object<'_>, folder: &[u8], file: &[u8]) -> Option<Oddity> {
        if file.is_empty() || file.ends_with(b"_$folder$") {
            return Some(Oddity::FolderMarker);
        }
        if self.folders.is_hidden(folder) || name::is_hidden_part(file) {
            let part = |wanted: &[u8]| folder.split(|byte| *byte == b'/').any(|part| part == wanted);
            self.tables[0] += u64::from(part(b"_delta_log"));
            self.tables[1] += u64::from(part(b".hoodie"));
            return Some(Oddity::Hidden);
        }
        if is_iceberg_metadata(folder, file) {
            self.tables[2] += 1;
            return Some(Oddity::TableMetadata);
        }
        is_archived(object.class).then_some(Oddity::Archived)
    }

    fn arrival(&mut self, object: &Object<'_>) {
        let Some(moment) = object.modified_ms else { return self.odd(Oddity::Undated, object.size) };
        if moment > self.now_ms.saturating_add(TOLERATED_FUTURE_MS) {
            self.odd(Oddity::Future, object.size);
        } else if moment < EARLIEST_MS {
            self.odd(Oddity::BeforeS3, object.size);
        } else if self.days.add(moment, object.size) {
            self.span(moment, moment);
        } else {
            self.odd(Oddity::Future, object.size);
        }
    }

    pub(super) fn span(&mut self, from: i64, to: i64) {
        let (first, last) = self.span_ms.unwrap_or((from, to));
        self.span_ms = Some((first.min(from), last.max(to)));
    }

    pub(super) fn remember_large(&mut self, size: u64, key: &[u8]) {
        if self.largest.len() == LARGEST && self.largest.last().is_some_and(|last| size < last.0) {
            return;
        }
        let place = self.largest.partition_point(|(other, name)| *other > size || (*other == size && &**name < key));
        if place < LARGEST {
            self.largest.insert(place, (size, key.to_vec()));
            self.largest.truncate(LARGEST);
        }
    }

    /// Adds the counts of other objects.
    pub fn merge(&mut self, other: Self) {
        for (own, other) in self.states.iter_mut().zip(other.states).chain(self.odd.iter_mut().zip(other.odd)) {
            own.put(other.objects, other.bytes);
        }
        for (class, count) in other.classes {
            self.class(&class, count.objects, count.bytes);
        }
        self.data.put(other.data.objects, other.data.bytes);
        self.sizes.merge(&other.sizes);
        self.days.merge(other.days);
        self.folders.merge(other.folders);
        self.suffixes.merge(other.suffixes);
        if let Some((from, to)) = other.span_ms {
            self.span(from, to);
        }
        for (size, key) in other.largest {
            self.remember_large(size, &key);
        }
        for (own, other) in self.tables.iter_mut().zip(other.tables) {
            *own += other;
        }
        self.faults.merge(other.faults);
    }
}

/// `metadata/00001-….metadata.json`, manifests and statistics beside it (Iceberg's table specification).
fn is_iceberg_metadata(folder: &[u8], file: &[u8]) -> bool {
    let in_metadata = folder == b"metadata" || folder.ends_with(b"/metadata");
    file.ends_with(b".metadata.json")
        || (in_metadata
            && [b".avro".as_slice(), b".stats", b".puffin", b"version-hint.text"].iter().any(|end| file.ends_with(end)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::MIB;

    const NOW: i64 = 1_750_000_000_000;

    fn object(key: &str, size: u64) -> Object<'_> {
        Object {
            key: key.as_bytes(),
            size,
            modified_ms: Some(NOW - 86_400_000),
            class: b"STANDARD",
            state: State::Current,
        }
    }

    fn odd(tally: &Tally, kind: Oddity) -> u64 {
        tally.odd[kind as usize].objects
    }

    #[test]
    fn nothing_is_lost_and_only_data_counts_as_data() {
        let mut tally = Tally::new(NOW);
        tally.add(&object("t/d=1/part-0.parquet", 10 * MIB));
        tally.add(&object("t/d=1/", 0));
        tally.add(&object("t/d=1_$folder$", 0));
        tally.add(&object("t/_SUCCESS", 0));
        tally.add(&object("t/_delta_log/0.json", 5));
        tally.add(&object("i/metadata/v1.metadata.json", 5));
        tally.add(&object("t/d=1/empty.parquet", 0));
        tally.add(&Object { class: b"GLACIER", ..object("t/d=0/old.parquet", 7) });
        tally.add(&Object { state: State::Noncurrent, ..object("t/d=1/part-0.parquet", 9) });
        tally.add(&Object { state: State::DeleteMarker, ..object("t/d=1/gone.parquet", 0) });
        tally.add(&Object { modified_ms: Some(NOW + 10 * 86_400_000), ..object("t/d=1/future.parquet", 1) });
        tally.add(&Object { modified_ms: Some(0), ..object("t/d=1/1970.parquet", 1) });
        tally.add(&Object { modified_ms: None, ..object("t/d=1/undated.parquet", 1) });
        tally.add(&Object { key: b"t/d=1/\xff\x01.parquet", ..object("", 1) });
        assert_eq!(tally.objects(), 14);
        assert_eq!(tally.states.map(|count| count.objects), [12, 1, 1]);
        assert_eq!(tally.data, Count { objects: 6, bytes: 10 * MIB + 4 });
        for (kind, expected) in [
            (Oddity::FolderMarker, 2),
            (Oddity::Archived, 1),
            (Oddity::Hidden, 2),
            (Oddity::TableMetadata, 1),
            (Oddity::ZeroByte, 1),
            (Oddity::Future, 1),
            (Oddity::BeforeS3, 1),
            (Oddity::Undated, 1),
            (Oddity::NotUtf8, 1),
            (Oddity::ControlCharacters, 1),
        ] {
            assert_eq!(odd(&tally, kind), expected, "{kind:?}");
        }
        assert_eq!(tally.tables, [1, 0, 1]);
        // Data and what is left out are all of the current objects.
        let left_out: u64 = Oddity::ALL.iter().filter(|kind| kind.is_no_data()).map(|kind| odd(&tally, *kind)).sum();
        assert_eq!(tally.data.objects + left_out, 12);
    }

    #[test]
    fn the_largest_files_are_named_whatever_the_order() {
        let sizes = [5_u64, 9, 1, 9, 7, 3, 8];
        let of = |order: &[usize]| {
            let mut tally = Tally::new(NOW);
            order.iter().for_each(|n| tally.add(&object(&format!("f{n}"), sizes[*n])));
            tally.largest
        };
        assert_eq!(of(&[0, 1, 2, 3, 4, 5, 6]), of(&[6, 5, 4, 3, 2, 1, 0]));
        assert_eq!(of(&[0, 1, 2, 3, 4, 5, 6])[0], (9, b"f1".to_vec()));
    }
}
