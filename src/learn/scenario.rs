//! How other jobs' costs differ between configurations, as a guess at a job that has hardly run.
//!
//! The Gaussian process knows a new job only through parts that all jobs share. A pool also holds whole jobs, each with its
//! own way from one configuration to the next (where its memory suffices, where more machines stop to help). Each of them,
//! shifted to the level of what has been observed, is an explanation; those that contradict what has been observed lose
//! their weight.

use std::collections::BTreeMap;

use super::configuration::configurations;
use super::held_out::settings;
use super::mixture::{Component, Mixture};
use super::model::Model;
use super::run::Run;

/// How far, in ln(time), one job's way from configuration to configuration is from another's, give or take.
const LIKENESS: f64 = 0.3;
/// Weight of all other jobs together beside the Gaussian process.
const SHARE: f64 = 0.5;
/// Weight of another size of the same job, over that of another job's.
const OWN_JOB: f64 = 8.0;
/// Sizes of one job that are looked at.
const MOST_SETTINGS: usize = 10;

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

    /// The Gaussian process's answer for a candidate together with what the other jobs say of it, given what was observed.
    pub fn together(&self, own: Mixture, candidate: &Run, setting: &str, seen: &[(Run, f64)]) -> Mixture {
        let at = shape(candidate);
        let mut others: Vec<(f64, f64)> = Vec::new();
        let job = candidate.job_id();
        for scenario in self.all.iter().filter(|one| one.job != job || one.setting != setting) {
            let Some(ln_time) = scenario.ln_time.get(&at) else { continue };
            let gaps: Vec<f64> = seen
                .iter()
                .filter_map(|(run, time)| scenario.ln_time.get(&shape(run)).map(|other| time.ln() - other))
                .collect();
            if gaps.is_empty() {
                continue;
            }
            let offset = gaps.iter().sum::<f64>() / gaps.len() as f64;
            let contradiction: f64 = gaps.iter().map(|gap| (gap - offset).powi(2)).sum();
            let prior = scenario.weight * if scenario.job == job { OWN_JOB } else { 1.0 };
            others.push((prior.ln() - 0.5 * contradiction / LIKENESS.powi(2), ln_time + offset));
        }
        let best = others.iter().fold(f64::MIN, |best, (score, _)| best.max(*score));
        let total: f64 = others.iter().map(|(score, _)| (score - best).exp()).sum();
        let own_total: f64 = own.components.iter().map(|one| one.weight).sum();
        if others.is_empty() || own_total <= 0.0 {
            return own;
        }
        let mut components: Vec<Component> = own
            .components
            .iter()
            .map(|one| Component { weight: one.weight / own_total * (1.0 - SHARE), ..*one })
            .collect();
        components.extend(others.iter().map(|(score, mean)| Component {
            weight: SHARE * (score - best).exp() / total,
            mean: *mean,
            deviation: LIKENESS,
        }));
        Mixture { components }
    }

    /// How much dearer than its cheapest a shape is in the other jobs, mean of ln; lower is a better first look.
    pub fn first_look(&self, candidate: &Run, setting: &str, candidates: &[(Run, f64)]) -> Option<f64> {
        let at = shape(candidate);
        let (mut sum, mut weights) = (0.0, 0.0);
        let job = candidate.job_id();
        for scenario in self.all.iter().filter(|one| one.job != job || one.setting != setting) {
            let costs = candidates
                .iter()
                .filter_map(|(run, rate)| Some((shape(run), scenario.ln_time.get(&shape(run))? + rate.ln())));
            let costs: BTreeMap<Shape, f64> = costs.collect();
            let least = costs.values().copied().fold(f64::MAX, f64::min);
            let Some(own) = costs.get(&at) else { continue };
            let weight = scenario.weight * if scenario.job == job { OWN_JOB } else { 1.0 };
            sum += weight * (own - least);
            weights += weight;
        }
        (weights > 0.0).then(|| sum / weights)
    }
}
