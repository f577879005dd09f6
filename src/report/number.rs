//! Decimals as the JSON contract has them: plain numbers, rounded once, never text.

use std::borrow::Cow;
use std::fmt;

use rust_decimal::{Decimal, RoundingStrategy};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::units::Usd;

/// A decimal with at most `PLACES` places. It is rounded when it is made, so that what is on screen and what is in
/// the file cannot differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Number<const PLACES: u32>(Decimal);

/// An amount of money.
pub type Dollars = Number<6>;

/// A price for one unit. Twelve places, because six would turn an S3 GET ($0.0000004) into nothing.
pub type UnitDollars = Number<12>;

/// A billed quantity. Twelve places, so that quantity × unit price gives the amount also where the unit is a year.
pub type Amount = Number<12>;

impl<const PLACES: u32> Number<PLACES> {
    /// `value`, rounded half-up.
    #[must_use]
    pub fn new(value: Decimal) -> Self {
        Self(value.round_dp_with_strategy(PLACES, RoundingStrategy::MidpointAwayFromZero).normalize())
    }

    /// The rounded decimal.
    #[must_use]
    pub const fn get(self) -> Decimal {
        self.0
    }

    /// The difference.
    #[must_use]
    pub fn minus(self, other: Self) -> Self {
        Self::new(self.0 - other.0)
    }

    /// The number as money.
    #[must_use]
    pub const fn usd(self) -> Usd {
        Usd::new(self.0)
    }

    /// The nearest float, for tables of numbers.
    #[must_use]
    pub fn as_f64(self) -> f64 {
        // Through the text: the direct conversion is not always to the nearest double.
        self.0.to_string().parse().unwrap_or(f64::NAN)
    }
}

impl<const PLACES: u32> From<Usd> for Number<PLACES> {
    fn from(usd: Usd) -> Self {
        Self::new(usd.dollars())
    }
}

impl<const PLACES: u32> fmt::Display for Number<PLACES> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0.to_string())
    }
}

impl<const PLACES: u32> Serialize for Number<PLACES> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.as_f64())
    }
}

impl<'de, const PLACES: u32> Deserialize<'de> for Number<PLACES> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let float = f64::deserialize(deserializer)?;
        // Through the text again: the shortest form that gives this double is the decimal that was written.
        let text = float.to_string();
        text.parse().map(Self::new).map_err(serde::de::Error::custom)
    }
}

impl<const PLACES: u32> JsonSchema for Number<PLACES> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Number".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "number" })
    }
}

/// A float rounded to the six places of the contract, so that the last bits of a computation do not reach a diff.
#[must_use]
pub fn six(value: f64) -> f64 {
    let rounded = (value * 1e6).round() / 1e6;
    if rounded == 0.0 { 0.0 } else { rounded }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().expect("a decimal")
    }

    #[test]
    fn money_is_a_json_number_of_six_places() {
        let json = serde_json::to_string(&Dollars::new(decimal("0.98991621917808219"))).expect("serialises");
        assert_eq!(json, "0.989916");
    }

    #[test]
    fn the_price_of_an_s3_get_survives_the_file() {
        let price = UnitDollars::new(decimal("0.0000004"));
        let json = serde_json::to_string(&price).expect("serialises");
        assert_eq!(serde_json::from_str::<UnitDollars>(&json).expect("reads back"), price);
        assert!(!price.get().is_zero());
    }

    #[test]
    fn rounding_never_leaves_a_negative_zero() {
        assert_eq!(six(-1e-9).to_string(), "0");
        assert!((six(1.234_567_89) - 1.234_568).abs() < 1e-12);
    }
}
