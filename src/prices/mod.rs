//! The price book: what is known, from where, how old, and what is missing.
//!
//! A look-up answers a price with its source and date, or what was asked for and why it is missing. There is no
//! default price, and an unknown price is never zero.

mod meter;
mod price;

pub use meter::{EmrUplift, Meter, OnDemandInstance, PriceKey, ServiceItem, SpotInstance, items};
pub use price::{Basis, InterruptionBand, MissingPrice, Price, Priced, Rates};
