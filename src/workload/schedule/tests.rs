use super::*;

fn runs(text: &str) -> f64 {
    match parse(text) {
        Ok(Frequency::Counted(runs) | Frequency::Timetable(runs)) => runs,
        other => panic!("{text}: {other:?}"),
    }
}

/// Expected figures by hand: a month has 730 h = 30.41667 days; the calendar's cycle has 146,097 days in 4,800 months.
#[test]
fn runs_per_month_of_every_form() {
    let day = 730.0 / 24.0;
    let cycle_months = 4800.0 / 146_097.0 * day;
    let table = [
        ("hourly", 730.0),
        ("daily", day),
        ("@daily", day),
        ("weekly", day / 7.0),
        ("monthly", 1.0),
        ("30 per month", 30.0),
        ("1,500 per month", 1500.0),
        ("4 per day", 4.0 * day),
        ("3 times a week", 3.0 * day / 7.0),
        ("every 15 minutes", 2920.0),
        ("rate(1 hour)", 730.0),
        ("rate(5 minutes)", 8760.0),
        ("rate(2 days)", day / 2.0),
        ("cron(0 2 * * ? *)", day),
        ("cron(0/15 * * * ? *)", 2920.0),
        ("cron(0 8-18/2 ? * MON-FRI *)", 6.0 * 5.0 / 7.0 * day),
        ("cron(0 2 ? * 1 *)", day / 7.0),
        ("cron(0 2 ? * L *)", day / 7.0),
        // Once in each of the 4,800 months.
        ("cron(0 2 1 * ? *)", cycle_months),
        ("cron(0 2 L * ? *)", cycle_months),
        ("cron(0 2 LW * ? *)", cycle_months),
        ("cron(0 2 15W * ? *)", cycle_months),
        ("cron(0 2 ? * MON#1 *)", cycle_months),
        ("cron(0 2 ? * 6L *)", cycle_months),
        // 97 leap years in 400.
        ("cron(0 2 29 2 ? *)", 97.0 / 146_097.0 * day),
        // 2026 alone: twelve firsts in 365 days.
        ("cron(0 2 1 * ? 2026)", 12.0 / 365.0 * day),
        ("0 2 * * ? *", day),
        ("0 2 * * *", day),
        ("*/15 * * * *", 2920.0),
        ("0 4,16 * * *", 2.0 * day),
        ("0 2 * * 0", day / 7.0),
        ("0 2 * * 7", day / 7.0),
        ("0 2 * * mon-fri", 5.0 / 7.0 * day),
        ("0 2 1 1-6 *", cycle_months / 2.0),
        // Sunday or the 13th: 20,871 Sundays + 4,800 thirteenths − 687 that are both, in 146,097 days.
        ("0 2 13 * sun", (20_871.0 + 4800.0 - 687.0) / 146_097.0 * day),
    ];
    for (text, expected) in table {
        let found = runs(text);
        assert!((found - expected).abs() < 1e-9 * expected, "{text}: {found} instead of {expected}");
    }
}

/// In 400 years the 13th falls on a Friday 688 times (a known curiosity), on a Thursday only 684 times.
#[test]
fn friday_the_thirteenth_is_the_most_frequent() {
    let both = runs("0 0 * * fri") + runs("0 0 13 * *") - runs("0 0 13 * fri");
    let times = both / DAYS_PER_MONTH * 146_097.0;
    assert!((times - 688.0).abs() < 1e-6, "{times}");
}

/// `5#` exists only in months with five such days: of 20,871 Mondays in the cycle 4 × 4,800 are first to fourth.
#[test]
fn the_fifth_monday_is_rare() {
    let expected = (20_871.0 - 4.0 * 4800.0) / 146_097.0 * DAYS_PER_MONTH;
    assert!((runs("cron(0 2 ? * MON#5 *)") - expected).abs() < 1e-9);
}

#[test]
fn words_without_a_number() {
    assert_eq!(parse("on demand"), Ok(Frequency::OnDemand));
    assert_eq!(parse("Continuous"), Ok(Frequency::Continuous));
}

#[test]
fn errors_point_at_the_part_that_is_wrong() {
    let table = [
        // text, offset in characters, part of the message, part of the hint
        ("cron(61 2 * * ? *)", 5, "`61` is not valid in the minute field", "0 to 59"),
        ("cron(0 25 * * ? *)", 7, "hour", "0 to 23"),
        ("cron(0 2 * * * *)", 13, "both day fields are given", "`?`"),
        ("cron(0 2 ? * ? *)", 13, "both day fields", "`*`"),
        ("cron(0 2 * * ?)", 5, "5 fields, not 6", "six fields"),
        ("cron(0 2 * * ? 1969)", 15, "year", "1970 to 2199"),
        ("cron(0 2 ? * MON#6 *)", 13, "mon#6", "MON#5"),
        ("cron(0 2 ? * FUN *)", 13, "fun", "MON"),
        ("cron(0 2 30 2 ? *)", 5, "never fires", "no such date"),
        ("0 2 32 * *", 4, "day of month", "1 to 31"),
        ("0 2 ? * *", 4, "five-field", "AWS"),
        ("0 2 * * 5-1", 8, "backwards", "low to high"),
        ("*/0 * * * *", 0, "step", "from 1 up"),
        ("0,15,99 * * * *", 5, "`99`", "0 to 59"),
        ("rate(1 hours)", 7, "singular", "rate(1 hour)"),
        ("rate(5 minute)", 7, "plural", "rate(5 minutes)"),
        ("rate(5 weeks)", 7, "weeks", "minutes, hours or days"),
        ("rate(0 days)", 5, "whole number", "rate(1 hour)"),
        ("rate(5)", 5, "no unit", "rate(1 hour)"),
        ("dialy", 0, "no schedule", "did you mean `daily`"),
        ("30", 0, "no schedule", "30 per month"),
        ("30 per fortnight", 7, "fortnight", "week"),
        ("cron(0 2 * * ? *", 0, "never", ""),
        ("", 0, "no schedule", "daily"),
    ];
    for (text, offset, message, hint) in table {
        let error = parse(text).expect_err(text);
        if message != "never" {
            assert_eq!(error.offset, offset, "{text}: {error:?}");
            assert!(error.message.contains(message), "{text}: {error:?}");
            assert!(error.hint.contains(hint), "{text}: {error:?}");
        }
    }
}

proptest::proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,40}") {
        let _ = parse(&text);
    }

    #[test]
    fn no_cron_like_text_makes_it_panic(text in "(cron\\()?[0-9*/?LW#,\\- ]{0,30}\\)?") {
        let _ = parse(&text);
    }
}

#[test]
fn a_cron_says_when_it_fires() {
    // 2026-11-20 is a Friday; Monday is three days later.
    let from = jiff::civil::date(2026, 11, 20);
    let day = 24 * 60;
    assert_eq!(starts("cron(15 3 * * ? *)", from, 2), Some(vec![195, day + 195]));
    assert_eq!(starts("30 2,4 * * 1", from, 7), Some(vec![3 * day + 150, 3 * day + 270]));
    assert_eq!(starts("cron(0 0 L * ? *)", from, 31), Some(vec![10 * day]));
    assert_eq!(starts("daily", from, 7), None);
    assert_eq!(starts("61 * * * *", from, 7), None);
}
