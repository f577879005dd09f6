//! The fit: penalised likelihood of loss within each of the horizons, over start points in the histories.

use super::minimise::minimise;
use super::protocol::HORIZONS_H;
use super::start_point::{FEATURES, Memory};
use super::{PRIOR, SurvivalModel};
use crate::profile::spot_traces::PoolHistory;

/// Distance of start points: they overlap anyway.
const STEP_H: f64 = 1.0 / 3.0;
/// A pool with fewer start points counts for less than a whole pool.
const WHOLE_POOL_POINTS: f64 = 20.0;
/// Strength of the pull to the prior, in pools: half of one. The level is held more loosely.
const PULL: f64 = 0.5;
const PULL_OF_LEVEL: f64 = 0.1;
/// Weights, power, frailty.
const PARAMETERS: usize = FEATURES + 2;
/// Probabilities are kept this far from 0 and 1.
const LEAST: f64 = 1e-9;

/// A start point with what happened after it.
struct Observation {
    features: [f64; FEATURES],
    /// Until the loss, or until nobody looked.
    lasted_h: f64,
    lost: bool,
    /// Until the end of the history.
    left_h: f64,
    weight: f64,
}

/// Learns from histories; each is used to its end.
#[must_use]
pub fn learn(pools: &[PoolHistory]) -> SurvivalModel {
    let observations: Vec<Observation> = pools.iter().flat_map(observe).collect();
    if observations.is_empty() {
        return PRIOR;
    }
    let prior = parameters(&PRIOR);
    let fitted = minimise(prior, &|at| objective(at, &prior, &observations));
    model(&fitted)
}

fn observe(pool: &PoolHistory) -> Vec<Observation> {
    let memory = Memory::of(pool);
    let mut observations = Vec::new();
    for spell in &pool.spells {
        let mut at_h = spell.start_h;
        while at_h < spell.end_h {
            if let Some(point) = memory.at(at_h) {
                observations.push(Observation {
                    features: point.features(),
                    lasted_h: spell.end_h - at_h,
                    lost: spell.lost,
                    left_h: pool.end_h - at_h,
                    weight: 0.0,
                });
            }
            at_h += STEP_H;
        }
    }
    let count = f64::from(u32::try_from(observations.len()).unwrap_or(u32::MAX));
    let weight = 1.0 / count.max(WHOLE_POOL_POINTS);
    observations.iter_mut().for_each(|observation| observation.weight = weight);
    observations
}

fn parameters(model: &SurvivalModel) -> [f64; PARAMETERS] {
    let mut all = [0.0; PARAMETERS];
    all[..FEATURES].copy_from_slice(&model.weights);
    all[FEATURES] = model.ln_power;
    all[FEATURES + 1] = model.ln_frailty;
    all
}

fn model(at: &[f64; PARAMETERS]) -> SurvivalModel {
    let mut weights = [0.0; FEATURES];
    weights.copy_from_slice(&at[..FEATURES]);
    SurvivalModel { weights, ln_power: at[FEATURES], ln_frailty: at[FEATURES + 1] }
}

/// Penalised negative log likelihood, and its gradient.
fn objective(
    at: &[f64; PARAMETERS],
    prior: &[f64; PARAMETERS],
    observations: &[Observation],
) -> (f64, [f64; PARAMETERS]) {
    let model = model(at);
    let (mut value, mut gradient) = (0.0, [0.0; PARAMETERS]);
    for index in 0..PARAMETERS {
        let pull = if index == 0 { PULL_OF_LEVEL } else { PULL };
        let off = at[index] - prior[index];
        value += pull * off * off;
        gradient[index] += 2.0 * pull * off;
    }
    for observation in observations {
        for horizon_h in HORIZONS_H {
            // The outcome is known to nobody when the history ends before.
            if observation.left_h >= horizon_h {
                value += observation.add(&model, horizon_h, &mut gradient);
            }
        }
    }
    (value, gradient)
}

impl Observation {
    /// The loss of one horizon; adds its gradient.
    fn add(&self, model: &SurvivalModel, horizon_h: f64, gradient: &mut [f64; PARAMETERS]) -> f64 {
        let (power, frailty) = (model.ln_power.exp(), model.ln_frailty.exp());
        let cumulative = model.cumulative(&self.features, horizon_h);
        let spread = 1.0 + frailty * cumulative;
        let survival = spread.powf(-1.0 / frailty).clamp(LEAST, 1.0 - LEAST);
        let is_lost = self.lost && self.lasted_h <= horizon_h;
        let (value, by_survival) =
            if is_lost { (-(1.0 - survival).ln(), 1.0 / (1.0 - survival)) } else { (-survival.ln(), -1.0 / survival) };
        let scale = self.weight * by_survival;
        let by_level = -scale * survival * cumulative / spread;
        for (slope, feature) in gradient.iter_mut().zip(&self.features) {
            *slope += by_level * feature;
        }
        gradient[FEATURES] += by_level * power * horizon_h.ln();
        gradient[FEATURES + 1] += scale * survival * (spread.ln() / frailty - cumulative / spread);
        self.weight * value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gradient_is_that_of_the_objective() {
        let observations: Vec<Observation> = (0..6)
            .map(|index| Observation {
                features: [1.0, 0.3, -0.2, 0.1 * f64::from(index), 0.5, -0.7],
                lasted_h: 0.7 * f64::from(index + 1),
                lost: index % 2 == 0,
                left_h: 9.0,
                weight: 0.1,
            })
            .collect();
        let prior = parameters(&PRIOR);
        let at = [-0.4, 0.2, 0.5, -0.2, 0.1, -0.4, -0.1, -0.9];
        let (_, gradient) = objective(&at, &prior, &observations);
        for index in 0..PARAMETERS {
            let shifted = |by: f64| {
                let mut other = at;
                other[index] += by;
                objective(&other, &prior, &observations).0
            };
            let slope = (shifted(1e-6) - shifted(-1e-6)) / 2e-6;
            assert!((slope - gradient[index]).abs() < 1e-5, "{index}: {slope} {}", gradient[index]);
        }
    }
}
