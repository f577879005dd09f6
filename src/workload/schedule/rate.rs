//! `rate(5 minutes)` as EventBridge takes it, and "30 per month" as people write it.

use super::{DAYS_PER_MONTH, HOURS_PER_MONTH, ScheduleError};

/// The inside of `rate(…)`. EventBridge demands the singular for 1 and the plural otherwise, so we do too: the text
/// goes into the spec as it is.
pub(super) fn parse(inner: &str) -> Result<f64, ScheduleError> {
    let hint = "write a number and minutes, hours or days: rate(1 hour), rate(15 minutes)";
    let wrong = |offset, message: String| Err(ScheduleError::new(offset, message, hint));
    let Some((number, unit)) = inner.trim().split_once(char::is_whitespace) else {
        return wrong(0, format!("`rate({inner})` has no unit"));
    };
    let unit_offset = number.chars().count() + 1;
    let Some(count) = number.parse::<u32>().ok().filter(|count| *count > 0) else {
        return wrong(0, format!("`{number}` in `rate({inner})` is not a whole number from 1 up"));
    };
    let per_month = match unit.trim().trim_end_matches('s') {
        "minute" => HOURS_PER_MONTH * 60.0,
        "hour" => HOURS_PER_MONTH,
        "day" => DAYS_PER_MONTH,
        _ => return wrong(unit_offset, format!("`{}` in `rate({inner})` is not a unit of a rate", unit.trim())),
    };
    if (count == 1) == unit.trim().ends_with('s') {
        let right = unit.trim().trim_end_matches('s');
        let s = if count == 1 { "" } else { "s" };
        return Err(ScheduleError::new(
            unit_offset,
            format!("`rate({inner})` is refused by EventBridge: 1 takes the singular, all else the plural"),
            format!("write rate({count} {right}{s})"),
        ));
    }
    Ok(per_month / f64::from(count))
}

/// "30 per month", "4 a day", "2/week", "every 15 minutes"; nothing when the text has another form.
pub(super) fn parse_counted(lower: &str) -> Option<Result<f64, ScheduleError>> {
    if let Some(rest) = lower.strip_prefix("every ") {
        return every(rest);
    }
    let (number, unit) = [" per ", " a ", "/"].into_iter().find_map(|word| lower.split_once(word))?;
    let number = number.trim().trim_end_matches("times").trim_end_matches("runs").trim();
    let count: f64 = number.replace([',', '_'], "").parse().ok().filter(|count: &f64| count.is_finite())?;
    let offset = lower.chars().count() - unit.chars().count();
    let Some(periods) = periods(unit.trim()) else {
        let hint = "count runs per hour, day, week, month or year";
        return Some(Err(ScheduleError::new(offset, format!("`{}` is no period", unit.trim()), hint)));
    };
    Some(Ok(count * periods))
}

fn every(rest: &str) -> Option<Result<f64, ScheduleError>> {
    let (count, unit) = match rest.split_once(' ') {
        Some((number, unit)) => (number.parse::<f64>().ok()?, unit.trim_end_matches('s')),
        None => (1.0, rest),
    };
    let positive = count.is_finite() && count > 0.0;
    periods(unit).filter(|_| positive).map(|periods| Ok(periods / count))
}

/// How often a period fits into a month.
fn periods(unit: &str) -> Option<f64> {
    Some(match unit {
        "minute" => HOURS_PER_MONTH * 60.0,
        "hour" => HOURS_PER_MONTH,
        "day" | "night" => DAYS_PER_MONTH,
        "week" => DAYS_PER_MONTH / 7.0,
        "month" => 1.0,
        "year" => 1.0 / 12.0,
        _ => return None,
    })
}
