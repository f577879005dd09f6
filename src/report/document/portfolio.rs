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
    /// What to move first: workloads by what the recommendation saves over what they run on today.
    #[serde(default)]
    pub savings: Vec<Saving>,
    /// Quotas that are passed and Spot pools that are shared when pipelines run at the same time.
    #[serde(default)]
    pub conflicts: Vec<Conflict>,
}

/// What moving one workload saves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Saving {
    /// The workload.
    pub workload: String,
    /// What it runs on today.
    pub from: EngineId,
    /// What is recommended.
    pub to: EngineId,
    /// Cost of a month today.
    pub now_usd: Dollars,
    /// Cost of a month as recommended.
    pub recommended_usd: Dollars,
    /// What a month saves; negative where today's is cheaper.
    pub saving_usd: Dollars,
    /// What a year saves.
    pub yearly_saving_usd: Dollars,
}

/// Pipelines in each other's way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Conflict {
    /// `quota-exceeded`, `quota-may-be-exceeded` (when workloads without a time of day coincide), or
    /// `spot-pool-shared`.
    pub code: String,
    /// The region.
    pub region: String,
    /// Of a quota what it counts: `on-demand-vcpu`, `spot-vcpu`, `emr-serverless-vcpu`, `fargate-vcpu`, `glue-dpu`,
    /// `vcpu` (all of them, `constraints.max_vcpu`).
    pub quota: Option<String>,
    /// The limit.
    pub limit: Option<f64>,
    /// What is wanted at once.
    pub wanted: Option<f64>,
    /// The instance types of shared Spot pools.
    pub instance_types: Vec<String>,
    /// Since when, UTC; null when the workloads' schedules do not say.
    pub at: Option<String>,
    /// The workloads.
    pub workloads: Vec<String>,
    /// For people.
    pub text: String,
}

/// Sums over the recommendations of a portfolio.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Totals {
    /// Number of workloads.
    pub workloads: u64,
    /// Expected cost of a month of all recommendations; null while one of them lacks a price.
    pub monthly_cost_usd: Option<Dollars>,
    /// Cost of a month of what the workloads run on today, over those that say it (`today`) and are priced; null when
    /// none does.
    pub now_usd: Option<Dollars>,
    /// What those same workloads cost as recommended.
    pub recommended_of_known_usd: Option<Dollars>,
    /// Workloads whose cost today is not known: they are not in `now_usd`.
    #[serde(default)]
    pub now_unknown: Vec<String>,
    /// The same by engine.
    pub by_engine: Vec<EngineTotal>,
    /// By the tag `team`.
    #[serde(default)]
    pub by_team: Vec<TagTotal>,
    /// By every tag.
    #[serde(default)]
    pub by_tag: Vec<TagTotal>,
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

/// One tag value's part of a portfolio.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TagTotal {
    /// The tag.
    pub tag: String,
    /// Its value; null for workloads without the tag.
    pub value: Option<String>,
    /// Workloads.
    pub workloads: u64,
    /// Cost of a month today of those where it is known.
    pub now_usd: Option<Dollars>,
    /// Expected cost of a month of the priced recommendations.
    pub monthly_cost_usd: Dollars,
}

impl PortfolioDocument {
    /// Puts the documents of one run together; `None` when there are none.
    #[must_use]
    pub fn new(workloads: Vec<RecommendDocument>) -> Option<Self> {
        let run = workloads.first()?.run.clone();
        let totals = Totals::of(&workloads);
        let savings = savings(&workloads);
        let tool = Tool::this();
        Some(Self { schema_version: SCHEMA_VERSION, tool, run, workloads, totals, savings, conflicts: Vec::new() })
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
            now_usd: sum_of(documents.iter().filter_map(now)),
            recommended_of_known_usd: sum_of(documents.iter().filter(|d| now(d).is_some()).filter_map(recommended)),
            now_unknown: named(|d| now(d).is_none()),
            by_engine: by_engine(&priced),
            by_team: by_tag(documents, "team"),
            by_tag: tags(documents).into_iter().flat_map(|tag| by_tag(documents, tag)).collect(),
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

/// The sum, when there is anything to sum.
fn sum_of(amounts: impl Iterator<Item = Usd>) -> Option<Dollars> {
    amounts.reduce(std::ops::Add::add).map(Dollars::from)
}

/// What a workload says that it runs on today. Baselines that it does not name are comparisons only.
fn today(document: &RecommendDocument) -> Option<&Entry> {
    let today = &document.workload.resolved.today;
    let named = [
        (EngineId::EmrEc2Standing, today.standing_cluster.is_some()),
        (EngineId::Ec2Single, today.single_instance.is_some()),
        (EngineId::OnPremises, today.on_premises.is_some()),
    ];
    let engine = named.into_iter().find(|(_, named)| *named)?.0;
    document.recommendations.iter().find(|entry| entry.engine == engine)
}

fn now(document: &RecommendDocument) -> Option<Usd> {
    today(document)?.monthly_cost_usd.map(Dollars::usd)
}

fn recommended(document: &RecommendDocument) -> Option<Usd> {
    document.best()?.monthly_cost_usd.map(Dollars::usd)
}

fn savings(documents: &[RecommendDocument]) -> Vec<Saving> {
    let one = |document: &RecommendDocument| {
        let (now_usd, recommended_usd) = (now(document)?, recommended(document)?);
        let saving = now_usd - recommended_usd;
        Some(Saving {
            workload: document.workload.name.clone(),
            from: today(document)?.engine,
            to: document.best()?.engine,
            now_usd: now_usd.into(),
            recommended_usd: recommended_usd.into(),
            saving_usd: saving.into(),
            yearly_saving_usd: (saving * rust_decimal::Decimal::from(12)).into(),
        })
    };
    let mut all: Vec<Saving> = documents.iter().filter_map(one).collect();
    all.sort_by(|a, b| b.saving_usd.cmp(&a.saving_usd).then_with(|| a.workload.cmp(&b.workload)));
    all
}

fn tags(documents: &[RecommendDocument]) -> std::collections::BTreeSet<&str> {
    documents.iter().flat_map(|document| document.workload.tags.keys()).map(String::as_str).collect()
}

fn by_tag(documents: &[RecommendDocument], tag: &str) -> Vec<TagTotal> {
    let mut groups: BTreeMap<Option<&str>, Vec<&RecommendDocument>> = BTreeMap::new();
    for document in documents {
        groups.entry(document.workload.tags.get(tag).map(String::as_str)).or_default().push(document);
    }
    if groups.keys().all(Option::is_none) {
        return Vec::new();
    }
    groups
        .into_iter()
        .map(|(value, of)| TagTotal {
            tag: tag.to_owned(),
            value: value.map(str::to_owned),
            workloads: of.len() as u64,
            now_usd: sum_of(of.iter().copied().filter_map(now)),
            monthly_cost_usd: of.iter().copied().filter_map(recommended).sum::<Usd>().into(),
        })
        .collect()
}
