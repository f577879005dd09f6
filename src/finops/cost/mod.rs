//! What was really paid: cost rows from exports of AWS, added up exactly.
//!
//! | source | file |
//! |---|---|
//! | CUR 2.0 or the older Cost and Usage Report, CSV, plain or `.gz` | `cur_csv.rs` |
//! | the same as Parquet (full build) | `parquet.rs` |
//! | Cost Explorer's own CSV, one column a pipeline | `explorer.rs` |
//! | Cost Explorer's answers | `account.rs` |

mod account;
mod blocks;
mod columns;
mod cur_csv;
mod error;
mod explorer;
mod ledger;
mod meaning;
mod names;
#[cfg(feature = "tables")]
mod parquet;
#[cfg(feature = "tables")]
mod parquet_columns;
mod row;
mod tags;
mod text_blocks;

use std::io::Read;

pub use account::{AccountCosts, AccountQuestion, account_questions};
pub use error::CostError;
pub use ledger::{Cell, CellKey, Ledger};
pub use meaning::Meaning;
pub use row::{CostRow, Kind};

/// How a file is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// Plain text.
    Plain,
    /// Gzip.
    Gzip,
}

/// Reads a CSV export of either kind into a ledger.
///
/// # Errors
/// It is neither, a row is wrong (with its line), or it is cut off.
pub fn read_csv(input: impl Read + Send, packing: Packing, ledger: &mut Ledger) -> Result<(), CostError> {
    match packing {
        Packing::Plain => read_text(input, ledger),
        Packing::Gzip => read_text(flate2::read::MultiGzDecoder::new(input), ledger),
    }
}

fn read_text(input: impl Read + Send, ledger: &mut Ledger) -> Result<(), CostError> {
    let mut rest = text_blocks::TextBlocks::new(input);
    let mut first = rest.next()?.ok_or(CostError::Empty)?;
    let mut reader = csv::Reader::from_reader(first.as_slice());
    let headers = reader.headers().map_err(|error| CostError::csv(&error, 1))?.clone();
    let below = usize::try_from(reader.position().byte()).unwrap_or(usize::MAX).min(first.len());
    if headers.is_empty() || headers.iter().all(str::is_empty) {
        return Err(CostError::Empty);
    }
    if columns::is_cost_and_usage(&headers) {
        first.drain(..below);
        cur_csv::read(first, rest, &headers, ledger)
    } else if explorer::is_explorer(&headers) {
        let all = std::io::Cursor::new(first).chain(rest.into_rest());
        let mut reader = csv::Reader::from_reader(all);
        let records =
            reader.records().zip(2..).map(|(record, row)| record.map_err(|error| CostError::csv(&error, row)));
        explorer::read(records, &headers, ledger)
    } else {
        Err(CostError::UnknownKind { columns: headers.iter().take(6).map(str::to_owned).collect() })
    }
}

/// Reads a Parquet export into a ledger.
///
/// # Errors
/// It is cut off, lacks a column, or a row is wrong.
#[cfg(feature = "tables")]
pub fn read_parquet(path: &std::path::Path, ledger: &mut Ledger) -> Result<(), CostError> {
    parquet::read(path, ledger)
}

#[cfg(all(test, feature = "tables"))]
mod parquet_tests;
#[cfg(test)]
mod tests;
