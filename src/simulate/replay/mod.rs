//! Event logs scheduled again: as they ran (the self-check), and on other executors (prediction).
//!
//! ```text
//! EventLog ─► recording ─┬─► observed: the same executors, measured times ─► cluster ─► replay error
//!                        └─► prediction: other executors, steady times + warm-up ─► cluster ─► time at another shape
//! ```

mod allocation;
pub mod cluster;
mod gaps;
mod happening;
mod observed;
pub mod problem;
mod recording;

pub use observed::SelfCheck;
pub use recording::{Attempts, RecordedExecutor, RecordedJob, RecordedStage, RecordedTask, Recording};
