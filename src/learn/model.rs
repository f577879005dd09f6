//! The model of a whole history: pool by pool, and what lies outside of every pool.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::configuration::{Configuration, configurations};
use super::explanation::Explanation;
use super::failure;
use super::mixture::{Component, Mixture};
use super::monotone::Order;
use super::pool::Pool;
use super::report::ModelReport;
use super::run::Run;
use super::thin::parts;

/// A predicted run.
#[derive(Clone, Debug, PartialEq)]
pub struct Prediction {
    /// The distribution of ln(seconds).
    pub distribution: Mixture,
    /// Seconds below which a tenth of the probability lies.
    pub p10_s: f64,
    /// The median, seconds.
    pub p50_s: f64,
    /// Seconds below which nine tenths lie.
    pub p90_s: f64,
    /// Where it comes from.
    pub explanation: Explanation,
    /// The probability that the run fails.
    pub failure_probability: f64,
}

/// What a history teaches.
#[derive(Clone, Debug)]
pub struct Model {
    runs: Vec<Run>,
    pools: BTreeMap<String, Vec<Pool>>,
}

impl Model {
    /// Learns from runs.
    #[must_use]
    pub fn learn(runs: &[Run]) -> Self {
        let mut of_pool: BTreeMap<String, Vec<Configuration>> = BTreeMap::new();
        for configuration in configurations(runs) {
            of_pool.entry(configuration.like.pool_id()).or_default().push(configuration);
        }
        let parts: Vec<(String, Vec<Configuration>)> = of_pool
            .into_iter()
            .flat_map(|(id, all)| parts(all).into_iter().map(move |part| (id.clone(), part)))
            .collect();
        let learnt: Vec<(String, Pool)> =
            parts.into_par_iter().map(|(id, configurations)| (id, Pool::learn(configurations))).collect();
        let mut pools: BTreeMap<String, Vec<Pool>> = BTreeMap::new();
        for (id, pool) in learnt {
            pools.entry(id).or_default().push(pool);
        }
        Self { runs: runs.to_vec(), pools }
    }

    /// The same tunings and choices over other runs: what is left when some are held out, or what is there when some
    /// have come in.
    #[must_use]
    pub fn over(&self, runs: &[Run]) -> Self {
        let mut of_pool: BTreeMap<String, Vec<Configuration>> = BTreeMap::new();
        for configuration in configurations(runs) {
            of_pool.entry(configuration.like.pool_id()).or_default().push(configuration);
        }
        let mut pools: BTreeMap<String, Vec<Pool>> = BTreeMap::new();
        for (id, all) in of_pool {
            let learnt = self.pools.get(&id).map_or(&[][..], Vec::as_slice);
            let renewed: Vec<Pool> = parts(all)
                .into_par_iter()
                .map(|part| match learnt.iter().find(|pool| pool.shares_a_job(&part)).or_else(|| learnt.first()) {
                    Some(pool) => pool.over(part),
                    None => Pool::learn(part),
                })
                .collect();
            pools.insert(id, renewed);
        }
        Self { runs: runs.to_vec(), pools }
    }

    /// Predicts runs, in their order. What demands more of the same machines is not predicted to be faster: neither than
    /// another of the asked runs, nor than what the model makes of the known ones.
    #[must_use]
    pub fn predict(&self, asked: &[Run]) -> Vec<Prediction> {
        let known = || self.pools.values().flatten().flat_map(|pool| &pool.configurations);
        let order = Order::of(known());
        let mut runs = asked.to_vec();
        runs.extend(order.references(asked, known()));
        let answers = self.unordered(&runs);
        let medians: Vec<f64> = answers.iter().map(|(distribution, _)| distribution.quantile(0.5)).collect();
        let variances: Vec<f64> = answers.iter().map(|(distribution, _)| distribution.variance()).collect();
        let ordered = order.ordered(&runs, &medians, &variances);
        let moves = ordered.iter().zip(&medians).map(|(to, from)| to - from);
        asked
            .iter()
            .zip(answers)
            .zip(moves)
            .map(|((run, (distribution, explanation)), by)| {
                let distribution = if by == 0.0 { distribution } else { distribution.shifted(by) };
                Prediction {
                    p10_s: distribution.quantile(0.1).exp(),
                    p50_s: distribution.quantile(0.5).exp(),
                    p90_s: distribution.quantile(0.9).exp(),
                    distribution,
                    explanation,
                    failure_probability: failure::probability(&self.runs, run),
                }
            })
            .collect()
    }

    /// What the pools say of each run, by itself.
    fn unordered(&self, asked: &[Run]) -> Vec<(Mixture, Explanation)> {
        let mut of_pool: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, run) in asked.iter().enumerate() {
            of_pool.entry(run.pool_id()).or_default().push(at);
        }
        let mut answers: Vec<Option<(Mixture, Explanation)>> = vec![None; asked.len()];
        for (id, places) in of_pool {
            let Some(parts) = self.pools.get(&id) else { continue };
            for (part, pool) in parts.iter().enumerate() {
                let mine: Vec<usize> = places
                    .iter()
                    .copied()
                    .filter(|at| {
                        let owner = parts.iter().position(|pool| pool.knows_job(&asked[*at])).unwrap_or(0);
                        owner == part
                    })
                    .collect();
                let runs: Vec<Run> = mine.iter().map(|at| asked[*at].clone()).collect();
                for (at, answer) in mine.iter().zip(pool.predict(&runs)) {
                    answers[*at] = Some(answer);
                }
            }
        }
        let history = self.history();
        answers.into_iter().map(|answer| answer.unwrap_or_else(|| (history.clone(), Explanation::History))).collect()
    }

    /// What was learnt, job by job.
    #[must_use]
    pub fn reports(&self) -> Vec<ModelReport> {
        self.pools.values().flatten().flat_map(Pool::reports).collect()
    }

    /// Configurations that were not learnt from because their job has too many.
    #[must_use]
    pub fn left_out(&self) -> usize {
        self.pools.values().flatten().map(|pool| pool.left_out).sum()
    }

    /// The runs learnt from.
    #[must_use]
    pub fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// How long runs take at all: for a run of which nothing alike is known.
    fn history(&self) -> Mixture {
        let logs: Vec<f64> = self.runs.iter().filter(|run| run.completed).map(|run| run.duration_s.ln()).collect();
        let count = logs.len() as f64;
        let mean = if logs.is_empty() { 0.0 } else { logs.iter().sum::<f64>() / count };
        let square = logs.iter().map(|log| (log - mean) * (log - mean)).sum::<f64>();
        // Nothing alike is known, so at least a factor of e either way.
        let deviation = if logs.len() < 2 { 2.0 } else { (square / (count - 1.0)).sqrt().max(1.0) };
        Mixture { components: vec![Component { weight: 1.0, mean, deviation }] }
    }
}
