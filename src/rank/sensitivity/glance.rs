//! A candidate's figures from its first few draws.

use rust_decimal::Decimal;

use crate::rank::deadline::Deadline;
use crate::rank::evaluate::{Bench, Evaluated};
use crate::rank::finalist::{Finalist, expected_monthly};
use crate::rank::replicate::{Sample, samples, summary};
use crate::simulate::Settings;
use crate::units::{Share, Span, Usd};

/// Cost, time and the deadline.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Glance {
    /// Expected cost of a month, as far as it is known.
    pub monthly: Usd,
    /// Median time, trigger to result.
    pub duration: Span,
    /// Probability of meeting the deadline.
    pub deadline_met: Share,
}

impl Glance {
    /// What some draws say.
    #[must_use]
    pub fn at(samples: &[Sample], one: &Evaluated, bench: &Bench<'_>, deadline: &Deadline) -> Self {
        let replicated = summary(samples, deadline.within);
        Self {
            monthly: expected_monthly(&replicated, one.sums.month, &bench.question).known,
            duration: replicated.duration.p50,
            deadline_met: replicated.deadline_met,
        }
    }

    /// What the draws of these settings say.
    #[must_use]
    pub fn of(one: &Evaluated, bench: &Bench<'_>, deadline: &Deadline, settings: &Settings) -> Self {
        Self::at(&samples(&one.candidate, bench, settings), one, bench, deadline)
    }

    /// The figures of the ranking.
    #[must_use]
    pub fn ranked(row: &Finalist) -> Self {
        Self {
            monthly: row.monthly.known,
            duration: row.replicated.duration.p50,
            deadline_met: row.replicated.deadline_met,
        }
    }

    /// These figures, moved as the same draws move `from` one place `to` another: costs and times by their ratio, the
    /// probability by its difference.
    #[must_use]
    pub fn moved(&self, from: &Self, to: &Self) -> Self {
        let ratio = if from.monthly > Usd::ZERO { to.monthly.dollars() / from.monthly.dollars() } else { Decimal::ONE };
        let times =
            if from.duration > Span::ZERO { to.duration.as_seconds() / from.duration.as_seconds() } else { 1.0 };
        Self {
            monthly: self.monthly * ratio,
            duration: self.duration * times,
            deadline_met: Share::clamped(self.deadline_met.get() + to.deadline_met.get() - from.deadline_met.get()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ranking_moves_as_its_first_draws_do() {
        let glance = |dollars: i64, minutes: f64, met: f64| Glance {
            monthly: Usd::new(Decimal::from(dollars)),
            duration: Span::minutes(minutes),
            deadline_met: Share::clamped(met),
        };
        // The first draws: $90 → $135 is 1.5 times, 30 → 36 min 1.2 times, 0.96 → 0.90 is 0.06 less.
        let moved = glance(100, 40.0, 0.97).moved(&glance(90, 30.0, 0.96), &glance(135, 36.0, 0.90));
        assert_eq!(moved.monthly, Usd::new(Decimal::from(150)));
        assert!((moved.duration.as_seconds() - 2_880.0).abs() < 1e-9 && (moved.deadline_met.get() - 0.91).abs() < 1e-9);
    }
}
