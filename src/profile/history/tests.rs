//! One made cluster, worked through by hand.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::*;

fn at(minute: i64) -> Option<Timestamp> {
    Some(Timestamp::from_second(1_700_000_000 + 60 * minute).expect("a moment"))
}

fn node(id: &str, market: Market, ready: Option<i64>, ended: Option<i64>, code: &str, reason: &str) -> NodeRecord {
    NodeRecord {
        ec2_id: id.to_owned(),
        market,
        instance_type: "r5.4xlarge".to_owned(),
        role: Some(NodeRole::Task),
        state: if ended.is_some() { "TERMINATED" } else { "RUNNING" }.to_owned(),
        reason_code: (!code.is_empty()).then(|| code.to_owned()),
        reason: Some(reason.to_owned()),
        created: at(0),
        ready: ready.and_then(at),
        ended: ended.and_then(at),
    }
}

fn cluster() -> ClusterRecord {
    ClusterRecord {
        id: "j-1".to_owned(),
        zone: Some("us-east-1a".to_owned()),
        created: at(0),
        ready: at(6),
        ended: at(126),
        ..ClusterRecord::default()
    }
}

fn step(from: i64, to: Option<i64>) -> StepRecord {
    let (id, name, state) = ("s".to_owned(), "step".to_owned(), "COMPLETED".to_owned());
    StepRecord { id, name, state, created: at(from), started: at(from), ended: to.and_then(at) }
}

#[test]
fn hours_losses_delays_and_idle_time() {
    let nodes = [
        node("i-1", Market::OnDemand, Some(6), Some(126), "CLUSTER_TERMINATED", ""),
        node("i-2", Market::Spot, Some(6), Some(66), "INSTANCE_FAILURE", "The instance failed"),
        node("i-3", Market::Spot, Some(6), Some(126), "INSTANCE_FAILURE", "Cluster ended"),
        node("i-4", Market::Spot, Some(6), Some(36), "", "Node removed by managed scaling"),
        node("i-5", Market::Spot, Some(8), Some(38), "", "ended"),
        node("i-6", Market::Spot, None, Some(20), "BOOTSTRAP_FAILURE", "bootstrap"),
    ];
    let evicted = BTreeSet::from(["i-5".to_owned()]);
    let steps = [step(6, Some(36)), step(30, Some(66)), step(96, Some(106))];
    let used = cluster_use(&cluster(), &nodes, &steps, "us-east-1", at(500).expect("now"), &evicted);
    // Busy: 6..66 and 96..106 = 70 min; ready 120 min; idle 50 min.
    assert_eq!(used.busy_s, 70.0 * 60.0);
    assert_eq!(used.idle_s, Some(50.0 * 60.0));
    assert_eq!((used.lifetime_s, used.provisioning_s), (Some(126.0 * 60.0), Some(360.0)));
    // Spot: 60 + 120 + 30 + 30 min = 4 h of four nodes; i-6 never joined.
    let [pool] = used.pools.as_slice() else { panic!("{:?}", used.pools) };
    assert_eq!((pool.exposure_h, pool.nodes), (4.0, 4));
    // i-2 failed while the cluster went on; i-5 is named by EC2; i-3 went with the cluster; i-4 was scaled in.
    assert_eq!((pool.suspected_losses, pool.confirmed_losses), (1, 1));
    // They went at minutes 66 and 38: two events.
    assert_eq!(pool.events, 2);
    assert_eq!(pool.lost_after_h, [0.5, 1.0]);
    let kept = pool.for_workload("emr:j-1", "2026-11-20".parse().expect("a day"));
    assert_eq!((kept.losses, kept.events, kept.node_hours), (2, Some(2), 4.0));
    assert_eq!(kept.source.as_deref(), Some("emr:j-1 (1 suspected)"));
    assert_eq!(pool.losses_per_node_hour(), Some(0.5));
    assert_eq!(used.node_delays_s, [360.0, 360.0, 360.0, 360.0, 480.0]);
    let on_demand = used.node_hours.iter().find(|hours| hours.market == Market::OnDemand).expect("one");
    assert_eq!((on_demand.nodes, on_demand.hours), (1, 2.0));
}

#[test]
fn nodes_that_go_together_are_one_event() {
    let gone = |minute| node("i", Market::Spot, Some(6), Some(minute), "INSTANCE_FAILURE", "The instance failed");
    // 20, 22 and 25: each within three minutes of the one before; 40 is another event.
    let nodes = [gone(22), gone(20), gone(40), gone(25)];
    let used = cluster_use(&cluster(), &nodes, &[], "us-east-1", at(500).expect("now"), &BTreeSet::new());
    assert_eq!((used.pools[0].losses(), used.pools[0].events), (4, 2));
}

#[test]
fn a_running_cluster_counts_to_now_and_loses_nothing() {
    let running = ClusterRecord { ended: None, ..cluster() };
    let nodes = [node("i-1", Market::Spot, Some(6), None, "", "")];
    let used = cluster_use(&running, &nodes, &[step(6, None)], "eu-west-1", at(66).expect("now"), &BTreeSet::new());
    assert_eq!((used.busy_s, used.idle_s), (3600.0, Some(0.0)));
    assert_eq!((used.pools[0].exposure_h, used.pools[0].losses()), (1.0, 0));
}

#[test]
fn ec2s_own_words_confirm_and_a_scale_in_is_no_loss() {
    let none = BTreeSet::new();
    let confirmed = node("i", Market::Spot, Some(6), Some(9), "INSTANCE_FAILURE", "Server.SpotInstanceTermination");
    assert_eq!(ending_of(&confirmed, &cluster(), &none), Ending::Confirmed);
    let resized = node("i", Market::Spot, Some(6), Some(9), "", "Spot node terminated by a resize");
    assert_eq!(ending_of(&resized, &cluster(), &none), Ending::Ordinary);
    let spot = node("i", Market::Spot, Some(6), Some(9), "", "Spot capacity gone");
    assert_eq!(ending_of(&spot, &cluster(), &none), Ending::Suspected);
    let bought = node("i", Market::OnDemand, Some(6), Some(9), "INSTANCE_FAILURE", "spot");
    assert_eq!(ending_of(&bought, &cluster(), &none), Ending::Ordinary);
}

#[test]
fn pools_of_several_clusters_add_up() {
    let pool = Pool { region: "r".into(), zone: "z".into(), instance_type: "t".into() };
    let mut first = PoolEvidence { exposure_h: 3.0, suspected_losses: 1, ..PoolEvidence::none(pool.clone()) };
    first.lost_after_h = vec![2.0];
    let second =
        PoolEvidence { exposure_h: 1.0, confirmed_losses: 1, lost_after_h: vec![0.5], ..PoolEvidence::none(pool) };
    let totals = pool_totals([&first, &second]);
    assert_eq!(totals.len(), 1);
    assert_eq!((totals[0].exposure_h, totals[0].losses()), (4.0, 2));
    assert_eq!(totals[0].lost_after_h, [0.5, 2.0]);
}
