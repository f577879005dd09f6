//! How capacity comes and goes while a job runs: for each service its speed, its limits and what is billed meanwhile.
//!
//! `docs/concepts/sources.md`, "Elasticity", names the sources; `docs/accuracy/serverless-scaling.md` holds the growth of
//! Serverless against measured runs.

use super::{Arrival, Assumption, EngineId};
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

/// What a service does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// How fast capacity comes and goes.
    pub speed: &'static str,
    /// How far it goes.
    pub limits: &'static str,
    /// What is billed meanwhile.
    pub billed: &'static str,
}

/// The rule of an engine; `None` where nothing grows: baselines, and services that show no workers.
#[must_use]
pub const fn rule(engine: EngineId) -> Option<Rule> {
    Some(match engine {
        EngineId::EmrEc2 => Rule {
            speed: "the cluster is asked for at its full size; EMR managed scaling would evaluate every 5 to 10 s and bring nodes after 4 minutes or more, longer than most stages of a transient run",
            limits: "On-Demand core stays, task nodes leave first; Spot lost is asked for again until the resize time-out, never replaced by On-Demand",
            billed: "every node from running to the end of the cluster, idle or not",
        },
        EngineId::EmrServerless => Rule {
            speed: "Spark asks for 3 executors, then twice as many each second; one idle for 60 s is given back and takes 30 s to come again",
            limits: "the maximum of the application and the account's vCPU quota",
            billed: "each worker from ready to stop, one minute at least; pre-initialised workers also while they idle (none are assumed)",
        },
        EngineId::EmrServerlessFlex => Rule {
            speed: "as Standard, after a longer wait for spare capacity; workers may be taken back and are tried again",
            limits: "executors only; the driver stays on Standard capacity",
            billed: "each worker from ready to stop at the Flex price; what is waited for is not billed",
        },
        EngineId::Glue => Rule {
            speed: "auto scaling: Spark asks for 1 worker, then twice as many each second while tasks wait, and Glue follows \"in near-real time\"; one idle for 60 s is given back unless it holds shuffle files",
            limits: "the job's number of workers",
            billed: "DPU-seconds of the workers held, the driver's from the first to the last task; one minute at least",
        },
        EngineId::GlueFlex => Rule {
            speed: "the job waits until spare capacity is there, then scales as Standard; workers may be taken back",
            limits: "the job's number of workers; a job that waits too long fails at its time-out",
            billed: "DPU-seconds of the workers held at the Flex price; the wait is not billed",
        },
        EngineId::EmrEks => Rule {
            speed: "Karpenter brings nodes 150 s after the pods ask (30 s to 300 s)",
            limits: "the node pool's limits and the account's quota",
            billed: "nodes from running to the end, pods from the image pull on",
        },
        EngineId::BatchFargate => Rule {
            speed: "each container is placed on its own and ends with its last item",
            limits: "the Fargate quota of the account (6 vCPU by default)",
            billed: "each container from its image pull to its end, one minute at least",
        },
        EngineId::Athena
        | EngineId::RedshiftServerless
        | EngineId::Databricks
        | EngineId::ManagedFlink
        | EngineId::EmrEc2Standing
        | EngineId::Ec2Single
        | EngineId::OnPremises => return None,
    })
}

/// The rule as one of the assumptions of a candidate.
#[must_use]
pub fn assumption(engine: EngineId) -> Option<Assumption> {
    let rule = rule(engine)?;
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
    fn every_candidate_engine_that_grows_says_how() {
        for engine in [
            EngineId::EmrEc2,
            EngineId::EmrServerless,
            EngineId::EmrServerlessFlex,
            EngineId::Glue,
            EngineId::GlueFlex,
            EngineId::EmrEks,
            EngineId::BatchFargate,
        ] {
            assert!(assumption(engine).is_some_and(|one| one.text.contains("billed: ")), "{engine}");
        }
        assert_eq!(assumption(EngineId::OnPremises), None);
    }
}
