//! ISO weeks: Monday to Sunday, the first of a year being the one with its first Thursday (ISO 8601).

use jiff::ToSpan;
use jiff::civil::{Date, ISOWeekDate, Weekday};

/// One week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct IsoWeek {
    /// Its Monday.
    pub from: Date,
}

impl IsoWeek {
    /// The week of a day.
    #[must_use]
    pub fn of(day: Date) -> Self {
        let back = i64::from(day.weekday().to_monday_zero_offset());
        Self { from: day.checked_sub(back.days()).unwrap_or(day) }
    }

    /// The Monday after.
    #[must_use]
    pub fn until(self) -> Date {
        self.from.checked_add(7.days()).unwrap_or(Date::MAX)
    }

    /// The week before.
    #[must_use]
    pub fn before(self) -> Self {
        Self { from: self.from.checked_sub(7.days()).unwrap_or(Date::MIN) }
    }

    /// Whether a day lies in it.
    #[must_use]
    pub fn has(self, day: Date) -> bool {
        day >= self.from && day < self.until()
    }

    /// Its seven days.
    pub fn days(self) -> impl Iterator<Item = Date> {
        self.from.series(1.day()).take(7)
    }
}

impl std::fmt::Display for IsoWeek {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let week = self.from.iso_week_date();
        f.pad(&format!("{:04}-W{:02}", week.year(), week.week()))
    }
}

impl std::str::FromStr for IsoWeek {
    type Err = String;

    /// Reads `2026-W46`.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no ISO week: write the year and the week, such as 2026-W46");
        let (year, week) = text.trim().split_once("-W").or_else(|| text.trim().split_once("-w")).ok_or_else(wrong)?;
        let (year, week) = (year.parse().map_err(|_| wrong())?, week.parse().map_err(|_| wrong())?);
        let monday = ISOWeekDate::new(year, week, Weekday::Monday).map_err(|_| wrong())?;
        Ok(Self { from: monday.date() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn weeks_are_iso_8601s() {
        let week: IsoWeek = "2026-W46".parse().expect("a week");
        assert_eq!((week.from, week.until()), (date(2026, 11, 9), date(2026, 11, 16)));
        assert_eq!(week.to_string(), "2026-W46");
        // 2027-01-01 is a Friday: it belongs to the 53rd week of 2026.
        assert_eq!(IsoWeek::of(date(2027, 1, 1)).to_string(), "2026-W53");
        assert!("2026-W53".parse::<IsoWeek>().is_ok() && "2025-W53".parse::<IsoWeek>().is_err());
        for wrong in ["2026-46", "W46", "2026-W00", "2026-W99", ""] {
            assert!(wrong.parse::<IsoWeek>().is_err(), "{wrong}");
        }
    }
}
