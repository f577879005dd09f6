//! Billing of Redshift Serverless: RPU while queries run, managed storage.

use rust_decimal::Decimal;

use crate::engines::usage::{BilledTime, HOUR_S, RedshiftActivity, RedshiftUsage, Terms};
use crate::engines::{Charge, CostGroup};
use crate::prices::items;
use crate::units::{Bytes, Quantity, RpuHour, TIB, TbScanned};

/// RPU-seconds while a query or transaction runs, one minute at least (Redshift management guide,
/// `serverless-billing.md`, 2023-04).
const MINIMUM_S: u32 = 60;

/// RPU-hours of the activity, storage by the GB-month, Spectrum by the TB.
#[must_use]
pub fn charges(usage: &RedshiftUsage, _terms: &Terms) -> Vec<Charge> {
    let activity = usage.activity.iter().map(compute);
    activity.chain(storage(usage.storage_gb_months)).chain(spectrum(usage.spectrum)).collect()
}

fn compute(activity: &RedshiftActivity) -> Charge {
    let time = BilledTime::new(activity.running, MINIMUM_S);
    let rpu = activity.rpu.normalize();
    let hours =
        Quantity::<RpuHour>::new(Decimal::from(activity.count) * rpu * time.seconds() * activity.own_share / HOUR_S);
    let shared = if activity.own_share == Decimal::ONE {
        String::new()
    } else {
        format!(" × {} not covered by other runs", activity.own_share.normalize())
    };
    let formula = format!("{} × {rpu} RPU × {time} / 3600{shared}", activity.count);
    let component = format!("Redshift Serverless, {rpu} RPU");
    Charge::per_run(component, CostGroup::Compute, &items::REDSHIFT_RPU, hours, formula)
}

fn storage(gb_months: Decimal) -> Option<Charge> {
    let formula = format!("{} GB-months", gb_months.normalize());
    let key = &items::REDSHIFT_STORAGE;
    (!gb_months.is_zero()).then(|| {
        Charge::per_month("Redshift managed storage", CostGroup::Storage, key, Quantity::new(gb_months), formula)
    })
}

fn spectrum(scanned: Bytes) -> Option<Charge> {
    let tb = Quantity::<TbScanned>::new(Decimal::from(scanned.get()) / Decimal::from(TIB));
    let formula = format!("{} B / 2^40", scanned.get());
    (scanned != Bytes::ZERO)
        .then(|| Charge::per_run("Redshift Spectrum", CostGroup::Requests, &items::REDSHIFT_SPECTRUM, tb, formula))
}
