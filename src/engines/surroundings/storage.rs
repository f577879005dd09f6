//! S3 requests and storage, and EBS volumes that belong to no node.

use rust_decimal::Decimal;

use super::super::usage::{Terms, volume_charges};
use super::super::{Charge, CostGroup};
use super::Surroundings;
use crate::prices::{ServiceItem, items};
use crate::units::{GbMonth, Quantity, Request};

pub(super) fn charges(surroundings: &Surroundings, terms: &Terms) -> Vec<Charge> {
    let (run, month) = (&surroundings.run, &surroundings.month);
    let volumes = run.volumes.iter().flat_map(|(volume, provisioned)| {
        volume_charges("volumes", std::slice::from_ref(volume), 1, *provisioned, terms)
    });
    [
        requests("S3 PUT, COPY, POST, LIST requests", &items::S3_PUT, run.s3_puts, terms),
        requests("S3 GET and other requests", &items::S3_GET, run.s3_gets, terms),
        stored("S3 Standard storage", &items::S3_STANDARD, month.s3_gb_months),
        stored("S3 Standard-IA storage", &items::S3_STANDARD_IA, month.s3_ia_gb_months),
    ]
    .into_iter()
    .flatten()
    .chain(volumes)
    .collect()
}

fn requests(component: &str, key: &ServiceItem<Request>, count: Decimal, terms: &Terms) -> Option<Charge> {
    (!count.is_zero()).then(|| {
        let formula = terms.say(|| format!("{} requests", count.normalize()));
        Charge::per_run(component, CostGroup::Requests, key, Quantity::new(count), formula)
    })
}

fn stored(component: &str, key: &ServiceItem<GbMonth>, gb_months: Decimal) -> Option<Charge> {
    (!gb_months.is_zero()).then(|| {
        let formula = format!("{} GB-months", gb_months.normalize());
        Charge::per_month(component, CostGroup::Storage, key, Quantity::new(gb_months), formula)
    })
}
