//! What a Spot instance costs in a region, computed from what AWS publishes.

use std::collections::BTreeMap;

use rust_decimal::{Decimal, RoundingStrategy};

use super::InterruptionBand;
use super::rows::fields;
use super::snapshot::{Snapshot, SnapshotError};

/// AWS gives Spot prices with up to six decimals.
const SPOT_DECIMALS: u32 = 6;

/// What the snapshot has on the Spot price of one instance type in one region.
#[derive(Clone, Debug, Default)]
pub(super) struct SpotFigures {
    /// Spot Advisor's saving against On-Demand, percent, with its source.
    saving: Option<(Decimal, String)>,
    pub band: Option<InterruptionBand>,
    /// Zone id and dollars an hour.
    pub zones: Vec<(String, Decimal)>,
    zone_source: String,
}

/// A computed price.
pub(super) struct Derived {
    pub dollars: Decimal,
    pub source: String,
    pub rule: String,
}

impl SpotFigures {
    /// All types of a region.
    pub fn parse(snapshot: &Snapshot, region: &str) -> Result<BTreeMap<String, Self>, SnapshotError> {
        let mut figures: BTreeMap<String, Self> = BTreeMap::new();
        let table = "ec2_spot_advisor.csv";
        for row in snapshot.rows_of(table, region)? {
            let (name, advised) = advisor(row).ok_or_else(|| SnapshotError::Row { table, row: row.to_owned() })?;
            figures.insert(name.to_owned(), advised);
        }
        let table = "ec2_spot_zones.csv";
        for row in snapshot.rows_of(table, region)? {
            let (name, zone, source) = zone(row).ok_or_else(|| SnapshotError::Row { table, row: row.to_owned() })?;
            let entry = figures.entry(name.to_owned()).or_default();
            entry.zones.push(zone);
            source.clone_into(&mut entry.zone_source);
        }
        Ok(figures)
    }

    /// The price in one zone, with its source.
    pub fn in_zone(&self, zone: &str) -> Option<(Decimal, &str)> {
        let (_, dollars) = self.zones.iter().find(|(known, _)| known == zone)?;
        Some((*dollars, &self.zone_source))
    }

    /// The mean over the availability zones, where there is a sample: it is more recent than the Spot Advisor data.
    pub fn zone_mean(&self) -> Option<Derived> {
        let prices = || self.zones.iter().map(|(_, dollars)| *dollars);
        let (low, high) = (prices().min()?, prices().max()?);
        let mean = prices().sum::<Decimal>().checked_div(Decimal::from(self.zones.len()))?;
        Some(Derived {
            dollars: mean.round_dp_with_strategy(SPOT_DECIMALS, RoundingStrategy::MidpointAwayFromZero),
            source: self.zone_source.clone(),
            rule: format!("mean of {} availability-zone prices, {low} to {high}", self.zones.len()),
        })
    }

    /// On-Demand × (1 − saving); the saving is a whole percent, so the price is good to half a percent of On-Demand.
    pub fn implied(&self, on_demand: Decimal) -> Option<Derived> {
        let (saving, source) = self.saving.as_ref()?;
        let share = Decimal::ONE - *saving / Decimal::ONE_HUNDRED;
        Some(Derived {
            dollars: (on_demand * share).normalize(),
            source: source.clone(),
            rule: format!("On-Demand price {on_demand} x (1 - {saving} % saving by Spot Advisor)"),
        })
    }
}

fn advisor(row: &str) -> Option<(&str, SpotFigures)> {
    let [_, name, saving, band, source] = fields(row.split(','))?;
    let saving = Some((saving.parse().ok()?, source.to_owned()));
    Some((name, SpotFigures { saving, band: Some(self::band(band)?), ..SpotFigures::default() }))
}

fn zone(row: &str) -> Option<(&str, (String, Decimal), &str)> {
    let [_, name, zone, usd, source] = fields(row.split(','))?;
    Some((name, (zone.to_owned(), usd.parse().ok()?), source))
}

fn band(text: &str) -> Option<InterruptionBand> {
    Some(match text {
        "<5%" => InterruptionBand::Below5,
        "5-10%" => InterruptionBand::From5To10,
        "10-15%" => InterruptionBand::From10To15,
        "15-20%" => InterruptionBand::From15To20,
        ">20%" => InterruptionBand::Above20,
        _ => return None,
    })
}
