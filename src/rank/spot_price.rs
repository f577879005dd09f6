//! What a replication costs at its own Spot price.

use rust_decimal::Decimal;

use crate::bill::{Cost, Sums};
use crate::engines::{Charge, RunRecord};
use crate::prices::{Meter, OnDemandInstance, PriceKey, Rates};
use crate::units::Usd;

/// The cost of a run whose Spot price was drawn: the price of the bill times the run's factor, On-Demand's at most, and
/// On-Demand's outright if the run fell back to it.
#[must_use]
pub fn at_drawn_price(charges: &[Charge], record: &RunRecord, runs_per_month: Decimal, rates: &dyn Rates) -> Cost {
    let mut cost = Sums::of(charges, rates).of_run(runs_per_month);
    if (record.spot_price_factor - 1.0).abs() < f64::EPSILON && !record.spot_fell_back {
        return cost;
    }
    let factor = Decimal::try_from(record.spot_price_factor).unwrap_or(Decimal::ONE).round_dp(6);
    for charge in charges {
        let (Meter::SpotInstance(_), Some(name)) = (&charge.meter, charge.meter.instance_type()) else { continue };
        let Some(paid) = rates.dollars(&charge.meter) else { continue };
        let full = rates.dollars(&OnDemandInstance(name).meter());
        if record.spot_fell_back && full.is_none() {
            cost.missing += 1;
        }
        cost.known += extra(paid, full, charge, record.spot_fell_back, factor);
    }
    cost
}

/// What a line costs beyond the bill's price.
fn extra(paid: Decimal, full: Option<Decimal>, charge: &Charge, fell_back: bool, factor: Decimal) -> Usd {
    let drawn = if fell_back {
        full.unwrap_or(paid)
    } else {
        let price = paid * factor;
        full.map_or(price, |full| price.min(full.max(paid)))
    };
    let dollars = (drawn - paid) * charge.quantity;
    // Whole micro-dollars: sums of many replications stay exact and short.
    Usd::new(dollars.round_dp(6))
}
