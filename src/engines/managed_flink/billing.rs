//! Billing of Managed Flink: processing units, one more for orchestration, running storage.

use rust_decimal::Decimal;

use crate::engines::usage::{BilledTime, FlinkUsage, HOUR_S, Terms};
use crate::engines::{Charge, CostGroup, Period};
use crate::prices::items;
use crate::units::{GbMonth, KpuHour, Quantity};

/// Start to stop, per second, ten minutes at least per application (Managed Flink guide, "How pricing works", read
/// 2026).
const MINIMUM_S: u32 = 600;
/// Every application pays one unit more, for orchestration (same page).
const ORCHESTRATION_KPU: Decimal = Decimal::ONE;
/// Running application storage of each unit, GB; the orchestration unit has none (game analytics guidance, 2025-08:
/// 2 KPU and 50 GB for an application of 1 KPU).
const STORAGE_GB_PER_KPU: u32 = 50;

/// KPU-hours and GB-months of running storage.
#[must_use]
pub fn charges(usage: &FlinkUsage, terms: &Terms) -> Vec<Charge> {
    let time = BilledTime::new(usage.running, MINIMUM_S);
    let (count, kpu) = (usage.count, usage.kpu.normalize());
    let seconds = Decimal::from(count) * time.seconds();
    let hours = Quantity::<KpuHour>::new((kpu + ORCHESTRATION_KPU) * seconds / HOUR_S);
    let formula = format!("{count} × ({kpu} + 1 orchestration) KPU × {time} / 3600");
    let compute =
        Charge::per_run(format!("Managed Flink, {kpu} KPU"), CostGroup::Compute, &items::FLINK_KPU, hours, formula);
    let month = terms.month_seconds();
    let size = kpu * Decimal::from(STORAGE_GB_PER_KPU);
    let stored = Quantity::<GbMonth>::new(size * seconds / month);
    let formula =
        format!("{count} × {kpu} KPU × {STORAGE_GB_PER_KPU} GB × {time} / {} s of the month", month.normalize());
    let component = "Managed Flink running storage";
    let storage = Charge::per_run(component, CostGroup::Storage, &items::FLINK_STORAGE, stored, formula);
    let period = if usage.standing { Period::Month } else { Period::Run };
    vec![Charge { period, ..compute }, Charge { period, ..storage }]
}
