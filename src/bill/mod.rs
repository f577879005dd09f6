//! The bill: charges times prices, line by line, nothing lost and nothing invented.

mod cost;
mod line;

pub use cost::Cost;
pub use line::{Bill, LineItem};
