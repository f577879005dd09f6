//! What `simulate LOG` writes: a job that ran, on another shape.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{CodedText, CostUsd, EventLogOut, SCHEMA_VERSION, SecondsQuantiles, Tool};
use crate::report::number::six;
use crate::simulate::replay::{Prediction, RunModel, Target};

/// A what-if: what `shapecast simulate LOG --format json` writes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SimulateDocument {
    /// Version of this contract; 1.
    pub schema_version: u32,
    /// Who wrote the document.
    pub tool: Tool,
    /// The logs that were learnt from.
    pub event_logs: Vec<EventLogOut>,
    /// The shape that was asked for.
    pub shape: ShapeOut,
    /// The application's time.
    pub duration_s: SecondsQuantiles,
    /// From the first job's submission to the last job's end.
    pub after_first_job_s: SecondsQuantiles,
    /// Cost of one run; null: a shape without a price list has none (`recommend` prices the log on every engine).
    pub cost_usd: Option<CostUsd>,
    /// Sum of task times.
    pub task_time_s: f64,
    /// Sum over executors of the time from arrival to departure, from the first job on.
    pub executor_time_s: f64,
    /// Most executors at once.
    pub executors_max: u32,
    /// What to know before acting.
    pub warnings: Vec<CodedText>,
}

/// A shape to simulate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ShapeOut {
    /// Executors; null when dynamic allocation decides.
    pub executors: Option<u32>,
    /// Task slots of each.
    pub executor_cores: u32,
    /// Heap of each; null when it is as in the log.
    pub executor_memory_bytes: Option<u64>,
    /// Their instance type; null when it is as in the log.
    pub instance_type: Option<String>,
    /// Properties that differ from the log's.
    pub conf: BTreeMap<String, String>,
    /// The data's volume over the log's.
    pub growth: f64,
}

impl SimulateDocument {
    /// The document of a prediction.
    #[must_use]
    pub fn new(
        target: &Target,
        instance_type: Option<&str>,
        run: &RunModel,
        prediction: &Prediction,
        event_logs: Vec<EventLogOut>,
        warnings: Vec<CodedText>,
    ) -> Self {
        let is_given = prediction.schedule.most_executors;
        let dynamic = run.is_dynamic(target);
        Self {
            schema_version: SCHEMA_VERSION,
            tool: Tool::this(),
            event_logs,
            shape: ShapeOut {
                executors: (!dynamic).then(|| target.executors.unwrap_or(run.executors)),
                executor_cores: target.cores.unwrap_or(run.cores),
                executor_memory_bytes: target.memory.map(crate::units::Bytes::get),
                instance_type: instance_type.map(str::to_owned),
                conf: target.conf.clone(),
                growth: six(target.growth.unwrap_or(1.0)),
            },
            duration_s: quantiles(prediction, prediction.lead_s + prediction.tail_s),
            after_first_job_s: quantiles(prediction, 0.0),
            cost_usd: None,
            task_time_s: six(prediction.schedule.task_s),
            executor_time_s: six(prediction.schedule.executor_s),
            executors_max: is_given,
            warnings,
        }
    }
}

fn quantiles(prediction: &Prediction, around_s: f64) -> SecondsQuantiles {
    let at = |score: f64| six(around_s + prediction.span_s * (score * prediction.sigma).exp());
    SecondsQuantiles { p50: at(0.0), p90: at(1.2816), p95: at(1.6449) }
}
