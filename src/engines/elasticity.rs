//! How capacity comes and goes while a job runs: for each service its speed, its limits and what is billed meanwhile.
//!
//! `docs/concepts/sources.md`, "Elasticity", names the sources; `docs/accuracy/serverless-scaling.md` holds the growth of
//! Serverless against measured runs.

use super::{Arrival, Assumption, Candidate, Elastic, EmrEc2Shape, EngineId, Estimate, ServerlessShape, Shape};
use crate::units::{Bytes, Span};
use crate::workload::Workload;

/// Spark's `dynamicAllocation.executorIdleTimeout`.
pub const IDLE_RELEASE: Span = Span::seconds(60.0);

/// Longer than any run: an executor that is never given back although it may be asked for late.
const TO_THE_END: Span = Span::hours(1e6);

/// When an idle executor goes on services that give back only what holds no shuffle files: after Spark's time-out in a job
/// that shuffles nothing; else not before the end, as every executor has written some by then.
#[must_use]
pub fn release_without_shuffle(workload: &Workload) -> Span {
    if workload.job.shuffle.value == Bytes::ZERO { IDLE_RELEASE } else { TO_THE_END }
}

/// How long a worker of a running service takes that dynamic allocation asks for (EMR Serverless: 15–30 s, weak source).
const WORKER_COMES_S: Estimate = Estimate::exact(30.0);

/// Executors that all come by themselves, are given back after an idle time, and may be asked for again.
#[must_use]
pub const fn given_back_after(idle_release: Span) -> Elastic {
    Elastic { on_request: 0, comes_after_s: WORKER_COMES_S, idle_release, keeps_output: false }
}

/// EMR managed scaling evaluates every 5 to 10 s, and nodes take "approximately 4 minutes or more", 5 to 6 in an example
/// (aws-emr-best-practices, managed scaling, 2026-08).
pub const MANAGED_SCALING_S: Estimate = Estimate::new(240.0 + 5.0, 300.0 + 7.5, 360.0 + 10.0);

/// The longest time between two evaluations of managed scaling.
const EVALUATION: Span = Span::seconds(10.0);

/// Executors on nodes that managed scaling brings when tasks wait and takes when Spark has given their executors back.
///
/// From EMR 6.4 on it keeps nodes with shuffle data that a running application still reads (EMR management guide,
/// managed scaling).
#[must_use]
pub fn managed_scaling(on_request: u32) -> Elastic {
    let idle_release = IDLE_RELEASE + EVALUATION;
    Elastic { on_request, comes_after_s: MANAGED_SCALING_S, idle_release, keeps_output: true }
}

/// Spark asks for more after a backlog of so long, and again as long as tasks wait
/// (`schedulerBacklogTimeout`, `sustainedSchedulerBacklogTimeout`), each time for twice as many.
const REQUEST_EVERY_S: f64 = 1.0;

/// Executors under dynamic allocation when tasks wait from the start: `initial` ones, then twice as many each second.
/// What a worker takes to come is not in it: it shifts all of them alike.
#[must_use]
pub fn dynamic_allocation(initial: u32, most: u32) -> Vec<Arrival> {
    let mut arrivals = Vec::new();
    let mut missing = most;
    let mut request = initial.max(1);
    let mut after_s = 0.0;
    while missing > 0 {
        let granted = request.min(missing);
        arrivals.push(Arrival { after: Span::seconds(after_s), executors: granted });
        missing -= granted;
        request = request.saturating_mul(2);
        after_s += REQUEST_EVERY_S;
    }
    arrivals
}

/// What a service does: how fast capacity comes and goes, how far that goes, and what is billed meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// How fast capacity comes and goes.
    pub speed: &'static str,
    /// How far it goes.
    pub limits: &'static str,
    /// What is billed meanwhile.
    pub billed: &'static str,
}

/// The rule of a shape; `None` where nothing grows: baselines, and services that show no workers.
#[must_use]
pub const fn rule(engine: EngineId, shape: &Shape) -> Option<Rule> {
    let [speed, limits, billed] = match (engine, shape) {
        (_, Shape::EmrEc2(EmrEc2Shape { managed_scaling: true, .. })) => [
            "managed scaling evaluates every 5 to 10 s and brings task nodes 4 to 6 minutes after tasks wait; a node whose executors are idle for 60 s goes, but not while shuffle files are still to be read",
            "from the core nodes up to the policy's maximum; On-Demand and core stay at the core fleet; Spot that does not come is not replaced by On-Demand",
            "each task node from running to its own end, the others to the end of the cluster",
        ],
        (_, Shape::EmrServerless(ServerlessShape { pre_initialised: Some(_), .. })) => [
            "the driver and the pre-initialised workers are ready within seconds; further ones come as on an application without",
            "one run at a time on each set of pre-initialised workers; the maximum of the application and the account's vCPU quota",
            "pre-initialised workers as long as the application is started, busy or idle; the others from ready to stop, one minute at least",
        ],
        (EngineId::EmrEc2, _) => [
            "the cluster is asked for at its full size and keeps it; EMR managed scaling is an option of its own where a run leaves nodes idle for long enough",
            "On-Demand core stays, task nodes leave first; Spot lost is asked for again until the resize time-out, never replaced by On-Demand",
            "every node from running to the end of the cluster, idle or not",
        ],
        (EngineId::EmrServerless, _) => [
            "Spark asks for 3 executors, then twice as many each second; one idle for 60 s is given back and takes 30 s to come again",
            "the maximum of the application and the account's vCPU quota",
            "each worker from ready to stop, one minute at least; nothing is pre-initialised",
        ],
        (EngineId::EmrServerlessFlex, _) => [
            "as Standard, after a longer wait for spare capacity; workers may be taken back and are tried again",
            "executors only; the driver stays on Standard capacity",
            "each worker from ready to stop at the Flex price; what is waited for is not billed",
        ],
        (EngineId::Glue, _) => [
            "auto scaling: Spark asks for 1 worker, then twice as many each second while tasks wait, and Glue follows \"in near-real time\"; one idle for 60 s is given back unless it holds shuffle files",
            "the job's number of workers",
            "DPU-seconds of the workers held, the driver's from the first to the last task; one minute at least",
        ],
        (EngineId::GlueFlex, _) => [
            "the job waits until spare capacity is there, then scales as Standard; workers may be taken back",
            "the job's number of workers; a job that waits too long fails at its time-out",
            "DPU-seconds of the workers held at the Flex price; the wait is not billed",
        ],
        (EngineId::EmrEks, _) => [
            "Karpenter brings nodes 150 s after the pods ask (30 s to 300 s)",
            "the node pool's limits and the account's quota",
            "nodes from running to the end, pods from the image pull on",
        ],
        (EngineId::BatchFargate, _) => [
            "each container is placed on its own and ends with its last item",
            "the Fargate quota of the account (6 vCPU by default)",
            "each container from its image pull to its end, one minute at least",
        ],
        _ => return None,
    };
    Some(Rule { speed, limits, billed })
}

/// The rule as one of the assumptions of a candidate.
#[must_use]
pub fn assumption(candidate: &Candidate) -> Option<Assumption> {
    let rule = rule(candidate.engine, &candidate.shape)?;
    Some(Assumption::new("elasticity", format!("{}; {}; billed: {}", rule.speed, rule.limits, rule.billed)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_double_each_second_until_all_are_asked_for() {
        // 3, 6, 12, 24, and the last 5 of 50: after 0, 1, 2, 3 and 4 s.
        let arrivals = dynamic_allocation(3, 50);
        let plain: Vec<(f64, u32)> = arrivals.iter().map(|one| (one.after.as_seconds(), one.executors)).collect();
        assert_eq!(plain, [(0.0, 3), (1.0, 6), (2.0, 12), (3.0, 24), (4.0, 5)]);
        assert_eq!(dynamic_allocation(3, 2).len(), 1);
        assert!(dynamic_allocation(0, 0).is_empty());
        assert!(dynamic_allocation(u32::MAX, u32::MAX).len() == 1);
    }

    #[test]
    fn a_worker_with_shuffle_files_stays_to_the_end() {
        let text = "{name: a, input: {volume: 10 GB, format: parquet}, cadence: daily, job: JOB}";
        let read = |job: &str| {
            let text = text.replace("JOB", job);
            crate::workload::read_str(&text, "a.yaml", &crate::workload::Vocabulary::unchecked()).expect("a workload")
        };
        assert_eq!(release_without_shuffle(&read("scan-filter")), IDLE_RELEASE);
        assert!(release_without_shuffle(&read("aggregation")) > Span::hours(1e5));
    }

    #[test]
    fn managed_scaling_keeps_nodes_that_hold_what_is_still_to_be_read() {
        let elastic = managed_scaling(40);
        assert!(elastic.keeps_output && elastic.on_request == 40);
        // 60 s until Spark gives an executor back, 10 s until the next evaluation at the latest.
        assert!((elastic.idle_release.as_seconds() - 70.0).abs() < 1e-9);
        // 7.5 s until the evaluation, then 5 minutes (4 to 6) for the node.
        assert_eq!(elastic.comes_after_s, Estimate::new(245.0, 307.5, 370.0));
    }
}
