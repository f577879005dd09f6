//! AWS Batch on Fargate.

mod billing;

pub use billing::charges;
