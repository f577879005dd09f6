//! What is believed of the rate at which a pool loses nodes: the prior from AWS's band, and the account's own history.
//!
//! The band is a share of instances reclaimed in a month with an unnamed denominator, so the prior is wide; a scarce
//! component carries the pools that are short of capacity whatever their band says (`docs/concepts/sources.md`,
//! "Spot"). Losses are shocks to a pool: a Poisson process with a gamma-distributed rate, so own losses in own hours
//! turn Gamma(a, b) into Gamma(a + n, b + E), and weigh the components by how likely each made them.

use super::gamma::{ln_gamma, share_below};
use crate::engines::SpotPool;
use crate::prices::InterruptionBand;
use crate::simulate::draws::Draws;
use crate::workload::PoolLosses;

/// Shape and rate (hours) of a gamma distribution of shocks an hour.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Gamma {
    shape: f64,
    hours: f64,
}

/// Fitted by empirical Bayes to 24 measured AWS pools (docs/concepts/sources.md, "Spot"): mean 0.64 an hour.
const SCARCE: Gamma = Gamma { shape: 2.11, hours: 3.30 };
/// Capacity- and price-capacity-optimized allocation against an unchosen pool (inferred, wide).
const ALLOCATION: f64 = 0.7;
/// Mean share of a pool's nodes that a shock takes.
pub const LOST_SHARE: f64 = 0.75;
/// What an account's own losses say of all its pools at once: a factor on the band's rates, log-normal with mean 1 and
/// sigma 1 (the hours that the band refers to are unknown). Factor and weight, at the middles of nine equal parts.
const FACTORS: usize = 9;
const FACTOR_SCORES: [f64; FACTORS] = [-1.593, -0.967, -0.589, -0.282, 0.0, 0.282, 0.589, 0.967, 1.593];

const fn band_prior(band: Option<InterruptionBand>) -> (Gamma, f64) {
    match band {
        Some(InterruptionBand::Below5) => (Gamma { shape: 0.28, hours: 395.0 }, 0.02),
        Some(InterruptionBand::From5To10) => (Gamma { shape: 0.35, hours: 178.0 }, 0.02),
        Some(InterruptionBand::From10To15) => (Gamma { shape: 0.35, hours: 103.0 }, 0.02),
        // Not listed: as uncertain as a bad band.
        Some(InterruptionBand::From15To20) | None => (Gamma { shape: 0.35, hours: 71.0 }, 0.05),
        Some(InterruptionBand::Above20) => (Gamma { shape: 0.26, hours: 8.0 }, 0.25),
    }
}

impl Gamma {
    fn mean(self) -> f64 {
        self.shape / self.hours
    }

    fn scaled(self, factor: f64) -> Self {
        Self { hours: self.hours / factor, ..self }
    }

    /// After `losses` shocks in `hours`.
    fn updated(self, seen: Seen) -> Self {
        Self { shape: self.shape + seen.shocks, hours: self.hours + seen.hours }
    }

    /// Logarithm of the probability of what was seen, up to a part that is the same for all components: the negative
    /// binomial Γ(a + n) / Γ(a) · b^a / (b + E)^(a + n).
    fn ln_evidence(self, seen: Seen) -> f64 {
        let after = self.updated(seen);
        ln_gamma(after.shape) - ln_gamma(self.shape) + self.shape * self.hours.ln() - after.shape * after.hours.ln()
    }
}

/// Shocks in hours of a whole pool.
#[derive(Clone, Copy, Debug)]
struct Seen {
    shocks: f64,
    hours: f64,
}

impl Seen {
    /// A shock takes three quarters of a pool in the mean, so a node-hour is three quarters of a pool-hour. Nodes that
    /// went together are one shock: where that is known, losses and hours both count for less.
    fn of(losses: &PoolLosses) -> Self {
        let nodes = f64::from(losses.losses);
        let together = losses.events.map_or(1.0, |events| f64::from(events) / nodes.max(1.0)).clamp(0.0, 1.0);
        let together = if losses.losses == 0 { 1.0 } else { together };
        Self { shocks: nodes * together, hours: LOST_SHARE * losses.node_hours * together }
    }
}

/// The rate of one pool: a mixture of gamma distributions.
#[derive(Clone, Debug)]
struct Belief([(f64, Gamma); 2]);

impl Belief {
    fn new(pool: &SpotPool, factor: f64) -> Self {
        let (band, scarce) = band_prior(pool.band);
        Self([(1.0 - scarce, band.scaled(ALLOCATION * factor)), (scarce, SCARCE.scaled(ALLOCATION))])
    }

    /// With the pool's own history; also the probability of that history.
    fn learn(self, seen: Seen) -> (Self, f64) {
        let weighed = self.0.map(|(weight, gamma)| (weight * gamma.ln_evidence(seen).exp(), gamma.updated(seen)));
        let evidence: f64 = weighed.iter().map(|(weight, _)| weight).sum();
        if evidence <= 0.0 || !evidence.is_finite() {
            // So many losses that either component is as good as impossible: the scarce one explains them.
            return (Self([(0.0, weighed[0].1), (1.0, weighed[1].1)]), f64::MIN_POSITIVE);
        }
        (Self(weighed.map(|(weight, gamma)| (weight / evidence, gamma))), evidence)
    }

    fn mean(&self) -> f64 {
        self.0.iter().map(|(weight, gamma)| weight * gamma.mean()).sum()
    }

    fn draw(&self, draws: &mut Draws) -> f64 {
        let gamma = if draws.unit() < self.0[1].0 { self.0[1].1 } else { self.0[0].1 };
        draws.gamma(gamma.shape) / gamma.hours
    }

    fn below(&self, per_hour: f64) -> f64 {
        self.0.iter().map(|(weight, gamma)| weight * share_below(gamma.shape, per_hour * gamma.hours)).sum()
    }
}

/// What is believed of all pools of a fleet.
#[derive(Clone, Debug)]
pub struct Beliefs {
    /// By the common factor: its probability, and the belief of each pool.
    cases: Vec<(f64, Vec<Belief>)>,
}

impl Beliefs {
    /// From bands and own history.
    #[must_use]
    pub fn of(pools: &[SpotPool]) -> Self {
        let history: Vec<Option<Seen>> = pools.iter().map(|pool| pool.history.as_ref().map(Seen::of)).collect();
        if history.iter().all(Option::is_none) {
            return Self { cases: vec![(1.0, pools.iter().map(|pool| Belief::new(pool, 1.0)).collect())] };
        }
        let mut cases: Vec<(f64, Vec<Belief>)> = FACTOR_SCORES
            .iter()
            .map(|score| {
                let factor = (score - 0.5).exp();
                let mut evidence = 1.0;
                let learn = |(pool, seen): (&SpotPool, &Option<Seen>)| {
                    let prior = Belief::new(pool, factor);
                    let Some(seen) = seen else { return prior };
                    let (belief, own) = prior.learn(*seen);
                    evidence *= own;
                    belief
                };
                let beliefs = pools.iter().zip(&history).map(learn).collect();
                (evidence, beliefs)
            })
            .collect();
        let sum: f64 = cases.iter().map(|(weight, _)| weight).sum();
        let equal = 1.0 / f64::from(u32::try_from(FACTORS).unwrap_or(1));
        for (weight, _) in &mut cases {
            *weight = if sum > 0.0 { *weight / sum } else { equal };
        }
        Self { cases }
    }

    /// Expected shocks an hour of a pool.
    #[must_use]
    pub fn mean(&self, pool: usize) -> f64 {
        self.cases.iter().map(|(weight, beliefs)| weight * beliefs[pool].mean()).sum()
    }

    /// Shocks an hour of every pool, drawn. Each pool has its own stream, named by its type alone, so that all
    /// fleets with the pool see the same rate in a replication.
    #[must_use]
    pub fn draw(&self, pools: &[SpotPool], seed: u64, replication: u32) -> Vec<f64> {
        let mut place = Draws::new(seed, "spot-account", "", replication).unit();
        let mut drawn = self.cases.last();
        for case in &self.cases {
            if place < case.0 {
                drawn = Some(case);
                break;
            }
            place -= case.0;
        }
        let Some((_, beliefs)) = drawn else { return Vec::new() };
        let of = |(pool, belief): (&SpotPool, &Belief)| {
            belief.draw(&mut Draws::new(seed, "spot-pool", &pool.instance_type, replication))
        };
        pools.iter().zip(beliefs).map(of).collect()
    }

    /// The mean rates of the pools, scaled so that a node of the fleet is lost `per_node_hour` times an hour.
    #[must_use]
    pub fn scaled_to(&self, pools: &[SpotPool], per_node_hour: f64) -> Vec<f64> {
        let means: Vec<f64> = (0..pools.len()).map(|pool| self.mean(pool)).collect();
        let node: f64 = pools.iter().zip(&means).map(|(pool, mean)| pool.share * mean * LOST_SHARE).sum();
        means.iter().map(|mean| if node > 0.0 { mean * per_node_hour / node } else { 0.0 }).collect()
    }

    /// Probability that a pool has fewer shocks an hour.
    #[must_use]
    pub fn below(&self, pool: usize, per_hour: f64) -> f64 {
        self.cases.iter().map(|(weight, beliefs)| weight * beliefs[pool].below(per_hour)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pool(band: InterruptionBand, history: Option<PoolLosses>) -> SpotPool {
        SpotPool { instance_type: "r5.4xlarge".to_owned(), share: 1.0, band: Some(band), history }
    }

    fn seen(losses: u32, node_hours: f64) -> Option<PoolLosses> {
        Some(PoolLosses {
            instance_type: "r5.4xlarge".to_owned(),
            zone: None,
            losses,
            events: None,
            node_hours,
            source: None,
            as_of: None,
        })
    }

    fn mean(pool: SpotPool) -> f64 {
        Beliefs::of(&[pool]).mean(0)
    }

    #[test]
    fn the_scarce_component_dominates_the_mean_of_a_good_band() {
        // 0.7 × (0.98 × 0.28/395 + 0.02 × 2.11/3.30) = 0.7 × (0.000695 + 0.01279) = 0.00944 an hour.
        let good = mean(pool(InterruptionBand::Below5, None));
        assert!((good - 0.009_44).abs() < 1e-4, "{good}");
        assert!(mean(pool(InterruptionBand::Above20, None)) > good);
    }

    #[test]
    fn one_component_is_updated_as_gamma_poisson() {
        // Gamma(2, 4 h) with 3 shocks in 6 h: Gamma(5, 10 h). Evidence: Γ(5)/Γ(2) · 4² / 10⁵ = 24 × 16 / 10⁵.
        let gamma = Gamma { shape: 2.0, hours: 4.0 };
        let seen = Seen { shocks: 3.0, hours: 6.0 };
        assert_eq!(gamma.updated(seen), Gamma { shape: 5.0, hours: 10.0 });
        assert!((gamma.ln_evidence(seen) - (24.0_f64 * 16.0 / 1e5).ln()).abs() < 1e-9);
    }

    #[test]
    fn a_calm_history_rules_out_scarcity_and_losses_bring_it_back() {
        let band = InterruptionBand::Above20;
        let (unknown, calm, shaky) =
            (mean(pool(band, None)), mean(pool(band, seen(0, 2_000.0))), mean(pool(band, seen(400, 1_000.0))));
        assert!(calm < 0.01 * unknown, "{calm} {unknown}");
        // 400 losses in 1,000 node-hours are 0.4 a node-hour, 0.53 shocks a pool-hour.
        assert!((shaky - 0.53).abs() < 0.03, "{shaky}");
    }

    #[test]
    fn nodes_that_went_together_count_once() {
        let band = InterruptionBand::Below5;
        let once = PoolLosses { events: Some(1), ..seen(20, 100.0).expect("a history") };
        // 20 nodes in 100 node-hours: 0.27 shocks a pool-hour if they went one by one, and that is sure; in one event it
        // may well have been bad luck.
        let surely_below = |history| Beliefs::of(&[pool(band, history)]).below(0, 0.1);
        assert!(surely_below(Some(once)) > 0.1 && surely_below(seen(20, 100.0)) < 0.01);
    }

    #[test]
    fn one_pool_teaches_about_the_others() {
        let other = |history| {
            let known = SpotPool { instance_type: "m5.4xlarge".to_owned(), ..pool(InterruptionBand::Below5, history) };
            Beliefs::of(&[pool(InterruptionBand::Below5, seen(0, 1.0)), known]).mean(0)
        };
        assert!(other(seen(0, 50_000.0)) < other(seen(0, 1.0)));
    }

    #[test]
    fn draws_have_the_mean_and_the_shares_below() {
        let pools = [pool(InterruptionBand::Above20, seen(2, 30.0))];
        let beliefs = Beliefs::of(&pools);
        let drawn: Vec<f64> = (0..40_000).map(|replication| beliefs.draw(&pools, 3, replication)[0]).collect();
        let mean = drawn.iter().sum::<f64>() / drawn.len() as f64;
        assert!((mean / beliefs.mean(0) - 1.0).abs() < 0.05, "{mean} {}", beliefs.mean(0));
        for per_hour in [0.01, 0.05, 0.2] {
            let below = drawn.iter().filter(|rate| **rate < per_hour).count() as f64 / drawn.len() as f64;
            assert!((below - beliefs.below(0, per_hour)).abs() < 0.01, "{below} {}", beliefs.below(0, per_hour));
        }
    }

    #[test]
    fn scaled_rates_lose_nodes_as_often_as_asked() {
        let other =
            SpotPool { instance_type: "m5.4xlarge".to_owned(), share: 0.4, ..pool(InterruptionBand::Above20, None) };
        let pools = [SpotPool { share: 0.6, ..pool(InterruptionBand::Below5, None) }, other];
        let rates = Beliefs::of(&pools).scaled_to(&pools, 0.3);
        // A shock takes three quarters of a pool: (0.6 a + 0.4 b) × 0.75 = 0.3, and a / b as their means are.
        assert!(((0.6 * rates[0] + 0.4 * rates[1]) * LOST_SHARE - 0.3).abs() < 1e-12);
        let beliefs = Beliefs::of(&pools);
        assert!((rates[0] / rates[1] - beliefs.mean(0) / beliefs.mean(1)).abs() < 1e-12);
    }

    #[test]
    fn a_pool_has_the_same_rate_in_every_fleet() {
        let one = [pool(InterruptionBand::Below5, None)];
        let other = SpotPool { instance_type: "m5.4xlarge".to_owned(), ..one[0].clone() };
        let two = [other, one[0].clone()];
        assert!((Beliefs::of(&one).draw(&one, 1, 5)[0] - Beliefs::of(&two).draw(&two, 1, 5)[1]).abs() < f64::EPSILON);
    }
}
