//! Which looks complement each other: what a job has not shown yet, other jobs of its pool have.
//!
//! The Gaussian process knows a new job only through parts that all jobs share. A pool also holds whole jobs, each with its
//! own way from one configuration to the next (where its memory suffices, where more machines stop to help). The first
//! looks at a job are those after which the best one seen would be nearest to the cheapest in all of them together, so that
//! a look at much memory comes early where some jobs of the pool need it.

use std::collections::BTreeMap;

use super::configuration::configurations;
use super::held_out::settings;
use super::model::Model;
use super::run::Run;

/// Weight of another size of the same job, over that of another job's.
const OWN_JOB: f64 = 8.0;
/// Sizes of one job that are looked at.
const MOST_SETTINGS: usize = 10;

/// The setting under which a job stands among its other sizes as it is predicted: no measured one is called so.
const AS_PREDICTED: &str = "\u{1f}as predicted";

/// A machine type and a count.
type Shape = (String, u64);

fn shape(run: &Run) -> Shape {
    (run.machine.name.clone(), run.nodes.to_bits())
}

/// One job at one size, on every shape that may be asked for.
#[derive(Clone, Debug)]
struct Scenario {
    job: String,
    setting: String,
    weight: f64,
    ln_time: BTreeMap<Shape, f64>,
}

/// The jobs of one pool.
#[derive(Clone, Debug)]
pub struct Scenarios {
    all: Vec<Scenario>,
}

impl Scenarios {
    /// Of the jobs that a model has learnt in a pool, on the shapes of some candidates.
    pub fn of(model: &Model, pool: &str, candidates: &[Run]) -> Self {
        let known = configurations(model.runs());
        let known: Vec<_> = known.into_iter().filter(|one| one.like.pool_id() == pool).collect();
        let runs: Vec<&Run> = known.iter().map(|one| &one.like).collect();
        let mut measured: BTreeMap<(String, String), Vec<usize>> = BTreeMap::new();
        for (at, (run, setting)) in runs.iter().zip(settings(&runs)).enumerate() {
            measured.entry((run.job_id(), setting)).or_default().push(at);
        }
        let mut of_job: BTreeMap<&String, Vec<&(String, String)>> = BTreeMap::new();
        for key in measured.keys() {
            of_job.entry(&key.0).or_default().push(key);
        }
        let mut shapes: BTreeMap<Shape, &Run> = BTreeMap::new();
        for run in candidates {
            shapes.entry(shape(run)).or_insert(run);
        }
        let mut all = Vec::new();
        for keys in of_job.values() {
            let stride = keys.len().div_ceil(MOST_SETTINGS).max(1);
            let kept: Vec<_> = keys.iter().step_by(stride).collect();
            for key in &kept {
                let places = &measured[**key];
                let like = runs[places[0]];
                let asked: Vec<Run> = shapes
                    .values()
                    .map(|run| Run { machine: run.machine.clone(), nodes: run.nodes, ..like.clone() })
                    .collect();
                let mut ln_time: BTreeMap<Shape, f64> = asked
                    .iter()
                    .zip(model.predict(&asked))
                    .map(|(run, answer)| (shape(run), answer.distribution.mean()))
                    .collect();
                for at in places {
                    ln_time.insert(shape(runs[*at]), known[*at].median_s.ln());
                }
                all.push(Scenario {
                    job: key.0.clone(),
                    setting: key.1.clone(),
                    weight: 1.0 / kept.len() as f64,
                    ln_time,
                });
            }
        }
        Self { all }
    }

    /// With the job itself on every shape, ln(time) as measured or as now predicted: it counts as another size of the job.
    #[must_use]
    pub fn with(mut self, own: &[(Run, f64)]) -> Self {
        if let Some((like, _)) = own.first() {
            let ln_time = own.iter().map(|(run, ln_time)| (shape(run), *ln_time)).collect();
            self.all.push(Scenario { job: like.job_id(), setting: AS_PREDICTED.to_owned(), weight: 1.0, ln_time });
        }
        self
    }

    /// How much dearer than the cheapest shape the best would be, in the other jobs, after a look at this one beside those
    /// that have been seen: mean of ln. The lower, the better a look.
    pub fn after_look(&self, look: &Run, seen: &[Run], setting: &str, rates: &[(Run, f64)]) -> Option<f64> {
        let (mut sum, mut weights) = (0.0, 0.0);
        let job = look.job_id();
        for scenario in self.all.iter().filter(|one| one.job != job || one.setting != setting) {
            let mut least = f64::MAX;
            let mut best_seen = f64::MAX;
            for (run, rate) in rates {
                let at = shape(run);
                let Some(ln_time) = scenario.ln_time.get(&at) else { continue };
                let cost = ln_time + rate.ln();
                least = least.min(cost);
                if at == shape(look) || seen.iter().any(|run| shape(run) == at) {
                    best_seen = best_seen.min(cost);
                }
            }
            if best_seen == f64::MAX {
                continue;
            }
            let weight = scenario.weight * if scenario.job == job { OWN_JOB } else { 1.0 };
            sum += weight * (best_seen - least);
            weights += weight;
        }
        (weights > 0.0).then(|| sum / weights)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learn::run::{Machine, example};

    fn run(job: &str, machine: &str, duration_s: f64) -> Run {
        let machine = Machine { name: machine.to_owned(), vcpu: 4.0, usable_gib: 16.0 };
        example(job, machine, 4.0, duration_s)
    }

    /// One job is cheapest on `small` and twenty times dearer on `large`; the other takes ten times as long without the
    /// memory of `large`; `middle` is second in both. Alone, `middle` is the best look (ln 2 and ln 2); beside it, either
    /// of the others takes ln 2 away from one job; with both seen, nothing is left.
    #[test]
    fn looks_complement_each_other() {
        let times = [("a", [100.0, 200.0, 2000.0]), ("b", [1000.0, 200.0, 100.0])];
        let machines = ["small.x", "middle.x", "large.x"];
        let mut history = Vec::new();
        for (job, times) in times {
            for (row, (machine, time)) in machines.iter().zip(times).enumerate() {
                history.push(Run { row, ..run(job, machine, time) });
            }
        }
        let asked: Vec<Run> = machines.iter().map(|machine| run("new", machine, 1.0)).collect();
        let scenarios = Scenarios::of(&Model::learn(&history), &asked[0].pool_id(), &asked);
        let rates: Vec<(Run, f64)> = asked.iter().map(|run| (run.clone(), 1.0)).collect();
        let after = |look: usize, seen: &[usize]| {
            let seen: Vec<Run> = seen.iter().map(|at| asked[*at].clone()).collect();
            scenarios.after_look(&asked[look], &seen, "", &rates).expect("other jobs")
        };
        let near = |value: f64, expected: f64| assert!((value - expected).abs() < 1e-9, "{value} is not {expected}");
        near(after(0, &[]), 0.5 * 10.0_f64.ln());
        near(after(1, &[]), 2.0_f64.ln());
        near(after(2, &[]), 0.5 * 20.0_f64.ln());
        near(after(0, &[1]), 0.5 * 2.0_f64.ln());
        near(after(2, &[0]), 0.0);
    }

    /// As above, and the job itself is expected to take 100, 200 and 400 s: it counts eight times. A look at `small` leaves
    /// ln 10 of job b, at `middle` ln 2 of all three: 0.1 · ln 10 is less.
    #[test]
    fn what_is_expected_of_the_job_itself_counts_as_another_of_its_sizes() {
        let machines = ["small.x", "middle.x", "large.x"];
        let times = [("a", [100.0, 200.0, 2000.0]), ("b", [1000.0, 200.0, 100.0])];
        let history: Vec<Run> = times
            .iter()
            .flat_map(|(job, times)| machines.iter().zip(times).map(|(machine, time)| run(job, machine, *time)))
            .enumerate()
            .map(|(row, run)| Run { row, ..run })
            .collect();
        let asked: Vec<Run> = machines.iter().map(|machine| run("new", machine, 1.0)).collect();
        let expected: Vec<(Run, f64)> =
            asked.iter().cloned().zip([100.0_f64, 200.0, 400.0]).map(|(run, time)| (run, time.ln())).collect();
        let scenarios = Scenarios::of(&Model::learn(&history), &asked[0].pool_id(), &asked).with(&expected);
        let rates: Vec<(Run, f64)> = asked.iter().map(|run| (run.clone(), 1.0)).collect();
        let after = |look: usize| scenarios.after_look(&asked[look], &[], "", &rates).expect("other jobs");
        assert!((after(0) - 0.1 * 10.0_f64.ln()).abs() < 1e-9);
        assert!((after(1) - 2.0_f64.ln()).abs() < 1e-9);
    }
}
