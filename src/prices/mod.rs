//! The price book: what is known, from where, how old, and what is missing.
//!
//! A look-up answers a price with its source and date, or what was asked for and why it is missing. There is no
//! default price, and an unknown price is never zero.

mod absence;
mod book;
mod diff;
mod draft;
mod freshness;
mod layered;
pub mod list;
mod lookup;
mod meter;
mod meter_id;
mod origin;
mod overlay;
mod price;
mod recording;
mod regional;
mod remembered;
mod rows;
mod show;
mod snapshot;
mod spot_feed;
mod spot_history;
mod spot_price;

pub use absence::Absence;
pub use book::{PriceBook, RegionError, UnknownRegion};
pub use diff::{Change, diff};
pub use draft::{BadName, Draft};
pub use freshness::Freshness;
pub use lookup::price;
pub use meter::{EmrUplift, Meter, OnDemandInstance, PriceKey, ServiceItem, SpotInstance, items};
pub use meter_id::{OWN, UnknownMeter};
pub use origin::{Layer, PriceOrigin};
pub use overlay::{Overlay, OverlayError};
pub use price::{Basis, InterruptionBand, MissingPrice, Price, Priced, Rates};
pub use recording::{RecordedPrices, Recording, Replayed};
pub use regional::RegionalPrices;
pub use remembered::Remembered;
pub use show::{Filter, FilterError, PriceRow, rows};
pub use snapshot::{Manifest, ManifestTable, SnapshotError};
pub use spot_feed::{FeedError, advisor_rows};
pub use spot_history::{SpotChange, SpotPath, SpotPrices, spot_paths};

#[cfg(test)]
mod tests;
