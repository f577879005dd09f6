//! Lines of the user's own: what shapecast has no meter for, at a price that the user states.

use rust_decimal::Decimal;

use super::error::UsageError;
use super::fields::{Fields, scalar};
use super::quantity::unit_price;
use crate::units::MEASURE_NAMES;

/// A quantity and its price, for things beyond the price book: a later tier of traffic, a load balancer, a licence.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnLine {
    /// For people.
    pub component: String,
    /// How much, for the whole bill: runs do not multiply it.
    pub quantity: Decimal,
    /// One of the measures, `request` and the like.
    pub unit: &'static str,
    /// Dollars per unit.
    pub unit_price: Decimal,
}

pub(super) fn read(fields: &mut Fields<'_>) -> Result<Vec<OwnLine>, UsageError> {
    fields.list(&["own_lines", "other"]).into_iter().map(|item| line(&mut Fields::of(item, "an own line")?)).collect()
}

fn line(fields: &mut Fields<'_>) -> Result<OwnLine, UsageError> {
    let name = fields.text(&["component", "name"])?;
    let quantity = fields.number(&["quantity", "count"])?;
    let units: Vec<(&str, &'static str)> = MEASURE_NAMES.iter().map(|name| (*name, *name)).collect();
    let unit = fields.word(&["unit"], &units)?;
    let price = fields.take(&["unit_price", "unit_price_usd", "price"]);
    let line = OwnLine {
        component: name.ok_or_else(|| fields.missing("component", "write what the line is for"))?.0.to_owned(),
        quantity: quantity.ok_or_else(|| fields.missing("quantity", "write how much"))?,
        unit: unit.unwrap_or("hour"),
        unit_price: {
            let node = price.ok_or_else(|| fields.missing("unit_price", "write dollars per unit"))?;
            let text = scalar(node, "unit_price")?;
            unit_price(text, false).map_err(|error| UsageError::of_parse(node.place, "unit_price", error))?
        },
    };
    fields.ensure_all_read()?;
    Ok(line)
}
