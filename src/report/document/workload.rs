//! The question as it was understood: key figures with units, every figure's origin, and the resolved workload.

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use super::kebab;
use crate::report::number::six;
use crate::workload::{Origin, Workload};

/// A workload in the output.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WorkloadOut {
    /// Its name.
    pub name: String,
    /// The region of its data.
    pub region: String,
    /// The kind of work.
    pub archetype: String,
    /// File format of the input.
    pub format: String,
    /// Compression of the input.
    pub compression: String,
    /// Bytes as stored, per run.
    pub input_bytes: u64,
    /// Files, per run.
    pub input_files: u64,
    /// Share of the stored bytes that a run really reads.
    pub read_share: f64,
    /// Growth of the input in a month, for example 0.03.
    pub growth_per_month: f64,
    /// Bytes written, per run.
    pub output_bytes: u64,
    /// Bytes written to shuffle, per run.
    pub shuffle_bytes: u64,
    /// Share of the shuffled rows with the most frequent key.
    pub hot_key_share: f64,
    /// Runs in a month of 730 hours.
    pub runs_per_month: f64,
    /// The schedule as the user wrote it.
    pub schedule: Option<String>,
    /// Whether the runs can be known in advance.
    pub predictable: bool,
    /// Longest acceptable time from trigger to result.
    pub deadline_s: Option<f64>,
    /// Error of replaying the event log that the workload was measured from; null when there is none.
    pub replay_error: Option<f64>,
    /// Free labels.
    pub tags: BTreeMap<String, String>,
    /// Every figure with its origin.
    pub figures: Vec<Figure>,
    /// The workload as the model computed with it (bytes, seconds, shares of 1): what `spec` and `check` read. Its
    /// inner keys follow the model and are no contract.
    #[schemars(schema_with = "any_object")]
    pub resolved: Workload,
}

/// One figure of the workload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Figure {
    /// Its path in the workload file.
    pub path: String,
    /// As a person would write it.
    pub value: String,
    /// Where it came from.
    pub origin: OriginName,
    /// What was measured, the rule, or why the default is fair.
    pub note: Option<String>,
}

/// Where a figure came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OriginName {
    /// Written by the user.
    Declared,
    /// Read from something real.
    Measured,
    /// Computed from other fields.
    Inferred,
    /// Nobody said.
    Default,
}

/// A default that stands for what the workload file does not say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DefaultUsed {
    /// Its path in the workload file.
    pub path: String,
    /// As a person would write it.
    pub value: String,
    /// Why it is fair, with its source.
    pub why: String,
}

impl From<&Workload> for WorkloadOut {
    fn from(workload: &Workload) -> Self {
        let (input, job) = (&workload.input, &workload.job);
        Self {
            name: workload.name.clone(),
            region: workload.region.value.clone(),
            archetype: kebab(&job.archetype.value),
            format: kebab(&input.format.value),
            compression: kebab(&input.compression.value),
            input_bytes: input.volume.value.get(),
            input_files: input.files.value,
            read_share: six(input.read_share.value.get()),
            growth_per_month: six(input.growth_per_month.value),
            output_bytes: workload.output.volume.value.get(),
            shuffle_bytes: job.shuffle.value.get(),
            hot_key_share: six(job.skew.hot_key_share.value.get()),
            runs_per_month: six(workload.cadence.runs_per_month.value),
            schedule: workload.cadence.schedule.clone(),
            predictable: workload.cadence.predictable.value,
            deadline_s: workload.deadline.as_ref().map(|deadline| six(deadline.value.as_seconds())),
            replay_error: None,
            tags: workload.tags.clone(),
            figures: workload.figures().iter().map(Figure::from).collect(),
            resolved: workload.clone(),
        }
    }
}

impl From<&crate::workload::Figure> for Figure {
    fn from(figure: &crate::workload::Figure) -> Self {
        let (origin, note) = match &figure.origin {
            Origin::Declared => (OriginName::Declared, None),
            Origin::Measured { from } => (OriginName::Measured, Some(from.clone())),
            Origin::Inferred { rule } => (OriginName::Inferred, Some(rule.clone())),
            Origin::Default { why } => (OriginName::Default, Some(why.clone())),
        };
        Self { path: figure.path.clone(), value: figure.value.clone(), origin, note }
    }
}

/// The defaults used, in the order of the file.
pub(super) fn defaults(workload: &Workload) -> Vec<DefaultUsed> {
    let defaults = workload.defaults_used().into_iter();
    defaults.map(|used| DefaultUsed { path: used.path, value: used.value, why: used.why }).collect()
}

fn any_object(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "object" })
}
