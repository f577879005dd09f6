//! What `backtest` writes for runs: predictions beside what happened, errors by group, choices, advice.

mod of_learning;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{CodedText, SCHEMA_VERSION, Tool};

/// What `shapecast backtest … --format json` writes for runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BacktestDocument {
    /// Version of this contract; 1.
    pub schema_version: u32,
    /// Who wrote the document.
    pub tool: Tool,
    /// How the predictions were made: `history` (all of `--history` is known), `count`, `type`, `size`, `job` (left out
    /// one at a time), `time` (each run from the runs before it), `logs` (each event log from the job's other logs) or `billed`
    /// (the billed cost of a run in each week, from the portfolio's answers); or `asked`, what `simulate --history` was asked.
    pub protocol: String,
    /// The runs learnt from.
    pub history: RunsOut,
    /// The runs predicted; null when they are the same.
    pub actual: Option<RunsOut>,
    /// One for each predicted row, in the order of the file.
    pub predictions: Vec<PredictedRun>,
    /// Errors by group: all, each pool, each engine, each job. A point is a configuration: the median of its repeats.
    pub errors: Vec<GroupError>,
    /// Which model was chosen for each job, by cross-validation inside the history, and how good it was there.
    pub models: Vec<JobModel>,
    /// The 80 % intervals and medians against what happened: for each tenth of the predicted distribution how many
    /// runs fell below it.
    pub calibration: Vec<CalibrationPoint>,
    /// Errors over time; empty when the runs have no times.
    pub drift: Vec<DriftPoint>,
    /// The chosen configurations; empty without `--choose`.
    pub choices: Vec<ChoiceOut>,
    /// Regret over all choices; null without `--choose`.
    pub regret: Option<RegretOut>,
    /// The one more run that would teach most; null where there is nothing to ask.
    pub advice: Option<AdviceOut>,
    /// What to know before believing it.
    pub warnings: Vec<CodedText>,
}

/// A file of runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RunsOut {
    /// Where.
    pub path: String,
    /// Runs read.
    pub runs: usize,
    /// … of which did not complete: they teach the probability of failure, not the time.
    pub failed: usize,
    /// Rows that could not be used.
    pub bad_rows: Vec<BadRowOut>,
    /// Columns that were not understood.
    pub ignored_columns: Vec<String>,
}

/// A row that could not be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BadRowOut {
    /// Its line; for JSON and Parquet its number.
    pub line: u64,
    /// The column at fault; empty when it is the row.
    pub column: String,
    /// What is wrong.
    pub why: String,
}

/// A predicted run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PredictedRun {
    /// Number of the row in its file, from 1, the header not counted.
    pub row: usize,
    /// The job.
    pub job: String,
    /// The engine; empty when the table does not say.
    pub engine: String,
    /// Machine type.
    pub instance_type: String,
    /// How many.
    pub nodes: f64,
    /// The prediction; null when nothing is left to predict from.
    pub predicted_s: Option<PredictedSeconds>,
    /// What happened, seconds; null when the run failed or has not been made.
    pub actual_s: Option<f64>,
    /// Whether it completed; null when it has not been made.
    pub completed: Option<bool>,
    /// The model: `transfer`, `ernest`, `inverse-nodes`, `history`, or `simulation`.
    pub model: String,
    /// The probability that the run fails; null where the model does not say.
    pub failure_probability: Option<f64>,
    /// When: the run's time, or the week of the bill; empty when nobody knows.
    #[serde(default)]
    pub at: String,
    /// The predicted cost of a run; null where times are predicted, and where the machine's price is unknown.
    #[serde(default)]
    pub predicted_usd: Option<PredictedDollars>,
    /// What a run really cost; null where times are predicted.
    #[serde(default)]
    pub actual_usd: Option<f64>,
    /// Volume of the input; null when nobody knows.
    #[serde(default)]
    pub input_bytes: Option<u64>,
    /// Runs that share the bill; null where the row is one run.
    #[serde(default)]
    pub runs: Option<u64>,
}

/// Quantiles of a predicted cost of one run.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PredictedDollars {
    /// A tenth of the probability lies below.
    pub p10: f64,
    /// The median.
    pub p50: f64,
    /// Nine tenths lie below.
    pub p90: f64,
}

/// Quantiles of a predicted time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PredictedSeconds {
    /// A tenth of the probability lies below.
    pub p10: f64,
    /// The median.
    pub p50: f64,
    /// Nine tenths lie below.
    pub p90: f64,
}

/// Errors of a group, as shares of what happened (0.05 is 5 %).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GroupError {
    /// `all`, a pool, `engine E`, or `pool / job`.
    pub group: String,
    /// Configurations.
    pub points: usize,
    /// Mean of |predicted − actual| / actual.
    pub mape: f64,
    /// Median of it.
    pub median: f64,
    /// Nine tenths are smaller.
    pub p90: f64,
    /// Share of what happened inside the 80 % interval.
    pub coverage80: f64,
    /// Median of predicted / actual: above 1, the predictions are too long.
    pub predicted_over_actual: f64,
}

/// The model chosen for a job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct JobModel {
    /// Its pool.
    pub pool: String,
    /// The job.
    pub job: String,
    /// Its framework.
    pub framework: String,
    /// Configurations learnt from.
    pub configurations: usize,
    /// The model.
    pub model: String,
    /// Known counts that were held out to choose it.
    pub held_out: usize,
    /// Its median error on them; null without any.
    pub median: Option<f64>,
    /// Its p90 error on them.
    pub p90: Option<f64>,
    /// Median error of Ernest's curve on them.
    pub ernest_median: Option<f64>,
    /// Median error of time ∝ 1/count on them.
    pub inverse_nodes_median: Option<f64>,
    /// Machines that seem to do no work (the driver's), counted in machines.
    pub idle_nodes: f64,
    /// Memory over all machines from which on the job runs without its step, GiB (GiB a GB of input where `per_gb`); null
    /// without a step.
    pub memory_step: Option<f64>,
    /// Probability of that step.
    pub memory_step_probability: Option<f64>,
    /// Whether the step is counted per GB of input.
    pub memory_step_per_gb: bool,
}

/// A point of the calibration plot.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CalibrationPoint {
    /// A quantile of the predictions.
    pub predicted: f64,
    /// The share of runs that were faster than it.
    pub observed: f64,
}

/// Errors of a stretch of time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DriftPoint {
    /// When its first run was.
    pub from: String,
    /// When its last run was.
    pub to: String,
    /// Runs.
    pub points: usize,
    /// Median error.
    pub median: f64,
    /// Median of predicted / actual.
    pub predicted_over_actual: f64,
}

/// A configuration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ConfigurationOut {
    /// Machine type.
    pub instance_type: String,
    /// How many.
    pub nodes: f64,
    /// Measured time, seconds.
    pub duration_s: f64,
    /// Measured cost, dollars.
    pub cost_usd: f64,
}

/// The choice for a job and size.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChoiceOut {
    /// The pool.
    pub pool: String,
    /// The job.
    pub job: String,
    /// Its size and parameters, as words.
    pub setting: String,
    /// Configurations of this job and size that were already known.
    pub known_before: usize,
    /// What was observed on the way.
    pub observed: Vec<ConfigurationOut>,
    /// What was chosen, with what it measured.
    pub chosen: ConfigurationOut,
    /// What was expected of it, dollars.
    pub expected_usd: f64,
    /// The best that was measured.
    pub best: ConfigurationOut,
    /// Cost of the chosen over the best.
    pub cost_over_best: f64,
    /// Number of candidates.
    pub candidates: usize,
    /// Mean cost over the best of a candidate picked at random.
    pub random_over_best: f64,
}

/// Regret over all choices.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RegretOut {
    /// Jobs and sizes.
    pub choices: usize,
    /// Median of cost / best cost.
    pub median: f64,
    /// p90 of it.
    pub p90: f64,
    /// Median of a random pick's mean cost / best cost.
    pub random_median: f64,
    /// p90 of it.
    pub random_p90: f64,
    /// The machine type that is best for all, each job at the type's own best count.
    pub one_type: Option<String>,
    /// Median of its cost / best cost.
    pub one_type_median: Option<f64>,
    /// p90 of it.
    pub one_type_p90: Option<f64>,
}

/// One more run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AdviceOut {
    /// The job.
    pub job: String,
    /// Its size and parameters, as words.
    pub setting: String,
    /// Machine type.
    pub instance_type: String,
    /// How many.
    pub nodes: f64,
    /// How long it is predicted to take.
    pub predicted_s: PredictedSeconds,
    /// p90 / p10 of the asked runs, on average, now.
    pub interval_ratio_now: f64,
    /// … after this run.
    pub interval_ratio_after: f64,
}

impl BacktestDocument {
    /// The protocol of `simulate --history`.
    pub const ASKED: &'static str = "asked";

    /// Whether this answers for shapes of one job instead of holding predictions against runs.
    #[must_use]
    pub fn is_asked(&self) -> bool {
        self.protocol == Self::ASKED
    }

    /// An empty document of a protocol.
    #[must_use]
    pub fn new(protocol: &str, history: RunsOut, actual: Option<RunsOut>) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            tool: Tool::this(),
            protocol: protocol.to_owned(),
            history,
            actual,
            predictions: Vec::new(),
            errors: Vec::new(),
            models: Vec::new(),
            calibration: Vec::new(),
            drift: Vec::new(),
            choices: Vec::new(),
            regret: None,
            advice: None,
            warnings: Vec::new(),
        }
    }
}
