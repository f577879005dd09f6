//! How an answer is asked for.

use std::sync::Arc;

use jiff::civil::Date;

use crate::simulate::replay::MeasuredGraph;

/// Seed, precision and the day of asking.
#[derive(Clone, Debug, PartialEq)]
pub struct RecommendOptions {
    /// Seed of all random streams.
    pub seed: u64,
    /// Replications of each front-runner; up to four times as many where that does not settle its figures.
    pub replications: u32,
    /// Today, for the age of prices; `None` when nobody wants to say.
    pub today: Option<Date>,
    /// The job as an event log has it; `None` when only the workload describes it.
    pub measured: Option<Arc<MeasuredGraph>>,
    /// Whether to look for what moves the decision: about as much work again, and no other figure depends on it.
    pub sensitivity: bool,
}

/// The default seed: any number will do, as long as it is always the same.
pub const DEFAULT_SEED: u64 = 20_261_120;

/// The default number of replications: with 1,000 the standard error of a probability near 95 % is 0.7 points.
pub const DEFAULT_REPLICATIONS: u32 = 1_000;

/// The default for an event log. Its tasks are measured, so that a run's cost spreads by some 5 % and not by 40: the standard
/// error of a mean of 128 is 0.5 %. Where Spot or a deadline spreads it more, the precision asks for more (`precision`).
pub const LOG_REPLICATIONS: u32 = 128;

/// The default number of replications for a workload file or a log.
#[must_use]
pub const fn default_replications(is_measured: bool) -> u32 {
    if is_measured { LOG_REPLICATIONS } else { DEFAULT_REPLICATIONS }
}

impl Default for RecommendOptions {
    fn default() -> Self {
        Self { seed: DEFAULT_SEED, replications: DEFAULT_REPLICATIONS, today: None, measured: None, sensitivity: true }
    }
}
