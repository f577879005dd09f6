//! How many replications the ranking needs: as many as settle a candidate's own figures.
//!
//! Two candidates meet the same draws of what is unknown, so their difference is more precise than either; a candidate whose
//! own mean is precise can be ranked. The rule looks at nothing but the candidate, so that adding one changes no other.

use super::model::Precision;
use crate::bill::Cost;
use crate::units::Share;

/// Standard error of a mean cost at which it is precise enough, over the cost. What is unknown of the workload moves two rows
/// alike, so that their difference is several times more precise than either.
const COST: f64 = 0.02;
/// Standard errors by which the probability of meeting the deadline must be away from the demanded one.
const DEADLINE: f64 = 2.0;
/// Rounds of replications at most, each as large as all before it together.
pub const ROUNDS: u32 = 2;

impl Precision {
    /// The precision of these costs and of the probability that they came with.
    #[must_use]
    pub fn of(costs: &[Cost], deadline_met: Share) -> Self {
        let replications = u32::try_from(costs.len()).unwrap_or(u32::MAX);
        let count = f64::from(replications.max(1));
        let known: Vec<f64> = costs.iter().map(|cost| cost.known.approximate()).collect();
        let mean = known.iter().sum::<f64>() / count;
        let variance = known.iter().map(|cost| (cost - mean).powi(2)).sum::<f64>() / (count - 1.0).max(1.0);
        let p = deadline_met.get();
        Self {
            replications,
            cost: if mean > 0.0 { (variance / count).sqrt() / mean } else { 0.0 },
            deadline: (p * (1.0 - p) / count).sqrt(),
        }
    }

    /// Whether more replications could still move the candidate to another place.
    #[must_use]
    pub fn settles(&self, deadline_met: Share, demanded: Share) -> bool {
        let away = (deadline_met.get() - demanded.get()).abs();
        self.cost <= COST && (self.deadline <= 0.0 || away >= DEADLINE * self.deadline)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Usd;
    use rust_decimal::Decimal;

    fn costs(dollars: &[i64]) -> Vec<Cost> {
        let cost = |dollars: &i64| Cost { missing_own: 0, missing: 0, known: Usd::new(Decimal::from(*dollars)) };
        dollars.iter().map(cost).collect()
    }

    #[test]
    fn the_standard_error_of_four_costs() {
        // 8, 10, 10, 12: mean 10, variance 8 / 3, of the mean 2 / 3: 0.816 of 10. Half of four met: sqrt(0.25 / 4) = 0.25.
        let precision = Precision::of(&costs(&[8, 10, 10, 12]), Share::clamped(0.5));
        assert!((precision.cost - (2.0_f64 / 3.0).sqrt() / 10.0).abs() < 1e-12);
        assert!((precision.deadline - 0.25).abs() < 1e-12);
    }

    #[test]
    fn a_probability_near_the_demanded_one_needs_more() {
        let settles = |p: f64, count: u32| {
            let precision =
                Precision { replications: count, cost: 0.001, deadline: (p * (1.0 - p) / f64::from(count)).sqrt() };
            precision.settles(Share::clamped(p), Share::clamped(0.95))
        };
        // At 1,000 the standard error of 0.94 is 0.0075: 0.01 is less than two of them. At 4,000 it is 0.0038.
        assert!(!settles(0.94, 1_000) && settles(0.94, 4_000));
        assert!(settles(1.0, 1_000) && settles(0.5, 1_000));
    }
}
