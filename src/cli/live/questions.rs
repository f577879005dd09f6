//! What is asked for a region, and how long each answer stays fresh.

use jiff::SignedDuration;

use crate::prices::list::{ProductQuery, queries};

/// One part of a region's prices.
#[derive(Clone, Debug)]
pub enum Question {
    /// A list of the Price List API.
    List(ProductQuery),
    /// Spot prices of all types.
    Spot,
}

impl Question {
    /// All questions of a region.
    #[must_use]
    pub fn all(region: &str) -> Vec<Self> {
        let lists = queries(region).into_iter().map(Self::List);
        // Spot has the most pages: begun first, it ends with the others.
        std::iter::once(Self::Spot).chain(lists).collect()
    }

    /// A short name, for files and messages.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::List(query) => query.kind.name(),
            Self::Spot => "ec2-spot",
        }
    }

    /// How long an answer is fresh: list prices change on single days, Spot prices several times a day.
    #[must_use]
    pub const fn life(&self) -> SignedDuration {
        match self {
            Self::List(_) => SignedDuration::from_hours(24),
            Self::Spot => SignedDuration::from_hours(1),
        }
    }
}
