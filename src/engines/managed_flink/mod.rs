//! Managed Service for Apache Flink.

mod billing;

pub use billing::charges;
