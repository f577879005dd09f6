//! The workload's schedule in the forms that EventBridge and Airflow take.

use crate::workload::Workload;

/// The schedule's two spellings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Schedule {
    /// `cron(0 2 * * ? *)` or `rate(15 minutes)`.
    pub(super) eventbridge: String,
    /// `0 2 * * *`, when there is such a form.
    pub(super) cron: Option<String>,
}

/// Words and their hours: two at night, when the day's data are there.
const WORDS: &[(&str, &str)] = &[
    ("hourly", "0 * * * *"),
    ("@hourly", "0 * * * *"),
    ("daily", "0 2 * * *"),
    ("@daily", "0 0 * * *"),
    ("@midnight", "0 0 * * *"),
    ("nightly", "0 2 * * *"),
    ("weekly", "0 2 * * 1"),
    ("@weekly", "0 0 * * 0"),
    ("monthly", "0 2 1 * *"),
    ("@monthly", "0 0 1 * *"),
];

/// The schedule of a workload; `None` when people or events start the job, or only a number of runs is known.
pub(super) fn of(workload: &Workload) -> Option<Schedule> {
    let text = workload.cadence.schedule.as_deref()?.trim();
    let lower = text.to_ascii_lowercase();
    if let Some((_, cron)) = WORDS.iter().find(|(word, _)| *word == lower) {
        return Some(Schedule { eventbridge: aws_cron(cron)?, cron: Some((*cron).to_owned()) });
    }
    if lower.starts_with("rate(") {
        return Some(Schedule { eventbridge: text.to_owned(), cron: None });
    }
    if let Some(inner) = lower.strip_prefix("cron(").and_then(|rest| rest.strip_suffix(')')) {
        return Some(Schedule { eventbridge: format!("cron({})", inner.to_uppercase()), cron: unix_cron(inner) });
    }
    let eventbridge = aws_cron(text)?;
    Some(Schedule { eventbridge, cron: Some(text.to_owned()) })
}

/// Five Unix fields as AWS's six: one of the day fields is `?`, and weekdays count from Sunday = 1.
fn aws_cron(unix: &str) -> Option<String> {
    let fields: Vec<&str> = unix.split_whitespace().collect();
    let [minute, hour, day, month, weekday] = fields.as_slice() else { return None };
    let (day, weekday) = match (*day, *weekday) {
        ("*", "*") => ("*".to_owned(), "?".to_owned()),
        (day, "*") => (day.to_owned(), "?".to_owned()),
        ("*", weekday) => ("?".to_owned(), shifted(weekday, |number| number % 7 + 1)?),
        // Unix runs on either day, AWS has no such form.
        _ => return None,
    };
    Some(format!("cron({minute} {hour} {day} {month} {weekday} *)"))
}

/// AWS's six fields as five; `None` where Unix has no such form.
fn unix_cron(aws: &str) -> Option<String> {
    let fields: Vec<&str> = aws.split_whitespace().collect();
    let [minute, hour, day, month, weekday, "*"] = fields.as_slice() else { return None };
    if [day, weekday].iter().any(|field| field.contains(['l', 'w', '#'])) && !weekday.contains(['e', 'u']) {
        return None;
    }
    let star = |field: &str| if field == "?" { "*".to_owned() } else { field.to_owned() };
    let weekday = shifted(&star(weekday), |number| (number + 6) % 7)?;
    Some(format!("{minute} {hour} {} {month} {weekday}", star(day)))
}

/// The numbers of a weekday field through `shift`; names stay as they are, steps have no form.
fn shifted(field: &str, shift: impl Fn(u32) -> u32) -> Option<String> {
    if field == "*" || field == "?" {
        return Some(field.to_owned());
    }
    if field.contains('/') {
        return None;
    }
    let part = |text: &str| text.parse::<u32>().map_or_else(|_| text.to_owned(), |number| shift(number).to_string());
    let items: Vec<String> =
        field.split(',').map(|item| item.split('-').map(part).collect::<Vec<_>>().join("-")).collect();
    Some(items.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crons_change_their_fields() {
        assert_eq!(aws_cron("0 2 * * *").as_deref(), Some("cron(0 2 * * ? *)"));
        // Unix's Monday is 1, AWS's is 2; Sunday is 0 or 7, and 1.
        assert_eq!(aws_cron("30 4 * * 1").as_deref(), Some("cron(30 4 ? * 2 *)"));
        assert_eq!(aws_cron("30 4 * * 0,7").as_deref(), Some("cron(30 4 ? * 1,1 *)"));
        assert_eq!(aws_cron("0 2 1 * mon"), None);
        assert_eq!(unix_cron("0 2 * * ? *").as_deref(), Some("0 2 * * *"));
        assert_eq!(unix_cron("0 2 ? * 2-6 *").as_deref(), Some("0 2 * * 1-5"));
        assert_eq!(unix_cron("0 2 ? * mon-fri *").as_deref(), Some("0 2 * * mon-fri"));
        assert_eq!(unix_cron("0 2 l * ? *"), None);
        assert_eq!(unix_cron("0 2 * * ? 2027"), None);
    }
}
