//! A known price with its pedigree, or a missing one with its reason.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Meter, PriceOrigin};
use crate::catalog::Catalog;
use crate::units::{Measure, UnitPrice};

/// How a price came to be known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "basis")]
pub enum Basis {
    /// Read in the named source.
    Read,
    /// Computed from read prices by a rule.
    Derived {
        /// The rule, in words.
        rule: String,
    },
    /// Given by the user.
    Own,
}

/// An erased price: what a bill line prints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Price {
    /// Dollars per one unit.
    pub dollars: Decimal,
    /// The measure's name.
    pub unit: &'static str,
    /// Where the figure stands.
    pub source: String,
    /// Date of the figure, `YYYY-MM-DD` or `undated`.
    pub as_of: String,
    /// The layer of the price book that it comes from; of a derived price the oldest kind among its parts.
    pub origin: PriceOrigin,
    /// Read, derived or the user's own.
    pub basis: Basis,
}

/// A price that nobody has: what was asked for and why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("no price for {meter} in {region}: {reason}")]
pub struct MissingPrice {
    /// The meter id.
    pub meter: String,
    /// The region asked for.
    pub region: String,
    /// Why: not in the snapshot, type not sold there, never published.
    pub reason: String,
}

/// A typed answer of the price book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Priced<U: Measure> {
    /// The price and its pedigree.
    Known {
        /// Typed unit price.
        unit_price: UnitPrice<U>,
        /// The same, erased, with source and date.
        price: Price,
    },
    /// No answer.
    Missing(MissingPrice),
}

/// The prices of one region. The book, overlays and discounts implement it; everything later asks only this.
pub trait Rates: Sync + std::fmt::Debug {
    /// The region that the prices are for.
    fn region(&self) -> &str;

    /// The price of a meter.
    ///
    /// # Errors
    /// The price is not known; the error says what was asked for and why.
    fn rate(&self, meter: &Meter) -> Result<Price, MissingPrice>;

    /// The bare price of a meter, for choosing between many; `None` when it is not known.
    fn dollars(&self, meter: &Meter) -> Option<Decimal> {
        self.rate(meter).ok().map(|price| price.dollars)
    }

    /// Databricks units that one hour of an instance type consumes, with source and date.
    fn databricks_dbu_per_hour(&self, instance_type: &str) -> Option<Decimal>;

    /// AWS's Spot interruption band of an instance type in the region.
    fn interruption_band(&self, instance_type: &str) -> Option<InterruptionBand>;

    /// Availability zones with a Spot price of their own for an instance type (meter `ec2/spot/TYPE@ZONE`).
    fn zones_with_spot_price(&self, _instance_type: &str) -> Vec<String> {
        Vec::new()
    }

    /// The machines that these prices are of: the catalog, with types that only the price source describes.
    fn catalog(&self) -> &Catalog {
        Catalog::embedded()
    }
}

/// Spot Advisor's share of instances reclaimed in the trailing month.
///
/// AWS names no denominator; the band is a weak prior (see `docs/concepts/spot.md`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum InterruptionBand {
    /// Under 5 %.
    #[serde(rename = "<5%")]
    Below5,
    /// 5 to 10 %.
    #[serde(rename = "5-10%")]
    From5To10,
    /// 10 to 15 %.
    #[serde(rename = "10-15%")]
    From10To15,
    /// 15 to 20 %.
    #[serde(rename = "15-20%")]
    From15To20,
    /// Over 20 %.
    #[serde(rename = ">20%")]
    Above20,
}

impl InterruptionBand {
    /// AWS's label.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Below5 => "<5%",
            Self::From5To10 => "5-10%",
            Self::From10To15 => "10-15%",
            Self::From15To20 => "15-20%",
            Self::Above20 => ">20%",
        }
    }
}
