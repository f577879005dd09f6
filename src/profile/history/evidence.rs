//! How often the nodes of a pool were lost, out of how many hours: what the Spot model learns from.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::workload::PoolLosses;

/// Spot capacity that is taken back together: one instance type in one zone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Pool {
    /// For example `us-east-1`.
    pub region: String,
    /// Zone name or id as the source gives it; empty when it does not say.
    pub zone: String,
    /// For example `r5.4xlarge`.
    pub instance_type: String,
}

/// What one pool showed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PoolEvidence {
    /// The pool.
    pub pool: Pool,
    /// Node-hours that Spot nodes of the pool ran.
    pub exposure_h: f64,
    /// Nodes that ran.
    pub nodes: u32,
    /// Losses that AWS itself names as Spot interruptions.
    pub confirmed_losses: u32,
    /// Losses that look like one: a Spot node that failed while its cluster went on, and nobody scaled it in.
    pub suspected_losses: u32,
    /// How often nodes were lost: nodes of a pool that went within three minutes are one event.
    pub events: u32,
    /// Ages of the lost nodes when they went, hours, ascending.
    pub lost_after_h: Vec<f64>,
}

impl PoolEvidence {
    /// A pool that nothing is known of yet.
    #[must_use]
    pub const fn none(pool: Pool) -> Self {
        Self {
            pool,
            exposure_h: 0.0,
            nodes: 0,
            confirmed_losses: 0,
            suspected_losses: 0,
            events: 0,
            lost_after_h: Vec::new(),
        }
    }

    /// All losses, confirmed and suspected.
    #[must_use]
    pub const fn losses(&self) -> u32 {
        self.confirmed_losses + self.suspected_losses
    }

    /// As a workload file has it. Suspected losses count: what looks like an interruption stopped the node all the same.
    #[must_use]
    pub fn for_workload(&self, source: &str, as_of: Date) -> PoolLosses {
        PoolLosses {
            instance_type: self.pool.instance_type.clone(),
            zone: Some(self.pool.zone.clone()).filter(|zone| !zone.is_empty()),
            losses: self.losses(),
            events: Some(self.events),
            node_hours: (self.exposure_h * 1e3).round() / 1e3,
            source: Some(match self.suspected_losses {
                0 => source.to_owned(),
                suspected => format!("{source} ({suspected} suspected)"),
            }),
            as_of: Some(as_of.to_string()),
        }
    }

    /// Losses of a node in an hour; `None` when nothing ran.
    #[must_use]
    pub fn losses_per_node_hour(&self) -> Option<f64> {
        (self.exposure_h > 0.0).then(|| f64::from(self.losses()) / self.exposure_h)
    }

    /// Adds what another cluster showed of the same pool.
    pub fn add(&mut self, other: &Self) {
        self.exposure_h += other.exposure_h;
        self.nodes += other.nodes;
        self.confirmed_losses += other.confirmed_losses;
        self.suspected_losses += other.suspected_losses;
        self.events += other.events;
        self.lost_after_h.extend_from_slice(&other.lost_after_h);
        self.lost_after_h.sort_by(f64::total_cmp);
    }
}

/// The evidence of several clusters, a row for each pool.
#[must_use]
pub fn pool_totals<'a>(evidence: impl IntoIterator<Item = &'a PoolEvidence>) -> Vec<PoolEvidence> {
    let mut totals: BTreeMap<&Pool, PoolEvidence> = BTreeMap::new();
    for one in evidence {
        totals.entry(&one.pool).or_insert_with(|| PoolEvidence::none(one.pool.clone())).add(one);
    }
    totals.into_values().collect()
}
