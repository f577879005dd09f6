//! Spark event logs: what a run really did, read in one pass.
//!
//! [`discover`] finds logs in files, directories, patterns and archives; [`LogSource::read`] reads one;
//! [`read`] does both. A log that is cut off, damaged or incomplete still gives an [`EventLog`], whose
//! [`flags`](EventLog::flags) say what is wrong with it; a [`ReadError`] is for what is no log at all.
//!
//! Memory is 64 bytes a task and a few hundred a stage, whatever the log's length.

mod allocation;
pub mod codec;
mod collect;
mod conf;
mod critical;
mod error;
mod event;
mod finding;
mod lines;
mod measured;
mod platform;
mod profile;
pub mod quality;
mod read;
mod skew;
mod source;
mod submit;
mod summary;
mod task;
mod timeline;
mod totals;
mod workload;

pub use allocation::{DynamicAllocation, ExecutorSize};
pub use conf::SparkConf;
pub use critical::Link;
pub use error::ReadError;
pub use event::PlanSigns;
pub use finding::Finding;
pub use lines::Limits;
pub use measured::Measured;
pub use platform::{Home, Platform};
pub use profile::*;
pub use quality::Flag;
pub use read::{ReadOptions, read, read_stream};
pub use skew::{HotPartition, Quantiles, StageSummary};
pub use source::{Layout, LogSource, Part, discover};
pub use submit::SparkSubmit;
pub use summary::{SlotTime, StageLine, Summary, TaskTime};
pub use task::{Locality, Task, TaskResult, Tasks};
pub use timeline::{Concurrency, Grant, Interval};
pub use totals::Totals;
pub use workload::MOST_STAGES;
