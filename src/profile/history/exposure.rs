//! What a cluster's nodes and steps say: hours of each pool, losses, how long nodes took to come, how long it idled.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::losses::{Ending, ending_of};
use super::record::seconds_between;
use super::{ClusterRecord, Market, NodeRecord, Pool, PoolEvidence, StepRecord};

/// What one cluster did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClusterUse {
    /// From the request to the end, or to `now` while it runs.
    pub lifetime_s: Option<f64>,
    /// From the request until steps could run.
    pub provisioning_s: Option<f64>,
    /// Time in which at least one step ran.
    pub busy_s: f64,
    /// Time from ready to the end in which no step ran.
    pub idle_s: Option<f64>,
    /// Node-hours by market and type, `(spot?, type)`.
    pub node_hours: Vec<NodeHours>,
    /// Seconds from the request for a node until it joined, ascending.
    pub node_delays_s: Vec<f64>,
    /// Spot evidence by pool.
    pub pools: Vec<PoolEvidence>,
}

/// Node-hours of one type and market.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NodeHours {
    /// For example `r5.4xlarge`.
    pub instance_type: String,
    /// How they were bought.
    pub market: Market,
    /// How many nodes there were.
    pub nodes: u32,
    /// Their hours together.
    pub hours: f64,
}

/// What a cluster's records say at a moment; `evicted` holds the instance ids that EC2 names as interrupted.
#[must_use]
pub fn cluster_use(
    cluster: &ClusterRecord,
    nodes: &[NodeRecord],
    steps: &[StepRecord],
    region: &str,
    now: Timestamp,
    evicted: &BTreeSet<String>,
) -> ClusterUse {
    let end = cluster.ended.unwrap_or(now);
    let busy_s = union_s(steps.iter().filter_map(|step| Some((step.started?, step.ended.unwrap_or(end)))));
    let since_ready = seconds_between(cluster.ready, Some(end));
    let mut delays: Vec<f64> = nodes.iter().filter_map(|node| seconds_between(node.created, node.ready)).collect();
    delays.sort_by(f64::total_cmp);
    ClusterUse {
        lifetime_s: seconds_between(cluster.created, Some(end)),
        provisioning_s: seconds_between(cluster.created, cluster.ready),
        busy_s,
        idle_s: since_ready.map(|ready_s| (ready_s - busy_s).max(0.0)),
        node_hours: node_hours(nodes, end),
        node_delays_s: delays,
        pools: pools(cluster, nodes, region, end, evicted),
    }
}

fn node_hours(nodes: &[NodeRecord], end: Timestamp) -> Vec<NodeHours> {
    let mut groups: BTreeMap<(String, bool), NodeHours> = BTreeMap::new();
    for node in nodes {
        let Some(hours) = hours_of(node, end) else { continue };
        let entry = groups.entry((node.instance_type.clone(), node.market == Market::Spot)).or_insert(NodeHours {
            instance_type: node.instance_type.clone(),
            market: node.market,
            nodes: 0,
            hours: 0.0,
        });
        entry.nodes += 1;
        entry.hours += hours;
    }
    groups.into_values().collect()
}

fn pools(
    cluster: &ClusterRecord,
    nodes: &[NodeRecord],
    region: &str,
    end: Timestamp,
    evicted: &BTreeSet<String>,
) -> Vec<PoolEvidence> {
    let mut pools: BTreeMap<Pool, PoolEvidence> = BTreeMap::new();
    let mut moments: BTreeMap<Pool, Vec<Timestamp>> = BTreeMap::new();
    for node in nodes.iter().filter(|node| node.market == Market::Spot) {
        // EMR does not say the zone of a node; a cluster is in one zone.
        let Some(hours) = hours_of(node, end) else { continue };
        let pool = Pool {
            region: region.to_owned(),
            zone: cluster.zone.clone().unwrap_or_default(),
            instance_type: node.instance_type.clone(),
        };
        let entry = pools.entry(pool.clone()).or_insert_with(|| PoolEvidence::none(pool.clone()));
        entry.exposure_h += hours;
        entry.nodes += 1;
        match ending_of(node, cluster, evicted) {
            Ending::Confirmed => entry.confirmed_losses += 1,
            Ending::Suspected => entry.suspected_losses += 1,
            Ending::Running | Ending::Ordinary => continue,
        }
        entry.lost_after_h.push(hours);
        moments.entry(pool).or_default().extend(node.ended);
    }
    for (pool, found) in &mut pools {
        found.lost_after_h.sort_by(f64::total_cmp);
        found.events = events(moments.remove(pool).unwrap_or_default());
    }
    pools.into_values().collect()
}

/// Nodes that went within three minutes of each other were taken together (docs/concepts/sources.md, "Spot").
const ONE_EVENT: SignedDuration = SignedDuration::from_mins(3);

fn events(mut moments: Vec<Timestamp>) -> u32 {
    moments.sort();
    let gaps = moments.windows(2).filter(|pair| pair[1].duration_since(pair[0]) > ONE_EVENT).count();
    if moments.is_empty() { 0 } else { u32::try_from(gaps + 1).unwrap_or(u32::MAX) }
}

/// Hours from joining to the end; a node that never joined has none.
fn hours_of(node: &NodeRecord, end: Timestamp) -> Option<f64> {
    seconds_between(node.ready, Some(node.ended.unwrap_or(end))).map(|seconds| seconds / 3600.0)
}

/// Length of the union of intervals, seconds.
fn union_s(intervals: impl Iterator<Item = (Timestamp, Timestamp)>) -> f64 {
    let mut sorted: Vec<(Timestamp, Timestamp)> = intervals.filter(|(from, to)| to > from).collect();
    sorted.sort();
    let mut total = 0.0;
    let mut covered: Option<Timestamp> = None;
    for (from, to) in sorted {
        let from = covered.map_or(from, |until| from.max(until));
        if to > from {
            total += to.duration_since(from).as_secs_f64();
        }
        covered = Some(covered.map_or(to, |until| until.max(to)));
    }
    total
}
