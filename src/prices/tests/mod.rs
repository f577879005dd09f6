//! The embedded price book against figures read by hand in the facts.

mod golden;
mod overlay;
mod show;
mod tables;

use super::*;
use crate::units::Measure;
use rust_decimal::Decimal;

fn book() -> PriceBook {
    PriceBook::embedded().expect("the embedded snapshot")
}

fn region(name: &str) -> RegionalPrices {
    book().in_region(name).expect("a region with prices")
}

fn dec(text: &str) -> Decimal {
    text.parse().expect("a decimal")
}

/// The price of a key, which must be known.
fn known<K: PriceKey>(rates: &dyn Rates, key: &K) -> Price {
    match price(rates, key) {
        Priced::Known { unit_price, price } => {
            assert_eq!(unit_price.dollars(), price.dollars);
            assert_eq!(price.unit, K::Unit::NAME);
            price
        }
        Priced::Missing(missing) => panic!("{missing}"),
    }
}

fn rule(price: &Price) -> &str {
    match &price.basis {
        Basis::Derived { rule } => rule,
        other => panic!("not derived but {other:?}"),
    }
}
