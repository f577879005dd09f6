//! Lines and totals.

use rust_decimal::Decimal;
use serde::Serialize;

use crate::engines::{Charge, Period};
use crate::prices::{MissingPrice, Price, Rates};
use crate::units::Usd;

/// One line of a bill: a charge with its price, or with the reason why there is none.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LineItem {
    /// What is charged.
    pub charge: Charge,
    /// The unit price and its pedigree, or what is missing.
    pub price: Result<Price, MissingPrice>,
}

impl LineItem {
    /// Quantity × unit price; `None` while the price is unknown.
    #[must_use]
    pub fn amount(&self) -> Option<Usd> {
        self.price.as_ref().ok().map(|price| Usd::new(price.dollars * self.charge.quantity))
    }
}

/// All lines of one candidate.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Bill {
    /// Lines in the order of the engine's charges.
    pub lines: Vec<LineItem>,
}

impl Bill {
    /// Prices every charge.
    #[must_use]
    pub fn price(charges: Vec<Charge>, rates: &dyn Rates) -> Self {
        let lines = charges.into_iter().map(|charge| LineItem { price: rates.rate(&charge.meter), charge }).collect();
        Self { lines }
    }

    /// Sum of the lines of one period.
    ///
    /// # Errors
    /// The prices that are missing, when any line with a quantity lacks one.
    pub fn total(&self, period: Period) -> Result<Usd, Vec<MissingPrice>> {
        let lines = || self.lines.iter().filter(|line| line.charge.period == period);
        let missing: Vec<MissingPrice> = lines()
            .filter(|line| line.charge.quantity != Decimal::ZERO)
            .filter_map(|line| line.price.clone().err())
            .collect();
        if missing.is_empty() { Ok(lines().filter_map(LineItem::amount).sum()) } else { Err(missing) }
    }

    /// Runs a month × cost of a run, plus what falls due every month.
    ///
    /// # Errors
    /// The prices that are missing.
    pub fn monthly(&self, runs_per_month: Decimal) -> Result<Usd, Vec<MissingPrice>> {
        match (self.total(Period::Run), self.total(Period::Month)) {
            (Ok(run), Ok(month)) => Ok(run * runs_per_month + month),
            (run, month) => Err(run.err().into_iter().chain(month.err()).flatten().collect()),
        }
    }
}
