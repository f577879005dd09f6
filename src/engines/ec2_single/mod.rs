//! Bare EC2 instances.

mod billing;

pub use billing::charges;
