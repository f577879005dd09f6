//! Pre-initialised capacity: workers that an application keeps ready between runs, and for whom they are offered.

use crate::engines::{
    Arrival, Assumption, Candidate, Elastic, Estimate, ExecutorGroup, PreInitialised, Question, ServerlessShape, Shape,
    elasticity,
};
use crate::units::{SECONDS_PER_MONTH, Span};

/// The purchase option of shapes with pre-initialised capacity: they get a row of their own.
pub const OPTION: &str = "pre-initialised";

/// Trigger to first task on workers that wait: "in seconds" (EMR Serverless user guide, pre-initialised capacity; no
/// figure is published, 5 s is taken).
pub const START_UP_S: Estimate = Estimate::new(2.0, 5.0, 15.0);

/// Executors that a run asks for first (`spark.dynamicAllocation.initialExecutors` of EMR Serverless): the fewest worth
/// keeping ready.
const FEWEST_READY: u32 = super::INITIAL_EXECUTORS;

/// Most runs at a time for which workers are kept ready.
const MOST_RUNS: u32 = 16;

/// Auto-stop of an application that nobody configured: what comes more often finds it started anyway.
const DEFAULT_AUTO_STOP: Span = Span::minutes(15.0);

/// Longest auto-stop (EMR Serverless API model, botocore 1.44.5): seven days.
const LONGEST_AUTO_STOP_MIN: f64 = 10_080.0;

/// Whether the workload waits for its start less than a worker takes to come.
pub fn is_demanded(question: &Question<'_>) -> bool {
    let longest = question.workload.constraints.max_start_wait.as_ref();
    longest.is_some_and(|longest| longest.value.as_seconds() < super::START_UP_S.likely)
        && runs_at_once(question) <= MOST_RUNS
}

/// Whether waiting for workers weighs: it may take a quarter of the deadline, or runs come so often that an application
/// would hardly stop between them.
pub fn may_pay(question: &Question<'_>) -> bool {
    let workload = question.workload;
    let is_tight =
        workload.deadline.as_ref().is_some_and(|deadline| super::START_UP_S.high > 0.25 * deadline.value.as_seconds());
    let is_dense = gap_s(question) <= DEFAULT_AUTO_STOP.as_seconds();
    (is_tight || is_dense) && runs_at_once(question) <= MOST_RUNS
}

/// Mean time from one start to the next.
fn gap_s(question: &Question<'_>) -> f64 {
    SECONDS_PER_MONTH / question.workload.cadence.runs_per_month.value.max(1e-9)
}

/// Runs that must find workers ready so that as many starts as the deadline's probability demands do: on a schedule as
/// many as fit into the longest time that a run may take, else by the Poisson distribution of runs that go on at a time.
fn runs_at_once(question: &Question<'_>) -> u32 {
    let workload = question.workload;
    let gap_s = gap_s(question);
    // Without a deadline a run is taken to end before the next begins, on average.
    let lasts_s = workload.deadline.as_ref().map_or(gap_s, |deadline| deadline.value.as_seconds());
    let mean = lasts_s / gap_s;
    if workload.cadence.predictable.value {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a saturating count")]
        return (mean.ceil() as u32).max(1);
    }
    let demanded = workload.constraints.deadline_probability.value.get();
    busy_at_most(mean, demanded)
}

/// The smallest number that a Poisson variable stays below with the demanded probability.
fn busy_at_most(mean: f64, demanded: f64) -> u32 {
    let (mut term, mut sum, mut count) = ((-mean).exp(), 0.0, 0_u32);
    while count <= MOST_RUNS {
        sum += term;
        count += 1;
        term *= mean / f64::from(count);
        if sum >= demanded {
            break;
        }
    }
    count
}

/// The shape with the fewest workers worth keeping ready, and with all of them.
pub fn of(candidate: &Candidate, question: &Question<'_>) -> Vec<Candidate> {
    let Shape::EmrServerless(shape) = &candidate.shape else { return Vec::new() };
    if shape.flex || shape.pre_initialised.is_some() {
        return Vec::new();
    }
    let mut ready: Vec<u32> = vec![FEWEST_READY.min(shape.max_executors), shape.max_executors];
    ready.dedup();
    let all = shape.max_executors;
    let with = |executors: u32| {
        let ready = PreInitialised { runs: runs_at_once(question), executors, auto_stop_min: auto_stop_min(question) };
        let (engine, size) = candidate.id.split_once('/')?;
        let kept = if executors == all { "all" } else { "few" };
        let id = format!("{engine}/{OPTION}/{kept}/{size}");
        let shape = ServerlessShape { pre_initialised: Some(ready), ..shape.clone() };
        let held = u64::from(ready.runs) * u64::from(shape.driver_vcpu + executors * shape.worker_vcpu)
            + u64::from(shape.max_executors - executors) * u64::from(shape.worker_vcpu);
        let fits = crate::engines::constraints::within_quota(held, question);
        fits.then_some(Candidate { id, engine: candidate.engine, shape: Shape::EmrServerless(shape) })
    };
    ready.into_iter().filter_map(with).collect()
}

/// Twice the time between two runs of a schedule: it stops the bill when the schedule stops. Where nobody knows when the
/// next run comes, only a started application keeps the promise.
fn auto_stop_min(question: &Question<'_>) -> Option<u32> {
    let minutes = (2.0 * gap_s(question) / 60.0).ceil();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most a week")]
    let minutes = (question.workload.cadence.predictable.value && minutes <= LONGEST_AUTO_STOP_MIN)
        .then_some(minutes.max(DEFAULT_AUTO_STOP.as_seconds() / 60.0) as u32);
    minutes
}

/// The workers of one run: those that wait for it, and those that come when its tasks wait.
pub fn groups(workers: &ExecutorGroup, most: u32, ready: PreInitialised) -> Vec<ExecutorGroup> {
    let waiting = ExecutorGroup {
        name: "pre-initialised workers".to_owned(),
        arrivals: vec![Arrival { after: Span::ZERO, executors: ready.executors }],
        elastic: None,
        ..workers.clone()
    };
    let further = most - ready.executors;
    if further == 0 {
        return vec![waiting];
    }
    let elastic = Elastic {
        on_request: further,
        comes_after_s: super::START_UP_S,
        ..elasticity::given_back_after(elasticity::IDLE_RELEASE)
    };
    vec![waiting, ExecutorGroup { arrivals: Vec::new(), elastic: Some(elastic), ..workers.clone() }]
}

/// What was assumed of the start.
pub fn assumption(ready: PreInitialised) -> Assumption {
    let stop = match ready.auto_stop_min {
        Some(minutes) => format!("it stops after {minutes} idle minutes, longer than the time between two runs"),
        None => "it never stops by itself, as nobody knows when the next run comes".to_owned(),
    };
    let sets = if ready.runs == 1 { "one run".to_owned() } else { format!("{} runs at a time", ready.runs) };
    Assumption::new(
        "start-up",
        format!(
            "start-up 5 s (2 to 15 s) on pre-initialised workers (\"in seconds\", EMR Serverless user guide), ready for {sets}; \
             the application is started all month and billed for them: {stop}"
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_runs_find_workers_as_the_probability_demands() {
        // Mean 0.17 runs at a time: P(none) = e^−0.17 = 0.844, P(at most one) = 0.844 × 1.17 = 0.987. Mean 1.03: 0.357,
        // 0.725, 0.914, 0.979 for at most 0, 1, 2, 3.
        assert_eq!(busy_at_most(0.17, 0.80), 1);
        assert_eq!(busy_at_most(0.17, 0.95), 2);
        assert_eq!(busy_at_most(1.03, 0.95), 4);
        assert!(busy_at_most(100.0, 0.95) > MOST_RUNS);
        assert_eq!(busy_at_most(0.0, 0.95), 1);
    }
}
