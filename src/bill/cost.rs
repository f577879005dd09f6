//! A sum that says how much of it is unknown, so that incomplete bills can still be put in an honest order.

use std::collections::BTreeSet;

use rust_decimal::Decimal;
use serde::Serialize;

use super::Bill;
use super::line::amount;
use crate::engines::{Charge, CostGroup, Period};
use crate::prices::{Meter, Rates};
use crate::units::Usd;

/// What is known of a cost, and how many prices it lacks.
///
/// The order is: complete before incomplete, those that lack only a price of the surroundings (S3 requests, disks, a
/// control plane) before those whose engine itself has no price, fewer missing prices before more, then the lower
/// known part. So a candidate with a missing price never outranks a fully priced one, a bill of which next to nothing
/// is known never outranks one of which most is, and where every candidate lacks the same price (S3 requests in a
/// region, say) the known parts still decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Cost {
    /// Those of `missing` by which the engine itself is paid.
    pub missing_own: usize,
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

    /// Whether the engine itself has a price: then the known part says something of the cost.
    #[must_use]
    pub const fn is_telling(self) -> bool {
        self.missing_own == 0
    }

    /// The cost times a factor; what is missing stays missing.
    #[must_use]
    pub fn times(self, factor: Decimal) -> Self {
        Self { known: self.known * factor, ..self }
    }
}

/// The lines of a run and those of a month, added up as far as their prices are known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// Lines of every run.
    pub run: Usd,
    /// Lines of a month.
    pub month: Usd,
    /// As in [`Cost`].
    pub missing_own: usize,
    /// As in [`Cost`].
    pub missing: usize,
}

impl Sums {
    /// Adds up charges without making a bill of them: for thousands of runs that nobody reads line by line.
    #[must_use]
    pub fn of(charges: &[Charge], rates: &dyn Rates) -> Self {
        Self::of_priced(charges.iter().map(|charge| (charge, rates.dollars(&charge.meter))))
    }

    fn of_priced<'c>(lines: impl Iterator<Item = (&'c Charge, Option<Decimal>)>) -> Self {
        let mut sums = Self::default();
        let (mut missing, mut missing_own) = (BTreeSet::new(), BTreeSet::new());
        for (charge, dollars) in lines.filter(|(charge, _)| !charge.quantity.is_zero()) {
            let Some(dollars) = dollars else {
                missing.insert(&charge.meter);
                if is_engines_own(charge) {
                    missing_own.insert(&charge.meter);
                }
                continue;
            };
            let sum = if charge.period == Period::Run { &mut sums.run } else { &mut sums.month };
            *sum += amount(dollars, charge.quantity);
        }
        Self { missing_own: missing_own.len(), missing: missing.len(), ..sums }
    }

    /// What a month of `runs_per_month` runs costs, as far as it is known.
    #[must_use]
    pub fn of_month(self, runs_per_month: Decimal) -> Cost {
        self.cost(self.run * runs_per_month + self.month)
    }

    /// What one run costs with its share of the month's lines, as far as it is known.
    #[must_use]
    pub fn of_run(self, runs_per_month: Decimal) -> Cost {
        let month = self.month.dollars().checked_div(runs_per_month).unwrap_or_default();
        self.cost(self.run + Usd::new(month))
    }

    const fn cost(self, known: Usd) -> Cost {
        Cost { missing_own: self.missing_own, missing: self.missing, known }
    }
}

impl Bill {
    /// Its lines, added up.
    #[must_use]
    pub fn sums(&self) -> Sums {
        let dollars = |line: &super::LineItem| line.price.as_ref().ok().map(|price| price.dollars);
        Sums::of_priced(self.lines.iter().map(|line| (&line.charge, dollars(line))))
    }

    /// What a month of `runs_per_month` runs costs, as far as it is known.
    #[must_use]
    pub fn cost_of_month(&self, runs_per_month: Decimal) -> Cost {
        self.sums().of_month(runs_per_month)
    }

    /// What one run costs with its share of the month's lines, as far as it is known.
    #[must_use]
    pub fn cost_of_run(&self, runs_per_month: Decimal) -> Cost {
        self.sums().of_run(runs_per_month)
    }
}

/// Machines, workers, fees, bytes that a query engine scans: what the engine is paid by, unlike what surrounds every
/// engine alike.
const fn is_engines_own(charge: &Charge) -> bool {
    match charge.group {
        CostGroup::Compute | CostGroup::EngineFee | CostGroup::Own => true,
        CostGroup::Requests => matches!(charge.meter, Meter::Service(service, _) if !is_s3(service)),
        CostGroup::Storage | CostGroup::Network | CostGroup::Orchestration | CostGroup::Catalog => false,
    }
}

const fn is_s3(service: &str) -> bool {
    matches!(service.as_bytes(), b"s3")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prices::items;
    use crate::units::Quantity;

    #[test]
    fn only_what_the_engine_is_paid_by_is_its_own() {
        let request = |key| Charge::per_run("requests", CostGroup::Requests, key, Quantity::new(Decimal::ONE), "1");
        assert!(!is_engines_own(&request(&items::S3_GET)));
        let group = CostGroup::Requests;
        assert!(is_engines_own(&Charge::per_run("scan", group, &items::ATHENA_SCAN, Quantity::new(Decimal::ONE), "1")));
    }

    #[test]
    fn a_bill_of_which_nothing_is_known_is_never_the_cheaper_one() {
        let cost =
            |missing_own, missing, dollars| Cost { missing_own, missing, known: Usd::new(Decimal::new(dollars, 0)) };
        // Fully priced; all but the requests; all but the machines.
        assert!(cost(0, 0, 900) < cost(0, 3, 10) && cost(0, 3, 10) < cost(1, 1, 0));
    }
}
