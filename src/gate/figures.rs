//! What the gate compares of an answer.

use rust_decimal::Decimal;

use crate::engines::EngineId;
use crate::rank::{MonthlyDraws, Recommendation};
use crate::report::document::CheckedChoice;
use crate::report::{Dollars, six};

/// The recommendation of one answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Figures {
    /// The engine.
    pub engine: EngineId,
    /// Stable name of engine and shape.
    pub id: String,
    /// The shape in words.
    pub shape_text: String,
    /// Expected cost of a month; `None` while a price is missing.
    pub monthly: Option<Dollars>,
    /// Median seconds from trigger to result.
    pub duration_s: f64,
    /// Probability of meeting the deadline.
    pub deadline_met: f64,
    /// Single replications; empty for stored figures.
    pub draws: MonthlyDraws,
}

impl Figures {
    /// Those of an answer's first rank; `None` when nothing is eligible.
    #[must_use]
    pub fn of(answer: &Recommendation) -> Option<Self> {
        let best = answer.ranked.iter().find(|row| row.rank == Some(1))?;
        Some(Self {
            engine: best.candidate.engine,
            id: best.candidate.id.clone(),
            shape_text: best.shape_text.clone(),
            monthly: best.monthly_cost.map(Dollars::from),
            duration_s: six(best.duration.p50.as_seconds()),
            deadline_met: six(best.deadline_met.get()),
            draws: best.draws.clone(),
        })
    }

    /// As the output has it.
    #[must_use]
    pub fn choice(&self) -> CheckedChoice {
        CheckedChoice {
            engine: self.engine,
            id: self.id.clone(),
            shape_text: self.shape_text.clone(),
            duration_p50_s: self.duration_s,
            deadline_met_probability: self.deadline_met,
        }
    }
}

/// Half the width of the 95 % interval of the mean difference between paired values: 1.96 standard errors. Zero when
/// there are no two pairs.
pub(super) fn noise(pairs: &[f64]) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52 replications")]
    let count = pairs.len() as f64;
    if count < 2.0 {
        return 0.0;
    }
    let mean = pairs.iter().sum::<f64>() / count;
    let variance = pairs.iter().map(|pair| (pair - mean).powi(2)).sum::<f64>() / (count - 1.0);
    1.96 * (variance / count).sqrt()
}

/// The noise of a cost difference.
pub(super) fn cost_noise(from: &Figures, to: &Figures) -> Dollars {
    let pairs: Vec<f64> = from.draws.cost.iter().zip(&to.draws.cost).map(|(a, b)| (*b - *a).approximate()).collect();
    Dollars::new(Decimal::try_from(noise(&pairs)).unwrap_or_default())
}

/// The noise of a difference of medians: a median of normal draws spreads √(π/2) times as wide as their mean.
pub(super) fn time_noise(from: &Figures, to: &Figures) -> f64 {
    let pairs: Vec<f64> =
        from.draws.duration.iter().zip(&to.draws.duration).map(|(a, b)| (*b - *a).as_seconds()).collect();
    six(noise(&pairs) * std::f64::consts::FRAC_PI_2.sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_is_that_of_the_mean_of_the_pairs() {
        // Differences 1, 2, 3: mean 2, variance 1, standard error √(1/3); 1.96 of it is 1.131607.
        assert!((noise(&[1.0, 2.0, 3.0]) - 1.131_607).abs() < 1e-6);
        // The same difference in every draw is no noise, however much the draws differ.
        assert!(noise(&[5.0, 5.0, 5.0]).abs() < 1e-12);
        assert!(noise(&[5.0]).abs() < 1e-12);
    }
}
