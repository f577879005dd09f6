//! Why a pipeline cost something else than projected.
//!
//! With `r` runs of which `t` are retries, `v` vCPU-hours of which `i` on days without a run, and the projection's `R`
//! runs of `c` dollars and `h` vCPU-hours, a projected vCPU-hour costs `c / h`:
//!
//! ```text
//! runs        (r − t − R) c
//! retries      t c
//! idle         i c / h
//! volume      (v − i − r h) c / h
//!             ── together with the projection R c: v c / h, all hours at the projected price
//! Spot share  (S − s) a v_ec2      a: dollars that Spot saves on a vCPU-hour; S, s: projected and actual share
//! price        the rest of the usage cost
//! other        credits, refunds, tax, fees
//! ```

use rust_decimal::Decimal;

use super::projection::Projection;
use crate::report::document::{Cents, Variance};
use crate::units::Usd;

/// What really happened in a week.
#[derive(Clone, Copy, Debug, Default)]
pub struct Actual {
    /// Everything.
    pub cost: Usd,
    /// Usage only.
    pub usage_cost: Usd,
    /// Runs and retries among them; `None` when unknown.
    pub runs: Option<(u64, u64)>,
    /// vCPU-hours.
    pub vcpu_hours: f64,
    /// Those on days on which no run began.
    pub idle_vcpu_hours: f64,
    /// vCPU-hours of EC2, and those of them on Spot.
    pub ec2_vcpu_hours: (f64, f64),
}

impl Actual {
    /// Share of Spot in the EC2 hours.
    pub fn spot_share(&self) -> Option<f64> {
        let (all, spot) = self.ec2_vcpu_hours;
        (all > 0.0).then(|| spot / all)
    }
}

/// Splits actual less projected.
pub fn variance(actual: &Actual, projection: &Projection<'_>) -> Variance {
    let total = cents(actual.cost) - cents(projection.cost());
    let other = cents(actual.cost - actual.usage_cost);
    if actual.vcpu_hours <= 0.0 || projection.vcpu_hours_per_run <= 0.0 {
        return Variance {
            other_usd: Cents::new(other),
            unexplained_usd: Cents::new(total - other),
            total_usd: Cents::new(total),
            ..Variance::default()
        };
    }
    let per_run = projection.cost_per_run.approximate();
    let per_hour = per_run / projection.vcpu_hours_per_run;
    let (runs, retries) = match actual.runs {
        #[expect(clippy::cast_precision_loss, reason = "a week has no 2^52 runs")]
        Some((runs, retries)) => (runs as f64, retries as f64),
        None => (projection.runs, 0.0),
    };
    let volume = actual.vcpu_hours - actual.idle_vcpu_hours - runs * projection.vcpu_hours_per_run;
    let spot = match (projection.spot_share, actual.spot_share(), projection.spot_advantage_usd) {
        (Some(planned), Some(share), Some(advantage)) => (planned - share) * advantage * actual.ec2_vcpu_hours.0,
        _ => 0.0,
    };
    let mut split = Variance {
        runs_usd: dollars((runs - retries - projection.runs) * per_run),
        retries_usd: dollars(retries * per_run),
        volume_usd: dollars(volume * per_hour),
        idle_usd: dollars(actual.idle_vcpu_hours * per_hour),
        spot_share_usd: dollars(spot),
        other_usd: Cents::new(other),
        total_usd: Cents::new(total),
        ..Variance::default()
    };
    // The rest, so that the parts sum to the cent.
    let known =
        [split.runs_usd, split.retries_usd, split.volume_usd, split.idle_usd, split.spot_share_usd, split.other_usd];
    split.price_usd = Cents::new(total - known.iter().map(|part| part.get()).sum::<Decimal>());
    split
}

fn dollars(value: f64) -> Cents {
    Cents::new(Decimal::try_from(value).unwrap_or_default())
}

fn cents(usd: Usd) -> Decimal {
    Cents::from(usd).get()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    fn usd(text: &str) -> Usd {
        Usd::new(text.parse().expect("a decimal"))
    }

    #[test]
    fn the_parts_sum_to_the_cent_and_name_what_happened() {
        let document = fixture::document();
        let projection = Projection {
            document: &document,
            best: document.best().expect("a winner"),
            runs: 7.0,
            runs_by_day: Some([1; 7]),
            cost_per_run: usd("10"),
            vcpu_hours_per_run: 100.0,
            busy_vcpu_hours_per_run: 60.0,
            spot_share: Some(0.8),
            spot_advantage_usd: Some(0.03),
        };
        // Nine runs, one of them a retry; 1,100 vCPU-hours, 50 of them on a day without a run; 60 % Spot of 1,100.
        let actual = Actual {
            cost: usd("145.00"),
            usage_cost: usd("150.00"),
            runs: Some((9, 1)),
            vcpu_hours: 1100.0,
            idle_vcpu_hours: 50.0,
            ec2_vcpu_hours: (1100.0, 660.0),
        };
        let split = variance(&actual, &projection);
        let parts = |it: Cents| it.get().to_string();
        // One more run than scheduled besides the retry: $10; the retry: $10; 50 h at $0.10: $5;
        // 1,100 − 50 − 900 = 150 h at $0.10: $15; a fifth of 1,100 h at $0.03: $6.60.
        assert_eq!(parts(split.runs_usd), "10");
        assert_eq!(parts(split.retries_usd), "10");
        assert_eq!(parts(split.idle_usd), "5");
        assert_eq!(parts(split.volume_usd), "15");
        assert_eq!(parts(split.spot_share_usd), "6.6");
        // $5 of credits; 145 − 70 = 75 in all, so the price made 75 − 41.60 = 33.40.
        assert_eq!((parts(split.other_usd), parts(split.total_usd)), ("-5".to_owned(), "75".to_owned()));
        assert_eq!(parts(split.price_usd), "33.4");
    }

    #[test]
    fn without_hours_nothing_is_made_up() {
        let document = fixture::document();
        let projection = Projection {
            document: &document,
            best: document.best().expect("a winner"),
            runs: 7.0,
            runs_by_day: None,
            cost_per_run: usd("10"),
            vcpu_hours_per_run: 100.0,
            busy_vcpu_hours_per_run: 60.0,
            spot_share: None,
            spot_advantage_usd: None,
        };
        let actual = Actual { cost: usd("80"), usage_cost: usd("80"), ..Actual::default() };
        let split = variance(&actual, &projection);
        assert_eq!(split.unexplained_usd.get().to_string(), "10");
        assert_eq!(split.runs_usd, Cents::default());
    }
}
