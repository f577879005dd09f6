//! The snapshot's tables: unpacked once, parsed only for the region that is asked for.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, OnceLock};

use serde::Deserialize;

use super::layered::{NEW_TYPES, lay_over};
use super::origin::{Layer, PriceOrigin};
use super::rows::{Sorted, fields};
use crate::catalog::{Catalog, TableError};

/// Written by `pricing-fixtures/pack.rs` from `pricing-fixtures/`.
static PACKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/prices.zst"));

/// Why a snapshot cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// The packed tables do not unpack.
    #[error("the embedded price snapshot does not unpack")]
    Packed(#[source] std::io::Error),
    /// The list of contents is broken.
    #[error("the embedded price snapshot is cut off after `{after}`")]
    CutOff {
        /// The last table that could be read.
        after: String,
    },
    /// A table is absent.
    #[error("the price snapshot has no table `{0}`")]
    NoTable(&'static str),
    /// The manifest is not as it should be.
    #[error("the price snapshot's MANIFEST.json cannot be read")]
    Manifest(#[from] serde_json::Error),
    /// A row is not as it should be.
    #[error("the price snapshot's table `{table}` has a bad row `{row}`")]
    Row {
        /// File name of the table.
        table: &'static str,
        /// The row as it stands.
        row: String,
    },
}

/// What `MANIFEST.json` says of the whole snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Manifest {
    /// Version of the tables' format.
    pub format: u32,
    /// Date of the newest price list that covers several services and regions, `YYYY-MM-DD`.
    pub snapshot_date: String,
    /// When the facts were brought together.
    pub collected: String,
    /// Always `USD`.
    pub currency: String,
    /// Digest of the tables' digests, as `sha256sum *.csv | sha256sum` prints it.
    pub sha256: String,
    /// By file name.
    pub tables: BTreeMap<String, ManifestTable>,
}

/// What `MANIFEST.json` says of one table.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ManifestTable {
    /// What the table holds.
    pub about: String,
    /// Rows without the header.
    pub rows: usize,
    /// Digest of the file.
    pub sha256: String,
    /// How far the figures can be trusted, in words.
    pub confidence: String,
    /// Oldest date of a row.
    pub oldest: Option<String>,
    /// Newest date of a row.
    pub newest: Option<String>,
    /// Rows whose source has no date.
    pub undated_rows: Option<usize>,
}

/// Where a figure stands and of when it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Source {
    /// `YYYY-MM-DD` or `undated`.
    pub as_of: String,
    pub text: String,
    /// The layer that brought it.
    pub origin: PriceOrigin,
}

/// The tables as text, with their keys to sources and rules.
pub(super) struct Snapshot {
    pub manifest: Manifest,
    /// The layers that it is made of, newest kind first.
    pub layers: Vec<Layer>,
    tables: BTreeMap<String, String>,
    sources: BTreeMap<String, Source>,
    rules: BTreeMap<String, String>,
    regions: Vec<String>,
    type_regions: OnceLock<BTreeMap<String, usize>>,
    /// The catalog with the machines that only these tables describe; `None` when there are none.
    catalog: Option<Box<Catalog>>,
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Snapshot({} {})", self.manifest.snapshot_date, self.manifest.sha256)
    }
}

impl Snapshot {
    /// The snapshot that the program carries, unpacked on first use.
    pub fn embedded() -> Result<Arc<Self>, SnapshotError> {
        static SNAPSHOT: OnceLock<Arc<Snapshot>> = OnceLock::new();
        if let Some(ready) = SNAPSHOT.get() {
            return Ok(Arc::clone(ready));
        }
        let snapshot = Arc::new(Self::from_tables(unpack(PACKED)?, PriceOrigin::Embedded, "embedded snapshot")?);
        Ok(Arc::clone(SNAPSHOT.get_or_init(|| snapshot)))
    }

    /// Tables by file name, as they stand in `pricing-fixtures/`.
    pub fn from_tables(
        tables: BTreeMap<String, String>,
        origin: PriceOrigin,
        label: &str,
    ) -> Result<Self, SnapshotError> {
        let manifest: Manifest =
            serde_json::from_str(tables.get("MANIFEST.json").ok_or(SnapshotError::NoTable("MANIFEST.json"))?)?;
        let layer = Layer {
            origin,
            label: label.to_owned(),
            as_of: manifest.snapshot_date.clone(),
            sha256: manifest.sha256.clone(),
        };
        Self::of(manifest, vec![layer], tables, |_| origin)
    }

    /// This snapshot with another one laid over it: a row of the upper one replaces the row with its key.
    pub fn under(
        &self,
        upper: &BTreeMap<String, String>,
        origin: PriceOrigin,
        label: &str,
    ) -> Result<Self, SnapshotError> {
        let top = Self::from_tables(upper.clone(), origin, label)?;
        let prefix = format!("{origin}{}:", self.layers.len());
        let tables = lay_over(&self.tables, upper, &prefix)?;
        let origin_of = |id: &str| match id.strip_prefix(&prefix) {
            Some(_) => origin,
            None => self.sources.get(id).map(|source| source.origin).unwrap_or_default(),
        };
        let mut manifest = self.manifest.clone();
        manifest.snapshot_date.clone_from(&top.manifest.snapshot_date);
        manifest.sha256 = digest(&format!("{} over {}", top.manifest.sha256, self.manifest.sha256));
        let layers = top.layers.into_iter().chain(self.layers.iter().cloned()).collect();
        Self::of(manifest, layers, tables, origin_of)
    }

    fn of(
        manifest: Manifest,
        layers: Vec<Layer>,
        tables: BTreeMap<String, String>,
        origin_of: impl Fn(&str) -> PriceOrigin,
    ) -> Result<Self, SnapshotError> {
        let text = |name: &'static str| tables.get(name).ok_or(SnapshotError::NoTable(name));
        let sources = keyed("sources.csv", text("sources.csv")?, |[id, as_of, text]: [&str; 3]| {
            (id.to_owned(), Source { as_of: as_of.to_owned(), text: text.to_owned(), origin: origin_of(id) })
        })?;
        let rules = keyed("rules.csv", text("rules.csv")?, |[id, text]: [&str; 2]| (id.to_owned(), text.to_owned()))?;
        let regions = Sorted::new(text("ec2_on_demand.csv")?).keys().map(str::to_owned).collect();
        let catalog = match tables.get(NEW_TYPES) {
            Some(text) if text.lines().nth(1).is_some() => {
                // A source stands in the catalog as a text, so that an assumption can name it.
                let said = |id: &str| {
                    let source: Option<&Source> = sources.get(id);
                    source.map_or_else(|| id.to_owned(), |source| format!("{} of {}", source.text, source.as_of))
                };
                let catalog = Catalog::embedded().with_types(text, said);
                let bad = |error: TableError| SnapshotError::Row { table: NEW_TYPES, row: error.to_string() };
                Some(Box::new(catalog.map_err(bad)?))
            }
            _ => None,
        };
        Ok(Self { manifest, layers, sources, rules, regions, tables, type_regions: OnceLock::new(), catalog })
    }

    /// The machines: the embedded catalog, with what only these tables describe.
    pub fn catalog(&self) -> &Catalog {
        self.catalog.as_deref().unwrap_or_else(|| Catalog::embedded())
    }

    /// All tables by file name.
    pub const fn tables(&self) -> &BTreeMap<String, String> {
        &self.tables
    }

    /// A table's text.
    pub fn table(&self, name: &'static str) -> Result<&str, SnapshotError> {
        self.tables.get(name).map(String::as_str).ok_or(SnapshotError::NoTable(name))
    }

    /// The rows of a table whose first column is `key`; the table is sorted by it.
    pub fn rows_of(&self, name: &'static str, key: &str) -> Result<std::str::Lines<'_>, SnapshotError> {
        Ok(Sorted::new(self.table(name)?).of(key).lines())
    }

    /// All rows of a table.
    pub fn all_rows(&self, name: &'static str) -> Result<std::str::Lines<'_>, SnapshotError> {
        Ok(Sorted::new(self.table(name)?).body().lines())
    }

    /// Regions with On-Demand prices, sorted.
    pub fn regions(&self) -> &[String] {
        &self.regions
    }

    /// What a source id stands for.
    pub fn source(&self, id: &str) -> Option<&Source> {
        self.sources.get(id)
    }

    /// What a rule id stands for.
    pub fn rule(&self, id: &str) -> Option<&str> {
        self.rules.get(id).map(String::as_str)
    }

    /// Every instance type with an On-Demand price somewhere, with the number of regions that sell it.
    pub fn type_regions(&self) -> &BTreeMap<String, usize> {
        self.type_regions.get_or_init(|| {
            let mut counts = BTreeMap::new();
            for row in self.all_rows("ec2_on_demand.csv").into_iter().flatten() {
                if let Some(name) = row.split(',').nth(1) {
                    *counts.entry(name.to_owned()).or_default() += 1;
                }
            }
            counts
        })
    }
}

/// SHA-256 of a text, in hexadecimal.
pub(super) fn digest(text: &str) -> String {
    use sha2::Digest;
    sha2::Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A small table with quoted texts, by its first column.
fn keyed<const N: usize, V>(
    table: &'static str,
    text: &str,
    entry: impl Fn([&str; N]) -> (String, V),
) -> Result<BTreeMap<String, V>, SnapshotError> {
    let broken = |row: String| SnapshotError::Row { table, row };
    csv::Reader::from_reader(text.as_bytes())
        .records()
        .map(|record| {
            let record = record.map_err(|error| broken(error.to_string()))?;
            let fields = fields(record.iter()).ok_or_else(|| broken(format!("{record:?}")))?;
            Ok(entry(fields))
        })
        .collect()
}

/// Undoes what `pricing-fixtures/pack.rs` does.
fn unpack(packed: &[u8]) -> Result<BTreeMap<String, String>, SnapshotError> {
    let bytes = zstd::decode_all(packed).map_err(SnapshotError::Packed)?;
    let text = String::from_utf8(bytes)
        .map_err(|error| SnapshotError::Packed(std::io::Error::new(std::io::ErrorKind::InvalidData, error)))?;
    let mut tables = BTreeMap::new();
    let mut rest = text.as_str();
    let mut after = String::new();
    while !rest.is_empty() {
        let (name, table, behind) = next_table(rest).ok_or(SnapshotError::CutOff { after })?;
        tables.insert(name.to_owned(), table.to_owned());
        after = name.to_owned();
        rest = behind;
    }
    Ok(tables)
}

fn next_table(text: &str) -> Option<(&str, &str, &str)> {
    let (head, rest) = text.split_once('\n')?;
    let (name, length) = head.split_once(' ')?;
    let (table, behind) = rest.split_at_checked(length.parse().ok()?)?;
    Some((name, table, behind))
}

/// Size of the snapshot inside the binary, in bytes.
#[cfg(test)]
pub(super) fn packed_size() -> usize {
    PACKED.len()
}
