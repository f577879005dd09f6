//! EMR on EC2.

mod billing;

pub use billing::charges;
