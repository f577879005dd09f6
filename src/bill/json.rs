//! The bill as JSON: part of the output contract (`docs/reference/output.md`).

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{Bill, LineItem};
use crate::engines::Period;
use crate::prices::Basis;
use crate::units::Usd;

/// `{bill[…], total_usd, missing[…]}`: an unknown price is `null`, its line's amount and the total are `null`, and
/// `missing` says what was asked for and why there is no answer.
#[must_use]
pub fn bill_json(bill: &Bill) -> Value {
    json!({
        "bill": lines_json(bill),
        "total_usd": bill.grand_total().ok().map(dollars),
        "missing": missing_json(bill),
    })
}

/// The lines alone, for the reports that hold a bill among other things.
#[must_use]
pub fn lines_json(bill: &Bill) -> Value {
    bill.lines.iter().map(line_json).collect()
}

/// What is missing: `[{meter, region, reason}]`.
#[must_use]
pub fn missing_json(bill: &Bill) -> Value {
    let missing = bill.missing();
    missing.iter().map(|price| json!({"meter": price.meter, "region": price.region, "reason": price.reason})).collect()
}

fn line_json(line: &LineItem) -> Value {
    let charge = &line.charge;
    let price = line.price.as_ref().ok();
    let basis = price.map(|price| match price.basis {
        Basis::Read => "read",
        Basis::Derived { .. } => "derived",
        Basis::Own => "own",
    });
    json!({
        "component": charge.component,
        "group": charge.group,
        "meter": charge.meter.to_string(),
        "period": match charge.period { Period::Run => "run", Period::Month => "month" },
        "quantity": number(charge.quantity),
        "unit": charge.unit,
        "unit_price_usd": price.map(|price| number(price.dollars)),
        "amount_usd": line.amount().map(dollars),
        "price_source": price.map(|price| price.source.as_str()),
        "price_as_of": price.map(|price| price.as_of.as_str()),
        "price_basis": basis,
        "formula": charge.formula,
    })
}

/// Money to six places, as everywhere in the output.
fn dollars(amount: Usd) -> Value {
    number(amount.rounded(6))
}

/// A decimal as a JSON number; unit prices and quantities keep all digits that a double has.
fn number(value: Decimal) -> Value {
    let normal = value.normalize();
    if normal.scale() == 0
        && let Ok(whole) = i64::try_from(normal)
    {
        return Value::from(whole);
    }
    // Through the text: the direct conversion is not always to the nearest double.
    normal.to_string().parse::<f64>().map_or(Value::Null, Value::from)
}
