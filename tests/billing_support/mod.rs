//! A price source for tests: a table of prices by meter id, and nothing else.

#![allow(dead_code)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rust_decimal::Decimal;
use shapecast::bill::{Bill, bill_usage};
use shapecast::engines::usage::{UsageFile, read_usage};
use shapecast::prices::{Basis, InterruptionBand, Meter, MissingPrice, Price, PriceOrigin, Rates};

/// Prices by meter id.
#[derive(Clone, Debug, Default)]
pub struct TableRates(pub BTreeMap<String, Decimal>);

impl Rates for TableRates {
    fn region(&self) -> &str {
        "test-1"
    }

    fn rate(&self, meter: &Meter) -> Result<Price, MissingPrice> {
        let id = meter.to_string();
        let missing = || MissingPrice { meter: id.clone(), region: "test-1".into(), reason: "not in the table".into() };
        let dollars = *self.0.get(&id).ok_or_else(missing)?;
        let unit = meter.unit().expect("the table holds known meters");
        Ok(Price {
            dollars,
            unit,
            source: "test table".into(),
            as_of: "2026-01-01".into(),
            origin: PriceOrigin::Embedded,
            basis: Basis::Read,
        })
    }

    fn databricks_dbu_per_hour(&self, instance_type: &str) -> Option<Decimal> {
        (instance_type == "r5.4xlarge").then(|| decimal("3.6"))
    }

    fn interruption_band(&self, _: &str) -> Option<InterruptionBand> {
        None
    }
}

pub fn decimal(text: &str) -> Decimal {
    text.parse().unwrap_or_else(|_| panic!("`{text}` is a decimal"))
}

pub fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden-bills").join(name)
}

pub fn read(path: &Path) -> UsageFile {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    read_text(&text, &path.display().to_string())
}

pub fn read_text(text: &str, name: &str) -> UsageFile {
    read_usage(text, name).unwrap_or_else(|error| panic!("{error}\nhint: {}", error.hint))
}

/// The bill of a text with no other prices than its own.
pub fn bill(text: &str) -> Bill {
    bill_usage(&read_text(text, "test"), &TableRates::default())
}

/// The bill's total; panics when a price is missing.
pub fn total(text: &str) -> Decimal {
    bill(text).grand_total().unwrap_or_else(|missing| panic!("{missing:?}")).dollars()
}
