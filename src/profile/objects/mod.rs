//! Objects in storage, whatever source lists them: one tally for listings, inventories, folders and results that
//! come back from an engine.
//!
//! [`Tally`] counts in bounded memory; [`ObjectsProfile`] is a tally with its source, and turns into a workload.

pub mod arrivals;
mod days;
mod error;
mod faults;
mod folders;
pub mod kind;
pub mod moment;
pub mod name;
mod object;
mod profile;
mod sizes;
mod suffixes;
mod tally;
mod workload;

pub use arrivals::Arrivals;
pub use days::{Day, Days};
pub use error::SourceError;
pub use faults::{Fault, FaultCount, Faults};
pub use folders::{FolderFigures, Folders, MAX_FOLDERS};
pub use kind::Kind;
pub use object::{Object, State, is_archived};
pub use profile::{Magic, ObjectsProfile, Reads, Source, SourceKind, SuffixLine};
pub use sizes::{SMALL, Sizes, class_of, floor_of};
pub use suffixes::{SuffixFigures, Suffixes};
pub use tally::{Count, Oddity, Tally};
pub use workload::Beside;
