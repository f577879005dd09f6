//! What a stack (CloudFormation, Terraform) holds of the run itself: a state machine and its schedule.
//!
//! Neither tool has a resource for a job run, and their cluster is one run at its creation. So a workload with a
//! timetable gets the machine of the `step-functions` format into its stack.

use serde_json::Value;

use super::step_functions;
use crate::engines::{Candidate, EngineId};
use crate::spec::made::Made;
use crate::spec::{SettingReason, SpecFacts, SpecFile, names, schedule};
use crate::workload::Workload;

/// The role that the machine has in its stack; a placeholder.
pub(super) const MACHINE_ROLE: &str = "${STATE_MACHINE_ROLE_ARN}";
/// The role with which the schedule starts it; a placeholder.
pub(super) const SCHEDULER_ROLE: &str = "${SCHEDULER_ROLE_ARN}";

/// The run in a stack.
pub(super) struct Run {
    /// The machine's and the schedule's name.
    pub(super) name: String,
    /// Its definition, with the placeholders of the API documents.
    pub(super) machine: Value,
    /// EventBridge's expression; none when it is started by hand.
    pub(super) schedule: Option<String>,
    /// Whether the stack also has the cluster as a resource, to be started at once on demand.
    pub(super) with_cluster: bool,
}

/// The run that the stack of a candidate holds; none when the tool's own resources say all.
///
/// Glue's triggers take a cron. A governed EMR cluster has its run in the machine alone, because only a step added by
/// the API has a runtime role.
pub(super) fn run_of(made: &mut Made, candidate: &Candidate, workload: &Workload, facts: &SpecFacts) -> Option<Run> {
    let is_emr = candidate.engine == EngineId::EmrEc2;
    let governed = is_emr && workload.constraints.lake_formation.value;
    let schedule = schedule::of(workload).map(|schedule| schedule.eventbridge);
    let has_trigger = matches!(candidate.engine, EngineId::Glue | EngineId::GlueFlex)
        && schedule.as_ref().is_some_and(|expression| expression.starts_with("cron("));
    if has_trigger || (schedule.is_none() && !governed) {
        return None;
    }
    let with_cluster = is_emr && !governed;
    let mut own = made.clone();
    let machine = step_functions::machine(&mut own, candidate, facts);
    if with_cluster {
        // The cluster beside keeps its own settings.
        let added: Vec<SettingReason> =
            own.notes.settings.into_iter().filter(|setting| !made.notes.settings.contains(setting)).collect();
        for SettingReason { setting, value, reason } in added {
            made.notes.setting(&format!("state machine: {setting}"), value, reason);
        }
        made.notes.setting(
            "run_now",
            false,
            "The schedule starts the runs. With `true` the stack also has the cluster itself, which runs the step once \
             and ends.",
        );
    } else {
        *made = own;
    }
    if governed {
        made.notes.remark(
            "Neither CloudFormation nor Terraform's provider has a step runtime role, which Lake Formation must see: so \
             the stack holds no cluster but the state machine, which adds the step with `ExecutionRoleArn`.",
        );
    }
    match &schedule {
        Some(expression) => made.notes.setting("Schedule", expression, "The workload's schedule, UTC."),
        None => made.notes.remark("The workload has no timetable: each start of the state machine is a run."),
    }
    Some(Run { name: names::plain_name(workload), machine, schedule, with_cluster })
}

/// What nobody's resource holds: the documents of a run, and what lies in the cluster.
pub(super) fn companions(made: &Made, engine: EngineId) -> Vec<SpecFile> {
    let wanted: &[&str] = match engine {
        EngineId::EmrServerless | EngineId::EmrServerlessFlex => &["emr-serverless.start-job-run.json"],
        EngineId::EmrEks => {
            &["emr-containers.start-job-run.json", "karpenter.yaml", "driver-pod.yaml", "executor-pod.yaml"]
        }
        EngineId::Athena => &["athena.start-query-execution.json"],
        EngineId::BatchFargate => &["batch.submit-job.json"],
        _ => &[],
    };
    made.files.iter().filter(|file| wanted.contains(&file.name.as_str())).cloned().collect()
}

/// How a run is started that no resource holds: the README's remark.
pub(super) fn start_by_hand(made: &mut Made, run: Option<&Run>, engine: EngineId) {
    let document = match engine {
        EngineId::EmrServerless | EngineId::EmrServerlessFlex => {
            "`aws emr-serverless start-job-run` (the application's id goes into `APPLICATION_ID`)"
        }
        EngineId::EmrEks => "`aws emr-containers start-job-run`, once the nodes' objects are applied",
        EngineId::Athena => "`aws athena start-query-execution`",
        EngineId::BatchFargate => "`aws batch submit-job`",
        _ => return,
    };
    made.notes.remark(if run.is_some() {
        format!("The state machine starts the runs. A run by hand: the document beside, with {document}.")
    } else {
        format!(
            "The workload has no timetable and the stack no run: start one with the document beside, {document}, or by \
             the `step-functions` or `airflow` spec."
        )
    });
}

/// The stack's own resource in the place of a placeholder, wherever a text is that placeholder.
pub(super) fn refer(node: &Value, placeholder: &str, to: &Value) -> Value {
    match node {
        Value::String(text) if *text == format!("${{{placeholder}}}") => to.clone(),
        Value::Array(entries) => Value::Array(entries.iter().map(|entry| refer(entry, placeholder, to)).collect()),
        Value::Object(members) => {
            Value::Object(members.iter().map(|(name, inner)| (name.clone(), refer(inner, placeholder, to))).collect())
        }
        other => other.clone(),
    }
}

/// The command without which Spark on EMR does not start.
pub(super) fn event_log_folder(workload: &Workload) -> String {
    format!(
        "# Once. Spark does not start without the folder of its event logs.\n\
         aws s3api put-object --region {} --bucket \"…\" --key spark-events/\n\n",
        workload.region.value
    )
}
