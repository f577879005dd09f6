//! Spot: how often capacity is taken back, and what it does to a run.
//!
//! ```text
//! band, own history ─► belief ─► shocks ─► scheduler (every drawn run)
//!                         └────► expected (the screen: a closed form)
//! ```
//!
//! `docs/concepts/spot.md` has the model in words, `docs/concepts/sources.md` where its figures come from.

mod belief;
mod driver;
mod expected;
mod gamma;
mod pools;
mod price;
mod refill;
mod shocks;

pub use belief::Beliefs;
pub use driver::driver_lost_s;
pub use expected::{Losses, Quiet, expected};
pub use price::PriceDraw;
pub use shocks::{Storm, Strike, WARNING_S};

use crate::engines::SpotPool;

/// The probability that a node of the fleet is lost less often than `per_node_hour` times an hour.
///
/// A node's rate is its pool's rate of shocks times the share of a pool that a shock takes, averaged over the fleet;
/// the distribution of the average is drawn, from streams of the pools' names alone.
#[must_use]
pub fn probability_below(pools: &[SpotPool], per_node_hour: f64, seed: u64) -> f64 {
    const DRAWS: u32 = 2_000;
    if let [pool] = pools {
        return Beliefs::of(std::slice::from_ref(pool)).below(0, per_node_hour / belief::LOST_SHARE);
    }
    let beliefs = Beliefs::of(pools);
    let below = (0..DRAWS).filter(|draw| node_rate(pools, &beliefs.draw(pools, seed, *draw)) < per_node_hour);
    f64::from(u32::try_from(below.count()).unwrap_or(DRAWS)) / f64::from(DRAWS)
}

/// Losses of a node of the fleet in an hour below which they lie with each of the probabilities, by draws of the belief.
#[must_use]
pub fn quantiles_per_node_hour(pools: &[SpotPool], probabilities: [f64; 2], seed: u64) -> [f64; 2] {
    const DRAWS: u32 = 2_000;
    let beliefs = Beliefs::of(pools);
    let mut rates: Vec<f64> = (0..DRAWS).map(|draw| node_rate(pools, &beliefs.draw(pools, seed, draw))).collect();
    rates.sort_by(f64::total_cmp);
    let place = |p: f64| rates[((p * f64::from(DRAWS)) as usize).min(rates.len() - 1)];
    probabilities.map(place)
}

/// Losses of a node in an hour, from the shocks to the pools.
fn node_rate(pools: &[SpotPool], rates: &[f64]) -> f64 {
    pools.iter().zip(rates).map(|(pool, rate)| pool.share * rate * belief::LOST_SHARE).sum()
}

/// Expected losses of a node of the fleet in an hour.
#[must_use]
pub fn mean_per_node_hour(pools: &[SpotPool]) -> f64 {
    let beliefs = Beliefs::of(pools);
    (0..pools.len()).map(|index| pools[index].share * beliefs.mean(index) * belief::LOST_SHARE).sum()
}
