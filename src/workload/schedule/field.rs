//! One field of a cron expression: lists, ranges, steps and names.

use super::ScheduleError;

/// What a field counts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field {
    pub name: &'static str,
    pub low: u32,
    pub high: u32,
    /// Names of the values from `low` up.
    pub names: &'static [&'static str],
}

pub(super) const MINUTE: Field = Field { name: "minute", low: 0, high: 59, names: &[] };
pub(super) const HOUR: Field = Field { name: "hour", low: 0, high: 23, names: &[] };
pub(super) const DAY: Field = Field { name: "day of month", low: 1, high: 31, names: &[] };
pub(super) const MONTH: Field = Field {
    name: "month",
    low: 1,
    high: 12,
    names: &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
};
/// AWS: Sunday is 1.
pub(super) const WEEKDAY_AWS: Field =
    Field { name: "day of week", low: 1, high: 7, names: &["sun", "mon", "tue", "wed", "thu", "fri", "sat"] };
/// Unix: Sunday is 0 and 7.
pub(super) const WEEKDAY_UNIX: Field =
    Field { name: "day of week", low: 0, high: 7, names: &["sun", "mon", "tue", "wed", "thu", "fri", "sat"] };
pub(super) const YEAR: Field = Field { name: "year", low: 1970, high: 2199, names: &[] };

/// A field's text and where it begins in the expression, in characters.
#[derive(Clone, Copy, Debug)]
pub(super) struct Text<'t> {
    pub text: &'t str,
    pub offset: usize,
}

impl<'t> Text<'t> {
    /// The items between commas.
    pub fn items(self) -> impl Iterator<Item = Text<'t>> {
        let mut offset = self.offset;
        self.text.split(',').map(move |text| {
            let item = Text { text, offset };
            offset += text.chars().count() + 1;
            item
        })
    }

    pub fn wrong(self, message: impl std::fmt::Display, hint: impl Into<String>) -> ScheduleError {
        ScheduleError::new(self.offset, message.to_string(), hint)
    }
}

impl Field {
    /// The values of a whole field.
    pub fn values(self, text: Text<'_>) -> Result<Vec<u32>, ScheduleError> {
        let mut values = Vec::new();
        for item in text.items() {
            values.extend(self.item(item)?);
        }
        values.sort_unstable();
        values.dedup();
        Ok(values)
    }

    /// The values of one item: `*`, `5`, `1-5`, `*/15`, `10-50/5`, `mon-fri`.
    pub fn item(self, item: Text<'_>) -> Result<Vec<u32>, ScheduleError> {
        let (range, step) = match item.text.split_once('/') {
            Some((range, step)) => (range, Some(self.step(item, step)?)),
            None => (item.text, None),
        };
        let (from, to) = match (range, range.split_once('-')) {
            ("*", _) => (self.low, self.high),
            (_, Some((from, to))) => (self.value(item, from)?, self.value(item, to)?),
            // `5/15` means from 5 on, every 15.
            (single, None) => {
                let from = self.value(item, single)?;
                (from, if step.is_some() { self.high } else { from })
            }
        };
        if from > to {
            let hint =
                format!("write the range from low to high, or two items: {from}-{},{}-{to}", self.high, self.low);
            return Err(item.wrong(format_args!("the {} range `{range}` runs backwards", self.name), hint));
        }
        Ok((from..=to).step_by(step.unwrap_or(1)).collect())
    }

    fn step(self, item: Text<'_>, step: &str) -> Result<usize, ScheduleError> {
        let hint = "a step is a whole number from 1 up, for example */15";
        let step = step.parse::<usize>().ok().filter(|step| *step > 0);
        step.ok_or_else(|| {
            item.wrong(format_args!("`{}` has no valid step in the {} field", item.text, self.name), hint)
        })
    }

    /// One number or name.
    pub fn value(self, item: Text<'_>, text: &str) -> Result<u32, ScheduleError> {
        let named = self.names.iter().position(|name| *name == text).and_then(|at| u32::try_from(at).ok());
        let number = named.map(|at| at + self.low).or_else(|| text.parse().ok());
        number.filter(|number| (self.low..=self.high).contains(number)).ok_or_else(|| {
            let names = if self.names.is_empty() {
                String::new()
            } else {
                format!(" or {}", self.names.join(", ").to_uppercase())
            };
            item.wrong(
                format_args!("`{text}` is not valid in the {} field", self.name),
                format!("the {} field takes {} to {}{names}", self.name, self.low, self.high),
            )
        })
    }
}
