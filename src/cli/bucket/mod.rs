//! A bucket listed in parallel: cut at common prefixes into ranges of keys, each listed page by page, every page kept, so
//! that a listing that was stopped goes on where it was.

mod kept;
mod ranges;
mod walk;

pub use kept::KeptListing;
pub use ranges::KeyRange;
pub use walk::{Walk, WalkError};
