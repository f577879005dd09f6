//! The bill of a usage file.

use rust_decimal::Decimal;

use super::{Bill, LineItem, OwnPrices};
use crate::engines::usage::{OwnLine, UsageFile};
use crate::engines::{Charge, CostGroup, Period, charges, surrounding_charges};
use crate::prices::{Basis, Meter, Price, PriceOrigin, Rates};

/// Prices what a file says was used: its runs, and one month of what stands all month. The file's own unit prices win
/// over `rates`, which must be those of the file's region.
#[must_use]
pub fn bill_usage(file: &UsageFile, rates: &dyn Rates) -> Bill {
    let own = OwnPrices::new(&file.unit_prices, "the usage file", rates);
    let mut lines = file.usage.as_ref().map(|usage| charges(usage, &file.terms, &own)).unwrap_or_default();
    lines.extend(surrounding_charges(&file.surroundings, &file.terms));
    let mut bill = Bill::price(lines.into_iter().map(|line| times(line, file.runs)).collect(), &own);
    bill.lines.extend(file.own_lines.iter().map(own_line));
    bill
}

/// A line that the file prices itself.
fn own_line(line: &OwnLine) -> LineItem {
    let charge = Charge {
        component: line.component.clone(),
        group: CostGroup::Own,
        meter: Meter::Own("own-line"),
        unit: line.unit,
        quantity: line.quantity,
        period: Period::Month,
        formula: format!("{} {}, as stated", line.quantity.normalize(), line.unit),
    };
    let price = Price {
        dollars: line.unit_price,
        unit: line.unit,
        source: "the usage file".to_owned(),
        as_of: "undated".to_owned(),
        origin: PriceOrigin::Own,
        basis: Basis::Own,
    };
    LineItem { charge, price: Ok(price) }
}

/// A run's line times the number of runs; a month's line stays.
fn times(charge: Charge, runs: Decimal) -> Charge {
    if charge.period == Period::Month || runs == Decimal::ONE {
        return charge;
    }
    Charge {
        quantity: charge.quantity * runs,
        formula: format!("{} runs × ({})", runs.round_dp(4).normalize(), charge.formula),
        ..charge
    }
}
