//! The price book: all regions of one snapshot.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;

use super::origin::{Layer, PriceOrigin, in_words};
use super::regional::RegionalPrices;
use super::snapshot::{Manifest, Snapshot, SnapshotError};
use crate::catalog::Catalog;
use crate::units::{nearest, suggestion};

/// All prices of a snapshot; a region is parsed when it is asked for.
#[derive(Clone, Debug)]
pub struct PriceBook {
    snapshot: Arc<Snapshot>,
}

/// A region that the snapshot does not have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no prices for region `{region}`{}", suggestion(self.did_you_mean.as_deref()))]
pub struct UnknownRegion {
    /// What was asked for.
    pub region: String,
    /// The nearest region that has prices.
    pub did_you_mean: Option<String>,
}

/// Why a region's prices cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum RegionError {
    /// The region is not in the snapshot.
    #[error(transparent)]
    Unknown(#[from] UnknownRegion),
    /// The snapshot is damaged.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
}

impl PriceBook {
    /// The book that the program carries.
    ///
    /// # Errors
    /// The embedded snapshot is damaged: a fault of the build.
    pub fn embedded() -> Result<Self, SnapshotError> {
        Ok(Self { snapshot: Snapshot::embedded()? })
    }

    /// A book from tables of the same format, by file name (`pricing-fixtures/README.md` describes them).
    ///
    /// # Errors
    /// A table is absent, or its manifest, sources or rules cannot be read.
    pub fn from_tables(tables: BTreeMap<String, String>) -> Result<Self, SnapshotError> {
        Ok(Self { snapshot: Arc::new(Snapshot::from_tables(tables, PriceOrigin::File, "snapshot")?) })
    }

    /// This book with tables of the same format laid over it: their rows replace its rows with the same key, and
    /// every figure keeps the origin of the layer that it came from.
    ///
    /// # Errors
    /// A table is absent or has a bad row.
    pub fn under(
        &self,
        tables: &BTreeMap<String, String>,
        origin: PriceOrigin,
        label: &str,
    ) -> Result<Self, SnapshotError> {
        Ok(Self { snapshot: Arc::new(self.snapshot.under(tables, origin, label)?) })
    }

    /// The layers, newest kind first.
    #[must_use]
    pub fn layers(&self) -> &[Layer] {
        &self.snapshot.layers
    }

    /// The book in words, newest layer first.
    #[must_use]
    pub fn in_words(&self) -> String {
        in_words(self.layers())
    }

    /// All tables, by file name.
    #[must_use]
    pub fn tables(&self) -> &BTreeMap<String, String> {
        self.snapshot.tables()
    }

    /// Names this snapshot: its date and the start of its digest, `2026-09-03+0123456789ab`.
    #[must_use]
    pub fn snapshot_id(&self) -> String {
        let manifest = self.manifest();
        format!("{}+{}", manifest.snapshot_date, manifest.sha256.get(..12).unwrap_or(&manifest.sha256))
    }

    /// Date of the snapshot, `YYYY-MM-DD`: its newest price list that covers several services and regions. Single
    /// prices are older or newer, and each says so.
    #[must_use]
    pub fn as_of(&self) -> &str {
        &self.manifest().snapshot_date
    }

    /// Days from the snapshot's date to `today`; 0 when the date does not parse or lies ahead.
    #[must_use]
    pub fn age_days(&self, today: Date) -> i64 {
        let age = self.as_of().parse::<Date>().map(|date| date.duration_until(today).as_hours() / 24);
        age.unwrap_or(0).max(0)
    }

    /// What the snapshot says of itself: tables, rows, digests, dates, confidence.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.snapshot.manifest
    }

    /// The machines that these prices are of: the embedded catalog, with types that only the snapshot describes.
    #[must_use]
    pub fn catalog(&self) -> &Catalog {
        self.snapshot.catalog()
    }

    /// Regions with prices, sorted.
    #[must_use]
    pub fn regions(&self) -> &[String] {
        self.snapshot.regions()
    }

    /// Whether any region sells this instance type.
    #[must_use]
    pub fn knows_type(&self, instance_type: &str) -> bool {
        self.snapshot.type_regions().contains_key(instance_type)
    }

    /// The instance type that is sold somewhere and whose name is most like `name`.
    #[must_use]
    pub fn nearest_type(&self, name: &str) -> Option<&str> {
        nearest(name, self.snapshot.type_regions().keys().map(String::as_str))
    }

    /// The prices of one region.
    ///
    /// # Errors
    /// [`RegionError::Unknown`] names the nearest region; [`RegionError::Snapshot`] is a damaged snapshot.
    pub fn in_region(&self, region: &str) -> Result<RegionalPrices, RegionError> {
        if self.regions().binary_search_by(|known| known.as_str().cmp(region)).is_err() {
            let near = nearest(region, self.regions().iter().map(String::as_str));
            return Err(UnknownRegion { region: region.to_owned(), did_you_mean: near.map(str::to_owned) }.into());
        }
        Ok(RegionalPrices::parse(Arc::clone(&self.snapshot), region)?)
    }
}
