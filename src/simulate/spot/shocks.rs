//! The losses of one drawn run: when EC2 takes how much of which pool back, and when others stand in its place.
//!
//! Shocks of a pool are a renewal process with Weibull intervals (shape 0.74: a pool that was just hit is hit again
//! sooner), in equilibrium when the run begins. Part of them are common to the pools of a family, and a small part to
//! all pools of the zone. A shock takes a beta-distributed share of what then stands in the pool.

use super::belief::{Beliefs, LOST_SHARE};
use super::gamma::ln_gamma;
use super::pools::{is_exposed, pools};
use super::refill::{BOOT_HOURS, short_share, wait_hours};
use crate::engines::{ExecutorGroup, Market, Provision, SpotPool};
use crate::simulate::draws::Draws;

/// Shape of the intervals between shocks: pooled over measured pools.
const WEIBULL: f64 = 0.74;
/// Concentration of the beta distribution of the share of a pool that a shock takes: with the mean of three quarters it
/// lies between the measured 0.21–0.93 of pairs of nodes that went together.
const CONCENTRATION: f64 = 1.5;
/// Shocks that the pools of one family in a zone have in common, and those that all pools have: measured correlations of
/// availability (0.32–0.36, and about 0.05).
const OF_FAMILY: f64 = 0.35;
const OF_ZONE: f64 = 0.05;
/// EMR gives up on replacements after twice the run's time, half an hour at least: the specs' resize time-out.
const SHORTEST_REFILL_HOURS: f64 = 0.5;
/// From the notice to the end of the node, less what passes before anybody acts on it.
pub const WARNING_S: f64 = 100.0;
/// More shocks than these in one run change nothing any more.
const MOST_SHOCKS: usize = 2_000;

/// Executors of a group that are taken back together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Strike {
    /// The notice, seconds after the end of the start-up.
    pub at_s: f64,
    /// Index of the group.
    pub group: usize,
    /// How many.
    pub executors: u32,
    /// From the notice until others stand in their place; `None` when nobody comes.
    pub back_after_s: Option<f64>,
}

/// What Spot does to a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Storm {
    /// In the order of their time.
    pub strikes: Vec<Strike>,
    /// Wait for capacity before the run can start, seconds.
    pub wait_s: f64,
    /// Whether On-Demand took the place of Spot at the start: then nothing is taken back.
    pub on_demand: bool,
}

/// One shock to one pool.
#[derive(Clone, Copy, Debug)]
struct Shock {
    at_h: f64,
    pool: usize,
}

impl Storm {
    /// Draws the losses of a run that takes about `quiet_s` without any.
    ///
    /// With `per_node_hour` the pools' rates are not drawn but their means, so scaled that a node of the fleet is lost as
    /// often as that.
    #[must_use]
    pub fn draw(
        provision: &Provision,
        quiet_s: f64,
        draws: &mut Draws,
        (seed, replication): (u64, u32),
        per_node_hour: Option<f64>,
    ) -> Self {
        let mut storm = Self::default();
        // Losses stretch a run; one that is stretched beyond three times its length is beyond help anyway.
        let horizon_h = 3.0 * quiet_s / 3600.0 + 2.0;
        let refill_h = (2.0 * quiet_s / 3600.0).max(SHORTEST_REFILL_HOURS);
        for (index, group) in provision.groups.iter().enumerate().filter(|(_, group)| is_exposed(group)) {
            let pools = pools(group);
            let rates = match per_node_hour {
                Some(rate) => Beliefs::of(&pools).scaled_to(&pools, rate),
                None => Beliefs::of(&pools).draw(&pools, seed, replication),
            };
            if storm.starts_on_demand(group, &pools, &rates, draws) {
                continue;
            }
            let shocks = shocks(&pools, &rates, horizon_h, draws);
            let mut fleet = Standing::new(group, index, &pools, &rates, refill_h);
            storm.strikes.extend(shocks.into_iter().filter_map(|shock| fleet.hit(shock, draws)));
        }
        storm.strikes.sort_by(|a, b| a.at_s.total_cmp(&b.at_s));
        storm
    }

    /// Waits for the first capacity if no pool has any; answers whether On-Demand is taken in its place.
    fn starts_on_demand(
        &mut self,
        group: &ExecutorGroup,
        pools: &[SpotPool],
        rates: &[f64],
        draws: &mut Draws,
    ) -> bool {
        let all_short: f64 = families(pools, rates).iter().map(|(_, short)| short).product();
        if draws.unit() >= all_short {
            return false;
        }
        // The first of the families to have capacity again.
        let wait_s =
            families(pools, rates).iter().map(|_| wait_hours(draws.score())).fold(f64::INFINITY, f64::min) * 3600.0;
        let limit_s = match &group.market {
            Market::Spot { terms, .. } => terms.on_demand_after.map_or(f64::INFINITY, |after| after.as_seconds()),
            Market::OnDemand | Market::Flex => f64::INFINITY,
        };
        self.wait_s = self.wait_s.max(wait_s.min(limit_s));
        self.on_demand = wait_s > limit_s;
        self.on_demand
    }
}

/// Families with the share of time in which none of their pools has capacity: they are short together.
fn families<'p>(pools: &'p [SpotPool], rates: &[f64]) -> Vec<(&'p str, f64)> {
    let mut families: Vec<(&str, f64)> = Vec::new();
    for (pool, rate) in pools.iter().zip(rates) {
        let short = short_share(*rate);
        match families.iter_mut().find(|(family, _)| *family == pool.family()) {
            Some((_, least)) => *least = least.min(short),
            None => families.push((pool.family(), short)),
        }
    }
    families
}

/// All shocks up to the horizon, in the order of their time.
fn shocks(pools: &[SpotPool], rates: &[f64], horizon_h: f64, draws: &mut Draws) -> Vec<Shock> {
    let mut all = Vec::new();
    let highest = |of: &dyn Fn(&SpotPool) -> bool| {
        pools.iter().zip(rates).filter(|(pool, _)| of(pool)).map(|(_, rate)| *rate).fold(0.0, f64::max)
    };
    for (index, rate) in rates.iter().enumerate() {
        let own = if pools.len() > 1 { 1.0 - OF_FAMILY - OF_ZONE } else { 1.0 };
        for at_h in renewals(own * rate, horizon_h, draws) {
            all.push(Shock { at_h, pool: index });
        }
    }
    if pools.len() > 1 {
        // A common shock hits each pool as often as its own rate says: thinned from the highest.
        let mut common = |share: f64, of: &dyn Fn(&SpotPool) -> bool| {
            let highest = highest(of);
            for at_h in renewals(share * highest, horizon_h, draws) {
                for (index, (pool, rate)) in pools.iter().zip(rates).enumerate() {
                    if of(pool) && draws.unit() * highest < *rate {
                        all.push(Shock { at_h, pool: index });
                    }
                }
            }
        };
        for (family, _) in families(pools, rates) {
            common(OF_FAMILY, &|pool: &SpotPool| pool.family() == family);
        }
        common(OF_ZONE, &|_: &SpotPool| true);
    }
    all.sort_by(|a, b| a.at_h.total_cmp(&b.at_h).then(a.pool.cmp(&b.pool)));
    all.truncate(MOST_SHOCKS);
    all
}

/// Times of a renewal process in equilibrium with Weibull intervals of mean 1/rate.
fn renewals(rate: f64, horizon_h: f64, draws: &mut Draws) -> Vec<f64> {
    let mut times = Vec::new();
    if rate <= 0.0 {
        return times;
    }
    let scale = 1.0 / (rate * mean_of_unit());
    // What is left of the interval that the start falls into: a random part of an interval that is drawn by length.
    let mut at_h = draws.unit() * scale * draws.gamma(1.0 + 1.0 / WEIBULL).powf(1.0 / WEIBULL);
    while at_h < horizon_h && times.len() < MOST_SHOCKS {
        times.push(at_h);
        at_h += scale * (-draws.unit().ln()).powf(1.0 / WEIBULL);
    }
    times
}

/// Mean of a Weibull distribution with scale 1.
fn mean_of_unit() -> f64 {
    ln_gamma(1.0 + 1.0 / WEIBULL).exp()
}

/// What stands in each pool while the shocks come.
struct Standing<'p> {
    group: usize,
    pools: &'p [SpotPool],
    rates: &'p [f64],
    executors: Vec<u32>,
    /// Replacements on their way: when, to which pool, how many.
    coming: Vec<(f64, usize, u32)>,
    refill_h: f64,
}

impl<'p> Standing<'p> {
    fn new(group: &ExecutorGroup, index: usize, pools: &'p [SpotPool], rates: &'p [f64], refill_h: f64) -> Self {
        let executors = spread(group.executors(), pools);
        Self { group: index, pools, rates, executors, coming: Vec::new(), refill_h }
    }

    /// A shock takes a share of its pool, if anything stands there.
    fn hit(&mut self, shock: Shock, draws: &mut Draws) -> Option<Strike> {
        self.coming.retain(|(at_h, pool, executors)| {
            let there = *at_h <= shock.at_h;
            if there {
                self.executors[*pool] += executors;
            }
            !there
        });
        let share = draws.beta(LOST_SHARE * CONCENTRATION, (1.0 - LOST_SHARE) * CONCENTRATION);
        let chance = draws.unit();
        let executors = part(self.executors[shock.pool], share, chance);
        if executors == 0 {
            return None;
        }
        self.executors[shock.pool] -= executors;
        let after_h = self.refill(shock.pool, draws);
        if let Some(after_h) = after_h {
            self.coming.push((shock.at_h + after_h, shock.pool, executors));
        }
        Some(Strike {
            at_s: shock.at_h * 3600.0,
            group: self.group,
            executors,
            back_after_s: after_h.map(|hours| hours * 3600.0),
        })
    }

    /// Hours until others stand in the place of lost ones: of another family if one has capacity, else of whichever
    /// has some first; nobody after the time-out.
    fn refill(&self, lost: usize, draws: &mut Draws) -> Option<f64> {
        let own = self.pools[lost].family();
        let mut wait_h = wait_hours(draws.score());
        for (family, short) in families(self.pools, self.rates) {
            if family != own {
                let other_h = if draws.unit() < short { wait_hours(draws.score()) } else { 0.0 };
                wait_h = wait_h.min(other_h);
            }
        }
        (wait_h <= self.refill_h).then_some(BOOT_HOURS + wait_h)
    }
}

/// Executors of each pool: whole numbers that add up.
fn spread(executors: u32, pools: &[SpotPool]) -> Vec<u32> {
    let (mut share_before, mut before) = (0.0, 0);
    pools
        .iter()
        .map(|pool| {
            share_before += pool.share;
            let until = rounded(f64::from(executors) * share_before).min(executors);
            let here = until.saturating_sub(before);
            before = until;
            here
        })
        .collect()
}

/// A share of a count; the broken part is one more with its probability.
fn part(count: u32, share: f64, chance: f64) -> u32 {
    let exact = f64::from(count) * share;
    let whole = exact.floor();
    let more = if chance < exact - whole { 1.0 } else { 0.0 };
    rounded(whole + more).min(count)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a saturating count")]
fn rounded(value: f64) -> u32 {
    value.round() as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prices::InterruptionBand;

    fn pool(name: &str) -> SpotPool {
        SpotPool { instance_type: name.to_owned(), share: 0.5, band: Some(InterruptionBand::Above20), history: None }
    }

    #[test]
    fn a_pool_is_hit_as_often_as_its_rate_says_alone_or_in_a_family() {
        let mut draws = Draws::new(1, "test", "", 0);
        let (n, horizon_h) = (4_000, 5.0);
        for (pools, rates) in [
            (vec![pool("r5.xlarge")], vec![0.4]),
            (vec![pool("r5.xlarge"), pool("r5.2xlarge")], vec![0.4, 0.1]),
            (vec![pool("r5.xlarge"), pool("m5.2xlarge")], vec![0.4, 0.1]),
        ] {
            let mut hits = vec![0.0; pools.len()];
            for _ in 0..n {
                for shock in shocks(&pools, &rates, horizon_h, &mut draws) {
                    hits[shock.pool] += 1.0;
                }
            }
            for (hits, rate) in hits.iter().zip(&rates) {
                let mean = hits / (f64::from(n) * horizon_h);
                assert!((mean / rate - 1.0).abs() < 0.06, "{mean} {rate}");
            }
        }
    }

    #[test]
    fn a_family_is_hit_together_more_often_than_two_families() {
        let mut draws = Draws::new(2, "test", "", 0);
        let mut together = |pools: &[SpotPool]| {
            let rates = [0.4, 0.4];
            let count = |shocks: Vec<Shock>| shocks.windows(2).filter(|two| two[0].at_h >= two[1].at_h).count();
            (0..3_000).map(|_| count(shocks(pools, &rates, 5.0, &mut draws))).sum::<usize>()
        };
        let family = together(&[pool("r5.xlarge"), pool("r5.2xlarge")]);
        let apart = together(&[pool("r5.xlarge"), pool("m5.2xlarge")]);
        // Expected 3,000 × 5 h × 0.4 an hour × (0.35 + 0.05) = 2,400 against 300 (0.05).
        assert!((2_200..2_600).contains(&family) && (220..380).contains(&apart), "{family} {apart}");
    }

    #[test]
    fn intervals_fall_with_age() {
        // With shape 0.74 the first hour after a shock sees more shocks than a random hour: that is what ageing is.
        let mut draws = Draws::new(3, "test", "", 0);
        let (mut soon, mut count) = (0.0_f64, 0.0_f64);
        for _ in 0..40 {
            let times = renewals(0.2, 5_000.0, &mut draws);
            for two in times.windows(2) {
                count += 1.0;
                if two[1] - two[0] < 1.0 {
                    soon += 1.0;
                }
            }
        }
        // 1 − exp(−(1/λ)^0.74), λ = 5 h / Γ(2.351) = 5 / 1.203 = 4.157: 1 − exp(−0.3485) = 0.294; exponential 0.181.
        assert!((soon / count - 0.294).abs() < 0.01, "{}", soon / count);
    }

    #[test]
    fn executors_of_pools_add_up() {
        let thirds: Vec<SpotPool> = (0..3).map(|_| SpotPool { share: 1.0 / 3.0, ..pool("r5.xlarge") }).collect();
        for executors in 0..20 {
            assert_eq!(spread(executors, &thirds).iter().sum::<u32>(), executors);
        }
        assert_eq!(part(10, 0.25, 0.4), 3);
        assert_eq!(part(10, 0.25, 0.6), 2);
    }
}
