//! The gate's answer: what `shapecast check --format json` writes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{CodedText, RecommendDocument, RunInfo, SCHEMA_VERSION, Tool};
use crate::engines::EngineId;
use crate::report::number::Dollars;

/// What a change of workloads does to cost and time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CheckDocument {
    /// Version of this contract; 1.
    pub schema_version: u32,
    /// Who wrote the document.
    pub tool: Tool,
    /// How and when.
    pub run: RunInfo,
    /// Whether the gate lets the change through.
    pub verdict: Verdict,
    /// Parts of a change that can fail the gate.
    pub fail_on: Vec<Part>,
    /// What the baseline was computed with; null when there is none yet.
    pub baseline: Option<ComputedWith>,
    /// What today's figures are computed with.
    pub current: ComputedWith,
    /// One element for each workload: those given in their order, then those that are gone.
    pub workloads: Vec<CheckedWorkload>,
    /// Sums over the workloads that have a figure on both sides, and the new and the removed ones.
    pub totals: CheckTotals,
    /// Today's whole answers of the workloads, in their order; only where a page was asked for, which shows them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<RecommendDocument>,
    /// What to know before acting.
    pub warnings: Vec<CodedText>,
}

/// Passed or failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// No limit is broken by what the gate looks at.
    Pass,
    /// A limit is broken.
    Fail,
}

/// A part of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// The workload file: the author's own.
    Workload,
    /// The prices.
    Prices,
    /// The program.
    Model,
}

impl Part {
    /// All parts.
    pub const ALL: [Self; 3] = [Self::Workload, Self::Prices, Self::Model];

    /// Its name in the contract and on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Workload => "workload",
            Self::Prices => "prices",
            Self::Model => "model",
        }
    }
}

/// Prices and model of one side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ComputedWith {
    /// Names of the price snapshots: date and the start of the digest.
    pub price_snapshots: Vec<String>,
    /// Versions of the model.
    pub model_versions: Vec<u32>,
    /// Versions of the program.
    pub tool_versions: Vec<String>,
}

/// One workload before and after.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CheckedWorkload {
    /// Its name today; of a removed one, its last.
    pub name: String,
    /// What happened to it.
    pub status: WorkloadStatus,
    /// Its former name, when it was renamed.
    pub renamed_from: Option<String>,
    /// The workload file; null when it is gone.
    pub file: Option<String>,
    /// Whether the gate lets it through.
    pub verdict: Verdict,
    /// Expected cost of a month as the baseline has it; null for a new workload, or while a price was missing.
    pub baseline_usd: Option<Dollars>,
    /// Expected cost of a month today; null for a removed workload, or while a price is missing.
    pub current_usd: Option<Dollars>,
    /// Part of the difference that the workload file made; the three parts sum to `current_usd - baseline_usd`.
    pub workload_effect_usd: Option<Dollars>,
    /// Part that the prices made.
    pub prices_effect_usd: Option<Dollars>,
    /// Part that the program made.
    pub model_effect_usd: Option<Dollars>,
    /// Half the width of the 95 % interval of `workload_effect_usd` between the simulation's replications.
    pub noise_usd: Option<Dollars>,
    /// Whether the workload's effect on cost is not zero and still within the noise.
    pub within_noise: bool,
    /// What is recommended today.
    pub current: Option<CheckedChoice>,
    /// What the baseline recommended.
    pub baseline: Option<CheckedChoice>,
    /// Median time from trigger to result; null while one side has none.
    pub duration: Option<CheckedDuration>,
    /// Values of the file that changed, with their lines.
    pub changes: Vec<CheckedChange>,
    /// Limits that are broken.
    pub breaches: Vec<Breach>,
    /// What else to know of it.
    pub notes: Vec<CodedText>,
}

/// What happened to a workload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WorkloadStatus {
    /// Says the same as in the baseline.
    Unchanged,
    /// Says something else.
    Changed,
    /// Is not in the baseline.
    New,
    /// Is in the baseline only.
    Removed,
}

/// What is recommended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CheckedChoice {
    /// The engine.
    pub engine: EngineId,
    /// Stable name of engine and shape.
    pub id: String,
    /// The size in words.
    pub shape_text: String,
    /// Median time from trigger to result.
    pub duration_p50_s: f64,
    /// Probability of meeting the deadline; 1 when there is none.
    pub deadline_met_probability: f64,
}

/// Median times before and after, and what made the difference.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CheckedDuration {
    /// As the baseline has it.
    pub baseline_s: f64,
    /// Today.
    pub current_s: f64,
    /// Part that the workload file made.
    pub workload_effect_s: f64,
    /// Part that the prices made, by another choice of shape.
    pub prices_effect_s: f64,
    /// Part that the program made.
    pub model_effect_s: f64,
    /// Half the width of the 95 % interval of `workload_effect_s` between the simulation's replications.
    pub noise_s: f64,
}

/// One changed value of a workload file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CheckedChange {
    /// Its path in the workload file.
    pub path: String,
    /// Its line, from 1.
    pub line: u64,
    /// Its column, from 1.
    pub column: u64,
    /// What was written; null for a new value.
    pub before: Option<String>,
    /// What is written; null for a deleted one.
    pub after: Option<String>,
    /// What the month costs more by this change alone: with it minus without it. Null when that was not computed, or
    /// the file makes no sense without it.
    pub effect_usd: Option<Dollars>,
    /// The same for the median time.
    pub effect_s: Option<f64>,
}

/// A broken limit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Breach {
    /// Which limit: `max-increase`, `max-increase-usd`, `budget-usd`, `max-runtime-increase`,
    /// `min-deadline-probability`; or `no-candidate`.
    pub code: String,
    /// For people, with the figures.
    pub text: String,
    /// The limit: a share, dollars a month, or a probability.
    pub limit: Option<f64>,
    /// What stands against it, in the limit's measure.
    pub actual: Option<f64>,
    /// The changed value that does most of it.
    pub path: Option<String>,
    /// The line to look at, from 1.
    pub line: u64,
    /// The column, from 1.
    pub column: u64,
}

/// Sums of a gate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CheckTotals {
    /// Workloads in this answer.
    pub workloads: u64,
    /// Those that fail.
    pub failed: u64,
    /// Month's cost of the baseline; null while a figure is missing.
    pub baseline_usd: Option<Dollars>,
    /// Month's cost today; null while a figure is missing.
    pub current_usd: Option<Dollars>,
    /// What the files of workloads on both sides made of it.
    pub workload_effect_usd: Option<Dollars>,
    /// What the prices made of it.
    pub prices_effect_usd: Option<Dollars>,
    /// What the program made of it.
    pub model_effect_usd: Option<Dollars>,
    /// What new workloads add.
    pub new_usd: Option<Dollars>,
    /// What removed workloads save.
    pub removed_usd: Option<Dollars>,
}

impl CheckDocument {
    /// Puts a gate's answer together.
    #[must_use]
    pub fn new(
        run: RunInfo,
        fail_on: Vec<Part>,
        sides: (Option<ComputedWith>, ComputedWith),
        workloads: Vec<CheckedWorkload>,
        warnings: Vec<CodedText>,
    ) -> Self {
        let failed = workloads.iter().any(|one| one.verdict == Verdict::Fail);
        Self {
            schema_version: SCHEMA_VERSION,
            tool: Tool::this(),
            run,
            verdict: if failed { Verdict::Fail } else { Verdict::Pass },
            fail_on,
            baseline: sides.0,
            current: sides.1,
            totals: CheckTotals::of(&workloads),
            workloads,
            answers: Vec::new(),
            warnings,
        }
    }
}

impl CheckTotals {
    fn of(workloads: &[CheckedWorkload]) -> Self {
        let is = |status: WorkloadStatus| workloads.iter().filter(move |one| one.status == status);
        let both =
            || workloads.iter().filter(|one| !matches!(one.status, WorkloadStatus::New | WorkloadStatus::Removed));
        let before = workloads.iter().filter(|one| one.status != WorkloadStatus::New);
        let after = workloads.iter().filter(|one| one.status != WorkloadStatus::Removed);
        Self {
            workloads: workloads.len() as u64,
            failed: workloads.iter().filter(|one| one.verdict == Verdict::Fail).count() as u64,
            baseline_usd: sum(before.map(|one| one.baseline_usd)),
            current_usd: sum(after.map(|one| one.current_usd)),
            workload_effect_usd: sum(both().map(|one| one.workload_effect_usd)),
            prices_effect_usd: sum(both().map(|one| one.prices_effect_usd)),
            model_effect_usd: sum(both().map(|one| one.model_effect_usd)),
            new_usd: sum(is(WorkloadStatus::New).map(|one| one.current_usd)),
            removed_usd: sum(is(WorkloadStatus::Removed).map(|one| one.baseline_usd)),
        }
    }
}

/// The sum; unknown as soon as one part is.
fn sum(parts: impl Iterator<Item = Option<Dollars>>) -> Option<Dollars> {
    parts.map(|part| part.map(Dollars::usd)).sum::<Option<crate::units::Usd>>().map(Dollars::from)
}
