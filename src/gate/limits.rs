//! What a change may do before the gate closes.

use rust_decimal::Decimal;

use crate::report::document::Part;
use crate::units::Usd;

/// A share that may lie above one: `10 %`, `250%`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Percent(Decimal);

impl Percent {
    /// The share: 0.1 for ten percent.
    #[must_use]
    pub const fn share(self) -> Decimal {
        self.0
    }

    /// A share as it is.
    #[must_use]
    pub const fn of_share(share: Decimal) -> Self {
        Self(share)
    }
}

impl std::fmt::Display for Percent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&format!("{} %", (self.0 * Decimal::ONE_HUNDRED).normalize()))
    }
}

/// Why a limit cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no {what}: {hint}")]
pub struct LimitError {
    text: String,
    what: &'static str,
    hint: &'static str,
}

impl std::str::FromStr for Percent {
    type Err = LimitError;

    /// Reads `10%`, `10 %` or the share `0.1`. A bare number of one or more is refused: it may mean either.
    fn from_str(text: &str) -> Result<Self, LimitError> {
        let wrong = || LimitError { text: text.to_owned(), what: "share", hint: "write a percentage such as 10%" };
        let trimmed = text.trim();
        let (number, scale) = match trimmed.strip_suffix('%') {
            Some(number) => (number.trim(), Decimal::ONE_HUNDRED),
            None => (trimmed, Decimal::ONE),
        };
        let value: Decimal = number.parse().map_err(|_| wrong())?;
        let ambiguous = scale == Decimal::ONE && value >= Decimal::ONE;
        if value.is_sign_negative() && !value.is_zero() || ambiguous {
            return Err(wrong());
        }
        value.checked_div(scale).map(|share| Self(share.normalize())).ok_or_else(wrong)
    }
}

/// Reads dollars a month: `500`, `$1,500.50`.
///
/// # Errors
/// It is no amount of zero or more.
pub fn parse_dollars(text: &str) -> Result<Usd, LimitError> {
    let bare = text.trim().trim_start_matches('$').replace([',', '_'], "");
    match bare.parse::<Decimal>() {
        Ok(dollars) if !dollars.is_sign_negative() || dollars.is_zero() => Ok(Usd::new(dollars)),
        _ => Err(LimitError {
            text: text.to_owned(),
            what: "amount of dollars",
            hint: "write dollars a month, zero or more, such as 500",
        }),
    }
}

/// Reads a probability: `0.95` or `95%`.
///
/// # Errors
/// It is none.
pub fn parse_probability(text: &str) -> Result<f64, LimitError> {
    crate::units::Share::parse(text).map(crate::units::Share::get).map_err(|_| LimitError {
        text: text.to_owned(),
        what: "probability",
        hint: "write one from 0 to 1 or a percentage, such as 0.95 or 95%",
    })
}

/// Reads the name of a part.
///
/// # Errors
/// There is no such part.
pub fn parse_part(text: &str) -> Result<Part, LimitError> {
    Part::ALL.into_iter().find(|part| part.as_str() == text.trim()).ok_or_else(|| LimitError {
        text: text.to_owned(),
        what: "part of a change",
        hint: "write workload, prices or model",
    })
}

/// The limits of one workload. Each is `None` when nobody set it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Limits {
    /// Most that the month's cost may rise, as a share of the baseline's.
    pub max_increase: Option<Percent>,
    /// Most that it may rise in dollars.
    pub max_increase_usd: Option<Usd>,
    /// Most that a month may cost.
    pub budget_usd: Option<Usd>,
    /// Most that the median time may rise, as a share of the baseline's.
    pub max_runtime_increase: Option<Percent>,
    /// Least probability of meeting the deadline.
    pub min_deadline_probability: Option<f64>,
}

/// One limit by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// See [`Limits::max_increase`].
    MaxIncrease,
    /// See [`Limits::max_increase_usd`].
    MaxIncreaseUsd,
    /// See [`Limits::budget_usd`].
    BudgetUsd,
    /// See [`Limits::max_runtime_increase`].
    MaxRuntimeIncrease,
    /// See [`Limits::min_deadline_probability`].
    MinDeadlineProbability,
}

impl Limit {
    /// Its name: the flag without dashes, and the code of its breach.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MaxIncrease => "max-increase",
            Self::MaxIncreaseUsd => "max-increase-usd",
            Self::BudgetUsd => "budget-usd",
            Self::MaxRuntimeIncrease => "max-runtime-increase",
            Self::MinDeadlineProbability => "min-deadline-probability",
        }
    }
}

impl Limits {
    /// These limits, and where they say nothing those of `other`.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            max_increase: self.max_increase.or(other.max_increase),
            max_increase_usd: self.max_increase_usd.or(other.max_increase_usd),
            budget_usd: self.budget_usd.or(other.budget_usd),
            max_runtime_increase: self.max_runtime_increase.or(other.max_runtime_increase),
            min_deadline_probability: self.min_deadline_probability.or(other.min_deadline_probability),
        }
    }

    /// Whether nobody set any.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_say_that_they_are_some() {
        let share = |text: &str| text.parse::<Percent>().map(|percent| percent.share().to_string());
        assert_eq!(share("10%"), Ok("0.1".to_owned()));
        assert_eq!(share("12.5 %"), Ok("0.125".to_owned()));
        assert_eq!(share("250%"), Ok("2.5".to_owned()));
        assert_eq!(share("0.1"), Ok("0.1".to_owned()));
        assert_eq!(share("0"), Ok("0".to_owned()));
        for wrong in ["10", "-5%", "", "%", "ten", "1e999%"] {
            assert!(share(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn dollars_and_probabilities() {
        assert_eq!(parse_dollars("$1,500.50").map(|usd| usd.dollars().to_string()), Ok("1500.50".to_owned()));
        assert!(parse_dollars("-1").is_err() && parse_dollars("much").is_err());
        assert_eq!(parse_probability("95%"), Ok(0.95));
        assert!(parse_probability("1.5").is_err());
        assert!(parse_part("price").is_err());
    }
}
