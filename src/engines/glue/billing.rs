//! Billing of Glue: DPU-hours.

use rust_decimal::Decimal;

use crate::engines::usage::{BilledTime, GlueCapacity, GlueProduct, GlueUsage, HOUR_S, Terms, dpu_of_worker};
use crate::engines::{Charge, CostGroup};
use crate::prices::{Meter, PriceKey, ServiceItem, items};
use crate::units::{DpuHour, MemoryDpuHour, Quantity};

/// Shortest billed time of a product, seconds, and what it is called on the bill.
///
/// Jobs (Glue 2.0 and later), sessions, table optimisation, statistics: one minute; crawlers: ten minutes (AWS Glue
/// pricing page, read 2026-10; crawler: third-party reading of it, 2026-05). Start-up and shut-down of a Spark job
/// are free (same page), so the usage must not contain them.
const fn rule(product: GlueProduct) -> (u32, &'static str) {
    match product {
        GlueProduct::Job => (60, "job"),
        GlueProduct::InteractiveSession => (60, "interactive session"),
        GlueProduct::Crawler => (600, "crawler"),
        GlueProduct::TableOptimization => (60, "table optimisation"),
        GlueProduct::ColumnStatistics => (60, "column statistics"),
        GlueProduct::DataBrew => (60, "DataBrew job"),
    }
}

/// DPU-hours; M-DPU-hours for memory-optimised workers; node-hours for DataBrew.
#[must_use]
pub fn charges(usage: &GlueUsage, terms: &Terms) -> Vec<Charge> {
    let (minimum_s, product) = rule(usage.product);
    let (dpu_hours, memory_optimized, formula) = match &usage.capacity {
        GlueCapacity::Dpu { dpu, memory_optimized, running } => {
            let (hours, formula) =
                capacity(usage.count, *dpu, || "DPU".to_owned(), BilledTime::new(*running, minimum_s), terms);
            (hours, *memory_optimized, formula)
        }
        GlueCapacity::Workers { worker_type, workers, running } => {
            let Some((dpu, memory)) = dpu_of_worker(worker_type) else {
                return vec![unknown_worker(worker_type, *workers)];
            };
            let unit = || format!("DPU ({workers} × {worker_type})");
            let time = BilledTime::new(*running, minimum_s);
            let (hours, formula) = capacity(usage.count, dpu * Decimal::from(*workers), unit, time, terms);
            (hours, memory, formula)
        }
        GlueCapacity::AutoScaled { worker_type, workers, running, held } => {
            let Some((dpu, memory)) = dpu_of_worker(worker_type) else {
                return vec![unknown_worker(worker_type, *workers)];
            };
            // The minute is the run's, not a worker's: a shorter run is billed as if it had gone on as it was.
            let ran_s = running.as_seconds();
            let longer = if ran_s > 0.0 { (f64::from(minimum_s) / ran_s).max(1.0) } else { 1.0 };
            let unit = || format!("DPU (up to {workers} × {worker_type}, held)");
            let time = BilledTime::new(*held * longer, 0);
            let (hours, formula) = capacity(usage.count, dpu * Decimal::from(*workers), unit, time, terms);
            (hours, memory, formula)
        }
        GlueCapacity::DpuSeconds(seconds) => {
            let hours = Decimal::from(usage.count) * seconds / HOUR_S;
            (hours, false, format!("{} × {} DPU-seconds, as reported, / 3600", usage.count, seconds.normalize()))
        }
    };
    vec![line(usage, product, dpu_hours, memory_optimized, formula, terms)]
}

fn capacity(count: u32, dpu: Decimal, unit: impl Fn() -> String, time: BilledTime, terms: &Terms) -> (Decimal, String) {
    let hours = Decimal::from(count) * dpu * time.seconds() / HOUR_S;
    (hours, terms.say(|| format!("{count} × {} {} × {time} / 3600", dpu.normalize(), unit())))
}

fn line(
    usage: &GlueUsage,
    product: &str,
    hours: Decimal,
    memory_optimized: bool,
    formula: String,
    terms: &Terms,
) -> Charge {
    let flex = if usage.flex { " Flex" } else { "" };
    let component = terms.say(|| format!("Glue {}{flex} {product}", usage.version));
    let group = CostGroup::Compute;
    if memory_optimized {
        let quantity = Quantity::<MemoryDpuHour>::new(hours);
        let second = is_second_generation(&usage.version);
        let item = if second { &items::GLUE_MEMORY_GEN2 } else { &items::GLUE_MEMORY };
        return Charge::per_run(component, group, item, quantity, formula);
    }
    if usage.product == GlueProduct::DataBrew {
        return Charge::per_run(component, group, &items::GLUE_DATABREW, Quantity::new(hours), formula);
    }
    Charge::per_run(component, group, item_of(usage), Quantity::new(hours), formula)
}

fn item_of(usage: &GlueUsage) -> &'static ServiceItem<DpuHour> {
    match usage.product {
        GlueProduct::InteractiveSession => &items::GLUE_INTERACTIVE,
        GlueProduct::Crawler => &items::GLUE_CRAWLER,
        GlueProduct::TableOptimization => &items::GLUE_COMPACTION,
        GlueProduct::ColumnStatistics => &items::GLUE_STATISTICS,
        GlueProduct::Job | GlueProduct::DataBrew => match (is_second_generation(&usage.version), usage.flex) {
            (false, false) => &items::GLUE_STANDARD,
            (false, true) => &items::GLUE_FLEX,
            (true, false) => &items::GLUE_STANDARD_GEN2,
            (true, true) => &items::GLUE_FLEX_GEN2,
        },
    }
}

/// Glue 6.0 and later are billed under usage types that end in `-Gen2` (AWS Price List, 2026).
fn is_second_generation(version: &str) -> bool {
    version.split('.').next().and_then(|major| major.parse::<u32>().ok()).is_some_and(|major| major >= 6)
}

/// A worker type whose DPU nobody told us: its price stays missing, it is not nothing.
fn unknown_worker(worker_type: &str, workers: u32) -> Charge {
    struct UnknownWorker;
    impl PriceKey for UnknownWorker {
        type Unit = DpuHour;
        fn meter(&self) -> Meter {
            Meter::Own("glue/unknown-worker-type")
        }
    }
    let component = format!("Glue job, {workers} × {worker_type}");
    let formula = format!("the DPU of worker type {worker_type} are not known");
    Charge::per_run(component, CostGroup::Compute, &UnknownWorker, Quantity::new(Decimal::from(workers)), formula)
}
