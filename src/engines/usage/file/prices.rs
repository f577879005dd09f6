//! The user's own unit prices, by meter id.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::error::UsageError;
use super::fields::{Fields, scalar};
use super::node::{Key, Value};
use super::quantity::unit_price;
use crate::prices::{Meter, UnknownMeter};

pub(super) fn read(fields: &mut Fields<'_>) -> Result<BTreeMap<String, Decimal>, UsageError> {
    let mut prices = BTreeMap::new();
    let Some(node) = fields.take(&["unit_prices", "prices"]) else { return Ok(prices) };
    let Value::Map(entries) = &node.value else {
        let hint = "write `meter: price` lines, for example `ec2/on-demand/r5.4xlarge: 1.008`";
        return Err(UsageError::at(node.place, "unit_prices is not a group of keys", hint));
    };
    for (key, value) in entries {
        let meter = key.written.trim();
        let unit = meter.parse::<Meter>().map_err(|error| unknown(key, &error))?.unit().unwrap_or_default();
        let text = scalar(value, meter)?;
        let hourly = unit.ends_with("hour");
        let price = unit_price(text, hourly).map_err(|error| UsageError::of_parse(value.place, meter, error))?;
        prices.insert(meter.to_owned(), price);
    }
    Ok(prices)
}

fn unknown(key: &Key, error: &UnknownMeter) -> UsageError {
    let near = error.did_you_mean.as_ref().map_or_else(String::new, |near| format!("did you mean `{near}`? "));
    let hint = format!(
        "{near}meters are ec2/on-demand/TYPE, ec2/spot/TYPE, emr/uplift/TYPE and those of `shapecast prices show`"
    );
    UsageError::at(key.place, format!("there is no meter `{}`", key.written), hint)
}
