//! A partition as a folder would be called: `day=2025-01-31/region=eu`.

use super::metadata::SpecField;
use crate::profile::avro::{Schema, Value};

/// How one value is written.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Form {
    Year,
    Month,
    Day,
    Hour,
    Date,
    Time,
    /// Units of a second.
    Moment(i64),
    Decimal(usize),
    Uuid,
    Plain,
}

/// The fields of a partition, in the order of the manifest's schema.
#[derive(Clone, Debug, Default)]
pub(super) struct Fields {
    fields: Vec<Option<(String, Form)>>,
    /// Whether the bytes of a value are a text.
    texts: Vec<bool>,
}

impl Fields {
    pub(super) fn new(spec: &[SpecField], schema: Option<&Schema>) -> Self {
        let mut out = Self::default();
        for field in schema.map_or(&[][..], Schema::fields) {
            let own = spec.iter().find(|it| it.field_id.is_some() && it.field_id == field.id);
            let own = own.or_else(|| spec.iter().find(|it| it.name == field.name));
            let kind = field.schema.present();
            let form = match (own.map(|it| it.transform.as_str()), kind.logical.as_deref()) {
                (Some("void"), _) => None,
                (Some("year"), _) => Some(Form::Year),
                (Some("month"), _) => Some(Form::Month),
                (Some("day"), _) => Some(Form::Day),
                (Some("hour"), _) => Some(Form::Hour),
                (_, Some("date")) => Some(Form::Date),
                (_, Some("time-micros")) => Some(Form::Time),
                (_, Some("timestamp-millis" | "local-timestamp-millis")) => Some(Form::Moment(1_000)),
                (_, Some("timestamp-micros" | "local-timestamp-micros")) => Some(Form::Moment(1_000_000)),
                (_, Some("timestamp-nanos" | "local-timestamp-nanos")) => Some(Form::Moment(1_000_000_000)),
                (_, Some("decimal")) => Some(Form::Decimal(kind.scale)),
                (_, Some("uuid")) => Some(Form::Uuid),
                _ => Some(Form::Plain),
            };
            out.fields.push(form.map(|form| (own.map_or(&field.name, |it| &it.name).clone(), form)));
            out.texts.push(kind.is_text);
        }
        out
    }

    /// Whether there is any field to tell partitions by.
    pub(super) fn is_empty(&self) -> bool {
        self.fields.iter().all(Option::is_none)
    }

    /// Writes a partition.
    pub(super) fn write(&self, values: &[Value<'_>], into: &mut String) {
        into.clear();
        for ((field, value), is_text) in self.fields.iter().zip(values).zip(&self.texts) {
            let Some((name, form)) = field else { continue };
            if !into.is_empty() {
                into.push('/');
            }
            escape(name, into);
            into.push('=');
            escape(&shown(form, value, *is_text), into);
        }
    }
}

/// A slash in a value is no folder.
fn escape(text: &str, into: &mut String) {
    for c in text.chars() {
        match c {
            '/' => into.push_str("%2F"),
            '%' => into.push_str("%25"),
            c => into.push(c),
        }
    }
}

fn shown(form: &Form, value: &Value<'_>, is_text: bool) -> String {
    match (form, value) {
        (_, Value::Null) => "null".to_owned(),
        (Form::Year, Value::Whole(years)) => years.saturating_add(1970).to_string(),
        (Form::Month, Value::Whole(months)) => {
            format!("{}-{:02}", months.div_euclid(12).saturating_add(1970), months.rem_euclid(12) + 1)
        }
        (Form::Day | Form::Date, Value::Whole(days)) => moment(days.checked_mul(86_400), 1, "%Y-%m-%d", *days),
        (Form::Hour, Value::Whole(hours)) => moment(hours.checked_mul(3_600), 1, "%Y-%m-%d-%H", *hours),
        (Form::Time, Value::Whole(micros)) => {
            let seconds = micros.div_euclid(1_000_000);
            format!("{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
        }
        (Form::Moment(units), Value::Whole(value)) => moment(Some(*value), *units, "%Y-%m-%dT%H:%M:%S%.f", *value),
        (Form::Decimal(scale), Value::Bytes(bytes)) => decimal(bytes, *scale).unwrap_or_else(|| hex(bytes)),
        (Form::Uuid, Value::Bytes(bytes)) if bytes.len() == 16 => {
            let text = hex(bytes);
            [&text[..8], &text[8..12], &text[12..16], &text[16..20], &text[20..]].join("-")
        }
        (_, Value::Bool(value)) => value.to_string(),
        (_, Value::Whole(value)) => value.to_string(),
        (_, Value::Number(value)) => value.to_string(),
        (_, Value::Bytes(bytes)) if is_text => String::from_utf8_lossy(bytes).into_owned(),
        (_, Value::Bytes(bytes)) => hex(bytes),
        (_, Value::List(_) | Value::Record(_)) => "?".to_owned(),
    }
}

/// A moment in units since 1970; the number itself when it is none.
fn moment(units: Option<i64>, a_second: i64, format: &str, raw: i64) -> String {
    let nanos = units.map(|it| i128::from(it) * (1_000_000_000 / i128::from(a_second)));
    let moment = nanos.and_then(|it| jiff::Timestamp::from_nanosecond(it).ok());
    moment.map_or_else(|| raw.to_string(), |it| it.strftime(format).to_string())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Big-endian two's complement of up to 16 bytes.
fn decimal(bytes: &[u8], scale: usize) -> Option<String> {
    if bytes.len() > 16 || scale > 38 {
        return None;
    }
    let start = if bytes.first().is_some_and(|byte| byte & 0x80 != 0) { -1_i128 } else { 0 };
    let value = bytes.iter().fold(start, |sum, byte| (sum << 8) | i128::from(*byte));
    let digits = format!("{:0width$}", value.unsigned_abs(), width = scale + 1);
    let (whole, part) = digits.split_at(digits.len() - scale);
    let sign = if value < 0 { "-" } else { "" };
    Some(if scale == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2025-01-31 is day 20,119; its 13th hour is hour 482,869; January 2025 is month 660.
    #[test]
    fn values_are_written_as_iceberg_writes_its_folders() {
        for (form, value, expected) in [
            (Form::Year, Value::Whole(55), "2025"),
            (Form::Month, Value::Whole(660), "2025-01"),
            (Form::Month, Value::Whole(-1), "1969-12"),
            (Form::Day, Value::Whole(20_119), "2025-01-31"),
            (Form::Hour, Value::Whole(20_119 * 24 + 13), "2025-01-31-13"),
            (Form::Date, Value::Whole(-1), "1969-12-31"),
            (Form::Day, Value::Whole(i64::MAX), "9223372036854775807"),
            (Form::Year, Value::Whole(i64::MAX), "9223372036854775807"),
            (Form::Time, Value::Whole(3_723_000_000), "01:02:03"),
            (Form::Moment(1_000_000), Value::Whole(1_500_000), "1970-01-01T00:00:01.5"),
            (Form::Decimal(2), Value::Bytes(&[0xff, 0x85]), "-1.23"),
            (Form::Decimal(3), Value::Bytes(&[7]), "0.007"),
            (Form::Decimal(0), Value::Bytes(&[1, 0]), "256"),
            (Form::Uuid, Value::Bytes(&[0x11; 16]), "11111111-1111-1111-1111-111111111111"),
            (Form::Plain, Value::Bytes(b"\x01\xff"), "01ff"),
            (Form::Plain, Value::Bool(true), "true"),
            (Form::Day, Value::Null, "null"),
        ] {
            assert_eq!(shown(&form, &value, false), expected, "{form:?} {value:?}");
        }
        let mut out = String::new();
        escape("a/b 100%", &mut out);
        assert_eq!(out, "a%2Fb 100%25");
    }
}
