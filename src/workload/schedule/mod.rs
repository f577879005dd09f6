//! Schedules as people write them, to a mean number of runs in a month of 730 hours (AWS's own billing month).

mod calendar;
mod cron;
mod field;
mod rate;

use jiff::civil::Date;

use crate::units::{DAYS_PER_MONTH, HOURS_PER_MONTH, did_you_mean};

/// What a schedule says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Frequency {
    /// The user wrote the number of runs.
    Counted(f64),
    /// The number of runs follows from a timetable.
    Timetable(f64),
    /// People or events start it; how often is not said.
    OnDemand,
    /// It never stops; one hour counts as a run.
    Continuous,
}

/// Why a text is no schedule, and at which character of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ScheduleError {
    pub offset: usize,
    pub message: String,
    pub hint: String,
}

impl ScheduleError {
    fn new(offset: usize, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { offset, message: message.into(), hint: hint.into() }
    }

    fn moved(self, characters: usize) -> Self {
        Self { offset: self.offset + characters, ..self }
    }
}

/// Runs per month of the words that need no number.
const WORDS: &[(&str, f64)] = &[
    ("hourly", HOURS_PER_MONTH),
    ("@hourly", HOURS_PER_MONTH),
    ("daily", DAYS_PER_MONTH),
    ("@daily", DAYS_PER_MONTH),
    ("@midnight", DAYS_PER_MONTH),
    ("nightly", DAYS_PER_MONTH),
    ("weekly", DAYS_PER_MONTH / 7.0),
    ("@weekly", DAYS_PER_MONTH / 7.0),
    ("monthly", 1.0),
    ("@monthly", 1.0),
    ("yearly", 1.0 / 12.0),
    ("@yearly", 1.0 / 12.0),
    ("@annually", 1.0 / 12.0),
];

/// Reads a schedule.
///
/// # Errors
/// When it is none; the offset points at the part that is wrong.
pub(super) fn parse(text: &str) -> Result<Frequency, ScheduleError> {
    let lead = text.chars().take_while(|c| c.is_whitespace()).count();
    let trimmed = text.trim();
    let lower = trimmed.to_ascii_lowercase();
    if let Some((_, runs)) = WORDS.iter().find(|(word, _)| *word == lower) {
        return Ok(Frequency::Timetable(*runs));
    }
    match lower.as_str() {
        "on demand" | "on-demand" | "ad hoc" | "ad-hoc" => return Ok(Frequency::OnDemand),
        "continuous" | "continuously" => return Ok(Frequency::Continuous),
        _ => {}
    }
    if let Some(inner) = call(&lower, "cron") {
        return cron::parse_aws(inner).map(Frequency::Timetable).map_err(|error| error.moved(lead + "cron(".len()));
    }
    if let Some(inner) = call(&lower, "rate") {
        return rate::parse(inner).map(Frequency::Timetable).map_err(|error| error.moved(lead + "rate(".len()));
    }
    match rate::parse_counted(&lower) {
        Some(Ok(runs)) => return Ok(Frequency::Counted(runs)),
        Some(Err(error)) => return Err(error.moved(lead)),
        None => {}
    }
    match lower.split_whitespace().count() {
        5 => cron::parse_unix(&lower).map(Frequency::Timetable).map_err(|error| error.moved(lead)),
        6 => cron::parse_aws(&lower).map(Frequency::Timetable).map_err(|error| error.moved(lead)),
        _ => Err(unknown(trimmed, &lower).moved(lead)),
    }
}

/// The minutes, counted from midnight of `from`, at which a schedule fires in so many days; `None` when it does not say
/// at what time (`daily`, `30 per month`) or is none.
#[must_use]
pub fn starts(text: &str, from: Date, days: u32) -> Option<Vec<u32>> {
    let lower = text.trim().to_ascii_lowercase();
    let timetable = match (call(&lower, "cron"), lower.split_whitespace().count()) {
        (Some(inner), _) => cron::aws(inner).ok()?,
        (None, 5) => cron::unix(&lower).ok()?,
        (None, 6) => cron::aws(&lower).ok()?,
        _ => return None,
    };
    let on = |day: u32| {
        let date = from.checked_add(jiff::Span::new().days(i64::from(day))).ok();
        let minutes = date.map(|date| timetable.on(date)).unwrap_or_default();
        minutes.into_iter().map(move |minute| day * 24 * 60 + minute)
    };
    Some((0..days).flat_map(on).collect())
}

/// The inside of `name(…)`.
fn call<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    text.strip_prefix(name)?.strip_prefix('(')?.strip_suffix(')')
}

fn unknown(text: &str, lower: &str) -> ScheduleError {
    let words = WORDS.iter().map(|(word, _)| *word).chain(["on demand", "continuous"]);
    let hint = if lower.parse::<f64>().is_ok() {
        format!("say in which time: \"{text} per month\"")
    } else if lower.starts_with("cron(") || lower.starts_with("rate(") {
        "close the bracket: cron(0 2 * * ? *)".to_owned()
    } else {
        let near = did_you_mean(lower, words);
        format!("{near}write cron(0 2 * * ? *), \"0 2 * * *\", rate(1 hour), daily, \"30 per month\" or on demand")
    };
    ScheduleError::new(0, format!("`{text}` is no schedule"), hint)
}

#[cfg(test)]
mod tests;
