//! The document's parts from what learning and judging gave.

use super::{
    AdviceOut, BacktestDocument, CalibrationPoint, ChoiceOut, ConfigurationOut, DriftPoint, GroupError, JobModel,
    PredictedRun, PredictedSeconds, RegretOut,
};
use crate::learn::{
    self, Advice, Candidate, Choice, ChoiceSummary, ErrorSummary, ModelReport, Outcome, Prediction, Run,
};
use crate::report::number::six;
use crate::units::Bytes;

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
