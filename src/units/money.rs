//! Money: exact decimals, never floating point.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Mul, Neg, Sub};

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

/// An amount of US dollars, exact.
///
/// Rounding happens when an amount is shown, once and half-up: AWS prints 1519 × $0.055 = $83.545 as $83.55
/// (MWAA pricing page, worked example), which half-even rounding would miss.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Usd(Decimal);

impl Usd {
    /// Nothing owed: a *known* amount of zero, never a stand-in for an unknown price.
    pub const ZERO: Self = Self(Decimal::ZERO);

    /// An exact amount in dollars.
    #[must_use]
    pub const fn new(dollars: Decimal) -> Self {
        Self(dollars)
    }

    /// The exact amount in dollars.
    #[must_use]
    pub const fn dollars(self) -> Decimal {
        self.0
    }

    /// The amount rounded half-up to `places` decimals.
    #[must_use]
    pub fn rounded(self, places: u32) -> Decimal {
        self.0.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero)
    }

    /// The amount as a float, for comparing and plotting only.
    #[must_use]
    pub fn approximate(self) -> f64 {
        f64::try_from(self.0).unwrap_or(f64::NAN)
    }
}

impl fmt::Display for Usd {
    /// Two places from one dollar up, four significant digits below, so that a cheap run is not "$0.00".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let magnitude = self.0.abs();
        let sign = if self.0.is_sign_negative() && !self.0.is_zero() { "-" } else { "" };
        if magnitude.is_zero() {
            return f.pad("$0.00");
        }
        let text = if magnitude >= Decimal::ONE {
            let cents = magnitude.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
            group_thousands(&format!("{cents:.2}"))
        } else {
            let digits = magnitude
                .round_sf_with_strategy(4, RoundingStrategy::MidpointAwayFromZero)
                .unwrap_or(magnitude)
                .normalize();
            if digits.scale() < 2 { format!("{digits:.2}") } else { digits.to_string() }
        };
        f.pad(&format!("{sign}${text}"))
    }
}

fn group_thousands(text: &str) -> String {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "00"));
    let mut grouped = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{grouped}.{fraction}")
}

impl Add for Usd {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl AddAssign for Usd {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl Sub for Usd {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Neg for Usd {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl Mul<Decimal> for Usd {
    type Output = Self;
    fn mul(self, factor: Decimal) -> Self {
        Self(self.0 * factor)
    }
}

impl Sum for Usd {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usd(text: &str) -> Usd {
        Usd::new(text.parse().expect("a decimal"))
    }

    #[test]
    fn shows_cents_from_a_dollar_up_and_four_digits_below() {
        assert_eq!(usd("83.545").to_string(), "$83.55");
        assert_eq!(usd("1234567.891").to_string(), "$1,234,567.89");
        assert_eq!(usd("0.0123456").to_string(), "$0.01235");
        assert_eq!(usd("0.5").to_string(), "$0.50");
        assert_eq!(usd("-12").to_string(), "-$12.00");
        assert_eq!(Usd::ZERO.to_string(), "$0.00");
    }

    #[test]
    fn rounds_half_up_as_aws_prints() {
        assert_eq!(usd("83.545").rounded(2).to_string(), "83.55");
    }
}
