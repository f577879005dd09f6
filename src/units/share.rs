//! Shares: probabilities, discounts, hot-key shares.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::parse::{ParseError, split_number_and_unit};

/// A number in 0..=1.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Share(f64);

impl Share {
    /// Nothing.
    pub const NONE: Self = Self(0.0);
    /// All of it.
    pub const ALL: Self = Self(1.0);

    /// A share, if `value` is one.
    #[must_use]
    pub fn new(value: f64) -> Option<Self> {
        (0.0..=1.0).contains(&value).then_some(Self(value))
    }

    /// The nearest share to `value`; not-a-number becomes nothing.
    #[must_use]
    pub fn clamped(value: f64) -> Self {
        Self(if value.is_nan() { 0.0 } else { value.clamp(0.0, 1.0) })
    }

    /// The number in 0..=1.
    #[must_use]
    pub const fn get(self) -> f64 {
        self.0
    }

    /// Reads "5 %", "5%" or a bare 0.05.
    ///
    /// # Errors
    /// When it is no number, the unit is not `%`, or the share is outside 0..100 %.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let (number, unit) = split_number_and_unit(text)?;
        let value = match unit {
            "%" => number / 100.0,
            "" => number,
            other => return Err(ParseError::unknown_unit(text, other, ["%"].into_iter())),
        };
        Self::new(value).ok_or_else(|| {
            ParseError::new(
                format!("`{text}` is not a share"),
                "a share lies between 0 % and 100 %: write \"5 %\" or 0.05",
            )
        })
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let percent = self.0 * 100.0;
        let places = usize::from(percent != 0.0 && percent.abs() < 10.0 && percent.fract().abs() > 1e-9);
        f.pad(&format!("{percent:.places$} %"))
    }
}
