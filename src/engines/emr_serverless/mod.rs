//! EMR Serverless.

mod billing;

pub use billing::charges;
