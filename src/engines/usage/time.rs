//! From used time to billed time: whole seconds, rounded up, with the service's minimum.

use std::fmt;

use rust_decimal::Decimal;

use crate::units::Span;

/// Longest time that is taken from a [`Span`], seconds (some 300 years, the limit of [`Span::parse`]).
const LONGEST_S: f64 = 1e10;

/// Seconds in an hour.
pub(crate) const HOUR_S: Decimal = Decimal::from_parts(3600, 0, 0, false, 0);

/// A span as exact seconds.
///
/// The model computes times as floats; they are cut to a microsecond here, so that the noise of
/// `1.1 h × 3600 = 3960.0000000000005 s` does not cost a second.
#[must_use]
pub fn exact_seconds(time: Span) -> Decimal {
    let seconds = time.as_seconds().clamp(0.0, LONGEST_S);
    // Whole microseconds are exact in both; the general conversion of a float takes a hundred times as long.
    let whole = seconds.trunc();
    #[expect(clippy::cast_possible_truncation, reason = "at most 1e10 seconds and a million microseconds")]
    let (whole, micros) = (whole as i64, ((seconds - whole) * 1e6).round_ties_even() as i64);
    Decimal::new(whole * 1_000_000 + micros, 6)
}

/// The billed time of one start of one machine, worker, pod or job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BilledTime {
    used: Decimal,
    billed: Decimal,
    minimum: Decimal,
}

impl BilledTime {
    /// `used`, rounded up to a second and raised to `minimum_s`. What never ran (zero seconds) is not billed.
    #[must_use]
    pub fn new(used: Span, minimum_s: u32) -> Self {
        let (used, minimum) = (exact_seconds(used), Decimal::from(minimum_s));
        let billed = if used.is_zero() { Decimal::ZERO } else { used.ceil().max(minimum) };
        Self { used, billed, minimum }
    }

    /// Billed seconds, whole.
    #[must_use]
    pub const fn seconds(self) -> Decimal {
        self.billed
    }
}

impl fmt::Display for BilledTime {
    /// "10800 s", "3723 s (3722.4 s rounded up)", "60 s (20 s used, minimum 60 s)".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (used, billed) = (self.used.normalize(), self.billed);
        if used == billed {
            write!(f, "{billed} s")
        } else if billed == self.minimum {
            write!(f, "{billed} s ({used} s used, minimum {} s)", self.minimum)
        } else {
            write!(f, "{billed} s ({used} s rounded up)")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_up_and_keeps_the_minimum() {
        assert_eq!(BilledTime::new(Span::seconds(20.0), 60).to_string(), "60 s (20 s used, minimum 60 s)");
        assert_eq!(BilledTime::new(Span::seconds(3722.4), 60).to_string(), "3723 s (3722.4 s rounded up)");
        assert_eq!(BilledTime::new(Span::hours(3.0), 60).to_string(), "10800 s");
    }

    #[test]
    fn floating_noise_costs_no_second_and_what_never_ran_costs_nothing() {
        assert_eq!(BilledTime::new(Span::hours(1.1), 60).seconds(), Decimal::from(3960));
        assert_eq!(BilledTime::new(Span::ZERO, 60).seconds(), Decimal::ZERO);
    }
}
