//! What is wrong with a usage file, and where.

use std::fmt;

use super::node::Place;
use crate::units::ParseError;

/// One problem of a usage file.
///
/// `Display` gives `file:4:10: message`; the hint stands apart, so that each output can set it in its own way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsageError {
    /// The file, as the user named it.
    pub file: String,
    /// Line, from 1.
    pub line: u64,
    /// Column in characters, from 1.
    pub column: u64,
    /// What is wrong.
    pub message: String,
    /// The next step.
    pub hint: String,
}

impl UsageError {
    pub(super) fn at(place: Place, message: impl Into<String>, hint: impl Into<String>) -> Self {
        let (line, column) = (place.line.max(1), place.column.max(1));
        Self { file: String::new(), line, column, message: shortened(message.into()), hint: hint.into() }
    }

    pub(super) fn of_parse(place: Place, field: &str, error: ParseError) -> Self {
        Self::at(place, format!("{field}: {}", error.message), error.hint)
    }

    pub(super) fn in_file(self, file: &str) -> Self {
        Self { file: file.to_owned(), ..self }
    }
}

/// A message quotes the file; a file of one endless word must not fill the screen.
fn shortened(message: String) -> String {
    match message.char_indices().nth(300) {
        Some((end, _)) => format!("{}…", &message[..end]),
        None => message,
    }
}

impl fmt::Display for UsageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.message)
    }
}

impl std::error::Error for UsageError {}
