//! Athena.

mod billing;

pub use billing::charges;
