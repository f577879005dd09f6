//! Pipelines that want the same quota or the same Spot pools at the same time.
//!
//! Schedules that say a time of day (cron) are laid over 31 days, each run lasting its 90th percentile. Those that do
//! not (`daily`, `on demand`) may coincide with any other: they are counted in what *may* be wanted.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::Quotas;
use crate::catalog::Catalog;
use crate::engines::{NodeGroup, Shape};
use crate::report::document::{Conflict, Entry, RecommendDocument};
use crate::workload::starts;

/// What quotas count.
pub const QUOTAS: [&str; 6] =
    ["on-demand-vcpu", "spot-vcpu", "emr-serverless-vcpu", "fargate-vcpu", "glue-dpu", "vcpu"];

/// Days that are looked at: every day of a month comes up.
const DAYS: u32 = 31;

/// One pipeline as the quotas see it.
struct Pipeline<'d> {
    name: &'d str,
    region: &'d str,
    /// What it wants of each quota.
    wants: BTreeMap<&'static str, f64>,
    spot_types: BTreeSet<&'d str>,
    /// Minutes of start and end; `None` when nobody knows.
    runs: Option<Vec<(u32, u32)>>,
}

/// All conflicts of a portfolio's recommendations, from a day on.
#[must_use]
pub fn conflicts(documents: &[RecommendDocument], quotas: &Quotas, from: Date) -> Vec<Conflict> {
    let pipelines: Vec<Pipeline<'_>> = documents.iter().filter_map(|document| pipeline(document, from)).collect();
    let mut found = Vec::new();
    let regions: BTreeSet<&str> = pipelines.iter().map(|it| it.region).collect();
    for region in regions {
        let here: Vec<&Pipeline<'_>> = pipelines.iter().filter(|it| it.region == region).collect();
        for (quota, limit) in limits(region, quotas, documents) {
            found.extend(over_quota(region, quota, limit, &here, from));
        }
        found.extend(shared_pools(region, &here, from));
    }
    found
}

/// The quotas of a region: those of the manifest, and the smallest `constraints.max_vcpu` of its workloads.
fn limits(region: &str, quotas: &Quotas, documents: &[RecommendDocument]) -> BTreeMap<&'static str, f64> {
    let mut limits: BTreeMap<&'static str, f64> = BTreeMap::new();
    for (name, limit) in quotas.get(region).into_iter().flatten() {
        if let Some(known) = QUOTAS.iter().find(|known| **known == name.as_str()) {
            limits.insert(known, *limit);
        }
    }
    let here = documents.iter().filter(|document| document.workload.region == region);
    let smallest = here
        .filter_map(|document| document.workload.resolved.constraints.max_vcpu.as_ref())
        .map(|quota| f64::from(quota.value))
        .reduce(f64::min);
    if let Some(smallest) = smallest {
        limits.entry("vcpu").or_insert(smallest);
    }
    limits
}

fn pipeline(document: &RecommendDocument, from: Date) -> Option<Pipeline<'_>> {
    let best = document.best()?;
    let workload = &document.workload;
    let schedule = workload.schedule.as_deref();
    let continuous = schedule.is_some_and(|text| text.trim().to_ascii_lowercase().starts_with("continuous"));
    let runs = if continuous {
        Some(vec![(0, DAYS * 24 * 60)])
    } else {
        schedule.and_then(|text| starts(text, from, DAYS)).map(|starts| {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "minutes of a run")]
            let minutes = (best.duration_s.p90 / 60.0).ceil().clamp(1.0, 1e6) as u32;
            starts.into_iter().map(|start| (start, start + minutes)).collect()
        })
    };
    Some(Pipeline {
        name: &workload.name,
        region: &workload.region,
        wants: wants(best),
        spot_types: spot_types(best),
        runs,
    })
}

/// What a shape wants at once.
fn wants(entry: &Entry) -> BTreeMap<&'static str, f64> {
    let mut wants: BTreeMap<&'static str, f64> = BTreeMap::new();
    let mut add = |quota: &'static str, amount: f64| {
        *wants.entry(quota).or_default() += amount;
        if quota != "glue-dpu" {
            *wants.entry("vcpu").or_default() += amount;
        }
    };
    match &entry.shape {
        Shape::EmrEc2(shape) => {
            add("on-demand-vcpu", nodes(&shape.primary) + nodes(&shape.core));
            if let Some(task) = &shape.task {
                add(if task.on_demand { "on-demand-vcpu" } else { "spot-vcpu" }, f64::from(task.target_units));
            }
        }
        Shape::EmrEks(shape) => {
            add("on-demand-vcpu", nodes(&shape.driver_node));
            add(if shape.spot { "spot-vcpu" } else { "on-demand-vcpu" }, nodes(&shape.nodes));
        }
        Shape::EmrServerless(shape) => {
            add("emr-serverless-vcpu", f64::from(shape.max_executors * shape.worker_vcpu + shape.driver_vcpu));
        }
        Shape::BatchFargate(shape) => {
            add("fargate-vcpu", f64::from(shape.milli_vcpu) / 1000.0 * f64::from(shape.concurrency));
        }
        Shape::Glue(shape) => {
            if let Some(worker) = Catalog::embedded().glue_worker(&shape.worker_type) {
                add("glue-dpu", f64::try_from(worker.dpu).unwrap_or(0.0) * f64::from(shape.workers));
            }
        }
        Shape::Ec2Single(shape) => add("on-demand-vcpu", nodes(&shape.node)),
        Shape::Databricks(shape) => {
            add(if shape.spot { "spot-vcpu" } else { "on-demand-vcpu" }, nodes(&shape.nodes));
        }
        Shape::Athena(_) | Shape::RedshiftServerless(_) | Shape::ManagedFlink(_) | Shape::OnPremises(_) => {}
    }
    wants
}

fn nodes(group: &NodeGroup) -> f64 {
    let vcpu = Catalog::embedded().instance(&group.instance_type).map_or(0, |instance| instance.vcpu);
    f64::from(vcpu * group.count)
}

fn spot_types(entry: &Entry) -> BTreeSet<&str> {
    let types = match &entry.shape {
        Shape::EmrEc2(shape) => shape.spot_fleet().map_or(&[][..], |fleet| &fleet.types),
        Shape::EmrEks(shape) if shape.spot => &shape.spot_types,
        _ => &[],
    };
    types.iter().filter(|kind| kind.share > 0.0).map(|kind| kind.instance_type.as_str()).collect()
}

/// The moment at which most is wanted, what that is, and by whom.
fn peak<'p, 'd>(
    pipelines: &[&'p Pipeline<'d>],
    amount: impl Fn(&Pipeline<'d>) -> f64,
) -> Option<(u32, f64, Vec<&'p Pipeline<'d>>)> {
    let timed = || pipelines.iter().copied().filter(|it| amount(it) > 0.0);
    let begins: BTreeSet<u32> = timed().flat_map(|it| it.runs.iter().flatten()).map(|(start, _)| *start).collect();
    let mut best: Option<(u32, f64, Vec<&Pipeline<'d>>)> = None;
    for minute in begins {
        let at: Vec<&Pipeline<'d>> = timed().filter(|it| it.runs_at(minute)).collect();
        // A pipeline that is still running when it begins again runs twice.
        let sum: f64 = at.iter().map(|it| amount(it) * it.copies_at(minute)).sum();
        if best.as_ref().is_none_or(|(_, most, _)| sum > *most) {
            best = Some((minute, sum, at));
        }
    }
    best
}

impl Pipeline<'_> {
    fn runs_at(&self, minute: u32) -> bool {
        self.copies_at(minute) > 0.0
    }

    fn copies_at(&self, minute: u32) -> f64 {
        let runs = self.runs.iter().flatten().filter(|(start, end)| *start <= minute && minute < *end).count();
        f64::from(u32::try_from(runs).unwrap_or(u32::MAX))
    }
}

fn over_quota(region: &str, quota: &'static str, limit: f64, here: &[&Pipeline<'_>], from: Date) -> Option<Conflict> {
    let amount = |it: &Pipeline<'_>| it.wants.get(quota).copied().unwrap_or(0.0);
    let (minute, timed, mut at) = peak(here, amount).map_or((None, 0.0, Vec::new()), |(m, s, at)| (Some(m), s, at));
    let untimed: Vec<&Pipeline<'_>> = here.iter().copied().filter(|it| it.runs.is_none() && amount(it) > 0.0).collect();
    let all = timed + untimed.iter().map(|it| amount(it)).sum::<f64>();
    let certain = timed > limit;
    if !certain && all <= limit {
        return None;
    }
    if !certain {
        at.extend(untimed);
    }
    let wanted = if certain { timed } else { all };
    let moment = minute.filter(|_| certain).map(|minute| moment(from, minute));
    let names: Vec<String> = at.iter().map(|it| it.name.to_owned()).collect();
    let (code, verb) =
        if certain { ("quota-exceeded", "want") } else { ("quota-may-be-exceeded", "want, when they coincide,") };
    let when = moment.as_ref().map_or_else(String::new, |moment| format!(" at {moment}"));
    Some(Conflict {
        code: code.to_owned(),
        region: region.to_owned(),
        quota: Some(quota.to_owned()),
        limit: Some(limit),
        wanted: Some(wanted),
        instance_types: Vec::new(),
        at: moment,
        text: format!("{} {verb} {wanted} {quota} of {limit} in {region}{when}", names.join(", ")),
        workloads: names,
    })
}

/// Groups of pipelines that run at once on Spot nodes of the same types: a loss in one pool hits all of them, and each
/// makes the pool scarcer for the others. Types with the same group are one conflict.
fn shared_pools(region: &str, here: &[&Pipeline<'_>], from: Date) -> Vec<Conflict> {
    let types: BTreeSet<&str> = here.iter().flat_map(|it| it.spot_types.iter().copied()).collect();
    let mut groups: BTreeMap<Vec<&str>, (u32, Vec<&str>)> = BTreeMap::new();
    for kind in types {
        let uses = |it: &Pipeline<'_>| if it.spot_types.contains(kind) { 1.0 } else { 0.0 };
        let Some((minute, _, at)) = peak(here, uses) else { continue };
        if at.len() > 1 {
            let names: Vec<&str> = at.iter().map(|it| it.name).collect();
            groups.entry(names).or_insert((minute, Vec::new())).1.push(kind);
        }
    }
    groups
        .into_iter()
        .map(|(names, (minute, types))| {
            let at = moment(from, minute);
            Conflict {
                code: "spot-pool-shared".to_owned(),
                region: region.to_owned(),
                quota: None,
                limit: None,
                wanted: None,
                text: format!(
                    "{} run at once on the same Spot pools ({}) in {region}, first at {at}",
                    names.join(", "),
                    types.join(", ")
                ),
                instance_types: types.into_iter().map(str::to_owned).collect(),
                at: Some(at),
                workloads: names.into_iter().map(str::to_owned).collect(),
            }
        })
        .collect()
}

/// "2026-11-20 02:15 UTC".
fn moment(from: Date, minute: u32) -> String {
    let span = jiff::Span::new().minutes(i64::from(minute));
    let time = from.at(0, 0, 0, 0).checked_add(span);
    time.map_or_else(|_| String::new(), |time| time.strftime("%Y-%m-%d %H:%M UTC").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pipeline<'d>(name: &'d str, vcpu: f64, runs: Option<Vec<(u32, u32)>>) -> Pipeline<'d> {
        Pipeline {
            name,
            region: "us-east-1",
            wants: BTreeMap::from([("spot-vcpu", vcpu)]),
            spot_types: BTreeSet::from(["r6g.4xlarge", name]),
            runs,
        }
    }

    fn day() -> Date {
        jiff::civil::date(2026, 11, 20)
    }

    #[test]
    fn only_runs_at_the_same_time_add_up() {
        // 02:00 to 03:00 and 02:30 to 04:00 overlap, 05:00 to 06:00 does not: 300 + 400 of 600.
        let all = [
            pipeline("a", 300.0, Some(vec![(120, 180)])),
            pipeline("b", 400.0, Some(vec![(150, 240)])),
            pipeline("c", 500.0, Some(vec![(300, 360)])),
        ];
        let here: Vec<&Pipeline<'_>> = all.iter().collect();
        let found = over_quota("us-east-1", "spot-vcpu", 600.0, &here, day()).expect("a conflict");
        assert_eq!(
            (found.code.as_str(), found.wanted, found.workloads.as_slice()),
            ("quota-exceeded", Some(700.0), &["a".to_owned(), "b".to_owned()][..])
        );
        assert_eq!(found.at.as_deref(), Some("2026-11-20 02:30 UTC"));
        assert!(over_quota("us-east-1", "spot-vcpu", 700.0, &here, day()).is_none());
    }

    #[test]
    fn what_has_no_time_may_coincide() {
        let all = [pipeline("a", 300.0, Some(vec![(120, 180)])), pipeline("b", 400.0, None)];
        let here: Vec<&Pipeline<'_>> = all.iter().collect();
        let found = over_quota("us-east-1", "spot-vcpu", 600.0, &here, day()).expect("a conflict");
        assert_eq!((found.code.as_str(), found.wanted, found.at), ("quota-may-be-exceeded", Some(700.0), None));
    }

    #[test]
    fn a_run_that_overtakes_itself_counts_twice() {
        let all = [pipeline("a", 300.0, Some(vec![(0, 90), (60, 150)]))];
        let here: Vec<&Pipeline<'_>> = all.iter().collect();
        let found = over_quota("us-east-1", "spot-vcpu", 500.0, &here, day()).expect("a conflict");
        assert_eq!(found.wanted, Some(600.0));
    }

    #[test]
    fn pools_are_shared_by_those_that_run_at_once() {
        let all = [
            pipeline("a", 1.0, Some(vec![(120, 180)])),
            pipeline("b", 1.0, Some(vec![(150, 240)])),
            pipeline("c", 1.0, Some(vec![(300, 360)])),
        ];
        let here: Vec<&Pipeline<'_>> = all.iter().collect();
        let found = shared_pools("us-east-1", &here, day());
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].workloads, ["a", "b"]);
        assert_eq!(found[0].instance_types, ["r6g.4xlarge"]);
    }
}
