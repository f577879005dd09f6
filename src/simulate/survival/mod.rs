//! Whether a Spot node survives the next hours, learnt from the history of pools.
//!
//! The model is one hazard for all horizons: a power of time whose level depends on what is known at the start
//! ([`StartPoint`]), with a gamma frailty for what is not known about the pool's present mood:
//! `S(H) = (1 + θΛ)^(−1/θ)`, `Λ = e^(β·x) H^k`. With θ → 0 it is a Weibull regression, with no features the
//! Gamma–Poisson (Lomax) mixture. [`learn`] fits β, k and θ by penalised likelihood of loss within several horizons;
//! the penalty pulls to [`PRIOR`], so that a short history gives a usable model and a long one overrules it.
//! Figures and the protocol: `docs/accuracy/spot-survival.md`.

mod fit;
mod minimise;
mod protocol;
mod start_point;

pub use fit::learn;
pub use protocol::{HORIZONS_H, HorizonScore, ModelScores, Report, assess};
pub use start_point::{Memory, StartPoint};

use start_point::FEATURES;

/// A fitted model of survival.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SurvivalModel {
    /// Weights of the features; the first is the constant.
    weights: [f64; FEATURES],
    /// Logarithm of the power of time.
    ln_power: f64,
    /// Logarithm of the variance of the frailty.
    ln_frailty: f64,
}

/// Where the penalty pulls to: in a pool that lost 0.6 nodes an hour, up three quarters of the time, survival falls as
/// the Weibull hazards of measured pools do (power 0.74); the two memories of the losses count alike and together less than
/// proportionally. Rounded from fits to either of two collections of 2022 and 2023, which agree on the signs.
pub const PRIOR: SurvivalModel =
    SurvivalModel { weights: [-0.6, 0.3, 0.3, -0.1, -0.1, -0.3], ln_power: -0.3, ln_frailty: -0.5 };

impl SurvivalModel {
    /// The probability that a node that is up at the start point is still up `horizon_h` hours later.
    #[must_use]
    pub fn survive(&self, from: &StartPoint, horizon_h: f64) -> f64 {
        self.survival(&from.features(), horizon_h)
    }

    /// Hours of the next `horizon_h` in which the node is expected to be gone: the integral of 1 − S.
    #[must_use]
    pub fn lost_hours(&self, from: &StartPoint, horizon_h: f64) -> f64 {
        const STEPS: u32 = 16;
        let features = from.features();
        // Midpoints of steps that grow as the square: the survival falls fastest at the start.
        (0..STEPS)
            .map(|step| {
                let edge = |index: u32| horizon_h * (f64::from(index) / f64::from(STEPS)).powi(2);
                let (low, high) = (edge(step), edge(step + 1));
                (high - low) * (1.0 - self.survival(&features, 0.5 * (low + high)))
            })
            .sum()
    }

    fn survival(&self, features: &[f64; FEATURES], horizon_h: f64) -> f64 {
        let frailty = self.ln_frailty.exp();
        (1.0 + frailty * self.cumulative(features, horizon_h)).powf(-1.0 / frailty)
    }

    /// Λ.
    fn cumulative(&self, features: &[f64; FEATURES], horizon_h: f64) -> f64 {
        if horizon_h <= 0.0 {
            return 0.0;
        }
        let level: f64 = self.weights.iter().zip(features).map(|(weight, feature)| weight * feature).sum();
        (level + self.ln_power.exp() * horizon_h.ln()).exp()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::spot_traces::{PoolHistory, Spell};

    /// A pool that is up for `up_h` and down for an hour, again and again.
    fn regular(up_h: f64, times: u32) -> PoolHistory {
        let period = up_h + 1.0;
        let spells = (0..times).map(|index| {
            let start_h = f64::from(index) * period;
            Spell { start_h, end_h: start_h + up_h, lost: true }
        });
        PoolHistory { spells: spells.collect(), end_h: f64::from(times) * period, ..PoolHistory::default() }
    }

    #[test]
    fn survival_falls_with_time_and_with_losses() {
        let (calm, shaky) = (regular(40.0, 5), regular(1.0, 100));
        let point = |pool: &PoolHistory| Memory::of(pool).at(pool.end_h - 1.5).expect("the pool is up");
        let (calm, shaky) = (point(&calm), point(&shaky));
        let mut last = 1.0;
        for horizon_h in [0.0, 0.1, 0.5, 1.0, 4.0, 16.0, 100.0] {
            let survival = PRIOR.survive(&calm, horizon_h);
            assert!(survival <= last && survival > 0.0);
            assert!(PRIOR.survive(&shaky, horizon_h) <= survival);
            last = survival;
        }
        assert!((PRIOR.survive(&calm, 0.0) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn lost_hours_are_the_integral_of_the_losses() {
        let pool = regular(10.0, 3);
        let point = Memory::of(&pool).at(12.0).expect("the pool is up");
        let n = 20_000;
        let step_h = 8.0 / f64::from(n);
        let exact: f64 = (0..n).map(|i| step_h * (1.0 - PRIOR.survive(&point, step_h * (f64::from(i) + 0.5)))).sum();
        assert!((PRIOR.lost_hours(&point, 8.0) / exact - 1.0).abs() < 0.01);
    }

    #[test]
    fn without_history_the_prior_is_learnt() {
        assert_eq!(learn(&[]), PRIOR);
    }

    #[test]
    fn what_is_learnt_fits_the_pools() {
        // Nodes that live 20 h are lost within an hour with probability near 1/20; the prior thinks of shaky pools.
        let pools: Vec<PoolHistory> = (0..12).map(|_| regular(20.0, 30)).collect();
        let model = learn(&pools);
        let memory = Memory::of(&pools[0]);
        let lost: Vec<f64> = (0..100)
            .filter_map(|index| memory.at(300.0 + 1.7 * f64::from(index)))
            .map(|point| 1.0 - model.survive(&point, 1.0))
            .collect();
        let mean = lost.iter().sum::<f64>() / lost.len() as f64;
        assert!((mean - 0.05).abs() < 0.02, "{mean}");
    }
}
