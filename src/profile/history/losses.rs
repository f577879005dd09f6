//! Whether a node was lost to a Spot interruption.
//!
//! EMR gives no code for it (docs/concepts/sources.md, "Spot"): the state-change codes are INTERNAL_ERROR,
//! VALIDATION_ERROR, INSTANCE_FAILURE, BOOTSTRAP_FAILURE and CLUSTER_TERMINATED, and the message is free text. So a
//! loss is *suspected* by the rule below and *confirmed* only when EC2's own event (CloudTrail `BidEvictedEvent`,
//! EventBridge's interruption warning) or an EC2 status code names it.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::{ClusterRecord, Market, NodeRecord};

/// Nodes that go within this time of the cluster's end go with the cluster.
const CLUSTER_END_S: i64 = 60;

/// Texts by which EC2 itself names an interruption: spot request status codes and the instance's state reason.
const CONFIRMING: [&str; 6] = [
    "instance-terminated-no-capacity",
    "instance-terminated-by-price",
    "instance-stopped-no-capacity",
    "instance-terminated-by-service",
    "server.spotinstancetermination",
    "server.spotinstanceshutdown",
];

/// How a node ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It still runs.
    Running,
    /// It went with its cluster, was scaled in, or failed while it started.
    Ordinary,
    /// It looks like a Spot interruption.
    Suspected,
    /// EC2 names it as one.
    Confirmed,
}

/// How a node of a cluster ended; `evicted` holds the instance ids that EC2's own events name.
#[must_use]
pub fn ending_of(node: &NodeRecord, cluster: &ClusterRecord, evicted: &BTreeSet<String>) -> Ending {
    let Some(ended) = node.ended else { return Ending::Running };
    if node.market != Market::Spot {
        return Ending::Ordinary;
    }
    let message = node.reason.as_deref().unwrap_or_default().to_ascii_lowercase();
    if evicted.contains(&node.ec2_id) || CONFIRMING.iter().any(|text| message.contains(text)) {
        return Ending::Confirmed;
    }
    let went_with_cluster = node.reason_code.as_deref() == Some("CLUSTER_TERMINATED") || is_near(cluster.ended, ended);
    let failed = node.reason_code.as_deref() == Some("INSTANCE_FAILURE");
    // A node that never joined was not lost but never there.
    if node.ready.is_none() || went_with_cluster || is_scale_in(&message) {
        Ending::Ordinary
    } else if failed || message.contains("spot") {
        Ending::Suspected
    } else {
        Ending::Ordinary
    }
}

fn is_near(cluster_end: Option<Timestamp>, ended: Timestamp) -> bool {
    cluster_end.is_some_and(|end| end.duration_since(ended) <= SignedDuration::from_secs(CLUSTER_END_S))
}

/// EMR says in its own words that somebody, or its scaling, wanted fewer nodes.
fn is_scale_in(message: &str) -> bool {
    ["resize", "scale", "scaling", "shrink", "user request", "terminated by user"]
        .iter()
        .any(|word| message.contains(word))
}
