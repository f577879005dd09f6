//! Today: the one place that reads the clock, and only when nobody says what time it is.

use std::env;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::CliError;

/// Reads `--now`: a moment (RFC 3339) or a date, which begins at midnight UTC.
///
/// # Errors
/// It is neither.
pub fn parse(text: &str) -> Result<Timestamp, String> {
    let moment = text.parse::<Timestamp>().ok();
    let midnight = || text.parse::<Date>().ok()?.to_zoned(TimeZone::UTC).ok();
    moment
        .or_else(|| midnight().map(|zoned| zoned.timestamp()))
        .ok_or_else(|| "write a date or a moment, for example 2026-11-20 or 2026-11-20T12:00:00Z".to_owned())
}

/// The moment that ages are counted to: `--now`, else `SOURCE_DATE_EPOCH`, else the system's clock.
///
/// # Errors
/// `SOURCE_DATE_EPOCH` is no number of seconds.
pub fn now(flag: Option<Timestamp>) -> Result<Timestamp, CliError> {
    if let Some(moment) = flag {
        return Ok(moment);
    }
    match env::var("SOURCE_DATE_EPOCH") {
        Ok(text) => text.parse().ok().and_then(|seconds| Timestamp::from_second(seconds).ok()).ok_or_else(|| {
            CliError::usage("cannot read SOURCE_DATE_EPOCH", format!("`{text}` is no number of seconds"))
                .hint("unset it, or give --now 2026-11-20")
        }),
        Err(_) => Ok(whole_seconds(Timestamp::now())),
    }
}

/// Fractions of a second tell nobody anything.
fn whole_seconds(moment: Timestamp) -> Timestamp {
    Timestamp::from_second(moment.as_second()).unwrap_or(moment)
}

/// The date of a moment, UTC.
#[must_use]
pub fn date(moment: Timestamp) -> Date {
    moment.to_zoned(TimeZone::UTC).date()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_its_midnight_in_utc() {
        assert_eq!(parse("2026-11-20").expect("a date").to_string(), "2026-11-20T00:00:00Z");
        assert_eq!(parse("2026-11-20T12:00:00Z").expect("a moment").to_string(), "2026-11-20T12:00:00Z");
        assert!(parse("yesterday").is_err());
    }
}
