//! Which layer of the price book a figure comes from. A later layer wins over an earlier one: live over file over
//! embedded.

use std::fmt;

use jiff::civil::Date;
use serde::Serialize;

/// The layer of a figure, oldest kind first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PriceOrigin {
    /// The snapshot inside the program.
    #[default]
    Embedded,
    /// A snapshot that the user gave.
    File,
    /// What AWS said, now or within the life of the cache.
    Live,
    /// The user's own unit price.
    Own,
}

impl PriceOrigin {
    /// The name in outputs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Embedded => "embedded",
            Self::File => "file",
            Self::Live => "live",
            Self::Own => "own",
        }
    }
}

impl fmt::Display for PriceOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One layer of a price book.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Layer {
    /// What kind it is.
    pub origin: PriceOrigin,
    /// For people: `embedded snapshot`, `snapshot team-prices/`, `live prices`.
    pub label: String,
    /// Its date, `YYYY-MM-DD`.
    pub as_of: String,
    /// SHA-256 of its tables.
    pub sha256: String,
}

impl Layer {
    /// Days from the layer's date to `today`; `None` when the date does not parse, 0 when it lies ahead.
    #[must_use]
    pub fn age_days(&self, today: Date) -> Option<i64> {
        let date = self.as_of.parse::<Date>().ok()?;
        Some((date.duration_until(today).as_hours() / 24).max(0))
    }
}

/// The book in words, newest layer first: `live prices over embedded snapshot of 2026-09-03`.
#[must_use]
pub fn in_words(layers: &[Layer]) -> String {
    let mut words = layers.first().map_or_else(String::new, |top| top.label.clone());
    for below in layers.iter().skip(1) {
        words.push_str(&format!(" over {} of {}", below.label, below.as_of));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer(origin: PriceOrigin, label: &str, as_of: &str) -> Layer {
        Layer { origin, label: label.to_owned(), as_of: as_of.to_owned(), sha256: String::new() }
    }

    #[test]
    fn a_book_is_named_from_the_top() {
        let embedded = layer(PriceOrigin::Embedded, "embedded snapshot", "2026-09-03");
        let live = layer(PriceOrigin::Live, "live prices", "2026-11-21");
        assert_eq!(in_words(std::slice::from_ref(&embedded)), "embedded snapshot");
        assert_eq!(in_words(&[live.clone(), embedded]), "live prices over embedded snapshot of 2026-09-03");
        assert_eq!(live.age_days("2026-11-23".parse().expect("a date")), Some(2));
        assert_eq!(live.age_days("2026-11-01".parse().expect("a date")), Some(0));
        assert!(PriceOrigin::Live > PriceOrigin::File && PriceOrigin::File > PriceOrigin::Embedded);
    }
}
