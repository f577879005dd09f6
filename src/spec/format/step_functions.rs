//! A Step Functions state machine that runs the job, and the EventBridge schedule that starts it.

use serde_json::{Value, json as value};

use super::Written;
use super::cloudformation::pascal_keys;
use crate::engines::{Candidate, EngineId};
use crate::spec::made::Made;
use crate::spec::readme::Fill;
use crate::spec::timeout::run_timeout;
use crate::spec::{SpecFacts, SpecFile, json, names, schedule};
use crate::workload::Workload;

const MACHINE: &str = "state-machine.json";
const SCHEDULE: &str = "scheduler.create-schedule.json";

pub(super) fn write(mut made: Made, candidate: &Candidate, workload: &Workload, facts: &SpecFacts) -> Written {
    let machine = machine(&mut made, candidate, facts);
    let mut files: Vec<SpecFile> = made.files.iter().filter(|file| is_made_once(&file.name)).cloned().collect();
    files.push(SpecFile { name: MACHINE.to_owned(), contents: json(&machine) });
    let name = names::plain_name(workload);
    let scheduled = schedule::of(workload);
    if let Some(schedule) = &scheduled {
        made.notes.setting("ScheduleExpression", &schedule.eventbridge, "The workload's schedule, UTC.");
        let document = value!({
            "Name": name,
            "ScheduleExpression": schedule.eventbridge,
            "ScheduleExpressionTimezone": "UTC",
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "State": "ENABLED",
            "Target": {
                "Arn": "${STATE_MACHINE_ARN}",
                "RoleArn": "${SCHEDULER_ROLE_ARN}",
                "Input": "{}",
                "RetryPolicy": start_retries(),
            },
        });
        files.push(SpecFile { name: SCHEDULE.to_owned(), contents: json(&document) });
    } else {
        made.notes
            .remark("The workload has no timetable: start the state machine with `aws stepfunctions start-execution`.");
    }
    let commands = commands(&made, workload, &name, scheduled.is_some());
    Written { files, commands, fill: Fill::Environment, roles: ROLES.to_vec(), made }
}

/// The machine's definition.
pub(super) fn machine(made: &mut Made, candidate: &Candidate, facts: &SpecFacts) -> Value {
    let (start, states) = states(made, candidate, facts);
    value!({
        "Comment": format!("Written by shapecast for candidate {}", candidate.id),
        "QueryLanguage": "JSONPath",
        "StartAt": start,
        "States": states,
    })
}

/// What is created once before the first run: the rest stands in the state machine.
fn is_made_once(name: &str) -> bool {
    let run = ["run-job-flow", "start-", "submit-job", ".sh"];
    !run.iter().any(|part| name.contains(part))
}

/// The roles of the machine and of its schedule.
pub(super) const ROLES: &[&str] = &[
    "`STATE_MACHINE_ROLE_ARN`: trusts `states.amazonaws.com`; may start, describe and stop what the machine runs, `iam:PassRole` on the job's roles, and `events:PutRule`, `events:PutTargets`, `events:DescribeRule` for the `.sync` states.",
    "`SCHEDULER_ROLE_ARN`: trusts `scheduler.amazonaws.com`; `states:StartExecution` on the state machine.",
];

/// A start that EventBridge could not hand over is tried again for an hour: later, the next run is near.
pub(super) fn start_retries() -> Value {
    value!({"MaximumRetryAttempts": 2, "MaximumEventAgeInSeconds": 3600})
}

/// A request that is refused for the moment is repeated; a failed job is repeated once.
fn retry() -> Value {
    value!([{"ErrorEquals": ["States.TaskFailed"], "IntervalSeconds": 60, "MaxAttempts": 1, "BackoffRate": 2.0}])
}

fn failed(made: &mut Made) -> Value {
    made.notes.setting(
        "Retry",
        "States.TaskFailed, once",
        "One more try covers refused requests and lost capacity; a job that fails by itself bills at most twice.",
    );
    value!({"Type": "Fail", "Error": "JobFailed", "Cause": "The job failed; its logs say why."})
}

/// A single task with its catch.
fn single(made: &mut Made, resource: &str, parameters: &Value, facts: &SpecFacts) -> (String, Value) {
    // A second more than the job's own time-out, which ends it in an orderly way; then once more for the retry.
    let timeout = u64::from(run_timeout(facts, u32::MAX / 60).minutes) * 60 + 600;
    let failed = failed(made);
    made.notes.setting("TimeoutSeconds", timeout, "The job's own time-out and ten minutes to start and stop.");
    let states = value!({
        "RunJob": {
            "Type": "Task",
            "Resource": resource,
            "Parameters": parameters,
            "TimeoutSeconds": timeout,
            "Retry": retry(),
            "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.Error", "Next": "JobFailed"}],
            "End": true,
        },
        "JobFailed": failed,
    });
    ("RunJob".to_owned(), states)
}

fn states(made: &mut Made, candidate: &Candidate, facts: &SpecFacts) -> (String, Value) {
    match candidate.engine {
        EngineId::EmrEc2 => emr(made, facts),
        EngineId::EmrServerless | EngineId::EmrServerlessFlex => {
            let run = made.document("emr-serverless.start-job-run.json");
            if run.get("flexExecution").is_some() {
                made.notes.remark(
                    "`FlexExecution` is newer than the integration's documented list of parameters: if Step Functions \
                     refuses it, call `arn:aws:states:::aws-sdk:emrserverless:startJobRun` and poll `getJobRun`.",
                );
            }
            let parameters = pascal_keys(&run, &["tags", "properties"]);
            single(made, "arn:aws:states:::emr-serverless:startJobRun.sync", &parameters, facts)
        }
        EngineId::Glue | EngineId::GlueFlex => {
            let run = made.document("glue.start-job-run.json");
            single(made, "arn:aws:states:::glue:startJobRun.sync", &run, facts)
        }
        EngineId::EmrEks => {
            let run = made.document("emr-containers.start-job-run.json");
            let mut parameters = pascal_keys(&run, &["tags", "properties"]);
            if let Some(members) = parameters.as_object_mut() {
                members.remove("RetryPolicyConfiguration");
            }
            if let Some(monitoring) = parameters["ConfigurationOverrides"]["MonitoringConfiguration"].as_object_mut() {
                // The acronym keeps its capitals.
                let ui = monitoring.remove("PersistentAppUI");
                monitoring.extend(ui.map(|ui| ("PersistentAppUI".to_owned(), ui)));
            }
            single(made, "arn:aws:states:::emr-containers:startJobRun.sync", &parameters, facts)
        }
        EngineId::Athena => {
            let query = made.document("athena.start-query-execution.json");
            single(made, "arn:aws:states:::athena:startQueryExecution.sync", &query, facts)
        }
        _ => {
            let job = pascal_keys(&made.document("batch.submit-job.json"), &["tags"]);
            single(made, "arn:aws:states:::batch:submitJob.sync", &job, facts)
        }
    }
}

/// Create the cluster, run the step, end the cluster, whatever became of the step.
fn emr(made: &mut Made, facts: &SpecFacts) -> (String, Value) {
    let mut request = made.document("emr.run-job-flow.json");
    let steps = request["Steps"].take();
    let runtime_role = request["StepExecutionRoleArn"].take();
    if let Some(members) = request.as_object_mut() {
        members.remove("Steps");
        members.remove("StepExecutionRoleArn");
    }
    request["Instances"]["KeepJobFlowAliveWhenNoSteps"] = value!(true);
    let mut step = steps.get(0).cloned().unwrap_or_default();
    step["ActionOnFailure"] = value!("CONTINUE");
    made.notes
        .settings
        .retain(|known| !["KeepJobFlowAliveWhenNoSteps", "ActionOnFailure"].contains(&known.setting.as_str()));
    made.notes.setting(
        "KeepJobFlowAliveWhenNoSteps",
        true,
        "The state machine ends the cluster right after the step, in success and failure. `AutoTerminationPolicy` is the \
         net under it, should an execution be stopped by hand.",
    );
    made.notes.setting(
        "ActionOnFailure",
        "CONTINUE",
        "The state machine sees the failure, ends the cluster and fails.",
    );
    let timeout = u64::from(run_timeout(facts, u32::MAX / 60).minutes) * 60;
    made.notes.setting("RunStep.TimeoutSeconds", timeout, run_timeout(facts, u32::MAX / 60).reason);
    let failed = failed(made);
    let mut run = value!({"ClusterId.$": "$.Cluster.ClusterId", "Step": step});
    if !runtime_role.is_null() {
        run["ExecutionRoleArn"] = runtime_role;
    }
    let cluster = value!({"ClusterId.$": "$.Cluster.ClusterId"});
    let states = value!({
        "CreateCluster": {
            "Type": "Task",
            "Resource": "arn:aws:states:::elasticmapreduce:createCluster.sync",
            "Parameters": request,
            "ResultPath": "$.Cluster",
            "Retry": [{"ErrorEquals": ["States.TaskFailed"], "IntervalSeconds": 120, "MaxAttempts": 2, "BackoffRate": 2.0}],
            "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.Error", "Next": "JobFailed"}],
            "Next": "RunStep",
        },
        "RunStep": {
            "Type": "Task",
            "Resource": "arn:aws:states:::elasticmapreduce:addStep.sync",
            "Parameters": run,
            "ResultPath": "$.Step",
            "TimeoutSeconds": timeout,
            "Retry": retry(),
            "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.Error", "Next": "TerminateAfterFailure"}],
            "Next": "TerminateCluster",
        },
        "TerminateCluster": {
            "Type": "Task",
            "Resource": "arn:aws:states:::elasticmapreduce:terminateCluster.sync",
            "Parameters": cluster.clone(),
            "ResultPath": "$.Terminated",
            "Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 30, "MaxAttempts": 5, "BackoffRate": 2.0}],
            "End": true,
        },
        "TerminateAfterFailure": {
            "Type": "Task",
            "Resource": "arn:aws:states:::elasticmapreduce:terminateCluster.sync",
            "Parameters": cluster,
            "ResultPath": "$.Terminated",
            "Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 30, "MaxAttempts": 5, "BackoffRate": 2.0}],
            "Next": "JobFailed",
        },
        "JobFailed": failed,
    });
    ("CreateCluster".to_owned(), states)
}

fn commands(made: &Made, workload: &Workload, name: &str, scheduled: bool) -> String {
    let region = &workload.region.value;
    let mut text = String::new();
    if made.files.iter().any(|file| is_made_once(&file.name)) {
        text.push_str(
            "# Once, as the spec in the format aws-json does: create what the documents beside describe.\n\n",
        );
    }
    if made.files.iter().any(|file| file.name == "emr.run-job-flow.json") {
        text.push_str(&format!(
            "# Spark does not start without the folder of its event logs.\n\
             aws s3api put-object --region {region} --bucket \"$LOG_BUCKET\" --key spark-events/\n\n"
        ));
    }
    text.push_str(&format!(
        "envsubst < {MACHINE} > filled.json\n\
         export STATE_MACHINE_ARN=$(aws stepfunctions create-state-machine --region {region} --name {name} \\\n  \
         --role-arn \"${{STATE_MACHINE_ROLE_ARN:?}}\" --definition file://filled.json --query stateMachineArn --output text)\n"
    ));
    if scheduled {
        text.push_str(&format!(
            "envsubst < {SCHEDULE} > schedule.json\n\
             aws scheduler create-schedule --region {region} --cli-input-json file://schedule.json\n"
        ));
    }
    text
}
