//! The scalar values of the file: quantities with units, counts, names; each reads itself, writes itself and
//! describes itself to the JSON Schema.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::StrDeserializer;
use serde::de::{DeserializeOwned, IntoDeserializer};
use serde::{Serialize, Serializer};

use super::reader::{FromNode, Reader, scalar};
use super::tree::Node;
use crate::units::did_you_mean;
use crate::units::{Bytes, ParseError, Share, Span};

/// A value that is one text with (or without) a unit.
pub(in crate::workload) trait Quantity: Sized {
    fn parse(text: &str) -> Result<Self, ParseError>;
    /// The text that reads back to the same value.
    fn write(&self) -> String;
    fn schema() -> Schema;
}

/// Wires a [`Quantity`] to the reader, the writer and the schema.
macro_rules! quantity {
    ($($type:ident),*) => {$(
        impl FromNode for $type {
            fn from_node(node: &Node, path: &str, reader: &Reader<'_>) -> Option<Self> {
                parsed(node, path, reader, Self::parse)
            }
        }
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.write())
            }
        }
        impl JsonSchema for $type {
            fn inline_schema() -> bool { true }
            fn schema_name() -> std::borrow::Cow<'static, str> { stringify!($type).into() }
            fn json_schema(_: &mut SchemaGenerator) -> Schema { <Self as Quantity>::schema() }
        }
    )*};
}
quantity!(Size, Time, Fraction, Growth, SizeOrShare);

pub(super) fn parsed<T>(
    node: &Node,
    path: &str,
    reader: &Reader<'_>,
    parse: impl Fn(&str) -> Result<T, ParseError>,
) -> Option<T> {
    let text = scalar(node, path, reader)?;
    parse(text)
        .map_err(|error| {
            let message = format!("cannot read `{path}`: {}", error.message);
            reader.problem(node.place, path, message, error.hint);
        })
        .ok()
}

/// An amount of data: "4 TB".
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::workload) struct Size(pub Bytes);

/// A length of time: "45 min".
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::workload) struct Time(pub Span);

/// A share: "5 %" or 0.05.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::workload) struct Fraction(pub Share);

/// A change per month, which may be negative or above 100 %: "3 %".
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::workload) struct Growth(pub f64);

/// An amount of data, or a share of the bytes that are read: "1.9 TB" or "47 %".
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::workload) enum SizeOrShare {
    Size(Bytes),
    Share(f64),
}

const SIZE_PATTERN: &str = r"[0-9][0-9_,.]*\s*(B|kB|KB|MB|GB|TB|PB|KiB|MiB|GiB|TiB|PiB)";

impl Quantity for Size {
    fn parse(text: &str) -> Result<Self, ParseError> {
        Bytes::parse(text).map(Size)
    }

    fn write(&self) -> String {
        const UNITS: [(&str, u64); 9] = [
            ("PB", 1_000_000_000_000_000),
            ("TiB", 1 << 40),
            ("TB", 1_000_000_000_000),
            ("GiB", 1 << 30),
            ("GB", 1_000_000_000),
            ("MiB", 1 << 20),
            ("MB", 1_000_000),
            ("KiB", 1 << 10),
            ("kB", 1_000),
        ];
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "to the precision that is read")]
        let bytes = self.0.as_f64() as u64;
        let unit = UNITS.iter().find(|(_, factor)| bytes > 0 && bytes.is_multiple_of(*factor));
        unit.map_or_else(|| format!("{bytes} B"), |(name, factor)| format!("{} {name}", bytes / factor))
    }

    fn schema() -> Schema {
        json_schema!({
            "type": "string",
            "description": "An amount of data with its unit: GB and TB are powers of 10, GiB and TiB powers of 2.",
            "pattern": format!("^{SIZE_PATTERN}$"),
            "examples": ["4 TB", "128 MiB", "2.5 TiB"],
        })
    }
}

impl Quantity for Time {
    fn parse(text: &str) -> Result<Self, ParseError> {
        Span::parse(text).map(Time)
    }

    fn write(&self) -> String {
        let seconds = self.0.as_seconds();
        for (name, length) in [("d", 86_400.0), ("h", 3600.0), ("min", 60.0)] {
            if seconds > 0.0 && seconds % length == 0.0 {
                return format!("{} {name}", seconds / length);
            }
        }
        format!("{seconds} s")
    }

    fn schema() -> Schema {
        json_schema!({
            "type": "string",
            "description": "A length of time with its unit.",
            "pattern": r"^([0-9][0-9_,.]*\s*(ms|s|sec|seconds|m|min|minutes|h|hour|hours|d|day|days)\s*)+$",
            "examples": ["45 min", "1 h 30 min", "500 ms"],
        })
    }
}

impl Quantity for Fraction {
    fn parse(text: &str) -> Result<Self, ParseError> {
        Share::parse(text).map(Fraction)
    }

    fn write(&self) -> String {
        let percent = format!("{} %", (self.0.get() * 1e8).round() / 1e6);
        if Share::parse(&percent) == Ok(self.0) { percent } else { self.0.get().to_string() }
    }

    fn schema() -> Schema {
        json_schema!({
            "description": "A share between 0 and 1, or a percentage.",
            "anyOf": [
                {"type": "string", "pattern": r"^[0-9][0-9.]*\s*%?$"},
                {"type": "number", "minimum": 0, "maximum": 1},
            ],
            "examples": ["5 %", 0.05],
        })
    }
}

impl Quantity for Growth {
    fn parse(text: &str) -> Result<Self, ParseError> {
        let (number, unit) = crate::units::split_number_and_unit(text)?;
        let value = match unit {
            "%" => number / 100.0,
            "" => number,
            other => return Err(ParseError::unknown_unit(text, other, ["%"].into_iter())),
        };
        if (-1.0..=10.0).contains(&value) {
            return Ok(Self(value));
        }
        Err(ParseError::new(
            format!("`{text}` is not a growth per month"),
            "growth lies between -100 % and 1000 % a month: write \"3 %\"",
        ))
    }

    fn write(&self) -> String {
        let percent = format!("{} %", (self.0 * 1e8).round() / 1e6);
        if Self::parse(&percent) == Ok(*self) { percent } else { self.0.to_string() }
    }

    fn schema() -> Schema {
        json_schema!({
            "description": "Change per month, as a percentage or a fraction.",
            "anyOf": [{"type": "string", "pattern": r"^-?[0-9][0-9.]*\s*%?$"}, {"type": "number"}],
            "examples": ["3 %", 0.03],
        })
    }
}

impl Quantity for SizeOrShare {
    fn parse(text: &str) -> Result<Self, ParseError> {
        if !text.trim_end().ends_with('%') {
            return Bytes::parse(text).map(Self::Size);
        }
        let (number, _) = crate::units::split_number_and_unit(text)?;
        if (0.0..=10_000.0).contains(&number) {
            return Ok(Self::Share(number / 100.0));
        }
        Err(ParseError::new(
            format!("`{text}` is not a share of the bytes read"),
            "write a size such as \"1.9 TB\", or a share between 0 % and 10000 %",
        ))
    }

    fn write(&self) -> String {
        match self {
            Self::Size(bytes) => Size(*bytes).write(),
            Self::Share(share) => format!("{} %", share * 100.0),
        }
    }

    fn schema() -> Schema {
        json_schema!({
            "type": "string",
            "description": "An amount of data, or a share of the bytes that are read.",
            "pattern": format!(r"^({SIZE_PATTERN}|[0-9][0-9.]*\s*%)$"),
            "examples": ["1.9 TB", "47 %"],
        })
    }
}

/// A word out of a fixed set, in kebab-case.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[serde(transparent)]
#[schemars(inline)]
pub(in crate::workload) struct Word<T>(pub T);

impl<T: DeserializeOwned> FromNode for Word<T> {
    fn from_node(node: &Node, path: &str, reader: &Reader<'_>) -> Option<Self> {
        parsed(node, path, reader, |text| {
            let deserializer: StrDeserializer<'_, Variants> = text.into_deserializer();
            T::deserialize(deserializer).map(Word).map_err(|Variants(known)| {
                let hint = format!("{}one of: {}", did_you_mean(text, known.iter().copied()), known.join(", "));
                ParseError::new(format!("`{text}` is not known here"), hint)
            })
        })
    }
}

/// The error of a word that no variant has: it carries the variants, so that they are listed in one place only.
#[derive(Debug)]
struct Variants(&'static [&'static str]);

impl std::fmt::Display for Variants {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.join(", "))
    }
}

impl std::error::Error for Variants {}

impl serde::de::Error for Variants {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Self(&[])
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Self(expected)
    }
}
