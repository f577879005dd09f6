//! The sums of an export: by day, pipeline, service and kind, exact to the last digit.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::civil::Date;
use rust_decimal::Decimal;
use twox_hash::XxHash3_64;

use super::names::{Hashes, Names};
use super::{CostError, CostRow, Kind, Meaning};
use crate::profile::spend::SpendPart;
use crate::units::Usd;

/// What a sum is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CellKey {
    /// The day, UTC.
    pub day: Date,
    /// The pipeline, an index of [`Ledger::pipelines`]; `None` for untagged spend.
    pub pipeline: Option<u32>,
    /// The service, an index of [`Ledger::services`].
    pub service: u32,
    /// Part of the bill.
    pub part: SpendPart,
    /// Spot capacity.
    pub spot: bool,
    /// Kind of charge.
    pub kind: Kind,
}

/// A sum.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cell {
    /// What was paid.
    pub cost: Decimal,
    /// What it would have cost On-Demand, where the export says it.
    pub on_demand_cost: Decimal,
    /// Whether every row said it.
    pub on_demand_known: bool,
    /// vCPU-hours.
    pub vcpu_hours: f64,
}

impl Cell {
    /// Of no rows.
    const NONE: Self =
        Self { cost: Decimal::ZERO, on_demand_cost: Decimal::ZERO, on_demand_known: true, vcpu_hours: 0.0 };
}

/// All rows of one or more exports, added up.
#[derive(Debug, Default)]
pub struct Ledger {
    tag: String,
    currency: Option<String>,
    pipelines: Names,
    services: Names,
    /// By service and usage type.
    meanings: HashMap<u32, HashMap<String, Meaning>>,
    cells: HashMap<CellKey, Cell>,
    /// Hashes of runs by day and pipeline.
    runs: HashMap<(Date, u32), HashSet<u64>>,
    /// Hash of each line item's id, with one of its cost.
    seen: Hashes<u32>,
    rows: u64,
    duplicates: u64,
    duplicated: Decimal,
    /// Whether some export could tell runs apart.
    knows_runs: bool,
}

impl Ledger {
    /// An empty ledger of pipelines that a tag names.
    #[must_use]
    pub fn new(tag: impl Into<String>) -> Self {
        Self { tag: tag.into(), ..Self::default() }
    }

    /// The tag that names pipelines.
    #[must_use]
    pub fn tag(&self) -> &str {
        &self.tag
    }

    /// Adds a row. A line item that was added already, with the same cost, is counted once.
    ///
    /// # Errors
    /// Another currency, or the same line item with another cost.
    pub fn add(&mut self, row: &CostRow<'_>) -> Result<(), CostError> {
        self.check_currency(row)?;
        if !row.id.is_empty() && self.is_duplicate(row)? {
            self.duplicates += 1;
            self.duplicated += row.cost;
            return Ok(());
        }
        self.rows += 1;
        let service = self.services.number(row.service);
        let meaning = self.meaning(service, row);
        let pipeline = (!row.pipeline.is_empty()).then(|| self.pipelines.number(row.pipeline));
        let used = row.kind == Kind::Usage;
        let key =
            CellKey { day: row.day, pipeline, service, part: meaning.part, spot: used && meaning.spot, kind: row.kind };
        let cell = self.cells.entry(key).or_insert(Cell::NONE);
        cell.cost += row.cost;
        cell.on_demand_cost += row.on_demand_cost.unwrap_or_default();
        cell.on_demand_known &= row.on_demand_cost.is_some();
        if used {
            cell.vcpu_hours += row.usage * meaning.vcpu_hours;
        }
        if let (Some(pipeline), false) = (pipeline, row.run.is_empty()) {
            self.knows_runs = true;
            self.runs.entry((row.day, pipeline)).or_default().insert(XxHash3_64::oneshot(row.run.as_bytes()));
        }
        Ok(())
    }

    /// Notes a run of a pipeline, where rows of cost do not name it.
    pub fn note_run(&mut self, day: Date, pipeline: &str, run: &str) {
        let pipeline = self.pipelines.number(pipeline);
        self.knows_runs = true;
        self.runs.entry((day, pipeline)).or_default().insert(XxHash3_64::oneshot(run.as_bytes()));
    }

    fn check_currency(&mut self, row: &CostRow<'_>) -> Result<(), CostError> {
        match &self.currency {
            Some(first) if first == row.currency => Ok(()),
            Some(first) => Err(CostError::Currencies {
                row: row.number,
                first: first.clone(),
                other: if row.currency.is_empty() { "no currency".to_owned() } else { row.currency.to_owned() },
            }),
            None => {
                self.currency = Some(row.currency.to_owned());
                Ok(())
            }
        }
    }

    fn is_duplicate(&mut self, row: &CostRow<'_>) -> Result<bool, CostError> {
        let id = XxHash3_64::oneshot_with_seed(XxHash3_64::oneshot(row.interval.as_bytes()), row.id.as_bytes());
        match self.seen.insert(id, hash_of_cost(row)) {
            None => Ok(false),
            Some(known) if known == hash_of_cost(row) => Ok(true),
            Some(_) => Err(CostError::Contradiction { row: row.number, id: row.id.to_owned(), cost: row.cost }),
        }
    }

    fn meaning(&mut self, service: u32, row: &CostRow<'_>) -> Meaning {
        let known = self.meanings.entry(service).or_default();
        match known.get(row.usage_type) {
            Some(meaning) => *meaning,
            None => *known.entry(row.usage_type.to_owned()).or_insert(Meaning::of(row.service, row.usage_type)),
        }
    }

    /// Adds the sums of other rows, unless that is more than adding: a line item that is known already, or another
    /// currency. Then nothing changes, and the answer is `false`.
    pub(super) fn absorb(&mut self, part: Self) -> bool {
        let same_currency = self.currency.is_none() || part.currency.is_none() || self.currency == part.currency;
        if !same_currency || part.seen.keys().any(|id| self.seen.contains_key(id)) {
            return false;
        }
        let numbers =
            |own: &mut Names, other: &Names| -> Vec<u32> { other.list().iter().map(|name| own.number(name)).collect() };
        let pipelines = numbers(&mut self.pipelines, &part.pipelines);
        let services = numbers(&mut self.services, &part.services);
        for (key, cell) in part.cells {
            let own = CellKey {
                pipeline: key.pipeline.map(|number| pipelines[number as usize]),
                service: services[key.service as usize],
                ..key
            };
            let sum = self.cells.entry(own).or_insert(Cell::NONE);
            sum.cost += cell.cost;
            sum.on_demand_cost += cell.on_demand_cost;
            sum.on_demand_known &= cell.on_demand_known;
            sum.vcpu_hours += cell.vcpu_hours;
        }
        for ((day, pipeline), runs) in part.runs {
            self.runs.entry((day, pipelines[pipeline as usize])).or_default().extend(runs);
        }
        self.seen.extend(part.seen);
        self.currency = self.currency.take().or(part.currency);
        self.rows += part.rows;
        self.duplicates += part.duplicates;
        self.duplicated += part.duplicated;
        self.knows_runs |= part.knows_runs;
        true
    }

    /// The sums, in the order of their keys.
    #[must_use]
    pub fn cells(&self) -> BTreeMap<CellKey, Cell> {
        self.cells.iter().map(|(key, cell)| (*key, *cell)).collect()
    }

    /// Names of pipelines by number.
    #[must_use]
    pub fn pipelines(&self) -> &[String] {
        self.pipelines.list()
    }

    /// Names of services by number.
    #[must_use]
    pub fn services(&self) -> &[String] {
        self.services.list()
    }

    /// Different runs of a pipeline on the days from `from` to `until` (exclusive), each counted on the day that it was
    /// first seen; `None` when no export tells runs apart.
    #[must_use]
    pub fn runs(&self, pipeline: u32, from: Date, until: Date) -> Option<Vec<(Date, u64)>> {
        if !self.knows_runs {
            return None;
        }
        let mut days: Vec<(&Date, &HashSet<u64>)> =
            self.runs.iter().filter(|((_, of), _)| *of == pipeline).map(|((day, _), runs)| (day, runs)).collect();
        days.sort_unstable_by_key(|(day, _)| **day);
        let mut known: HashSet<u64> = HashSet::new();
        let mut counts = Vec::new();
        for (day, runs) in days {
            let fresh = runs.iter().filter(|run| known.insert(**run)).count() as u64;
            if *day >= from && *day < until {
                counts.push((*day, fresh));
            }
        }
        Some(counts)
    }

    /// The currency; `None` while there is no row.
    #[must_use]
    pub fn currency(&self) -> Option<&str> {
        self.currency.as_deref()
    }

    /// Rows that were added, and those left out because they were there already, with their cost.
    #[must_use]
    pub fn counts(&self) -> (u64, u64, Usd) {
        (self.rows, self.duplicates, Usd::new(self.duplicated))
    }

    /// Sum of everything.
    #[must_use]
    pub fn total(&self) -> Usd {
        self.cells.values().map(|cell| Usd::new(cell.cost)).sum()
    }

    /// First and last day with a row.
    #[must_use]
    pub fn days(&self) -> Option<(Date, Date)> {
        let days = || self.cells.keys().map(|key| key.day);
        Some((days().min()?, days().max()?))
    }
}

/// Half of a hash is one, too.
fn hash_of_cost(row: &CostRow<'_>) -> u32 {
    let day = i64::from(row.day.year()) << 16 | i64::from(row.day.day_of_year());
    let hash = XxHash3_64::oneshot_with_seed(day.unsigned_abs(), &row.cost.normalize().serialize());
    u32::try_from(hash >> 32).unwrap_or_default()
}
