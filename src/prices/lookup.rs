//! The typed look-up: a price comes back with the measure of its key.

use super::absence::Absence;
use super::{MissingPrice, PriceKey, Priced, Rates};
use crate::units::{Measure, UnitPrice};

/// The price of `key`, typed by the key's measure, or what is missing and why.
///
/// A price per another measure is a missing price, never a wrong one.
pub fn price<K: PriceKey>(rates: &dyn Rates, key: &K) -> Priced<K::Unit> {
    let meter = key.meter();
    match rates.rate(&meter) {
        Ok(price) if price.unit == K::Unit::NAME => Priced::Known { unit_price: UnitPrice::new(price.dollars), price },
        Ok(price) => Priced::Missing(MissingPrice {
            meter: meter.to_string(),
            region: rates.region().to_owned(),
            reason: Absence::OtherUnit { table: price.unit.to_owned(), wanted: K::Unit::NAME }.to_string(),
        }),
        Err(missing) => Priced::Missing(missing),
    }
}
