//! Glue.

mod billing;

pub use billing::charges;
