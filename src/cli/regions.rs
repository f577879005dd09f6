//! Regions of the price book, with the nearest one for a slip.

use super::{CliError, vocabulary};
use crate::prices::{PriceBook, RegionalPrices};

/// The prices of a region.
///
/// # Errors
/// The book has no such region; the error names the nearest and lists all.
pub fn open(book: &PriceBook, region: &str) -> Result<RegionalPrices, CliError> {
    check(book, region)?;
    book.in_region(region).map_err(|error| CliError::because("cannot open the price book", &error))
}

/// Whether the book has prices for a region.
///
/// # Errors
/// It has none.
pub fn check(book: &PriceBook, region: &str) -> Result<(), CliError> {
    if book.regions().iter().any(|known| known == region) { Ok(()) } else { Err(unknown(book, region)) }
}

/// The book has no such region.
#[must_use]
pub fn unknown(book: &PriceBook, region: &str) -> CliError {
    let regions = book.regions();
    let near = vocabulary::nearest(region, regions.iter().map(String::as_str));
    let near = near.map_or_else(String::new, |near| format!("did you mean `{near}`? "));
    CliError::usage("", format!("no prices for region `{region}`"))
        .hint(format!("{near}regions with prices: {}", regions.join(", ")))
}
