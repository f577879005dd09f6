//! Profiles: what a job really did or really reads, measured from the records that it left behind.
//!
//! One file (or folder) per source. Nothing here touches the network: every reader works on bytes handed to it.

pub mod eventlog;
pub mod history;
pub mod runs;
pub mod spend;
pub mod spot_traces;
