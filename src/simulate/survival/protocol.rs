//! How good the model is: learnt from the first half of each trace, asked about the second.
//!
//! Every ten minutes at which the pool is up in the second half is a start point; the outcome is a loss within each
//! horizon. Log loss and Brier score are averaged over the traces, so that a long trace counts no more than another.
//! What a start point knows (age, recent losses) is the pool's record up to that moment.

use std::collections::BTreeSet;

use super::start_point::Memory;
use super::{StartPoint, SurvivalModel, learn};
use crate::profile::spot_traces::{PoolHistory, Spell};

/// The horizons, hours.
pub const HORIZONS_H: [f64; 5] = [0.5, 1.0, 2.0, 4.0, 8.0];
/// Distance of the start points.
const STEP_H: f64 = 1.0 / 6.0;
/// A trace with fewer start points at a horizon is left out there.
const FEWEST_POINTS: u32 = 20;
/// Traces are taken on a grid of whole seconds: closer than this is the same moment.
const SAME_MOMENT_H: f64 = 1e-6;
/// Predictions are kept this far from 0 and 1 when they are scored.
const LEAST: f64 = 1e-4;

/// The scores of one model at one horizon.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct HorizonScore {
    /// The horizon.
    pub horizon_h: f64,
    /// Traces with enough start points.
    pub traces: u32,
    /// Their start points.
    pub start_points: u32,
    /// Mean over traces of the log loss.
    pub log_loss: f64,
    /// Mean over traces of the Brier score.
    pub brier: f64,
    /// Mean over traces of |predicted − observed| probability.
    pub bias: f64,
    /// Share of start points that were lost, mean over traces.
    pub observed_loss: f64,
    /// What the model said, mean over traces.
    pub predicted_loss: f64,
    /// Node-hours that were lost: horizon less the time to the loss, summed over start points.
    pub lost_node_hours: f64,
    /// What the model expected.
    pub predicted_node_hours: f64,
}

/// The scores of one model.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelScores {
    /// Stable name.
    pub name: &'static str,
    /// By horizon.
    pub horizons: Vec<HorizonScore>,
}

/// What the protocol gave.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// Traces in all.
    pub traces: u32,
    /// Collections among them.
    pub collections: Vec<String>,
    /// `survival` (learnt from all first halves), `survival-other-collections` (from the first halves of the other
    /// collections only; absent with one collection), `constant-rate` (the trace's own first half).
    pub models: Vec<ModelScores>,
}

/// Runs the protocol.
#[must_use]
pub fn assess(pools: &[PoolHistory]) -> Report {
    let first_halves: Vec<PoolHistory> = pools.iter().map(|pool| pool.until(0.5 * pool.end_h)).collect();
    let collections: BTreeSet<&str> = pools.iter().map(|pool| pool.collection.as_str()).collect();
    let all = learn(&first_halves);
    let mut models = vec![ModelScores { name: "survival", horizons: scores(pools, &|_| Predictor::Survival(all)) }];
    if collections.len() > 1 {
        let by_collection: Vec<(&str, SurvivalModel)> = collections
            .iter()
            .map(|own| {
                let others: Vec<PoolHistory> =
                    first_halves.iter().filter(|half| half.collection != *own).cloned().collect();
                (*own, learn(&others))
            })
            .collect();
        let of = |index: usize| {
            let own = pools[index].collection.as_str();
            Predictor::Survival(by_collection.iter().find(|(name, _)| *name == own).map_or(all, |(_, model)| *model))
        };
        models.push(ModelScores { name: "survival-other-collections", horizons: scores(pools, &of) });
    }
    let constant = |index: usize| {
        let half: &PoolHistory = &first_halves[index];
        let losses = f64::from(u32::try_from(half.losses()).unwrap_or(u32::MAX));
        Predictor::Constant { per_hour: (losses + 1.0) / (half.up_h() + 2.0) }
    };
    models.push(ModelScores { name: "constant-rate", horizons: scores(pools, &constant) });
    Report {
        traces: u32::try_from(pools.len()).unwrap_or(u32::MAX),
        collections: collections.into_iter().map(str::to_owned).collect(),
        models,
    }
}

/// What predicts.
enum Predictor {
    Survival(SurvivalModel),
    Constant { per_hour: f64 },
}

impl Predictor {
    fn loss(&self, from: &StartPoint, horizon_h: f64) -> f64 {
        match self {
            Self::Survival(model) => 1.0 - model.survive(from, horizon_h),
            Self::Constant { per_hour } => 1.0 - (-per_hour * horizon_h).exp(),
        }
    }

    fn lost_hours(&self, from: &StartPoint, horizon_h: f64) -> f64 {
        match self {
            Self::Survival(model) => model.lost_hours(from, horizon_h),
            Self::Constant { per_hour } => horizon_h - (1.0 - (-per_hour * horizon_h).exp()) / per_hour,
        }
    }
}

fn scores(pools: &[PoolHistory], predictor_of: &dyn Fn(usize) -> Predictor) -> Vec<HorizonScore> {
    let mut totals = HORIZONS_H.map(|horizon_h| HorizonScore { horizon_h, ..HorizonScore::default() });
    for (index, pool) in pools.iter().enumerate() {
        let own = of_trace(pool, &predictor_of(index));
        for (total, own) in totals.iter_mut().zip(own) {
            own.add_to(total);
        }
    }
    for total in &mut totals {
        let traces = f64::from(total.traces.max(1));
        for mean in [
            &mut total.log_loss,
            &mut total.brier,
            &mut total.bias,
            &mut total.observed_loss,
            &mut total.predicted_loss,
        ] {
            *mean /= traces;
        }
    }
    totals.to_vec()
}

/// Sums over the start points of one trace.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    points: u32,
    log_loss: f64,
    brier: f64,
    lost: f64,
    predicted: f64,
    lost_h: f64,
    predicted_h: f64,
}

fn of_trace(pool: &PoolHistory, predictor: &Predictor) -> [Sums; HORIZONS_H.len()] {
    let memory = Memory::of(pool);
    let from_h = 0.5 * pool.end_h;
    let mut all = [Sums::default(); HORIZONS_H.len()];
    for spell in pool.spells.iter().filter(|spell| spell.end_h > from_h + SAME_MOMENT_H) {
        let first_h = spell.start_h.max(from_h);
        for step in 0_u32.. {
            let at_h = first_h + f64::from(step) * STEP_H;
            if at_h >= spell.end_h - SAME_MOMENT_H {
                break;
            }
            let Some(point) = memory.at(at_h) else { continue };
            for (sums, horizon_h) in all.iter_mut().zip(HORIZONS_H) {
                if at_h + horizon_h <= pool.end_h + SAME_MOMENT_H {
                    sums.add(spell, at_h, horizon_h, &point, predictor);
                }
            }
        }
    }
    all
}

impl Sums {
    fn add(&mut self, spell: &Spell, at_h: f64, horizon_h: f64, point: &StartPoint, predictor: &Predictor) {
        let is_lost = spell.lost && spell.end_h <= at_h + horizon_h + SAME_MOMENT_H;
        let predicted = predictor.loss(point, horizon_h).clamp(LEAST, 1.0 - LEAST);
        let outcome = f64::from(u8::from(is_lost));
        self.points += 1;
        self.log_loss -= if is_lost { predicted.ln() } else { (1.0 - predicted).ln() };
        self.brier += (predicted - outcome) * (predicted - outcome);
        self.lost += outcome;
        self.predicted += predicted;
        self.predicted_h += predictor.lost_hours(point, horizon_h);
        if is_lost {
            self.lost_h += (at_h + horizon_h - spell.end_h).max(0.0);
        }
    }

    fn add_to(self, total: &mut HorizonScore) {
        if self.points < FEWEST_POINTS {
            return;
        }
        let points = f64::from(self.points);
        total.traces += 1;
        total.start_points += self.points;
        total.log_loss += self.log_loss / points;
        total.brier += self.brier / points;
        total.bias += (self.predicted - self.lost).abs() / points;
        total.observed_loss += self.lost / points;
        total.predicted_loss += self.predicted / points;
        total.lost_node_hours += self.lost_h;
        total.predicted_node_hours += self.predicted_h;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn start_points_and_outcomes_are_those_of_the_protocol() {
        // Up 0..8 and 10..20 h, lost both times, watched for 24 h: the second half begins at 12 h. Start points every
        // 10 min in 12..20 h: 48; all with 12 + k/6 + H ≤ 24. Lost within 0.5 h: those after 19.5 h, and 19.5 itself: 3.
        // Lost hours at 0.5 h: 0 + 1/6 + 2/6 = 0.5.
        let spell = |start_h, end_h| Spell { start_h, end_h, lost: true };
        let pool =
            PoolHistory { spells: vec![spell(0.0, 8.0), spell(10.0, 20.0)], end_h: 24.0, ..PoolHistory::default() };
        let rate = 2.0;
        let sums = of_trace(&pool, &Predictor::Constant { per_hour: rate })[0];
        assert_eq!(sums.points, 48);
        assert!((sums.lost - 3.0).abs() < 1e-12 && (sums.lost_h - 0.5).abs() < 1e-9, "{sums:?}");
        let p = 1.0 - (-1.0_f64).exp();
        assert!((sums.log_loss - (-3.0 * p.ln() + 45.0)).abs() < 1e-9, "{sums:?}");
        // Expected: 0.5 − (1 − e^−1)/2 hours each.
        assert!((sums.predicted_h - 48.0 * (0.5 - p / 2.0)).abs() < 1e-9);
    }
}
