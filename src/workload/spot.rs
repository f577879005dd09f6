//! What the account knows of Spot: its own losses, and whether the driver is kept off Spot nodes.

use serde::{Deserialize, Serialize};

use super::Sourced;

/// Spot, as the account has it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SpotAccount {
    /// Whether node labels keep the driver off Spot nodes; from EMR 6 they are off unless the cluster turns them on.
    pub node_labels: Sourced<bool>,
    /// Own losses.
    pub history: Vec<PoolLosses>,
}

impl Default for SpotAccount {
    fn default() -> Self {
        Self {
            node_labels: Sourced::default_because(true, "the cluster specs that shapecast writes turn them on"),
            history: Vec::new(),
        }
    }
}

/// What the nodes of one pool of the account showed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PoolLosses {
    /// For example `r6g.4xlarge`.
    pub instance_type: String,
    /// For example `us-east-1a`; `None` when all zones are counted together.
    pub zone: Option<String>,
    /// Nodes that EC2 took back.
    pub losses: u32,
    /// How often it did: nodes of a pool that went within three minutes are one event. `None` when nobody counted.
    pub events: Option<u32>,
    /// Hours that Spot nodes of the pool ran, all nodes together.
    pub node_hours: f64,
    /// Where the count is from, for example `emr:j-1ABC`.
    pub source: Option<String>,
    /// The day up to which was counted.
    pub as_of: Option<String>,
}

impl SpotAccount {
    /// What is known of a type in all zones together; `None` when nothing is.
    #[must_use]
    pub fn of_type(&self, instance_type: &str) -> Option<PoolLosses> {
        let mut pools = self.history.iter().filter(|pool| pool.instance_type == instance_type);
        let first = PoolLosses { zone: None, ..pools.next()?.clone() };
        Some(pools.fold(first, |sum, pool| PoolLosses {
            losses: sum.losses.saturating_add(pool.losses),
            // A zone without a count: its losses are taken to have come one by one.
            events: match (sum.events, pool.events) {
                (None, None) => None,
                (a, b) => Some(a.unwrap_or(sum.losses).saturating_add(b.unwrap_or(pool.losses))),
            },
            node_hours: sum.node_hours + pool.node_hours,
            source: either(sum.source, pool.source.clone(), |a, b| if a == b { a } else { format!("{a}, {b}") }),
            as_of: either(sum.as_of, pool.as_of.clone(), |a, b| a.max(b)),
            ..sum
        }))
    }
}

fn either<T>(a: Option<T>, b: Option<T>, both: impl Fn(T, T) -> T) -> Option<T> {
    match (a, b) {
        (Some(a), Some(b)) => Some(both(a, b)),
        (a, b) => a.or(b),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_of_a_type_are_added_up() {
        let pool = |zone: &str, losses, events| PoolLosses {
            instance_type: "r5.xlarge".to_owned(),
            zone: Some(zone.to_owned()),
            losses,
            events,
            node_hours: 100.0,
            source: Some(format!("emr:j-{zone}")),
            as_of: Some(if zone == "a" { "2026-11-20" } else { "2026-11-18" }.to_owned()),
        };
        let account =
            SpotAccount { history: vec![pool("a", 4, Some(2)), pool("b", 3, None)], ..SpotAccount::default() };
        let sum = account.of_type("r5.xlarge").expect("known");
        assert_eq!((sum.losses, sum.events, sum.zone.clone()), (7, Some(5), None));
        assert!((sum.node_hours - 200.0).abs() < 1e-12);
        assert_eq!((sum.source.as_deref(), sum.as_of.as_deref()), (Some("emr:j-a, emr:j-b"), Some("2026-11-20")));
        assert_eq!(account.of_type("m5.xlarge"), None);
    }
}
