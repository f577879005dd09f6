//! The cost of the user's own cluster: a share of a yearly sum that only the user knows.

use rust_decimal::Decimal;

use crate::engines::usage::{OnPremisesUsage, Terms};
use crate::engines::{Charge, CostGroup};
use crate::prices::{Meter, PriceKey};
use crate::units::{Quantity, Year};

/// The user's yearly cost of the whole cluster: meter `on-premises/year`.
#[derive(Clone, Copy, Debug)]
pub struct OwnClusterYear;

impl PriceKey for OwnClusterYear {
    type Unit = Year;
    fn meter(&self) -> Meter {
        Meter::Own("on-premises/year")
    }
}

/// One twelfth of the yearly cost × the job's share, whatever it runs: an own cluster costs the same idle.
#[must_use]
pub fn charges(usage: &OnPremisesUsage, _terms: &Terms) -> Vec<Charge> {
    let share = usage.cost_share.normalize();
    let years = Quantity::<Year>::new(share / Decimal::from(12));
    let formula = format!("1 year / 12 × {share} of the cluster");
    vec![Charge::per_month("own cluster", CostGroup::Own, &OwnClusterYear, years, formula)]
}
