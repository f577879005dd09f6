//! Cron expressions in AWS's six-field form (EventBridge: minutes, hours, day of month, month, day of week, year,
//! with `?`, `L`, `W` and `#`) and in the five-field form of Unix. No crate takes both.

use jiff::civil::Date;

use super::ScheduleError;
use super::calendar::{Days, MonthDay, WeekDay, mean_per_month};
use super::field::{DAY, HOUR, MINUTE, MONTH, Text, WEEKDAY_AWS, WEEKDAY_UNIX, YEAR};

/// When an expression fires.
#[derive(Clone, Debug)]
pub(super) struct Timetable {
    minutes: Vec<u32>,
    hours: Vec<u32>,
    days: Days,
}

impl Timetable {
    /// Minutes of the day at which it fires on a date, ascending.
    pub fn on(&self, date: Date) -> Vec<u32> {
        if !self.days.fire_on(date) {
            return Vec::new();
        }
        let at = |hour: &u32| self.minutes.iter().map(move |minute| hour * 60 + minute).collect::<Vec<_>>();
        let mut all: Vec<u32> = self.hours.iter().flat_map(at).collect();
        all.sort_unstable();
        all
    }
}

/// Runs per month of an AWS expression.
pub(super) fn parse_aws(text: &str) -> Result<f64, ScheduleError> {
    runs(&aws(text)?, text)
}

/// An AWS expression.
pub(super) fn aws(text: &str) -> Result<Timetable, ScheduleError> {
    let fields =
        fields::<6>(text, "an AWS cron has six fields: cron(minute hour day-of-month month day-of-week year)")?;
    let [minute, hour, day, month, weekday, year] = fields;
    match (day.text, weekday.text) {
        ("?", "?") => return Err(weekday.wrong("both day fields are `?`", "write `*` in one of them")),
        ("?", _) | (_, "?") => {}
        _ => {
            let hint = "AWS takes only one of the two day fields: write `?` in the other, as in cron(0 2 * * ? *)";
            return Err(weekday.wrong("both day fields are given", hint));
        }
    }
    let days = Days {
        months: MONTH.values(month)?,
        of_month: aws_month_days(day)?,
        of_week: aws_week_days(weekday)?,
        years: if year.text == "*" { None } else { Some(YEAR.values(year)?) },
        either: false,
    };
    Ok(Timetable { minutes: MINUTE.values(minute)?, hours: HOUR.values(hour)?, days })
}

/// Runs per month of a Unix expression.
pub(super) fn parse_unix(text: &str) -> Result<f64, ScheduleError> {
    runs(&unix(text)?, text)
}

/// A Unix expression.
pub(super) fn unix(text: &str) -> Result<Timetable, ScheduleError> {
    let [minute, hour, day, month, weekday] = fields::<5>(text, "a cron has five fields")?;
    for field in [day, weekday] {
        if field.text.contains(['?', 'l', 'w', '#']) && !names_a_day(field) {
            let hint = "?, L, W and # belong to AWS's six fields: cron(0 2 ? * MON#1 *)";
            return Err(field.wrong(format_args!("`{}` is not valid in a five-field cron", field.text), hint));
        }
    }
    let of_month = if any(day) { None } else { Some(vec![MonthDay::Numbers(DAY.values(day)?)]) };
    // Unix counts Sunday as 0 or 7.
    let numbers = |numbers: Vec<u32>| numbers.into_iter().map(|number| number % 7).collect();
    let of_week =
        if any(weekday) { None } else { Some(vec![WeekDay::Numbers(numbers(WEEKDAY_UNIX.values(weekday)?))]) };
    // Where both day fields are given, Unix runs when either matches.
    let days = Days { months: MONTH.values(month)?, of_month, of_week, years: None, either: true };
    Ok(Timetable { minutes: MINUTE.values(minute)?, hours: HOUR.values(hour)?, days })
}

fn names_a_day(field: Text<'_>) -> bool {
    field.items().all(|item| item.text.split('-').all(|part| WEEKDAY_UNIX.names.contains(&part)))
}

fn any(field: Text<'_>) -> bool {
    matches!(field.text, "*" | "?")
}

fn runs(timetable: &Timetable, text: &str) -> Result<f64, ScheduleError> {
    let a_day = timetable.minutes.len() * timetable.hours.len();
    #[expect(clippy::cast_precision_loss, reason = "at most 1,440")]
    let runs = mean_per_month(&timetable.days) * a_day as f64;
    if runs > 0.0 {
        return Ok(runs);
    }
    Err(ScheduleError::new(0, format!("`{text}` never fires"), "check day and month: no such date exists"))
}

/// Splits at white space and keeps where each field begins.
fn fields<'t, const N: usize>(text: &'t str, form: &str) -> Result<[Text<'t>; N], ScheduleError> {
    let mut fields = Vec::new();
    let mut offset = 0;
    for (index, part) in text.split(char::is_whitespace).enumerate() {
        offset += usize::from(index > 0);
        if !part.is_empty() {
            fields.push(Text { text: part, offset });
        }
        offset += part.chars().count();
    }
    let count = fields.len();
    fields.try_into().map_err(|_| ScheduleError::new(0, format!("`{text}` has {count} fields, not {N}"), form))
}

fn aws_month_days(field: Text<'_>) -> Result<Option<Vec<MonthDay>>, ScheduleError> {
    if any(field) {
        return Ok(None);
    }
    let item = |item: Text<'_>| match item.text {
        "l" => Ok(MonthDay::Last),
        "lw" => Ok(MonthDay::LastWeekday),
        text => match text.strip_suffix('w') {
            Some(day) => DAY.value(item, day).map(MonthDay::NearestWeekday),
            None => DAY.item(item).map(MonthDay::Numbers),
        },
    };
    field.items().map(item).collect::<Result<_, _>>().map(Some)
}

fn aws_week_days(field: Text<'_>) -> Result<Option<Vec<WeekDay>>, ScheduleError> {
    if any(field) {
        return Ok(None);
    }
    field.items().map(aws_week_day).collect::<Result<_, _>>().map(Some)
}

/// AWS counts Sunday as 1; the calendar counts it as 0.
fn aws_week_day(item: Text<'_>) -> Result<WeekDay, ScheduleError> {
    if item.text == "l" {
        return Ok(WeekDay::Numbers(vec![6]));
    }
    if let Some((day, nth)) = item.text.split_once('#') {
        let day = WEEKDAY_AWS.value(item, day)? - 1;
        let nth = nth.parse().ok().filter(|nth| (1..=5).contains(nth));
        let hint = "write the day and which one of the month: MON#1 to MON#5";
        let wrong = || item.wrong(format_args!("`{}` is not valid in the day of week field", item.text), hint);
        return nth.map(|nth| WeekDay::Nth { day, nth }).ok_or_else(wrong);
    }
    if let Some(day) = item.text.strip_suffix('l') {
        return Ok(WeekDay::Last(WEEKDAY_AWS.value(item, day)? - 1));
    }
    Ok(WeekDay::Numbers(WEEKDAY_AWS.item(item)?.into_iter().map(|day| day - 1).collect()))
}
