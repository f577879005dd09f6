//! Counts the days that a schedule matches, over the whole cycle of the Gregorian calendar: 400 years are 146,097
//! days, a whole number of weeks, so the mean is exact.

use jiff::civil::{Date, date};

use crate::units::DAYS_PER_MONTH;

/// The days on which a schedule fires.
#[derive(Clone, Debug)]
pub(super) struct Days {
    /// Months, from 1.
    pub months: Vec<u32>,
    /// Days of the month; `None` for any.
    pub of_month: Option<Vec<MonthDay>>,
    /// Days of the week; `None` for any.
    pub of_week: Option<Vec<WeekDay>>,
    /// Years; `None` for all.
    pub years: Option<Vec<u32>>,
    /// When both are given: whether one of the two is enough.
    pub either: bool,
}

/// A rule for days of a month.
#[derive(Clone, Debug)]
pub(super) enum MonthDay {
    /// These, from 1.
    Numbers(Vec<u32>),
    /// The last one.
    Last,
    /// The last one from Monday to Friday.
    LastWeekday,
    /// The day from Monday to Friday that is nearest to this one, in the same month.
    NearestWeekday(u32),
}

/// A rule for days of a week, Sunday being 0.
#[derive(Clone, Debug)]
pub(super) enum WeekDay {
    /// These.
    Numbers(Vec<u32>),
    /// The last such day of the month.
    Last(u32),
    /// The `nth` such day of the month, from 1.
    Nth { day: u32, nth: u32 },
}

/// The mean number of matching days in a month of 730 hours; over the named years only, if years are named.
pub(super) fn mean_per_month(days: &Days) -> f64 {
    let years: Vec<u32> = days.years.clone().unwrap_or_else(|| (2000..2400).collect());
    let (mut matching, mut all) = (0_u32, 0_u32);
    for first in years.iter().flat_map(|year| (1..=12).filter_map(|month| month_start(*year, month))) {
        let length = day_number(first.days_in_month());
        all += length;
        if days.months.contains(&day_number(first.month())) {
            let start = first.weekday().to_sunday_zero_offset();
            let month = Month { first_weekday: u32::from(start.unsigned_abs()), length };
            matching += (1..=length).map(|day| u32::from(days.matches(month, day))).sum::<u32>();
        }
    }
    if all == 0 { 0.0 } else { f64::from(matching) / f64::from(all) * DAYS_PER_MONTH }
}

fn month_start(year: u32, month: i8) -> Option<Date> {
    // Years are 1970 to 2399 here, which jiff's dates hold.
    i16::try_from(year).ok().map(|year| date(year, month, 1))
}

fn day_number(value: i8) -> u32 {
    u32::from(value.unsigned_abs())
}

#[derive(Clone, Copy, Debug)]
struct Month {
    first_weekday: u32,
    length: u32,
}

impl Month {
    const fn weekday(self, day: u32) -> u32 {
        (self.first_weekday + day - 1) % 7
    }

    const fn is_workday(self, day: u32) -> bool {
        !matches!(self.weekday(day), 0 | 6)
    }

    /// The workday nearest to `day` without leaving the month; `None` when the month has no such day.
    fn nearest_workday(self, day: u32) -> Option<u32> {
        if day > self.length {
            return None;
        }
        let near = [Some(day), day.checked_sub(1), Some(day + 1), day.checked_sub(2), Some(day + 2)];
        near.into_iter().flatten().find(|day| (1..=self.length).contains(day) && self.is_workday(*day))
    }

    fn last_workday(self) -> Option<u32> {
        (1..=self.length).rev().find(|day| self.is_workday(*day))
    }
}

impl Days {
    /// Whether a date matches.
    pub fn fire_on(&self, day: Date) -> bool {
        let first = day.first_of_month().weekday().to_sunday_zero_offset();
        let month = Month { first_weekday: u32::from(first.unsigned_abs()), length: day_number(day.days_in_month()) };
        let year = u32::from(day.year().unsigned_abs());
        self.years.as_ref().is_none_or(|years| years.contains(&year))
            && self.months.contains(&day_number(day.month()))
            && self.matches(month, day_number(day.day()))
    }

    fn matches(&self, month: Month, day: u32) -> bool {
        let in_month = self.of_month.as_ref().map(|rules| rules.iter().any(|rule| rule.matches(month, day)));
        let in_week = self.of_week.as_ref().map(|rules| rules.iter().any(|rule| rule.matches(month, day)));
        match (in_month, in_week) {
            (Some(in_month), Some(in_week)) if self.either => in_month || in_week,
            (in_month, in_week) => in_month.unwrap_or(true) && in_week.unwrap_or(true),
        }
    }
}

impl MonthDay {
    fn matches(&self, month: Month, day: u32) -> bool {
        match self {
            Self::Numbers(days) => days.contains(&day),
            Self::Last => day == month.length,
            Self::LastWeekday => month.last_workday() == Some(day),
            Self::NearestWeekday(wanted) => month.nearest_workday(*wanted) == Some(day),
        }
    }
}

impl WeekDay {
    fn matches(&self, month: Month, day: u32) -> bool {
        let weekday = month.weekday(day);
        match self {
            Self::Numbers(days) => days.contains(&weekday),
            Self::Last(wanted) => weekday == *wanted && day + 7 > month.length,
            Self::Nth { day: wanted, nth } => weekday == *wanted && day.div_ceil(7) == *nth,
        }
    }
}
