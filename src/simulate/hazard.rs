//! How often EC2 takes Spot capacity of a pool back: the prior from AWS's band, and how a shock looks.
//!
//! Source: `docs/concepts/sources.md`, "Spot". The band is a share of instances reclaimed in a month with an unnamed denominator, so
//! the prior is wide; a scarce component carries the pools that are short of capacity whatever their band says.

use super::draws::Draws;
use crate::prices::InterruptionBand;

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
/// Mean share of a pool's nodes that a shock takes, and the concentration of its beta distribution.
const LOST_SHARE: f64 = 0.75;
const LOST_CONCENTRATION: f64 = 1.5;
/// Minutes until a replacement is ready: boot and bootstrap.
const BOOT_MIN: f64 = 4.0;
/// Capacity wait: log-normal, median 10.6 minutes (r5.16xlarge, measured: median 9, p90 55).
const WAIT_LN_MEDIAN: f64 = 2.36;
const WAIT_LN_SIGMA: f64 = 1.17;

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

/// Expected shocks an hour in a pool of this band.
#[must_use]
pub fn mean_per_hour(band: Option<InterruptionBand>) -> f64 {
    let (prior, scarce) = band_prior(band);
    ALLOCATION * ((1.0 - scarce) * prior.shape / prior.hours + scarce * SCARCE.shape / SCARCE.hours)
}

/// A drawn rate of shocks an hour.
pub fn draw_per_hour(band: Option<InterruptionBand>, draws: &mut Draws) -> f64 {
    let (prior, scarce) = band_prior(band);
    let component = if draws.unit() < scarce { SCARCE } else { prior };
    ALLOCATION * draws.gamma(component.shape) / component.hours
}

/// Mean share of a pool that a shock takes.
#[must_use]
pub const fn mean_lost_share() -> f64 {
    LOST_SHARE
}

/// A drawn share of a pool that a shock takes.
pub fn draw_lost_share(draws: &mut Draws) -> f64 {
    draws.beta(LOST_SHARE * LOST_CONCENTRATION, (1.0 - LOST_SHARE) * LOST_CONCENTRATION)
}

/// Hours until lost capacity is back, at a normal score.
#[must_use]
pub fn refill_hours(score: f64) -> f64 {
    (BOOT_MIN + (WAIT_LN_MEDIAN + WAIT_LN_SIGMA * score).exp()) / 60.0
}

/// Expected hours that capacity is missing when `remaining_hours` of the run are left.
#[must_use]
pub fn mean_missing_hours(remaining_hours: f64) -> f64 {
    // Normal scores at 10, 30, 50, 70 and 90 %.
    const SCORES: [f64; 5] = [-1.281_6, -0.524_4, 0.0, 0.524_4, 1.281_6];
    SCORES.iter().map(|score| refill_hours(*score).min(remaining_hours)).sum::<f64>() / 5.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scarce_component_dominates_the_mean_of_a_good_band() {
        // 0.7 × (0.98 × 0.28/395 + 0.02 × 2.11/3.30) = 0.7 × (0.000695 + 0.01279) = 0.00944 an hour.
        assert!((mean_per_hour(Some(InterruptionBand::Below5)) - 0.009_44).abs() < 1e-4);
        assert!(mean_per_hour(Some(InterruptionBand::Above20)) > mean_per_hour(Some(InterruptionBand::From5To10)));
    }

    #[test]
    fn draws_have_the_mean() {
        let mut draws = Draws::new(3, "test", "", 0);
        let n = 40_000;
        let band = Some(InterruptionBand::Above20);
        let mean = (0..n).map(|_| draw_per_hour(band, &mut draws)).sum::<f64>() / f64::from(n);
        assert!((mean / mean_per_hour(band) - 1.0).abs() < 0.05, "{mean}");
    }

    #[test]
    fn capacity_is_missing_no_longer_than_the_run() {
        assert!((mean_missing_hours(0.01) - 0.01).abs() < 1e-12);
        assert!(mean_missing_hours(100.0) < 1.0);
    }
}
