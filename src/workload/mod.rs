//! The workload: what the job reads, does, owes and may use; every figure knows where it came from.
//!
//! [`Workload`] is the resolved form that the model computes with. [`file`] reads it from YAML or JSON, fills in
//! the documented defaults and names each one used.

mod cadence;
mod model;
mod sourced;

pub use cadence::Cadence;
pub use model::*;
pub use sourced::{Origin, Sourced};
