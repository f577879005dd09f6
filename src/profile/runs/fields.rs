//! One cell as a value.

use std::collections::BTreeMap;

use crate::learn::Value;
use crate::units::{Bytes, Span};

/// A number above zero.
pub fn positive(text: &str) -> Result<f64, String> {
    let value = number(text)?;
    if value > 0.0 { Ok(value) } else { Err(format!("`{text}` is not above zero")) }
}

/// A number; thousands may be grouped by underscores.
pub fn number(text: &str) -> Result<f64, String> {
    let value: f64 = text.replace('_', "").parse().map_err(|_| format!("`{text}` is no number"))?;
    if value.is_finite() { Ok(value) } else { Err(format!("`{text}` is not finite")) }
}

/// A duration in seconds: a bare number in units of `unit` seconds, or text with its unit.
pub fn seconds(text: &str, unit: f64) -> Result<f64, String> {
    let value = match number(text) {
        Ok(value) => value * if unit > 0.0 { unit } else { 1.0 },
        Err(why) => Span::parse(text).map_err(|error| if unit > 0.0 { why } else { error.to_string() })?.as_seconds(),
    };
    if value > 0.0 && value < 1e9 { Ok(value) } else { Err(format!("`{text}` is no duration of a run")) }
}

/// A volume in MB: a bare number in units of `unit` MB, or text with its unit. Zero and less mean unknown.
pub fn megabytes(text: &str, unit: f64) -> Result<Option<f64>, String> {
    let value = match number(text) {
        Ok(value) if unit > 0.0 => value * unit,
        Ok(0.0) => 0.0,
        Ok(_) => return Err(format!("`{text}` has no unit")),
        Err(_) => Bytes::parse(text).map_err(|error| error.to_string())?.as_f64() / 1e6,
    };
    Ok((value > 0.0).then_some(value))
}

/// Whether a run completed.
pub fn completed(text: &str) -> Result<bool, String> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "y" | "ok" | "success" | "succeeded" | "successful" | "completed" | "complete"
        | "finished" | "done" | "passed" => Ok(true),
        "false" | "0" | "no" | "n" | "failed" | "failure" | "error" | "errored" | "killed" | "cancelled"
        | "canceled" | "timeout" | "timed_out" | "timed out" | "aborted" | "stopped" | "terminated" | "oom"
        | "incomplete" => Ok(false),
        _ => Err(format!("`{text}` is neither a success nor a failure")),
    }
}

/// `name=value;name=value`.
pub fn parameters(text: &str) -> Result<BTreeMap<String, Value>, String> {
    let mut found = BTreeMap::new();
    for part in text.split(';').map(str::trim).filter(|part| !part.is_empty()) {
        let (name, value) = part.split_once(['=', ':']).unwrap_or((part, "yes"));
        if found.insert(name.trim().to_owned(), parameter(value.trim())).is_some() {
            return Err(format!("`{}` is given twice", name.trim()));
        }
    }
    Ok(found)
}

/// One parameter's value.
pub fn parameter(text: &str) -> Value {
    number(text).map_or_else(|_| Value::Text(text.to_owned()), Value::Number)
}
