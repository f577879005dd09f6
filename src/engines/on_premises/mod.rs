//! The user's own cluster.

mod billing;

pub use billing::{OwnClusterYear, charges};
