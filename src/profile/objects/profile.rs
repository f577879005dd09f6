//! A tally with its source: what is asked of it for a report or a workload.

use std::collections::BTreeMap;

use super::arrivals::{self, Arrivals};
use super::days::Days;
use super::folders::FolderFigures;
use super::kind::{Kind, by_suffix};
use super::object::State;
use super::sizes::Sizes;
use super::suffixes::SuffixFigures;
use super::tally::{Count, Oddity, TABLES, Tally};
use crate::profile::footers::Footers;
use crate::profile::iceberg::TableFacts;
use crate::units::Bytes;
use crate::workload::{Compression, Format};

/// What kind of source listed the objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceKind {
    /// A saved listing.
    Listing,
    /// An S3 Inventory or an S3 Metadata table.
    Inventory,
    /// An Iceberg table, by its manifests.
    Iceberg,
    /// A local folder or local files.
    Folder,
    /// A bucket, listed live.
    S3,
    /// The result of a query or job on another engine.
    Pushdown,
}

impl SourceKind {
    /// Stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Listing => "listing",
            Self::Inventory => "inventory",
            Self::Iceberg => "iceberg",
            Self::Folder => "folder",
            Self::S3 => "s3",
            Self::Pushdown => "pushdown",
        }
    }
}

/// Where the objects were listed.
#[derive(Clone, Debug)]
pub struct Source {
    /// What kind.
    pub kind: SourceKind,
    /// Path or URL.
    pub path: String,
    /// The form within the kind: "aws s3 ls", "list-objects-v2 JSON", "CSV", "Parquet".
    pub form: String,
    /// Lines or records that were read.
    pub records: u64,
    /// Those that are neither objects nor faults: blank lines, prefixes, totals.
    pub other_records: u64,
    /// What to know about the source.
    pub notes: Vec<(&'static str, String)>,
}

impl Source {
    /// A source of which nothing has been read yet.
    #[must_use]
    pub fn new(kind: SourceKind, path: impl Into<String>, form: impl Into<String>) -> Self {
        Self { kind, path: path.into(), form: form.into(), records: 0, other_records: 0, notes: Vec::new() }
    }

    /// What to call it in the origin of a figure.
    #[must_use]
    pub fn reference(&self) -> String {
        format!("{} {}", self.kind.name(), self.path)
    }
}

/// First bytes of sampled files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Magic {
    /// Files that were looked into.
    pub files: u64,
    /// Files by what their first bytes are.
    pub found: BTreeMap<String, u64>,
    /// Files whose name says something else: the first few.
    pub contradictions: Vec<(String, String)>,
    /// How many contradict.
    pub contradicting: u64,
}

/// Data files of one suffix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SuffixLine {
    /// The suffix; empty for none.
    pub suffix: String,
    /// What it says.
    pub kind: Kind,
    /// The files.
    pub figures: SuffixFigures,
}

/// Which part of the data one run reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reads {
    /// Everything that is there.
    All,
    /// What arrived since the run before.
    New,
}

/// Objects that were counted, and where.
#[derive(Clone, Debug)]
pub struct ObjectsProfile {
    /// The source.
    pub source: Source,
    /// The counts.
    pub tally: Tally,
    /// First bytes of sampled files, where the source has them.
    pub magic: Option<Magic>,
    /// Parquet footers of sampled files, where the source has them.
    pub footers: Option<Footers>,
    /// What a table's own metadata says, where the source is one.
    pub table: Option<TableFacts>,
    /// What the data is called, where the path does not tell.
    pub name: Option<String>,
}

impl ObjectsProfile {
    /// A tally with its source.
    #[must_use]
    pub const fn new(source: Source, tally: Tally) -> Self {
        Self { source, tally, magic: None, footers: None, table: None, name: None }
    }

    /// Adds what another source of the same kind lists.
    pub fn append(&mut self, other: Self) {
        self.source.records += other.source.records;
        self.source.other_records += other.source.other_records;
        self.source.path = format!("{}, {}", self.source.path, other.source.path);
        self.source.notes.extend(other.source.notes);
        self.tally.merge(other.tally);
    }

    /// Data files: current, readable, not left out by Spark.
    #[must_use]
    pub const fn data(&self) -> Count {
        self.tally.data
    }

    /// Objects of a version state.
    #[must_use]
    pub const fn state(&self, state: State) -> Count {
        self.tally.states[state as usize]
    }

    /// Objects that are odd in one way.
    #[must_use]
    pub const fn odd(&self, kind: Oddity) -> Count {
        self.tally.odd[kind as usize]
    }

    /// Storage classes, by name.
    #[must_use]
    pub fn classes(&self) -> Vec<(String, Count)> {
        let text = |class: &[u8]| super::name::printable(class, 40);
        let mut all: Vec<_> = self.tally.classes.iter().map(|(class, count)| (text(class), *count)).collect();
        all.sort_by(|a, b| a.0.cmp(&b.0));
        all
    }

    /// Sizes of the data files.
    #[must_use]
    pub const fn sizes(&self) -> &Sizes {
        &self.tally.sizes
    }

    /// Arrivals of the data files.
    #[must_use]
    pub const fn days(&self) -> &Days {
        &self.tally.days
    }

    /// First and last arrival, ms since 1970.
    #[must_use]
    pub const fn span_ms(&self) -> Option<(i64, i64)> {
        self.tally.span_ms
    }

    /// Data files by folder, by name.
    #[must_use]
    pub fn folders(&self) -> Vec<(&[u8], FolderFigures)> {
        self.tally.folders.sorted()
    }

    /// Levels of folders that are told apart, when deeper ones had to be folded.
    #[must_use]
    pub fn folded_to(&self) -> Option<usize> {
        self.tally.folders.folded().then(|| self.tally.folders.depth())
    }

    /// Data files by suffix, most bytes first.
    #[must_use]
    pub fn suffixes(&self) -> Vec<SuffixLine> {
        let mut lines: Vec<SuffixLine> = self
            .tally
            .suffixes
            .sorted()
            .into_iter()
            .map(|(suffix, figures)| SuffixLine { kind: by_suffix(&suffix), suffix, figures })
            .collect();
        lines.sort_by(|a, b| b.figures.bytes.cmp(&a.figures.bytes).then_with(|| a.suffix.cmp(&b.suffix)));
        lines
    }

    /// The largest data files.
    #[must_use]
    pub fn largest(&self) -> Vec<(String, u64)> {
        self.tally.largest.iter().map(|(size, key)| (super::name::printable(key, 200), *size)).collect()
    }

    /// The format that holds most bytes, with its share of the bytes whose format is known; a table format when its
    /// metadata lies beside the data.
    #[must_use]
    pub fn format(&self) -> Option<(Format, f64)> {
        let by_format = self.bytes_by(|kind| kind.format);
        let (format, share) = largest(&by_format)?;
        let table = TABLES.iter().zip(self.tally.tables).filter(|(_, signs)| *signs > 0).max_by_key(|it| it.1);
        match table {
            Some((table, _)) if format == Format::Parquet => Some((*table, share)),
            _ => Some((format, share)),
        }
    }

    /// The compression that holds most bytes of those that tell it.
    #[must_use]
    pub fn compression(&self) -> Option<(Compression, f64)> {
        match &self.footers {
            Some(footers) if !footers.codecs.is_empty() => {
                let by_codec: Vec<(Compression, u64)> =
                    footers.codecs.iter().filter_map(|(codec, bytes)| Some((codec_of(codec)?, *bytes))).collect();
                largest(&by_codec)
            }
            _ => largest(&self.bytes_by(|kind| kind.compression)),
        }
    }

    fn bytes_by<K: Ord + Copy>(&self, of: impl Fn(Kind) -> Option<K>) -> Vec<(K, u64)> {
        let mut sums: BTreeMap<K, u64> = BTreeMap::new();
        for line in self.suffixes() {
            if let Some(key) = of(line.kind) {
                let sum = sums.entry(key).or_default();
                *sum = sum.saturating_add(line.figures.bytes);
            }
        }
        sums.into_iter().collect()
    }

    /// Files that one task must read alone although they are larger than a split.
    #[must_use]
    pub fn unsplittable(&self) -> SuffixFigures {
        let mut sum = SuffixFigures::default();
        for line in self.suffixes().into_iter().filter(|line| line.kind.splittable() == Some(false)) {
            let SuffixFigures { objects, bytes, largest, over_split, over_split_bytes } = line.figures;
            sum.objects += objects;
            sum.bytes = sum.bytes.saturating_add(bytes);
            sum.largest = sum.largest.max(largest);
            sum.over_split += over_split;
            sum.over_split_bytes = sum.over_split_bytes.saturating_add(over_split_bytes);
        }
        sum
    }

    /// The cadence of arrivals.
    #[must_use]
    pub fn arrivals(&self) -> Option<Arrivals> {
        Arrivals::of(self.days())
    }

    /// Growth of the arriving volume per month.
    #[must_use]
    pub fn growth(&self) -> Option<f64> {
        arrivals::growth_per_month(self.days())
    }

    /// Most objects that arrived in one minute.
    #[must_use]
    pub fn peak_minute(&self) -> Option<(i64, u64)> {
        self.days().minutes().map(|it| (it.0, it.1)).max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(&a.0)))
    }

    /// Classes of sizes of the data files, for splits.
    #[must_use]
    pub fn size_classes(&self) -> Vec<(Bytes, u64)> {
        self.sizes().classes()
    }
}

#[expect(clippy::cast_precision_loss, reason = "a share")]
fn largest<K: Copy>(sums: &[(K, u64)]) -> Option<(K, f64)> {
    let all: u64 = sums.iter().map(|it| it.1).fold(0, u64::saturating_add);
    let (key, bytes) = sums.iter().rev().max_by_key(|it| it.1)?;
    (all > 0).then(|| (*key, *bytes as f64 / all as f64))
}

/// Parquet's names of codecs.
fn codec_of(name: &str) -> Option<Compression> {
    Some(match name {
        "uncompressed" => Compression::None,
        "snappy" => Compression::Snappy,
        "zstd" => Compression::Zstd,
        "gzip" => Compression::Gzip,
        "lz4" | "lz4_raw" => Compression::Lz4,
        _ => return None,
    })
}
