//! Times as listings write them, read without allocation: `2024-01-05 02:03:04`, `2024-01-05T02:03:04.000Z`,
//! `2024-01-05T02:03:04+00:00`.

const MONTH_DAYS: [u8; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// Milliseconds since 1970 UTC; a time without an offset is taken as UTC. `None` when it is no time.
#[must_use]
pub fn parse(text: &[u8]) -> Option<i64> {
    let (date, rest) = (text.get(..10)?, text.get(10..)?);
    let day = day(date)?;
    if rest.is_empty() {
        return Some(day * 86_400_000);
    }
    if !matches!(rest[0], b' ' | b'T' | b't') {
        return None;
    }
    let seconds = clock(rest.get(1..9)?)?;
    let (milliseconds, zone) = fraction(&rest[9..]);
    Some((day * 86_400 + seconds - offset(zone)?) * 1_000 + milliseconds)
}

fn number(digits: &[u8]) -> Option<i64> {
    let digit =
        |sum: Option<i64>, byte: &u8| byte.is_ascii_digit().then(|| sum.map(|it| it * 10 + i64::from(byte - b'0')))?;
    digits.iter().fold(Some(0), digit)
}

fn day(date: &[u8]) -> Option<i64> {
    if date[4] != b'-' || date[7] != b'-' {
        return None;
    }
    let (year, month, day) = (number(&date[..4])?, number(&date[5..7])?, number(&date[8..10])?);
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let index = usize::try_from(month - 1).ok()?;
    let length = i64::from(*MONTH_DAYS.get(index)?) + i64::from(leap && month == 2);
    if day < 1 || day > length {
        return None;
    }
    // Days from the civil calendar: years begin in March, so that the leap day is the last.
    let shifted = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (shifted.div_euclid(400), shifted.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}

fn clock(time: &[u8]) -> Option<i64> {
    if time[2] != b':' || time[5] != b':' {
        return None;
    }
    let (hour, minute, second) = (number(&time[..2])?, number(&time[3..5])?, number(&time[6..8])?);
    (hour < 24 && minute < 60 && second <= 60).then_some(hour * 3_600 + minute * 60 + second)
}

fn fraction(rest: &[u8]) -> (i64, &[u8]) {
    if rest.first() != Some(&b'.') {
        return (0, rest);
    }
    let digits = rest[1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut milliseconds = 0;
    for place in 0..3 {
        let digit = if place < digits { i64::from(rest[1 + place] - b'0') } else { 0 };
        milliseconds = milliseconds * 10 + digit;
    }
    (milliseconds, &rest[1 + digits..])
}

fn offset(zone: &[u8]) -> Option<i64> {
    match zone {
        b"" | b"Z" | b"z" => Some(0),
        [sign @ (b'+' | b'-'), rest @ ..] => {
            let digits: Vec<u8> = rest.iter().copied().filter(|byte| *byte != b':').collect();
            if digits.len() != 4 {
                return None;
            }
            let seconds = number(&digits[..2])? * 3_600 + number(&digits[2..])? * 60;
            Some(if *sign == b'-' { -seconds } else { seconds })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_as_they_are_written() {
        let expected = Some(1_704_420_184_000);
        for text in [
            "2024-01-05 02:03:04",
            "2024-01-05T02:03:04Z",
            "2024-01-05T02:03:04.000Z",
            "2024-01-05T02:03:04+00:00",
            "2024-01-05T03:03:04+01:00",
            "2024-01-04T21:03:04-0500",
        ] {
            assert_eq!(parse(text.as_bytes()), expected, "{text}");
        }
        assert_eq!(parse(b"2024-01-05T02:03:04.5Z"), Some(1_704_420_184_500));
        assert_eq!(parse(b"2024-02-29"), Some(1_709_164_800_000));
        assert_eq!(parse(b"1969-12-31 23:59:59"), Some(-1_000));
    }

    #[test]
    fn what_is_no_time() {
        for text in [
            "",
            "2024",
            "2023-02-29 00:00:00",
            "2024-13-01 00:00:00",
            "2024-00-10 00:00:00",
            "2024-01-05 25:00:00",
            "2024-01-05x02:03:04",
            "2024-01-05 02:03:04 PST",
            "2024/01/05 02:03:04",
            "2024-01-05 02:03",
        ] {
            assert_eq!(parse(text.as_bytes()), None, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..40)) {
            let _ = parse(&bytes);
        }

        #[test]
        fn agrees_with_the_calendar_of_jiff(seconds in 0_i64..4_000_000_000) {
            let text = jiff::Timestamp::from_second(seconds).expect("a time").to_string();
            proptest::prop_assert_eq!(parse(text.as_bytes()), Some(seconds * 1_000));
        }
    }
}
