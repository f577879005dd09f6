//! Bare numbers, words and money: the values of the file that have no unit of the model.

use std::str::FromStr as _;

use rust_decimal::Decimal;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};

use super::reader::{FromNode, Reader, scalar};
use super::tree::Node;
use super::values::parsed;
use crate::units::{ParseError, Usd, split_number_and_unit};

impl FromNode for String {
    fn from_node(node: &Node, path: &str, reader: &Reader<'_>) -> Option<Self> {
        let text = scalar(node, path, reader)?;
        let problem = |message: &str, hint: &str| {
            reader.problem(node.place, path, format!("cannot read `{path}`: {message}"), hint);
            None
        };
        match text {
            "" => problem("it is empty", "write a value, or delete the line"),
            _ if text.chars().any(char::is_control) => {
                problem("it holds control characters or line breaks", "write it on one line")
            }
            _ if text.chars().count() > 256 => problem("it has more than 256 characters", "write it shorter"),
            _ => Some(text.to_owned()),
        }
    }
}

impl FromNode for bool {
    fn from_node(node: &Node, path: &str, reader: &Reader<'_>) -> Option<Self> {
        parsed(node, path, reader, |text| match text.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" => Ok(true),
            "false" | "no" | "off" => Ok(false),
            _ => Err(ParseError::new(format!("`{text}` is neither true nor false"), "write true or false")),
        })
    }
}

/// A whole number from 0; `_` and `,` may group its digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(in crate::workload) struct Count(pub u64);

impl Count {
    fn parse(text: &str) -> Result<Self, ParseError> {
        let (number, unit) = split_number_and_unit(text)?;
        if !unit.is_empty() {
            let hint = "this is a plain number without a unit";
            return Err(ParseError::new(format!("`{text}` has the unit `{unit}`"), hint));
        }
        // Up to 10^15 every whole number is exact in the float that was read.
        if number.fract() != 0.0 || !(0.0..=1e15).contains(&number) {
            let hint = "write a whole number, for example 1600";
            return Err(ParseError::new(format!("`{text}` is not a whole number from 0 up"), hint));
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked above")]
        Ok(Self(number as u64))
    }
}

impl FromNode for Count {
    fn from_node(node: &Node, path: &str, reader: &Reader<'_>) -> Option<Self> {
        parsed(node, path, reader, Self::parse)
    }
}

impl JsonSchema for Count {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Count".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A whole number; a string may group its digits.",
            "anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": "^[0-9][0-9_,]*$"}],
            "examples": [1600, "31,250"],
        })
    }
}

/// A finite number without a unit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(transparent)]
pub(in crate::workload) struct Number(pub f64);

impl FromNode for Number {
    fn from_node(node: &Node, path: &str, reader: &Reader<'_>) -> Option<Self> {
        parsed(node, path, reader, |text| match split_number_and_unit(text)? {
            (number, "") => Ok(Self(number)),
            (_, unit) => {
                let hint = "this is a plain number without a unit";
                Err(ParseError::new(format!("`{text}` has the unit `{unit}`"), hint))
            }
        })
    }
}

impl JsonSchema for Number {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Number".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "anyOf": [{"type": "number"}, {"type": "string", "pattern": "^-?[0-9][0-9_,.]*$"}],
        })
    }
}

/// US dollars: "$120", "120 USD", "$6.4M".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::workload) struct Dollars(pub Usd);

const MONEY_HINT: &str = "write dollars with their sign: \"$120\", \"120 USD\" or \"$6.4M\"";

impl Dollars {
    fn parse(text: &str) -> Result<Self, ParseError> {
        let trimmed = text.trim();
        let bare = trimmed.strip_prefix('$').or_else(|| trimmed.strip_prefix("USD"));
        let Some(amount) = bare.or_else(|| trimmed.strip_suffix("USD")) else {
            return Err(ParseError::new(format!("`{text}` has no currency"), MONEY_HINT));
        };
        let dollars = exact(amount.trim()).filter(|dollars| *dollars >= Decimal::ZERO);
        dollars
            .map(|dollars| Self(Usd::new(dollars)))
            .ok_or_else(|| ParseError::new(format!("`{text}` is not an amount of dollars from 0 up"), MONEY_HINT))
    }
}

/// An exact decimal with an optional k or M behind it.
fn exact(text: &str) -> Option<Decimal> {
    let (digits, factor) = match text.char_indices().next_back()? {
        (at, 'k' | 'K') => (&text[..at], 1_000),
        (at, 'M') => (&text[..at], 1_000_000),
        _ => (text, 1),
    };
    let number = Decimal::from_str(&digits.trim().replace([',', '_'], "")).ok()?;
    let dollars = number.checked_mul(Decimal::from(factor))?;
    // A trillion is beyond any bill and still multiplies without overflow.
    (dollars <= Decimal::from(1_000_000_000_000_u64)).then(|| dollars.normalize())
}

impl FromNode for Dollars {
    fn from_node(node: &Node, path: &str, reader: &Reader<'_>) -> Option<Self> {
        parsed(node, path, reader, Self::parse)
    }
}

impl Serialize for Dollars {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("${}", self.0.dollars()))
    }
}

impl JsonSchema for Dollars {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Dollars".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "An amount of US dollars; k and M stand for thousands and millions.",
            "pattern": r"^(\$|USD\s*)[0-9][0-9_,.]*\s*[kKM]?$|^[0-9][0-9_,.]*\s*[kKM]?\s*USD$",
            "examples": ["$120", "120 USD", "$6.4M"],
        })
    }
}

/// A discount, exact: "5 %" or 0.05.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::workload) struct Discount(pub Decimal);

impl FromNode for Discount {
    fn from_node(node: &Node, path: &str, reader: &Reader<'_>) -> Option<Self> {
        parsed(node, path, reader, |text| {
            let trimmed = text.trim();
            let (digits, places) = trimmed.strip_suffix('%').map_or((trimmed, 0), |digits| (digits.trim(), 2));
            let number =
                Decimal::from_str(digits).ok().and_then(|number| number.checked_div(Decimal::from(10_u32.pow(places))));
            number
                .filter(|number| (Decimal::ZERO..=Decimal::ONE).contains(number))
                .map(|n| Self(n.normalize()))
                .ok_or_else(|| {
                    ParseError::new(
                        format!("`{text}` is not a discount"),
                        "write a share between 0 % and 100 %: \"5 %\" or 0.05",
                    )
                })
        })
    }
}

impl Serialize for Discount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{} %", (self.0 * Decimal::ONE_HUNDRED).normalize()))
    }
}

impl JsonSchema for Discount {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Discount".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A discount: a percentage, or a number between 0 and 1.",
            "anyOf": [
                {"type": "string", "pattern": r"^[0-9][0-9.]*\s*%?$"},
                {"type": "number", "minimum": 0, "maximum": 1},
            ],
            "examples": ["5 %", 0.05],
        })
    }
}

/// The user's own price for one unit of a meter, exact: "$0.0345" or 0.0345.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::workload) struct OwnPrice(pub Decimal);

impl FromNode for OwnPrice {
    fn from_node(node: &Node, path: &str, reader: &Reader<'_>) -> Option<Self> {
        parsed(node, path, reader, |text| {
            let trimmed = text.trim();
            let digits = trimmed.strip_prefix('$').or_else(|| trimmed.strip_suffix("USD")).unwrap_or(trimmed);
            let price = Decimal::from_str(digits.trim()).or_else(|_| Decimal::from_scientific(digits.trim())).ok();
            price
                .filter(|price| (Decimal::ZERO..=Decimal::from(1_000_000_000)).contains(price))
                .map(|p| Self(p.normalize()))
                .ok_or_else(|| {
                    ParseError::new(
                        format!("`{text}` is not a unit price"),
                        "write dollars for one unit of the meter: \"$0.0345\"",
                    )
                })
        })
    }
}

impl Serialize for OwnPrice {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("${}", self.0))
    }
}

impl JsonSchema for OwnPrice {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "OwnPrice".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "US dollars for one unit of the meter.",
            "anyOf": [{"type": "string", "pattern": r"^\$?[0-9][0-9.]*(\s*USD)?$"}, {"type": "number", "minimum": 0}],
            "examples": ["$0.0345"],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_exact_and_needs_its_currency() {
        let table = [
            ("$120", "120"),
            ("120 USD", "120"),
            ("USD 5", "5"),
            ("$6.4M", "6400000"),
            ("$900k", "900000"),
            ("$1,200.50", "1200.5"),
            ("$0.1", "0.1"),
        ];
        for (text, dollars) in table {
            assert_eq!(Dollars::parse(text).expect(text).0.dollars().to_string(), dollars, "{text}");
        }
        for text in ["120", "€5", "$-5", "$", "$5 per year", "$99999999999999", "$5 USD", ""] {
            assert!(Dollars::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn counts_are_whole() {
        assert_eq!(Count::parse("31,250"), Ok(Count(31_250)));
        assert_eq!(Count::parse("1_000"), Ok(Count(1000)));
        for text in ["12.5", "-1", "1e16", "0x10", "12 files", ""] {
            assert!(Count::parse(text).is_err(), "{text}");
        }
    }
}
