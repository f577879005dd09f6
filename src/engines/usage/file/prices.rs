//! The user's own unit prices, by meter id.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::error::UsageError;
use super::fields::{Fields, nearest, scalar};
use super::node::{Key, Value};
use super::quantity::unit_price;
use crate::prices::items;
use crate::units::{Dbu, InstanceHour, Measure, Year};

/// Meters whose last part is an instance type.
const BY_INSTANCE: &[&str] = &["ec2/on-demand/", "ec2/spot/", "emr/uplift/"];
const OWN: &[(&str, &str)] = &[("on-premises/year", Year::NAME), ("databricks/dbu-per-node-hour", InstanceHour::NAME)];

/// The measure of a meter id, if there is such a meter.
#[must_use]
pub fn unit_of_meter(meter: &str) -> Option<&'static str> {
    let by_instance = BY_INSTANCE.iter().any(|start| meter.len() > start.len() && meter.starts_with(start));
    if by_instance {
        return Some(InstanceHour::NAME);
    }
    let own = OWN.iter().find(|(name, _)| *name == meter).map(|(_, unit)| *unit);
    let (service, item) = meter.split_once('/')?;
    own.or_else(|| items::ALL.iter().find(|(s, i, _)| *s == service && *i == item).map(|(.., unit)| *unit))
}

/// Whether shapecast bills by this meter.
#[must_use]
pub fn is_meter(meter: &str) -> bool {
    unit_of_meter(meter).is_some()
}

pub(super) fn read(fields: &mut Fields<'_>) -> Result<BTreeMap<String, Decimal>, UsageError> {
    let mut prices = BTreeMap::new();
    let Some(node) = fields.take(&["unit_prices", "prices"]) else { return Ok(prices) };
    let Value::Map(entries) = &node.value else {
        let hint = "write `meter: price` lines, for example `ec2/on-demand/r5.4xlarge: 1.008`";
        return Err(UsageError::at(node.place, "unit_prices is not a group of keys", hint));
    };
    for (key, value) in entries {
        let meter = key.written.trim();
        let unit = unit_of_meter(meter).ok_or_else(|| unknown(key))?;
        let text = scalar(value, meter)?;
        let hourly = unit.ends_with("hour") && unit != Dbu::NAME;
        let price = unit_price(text, hourly).map_err(|error| UsageError::of_parse(value.place, meter, error))?;
        prices.insert(meter.to_owned(), price);
    }
    Ok(prices)
}

fn unknown(key: &Key) -> UsageError {
    let known: Vec<String> = items::ALL.iter().map(|(service, item, _)| format!("{service}/{item}")).collect();
    let known: Vec<&str> = known.iter().map(String::as_str).chain(BY_INSTANCE.iter().copied()).collect();
    let near = nearest(&key.written, &known).map_or_else(String::new, |near| format!("did you mean `{near}`? "));
    let hint = format!(
        "{near}meters are ec2/on-demand/TYPE, ec2/spot/TYPE, emr/uplift/TYPE and those of `shapecast prices show`"
    );
    UsageError::at(key.place, format!("there is no meter `{}`", key.written), hint)
}
