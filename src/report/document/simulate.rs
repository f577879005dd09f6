//! What `simulate LOG` writes: a job that ran, on another shape.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{BillLine, CodedText, CostUsd, EventLogOut, PricesUsed, SCHEMA_VERSION, SecondsQuantiles, Tool};
use crate::engines::EngineId;
use crate::rank::{FixedAnswer, Note};
use crate::report::number::Dollars;
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
    /// Cost of one run; null without an engine and while a price is missing: `cost_unknown` says which.
    pub cost_usd: Option<CostUsd>,
    /// Why the cost is null.
    pub cost_unknown: Option<String>,
    /// Cost of a month of likely runs; null as `cost_usd` is.
    pub monthly_cost_usd: Option<Dollars>,
    /// The engine that was asked for.
    pub engine: Option<EngineId>,
    /// Share of the simulated runs that fail; null without an engine.
    pub failure_probability: Option<f64>,
    /// The bill of the likely run; empty without an engine.
    pub bill: Vec<BillLine>,
    /// Which prices were used and which are missing; null without an engine.
    pub prices: Option<PricesUsed>,
    /// Sum of task times.
    pub task_time_s: f64,
    /// Sum over executors of the time from arrival to departure, from the first job on (of the likely run on an engine).
    pub executor_time_s: f64,
    /// Most executors at once.
    pub executors_max: u32,
    /// What its owner could change about a job from a workload file, each simulated on the same shape; empty otherwise.
    pub what_ifs: Vec<WhatIfOut>,
    /// What to know before acting.
    pub warnings: Vec<CodedText>,
    /// What was assumed of the engine; empty without one.
    pub assumptions: Vec<CodedText>,
}

/// A change to the job, on the same shape.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WhatIfOut {
    /// Stable, kebab-case.
    pub code: String,
    /// What is done.
    pub text: String,
    /// The application's time.
    pub duration_s: SecondsQuantiles,
    /// Cost of one run; null while a price is missing.
    pub cost_usd: Option<CostUsd>,
    /// Cost of a month of likely runs; null as `cost_usd` is.
    pub monthly_cost_usd: Option<Dollars>,
    /// Share of the simulated runs that fail.
    pub failure_probability: f64,
}

impl WhatIfOut {
    /// A change with what came of it.
    #[must_use]
    pub fn new(code: &str, text: &str, answer: &FixedAnswer) -> Self {
        Self {
            code: code.to_owned(),
            text: text.to_owned(),
            duration_s: SecondsQuantiles::from(&answer.duration),
            cost_usd: answer.cost.as_ref().map(CostUsd::from),
            monthly_cost_usd: answer.monthly_cost.map(Dollars::from),
            failure_probability: six(answer.failure.get()),
        }
    }
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
    /// The data's volume over the log's or the workload file's.
    pub growth: f64,
    /// The machines that carry the executors, in words; null without an engine.
    pub machines: Option<String>,
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
                machines: None,
            },
            duration_s: quantiles(prediction, prediction.lead_s + prediction.tail_s),
            after_first_job_s: quantiles(prediction, 0.0),
            cost_usd: None,
            cost_unknown: Some("no engine is named, and executors have a price only on one: add --engine".to_owned()),
            monthly_cost_usd: None,
            engine: None,
            failure_probability: None,
            bill: Vec::new(),
            prices: None,
            task_time_s: six(prediction.schedule.task_s),
            executor_time_s: six(prediction.schedule.executor_s),
            executors_max: is_given,
            what_ifs: Vec::new(),
            warnings,
            assumptions: Vec::new(),
        }
    }
}

impl SimulateDocument {
    /// The document of a fixed shape on an engine.
    #[must_use]
    pub fn on_engine(
        answer: &FixedAnswer,
        target: &Target,
        event_logs: Vec<EventLogOut>,
        mut warnings: Vec<CodedText>,
    ) -> Self {
        let coded = |note: &Note| CodedText { code: note.code.clone(), text: note.text.clone() };
        warnings.extend(answer.notes.iter().map(coded));
        let groups = &answer.likely_run.groups;
        let missing: Vec<&str> = answer.prices.missing.iter().map(|missing| missing.meter.as_str()).collect();
        let unknown = || format!("no price of {}", missing.join(", "));
        Self {
            schema_version: SCHEMA_VERSION,
            tool: Tool::this(),
            event_logs,
            shape: ShapeOut {
                executors: Some(answer.executors),
                executor_cores: answer.cores,
                executor_memory_bytes: Some(answer.memory.get()),
                instance_type: answer.instance_type().map(str::to_owned),
                conf: target.conf.clone(),
                growth: six(target.growth.unwrap_or(1.0)),
                machines: Some(answer.shape_text.clone()),
            },
            duration_s: SecondsQuantiles::from(&answer.duration),
            after_first_job_s: SecondsQuantiles::from(&answer.work),
            cost_usd: answer.cost.as_ref().map(CostUsd::from),
            cost_unknown: answer.cost.is_none().then(unknown),
            monthly_cost_usd: answer.monthly_cost.map(Dollars::from),
            engine: Some(answer.candidate.engine),
            failure_probability: Some(six(answer.failure.get())),
            bill: answer.bill.lines.iter().map(BillLine::from).collect(),
            prices: Some(PricesUsed::from(&answer.prices)),
            task_time_s: six(groups.iter().map(|group| group.busy_slot_time.as_seconds()).sum()),
            executor_time_s: six(groups.iter().map(|group| group.executor_time.as_seconds()).sum()),
            executors_max: answer.executors,
            what_ifs: Vec::new(),
            warnings,
            assumptions: answer.assumptions.iter().map(coded).collect(),
        }
    }
}

fn quantiles(prediction: &Prediction, around_s: f64) -> SecondsQuantiles {
    let at = |score: f64| six(around_s + prediction.span_s * (score * prediction.sigma).exp());
    SecondsQuantiles { p50: at(0.0), p90: at(1.2816), p95: at(1.6449) }
}
