//! What an engine is asked with.

use crate::catalog::Catalog;
use crate::prices::Rates;
use crate::workload::Workload;

/// The workload, the facts, the region's prices, and how many task slots to offer.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The job.
    pub workload: &'a Workload,
    /// Machines, workers, releases, limits.
    pub catalog: &'a Catalog,
    /// Prices of the workload's region. Engines use them to leave out types that are not sold there and to prefer
    /// the better value among equals; the bill is made elsewhere.
    pub rates: &'a dyn Rates,
    /// Wanted task slots; an engine offers the nearest shape it can, or none.
    pub slot_ladder: &'a [u32],
}
