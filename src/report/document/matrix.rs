//! The decision matrix as a contract.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{CodedText, RecommendDocument, SCHEMA_VERSION, Tool};
use crate::engines::EngineId;
use crate::rank;
use crate::report::number::{Dollars, six};

/// Who wins over volume and cadence: what `shapecast matrix --format json` writes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MatrixDocument {
    /// Version of this contract; 1.
    pub schema_version: u32,
    /// Who wrote the document.
    pub tool: Tool,
    /// How and when; the only part that may change between identical questions.
    pub run: MatrixRun,
    /// The workload's name.
    pub workload: String,
    /// The region that the prices are for.
    pub region: String,
    /// Date of the price book.
    pub prices_as_of: String,
    /// The price book in words, newest layer first.
    #[serde(default)]
    pub prices_source: String,
    /// Bytes of input of each column.
    pub input_bytes: Vec<u64>,
    /// Runs a month of each row.
    pub runs_per_month: Vec<f64>,
    /// Row by row.
    pub cells: Vec<MatrixCell>,
    /// Where the winner changes between neighbouring cells.
    pub break_even: Vec<MatrixLine>,
    /// The answer at the declared volume and cadence; only where a page was asked for, which shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Box<RecommendDocument>>,
    /// What is not live although it was asked for.
    #[serde(default)]
    pub warnings: Vec<CodedText>,
}

/// How and when a matrix was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MatrixRun {
    /// Seed of the simulation.
    pub seed: u64,
    /// When it was made, RFC 3339.
    pub created_at: String,
}

/// One volume and cadence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MatrixCell {
    /// Bytes of input of a run.
    pub input_bytes: u64,
    /// Runs a month.
    pub runs_per_month: f64,
    /// Whether this is what the workload declares.
    pub declared: bool,
    /// Each engine's best shape that meets the deadline, cheapest first; the first one wins.
    pub offers: Vec<MatrixOffer>,
    /// What the field's rules of thumb pick here.
    pub rules: Vec<MatrixRule>,
}

/// An engine's best shape in a cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MatrixOffer {
    /// The engine.
    pub engine: EngineId,
    /// Stable name of engine and shape.
    pub id: String,
    /// The size in words.
    pub shape_text: String,
    /// Expected cost of a month.
    pub monthly_cost_usd: Dollars,
    /// Median time, trigger to result.
    pub duration_s: f64,
}

/// A rule of thumb in a cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MatrixRule {
    /// Stable, kebab-case.
    pub code: String,
    /// The engine that it picks.
    pub picks: EngineId,
    /// Whether that engine wins.
    pub agrees: bool,
}

/// Where the winner changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MatrixLine {
    /// `input.volume` or `cadence.runs_per_month`.
    pub axis: String,
    /// The value of the other axis: runs a month, or bytes.
    pub across: f64,
    /// Where both cost the same: bytes, or runs a month.
    pub at_value: f64,
    /// Who is cheaper below.
    pub below: EngineId,
    /// Who is cheaper above.
    pub above: EngineId,
}

impl MatrixDocument {
    /// The document of a matrix, made at `created_at` (RFC 3339).
    #[must_use]
    pub fn new(answer: &rank::MatrixAnswer, seed: u64, created_at: &str) -> Self {
        let matrix = &answer.matrix;
        Self {
            schema_version: SCHEMA_VERSION,
            tool: Tool::this(),
            run: MatrixRun { seed, created_at: created_at.to_owned() },
            workload: answer.workload.clone(),
            region: answer.region.clone(),
            prices_as_of: answer.prices_as_of.clone(),
            prices_source: String::new(),
            input_bytes: matrix.volumes.iter().map(|volume| volume.get()).collect(),
            runs_per_month: matrix.cadences.iter().copied().map(six).collect(),
            cells: matrix.cells.iter().map(|cell| MatrixCell::new(cell, answer.declared)).collect(),
            break_even: matrix.lines.iter().map(MatrixLine::from).collect(),
            answer: None,
            warnings: Vec::new(),
        }
    }
}

impl MatrixCell {
    fn new(cell: &rank::MatrixCell, declared: (crate::units::Bytes, f64)) -> Self {
        let winner = cell.winner().map(|offer| offer.engine);
        Self {
            input_bytes: cell.volume.get(),
            runs_per_month: six(cell.runs_per_month),
            declared: cell.volume == declared.0 && (cell.runs_per_month - declared.1).abs() < 1e-9,
            offers: cell
                .offers
                .iter()
                .map(|offer| MatrixOffer {
                    engine: offer.engine,
                    id: offer.id.clone(),
                    shape_text: offer.shape_text.clone(),
                    monthly_cost_usd: offer.monthly.into(),
                    duration_s: six(offer.duration.as_seconds()),
                })
                .collect(),
            rules: cell
                .rules
                .iter()
                .map(|(code, picks)| MatrixRule { code: code.clone(), picks: *picks, agrees: winner == Some(*picks) })
                .collect(),
        }
    }

    /// Whether a rule of thumb picks another engine than the winner.
    #[must_use]
    pub fn is_disputed(&self) -> bool {
        !self.offers.is_empty() && self.rules.iter().any(|rule| !rule.agrees)
    }
}

impl From<&rank::MatrixLine> for MatrixLine {
    fn from(line: &rank::MatrixLine) -> Self {
        Self {
            axis: line.axis.to_owned(),
            across: six(line.across),
            at_value: six(line.at),
            below: line.below,
            above: line.above,
        }
    }
}
