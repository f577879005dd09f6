//! What queries on Athena used.

use rust_decimal::Decimal;
use serde::Serialize;

use crate::units::{Bytes, Span};

/// Queries and reserved capacity.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AthenaUsage {
    /// Queries billed by bytes scanned.
    pub queries: Vec<AthenaQueries>,
    /// Capacity reservations.
    pub provisioned: Vec<AthenaCapacity>,
    /// Athena for Apache Spark sessions.
    pub spark: Vec<AthenaCapacity>,
}

/// How a query ended: it decides what is billed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum QueryKind {
    /// Ran to its end: what it scanned.
    #[default]
    Succeeded,
    /// Cancelled by the user: what it had scanned.
    Cancelled,
    /// Failed: free.
    Failed,
    /// Data definition or partition management: free.
    Ddl,
}

/// Equal queries.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AthenaQueries {
    /// How many.
    pub count: u32,
    /// Bytes scanned, as stored (compressed).
    pub scanned: Scanned,
    /// How they ended.
    pub kind: QueryKind,
}

/// Bytes of one query or of all together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scanned {
    /// By each query.
    Each(Bytes),
    /// By all of them together, when the single ones are not known.
    Total(Bytes),
}

/// Data processing units for a time.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AthenaCapacity {
    /// Data processing units.
    pub dpu: Decimal,
    /// How long.
    pub running: Span,
}
