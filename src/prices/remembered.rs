//! Rates that remember what they were asked.
//!
//! An answer needs some ten thousand look-ups of a few hundred meters. A look-up that misses also looks for near
//! names to suggest, which takes a hundred times as long as one that hits; who asks for the bare price is spared that.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::{PoisonError, RwLock};

use rust_decimal::Decimal;

use super::{InterruptionBand, Meter, MissingPrice, Price, Rates};
use crate::catalog::Catalog;

/// The same answers as the rates behind it, each computed once.
#[derive(Debug)]
pub struct Remembered<'a> {
    base: &'a dyn Rates,
    answers: RwLock<Memory<Result<Price, MissingPrice>>>,
    /// Bare prices, which need neither a source nor a reason why there is none.
    dollars: RwLock<Memory<Option<Decimal>>>,
}

type Memory<T> = HashMap<Meter, T, BuildHasherDefault<Fnv>>;

/// FNV-1a, 64 bit. Meters are short and the program's own, so nobody can choose them to collide; the standard hasher, made
/// against that, takes longer than the rest of a look-up.
#[derive(Debug)]
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for Fnv {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

impl<'a> Remembered<'a> {
    /// Remembers the answers of `base`.
    #[must_use]
    pub fn new(base: &'a dyn Rates) -> Self {
        Self { base, answers: RwLock::default(), dollars: RwLock::default() }
    }
}

impl Rates for Remembered<'_> {
    fn region(&self) -> &str {
        self.base.region()
    }

    fn rate(&self, meter: &Meter) -> Result<Price, MissingPrice> {
        if let Some(answer) = self.answers.read().unwrap_or_else(PoisonError::into_inner).get(meter) {
            return answer.clone();
        }
        let answer = self.base.rate(meter);
        self.answers.write().unwrap_or_else(PoisonError::into_inner).insert(meter.clone(), answer.clone());
        answer
    }

    fn dollars(&self, meter: &Meter) -> Option<Decimal> {
        if let Some(dollars) = self.dollars.read().unwrap_or_else(PoisonError::into_inner).get(meter) {
            return *dollars;
        }
        let dollars = self.base.dollars(meter);
        self.dollars.write().unwrap_or_else(PoisonError::into_inner).insert(meter.clone(), dollars);
        dollars
    }

    fn databricks_dbu_per_hour(&self, instance_type: &str) -> Option<Decimal> {
        self.base.databricks_dbu_per_hour(instance_type)
    }

    fn interruption_band(&self, instance_type: &str) -> Option<InterruptionBand> {
        self.base.interruption_band(instance_type)
    }

    fn zones_with_spot_price(&self, instance_type: &str) -> Vec<String> {
        self.base.zones_with_spot_price(instance_type)
    }

    fn catalog(&self) -> &Catalog {
        self.base.catalog()
    }
}
