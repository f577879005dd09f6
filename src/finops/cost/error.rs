//! What is wrong with an export.

use rust_decimal::Decimal;

use crate::units::Usd;

/// Why an export cannot be used. Nothing of it is used then: half a report would look like a whole one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CostError {
    /// Nothing in it.
    #[error("the export is empty")]
    Empty,
    /// Neither of the known kinds.
    #[error("it is neither a Cost and Usage Report nor a table of Cost Explorer; its columns begin with {}", .columns.join(", "))]
    UnknownKind {
        /// The first columns.
        columns: Vec<String>,
    },
    /// Columns are missing.
    #[error("columns are missing: {}", .columns.join(", "))]
    MissingColumns {
        /// Their names in CUR 2.0.
        columns: Vec<String>,
    },
    /// The tag that names pipelines is not exported.
    #[error("no column has the tag `{tag}`; tags of this export: {}", if .known.is_empty() { "none".to_owned() } else { .known.join(", ") })]
    NoTag {
        /// The tag asked for.
        tag: String,
        /// Those that it has.
        known: Vec<String>,
    },
    /// A value is wrong.
    #[error("row {row}: `{column}` is `{value}`: {wrong}")]
    Value {
        /// The row, counted from 1 with the headings as row 1, so that a spreadsheet shows the same.
        row: u64,
        /// The column.
        column: String,
        /// What stands there.
        value: String,
        /// What is wrong with it.
        wrong: &'static str,
    },
    /// Several currencies.
    #[error("row {row} is in {other}, the rows before are in {first}: amounts of several currencies cannot be added")]
    Currencies {
        /// The row.
        row: u64,
        /// The first currency.
        first: String,
        /// Another one.
        other: String,
    },
    /// One line item twice, with different costs.
    #[error(
        "row {row} is the line item `{id}` again, with another cost ({cost}): two versions of one export are mixed"
    )]
    Contradiction {
        /// The row.
        row: u64,
        /// The line item.
        id: String,
        /// Its second cost.
        cost: Decimal,
    },
    /// One day twice in a table of days.
    #[error("row {row}: the day {day} is there twice")]
    DuplicateDay {
        /// The row.
        row: u64,
        /// The day.
        day: String,
    },
    /// The file says its sum, and it is another.
    #[error("row {row}: the columns sum to {sum}, the column of totals says {total}")]
    Sum {
        /// The row.
        row: u64,
        /// What the columns sum to.
        sum: Decimal,
        /// What stands in the column of totals.
        total: Decimal,
    },
    /// The parts of an account's bill are not the whole.
    #[error("the parts sum to {sum}, Cost Explorer's own total is {total}")]
    Parts {
        /// What the parts sum to.
        sum: Usd,
        /// What Cost Explorer says is the whole.
        total: Usd,
    },
    /// The file ends too early.
    #[error("the file is cut off{place}: {wrong}")]
    CutOff {
        /// Where.
        place: String,
        /// How that is known.
        wrong: String,
    },
    /// The file cannot be read.
    #[error("{0}")]
    Io(String),
}

impl CostError {
    /// What the CSV reader says of a row, in our words.
    pub(super) fn csv(error: &csv::Error, row: u64) -> Self {
        match error.kind() {
            csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
                let count = |count: &u64| usize::try_from(*count).unwrap_or(usize::MAX);
                Self::width(row, count(len), count(expected_len))
            }
            csv::ErrorKind::Utf8 { .. } => Self::Io(format!("row {row} is no UTF-8 text")),
            csv::ErrorKind::Io(io) => Self::reading(io),
            _ => Self::Io(error.to_string()),
        }
    }

    /// A row with other columns than the headings.
    pub(super) fn width(row: u64, columns: usize, headings: usize) -> Self {
        Self::CutOff { place: format!(" at row {row}"), wrong: format!("a row has {columns} of {headings} columns") }
    }

    /// What reading a file says.
    pub(super) fn reading(error: &std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::UnexpectedEof => {
                Self::CutOff { place: String::new(), wrong: "its packing ends in the middle".to_owned() }
            }
            _ => Self::Io(error.to_string()),
        }
    }

    /// The next step.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::MissingColumns { .. } => {
                "export the data again with these columns (CUR 2.0: they are in the default column selection)"
            }
            Self::NoTag { .. } => {
                "name another tag with --tag, or activate it as a cost-allocation tag and include resource tags in the \
                 export"
            }
            Self::Currencies { .. } => "export one payer account or one currency at a time",
            Self::Contradiction { .. } | Self::DuplicateDay { .. } => {
                "give each period once: the newest version of each export"
            }
            Self::CutOff { .. } | Self::Empty => "download the export again; a delivery may still have been running",
            Self::Sum { .. } | Self::Value { .. } => "the export was edited or damaged: download it again",
            Self::Parts { .. } => "figures of recent days change from hour to hour: ask again",
            Self::UnknownKind { .. } => {
                "give a CUR 2.0 export (CSV, .gz or Parquet), or Cost Explorer's CSV grouped by a tag with daily values"
            }
            Self::Io(_) => "check the path and the format",
        }
        .to_owned()
    }
}
