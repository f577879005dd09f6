//! A figure that is known as a range.

use serde::{Deserialize, Serialize};

/// Low, likely and high value of an uncertain figure. The range is read as the 10th to 90th percentile of a
/// two-piece log-normal around the likely value, so that a draw is never negative.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// 10th percentile.
    pub low: f64,
    /// Median.
    pub likely: f64,
    /// 90th percentile.
    pub high: f64,
}

/// The standard normal quantile of 0.9.
const Z90: f64 = 1.281_551_565_544_6;

impl Estimate {
    /// A range.
    #[must_use]
    pub const fn new(low: f64, likely: f64, high: f64) -> Self {
        Self { low, likely, high }
    }

    /// A figure known exactly.
    #[must_use]
    pub const fn exact(value: f64) -> Self {
        Self { low: value, likely: value, high: value }
    }

    /// The value at a standard normal score: 0 gives the likely value, ±1.28 the ends of the range.
    #[must_use]
    pub fn at_score(self, score: f64) -> f64 {
        if self.likely <= 0.0 {
            return self.likely;
        }
        let end = if score < 0.0 { self.low } else { self.high };
        let spread = (end.max(self.likely * 1e-3) / self.likely).ln().abs() / Z90;
        self.likely * (spread * score).exp()
    }

    /// The range times a factor.
    #[must_use]
    pub fn times(self, factor: f64) -> Self {
        Self { low: self.low * factor, likely: self.likely * factor, high: self.high * factor }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_hit_the_ends_of_the_range() {
        let start_up = Estimate::new(180.0, 210.0, 600.0);
        assert!((start_up.at_score(0.0) - 210.0).abs() < 1e-9);
        assert!((start_up.at_score(Z90) - 600.0).abs() < 1e-6);
        assert!((start_up.at_score(-Z90) - 180.0).abs() < 1e-6);
    }

    #[test]
    fn an_exact_figure_never_moves() {
        assert!((Estimate::exact(5.0).at_score(2.5) - 5.0).abs() < 1e-12);
        assert!(Estimate::exact(0.0).at_score(1.0).abs() < 1e-12);
    }
}
