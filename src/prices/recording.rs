//! Prices written down while an answer is made, and read again later: the prices of a stored baseline.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Basis, InterruptionBand, Meter, MissingPrice, Price, PriceOrigin, Rates};
use crate::catalog::Catalog;

/// What a region's prices answered: figures only, for their pedigree stands in the snapshot that the baseline names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RecordedPrices {
    /// Dollars by meter id; null where there was no price.
    #[schemars(with = "BTreeMap<String, Option<String>>")]
    pub usd: BTreeMap<String, Option<Decimal>>,
    /// Databricks units for an hour of an instance type; null where it was not known.
    #[schemars(with = "BTreeMap<String, Option<String>>")]
    pub dbu_per_hour: BTreeMap<String, Option<Decimal>>,
    /// Spot interruption bands by instance type; null where it was not known.
    #[schemars(with = "BTreeMap<String, Option<String>>")]
    pub interruption: BTreeMap<String, Option<InterruptionBand>>,
    /// Zones with a Spot price of their own by instance type.
    #[serde(default)]
    pub spot_zones: BTreeMap<String, Vec<String>>,
}

impl RecordedPrices {
    /// Takes over what another record has and this one lacks.
    pub fn extend(&mut self, other: Self) {
        self.usd.extend(other.usd);
        self.dbu_per_hour.extend(other.dbu_per_hour);
        self.interruption.extend(other.interruption);
        self.spot_zones.extend(other.spot_zones);
    }
}

/// Rates that write down every answer that they give.
#[derive(Debug)]
pub struct Recording<'a> {
    base: &'a dyn Rates,
    taken: Mutex<RecordedPrices>,
}

impl<'a> Recording<'a> {
    /// Writes down the answers of `base`.
    #[must_use]
    pub fn of(base: &'a dyn Rates) -> Self {
        Self { base, taken: Mutex::default() }
    }

    /// What was written down.
    #[must_use]
    pub fn taken(self) -> RecordedPrices {
        self.taken.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, write: impl FnOnce(&mut RecordedPrices)) {
        write(&mut self.taken.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

impl Rates for Recording<'_> {
    fn region(&self) -> &str {
        self.base.region()
    }

    fn rate(&self, meter: &Meter) -> Result<Price, MissingPrice> {
        let answer = self.base.rate(meter);
        let dollars = answer.as_ref().ok().map(|price| price.dollars);
        self.note(|taken| _ = taken.usd.insert(meter.to_string(), dollars));
        answer
    }

    fn databricks_dbu_per_hour(&self, instance_type: &str) -> Option<Decimal> {
        let answer = self.base.databricks_dbu_per_hour(instance_type);
        self.note(|taken| _ = taken.dbu_per_hour.insert(instance_type.to_owned(), answer));
        answer
    }

    fn interruption_band(&self, instance_type: &str) -> Option<InterruptionBand> {
        let answer = self.base.interruption_band(instance_type);
        self.note(|taken| _ = taken.interruption.insert(instance_type.to_owned(), answer));
        answer
    }

    fn zones_with_spot_price(&self, instance_type: &str) -> Vec<String> {
        let answer = self.base.zones_with_spot_price(instance_type);
        if !answer.is_empty() {
            self.note(|taken| _ = taken.spot_zones.insert(instance_type.to_owned(), answer.clone()));
        }
        answer
    }

    fn catalog(&self) -> &Catalog {
        self.base.catalog()
    }
}

/// The prices of a record. What it was never asked is answered by today's: a newer model may ask for more.
#[derive(Clone, Copy, Debug)]
pub struct Replayed<'a> {
    record: &'a RecordedPrices,
    today: &'a dyn Rates,
}

impl<'a> Replayed<'a> {
    /// The record's answers, and today's where it has none.
    #[must_use]
    pub const fn new(record: &'a RecordedPrices, today: &'a dyn Rates) -> Self {
        Self { record, today }
    }
}

impl Rates for Replayed<'_> {
    fn region(&self) -> &str {
        self.today.region()
    }

    fn rate(&self, meter: &Meter) -> Result<Price, MissingPrice> {
        match self.record.usd.get(&meter.to_string()) {
            None => self.today.rate(meter),
            Some(Some(dollars)) => Ok(Price {
                dollars: *dollars,
                unit: meter.unit().unwrap_or_default(),
                source: "the baseline's record".to_owned(),
                as_of: "undated".to_owned(),
                basis: Basis::Read,
                origin: PriceOrigin::File,
            }),
            Some(None) => Err(MissingPrice {
                meter: meter.to_string(),
                region: self.region().to_owned(),
                reason: "it was not known when the baseline was written".to_owned(),
            }),
        }
    }

    fn databricks_dbu_per_hour(&self, instance_type: &str) -> Option<Decimal> {
        let recorded = self.record.dbu_per_hour.get(instance_type);
        recorded.copied().unwrap_or_else(|| self.today.databricks_dbu_per_hour(instance_type))
    }

    fn interruption_band(&self, instance_type: &str) -> Option<InterruptionBand> {
        let recorded = self.record.interruption.get(instance_type);
        recorded.copied().unwrap_or_else(|| self.today.interruption_band(instance_type))
    }

    /// The record's zones only: a zone that is new today has no price of that day.
    fn zones_with_spot_price(&self, instance_type: &str) -> Vec<String> {
        self.record.spot_zones.get(instance_type).cloned().unwrap_or_default()
    }

    fn catalog(&self) -> &Catalog {
        self.today.catalog()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prices::{OnDemandInstance, PriceBook, PriceKey, SpotInstance};

    #[test]
    fn a_record_answers_as_its_source_did() {
        let book = PriceBook::embedded().expect("the snapshot");
        let (here, there) = (book.in_region("us-east-1").expect("here"), book.in_region("eu-west-1").expect("there"));
        let asked = [OnDemandInstance("r6g.xlarge").meter(), SpotInstance("r6g.xlarge").meter()];
        let unknown = OnDemandInstance("r99.xlarge").meter();
        let recording = Recording::of(&here);
        let answers: Vec<_> = asked.iter().map(|meter| recording.dollars(meter)).collect();
        assert!(recording.rate(&unknown).is_err());
        let band = recording.interruption_band("r6g.xlarge");
        let record = recording.taken();
        let text = serde_json::to_string(&record).expect("writes");
        let record: RecordedPrices = serde_json::from_str(&text).expect("reads");
        let replayed = Replayed::new(&record, &there);
        assert_eq!(asked.iter().map(|meter| replayed.dollars(meter)).collect::<Vec<_>>(), answers);
        assert!(answers.iter().all(Option::is_some));
        assert_eq!(replayed.interruption_band("r6g.xlarge"), band);
        assert!(replayed.rate(&unknown).is_err());
        // Never asked before: today's.
        let other = OnDemandInstance("m6g.xlarge").meter();
        assert_eq!(replayed.dollars(&other), there.dollars(&other));
    }
}
