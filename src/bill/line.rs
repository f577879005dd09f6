//! Lines and totals.

use rust_decimal::Decimal;
use serde::Serialize;

use crate::engines::{Charge, Period};
use crate::prices::{MissingPrice, Price, Rates};
use crate::units::Usd;

/// Amounts are exact to this many decimals of a dollar: far below any cent, and just above the noise of quantities
/// that do not end (20 min = 0.333… h), so that 0.333… × 0.045 is 0.015 and rounds half-up as it should.
const EXACT_PLACES: u32 = 15;

/// One line of a bill: a charge with its price, or with the reason why there is none.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LineItem {
    /// What is charged.
    pub charge: Charge,
    /// The unit price and its pedigree, or what is missing.
    pub price: Result<Price, MissingPrice>,
}

impl LineItem {
    /// Quantity × unit price; `None` while the price of a quantity is unknown. Nothing used costs nothing, whatever
    /// its price.
    #[must_use]
    pub fn amount(&self) -> Option<Usd> {
        let quantity = self.charge.quantity;
        if quantity.is_zero() {
            return Some(Usd::ZERO);
        }
        Some(amount(self.price.as_ref().ok()?.dollars, quantity))
    }

    /// The price that this line lacks and needs.
    #[must_use]
    pub fn missing(&self) -> Option<&MissingPrice> {
        self.price.as_ref().err().filter(|_| !self.charge.quantity.is_zero())
    }
}

/// The amount of a line.
pub fn amount(dollars: Decimal, quantity: Decimal) -> Usd {
    Usd::new((dollars * quantity).round_dp(EXACT_PLACES))
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
        self.sum(|line| line.charge.period == period)
    }

    /// Sum of all lines, of runs and months together: the total of a bill that is for one stated period.
    ///
    /// # Errors
    /// The prices that are missing.
    pub fn grand_total(&self) -> Result<Usd, Vec<MissingPrice>> {
        self.sum(|_| true)
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

    /// The prices that are missing, each meter once.
    #[must_use]
    pub fn missing(&self) -> Vec<&MissingPrice> {
        let mut missing: Vec<&MissingPrice> = Vec::new();
        for price in self.lines.iter().filter_map(LineItem::missing) {
            if !missing.contains(&price) {
                missing.push(price);
            }
        }
        missing
    }

    fn sum(&self, wanted: impl Fn(&LineItem) -> bool) -> Result<Usd, Vec<MissingPrice>> {
        let lines = || self.lines.iter().filter(|line| wanted(line));
        let missing: Vec<MissingPrice> = lines().filter_map(|line| line.missing().cloned()).collect();
        if missing.is_empty() {
            Ok(lines().filter_map(LineItem::amount).fold(Usd::ZERO, saturating_add))
        } else {
            Err(missing)
        }
    }
}

/// A sum beyond 10^28 dollars is absurd, but no reason to die.
fn saturating_add(sum: Usd, amount: Usd) -> Usd {
    Usd::new(sum.dollars().saturating_add(amount.dollars()))
}
