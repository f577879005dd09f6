//! Amounts of data. `GB` is 10^9 bytes and `GiB` is 2^30: the two are never mixed up silently.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Sub};

use serde::{Deserialize, Serialize};

use super::parse::{ParseError, split_number_and_unit};

/// 2^10 bytes.
pub const KIB: u64 = 1 << 10;
/// 2^20 bytes.
pub const MIB: u64 = 1 << 20;
/// 2^30 bytes.
pub const GIB: u64 = 1 << 30;
/// 2^40 bytes.
pub const TIB: u64 = 1 << 40;
/// 10^6 bytes.
pub const MEGABYTE: u64 = 1_000_000;
/// 10^9 bytes.
pub const GIGABYTE: u64 = 1_000_000_000;
/// 10^12 bytes.
pub const TERABYTE: u64 = 1_000_000_000_000;

const UNITS: &[(&str, u64)] = &[
    ("B", 1),
    ("kB", 1_000),
    ("KB", 1_000),
    ("MB", MEGABYTE),
    ("GB", GIGABYTE),
    ("TB", TERABYTE),
    ("PB", 1_000 * TERABYTE),
    ("KiB", KIB),
    ("MiB", MIB),
    ("GiB", GIB),
    ("TiB", TIB),
    ("PiB", TIB << 10),
];

/// A number of bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Bytes(u64);

impl Bytes {
    /// No data.
    pub const ZERO: Self = Self(0);

    /// `count` bytes.
    #[must_use]
    pub const fn new(count: u64) -> Self {
        Self(count)
    }

    /// `count` × 2^30 bytes.
    #[must_use]
    pub const fn gib(count: u64) -> Self {
        Self(count * GIB)
    }

    /// `count` × 2^20 bytes.
    #[must_use]
    pub const fn mib(count: u64) -> Self {
        Self(count * MIB)
    }

    /// The number of bytes.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The number of bytes as a float, for rates.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "rates need no more than 53 bits")]
    pub const fn as_f64(self) -> f64 {
        self.0 as f64
    }

    /// This amount times a factor, rounded to a byte; negative factors give nothing.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "float to integer casts saturate")]
    pub fn scaled(self, factor: f64) -> Self {
        Self((self.as_f64() * factor).round().max(0.0) as u64)
    }

    /// Reads "2.5 TiB", "200 GB"; the unit is demanded.
    ///
    /// # Errors
    /// When there is no number, no unit, an unknown unit (with the nearest known one), a negative amount,
    /// or an amount beyond 2^63 bytes.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let (number, unit) = split_number_and_unit(text)?;
        if unit.is_empty() {
            return Err(ParseError::new(
                format!("`{text}` has no unit"),
                "write a size with its unit: GB or TB (powers of 10), GiB or TiB (powers of 2), for example \"2.5 TiB\"",
            ));
        }
        let Some((_, factor)) = UNITS.iter().find(|(name, _)| *name == unit) else {
            return Err(ParseError::unknown_unit(text, unit, UNITS.iter().map(|(name, _)| *name)));
        };
        #[expect(clippy::cast_precision_loss, reason = "units are far below 2^53 apart from PiB, a power of 2")]
        let bytes = number * *factor as f64;
        if number < 0.0 {
            return Err(ParseError::new(format!("`{text}` is negative"), "a size is zero or more"));
        }
        if !bytes.is_finite() || bytes >= 9.2e18 {
            return Err(ParseError::new(format!("`{text}` is too large"), "sizes go up to 8,000 PB"));
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked above")]
        Ok(Self(bytes.round() as u64))
    }
}

impl fmt::Display for Bytes {
    /// In powers of ten, three significant digits: "4.00 TB", "128 MB".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (unit, factor) =
            [("PB", 1_000 * TERABYTE), ("TB", TERABYTE), ("GB", GIGABYTE), ("MB", MEGABYTE), ("kB", 1_000)]
                .into_iter()
                .find(|(_, factor)| self.0 >= *factor)
                .unwrap_or(("B", 1));
        #[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
        let value = self.0 as f64 / factor as f64;
        let places = if factor == 1 || value >= 100.0 {
            0
        } else if value >= 10.0 {
            1
        } else {
            2
        };
        f.pad(&format!("{value:.places$} {unit}"))
    }
}

impl Add for Bytes {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Bytes {
    type Output = Self;
    /// Saturates at zero.
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Sum for Bytes {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimal_and_binary_units_differ() {
        assert_eq!(Bytes::parse("2.5 TiB").expect("parses").get(), 2_748_779_069_440);
        assert_eq!(Bytes::parse("2.5TB").expect("parses").get(), 2_500_000_000_000);
    }

    #[test]
    fn a_unit_is_demanded_and_a_wrong_one_gets_the_nearest() {
        assert!(Bytes::parse("400").expect_err("no unit").message.contains("no unit"));
        let wrong = Bytes::parse("2.5 Tib").expect_err("wrong case");
        assert!(wrong.hint.contains("TiB"), "{}", wrong.hint);
        assert!(Bytes::parse("-1 GB").is_err());
        assert!(Bytes::parse("1e30 PB").is_err());
    }

    #[test]
    fn shows_three_digits() {
        assert_eq!(Bytes::new(4 * TERABYTE).to_string(), "4.00 TB");
        assert_eq!(Bytes::new(134_217_728).to_string(), "134 MB");
        assert_eq!(Bytes::new(12).to_string(), "12 B");
    }
}
