//! AWS's Price List Query API: which questions bring a region's prices, and what the answers say.
//!
//! Shapes, filters and traps: docs/concepts/sources.md, "Price List". Pure: whoever asks hands the answers in.

mod collect;
mod items;
mod product;
mod query;
mod transfer;

pub use collect::{Listed, collect};
pub use product::{Dimension, Product, ProductError};
pub use query::{ListKind, ProductQuery, queries};

#[cfg(test)]
mod tests;
