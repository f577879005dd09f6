//! One row of an export.

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Serialize;

/// What kind of charge a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Something was used.
    Usage,
    /// A credit of AWS, usually negative.
    Credit,
    /// Money back.
    Refund,
    /// Tax.
    Tax,
    /// Savings Plans, reservations, discounts, fees and whatever else AWS books.
    Other,
}

impl Kind {
    /// From `line_item_line_item_type` of CUR 2.0 (AWS data exports guide, "Line item columns").
    #[must_use]
    pub fn of_line_item(name: &str) -> Self {
        match name {
            // Covered and discounted usage is usage whose price another row takes back or another contract pays.
            "Usage" | "DiscountedUsage" | "SavingsPlanCoveredUsage" => Self::Usage,
            "Credit" => Self::Credit,
            "Refund" => Self::Refund,
            "Tax" => Self::Tax,
            _ => Self::Other,
        }
    }
}

/// One row, borrowed from what it is read from.
#[derive(Clone, Copy, Debug)]
pub struct CostRow<'r> {
    /// Its number, the headings being row 1.
    pub number: u64,
    /// AWS's id of the line item with its interval; empty when the export has none.
    pub id: &'r str,
    /// See `id`.
    pub interval: &'r str,
    /// The day on which the usage began, UTC.
    pub day: Date,
    /// What kind of charge it is.
    pub kind: Kind,
    /// The product code or service.
    pub service: &'r str,
    /// The usage type.
    pub usage_type: &'r str,
    /// How much, in the usage type's unit.
    pub usage: f64,
    /// What it cost.
    pub cost: Decimal,
    /// What it would have cost On-Demand, when the export says it.
    pub on_demand_cost: Option<Decimal>,
    /// The currency.
    pub currency: &'r str,
    /// The pipeline's tag; empty when untagged.
    pub pipeline: &'r str,
    /// What tells one run from another (a cluster, a job run); empty when nothing does.
    pub run: &'r str,
}

/// `YYYY-MM-DD` at the beginning of a text.
pub(super) fn day(text: &str) -> Option<Date> {
    let bytes = text.as_bytes();
    let number = |from: usize, to: usize| {
        bytes
            .get(from..to)?
            .iter()
            .try_fold(0_i16, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + i16::from(byte - b'0')))
    };
    if bytes.get(4) != Some(&b'-') || bytes.get(7) != Some(&b'-') {
        return None;
    }
    let (month, day) = (i8::try_from(number(5, 7)?).ok()?, i8::try_from(number(8, 10)?).ok()?);
    Date::new(number(0, 4)?, month, day).ok()
}

/// A decimal as AWS writes it, also `1.2E-7`; nothing is zero.
pub(super) fn decimal(text: &str) -> Option<Decimal> {
    let text = text.trim();
    if text.is_empty() {
        return Some(Decimal::ZERO);
    }
    text.parse().ok().or_else(|| Decimal::from_scientific(text).ok())
}
