//! How a stage's work was spread over its tasks.

use super::profile::StageAttempt;
use super::task::Task;

/// A ratio to a median below this says more about the clock than about the data, in ms.
const SOLID_MEDIAN_MS: u64 = 1000;

/// Points of a distribution, each one a value that occurred (nearest rank).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Quantiles {
    /// Smallest.
    pub min: u64,
    /// A quarter is at most this.
    pub p25: u64,
    /// Half is at most this.
    pub p50: u64,
    /// Three quarters are at most this.
    pub p75: u64,
    /// Nine tenths are at most this.
    pub p90: u64,
    /// 95 of 100 are at most this.
    pub p95: u64,
    /// 99 of 100 are at most this.
    pub p99: u64,
    /// Largest.
    pub max: u64,
}

impl Quantiles {
    /// Of values in any order; all zero for none.
    #[must_use]
    pub fn of(mut values: Vec<u64>) -> Self {
        values.sort_unstable();
        let at = |percent: usize| {
            let rank = (values.len() * percent).div_ceil(100).max(1);
            values.get(rank - 1).copied().unwrap_or(0)
        };
        Self { min: at(0), p25: at(25), p50: at(50), p75: at(75), p90: at(90), p95: at(95), p99: at(99), max: at(100) }
    }
}

/// The partition that most bytes flowed into.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HotPartition {
    /// Its number.
    pub partition: u32,
    /// Bytes from storage and shuffle.
    pub bytes: u64,
    /// Its share of the stage's bytes.
    pub share: f64,
    /// How long its task took, in ms.
    pub duration_ms: u32,
}

/// The spread of a stage over the tasks that delivered.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StageSummary {
    /// From launch to end, in ms.
    pub duration_ms: Quantiles,
    /// Executor run time, in ms.
    pub run_ms: Quantiles,
    /// Bytes from storage and shuffle.
    pub bytes_in: Quantiles,
    /// Longest over median duration; `None` when the median is under a second, where the ratio means nothing.
    pub max_over_median: Option<f64>,
    /// The partition with most bytes, when any bytes flowed in.
    pub hot: Option<HotPartition>,
}

impl StageAttempt {
    /// How its work was spread; `None` when no task delivered.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "ratios need no more than 53 bits")]
    pub fn summary(&self) -> Option<StageSummary> {
        let quantiles =
            |value: fn(&Task) -> u64| Quantiles::of(self.tasks.succeeded().map(|task| value(&task)).collect());
        let hottest = self.tasks.succeeded().max_by_key(Task::bytes_in)?;
        let bytes: u64 = self.tasks.succeeded().map(|task| task.bytes_in()).fold(0, u64::saturating_add);
        let duration_ms = quantiles(|task| u64::from(task.duration_ms));
        let solid = duration_ms.p50 >= SOLID_MEDIAN_MS;
        Some(StageSummary {
            duration_ms,
            run_ms: quantiles(|task| u64::from(task.run_ms)),
            bytes_in: quantiles(Task::bytes_in),
            max_over_median: solid.then(|| duration_ms.max as f64 / duration_ms.p50 as f64),
            hot: (bytes > 0).then(|| HotPartition {
                partition: hottest.partition,
                bytes: hottest.bytes_in(),
                share: hottest.bytes_in() as f64 / bytes as f64,
                duration_ms: hottest.duration_ms,
            }),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_values_that_occurred() {
        // Ten values: the median is the 5th, the 90th percentile the 9th, the 95th the 10th.
        let quantiles = Quantiles::of(vec![10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
        assert_eq!((quantiles.min, quantiles.p25, quantiles.p50), (1, 3, 5));
        assert_eq!((quantiles.p90, quantiles.p95, quantiles.max), (9, 10, 10));
        assert_eq!(Quantiles::of(vec![]), Quantiles::default());
    }
}
