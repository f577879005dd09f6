//! Many pipelines at once: what stands in each other's way, and what a week of real cost says.

mod billed;
mod conflicts;
pub mod cost;
mod manifest;
pub mod weekly;

pub use billed::{BilledWeek, PredictedCost, billed_weeks};
pub use conflicts::conflicts;
pub use manifest::{Manifest, ManifestEntry, Quotas};
