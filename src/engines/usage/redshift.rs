//! What runs on Redshift Serverless used.

use rust_decimal::Decimal;
use serde::Serialize;

use crate::units::{Bytes, Span};

/// Periods of activity of a workgroup.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RedshiftUsage {
    /// Equal periods of activity each.
    pub activity: Vec<RedshiftActivity>,
    /// Managed storage, GB-months.
    pub storage_gb_months: Decimal,
    /// Bytes that Spectrum scanned in S3 (provisioned clusters only; Serverless includes it in RPU).
    pub spectrum: Bytes,
}

/// Equal periods in which queries ran.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RedshiftActivity {
    /// Redshift processing units.
    pub rpu: Decimal,
    /// Length of each.
    pub running: Span,
    /// How many; each has its own minimum.
    pub count: u32,
    /// Part of each period that is this usage's own: a workgroup bills its capacity once, however many queries run
    /// at the same time. 1 when nothing overlaps.
    pub own_share: Decimal,
}
