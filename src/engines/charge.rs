//! What a run is charged for: quantities after the service's rounding and minimum, before any price.

use rust_decimal::Decimal;
use serde::Serialize;

use crate::prices::{Meter, PriceKey};
use crate::units::{Measure, Quantity};

/// Where a line of the bill belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CostGroup {
    /// Machines and workers.
    Compute,
    /// The engine's fee on top of machines.
    EngineFee,
    /// Disks.
    Storage,
    /// Data scanned and requests.
    Requests,
    /// NAT, addresses, endpoints, traffic.
    Network,
    /// Step Functions, MWAA, control planes.
    Orchestration,
    /// Data catalog.
    Catalog,
    /// A price that the user gave for the whole.
    Own,
}

/// When a line falls due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Period {
    /// With every run.
    Run,
    /// Every month, however many runs there are.
    Month,
}

/// One unpriced line.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Charge {
    /// For people: "EC2 On-Demand, core, 2 × r6g.2xlarge".
    pub component: String,
    /// The group that it belongs to.
    pub group: CostGroup,
    /// Which price applies.
    #[serde(skip)]
    pub meter: Meter,
    /// The price's measure.
    pub unit: &'static str,
    /// How much, after rounding and minimum.
    pub quantity: Decimal,
    /// Per run or per month.
    pub period: Period,
    /// The quantity's arithmetic: "2 nodes × 3,723 s (3,722.4 s rounded up) / 3600".
    pub formula: String,
}

impl Charge {
    /// A line of one run. The key's measure and the quantity's must be the same, or it does not compile.
    #[must_use]
    pub fn per_run<K: PriceKey>(
        component: impl Into<String>,
        group: CostGroup,
        key: &K,
        quantity: Quantity<K::Unit>,
        formula: impl Into<String>,
    ) -> Self {
        Self {
            component: component.into(),
            group,
            meter: key.meter(),
            unit: K::Unit::NAME,
            quantity: quantity.amount(),
            period: Period::Run,
            formula: formula.into(),
        }
    }

    /// A line of a month.
    #[must_use]
    pub fn per_month<K: PriceKey>(
        component: impl Into<String>,
        group: CostGroup,
        key: &K,
        quantity: Quantity<K::Unit>,
        formula: impl Into<String>,
    ) -> Self {
        Self { period: Period::Month, ..Self::per_run(component, group, key, quantity, formula) }
    }
}
