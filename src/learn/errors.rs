//! How far predictions were from what happened.

use super::configuration::quantile;

/// A prediction and what happened, seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judged {
    /// A tenth of the probability lies below.
    pub p10: f64,
    /// The median.
    pub p50: f64,
    /// Nine tenths lie below.
    pub p90: f64,
    /// What happened.
    pub actual: f64,
}

impl Judged {
    /// |predicted − actual| / actual.
    #[must_use]
    pub fn error(&self) -> f64 {
        (self.p50 - self.actual).abs() / self.actual
    }

    /// Whether what happened lies between the tenths.
    #[must_use]
    pub fn covered(&self) -> bool {
        (self.p10..=self.p90).contains(&self.actual)
    }
}

/// Errors of a group, as shares of what happened.
#[derive(Clone, Debug, PartialEq)]
pub struct ErrorSummary {
    /// How many predictions.
    pub points: usize,
    /// Mean.
    pub mape: f64,
    /// Median.
    pub median: f64,
    /// Nine tenths are smaller.
    pub p90: f64,
    /// Share of what happened inside the 80 % interval.
    pub coverage80: f64,
    /// Median of predicted / actual.
    pub ratio: f64,
}

impl ErrorSummary {
    /// Of some predictions; `None` of none.
    #[must_use]
    pub fn of(judged: &[Judged]) -> Option<Self> {
        if judged.is_empty() {
            return None;
        }
        let count = judged.len() as f64;
        let mut errors: Vec<f64> = judged.iter().map(Judged::error).collect();
        let mean = errors.iter().sum::<f64>() / count;
        errors.sort_by(f64::total_cmp);
        let mut ratios: Vec<f64> = judged.iter().map(|one| one.p50 / one.actual).collect();
        ratios.sort_by(f64::total_cmp);
        Some(Self {
            points: judged.len(),
            mape: mean,
            median: quantile(&errors, 0.5),
            p90: quantile(&errors, 0.9),
            coverage80: judged.iter().filter(|one| one.covered()).count() as f64 / count,
            ratio: quantile(&ratios, 0.5),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_by_hand() {
        let one = |p50: f64, actual: f64| Judged { p10: 0.9 * p50, p50, p90: 1.1 * p50, actual };
        // Errors 0, 0.1, 0.5: mean 0.2, median 0.1, p90 = 0.1 + 0.8 · 0.4 = 0.42. 100 is inside 81–99? no; 90 of 110: yes.
        let summary = ErrorSummary::of(&[one(100.0, 100.0), one(110.0, 100.0), one(150.0, 100.0)]).expect("some");
        assert!((summary.mape - 0.2).abs() < 1e-12);
        assert!((summary.median - 0.1).abs() < 1e-12);
        assert!((summary.p90 - 0.42).abs() < 1e-12);
        // 100 in 90–110: yes; in 99–121: yes; in 135–165: no.
        assert!((summary.coverage80 - 2.0 / 3.0).abs() < 1e-12);
        assert_eq!(ErrorSummary::of(&[]), None);
    }
}
