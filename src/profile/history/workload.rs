//! From the account's history to a workload file.

use jiff::civil::Date;

use super::{ClusterUse, GlueRun, Market, PoolEvidence};
use crate::units::Bytes;
use crate::units::Span;
use crate::workload::{ObservedRun, Origin, PoolLosses, Sourced, Vocabulary, Workload, WorkloadError, read_str};

/// What the figures stand in until they are known.
const BLANK: &str = "name: measured\ninput: {volume: 1 GB, format: parquet}\ncadence: daily\njob: aggregation\n";

/// A workload of which the history says its name, region and runs; how much it reads is said by `volume`.
///
/// # Errors
/// The cadence is not one.
pub fn workload_of_history(
    name: &str,
    region: &str,
    volume: Bytes,
    cadence: Option<&str>,
    observed: Vec<ObservedRun>,
    from: &str,
) -> Result<Workload, Vec<WorkloadError>> {
    let blank = match cadence {
        Some(cadence) => BLANK.replace("daily", &format!("\"{}\"", cadence.replace('"', ""))),
        None => BLANK.to_owned(),
    };
    let mut workload = read_str(&blank, "--cadence", &Vocabulary::unchecked())?;
    let name: String = name.chars().filter(|c| !c.is_control()).take(100).collect();
    if !name.trim().is_empty() {
        workload.name = name.trim().to_owned();
    }
    workload.region = Sourced::measured(region.to_owned(), from);
    workload.input.volume = Sourced::declared(volume.max(Bytes::new(1)));
    let unknown =
        |what: &str| Origin::Default { why: format!("the service does not say {what}; profile the job's event log") };
    workload.input.format.origin = unknown("the format");
    workload.job.archetype.origin = unknown("what the job does");
    if cadence.is_none() {
        workload.cadence.runs_per_month.origin =
            Origin::Default { why: "one run does not say how often the job runs; give --cadence".to_owned() };
    }
    workload.observed_runs = observed;
    Ok(workload)
}

/// Adds runs and Spot losses to a workload. Losses that were counted before for the same type and zone are replaced:
/// the new count covers them, or they are too old; what somebody wrote by hand, without a source, stays.
pub fn add_history(
    workload: &mut Workload,
    observed: Vec<ObservedRun>,
    pools: &[PoolEvidence],
    source: &str,
    as_of: Date,
) {
    for run in observed {
        if !workload.observed_runs.contains(&run) {
            workload.observed_runs.push(run);
        }
    }
    let fresh: Vec<PoolLosses> = pools.iter().map(|pool| pool.for_workload(source, as_of)).collect();
    let same =
        |old: &PoolLosses| fresh.iter().any(|new| (&new.instance_type, &new.zone) == (&old.instance_type, &old.zone));
    workload.spot.history.retain(|old| old.source.is_none() || !same(old));
    workload.spot.history.extend(fresh);
}

/// What a cluster's run was, when its workers were mostly of one type: the type with most node-hours, as many nodes
/// as its hours fill, for the time that steps ran. The primary node does not work.
#[must_use]
pub fn observed_cluster(used: &ClusterUse) -> Option<ObservedRun> {
    let lifetime_s = used.lifetime_s.zip(used.provisioning_s).map(|(life, start)| life - start)?;
    let most = used.node_hours.iter().max_by(|a, b| a.hours.total_cmp(&b.hours))?;
    // One On-Demand node of the type may be the primary.
    let same_market = |hours: &&super::NodeHours| hours.instance_type == most.instance_type;
    let hours: f64 = used.node_hours.iter().filter(same_market).map(|hours| hours.hours).sum();
    let only = used.node_hours.iter().all(|hours| hours.instance_type == most.instance_type);
    let primary = if only && most.market == Market::OnDemand { 1.0 } else { 0.0 };
    let nodes = (hours * 3600.0 / lifetime_s - primary).round();
    let is_plain = used.busy_s > 0.0 && (1.0..1e5).contains(&nodes);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and 1e5")]
    is_plain.then(|| ObservedRun {
        instance_type: most.instance_type.clone(),
        count: nodes as u32,
        duration: Span::seconds(used.busy_s),
        volume: None,
    })
}

/// What a Glue run was.
#[must_use]
pub fn observed_glue(run: &GlueRun) -> Option<ObservedRun> {
    Some(ObservedRun {
        instance_type: run.worker_type.clone()?,
        count: run.workers?.max(1),
        duration: Span::seconds(run.execution_s?),
        volume: None,
    })
}

impl GlueRun {
    /// DPU-hours and whether Glue counted them: it does for Flex and auto scaling, otherwise they are DPU × run time.
    #[must_use]
    pub fn dpu_hours(&self) -> Option<(f64, bool)> {
        let counted = self.dpu_seconds.filter(|seconds| *seconds > 0.0).map(|seconds| (seconds / 3600.0, true));
        counted.or_else(|| Some((self.max_capacity_dpu? * self.execution_s? / 3600.0, false)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{NodeHours, Pool};
    use super::*;

    fn hours(kind: &str, market: Market, nodes: u32, hours: f64) -> NodeHours {
        NodeHours { instance_type: kind.to_owned(), market, nodes, hours }
    }

    #[test]
    fn a_cluster_of_one_kind_of_worker_is_an_observed_run() {
        // Ten nodes for two hours beside a primary of another type; steps ran 1.5 h of the 2 h.
        let used = ClusterUse {
            lifetime_s: Some(7500.0),
            provisioning_s: Some(300.0),
            busy_s: 5400.0,
            idle_s: Some(1800.0),
            node_hours: vec![
                hours("m5.xlarge", Market::OnDemand, 1, 2.0),
                hours("r5.4xlarge", Market::OnDemand, 2, 4.0),
                hours("r5.4xlarge", Market::Spot, 8, 16.0),
            ],
            node_delays_s: Vec::new(),
            pools: Vec::new(),
        };
        let run = observed_cluster(&used).expect("a run");
        assert_eq!((run.instance_type.as_str(), run.count, run.duration), ("r5.4xlarge", 10, Span::seconds(5400.0)));
    }

    #[test]
    fn dpu_hours_are_counted_or_computed() {
        let run = GlueRun { execution_s: Some(1800.0), max_capacity_dpu: Some(10.0), ..GlueRun::default() };
        assert_eq!(run.dpu_hours(), Some((5.0, false)));
        let flex = GlueRun { dpu_seconds: Some(7200.0), ..run };
        assert_eq!(flex.dpu_hours(), Some((2.0, true)));
        assert_eq!(GlueRun::default().dpu_hours(), None);
    }

    #[test]
    fn losses_are_counted_anew_and_own_words_stay() {
        let mut workload = workload_of_history("n", "eu-west-1", Bytes::gib(5), None, Vec::new(), "x").expect("reads");
        let pool = Pool { region: "eu-west-1".into(), zone: "eu-west-1a".into(), instance_type: "r5.xlarge".into() };
        let seen = |hours: f64, losses| PoolEvidence {
            exposure_h: hours,
            confirmed_losses: losses,
            events: losses,
            ..PoolEvidence::none(pool.clone())
        };
        let day = |text: &str| text.parse().expect("a day");
        let by_hand = PoolLosses { source: None, ..seen(9.0, 1).for_workload("", day("2026-01-01")) };
        workload.spot.history.push(by_hand.clone());
        add_history(&mut workload, Vec::new(), &[seen(10.0, 1)], "emr:j-1", day("2026-11-19"));
        add_history(&mut workload, Vec::new(), &[seen(30.0, 2)], "emr:j-1, emr:j-2", day("2026-11-20"));
        let [first, second] = workload.spot.history.as_slice() else { panic!("{:?}", workload.spot.history) };
        assert_eq!((first, second.losses, second.node_hours), (&by_hand, 2, 30.0));
        assert_eq!(second.as_of.as_deref(), Some("2026-11-20"));
        // A workload file says it again.
        let text = crate::workload::to_yaml(&workload);
        let read = read_str(&text, "file", &Vocabulary::unchecked()).expect("reads back");
        assert_eq!(read.spot, workload.spot);
    }

    #[test]
    fn the_workload_says_what_is_not_known() {
        let workload =
            workload_of_history("nightly", "eu-west-1", Bytes::gib(5), None, Vec::new(), "emr:j-1").expect("reads");
        assert_eq!(workload.name, "nightly");
        assert!(matches!(workload.job.archetype.origin, Origin::Default { .. }));
        assert!(matches!(workload.region.origin, Origin::Measured { .. }));
        assert!(workload_of_history("n", "r", Bytes::gib(1), Some("sometimes"), Vec::new(), "x").is_err());
    }
}
