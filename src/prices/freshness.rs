//! How old the prices are, in a line that every output shows.

use std::fmt;

use jiff::civil::Date;

use super::{Basis, Price, PriceBook};

/// The age of a snapshot and of the prices that were used from it.
///
/// The snapshot has one date, its tables have many: a bill is as old as the oldest price in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Freshness {
    /// The book in words, `embedded snapshot`.
    pub book: String,
    /// Date of the snapshot.
    pub snapshot: String,
    /// Days from that date to today.
    pub age_days: i64,
    /// Oldest date among the prices used.
    pub oldest: Option<String>,
    /// Newest date among them.
    pub newest: Option<String>,
    /// How many of them have no date at all.
    pub undated: usize,
}

impl Freshness {
    /// The age on `today` of the book and of the `used` prices; the user's own prices do not count.
    pub fn new<'a>(book: &PriceBook, today: Date, used: impl IntoIterator<Item = &'a Price>) -> Self {
        let dates: Vec<&str> =
            used.into_iter().filter(|price| price.basis != Basis::Own).map(|price| price.as_of.as_str()).collect();
        let dated = || dates.iter().filter(|date| **date != "undated");
        Self {
            book: book.in_words(),
            snapshot: book.as_of().to_owned(),
            age_days: book.age_days(today),
            oldest: dated().min().map(|date| (*date).to_owned()),
            newest: dated().max().map(|date| (*date).to_owned()),
            undated: dates.len() - dated().count(),
        }
    }
}

impl fmt::Display for Freshness {
    /// `embedded snapshot 2026-09-03 (78 days old); prices used are of 2025-04-04 to 2026-09-03, 4 undated`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.age_days == 1 { "" } else { "s" };
        write!(f, "{} {} ({} day{plural} old)", self.book, self.snapshot, self.age_days)?;
        match (&self.oldest, &self.newest) {
            (Some(oldest), Some(newest)) if oldest == newest => write!(f, "; prices used are of {oldest}")?,
            (Some(oldest), Some(newest)) => write!(f, "; prices used are of {oldest} to {newest}")?,
            _ => {}
        }
        if self.undated > 0 { write!(f, ", {} undated", self.undated) } else { Ok(()) }
    }
}
