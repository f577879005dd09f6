//! Which one more run would teach most.
//!
//! Of every configuration that could be run, how much its outcome would shrink what is not known about all of them:
//! the model is asked again as if the run had come out at its median, and the mean of the remaining variances of
//! ln(time) is compared. A run's outcome moves the means, but in a Gaussian process not the variances, so the median
//! stands for every outcome.

use rayon::prelude::*;

use super::model::Model;
use super::run::Run;

/// A run worth making.
#[derive(Clone, Debug, PartialEq)]
pub struct Advice {
    /// The run.
    pub run: Run,
    /// How long it is predicted to take: a tenth, the median, nine tenths.
    pub predicted_s: (f64, f64, f64),
    /// Mean width of all asked 80 % intervals now, as p90 / p10.
    pub width_now: f64,
    /// … after this run.
    pub width_after: f64,
}

/// How many of the least certain candidates are tried in full.
const TRIED: usize = 12;

/// The run that teaches most about the asked ones, which are the candidates too.
#[must_use]
pub fn advise(model: &Model, asked: &[Run]) -> Option<Advice> {
    let predictions = model.predict(asked);
    let variance = |predictions: &[super::Prediction]| {
        let total: f64 = predictions.iter().map(|prediction| prediction.distribution.variance()).sum();
        total / predictions.len() as f64
    };
    let now = variance(&predictions);
    let mut order: Vec<usize> = (0..asked.len()).collect();
    let uncertain = |at: usize| predictions[at].distribution.variance();
    order.sort_by(|a, b| uncertain(*b).total_cmp(&uncertain(*a)).then(a.cmp(b)));
    order.truncate(TRIED);
    let after: Vec<(usize, f64)> = order
        .into_par_iter()
        .map(|at| {
            let mut runs = model.runs().to_vec();
            runs.push(Run { duration_s: predictions[at].p50_s, completed: true, row: usize::MAX, ..asked[at].clone() });
            (at, variance(&model.over(&runs).predict(asked)))
        })
        .collect();
    let (at, least) = after.into_iter().min_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)))?;
    let width = |variance: f64| (2.0 * 1.281_552 * variance.sqrt()).exp();
    let prediction = &predictions[at];
    Some(Advice {
        run: asked[at].clone(),
        predicted_s: (prediction.p10_s, prediction.p50_s, prediction.p90_s),
        width_now: width(now),
        width_after: width(least),
    })
}
