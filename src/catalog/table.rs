//! Reading the embedded tables: comma-separated, one header line.

use std::str::FromStr;

use crate::units::{Bytes, GIB};

/// Why an embedded table cannot be read: a fault of the build, caught by the tests.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("table {table}, line {line}: {message}")]
pub struct TableError {
    /// File name of the table.
    pub table: &'static str,
    /// Line, the header being 1.
    pub line: u64,
    /// What is wrong.
    pub message: String,
}

/// One row, with its place for error messages.
pub(super) struct Row {
    table: &'static str,
    record: csv::StringRecord,
    headers: csv::StringRecord,
}

impl Row {
    /// The text of a column; an absent column is an error, an empty one is not.
    pub(super) fn text(&self, column: &str) -> Result<&str, TableError> {
        self.headers
            .iter()
            .position(|header| header == column)
            .and_then(|place| self.record.get(place))
            .ok_or_else(|| self.fault(format!("no column `{column}`")))
    }

    /// A column that must parse.
    pub(super) fn value<T: FromStr>(&self, column: &str) -> Result<T, TableError> {
        let text = self.text(column)?;
        text.parse().map_err(|_| self.fault(format!("`{column}` is `{text}`")))
    }

    /// A column that may be empty.
    pub(super) fn optional<T: FromStr>(&self, column: &str) -> Result<Option<T>, TableError> {
        if self.text(column)?.is_empty() { Ok(None) } else { self.value(column).map(Some) }
    }

    /// A column of `yes` or `no`.
    pub(super) fn flag(&self, column: &str) -> Result<bool, TableError> {
        match self.text(column)? {
            "yes" => Ok(true),
            "no" => Ok(false),
            other => Err(self.fault(format!("`{column}` is `{other}`, neither yes nor no"))),
        }
    }

    /// A column of sizes in GiB: `8-30/1` (from, to, step) or `60|120|244`.
    pub(super) fn gib_choices(&self, column: &str) -> Result<Vec<Bytes>, TableError> {
        let text = self.text(column)?;
        gib_choices(text).ok_or_else(|| self.fault(format!("`{column}` is `{text}`")))
    }

    /// An error at this row.
    pub(super) fn fault(&self, message: String) -> TableError {
        let line = self.record.position().map_or(0, csv::Position::line);
        TableError { table: self.table, line, message }
    }
}

fn gib_choices(text: &str) -> Option<Vec<Bytes>> {
    if let Some((range, step)) = text.split_once('/') {
        let (from, to) = range.split_once('-')?;
        let (from, to, step): (u64, u64, usize) = (from.parse().ok()?, to.parse().ok()?, step.parse().ok()?);
        return (step > 0).then(|| (from..=to).step_by(step).map(Bytes::gib).collect());
    }
    text.split('|')
        .map(|size| size.parse::<f64>().ok().filter(|gib| *gib > 0.0).map(|gib| Bytes::new(GIB).scaled(gib)))
        .collect()
}

/// Every row of a table, parsed.
///
/// # Errors
/// The first row that is not as it should be.
pub(super) fn rows<T>(
    table: &'static str,
    text: &str,
    parse: impl Fn(&Row) -> Result<T, TableError>,
) -> Result<Vec<T>, TableError> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let broken = |error: csv::Error| TableError { table, line: 0, message: error.to_string() };
    let headers = reader.headers().map_err(broken)?.clone();
    reader
        .records()
        .map(|record| parse(&Row { table, record: record.map_err(broken)?, headers: headers.clone() }))
        .collect()
}
