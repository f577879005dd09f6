//! What a job takes of the user's own cluster.

use rust_decimal::Decimal;
use serde::Serialize;

/// A share of a cluster whose yearly cost only the user knows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OnPremisesUsage {
    /// Share of the yearly cost that this job carries, 0..=1.
    pub cost_share: Decimal,
}
