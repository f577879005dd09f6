//! The user's own unit prices over a price book.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::catalog::Catalog;
use crate::prices::{Basis, InterruptionBand, Meter, MissingPrice, Price, PriceOrigin, Rates};

/// Prices of which the user gave some; the rest is asked of the book.
#[derive(Clone, Copy, Debug)]
pub struct OwnPrices<'a> {
    /// By meter id.
    own: &'a BTreeMap<String, Decimal>,
    /// Where the figures stand: the file's name.
    source: &'a str,
    book: &'a dyn Rates,
}

impl<'a> OwnPrices<'a> {
    /// `own` prices by meter id, written in `source`, over `book`.
    #[must_use]
    pub const fn new(own: &'a BTreeMap<String, Decimal>, source: &'a str, book: &'a dyn Rates) -> Self {
        Self { own, source, book }
    }
}

impl Rates for OwnPrices<'_> {
    fn region(&self) -> &str {
        self.book.region()
    }

    fn rate(&self, meter: &Meter) -> Result<Price, MissingPrice> {
        let id = meter.to_string();
        match (self.own.get(&id), meter.unit()) {
            (Some(dollars), Some(unit)) => Ok(Price {
                dollars: *dollars,
                unit,
                source: self.source.to_owned(),
                as_of: "undated".to_owned(),
                origin: PriceOrigin::Own,
                basis: Basis::Own,
            }),
            _ => self.book.rate(meter),
        }
    }

    fn databricks_dbu_per_hour(&self, instance_type: &str) -> Option<Decimal> {
        self.book.databricks_dbu_per_hour(instance_type)
    }

    fn interruption_band(&self, instance_type: &str) -> Option<InterruptionBand> {
        self.book.interruption_band(instance_type)
    }

    fn zones_with_spot_price(&self, instance_type: &str) -> Vec<String> {
        self.book.zones_with_spot_price(instance_type)
    }

    fn catalog(&self) -> &Catalog {
        self.book.catalog()
    }
}
