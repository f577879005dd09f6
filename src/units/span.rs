//! Lengths of time in the model: seconds as a float, because the simulation computes with them, but never a
//! bare number.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Div, Mul, Sub};

use serde::{Deserialize, Serialize};

use super::parse::{ParseError, split_number_and_unit};

/// Hours of a month: AWS's own convention (AWS Pricing Calculator), 365 × 24 / 12.
pub const HOURS_PER_MONTH: f64 = 730.0;
/// Days of such a month.
pub const DAYS_PER_MONTH: f64 = HOURS_PER_MONTH / 24.0;
/// Seconds of such a month.
pub const SECONDS_PER_MONTH: f64 = HOURS_PER_MONTH * 3600.0;

const UNITS: &[(&str, f64)] = &[
    ("ms", 0.001),
    ("s", 1.0),
    ("sec", 1.0),
    ("seconds", 1.0),
    ("m", 60.0),
    ("min", 60.0),
    ("minutes", 60.0),
    ("h", 3600.0),
    ("hour", 3600.0),
    ("hours", 3600.0),
    ("d", 86_400.0),
    ("day", 86_400.0),
    ("days", 86_400.0),
];

/// A length of time, in seconds; finite and not negative when it comes from [`Span::parse`].
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Span(f64);

impl Span {
    /// No time.
    pub const ZERO: Self = Self(0.0);

    /// `seconds` seconds.
    #[must_use]
    pub const fn seconds(seconds: f64) -> Self {
        Self(seconds)
    }

    /// `minutes` minutes.
    #[must_use]
    pub const fn minutes(minutes: f64) -> Self {
        Self(minutes * 60.0)
    }

    /// `hours` hours.
    #[must_use]
    pub const fn hours(hours: f64) -> Self {
        Self(hours * 3600.0)
    }

    /// The number of seconds.
    #[must_use]
    pub const fn as_seconds(self) -> f64 {
        self.0
    }

    /// The number of hours.
    #[must_use]
    pub const fn as_hours(self) -> f64 {
        self.0 / 3600.0
    }

    /// The longer of two.
    #[must_use]
    pub const fn max(self, other: Self) -> Self {
        Self(self.0.max(other.0))
    }

    /// The shorter of two.
    #[must_use]
    pub const fn min(self, other: Self) -> Self {
        Self(self.0.min(other.0))
    }

    /// Reads "45 min", "1.5 h", "90s"; also "1 h 30 min".
    ///
    /// # Errors
    /// When there is no number, no unit, an unknown unit, or a negative or endless time.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let mut total = 0.0;
        let mut rest = text.trim();
        if rest.is_empty() {
            return Err(ParseError::new("the duration is empty", "write a number and a unit, for example \"45 min\""));
        }
        while !rest.is_empty() {
            let (number, after) = split_number_and_unit(rest).map_err(|error| {
                ParseError::new(error.message, "write a duration with its unit: s, min, h or d, for example \"45 min\"")
            })?;
            let end = after.find(|c: char| c.is_ascii_digit()).unwrap_or(after.len());
            let unit = after[..end].trim();
            if unit.is_empty() {
                return Err(ParseError::new(
                    format!("`{text}` has no unit"),
                    "write s, min, h or d, for example \"45 min\"",
                ));
            }
            let Some((_, factor)) = UNITS.iter().find(|(name, _)| *name == unit) else {
                return Err(ParseError::unknown_unit(text, unit, UNITS.iter().map(|(name, _)| *name)));
            };
            if number < 0.0 {
                return Err(ParseError::new(format!("`{text}` is negative"), "a duration is zero or more"));
            }
            total += number * factor;
            rest = after[end..].trim();
        }
        if total > 1e10 {
            return Err(ParseError::new(format!("`{text}` is too long"), "durations go up to 300 years"));
        }
        Ok(Self(total))
    }
}

impl fmt::Display for Span {
    /// "45 s", "12 min", "1 h 05 min".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0;
        let text = if seconds < 1.0 && seconds > 0.0 {
            format!("{:.0} ms", seconds * 1000.0)
        } else if seconds < 119.5 {
            format!("{seconds:.0} s")
        } else if seconds < 3570.0 {
            format!("{:.0} min", seconds / 60.0)
        } else {
            let minutes = (seconds / 60.0).round();
            format!("{:.0} h {:02.0} min", (minutes / 60.0).floor(), minutes % 60.0)
        };
        f.pad(&text)
    }
}

impl Add for Span {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl AddAssign for Span {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl Sub for Span {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Mul<f64> for Span {
    type Output = Self;
    fn mul(self, factor: f64) -> Self {
        Self(self.0 * factor)
    }
}

impl Div<f64> for Span {
    type Output = Self;
    fn div(self, divisor: f64) -> Self {
        Self(self.0 / divisor)
    }
}

impl Sum for Span {
    fn sum<I: Iterator<Item = Self>>(spans: I) -> Self {
        spans.fold(Self::ZERO, Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_compound_durations() {
        assert_eq!(Span::parse("1 h 30 min").expect("parses"), Span::minutes(90.0));
        assert_eq!(Span::parse("90s").expect("parses"), Span::seconds(90.0));
    }

    #[test]
    fn refuses_bare_and_negative_numbers() {
        assert!(Span::parse("90").is_err());
        assert!(Span::parse("-5 min").is_err());
        assert!(Span::parse("5 mins ago").is_err());
    }

    #[test]
    fn shows_what_a_person_would_write() {
        assert_eq!(Span::seconds(45.0).to_string(), "45 s");
        assert_eq!(Span::minutes(12.0).to_string(), "12 min");
        assert_eq!(Span::hours(9.0).to_string(), "9 h 00 min");
    }
}
