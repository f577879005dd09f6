//! EMR on EKS.

mod billing;

pub use billing::charges;
