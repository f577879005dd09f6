//! Phrases that several reports share: the first lines, money, times, quantities.

use rust_decimal::Decimal;

use super::document::{PricesUsed, SecondsQuantiles, WorkloadOut};
use super::number::{Dollars, Number};
use crate::units::{Bytes, Share, Span};

/// What stands for a price that nobody knows.
pub(super) const UNKNOWN: &str = "?";

/// Money, or the sign for unknown.
pub(super) fn money(amount: Option<Dollars>) -> String {
    amount.map_or_else(|| UNKNOWN.to_owned(), |amount| amount.usd().to_string())
}

/// A unit price in full: rounding one would change what it says.
pub(super) fn unit_price<const PLACES: u32>(price: Option<Number<PLACES>>) -> String {
    price.map_or_else(|| UNKNOWN.to_owned(), |price| format!("${}", grouped(price.get())))
}

/// A decimal with its thousands grouped: "12,345.678".
pub(super) fn grouped(value: Decimal) -> String {
    let text = value.abs().normalize().to_string();
    let (whole, fraction) = text.split_once('.').map_or((text.as_str(), None), |(w, f)| (w, Some(f)));
    let mut out = String::from(if value.is_sign_negative() && !value.is_zero() { "-" } else { "" });
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

/// A count with its thousands grouped.
pub(super) fn count(value: u64) -> String {
    grouped(Decimal::from(value))
}

/// Seconds as a person says them.
pub(super) fn span(seconds: f64) -> String {
    Span::seconds(seconds).to_string()
}

/// The median above the 90th percentile, or one time when both read the same.
pub(super) fn times(duration: &SecondsQuantiles) -> String {
    let (likely, late) = (span(duration.p50), span(duration.p90));
    if likely == late { likely } else { format!("{likely}\n{late}") }
}

/// The same in a sentence.
pub(super) fn times_inline(duration: &SecondsQuantiles) -> String {
    times(duration).replace('\n', " / ")
}

/// A share in percent.
pub(super) fn percent(share: f64) -> String {
    Share::clamped(share).to_string()
}

/// A probability in whole percent: 1 in 1,000 is not "0 %", and 999 in 1,000 not "100 %".
pub(super) fn probability(share: f64) -> String {
    let percent = share * 100.0;
    if percent > 0.0 && percent < 1.0 {
        "< 1 %".to_owned()
    } else if percent > 99.0 && percent < 100.0 {
        "> 99 %".to_owned()
    } else {
        format!("{percent:.0} %")
    }
}

/// A number of runs or the like: one place when it is not whole.
pub(super) fn tenths(value: f64) -> String {
    let rounded = (value * 10.0).round() / 10.0;
    Decimal::try_from(rounded).map_or_else(|_| rounded.to_string(), grouped)
}

/// `one` for 1, `many` for everything else.
pub(super) fn plural<'a>(number: usize, one: &'a str, many: &'a str) -> &'a str {
    if number == 1 { one } else { many }
}

/// The first line of every report: where the prices come from and how old they are.
pub(super) fn prices_line(prices: &PricesUsed) -> String {
    let mut line = format!("{}, {}, {}", prices.source, prices.as_of, prices.region);
    let mut facts = Vec::new();
    match prices.age_days {
        Some(1) => facts.push("1 day old".to_owned()),
        Some(days) => facts.push(format!("{} days old", count(days.unsigned_abs()))),
        None => facts.push("age unknown".to_owned()),
    }
    if let (Some(oldest), Some(newest)) = (&prices.oldest_price, &prices.newest_price) {
        facts.push(if oldest == newest {
            format!("figures used: {oldest}")
        } else {
            format!("figures used: {oldest} to {newest}")
        });
    }
    facts.extend(prices.conditions.iter().cloned());
    line.push_str(&format!(" ({})", facts.join("; ")));
    line
}

/// "1 run a month", "30.4 runs a month".
pub(super) fn runs_a_month(runs: f64) -> String {
    let number = tenths(runs);
    let word = if number == "1" { "run" } else { "runs" };
    format!("{number} {word} a month")
}

/// The second line: the question in one sentence.
pub(super) fn workload_line(workload: &WorkloadOut) -> String {
    let mut facts = vec![input(workload), workload.archetype.clone()];
    facts.push(runs_a_month(workload.runs_per_month));
    if !workload.predictable {
        facts.push("unpredictable".to_owned());
    }
    facts.push(match workload.deadline_s {
        Some(seconds) => format!("deadline {}", span(seconds)),
        None => "no deadline".to_owned(),
    });
    if workload.hot_key_share > 0.0 {
        facts.push(format!("hottest key {}", percent(workload.hot_key_share)));
    }
    if let Some(error) = workload.replay_error {
        facts.push(format!("replay error {}", percent(error)));
    }
    format!("{}: {}", workload.name, facts.join(", "))
}

fn input(workload: &WorkloadOut) -> String {
    let codec = if workload.compression == "none" { String::new() } else { format!("{} ", workload.compression) };
    let files = usize::try_from(workload.input_files).unwrap_or(usize::MAX);
    format!(
        "{} of {codec}{} in {} {}",
        Bytes::new(workload.input_bytes),
        workload.format,
        count(workload.input_files),
        plural(files, "file", "files")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_price_is_a_question_mark_never_zero() {
        assert_eq!(money(None), "?");
        assert_eq!(unit_price::<6>(None), "?");
        assert_eq!(money(Some(Dollars::default())), "$0.00");
    }

    #[test]
    fn probabilities_near_the_ends_are_not_rounded_away() {
        assert_eq!(probability(0.999), "> 99 %");
        assert_eq!(probability(0.001), "< 1 %");
        assert_eq!(probability(1.0), "100 %");
        assert_eq!(probability(0.62), "62 %");
    }

    #[test]
    fn thousands_are_grouped_and_places_kept() {
        assert_eq!(grouped("1234567.0000004".parse().expect("a decimal")), "1,234,567.0000004");
        assert_eq!(grouped("-12.50".parse().expect("a decimal")), "-12.5");
        assert_eq!(tenths(30.4), "30.4");
    }
}
