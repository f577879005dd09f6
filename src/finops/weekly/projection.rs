//! What a workload's recommendation says of a week.

use rust_decimal::Decimal;

use super::IsoWeek;
use crate::catalog::Catalog;
use crate::prices::Meter;
use crate::report::document::{Entry, RecommendDocument};
use crate::units::{DAYS_PER_MONTH, Usd};
use crate::workload::starts;

/// vCPU of one Glue DPU (Glue developer guide, "Worker types").
const VCPU_PER_DPU: f64 = 4.0;

/// The projection of one workload.
#[derive(Clone, Debug)]
pub struct Projection<'d> {
    /// The answer it is from.
    pub document: &'d RecommendDocument,
    /// Its recommendation.
    pub best: &'d Entry,
    /// Runs in the week.
    pub runs: f64,
    /// Runs by day, Monday first; `None` when the schedule does not say.
    pub runs_by_day: Option<[u64; 7]>,
    /// Cost of one run, with its share of monthly lines.
    pub cost_per_run: Usd,
    /// vCPU-hours that one run pays.
    pub vcpu_hours_per_run: f64,
    /// vCPU-hours in which a task runs.
    pub busy_vcpu_hours_per_run: f64,
    /// Share of Spot in the EC2 vCPU-hours; `None` without EC2.
    pub spot_share: Option<f64>,
    /// Dollars for an EC2 vCPU-hour On-Demand less those on Spot; `None` when one of them is not in the bill.
    pub spot_advantage_usd: Option<f64>,
}

/// vCPU-hours and dollars of a bill's machines.
#[derive(Clone, Copy, Debug, Default)]
struct Compute {
    vcpu_hours: f64,
    usd: f64,
}

impl<'d> Projection<'d> {
    /// The projection for a week; `None` when nothing is recommended or a price is missing.
    #[must_use]
    pub fn of(document: &'d RecommendDocument, week: IsoWeek) -> Option<Self> {
        let best = document.best()?;
        let monthly = best.monthly_cost_usd?.usd();
        let runs_per_month = document.workload.runs_per_month;
        let cost_per_run = monthly.dollars().checked_div(Decimal::try_from(runs_per_month).ok()?)?;
        let runs_by_day = document.workload.schedule.as_deref().and_then(|text| by_day(text, week));
        #[expect(clippy::cast_precision_loss, reason = "a week has no 2^52 runs")]
        let runs = runs_by_day.map_or(runs_per_month / DAYS_PER_MONTH * 7.0, |days| days.iter().sum::<u64>() as f64);
        let machines = machines(best);
        let (spot, on_demand) = machines.ec2;
        let ec2 = spot.vcpu_hours + on_demand.vcpu_hours;
        let rate = |compute: Compute| (compute.vcpu_hours > 0.0).then(|| compute.usd / compute.vcpu_hours);
        Some(Self {
            document,
            best,
            runs,
            runs_by_day,
            cost_per_run: Usd::new(cost_per_run),
            vcpu_hours_per_run: ec2 + machines.other_vcpu_hours,
            busy_vcpu_hours_per_run: busy(best),
            spot_share: (ec2 > 0.0).then(|| spot.vcpu_hours / ec2),
            spot_advantage_usd: rate(on_demand).zip(rate(spot)).map(|(on_demand, spot)| on_demand - spot),
        })
    }

    /// Cost of the week's runs.
    #[must_use]
    pub fn cost(&self) -> Usd {
        self.cost_per_run * Decimal::try_from(self.runs).unwrap_or_default()
    }
}

/// Runs of a schedule in a week, by day. `daily` says no time, but one run a day.
fn by_day(schedule: &str, week: IsoWeek) -> Option<[u64; 7]> {
    let mut days = [0; 7];
    if matches!(schedule.trim().to_ascii_lowercase().as_str(), "daily" | "@daily" | "nightly" | "@midnight") {
        return Some([1; 7]);
    }
    for minute in starts(schedule, week.from, 7)? {
        let day = usize::try_from(minute / (24 * 60)).unwrap_or(0);
        if let Some(count) = days.get_mut(day) {
            *count += 1;
        }
    }
    Some(days)
}

#[derive(Clone, Copy, Debug, Default)]
struct Machines {
    /// On Spot, and On-Demand.
    ec2: (Compute, Compute),
    other_vcpu_hours: f64,
}

fn machines(entry: &Entry) -> Machines {
    let mut all = Machines::default();
    for line in entry.bill.iter().filter(|line| !line.is_monthly()) {
        let quantity = line.quantity.as_f64();
        let usd = line.amount_usd.map_or(0.0, crate::report::Dollars::as_f64);
        let vcpu =
            |name: &str| Catalog::embedded().instance(name).map_or(0.0, |instance| f64::from(instance.vcpu)) * quantity;
        match line.meter.parse::<Meter>() {
            Ok(meter @ Meter::SpotInstance(_)) => {
                all.ec2.0.vcpu_hours += vcpu(meter.instance_type().unwrap_or_default());
                all.ec2.0.usd += usd;
            }
            Ok(Meter::OnDemandInstance(name)) => {
                all.ec2.1.vcpu_hours += vcpu(&name);
                all.ec2.1.usd += usd;
            }
            // EMR on EKS counts the vCPU of nodes that are in the bill already.
            Ok(Meter::Service(service, _)) if line.unit == "vcpu-hour" && service != "emr-on-eks" => {
                all.other_vcpu_hours += quantity;
            }
            Ok(_) if line.unit == "dpu-hour" || line.unit == "m-dpu-hour" => {
                all.other_vcpu_hours += quantity * VCPU_PER_DPU;
            }
            _ => {}
        }
    }
    all
}

fn busy(entry: &Entry) -> f64 {
    entry.likely_run.executor_groups.iter().map(|group| group.busy_slot_time_s).sum::<f64>() / 3600.0
}
