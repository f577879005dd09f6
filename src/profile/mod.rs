//! Profiles: what a job really did or really reads, measured from the records that it left behind.
//!
//! One file (or folder) per source. Nothing here touches the network: every reader works on bytes handed to it.
//! Whatever lists objects (a saved listing, an inventory, a folder, a result that comes back) fills one tally,
//! `objects`; what reads rows of a sample is in `sample`.

pub mod avro;
pub mod detect;
pub mod eventlog;
pub mod folder;
pub mod footers;
pub mod history;
pub mod iceberg;
pub mod inventory;
pub mod listing;
pub mod objects;
pub mod orc;
pub mod pushdown;
pub mod runs;
pub mod sample;
pub mod spend;
pub mod spot_traces;
#[cfg(feature = "tables")]
pub mod tables;
