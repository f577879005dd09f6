//! Shared parsing of "number unit" texts and its errors.

use std::fmt;

use super::spelling::nearest;

/// Why a text is not a quantity: what is wrong, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// A lower-case fragment: what is wrong with the text.
    pub message: String,
    /// What to write instead.
    pub hint: String,
}

impl ParseError {
    /// An error with its hint.
    #[must_use]
    pub fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { message: message.into(), hint: hint.into() }
    }

    /// The unit is not one of `known`; the hint names the nearest and lists all.
    #[must_use]
    pub fn unknown_unit<'a>(text: &str, unit: &str, known: impl Iterator<Item = &'a str>) -> Self {
        let known: Vec<&str> = known.collect();
        let hint = match nearest(unit, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`? known units: {}", known.join(", ")),
            None => format!("known units: {}", known.join(", ")),
        };
        Self::new(format!("`{text}` has an unknown unit `{unit}`"), hint)
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ParseError {}

/// Splits "2.5 TiB" into 2.5 and "TiB"; the unit may be empty.
///
/// # Errors
/// When the text does not start with a finite number.
pub fn split_number_and_unit(text: &str) -> Result<(f64, &str), ParseError> {
    let trimmed = text.trim();
    let end = number_length(trimmed);
    let digits = trimmed[..end].replace(['_', ','], "");
    let number: f64 = digits.parse().map_err(|_| {
        ParseError::new(
            format!("`{text}` does not start with a number"),
            "write a number and a unit, for example \"2.5 TiB\"",
        )
    })?;
    if !number.is_finite() {
        return Err(ParseError::new(format!("`{text}` is not a finite number"), "write a plain number and a unit"));
    }
    Ok((number, trimmed[end..].trim()))
}

fn number_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut end = 0;
    while end < bytes.len() {
        let starts_exponent = matches!(bytes[end], b'e' | b'E')
            && end > 0
            && bytes.get(end + 1).is_some_and(|next| {
                next.is_ascii_digit()
                    || (matches!(next, b'+' | b'-') && bytes.get(end + 2).is_some_and(u8::is_ascii_digit))
            });
        let signed = matches!(bytes[end], b'+' | b'-') && (end == 0 || matches!(bytes[end - 1], b'e' | b'E'));
        if bytes[end].is_ascii_digit() || matches!(bytes[end], b'.' | b'_' | b',') || starts_exponent || signed {
            end += 1;
        } else {
            break;
        }
    }
    end
}
