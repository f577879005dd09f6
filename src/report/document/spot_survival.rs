//! What `backtest --spot-traces` writes: how well the survival of Spot nodes is predicted.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{SCHEMA_VERSION, Tool};
use crate::report::number::six;
use crate::simulate::survival::{HorizonScore, ModelScores, Report};

/// What `shapecast backtest --spot-traces PATH --format json` writes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SpotSurvivalDocument {
    /// Version of this contract; 1.
    pub schema_version: u32,
    /// Who wrote the document.
    pub tool: Tool,
    /// Traces used.
    pub traces: u32,
    /// Collections that they are of: kind and start date, or the file.
    pub collections: Vec<String>,
    /// Traces and files that were left out, and why.
    pub left_out: Vec<String>,
    /// The model, the model learnt without the trace's own collection, and a constant rate for comparison.
    pub models: Vec<SurvivalScores>,
}

/// The scores of one model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SurvivalScores {
    /// `survival`, `survival-other-collections` or `constant-rate`.
    pub name: String,
    /// By horizon.
    pub horizons: Vec<HorizonOut>,
}

/// The scores at one horizon; means are over traces.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HorizonOut {
    /// The horizon, hours.
    pub horizon_h: f64,
    /// Traces with at least 20 start points.
    pub traces: u32,
    /// Start points: every ten minutes at which the pool is up in the second half of its trace.
    pub start_points: u32,
    /// Mean log loss of the probability of a loss within the horizon; null without a trace.
    pub log_loss: Option<f64>,
    /// Mean Brier score.
    pub brier: Option<f64>,
    /// Mean absolute difference of predicted and observed probability of a trace.
    pub bias: Option<f64>,
    /// Mean share of start points that were lost within the horizon.
    pub observed_loss_probability: Option<f64>,
    /// What the model said.
    pub predicted_loss_probability: Option<f64>,
    /// Node-hours lost within the horizon, summed over start points.
    pub observed_lost_node_hours: f64,
    /// What the model expected.
    pub predicted_lost_node_hours: f64,
    /// Observed over predicted; null when nothing was predicted.
    pub lost_node_hours_ratio: Option<f64>,
}

impl SpotSurvivalDocument {
    /// The document of a report.
    #[must_use]
    pub fn new(report: &Report, left_out: Vec<String>) -> Self {
        let scores = |model: &ModelScores| SurvivalScores {
            name: model.name.to_owned(),
            horizons: model.horizons.iter().map(HorizonOut::new).collect(),
        };
        Self {
            schema_version: SCHEMA_VERSION,
            tool: Tool::this(),
            traces: report.traces,
            collections: report.collections.clone(),
            left_out,
            models: report.models.iter().map(scores).collect(),
        }
    }
}

impl HorizonOut {
    fn new(score: &HorizonScore) -> Self {
        let mean = |value: f64| (score.traces > 0).then(|| six(value));
        let ratio = score.lost_node_hours / score.predicted_node_hours;
        Self {
            horizon_h: score.horizon_h,
            traces: score.traces,
            start_points: score.start_points,
            log_loss: mean(score.log_loss),
            brier: mean(score.brier),
            bias: mean(score.bias),
            observed_loss_probability: mean(score.observed_loss),
            predicted_loss_probability: mean(score.predicted_loss),
            observed_lost_node_hours: six(score.lost_node_hours),
            predicted_lost_node_hours: six(score.predicted_node_hours),
            lost_node_hours_ratio: (score.predicted_node_hours > 0.0).then(|| six(ratio)),
        }
    }
}
