//! The output contract: what `--format json` writes and what every other format is rendered from.
//!
//! The documents are append-only: keys are added, never renamed and never given another unit. Every key that holds
//! a quantity ends in its unit (`cost_usd`, `duration_s`, `input_bytes`). `explain` and `spec` read a stored
//! document and compute nothing, so a document holds everything that they print. What may differ between two runs
//! with the same inputs, seed and prices stands under `run`.

mod backtest;
mod bill;
mod candidate;
mod check;
mod data;
mod event_log;
mod likely_run;
mod matrix;
mod portfolio;
mod prices;
mod run_summary;
mod sample;
mod sensitivity;
mod simulate;
mod spot_survival;
mod weekly;
mod workload;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::engines::EngineId;
use crate::rank;

pub use backtest::{
    AdviceOut, BacktestDocument, BadRowOut, CalibrationPoint, ChoiceOut, ConfigurationOut, DriftPoint, GroupError,
    JobModel, PredictedDollars, PredictedRun, PredictedSeconds, RegretOut, RunsOut,
};
pub use bill::kebab as kebab_name;
pub use bill::{BillDocument, BillLine, Missing, PriceBasis};
pub(super) use bill::{basis as basis_of, kebab};
pub use candidate::{CostUsd, Entry, Interruptions, ParetoPoint, Precision, Role, SecondsQuantiles, Spot};
pub use check::{
    Breach, CheckDocument, CheckTotals, CheckedChange, CheckedChoice, CheckedDuration, CheckedWorkload, ComputedWith,
    Part, Verdict, WorkloadStatus,
};
pub use data::{DataDocument, FolderOut, LayoutCostOut, ListingOut, TableOut};
pub use event_log::{EventLogOut, ProfileDocument, TOLERATED_REPLAY_ERROR, warnings as log_warnings};
pub use likely_run::{ExecutorGroup, LikelyRun, Stage};
pub use matrix::{MatrixCell, MatrixDocument, MatrixLine, MatrixOffer, MatrixRule, MatrixRun};
pub use portfolio::{Conflict, EngineTotal, PortfolioDocument, Saving, TagTotal, Totals};
pub use prices::{PriceLayer, PricesUsed};
pub use run_summary::{LinkOut, RunSummary, SlotTimeOut, StageOut, TaskTimeOut};
pub use sample::{EffectOut, KeyOut, SampleDocument, ShuffleOut};
pub use sensitivity::{Sensitivity, Swing, SwingEnd, SwingWinner};
pub use simulate::{ShapeOut, SimulateDocument, WhatIfOut};
pub use spot_survival::SpotSurvivalDocument;
pub use weekly::{
    Cents, ClusterNodes, ClusterWeek, CostSource, Forecast, Idle, Mover, OpenRecommendation, PartWeek, PipelineWeek,
    SpotWeek, TrendWeek, Untagged, Variance, Week, WeeklyDocument, WeeklyRun, WeeklyTotals,
};
pub use workload::{DefaultUsed, Figure, OriginName, WorkloadOut};

/// The version of the output contract.
pub const SCHEMA_VERSION: u32 = 1;

/// The answer for one workload: what `shapecast recommend --format json` writes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RecommendDocument {
    /// Version of this contract; 1.
    pub schema_version: u32,
    /// Who wrote the document.
    pub tool: Tool,
    /// Version of the model: it rises when the same question gets another answer. Null in documents of before it was
    /// counted.
    pub model_version: Option<u32>,
    /// How and when; the only part that may change between identical questions.
    pub run: RunInfo,
    /// Which prices were used and which are missing.
    pub prices: PricesUsed,
    /// The question, resolved.
    pub workload: WorkloadOut,
    /// Number of shapes that were simulated.
    pub shapes_considered: u64,
    /// How much was simulated; null in documents of versions before 0.2.
    pub effort: Option<Effort>,
    /// Every eligible engine's best shape, best first, with alternatives and baselines in their place by cost.
    pub recommendations: Vec<Entry>,
    /// Other shapes on the front of monthly cost against time.
    pub pareto: Vec<ParetoPoint>,
    /// What is out, and why.
    pub ineligible: Vec<Ineligible>,
    /// Where the order of the first two flips, and of the best with Spot and the best without.
    pub break_even: Vec<BreakEven>,
    /// Which assumption moves the decision most; null without a fully priced recommendation, and in documents of
    /// versions before it was computed.
    pub sensitivity: Option<Sensitivity>,
    /// Who wins near the declared volume and cadence; only where a page was asked for, which shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matrix: Option<Box<MatrixDocument>>,
    /// Past runs of a kept backtest that stand in for the workload's own observed runs; only where some do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calibration: Option<CalibrationUsed>,
    /// The field's rules of thumb beside the simulation.
    pub rules: Vec<Rule>,
    /// The defaults that stand for what the workload file does not say.
    pub defaults: Vec<DefaultUsed>,
    /// What to know before acting.
    pub warnings: Vec<CodedText>,
}

/// What an answer took from a kept backtest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CalibrationUsed {
    /// The runs that it is of.
    pub runs: String,
    /// Runs that are taken as observed ones.
    pub observed_runs: u64,
}

/// How much was simulated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Effort {
    /// Shapes whose likely run was simulated and priced: the screen.
    pub screened: u64,
    /// Shapes that were run again with every uncertain figure drawn, some times, to put them in order.
    pub first_looks: u64,
    /// Shapes of these that were run `run.replications` times, and up to four times as often where that did not settle
    /// their figures.
    pub front_runners: u64,
    /// Drawn runs in all.
    pub replications: u64,
}

/// The program that wrote a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tool {
    /// `shapecast`.
    pub name: String,
    /// Its version.
    pub version: String,
}

impl Tool {
    /// This program.
    #[must_use]
    pub fn this() -> Self {
        Self { name: env!("CARGO_PKG_NAME").to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() }
    }
}

/// How and when a document was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RunInfo {
    /// Seed of the simulation.
    pub seed: u64,
    /// Replications of each front-runner.
    pub replications: u32,
    /// When the document was made, RFC 3339.
    pub created_at: String,
}

/// A text with its stable code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CodedText {
    /// Stable, kebab-case.
    pub code: String,
    /// For people; its wording is no contract.
    pub text: String,
}

/// An engine or candidate that is out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Ineligible {
    /// The engine.
    pub engine: EngineId,
    /// Stable, kebab-case.
    pub code: String,
    /// For people, with the figures.
    pub text: String,
    /// The constraint to relax, as a workload-file path.
    pub relax: Option<String>,
}

/// Where the order of two rows flips: of the first two, or of the best with Spot and the best without.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BreakEven {
    /// `input.volume` or `cadence.runs_per_month`; `spot.price_factor` or `spot.losses_per_node_hour`.
    pub axis: String,
    /// The value at which they cost the same, for people; null when there is none in the range.
    pub at: Option<String>,
    /// The same as a number: bytes, runs a month, a factor on today's Spot prices, losses of a node in an hour.
    pub at_value: Option<f64>,
    /// Who is cheaper below it.
    pub below: String,
    /// Who is cheaper above it.
    pub above: String,
    /// The range looked at, for people.
    pub range: String,
}

/// One rule of thumb beside the simulation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Rule {
    /// Stable, kebab-case.
    pub code: String,
    /// The rule in the field's words.
    pub rule: String,
    /// The engine that the rule picks.
    pub picks: EngineId,
    /// Whether the simulation ranks it first.
    pub agrees: bool,
    /// The figures.
    pub text: String,
    /// Further figures by name.
    pub figures: std::collections::BTreeMap<String, String>,
}

impl RecommendDocument {
    /// The document of an answer, made at `created_at` (RFC 3339).
    #[must_use]
    pub fn new(answer: &rank::Recommendation, created_at: &str) -> Self {
        let run = RunInfo { seed: answer.seed, replications: answer.replications, created_at: created_at.to_owned() };
        Self {
            schema_version: SCHEMA_VERSION,
            tool: Tool::this(),
            model_version: Some(crate::simulate::MODEL_VERSION),
            run,
            prices: PricesUsed::from(&answer.prices),
            workload: WorkloadOut::from(&answer.workload),
            shapes_considered: answer.shapes_considered as u64,
            effort: Some(Effort::from(answer.effort)),
            recommendations: answer.ranked.iter().map(Entry::from).collect(),
            pareto: answer.pareto.iter().map(ParetoPoint::from).collect(),
            ineligible: answer.rejected.iter().map(Ineligible::from).collect(),
            break_even: answer.break_even.iter().map(BreakEven::from).collect(),
            sensitivity: answer.sensitivity.as_ref().map(Sensitivity::from),
            matrix: None,
            calibration: None,
            rules: answer.rules.iter().map(Rule::from).collect(),
            defaults: workload::defaults(&answer.workload),
            warnings: coded(&answer.warnings),
        }
    }

    /// The same with who wins near it.
    #[must_use]
    pub fn with_matrix(mut self, answer: &rank::MatrixAnswer) -> Self {
        self.matrix = Some(Box::new(MatrixDocument::new(answer, self.run.seed, &self.run.created_at)));
        self
    }

    /// The recommendation: rank 1, when anything is eligible.
    #[must_use]
    pub fn best(&self) -> Option<&Entry> {
        self.recommendations.iter().find(|entry| entry.rank == Some(1))
    }
}

impl From<rank::Effort> for Effort {
    fn from(effort: rank::Effort) -> Self {
        Self {
            screened: effort.screened as u64,
            first_looks: effort.first_looks as u64,
            front_runners: effort.front_runners as u64,
            replications: effort.replications,
        }
    }
}

impl From<&rank::Note> for CodedText {
    fn from(note: &rank::Note) -> Self {
        Self { code: note.code.clone(), text: note.text.clone() }
    }
}

impl From<&rank::Rejected> for Ineligible {
    fn from(rejected: &rank::Rejected) -> Self {
        let rank::Rejected { engine, code, text, relax } = rejected.clone();
        Self { engine, code, text, relax }
    }
}

impl From<&rank::BreakEven> for BreakEven {
    fn from(point: &rank::BreakEven) -> Self {
        let rank::BreakEven { axis, at, at_value, below, above, range } = point.clone();
        Self { axis, at, at_value: at_value.map(super::six), below, above, range }
    }
}

impl From<&rank::RuleVerdict> for Rule {
    fn from(verdict: &rank::RuleVerdict) -> Self {
        let rank::RuleVerdict { code, rule, picks, agrees, text, figures } = verdict.clone();
        Self { code, rule, picks, agrees, text, figures }
    }
}

fn coded(notes: &[rank::Note]) -> Vec<CodedText> {
    notes.iter().map(CodedText::from).collect()
}
