//! The prices behind a document.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Missing, kebab};
use crate::rank;

/// Which prices were used, how old they are, and what is missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PricesUsed {
    /// The price book and the overlays on it.
    pub source: String,
    /// Date of the price book.
    pub as_of: String,
    /// Its age in days; null when today is not known.
    pub age_days: Option<i64>,
    /// The region that the prices are for.
    pub region: String,
    /// Date of the oldest price in the bills below.
    pub oldest_price: Option<String>,
    /// Date of the newest price in the bills below.
    pub newest_price: Option<String>,
    /// The layers of the price book, newest kind first: live over file over embedded. Null in documents of
    /// before they were counted.
    pub layers: Option<Vec<PriceLayer>>,
    /// SHA-256 of the price book.
    pub snapshot_sha256: String,
    /// The user's own conditions, in words.
    pub conditions: Vec<String>,
    /// Prices that some candidate needs and nobody has.
    pub missing: Vec<Missing>,
}

/// One layer of the price book.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PriceLayer {
    /// `live`, `file`, `embedded` or `own`.
    pub origin: String,
    /// For people.
    pub label: String,
    /// Its date, or `undated`.
    pub as_of: String,
    /// Its age in days; null when today or its date is not known.
    pub age_days: Option<i64>,
    /// How many different prices of the bills below come from it.
    pub prices_used: usize,
}

impl From<&rank::LayerUsed> for PriceLayer {
    fn from(layer: &rank::LayerUsed) -> Self {
        let rank::LayerUsed { origin, label, as_of, age_days, prices_used } = layer.clone();
        Self { origin: kebab(&origin), label, as_of, age_days, prices_used }
    }
}

impl From<&rank::PricesUsed> for PricesUsed {
    fn from(used: &rank::PricesUsed) -> Self {
        let missing = used.missing.iter().map(Missing::from).collect();
        let rank::PricesUsed { source, as_of, age_days, oldest_price, newest_price, .. } = used.clone();
        Self {
            source,
            as_of,
            age_days,
            region: used.region.clone(),
            oldest_price,
            newest_price,
            layers: Some(used.layers.iter().map(PriceLayer::from).collect()),
            snapshot_sha256: used.snapshot_sha256.clone(),
            conditions: used.conditions.clone(),
            missing,
        }
    }
}
