//! Billing of Athena: bytes scanned, reserved capacity, Spark sessions.

use rust_decimal::Decimal;

use crate::engines::usage::{
    AthenaCapacity, AthenaQueries, AthenaUsage, BilledTime, HOUR_S, QueryKind, Scanned, Terms,
};
use crate::engines::{Charge, CostGroup};
use crate::prices::{ServiceItem, items};
use crate::units::{DpuHour, MIB, Quantity, TbScanned};

/// Least that a query pays, MB (Athena pricing page, 2023-04 or later).
const MINIMUM_MB: u64 = 10;
/// MB in a TB: only 2^20 gives AWS's own $1.45 for 100 queries a day of 100 MB (game analytics guidance, 2025-08).
const MB_PER_TB: u64 = 1 << 20;

/// Bytes as stored, rounded up to a MB, 10 MB at least per query; data definition and failed queries are free,
/// cancelled ones pay what they scanned (Athena pricing page). Capacity by the DPU-hour; its present minimum period
/// is not published in any source found, so none is added.
#[must_use]
pub fn charges(usage: &AthenaUsage, _terms: &Terms) -> Vec<Charge> {
    let queries = usage.queries.iter().map(scan);
    let provisioned =
        usage.provisioned.iter().map(|c| capacity("Athena provisioned capacity", &items::ATHENA_PROVISIONED, c));
    let spark = usage.spark.iter().map(|c| capacity("Athena for Spark", &items::ATHENA_SPARK, c));
    queries.chain(provisioned).chain(spark).collect()
}

fn scan(queries: &AthenaQueries) -> Charge {
    let (word, free) = match queries.kind {
        QueryKind::Succeeded => ("queries", false),
        QueryKind::Cancelled => ("cancelled queries", false),
        QueryKind::Failed => ("failed queries", true),
        QueryKind::Ddl => ("data definition queries", true),
    };
    let (mb, formula) = if free { (Decimal::ZERO, format!("0: {word} are free")) } else { billed_mb(queries) };
    let quantity = Quantity::<TbScanned>::new(mb / Decimal::from(MB_PER_TB));
    let component = format!("Athena {word}, {}", queries.count);
    Charge::per_run(component, CostGroup::Requests, &items::ATHENA_SCAN, quantity, formula)
}

fn billed_mb(queries: &AthenaQueries) -> (Decimal, String) {
    let count = Decimal::from(queries.count);
    match queries.scanned {
        Scanned::Each(bytes) => {
            let mb = Decimal::from(bytes.get().div_ceil(MIB).max(MINIMUM_MB));
            (count * mb, format!("{count} × {mb} MB{} / 2^20", reason(bytes.get(), MINIMUM_MB * MIB)))
        }
        Scanned::Total(bytes) => {
            let least = u64::from(queries.count) * MINIMUM_MB;
            let mb = Decimal::from(bytes.get().div_ceil(MIB).max(least));
            (mb, format!("{mb} MB by {count} queries together{} / 2^20", reason(bytes.get(), least * MIB)))
        }
    }
}

fn reason(bytes: u64, least: u64) -> String {
    if bytes < least {
        format!(" ({bytes} B, minimum {MINIMUM_MB} MB a query)")
    } else if !bytes.is_multiple_of(MIB) {
        format!(" ({bytes} B rounded up)")
    } else {
        String::new()
    }
}

fn capacity(component: &str, key: &ServiceItem<DpuHour>, capacity: &AthenaCapacity) -> Charge {
    let time = BilledTime::new(capacity.running, 0);
    let hours = Quantity::new(capacity.dpu * time.seconds() / HOUR_S);
    let formula = format!("{} DPU × {time} / 3600", capacity.dpu.normalize());
    Charge::per_run(component, CostGroup::Compute, key, hours, formula)
}
