//! What an application on Managed Flink used.

use rust_decimal::Decimal;
use serde::Serialize;

use crate::units::Span;

/// Equal starts of one application.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FlinkUsage {
    /// Kinesis processing units, without the orchestration unit that is added.
    pub kpu: Decimal,
    /// Time from start to stop.
    pub running: Span,
    /// How many starts; each has its own minimum.
    pub count: u32,
    /// Whether the application runs all month (then the lines are a month's) or belongs to one run.
    pub standing: bool,
}
