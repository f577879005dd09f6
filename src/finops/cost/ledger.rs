//! The sums of an export: by day, pipeline, service and kind, exact to the last digit.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use jiff::civil::Date;
use rust_decimal::Decimal;

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

/// All rows of one or more exports, added up.
#[derive(Debug, Default)]
pub struct Ledger {
    tag: String,
    currency: Option<String>,
    pipelines: Names,
    services: Names,
    meanings: HashMap<(u32, String), Meaning>,
    cells: HashMap<CellKey, Cell>,
    /// Hashes of runs by day and pipeline.
    runs: HashMap<(Date, u32), HashSet<u64>>,
    /// Hash of each line item's id, with one of its cost.
    seen: HashMap<u64, u32>,
    rows: u64,
    duplicates: u64,
    duplicated: Decimal,
    /// Whether some export could tell runs apart.
    knows_runs: bool,
}

/// Texts by number.
#[derive(Debug, Default)]
struct Names {
    list: Vec<String>,
    index: HashMap<String, u32>,
}

impl Names {
    fn number(&mut self, name: &str) -> u32 {
        if let Some(number) = self.index.get(name) {
            return *number;
        }
        let number = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        self.list.push(name.to_owned());
        self.index.insert(name.to_owned(), number);
        number
    }
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
        let cell = self.cells.entry(key).or_insert_with(|| Cell { on_demand_known: true, ..Cell::default() });
        cell.cost += row.cost;
        cell.on_demand_cost += row.on_demand_cost.unwrap_or_default();
        cell.on_demand_known &= row.on_demand_cost.is_some();
        if used {
            cell.vcpu_hours += row.usage * meaning.vcpu_hours;
        }
        if let (Some(pipeline), false) = (pipeline, row.run.is_empty()) {
            self.knows_runs = true;
            self.runs.entry((row.day, pipeline)).or_default().insert(hash(row.run));
        }
        Ok(())
    }

    /// Notes a run of a pipeline, where rows of cost do not name it.
    pub fn note_run(&mut self, day: Date, pipeline: &str, run: &str) {
        let pipeline = self.pipelines.number(pipeline);
        self.knows_runs = true;
        self.runs.entry((day, pipeline)).or_default().insert(hash(run));
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
        #[expect(clippy::cast_possible_truncation, reason = "half of a hash is one, too")]
        let cost = hash((row.cost.normalize(), row.day)) as u32;
        match self.seen.insert(hash((row.id, row.interval)), cost) {
            None => Ok(false),
            Some(known) if known == cost => Ok(true),
            Some(_) => Err(CostError::Contradiction { row: row.number, id: row.id.to_owned(), cost: row.cost }),
        }
    }

    fn meaning(&mut self, service: u32, row: &CostRow<'_>) -> Meaning {
        // A map of owned texts is asked with an owned key only when the text is new.
        let key = (service, row.usage_type.to_owned());
        *self.meanings.entry(key).or_insert_with(|| Meaning::of(row.service, row.usage_type))
    }

    /// The sums, in the order of their keys.
    #[must_use]
    pub fn cells(&self) -> BTreeMap<CellKey, Cell> {
        self.cells.iter().map(|(key, cell)| (*key, *cell)).collect()
    }

    /// Names of pipelines by number.
    #[must_use]
    pub fn pipelines(&self) -> &[String] {
        &self.pipelines.list
    }

    /// Names of services by number.
    #[must_use]
    pub fn services(&self) -> &[String] {
        &self.services.list
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

fn hash(value: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}
