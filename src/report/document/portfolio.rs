//! Several workloads and their totals.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Entry, RecommendDocument, RunInfo, SCHEMA_VERSION, Tool};
use crate::engines::EngineId;
use crate::report::number::Dollars;
use crate::units::Usd;

/// The answer for several workloads: what `shapecast recommend A B … --format json` writes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PortfolioDocument {
    /// Version of this contract; 1.
    pub schema_version: u32,
    /// Who wrote the document.
    pub tool: Tool,
    /// How and when.
    pub run: RunInfo,
    /// One complete document for each workload, in the order asked.
    pub workloads: Vec<RecommendDocument>,
    /// Sums over the recommendations.
    pub totals: Totals,
}

/// Sums over the recommendations of a portfolio.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Totals {
    /// Number of workloads.
    pub workloads: u64,
    /// Expected cost of a month of all recommendations; null while one of them lacks a price.
    pub monthly_cost_usd: Option<Dollars>,
    /// The same by engine.
    pub by_engine: Vec<EngineTotal>,
    /// Workloads whose recommendation lacks a price: they are in no sum.
    pub unpriced: Vec<String>,
    /// Workloads that nothing can serve: they are in no sum.
    pub unserved: Vec<String>,
}

/// One engine's part of a portfolio.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EngineTotal {
    /// The engine.
    pub engine: EngineId,
    /// Workloads that it is recommended for.
    pub workloads: u64,
    /// Expected cost of a month of the priced ones.
    pub monthly_cost_usd: Dollars,
}

impl PortfolioDocument {
    /// Puts the documents of one run together; `None` when there are none.
    #[must_use]
    pub fn new(workloads: Vec<RecommendDocument>) -> Option<Self> {
        let run = workloads.first()?.run.clone();
        let totals = Totals::of(&workloads);
        Some(Self { schema_version: SCHEMA_VERSION, tool: Tool::this(), run, workloads, totals })
    }
}

impl Totals {
    fn of(documents: &[RecommendDocument]) -> Self {
        let named = |wanted: fn(&RecommendDocument) -> bool| -> Vec<String> {
            documents.iter().filter(|d| wanted(d)).map(|d| d.workload.name.clone()).collect()
        };
        let unpriced = named(|d| d.best().is_some_and(|entry| entry.monthly_cost_usd.is_none()));
        let unserved = named(|d| d.best().is_none());
        let priced: Vec<(&Entry, Usd)> = documents
            .iter()
            .filter_map(RecommendDocument::best)
            .filter_map(|entry| Some((entry, entry.monthly_cost_usd?.usd())))
            .collect();
        let sum = priced.iter().map(|(_, cost)| *cost).sum::<Usd>();
        Self {
            workloads: documents.len() as u64,
            monthly_cost_usd: unpriced.is_empty().then(|| sum.into()),
            by_engine: by_engine(&priced),
            unpriced,
            unserved,
        }
    }
}

fn by_engine(priced: &[(&Entry, Usd)]) -> Vec<EngineTotal> {
    let mut sums: BTreeMap<EngineId, (u64, Usd)> = BTreeMap::new();
    for (entry, cost) in priced {
        let (workloads, sum) = sums.entry(entry.engine).or_default();
        *workloads += 1;
        *sum += *cost;
    }
    let totals = sums.into_iter();
    totals.map(|(engine, (workloads, sum))| EngineTotal { engine, workloads, monthly_cost_usd: sum.into() }).collect()
}
