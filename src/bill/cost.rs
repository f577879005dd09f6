//! A sum that says how much of it is unknown, so that incomplete bills can still be put in an honest order.

use std::collections::BTreeSet;

use rust_decimal::Decimal;
use serde::Serialize;

use super::Bill;
use crate::engines::Period;
use crate::units::Usd;

/// What is known of a cost, and how many prices it lacks.
///
/// The order is: complete before incomplete, fewer missing prices before more, then the lower known part. So a
/// candidate with a missing price never outranks a fully priced one, and where every candidate lacks the same price
/// (S3 requests in a region, say) the known parts still decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Cost {
    /// Number of different meters without a price.
    pub missing: usize,
    /// Sum of the lines that have one: a lower bound while `missing` is not zero.
    pub known: Usd,
}

impl Cost {
    /// The cost, when nothing is missing.
    #[must_use]
    pub fn complete(self) -> Option<Usd> {
        (self.missing == 0).then_some(self.known)
    }

    /// The cost times a factor; what is missing stays missing.
    #[must_use]
    pub fn times(self, factor: Decimal) -> Self {
        Self { known: self.known * factor, ..self }
    }
}

impl Bill {
    /// What a month of `runs_per_month` runs costs, as far as it is known.
    #[must_use]
    pub fn cost_of_month(&self, runs_per_month: Decimal) -> Cost {
        Cost {
            missing: self.missing_meters(),
            known: self.known(Period::Run) * runs_per_month + self.known(Period::Month),
        }
    }

    /// What one run costs with its share of the month's lines, as far as it is known.
    #[must_use]
    pub fn cost_of_run(&self, runs_per_month: Decimal) -> Cost {
        let month = self.known(Period::Month).dollars().checked_div(runs_per_month).unwrap_or_default();
        Cost { missing: self.missing_meters(), known: self.known(Period::Run) + Usd::new(month) }
    }

    fn known(&self, period: Period) -> Usd {
        self.lines.iter().filter(|line| line.charge.period == period).filter_map(super::LineItem::amount).sum()
    }

    /// Different meters that have a quantity and no price.
    fn missing_meters(&self) -> usize {
        self.lines
            .iter()
            .filter(|line| line.price.is_err() && !line.charge.quantity.is_zero())
            .map(|line| &line.charge.meter)
            .collect::<BTreeSet<_>>()
            .len()
    }
}
