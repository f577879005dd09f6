//! The bill: charges times prices, line by line, nothing lost and nothing invented.

mod line;

pub use line::{Bill, LineItem};
