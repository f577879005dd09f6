//! Glue Data Catalog: objects and requests, the first million of each free in the account's month (AWS Glue pricing
//! page, read 2026-10).

use super::super::usage::Terms;
use super::super::{Charge, CostGroup};
use super::Surroundings;
use super::allowance::metered_line;
use crate::prices::items;
use crate::units::Quantity;
use rust_decimal::Decimal;

const FREE: u32 = 1_000_000;

pub(super) fn charges(surroundings: &Surroundings, terms: &Terms) -> Vec<Charge> {
    let requests = metered_line(
        "Glue Data Catalog requests",
        CostGroup::Catalog,
        &items::GLUE_CATALOG_REQUEST,
        surroundings.run.catalog_requests,
        FREE,
        terms,
    );
    objects(surroundings.month.catalog_objects, terms).into_iter().chain(requests).collect()
}

fn objects(kept: Decimal, terms: &Terms) -> Option<Charge> {
    if kept.is_zero() {
        return None;
    }
    let free = if terms.free_allowances { Decimal::from(FREE) } else { Decimal::ZERO };
    let formula = if free.is_zero() {
        format!("{} objects", kept.normalize())
    } else {
        format!("{} objects - {free} free", kept.normalize())
    };
    let billed = Quantity::new((kept - free).max(Decimal::ZERO));
    let component = "Glue Data Catalog objects";
    Some(Charge::per_month(component, CostGroup::Catalog, &items::GLUE_CATALOG_OBJECT, billed, formula))
}
