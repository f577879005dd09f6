//! Monthly free allowances of an account, and how a month's quantity above them becomes one line.

use rust_decimal::Decimal;

use super::super::usage::Terms;
use super::super::{Charge, CostGroup};
use crate::prices::PriceKey;
use crate::units::Quantity;

/// A line of `per_run` units each run, or, when the account's free allowance may be used up, one line of the month:
/// runs × units − allowance.
pub(super) fn metered_line<K: PriceKey>(
    component: &str,
    group: CostGroup,
    key: &K,
    per_run: Decimal,
    free_per_month: u32,
    terms: &Terms,
) -> Option<Charge> {
    if per_run.is_zero() {
        return None;
    }
    if !terms.free_allowances {
        return Some(Charge::per_run(
            component,
            group,
            key,
            Quantity::new(per_run),
            terms.say(|| per_run.normalize().to_string()),
        ));
    }
    let used = per_run * terms.runs_per_month;
    let billed = (used - Decimal::from(free_per_month)).max(Decimal::ZERO);
    let formula = format!("{} a month - {free_per_month} free", used.normalize());
    Some(Charge::per_month(component, group, key, Quantity::new(billed), formula))
}
