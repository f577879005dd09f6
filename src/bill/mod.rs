//! The bill: charges times prices, line by line, nothing lost and nothing invented.

mod cost;
mod line;
mod of_usage;
mod own_prices;

pub use cost::{Cost, Sums};
pub use line::{Bill, LineItem};
pub use of_usage::bill_usage;
pub use own_prices::OwnPrices;
