//! The month's cost: what is paid, and for each day left the mean of the same weekday in the last four weeks.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::IsoWeek;
use crate::report::document::{Cents, Forecast};

/// Weeks that the mean is over.
const WEEKS: usize = 4;

/// The forecast for the month in which the week ends.
pub fn forecast(by_day: &BTreeMap<Date, Decimal>, week: IsoWeek) -> Forecast {
    let last = week.until().checked_sub(1.day()).unwrap_or(week.from);
    let (first_of_month, end_of_month) = (last.first_of_month(), last.last_of_month());
    let cost = |day: Date| by_day.get(&day).copied().unwrap_or_default();
    let sum = |from: Date, to: Date| -> Decimal { by_day.range(from..=to).map(|(_, cost)| *cost).sum() };
    let to_date = sum(first_of_month, last);
    let begin = by_day.keys().next().copied().unwrap_or(last);
    let past = |weekday_of: Date| {
        let mut day = weekday_of;
        let mut seen = Vec::new();
        while seen.len() < WEEKS {
            let Ok(before) = day.checked_sub(7.days()) else { break };
            day = before;
            if day < begin {
                break;
            }
            if day <= last {
                seen.push(cost(day));
            }
        }
        seen
    };
    let (mut rest, mut variance) = (Decimal::ZERO, 0.0);
    let mut day = last;
    while day < end_of_month {
        let Ok(next) = day.checked_add(1.day()) else { break };
        day = next;
        let seen = past(day);
        let mean = seen.iter().sum::<Decimal>().checked_div(Decimal::from(seen.len())).unwrap_or_default();
        rest += mean;
        variance += spread(&seen, mean);
    }
    let total = to_date + rest;
    let margin = Decimal::try_from(1.96 * variance.sqrt()).unwrap_or_default();
    let before = first_of_month.checked_sub(1.day()).ok();
    let previous = before.filter(|day| begin <= day.first_of_month()).map(|day| sum(day.first_of_month(), day));
    Forecast {
        month: last.strftime("%Y-%m").to_string(),
        to_date_usd: Cents::new(to_date),
        rest_usd: Cents::new(total).minus(Cents::new(to_date)),
        total_usd: Cents::new(total),
        low_usd: Cents::new(total - margin),
        high_usd: Cents::new(total + margin),
        previous_month_usd: previous.map(Cents::new),
    }
}

/// Variance of a new value around the mean of some seen ones: s² (1 + 1/n).
fn spread(seen: &[Decimal], mean: Decimal) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "four weeks")]
    let count = seen.len() as f64;
    if count < 2.0 {
        return 0.0;
    }
    let squares: f64 = seen.iter().map(|cost| f64::try_from(*cost - mean).unwrap_or(0.0).powi(2)).sum();
    squares / (count - 1.0) * (1.0 + 1.0 / count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_rest_of_the_month_repeats_the_weekdays() {
        // Every day costs $10, Sundays $3, from September on.
        let cost = |day: Date| if day.weekday() == jiff::civil::Weekday::Sunday { 3 } else { 10 };
        let by_day: BTreeMap<Date, Decimal> = date(2026, 9, 1)
            .series(1.day())
            .take_while(|day| *day <= date(2026, 11, 15))
            .map(|day| (day, Decimal::from(cost(day))))
            .collect();
        let week = IsoWeek { from: date(2026, 11, 9) };
        let forecast = forecast(&by_day, week);
        // 1 to 15 November: 3 Sundays, 12 others: 129. 16 to 30: 2 Sundays and 13 others: 136.
        let said = |it: Cents| it.get().to_string();
        assert_eq!((said(forecast.to_date_usd), said(forecast.rest_usd)), ("129".to_owned(), "136".to_owned()));
        assert_eq!((forecast.month.as_str(), said(forecast.total_usd)), ("2026-11", "265".to_owned()));
        // No day strays from its weekday.
        assert_eq!(forecast.low_usd, forecast.high_usd);
        // October: 4 Sundays, 27 others.
        assert_eq!(forecast.previous_month_usd.map(said), Some("282".to_owned()));
    }
}
