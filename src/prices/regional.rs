//! The prices of one region, as the snapshot has them.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use rust_decimal::Decimal;

use super::absence::Absence;
use super::rows::fields;
use super::snapshot::{Snapshot, SnapshotError, Source};
use super::spot_price::SpotFigures;
use super::{Basis, InterruptionBand, Meter, MissingPrice, Price, Rates, items};
use crate::catalog::Catalog;
use crate::units::nearest;

/// EMR's fee is the same in all commercial regions, as far as the embedded snapshot knows; a region's own row wins.
const FEE_SCOPE: &str = "commercial";

/// A price as a row has it.
#[derive(Clone, Debug)]
struct Listed {
    dollars: Decimal,
    source: String,
    /// Empty: read.
    rule: String,
}

/// All prices of one region; parsed from the snapshot in a few milliseconds.
#[derive(Clone)]
pub struct RegionalPrices {
    region: String,
    snapshot: Arc<Snapshot>,
    on_demand: BTreeMap<String, Listed>,
    spot: BTreeMap<String, SpotFigures>,
    uplift: BTreeMap<String, Listed>,
    services: BTreeMap<(&'static str, &'static str), Listed>,
    databricks: BTreeMap<String, Decimal>,
}

impl fmt::Debug for RegionalPrices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RegionalPrices({}, {} instance types)", self.region, self.on_demand.len())
    }
}

impl RegionalPrices {
    pub(super) fn parse(snapshot: Arc<Snapshot>, region: &str) -> Result<Self, SnapshotError> {
        let fee = |scope: &str| {
            instances(&snapshot, "emr_uplift.csv", scope, |[_, name, usd, source, rule]: [&str; 5]| {
                Some((name, listed(usd, source, rule)?))
            })
        };
        let mut uplift = if region.starts_with("us-gov-") { BTreeMap::new() } else { fee(FEE_SCOPE)? };
        uplift.extend(fee(region)?);
        Ok(Self {
            region: region.to_owned(),
            on_demand: instances(&snapshot, "ec2_on_demand.csv", region, |[_, name, usd, source]: [&str; 4]| {
                Some((name, listed(usd, source, "")?))
            })?,
            spot: SpotFigures::parse(&snapshot, region)?,
            uplift,
            services: services(&snapshot, region)?,
            databricks: databricks(&snapshot)?,
            snapshot,
        })
    }

    /// Instance types with an On-Demand price here, sorted.
    pub fn instance_types(&self) -> impl Iterator<Item = &str> {
        self.on_demand.keys().map(String::as_str)
    }

    /// Recent Spot prices by availability zone, where the snapshot has a sample: zone id and dollars an hour.
    #[must_use]
    pub fn spot_zones(&self, instance_type: &str) -> &[(String, Decimal)] {
        self.spot.get(instance_type).map_or(&[], |figures| figures.zones.as_slice())
    }

    /// Why this region has no price for the meter; `None` when it has one.
    #[must_use]
    pub fn absence(&self, meter: &Meter) -> Option<Absence> {
        self.find(meter).err()
    }

    fn find(&self, meter: &Meter) -> Result<Price, Absence> {
        match meter {
            Meter::OnDemandInstance(name) => {
                let listed = self.on_demand.get(name).ok_or_else(|| self.type_absence(name))?;
                Ok(self.price(meter, listed))
            }
            Meter::SpotInstance(name) => match name.split_once('@') {
                Some((name, zone)) => self.zone_price(meter, name, zone),
                None => self.spot_price(meter, name),
            },
            Meter::EmrUplift(name) => {
                let listed = self.uplift.get(name).ok_or_else(|| self.uplift_absence(name))?;
                Ok(self.price(meter, listed))
            }
            Meter::Service(service, item) => {
                let listed = self.services.get(&(*service, *item));
                listed.map(|listed| self.price(meter, listed)).ok_or_else(|| self.service_absence(service, item))
            }
            Meter::Own(_) => Err(Absence::OwnPrice),
        }
    }

    /// The bare price, where the region's tables have one.
    fn bare(&self, meter: &Meter) -> Option<Decimal> {
        let listed = |rows: &BTreeMap<String, Listed>, name: &str| rows.get(name).map(|listed| listed.dollars);
        match meter {
            Meter::OnDemandInstance(name) => listed(&self.on_demand, name),
            Meter::EmrUplift(name) => listed(&self.uplift, name),
            Meter::Service(service, item) => self.services.get(&(*service, *item)).map(|listed| listed.dollars),
            Meter::SpotInstance(name) => match name.split_once('@') {
                Some((name, zone)) => Some(self.spot.get(name)?.in_zone(zone)?.0),
                None => {
                    let figures = self.spot.get(name)?;
                    let derived = figures.zone_mean().or_else(|| figures.implied(listed(&self.on_demand, name)?));
                    derived.map(|derived| derived.dollars)
                }
            },
            Meter::Own(_) => None,
        }
    }

    fn price(&self, meter: &Meter, listed: &Listed) -> Price {
        let source = self.snapshot.source(&listed.source);
        Price {
            dollars: listed.dollars,
            unit: meter.unit().unwrap_or_default(),
            source: source.map_or_else(|| listed.source.clone(), |source| source.text.clone()),
            as_of: source.map_or_else(|| "undated".to_owned(), |source| source.as_of.clone()),
            origin: source.map(|source| source.origin).unwrap_or_default(),
            basis: match self.snapshot.rule(&listed.rule) {
                None if listed.rule.is_empty() => Basis::Read,
                text => Basis::Derived { rule: text.unwrap_or(&listed.rule).to_owned() },
            },
        }
    }

    fn zone_price(&self, meter: &Meter, name: &str, zone: &str) -> Result<Price, Absence> {
        let figures = self.spot.get(name);
        let (dollars, source) = figures.and_then(|figures| figures.in_zone(zone)).ok_or(Absence::NoSpotFigure)?;
        Ok(self.price(meter, &Listed { dollars, source: source.to_owned(), rule: String::new() }))
    }

    fn spot_price(&self, meter: &Meter, name: &str) -> Result<Price, Absence> {
        let figures = self.spot.get(name);
        if let Some(derived) = figures.and_then(SpotFigures::zone_mean) {
            let listed = Listed { dollars: derived.dollars, source: derived.source, rule: derived.rule };
            return Ok(self.price(meter, &listed));
        }
        let on_demand = self.on_demand.get(name).ok_or_else(|| self.type_absence(name))?;
        let derived = figures.and_then(|figures| figures.implied(on_demand.dollars)).ok_or(Absence::NoSpotFigure)?;
        let mut price =
            self.price(meter, &Listed { dollars: derived.dollars, source: derived.source, rule: derived.rule });
        if let Some(base) = self.snapshot.source(&on_demand.source) {
            price.as_of = older(&price.as_of, base).to_owned();
            price.origin = price.origin.min(base.origin);
            price.source = format!("{}; On-Demand: {}", price.source, base.text);
        }
        Ok(price)
    }

    fn type_absence(&self, name: &str) -> Absence {
        match self.snapshot.type_regions().get(name) {
            Some(other_regions) => Absence::NotSoldHere { list_of: self.list_date(), other_regions: *other_regions },
            None => Absence::UnknownType {
                instance_type: name.to_owned(),
                did_you_mean: nearest(name, self.snapshot.type_regions().keys().map(String::as_str)).map(str::to_owned),
            },
        }
    }

    fn uplift_absence(&self, name: &str) -> Absence {
        if !self.snapshot.type_regions().contains_key(name) {
            self.type_absence(name)
        } else if self.region.starts_with("us-gov-") {
            Absence::UpliftOutsideCommercial
        } else {
            Absence::NoUplift
        }
    }

    fn service_absence(&self, service: &str, item: &str) -> Absence {
        let rows = self.snapshot.all_rows("services.csv").into_iter().flatten();
        let known_in: Vec<String> = rows
            .filter_map(|row| {
                let mut columns = row.split(',');
                let region = columns.next()?;
                (columns.next()? == service && columns.next()? == item).then(|| region.to_owned())
            })
            .collect();
        if known_in.is_empty() { Absence::NeverPublished } else { Absence::NotInSnapshot { known_in } }
    }

    /// The newest date of the region's On-Demand list.
    fn list_date(&self) -> String {
        let dates = self.on_demand.values().filter_map(|listed| self.snapshot.source(&listed.source));
        dates.map(|source| source.as_of.as_str()).max().unwrap_or("undated").to_owned()
    }
}

impl Rates for RegionalPrices {
    fn region(&self) -> &str {
        &self.region
    }

    fn rate(&self, meter: &Meter) -> Result<Price, MissingPrice> {
        self.find(meter).map_err(|absence| MissingPrice {
            meter: meter.to_string(),
            region: self.region.clone(),
            reason: absence.to_string(),
        })
    }

    fn dollars(&self, meter: &Meter) -> Option<Decimal> {
        self.bare(meter)
    }

    fn databricks_dbu_per_hour(&self, instance_type: &str) -> Option<Decimal> {
        self.databricks.get(instance_type).copied()
    }

    fn interruption_band(&self, instance_type: &str) -> Option<InterruptionBand> {
        self.spot.get(instance_type)?.band
    }

    fn zones_with_spot_price(&self, instance_type: &str) -> Vec<String> {
        self.spot_zones(instance_type).iter().map(|(zone, _)| zone.clone()).collect()
    }

    fn catalog(&self) -> &Catalog {
        self.snapshot.catalog()
    }
}

/// The older of two dates; `undated` counts as older than any.
fn older<'a>(date: &'a str, other: &'a Source) -> &'a str {
    if date == "undated" || other.as_of == "undated" { "undated" } else { date.min(other.as_of.as_str()) }
}

fn listed(usd: &str, source: &str, rule: &str) -> Option<Listed> {
    Some(Listed { dollars: usd.parse().ok()?, source: source.to_owned(), rule: rule.to_owned() })
}

/// The rows of `key` in a table of instance types.
fn instances<const N: usize>(
    snapshot: &Snapshot,
    table: &'static str,
    key: &str,
    parse: impl for<'a> Fn([&'a str; N]) -> Option<(&'a str, Listed)>,
) -> Result<BTreeMap<String, Listed>, SnapshotError> {
    snapshot
        .rows_of(table, key)?
        .map(|row| {
            let parsed = fields(row.split(',')).and_then(&parse);
            let (name, listed) = parsed.ok_or_else(|| SnapshotError::Row { table, row: row.to_owned() })?;
            Ok((name.to_owned(), listed))
        })
        .collect()
}

/// Service rows of a region; a row that no meter reads, or in another measure than its meter's, is an error.
fn services(
    snapshot: &Snapshot,
    region: &str,
) -> Result<BTreeMap<(&'static str, &'static str), Listed>, SnapshotError> {
    let parse = |row: &str| {
        let [_, service, item, unit, usd, source, rule] = fields(row.split(','))?;
        let (service, item, _) = items::ALL.iter().find(|known| **known == (service, item, unit))?;
        Some(((*service, *item), listed(usd, source, rule)?))
    };
    let table = "services.csv";
    snapshot
        .rows_of(table, region)?
        .map(|row| parse(row).ok_or_else(|| SnapshotError::Row { table, row: row.to_owned() }))
        .collect()
}

fn databricks(snapshot: &Snapshot) -> Result<BTreeMap<String, Decimal>, SnapshotError> {
    let table = "databricks_dbu.csv";
    let parse = |row: &str| {
        let [name, dbu, _] = fields(row.split(','))?;
        Some((name.to_owned(), dbu.parse().ok()?))
    };
    snapshot
        .all_rows(table)?
        .map(|row| parse(row).ok_or_else(|| SnapshotError::Row { table, row: row.to_owned() }))
        .collect()
}
