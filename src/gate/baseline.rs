//! The baseline file: yesterday's figures with all that they were computed from.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Figures;
use crate::engines::EngineId;
use crate::prices::{Meter, RecordedPrices};
use crate::rank::MonthlyDraws;
use crate::report::document::{CalibrationUsed, ComputedWith, RecommendDocument, SCHEMA_VERSION, Tool};
use crate::report::{Dollars, PortfolioDocument, json};
use crate::workload::{Workload, to_yaml};

/// What `shapecast check --update-baseline` writes, to be committed beside the workload files.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Baseline {
    /// Version of this contract; 1.
    pub schema_version: u32,
    /// Always `baseline`.
    pub kind: String,
    /// The workloads, by name.
    pub workloads: Vec<BaselineWorkload>,
    /// The prices that they were computed with, by the names that the workloads refer to.
    pub price_sets: BTreeMap<String, PriceSet>,
}

/// One workload with its figures and inputs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BaselineWorkload {
    /// Its name.
    pub name: String,
    /// Its file, as seen from the baseline's folder.
    pub file: String,
    /// What was recommended; null when nothing was eligible.
    pub figures: Option<StoredFigures>,
    /// Key of its prices in `price_sets`.
    pub price_set: String,
    /// Seed of the simulation.
    pub seed: u64,
    /// Replications of each front-runner.
    pub replications: u32,
    /// Version of the model.
    pub model_version: u32,
    /// Version of the program.
    pub tool_version: String,
    /// SHA-256 of `text`.
    pub text_sha256: String,
    /// The workload file, byte by byte.
    pub text: String,
    /// Whether `text` was written from a run file: the author's own lines are then not known.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub rewritten: bool,
    /// Past runs that the stored figures took from a kept backtest; `text` is without them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calibration: Option<CalibrationUsed>,
}

/// The figures that are compared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StoredFigures {
    /// The recommended engine.
    pub engine: EngineId,
    /// Stable name of engine and shape.
    pub id: String,
    /// The size in words.
    pub shape_text: String,
    /// Expected cost of a month; null while a price was missing.
    pub monthly_cost_usd: Option<Dollars>,
    /// Median time from trigger to result.
    pub duration_p50_s: f64,
    /// Probability of meeting the deadline.
    pub deadline_met_probability: f64,
}

/// The prices of one snapshot in one region.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PriceSet {
    /// Name of the snapshot: its date and the start of its digest.
    pub snapshot_id: String,
    /// SHA-256 of the snapshot.
    pub snapshot_sha256: String,
    /// Date of the snapshot.
    pub as_of: String,
    /// The region.
    pub region: String,
    /// Every price that was asked for, own prices included, discounts of the workload file not.
    pub answers: RecordedPrices,
}

/// Why a baseline cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// No JSON, another version, or a missing field.
    #[error(transparent)]
    Json(#[from] json::ReadError),
    /// It is JSON of another kind.
    #[error("it is neither a baseline nor a run of `shapecast recommend`")]
    Kind,
    /// Somebody edited an embedded workload.
    #[error("the embedded workload `{name}` does not have the digest that stands beside it: somebody edited the file")]
    Digest {
        /// The workload.
        name: String,
    },
    /// A workload refers to prices that are not there.
    #[error("the workload `{name}` refers to the prices `{key}`, which the file does not hold")]
    NoPrices {
        /// The workload.
        name: String,
        /// The key.
        key: String,
    },
}

impl Baseline {
    /// A baseline of some workloads.
    #[must_use]
    pub fn new(mut workloads: Vec<BaselineWorkload>, mut price_sets: BTreeMap<String, PriceSet>) -> Self {
        workloads.sort_by(|a, b| a.name.cmp(&b.name));
        price_sets.retain(|key, _| workloads.iter().any(|one| one.price_set == *key));
        Self { schema_version: SCHEMA_VERSION, kind: "baseline".to_owned(), workloads, price_sets }
    }

    /// Reads a baseline, or a run that `recommend --out run.json` wrote.
    ///
    /// # Errors
    /// It is neither, or it does not hold together.
    pub fn from_text(text: &str) -> Result<Self, ReadError> {
        #[derive(Deserialize)]
        struct Probe {
            kind: Option<String>,
            recommendations: Option<serde::de::IgnoredAny>,
            totals: Option<serde::de::IgnoredAny>,
        }
        let probe: Probe = serde_json::from_str(text).map_err(json::ReadError::from)?;
        if probe.kind.as_deref() == Some("baseline") {
            return json::from_text::<Self>(text)?.verified();
        }
        if probe.recommendations.is_some() {
            return Ok(Self::from_runs(&[json::from_text(text)?]));
        }
        if probe.totals.is_some() {
            return Ok(Self::from_runs(&json::from_text::<PortfolioDocument>(text)?.workloads));
        }
        Err(ReadError::Kind)
    }

    fn verified(self) -> Result<Self, ReadError> {
        for one in &self.workloads {
            if digest(&one.text) != one.text_sha256 {
                return Err(ReadError::Digest { name: one.name.clone() });
            }
            if !self.price_sets.contains_key(&one.price_set) {
                return Err(ReadError::NoPrices { name: one.name.clone(), key: one.price_set.clone() });
            }
        }
        Ok(self)
    }

    /// A run file holds no text and only the prices of its bills.
    fn from_runs(documents: &[RecommendDocument]) -> Self {
        let mut price_sets: BTreeMap<String, PriceSet> = BTreeMap::new();
        let mut workloads = Vec::new();
        for document in documents {
            let prices = &document.prices;
            let snapshot_id = format!("{}+{}", prices.as_of, start(&prices.snapshot_sha256));
            let price_set = format!("{snapshot_id}/{}", prices.region);
            let set = price_sets.entry(price_set.clone()).or_insert_with(|| PriceSet {
                snapshot_id,
                snapshot_sha256: prices.snapshot_sha256.clone(),
                as_of: prices.as_of.clone(),
                region: prices.region.clone(),
                answers: RecordedPrices::default(),
            });
            set.answers.extend(prices_of_bills(document));
            workloads.push(BaselineWorkload::from_run(document, price_set));
        }
        Self::new(workloads, price_sets)
    }

    /// What it was computed with.
    #[must_use]
    pub fn computed_with(&self) -> ComputedWith {
        let mut with = ComputedWith {
            price_snapshots: self.price_sets.values().map(|set| set.snapshot_id.clone()).collect(),
            model_versions: self.workloads.iter().map(|one| one.model_version).collect(),
            tool_versions: self.workloads.iter().map(|one| one.tool_version.clone()).collect(),
        };
        with.price_snapshots.sort();
        with.price_snapshots.dedup();
        with.model_versions.sort_unstable();
        with.model_versions.dedup();
        with.tool_versions.sort();
        with.tool_versions.dedup();
        with
    }
}

/// List prices of a run's bills. Where the workload has discounts, its bills show prices after them: those are of no
/// use here, and today's list prices stand for them.
fn prices_of_bills(document: &RecommendDocument) -> RecordedPrices {
    let mut taken = RecordedPrices::default();
    if !document.workload.resolved.discounts.is_empty() {
        return taken;
    }
    for line in document.recommendations.iter().flat_map(|entry| &entry.bill) {
        if line.meter.parse::<Meter>().is_ok() {
            taken.usd.insert(line.meter.clone(), line.unit_price_usd.map(|price| price.get()));
        }
    }
    taken
}

impl BaselineWorkload {
    fn from_run(document: &RecommendDocument, price_set: String) -> Self {
        let best = document.best();
        let mut workload = document.workload.resolved.clone();
        if document.calibration.is_some() {
            // Lent by a kept backtest: the author's file says nothing of them, so no change of it takes them away.
            workload.observed_runs.clear();
        }
        let text = to_yaml(&workload);
        Self {
            name: document.workload.name.clone(),
            file: String::new(),
            figures: best.map(|entry| StoredFigures {
                engine: entry.engine,
                id: entry.id.clone(),
                shape_text: entry.shape_text.clone(),
                monthly_cost_usd: entry.monthly_cost_usd,
                duration_p50_s: entry.duration_s.p50,
                deadline_met_probability: entry.deadline_met_probability,
            }),
            price_set,
            seed: document.run.seed,
            replications: document.run.replications,
            model_version: document.model_version.unwrap_or_default(),
            tool_version: document.tool.version.clone(),
            text_sha256: digest(&text),
            text,
            rewritten: true,
            calibration: document.calibration.clone(),
        }
    }

    /// A workload of today.
    #[must_use]
    pub fn of_today(
        workload: &Workload,
        file: String,
        text: &str,
        figures: Option<&Figures>,
        price_set: String,
        (seed, replications): (u64, u32),
    ) -> Self {
        Self {
            name: workload.name.clone(),
            file,
            figures: figures.map(StoredFigures::from),
            price_set,
            seed,
            replications,
            model_version: crate::simulate::MODEL_VERSION,
            tool_version: Tool::this().version,
            text_sha256: digest(text),
            text: text.to_owned(),
            rewritten: false,
            calibration: None,
        }
    }
}

impl From<&Figures> for StoredFigures {
    fn from(figures: &Figures) -> Self {
        Self {
            engine: figures.engine,
            id: figures.id.clone(),
            shape_text: figures.shape_text.clone(),
            monthly_cost_usd: figures.monthly,
            duration_p50_s: figures.duration_s,
            deadline_met_probability: figures.deadline_met,
        }
    }
}

impl StoredFigures {
    /// As figures without single replications.
    #[must_use]
    pub fn figures(&self) -> Figures {
        Figures {
            engine: self.engine,
            id: self.id.clone(),
            shape_text: self.shape_text.clone(),
            monthly: self.monthly_cost_usd,
            duration_s: self.duration_p50_s,
            deadline_met: self.deadline_met_probability,
            draws: MonthlyDraws::default(),
        }
    }
}

/// SHA-256 of a text, in hexadecimal.
pub(super) fn digest(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The first twelve characters.
pub(super) fn start(digest: &str) -> &str {
    digest.get(..12).unwrap_or(digest)
}
