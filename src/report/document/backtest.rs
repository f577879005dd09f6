//! What `backtest` writes for runs: predictions beside what happened, errors by group, choices, advice.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{CodedText, SCHEMA_VERSION, Tool};
use crate::learn::{
    self, Advice, Candidate, Choice, ChoiceSummary, ErrorSummary, ModelReport, Outcome, Prediction, Run,
};
use crate::report::number::six;
use crate::units::Bytes;

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

impl BacktestDocument {
    /// Puts in what predictions and happenings say together. A drift is shown where every moment is known and `over_time`
    /// asks for it.
    pub fn judge(&mut self, outcomes: &[Outcome], over_time: bool) {
        self.errors = learn::errors(outcomes).into_iter().map(|(group, it)| GroupError::new(group, &it)).collect();
        self.calibration = learn::calibration(outcomes)
            .iter()
            .flatten()
            .zip(1_u32..)
            .map(|(share, tenth)| CalibrationPoint { predicted: f64::from(tenth) / 10.0, observed: *share })
            .collect();
        let drift = if over_time { learn::drift(outcomes) } else { Vec::new() };
        self.drift = drift
            .into_iter()
            .map(|it| DriftPoint {
                from: it.between.0,
                to: it.between.1,
                points: it.summary.points,
                median: it.summary.median,
                predicted_over_actual: it.summary.ratio,
            })
            .collect();
    }
}

impl PredictedSeconds {
    /// Of a prediction.
    #[must_use]
    pub fn new(prediction: &Prediction) -> Self {
        Self { p10: six(prediction.p10_s), p50: six(prediction.p50_s), p90: six(prediction.p90_s) }
    }
}

impl PredictedRun {
    /// A run with its prediction; `made`: whether the run's own time is a measurement.
    #[must_use]
    pub fn new(run: &Run, prediction: Option<&Prediction>, made: bool) -> Self {
        Self {
            row: run.row,
            job: run.job.clone(),
            engine: run.engine.clone(),
            instance_type: run.machine.name.clone(),
            nodes: run.nodes,
            predicted_s: prediction.map(PredictedSeconds::new),
            actual_s: (made && run.completed).then(|| six(run.duration_s)),
            completed: made.then_some(run.completed),
            model: prediction.map_or("none", |prediction| prediction.explanation.as_str()).to_owned(),
            failure_probability: prediction.map(|prediction| six(prediction.failure_probability)),
            at: run.at.clone(),
            predicted_usd: None,
            actual_usd: None,
            input_bytes: run.input_mb.filter(|mb| *mb > 0.0).map(|mb| Bytes::new(1_000_000).scaled(mb).get()),
            runs: None,
        }
    }
}

impl GroupError {
    /// Of a summary.
    #[must_use]
    pub fn new(group: String, summary: &ErrorSummary) -> Self {
        Self {
            group,
            points: summary.points,
            mape: six(summary.mape),
            median: six(summary.median),
            p90: six(summary.p90),
            coverage80: six(summary.coverage80),
            predicted_over_actual: six(summary.ratio),
        }
    }
}

impl JobModel {
    /// Of a report.
    #[must_use]
    pub fn new(report: &ModelReport) -> Self {
        let median = |error: Option<(f64, f64)>| error.map(|(median, _)| six(median));
        // The step is known in GiB over the MB of input.
        let unit = if report.step_per_mb { 1000.0 } else { 1.0 };
        Self {
            pool: report.pool.clone(),
            job: report.job.clone(),
            framework: report.framework.clone(),
            configurations: report.configurations,
            model: report.explanation.as_str().to_owned(),
            held_out: report.held_out,
            median: median(report.error),
            p90: report.error.map(|(_, p90)| six(p90)),
            ernest_median: median(report.ernest_error),
            inverse_nodes_median: median(report.inverse_error),
            idle_nodes: six(report.idle_nodes),
            memory_step: report.memory_step.map(|(at, _)| six(at * unit)),
            memory_step_probability: report.memory_step.map(|(_, probability)| six(probability)),
            memory_step_per_gb: report.memory_step.is_some() && report.step_per_mb,
        }
    }
}

impl ConfigurationOut {
    fn new(candidate: &Candidate) -> Self {
        Self {
            instance_type: candidate.like.machine.name.clone(),
            nodes: candidate.like.nodes,
            duration_s: six(candidate.measured_s),
            cost_usd: six(candidate.cost_usd),
        }
    }
}

impl ChoiceOut {
    /// Of a choice.
    #[must_use]
    pub fn new(choice: &Choice) -> Self {
        Self {
            pool: choice.best.like.pool.clone(),
            job: choice.best.like.job.clone(),
            setting: setting(&choice.best.like),
            known_before: choice.known_before,
            observed: choice.observed.iter().map(ConfigurationOut::new).collect(),
            chosen: ConfigurationOut::new(&choice.chosen),
            expected_usd: six(choice.expected_usd),
            best: ConfigurationOut::new(&choice.best),
            cost_over_best: six(choice.regret()),
            candidates: choice.candidates,
            random_over_best: six(choice.random),
        }
    }
}

impl RegretOut {
    /// Of a summary.
    #[must_use]
    pub fn new(summary: &ChoiceSummary) -> Self {
        Self {
            choices: summary.choices,
            median: six(summary.chosen.0),
            p90: six(summary.chosen.1),
            random_median: six(summary.random.0),
            random_p90: six(summary.random.1),
            one_type: summary.one_type.as_ref().map(|(machine, ..)| machine.clone()),
            one_type_median: summary.one_type.as_ref().map(|(_, median, _)| six(*median)),
            one_type_p90: summary.one_type.as_ref().map(|(.., p90)| six(*p90)),
        }
    }
}

impl AdviceOut {
    /// Of an advice.
    #[must_use]
    pub fn new(advice: &Advice) -> Self {
        let (p10, p50, p90) = advice.predicted_s;
        Self {
            job: advice.run.job.clone(),
            setting: setting(&advice.run),
            instance_type: advice.run.machine.name.clone(),
            nodes: advice.run.nodes,
            predicted_s: PredictedSeconds { p10: six(p10), p50: six(p50), p90: six(p90) },
            interval_ratio_now: six(advice.width_now),
            interval_ratio_after: six(advice.width_after),
        }
    }
}

/// A run's size and parameters as words.
fn setting(run: &Run) -> String {
    use crate::learn::Value;
    let mut words: Vec<String> = Vec::new();
    if !run.data_size.is_empty() {
        words.push(run.data_size.clone());
    }
    if let Some(size) = run.input_mb {
        words.push(format!("{size} MB"));
    }
    for (name, value) in &run.parameters {
        words.push(match value {
            Value::Number(number) => format!("{name}={number}"),
            Value::Text(text) => format!("{name}={text}"),
        });
    }
    words.join(" ")
}
