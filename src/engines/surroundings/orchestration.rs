//! Step Functions, Managed Airflow and EKS control planes.

use rust_decimal::Decimal;

use super::super::usage::Terms;
use super::super::{Charge, CostGroup};
use super::allowance::metered_line;
use super::{MonthSurroundings, MwaaSize, Surroundings};
use crate::prices::{PriceKey, ServiceItem, items};
use crate::units::{Hour, Quantity};

/// State transitions free in the account's month, for ever (Step Functions pricing page, read 2026).
const FREE_TRANSITIONS: u32 = 4_000;

pub(super) fn charges(surroundings: &Surroundings, terms: &Terms) -> Vec<Charge> {
    let (run, month) = (&surroundings.run, &surroundings.month);
    let (environment, worker, size) = mwaa_items(month.mwaa_size);
    let transitions = metered_line(
        "Step Functions transitions",
        CostGroup::Orchestration,
        &items::STEP_FUNCTIONS_TRANSITION,
        run.step_functions_transitions,
        FREE_TRANSITIONS,
        terms,
    );
    let workers = (!run.mwaa_worker_hours.is_zero()).then(|| {
        Charge::per_run(
            format!("Managed Airflow extra workers, {size}"),
            CostGroup::Orchestration,
            worker,
            Quantity::new(run.mwaa_worker_hours),
            format!("{} worker-hours", run.mwaa_worker_hours.normalize()),
        )
    });
    let database = "Managed Airflow metadata database";
    [
        transitions,
        workers,
        monthly(|| format!("Managed Airflow environment, {size}"), environment, month.mwaa_environment_hours, "h"),
        monthly(|| database.to_owned(), &items::MWAA_DATABASE, month.mwaa_database_gb_months, "GB-months"),
        control_plane(month),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn control_plane(month: &MonthSurroundings) -> Option<Charge> {
    let hours = month.eks_cluster_hours;
    if month.eks_extended_support {
        monthly(|| "EKS control plane, extended support".to_owned(), &items::EKS_CLUSTER_EXTENDED, hours, "h")
    } else {
        monthly(|| "EKS control plane".to_owned(), &items::EKS_CLUSTER, hours, "h")
    }
}

fn monthly<K: PriceKey>(component: impl Fn() -> String, key: &K, amount: Decimal, word: &str) -> Option<Charge> {
    (!amount.is_zero()).then(|| {
        let formula = format!("{} {word} a month", amount.normalize());
        Charge::per_month(component(), CostGroup::Orchestration, key, Quantity::new(amount), formula)
    })
}

fn mwaa_items(size: MwaaSize) -> (&'static ServiceItem<Hour>, &'static ServiceItem<Hour>, &'static str) {
    match size {
        MwaaSize::Small => (&items::MWAA_SMALL, &items::MWAA_SMALL_WORKER, "small"),
        MwaaSize::Medium => (&items::MWAA_MEDIUM, &items::MWAA_MEDIUM_WORKER, "medium"),
        MwaaSize::Large => (&items::MWAA_LARGE, &items::MWAA_LARGE_WORKER, "large"),
    }
}
