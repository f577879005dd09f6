//! How long lost capacity is missing.

/// Minutes until a replacement is ready: boot and bootstrap.
const BOOT_MIN: f64 = 4.0;
/// Capacity wait: log-normal, median 10.6 minutes (r5.16xlarge, measured: median 9, p90 55).
const WAIT_LN_MEDIAN: f64 = 2.36;
const WAIT_LN_SIGMA: f64 = 1.17;
/// Normal scores at 10, 30, 50, 70 and 90 %.
const SCORES: [f64; 5] = [-1.281_6, -0.524_4, 0.0, 0.524_4, 1.281_6];

/// Hours of boot.
pub const BOOT_HOURS: f64 = BOOT_MIN / 60.0;

/// Hours until a pool that was short has capacity again, at a normal score.
#[must_use]
pub fn wait_hours(score: f64) -> f64 {
    (WAIT_LN_MEDIAN + WAIT_LN_SIGMA * score).exp() / 60.0
}

/// The share of time in which a pool with so many shocks an hour has no capacity to give: each shock is followed by a
/// wait of `e^(μ + σ²/2)` minutes in the mean.
#[must_use]
pub fn short_share(shocks_per_hour: f64) -> f64 {
    let mean_hours = (WAIT_LN_MEDIAN + 0.5 * WAIT_LN_SIGMA * WAIT_LN_SIGMA).exp() / 60.0;
    let busy = shocks_per_hour * mean_hours;
    busy / (1.0 + busy)
}

/// Expected hours that lost capacity is missing when `remaining_hours` of the run are left, and another family has
/// capacity with probability `elsewhere`: then only the boot has to be waited for.
#[must_use]
pub fn mean_missing_hours(remaining_hours: f64, elsewhere: f64) -> f64 {
    let waiting: f64 = SCORES.iter().map(|score| (BOOT_HOURS + wait_hours(*score)).min(remaining_hours)).sum();
    elsewhere * BOOT_HOURS.min(remaining_hours) + (1.0 - elsewhere) * waiting / 5.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capacity_is_missing_no_longer_than_the_run() {
        assert!((mean_missing_hours(0.01, 0.0) - 0.01).abs() < 1e-12);
        assert!(mean_missing_hours(100.0, 0.0) < 1.0);
        assert!((mean_missing_hours(100.0, 1.0) - 4.0 / 60.0).abs() < 1e-12);
    }

    #[test]
    fn a_scarce_pool_is_short_for_a_fifth_of_the_time() {
        // Mean wait e^(2.36 + 0.684) = 21 min; 0.64 shocks an hour: 0.224 / 1.224 = 0.18.
        assert!((short_share(0.64) - 0.183).abs() < 0.005, "{}", short_share(0.64));
        assert!(short_share(0.0).abs() < 1e-12);
    }
}
