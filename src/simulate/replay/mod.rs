//! Event logs scheduled again: as they ran (the self-check), and on other executors (prediction).
//!
//! ```text
//! EventLog ─► recording ─┬─► observed: the same executors, measured times ─► cluster ─► replay error
//!                        └─► prediction: other executors, steady times + warm-up ─► cluster ─► time at another shape
//! ```

mod allocation;
mod caveats;
pub mod cluster;
mod gaps;
mod graph;
mod happening;
mod heap;
mod held_out;
mod observed;
mod predict;
pub mod problem;
mod recording;
mod reshape;
mod run_model;
mod scale;
mod settings;
mod supply;
mod target;
mod waits;
mod warm_up;

pub use graph::{MeasuredGraph, own_lead_s};
pub use held_out::held_out;
pub use observed::SelfCheck;
pub use predict::{Prediction, Predictor};
pub use recording::{Attempts, RecordedExecutor, RecordedJob, RecordedStage, RecordedTask, Recording};
pub use run_model::{RunModel, StageFactors};
pub use scale::Exponents;
pub use settings::SparkSettings;
pub use target::{Speeds, Target};
pub use warm_up::WarmUp;

/// A count as a factor.
#[expect(clippy::cast_precision_loss, reason = "counts of tasks and executors are far below 2^53")]
const fn count(count: usize) -> f64 {
    count as f64
}

/// Bytes as a factor.
#[expect(clippy::cast_precision_loss, reason = "sizes need no more than 53 bits")]
const fn bytes(bytes: u64) -> f64 {
    bytes as f64
}
