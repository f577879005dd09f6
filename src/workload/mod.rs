//! The workload: what the job reads, does, owes and may use; every figure knows where it came from.
//!
//! [`Workload`] is the resolved form that the model computes with. [`read_file`] reads it from YAML or JSON, fills in
//! the documented defaults and names each one used.

mod archetype;
mod cadence;
mod error;
mod figures;
mod file;
mod files;
mod model;
mod schedule;
mod sourced;
mod spot;
mod vocabulary;

pub use cadence::Cadence;
pub use error::WorkloadError;
pub use figures::{DefaultUsed, Figure};
pub use file::{Change, changes, locate, read_file, read_str, read_text, schema, template, to_yaml};
pub use files::{FileClass, FileSizes};
pub use model::*;
pub use schedule::starts;
pub use sourced::{Origin, Sourced};
pub use spot::{PoolLosses, SpotAccount};
pub use vocabulary::{InstanceNames, Names, Vocabulary};
