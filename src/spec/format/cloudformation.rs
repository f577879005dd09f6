//! A CloudFormation template: placeholders are its parameters.

use serde_json::{Map, Value, json as value};

use super::{Written, marks};
use crate::engines::{Candidate, EngineId};
use crate::spec::made::Made;
use crate::spec::readme::Fill;
use crate::spec::{SpecFile, json, placeholder, schedule};
use crate::workload::Workload;

const TEMPLATE: &str = "template.json";

/// `LOG_BUCKET` as `LogBucket`: logical ids have letters and digits only.
pub(super) fn parameter(name: &str) -> String {
    name.split('_')
        .map(|word| {
            let mut letters = word.chars();
            letters.next().map_or_else(String::new, |first| first.to_string() + &letters.as_str().to_ascii_lowercase())
        })
        .collect()
}

pub(super) fn write(mut made: Made, candidate: &Candidate, workload: &Workload) -> Written {
    let resources = resources(&mut made, candidate, workload);
    let used = marks(&resources.to_string());
    let parameters: Map<String, Value> = used
        .iter()
        .map(|name| {
            let meaning = placeholder::meaning(name).unwrap_or_default();
            (parameter(name), value!({"Type": "String", "Description": meaning}))
        })
        .collect();
    let template = value!({
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": format!("Written by shapecast for candidate {}", candidate.id),
        "Parameters": parameters,
        "Resources": referring(&resources),
    });
    let mut files = vec![SpecFile { name: TEMPLATE.to_owned(), contents: json(&template) }];
    files.extend(companions(&made, candidate.engine));
    let given: Vec<String> = used.iter().map(|name| format!("{}=\"…\"", parameter(name))).collect();
    let commands = format!(
        "aws cloudformation deploy --region {} --stack-name {} --template-file {TEMPLATE} \\\n  --parameter-overrides \\\n    {}\n",
        workload.region.value,
        crate::spec::names::kubernetes_name(workload),
        given.join(" \\\n    ")
    );
    Written { files, commands, fill: Fill::Tool, roles: ROLES.to_vec(), made }
}

const ROLES: &[&str] = &["Whoever deploys the stack: `cloudformation:*` on it, and what its resources need, above."];

/// What a stack does not hold: the documents of a run, and what lies in the cluster.
fn companions(made: &Made, engine: EngineId) -> Vec<SpecFile> {
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

/// `${NAME}` in texts as references to parameters.
fn referring(node: &Value) -> Value {
    match node {
        Value::String(text) => reference(text),
        Value::Array(entries) => Value::Array(entries.iter().map(referring).collect()),
        Value::Object(members) => {
            Value::Object(members.iter().map(|(name, inner)| (name.clone(), referring(inner))).collect())
        }
        other => other.clone(),
    }
}

fn reference(text: &str) -> Value {
    let used = marks(text);
    match used.as_slice() {
        [] => value!(text),
        [only] if text.len() == only.len() + 3 => value!({"Ref": parameter(only)}),
        several => {
            let named = several.iter().fold(text.to_owned(), |text, name| {
                text.replace(&format!("${{{name}}}"), &format!("${{{}}}", parameter(name)))
            });
            value!({"Fn::Sub": named})
        }
    }
}

fn resources(made: &mut Made, candidate: &Candidate, workload: &Workload) -> Value {
    match candidate.engine {
        EngineId::EmrEc2 => value!({"Cluster": {"Type": "AWS::EMR::Cluster", "Properties": cluster(made)}}),
        EngineId::EmrServerless | EngineId::EmrServerlessFlex => {
            value!({"Application": {"Type": "AWS::EMRServerless::Application", "Properties": application(made)}})
        }
        EngineId::Glue | EngineId::GlueFlex => glue(made, workload),
        EngineId::EmrEks => {
            let cluster = made.document("emr-containers.create-virtual-cluster.json");
            made.notes.remark("A stack holds no job run: start it with `aws emr-containers start-job-run --cli-input-json` once the nodes' objects are applied, or by the `step-functions` or `airflow` spec.");
            value!({"VirtualCluster": {"Type": "AWS::EMRContainers::VirtualCluster", "Properties": {
                "Name": cluster["name"],
                "ContainerProvider": {
                    "Id": cluster["containerProvider"]["id"],
                    "Type": "EKS",
                    "Info": {"EksInfo": {"Namespace": cluster["containerProvider"]["info"]["eksInfo"]["namespace"]}},
                },
                "Tags": tag_list(&cluster["tags"]),
            }}})
        }
        EngineId::Athena => {
            let group = made.document("athena.create-work-group.json");
            made.notes.remark("A stack holds no query run: start it with `aws athena start-query-execution --cli-input-json`, or by the `step-functions` or `airflow` spec.");
            value!({"WorkGroup": {"Type": "AWS::Athena::WorkGroup", "Properties": {
                "Name": group["Name"],
                "Description": group["Description"],
                "WorkGroupConfiguration": group["Configuration"],
                "Tags": group["Tags"],
            }}})
        }
        _ => batch(made),
    }
}

/// Fleets stand by role, and properties have a longer name.
fn cluster(made: &mut Made) -> Value {
    let mut request = made.document("emr.run-job-flow.json");
    let fleets = request["Instances"]["InstanceFleets"].take();
    let Some(members) = request.as_object_mut() else { return request };
    if members.remove("StepExecutionRoleArn").is_some() {
        made.notes.remark(
            "CloudFormation has no step runtime role: where Lake Formation must see one, add the step by the API with \
             `ExecutionRoleArn` (the `step-functions` spec does).",
        );
    }
    if let Some(Value::Array(list)) = members.get_mut("Configurations") {
        for entry in list.iter_mut().filter_map(Value::as_object_mut) {
            let properties = entry.remove("Properties").unwrap_or_default();
            entry.insert("ConfigurationProperties".to_owned(), properties);
        }
    }
    let instances = &mut request["Instances"];
    if let Some(members) = instances.as_object_mut() {
        members.remove("InstanceFleets");
    }
    for mut fleet in fleets.as_array().cloned().unwrap_or_default() {
        let role = fleet["InstanceFleetType"].as_str().unwrap_or_default().to_owned();
        if let Some(members) = fleet.as_object_mut() {
            members.remove("InstanceFleetType");
        }
        match role.as_str() {
            "MASTER" => instances["MasterInstanceFleet"] = fleet,
            "CORE" => instances["CoreInstanceFleet"] = fleet,
            _ => instances["TaskInstanceFleets"] = Value::Array(vec![fleet]),
        }
    }
    made.notes.remark(
        "Creating the stack starts a cluster, which runs the step once and ends: a stack is one run. For a schedule take \
         the `step-functions` or `airflow` spec.",
    );
    request
}

fn application(made: &mut Made) -> Value {
    let request = made.document("emr-serverless.create-application.json");
    let mut properties = pascal_keys(&request, &["properties", "tags"]);
    if let Some(members) = properties.as_object_mut() {
        members.remove("JobLevelCostAllocationConfiguration");
        members.insert("Tags".to_owned(), tag_list(&request["tags"]));
    }
    made.notes.remark(
        "CloudFormation has no `jobLevelCostAllocationConfiguration`: turn it on with `aws emr-serverless \
         update-application`, or the cost report shows the application's tags only.",
    );
    made.notes.remark("A stack holds no job run: put the application's id (the stack's resource) into `APPLICATION_ID` of the run's document, or take the `step-functions` or `airflow` spec.");
    properties
}

fn glue(made: &mut Made, workload: &Workload) -> Value {
    let job = made.document("glue.create-job.json");
    let mut resources = value!({"Job": {"Type": "AWS::Glue::Job", "Properties": job}});
    match schedule::of(workload) {
        Some(schedule) if schedule.eventbridge.starts_with("cron(") => {
            made.notes.setting("Trigger", &schedule.eventbridge, "The workload's schedule, UTC.");
            resources["Trigger"] = value!({"Type": "AWS::Glue::Trigger", "Properties": {
                "Name": job["Name"],
                "Type": "SCHEDULED",
                "Schedule": schedule.eventbridge,
                "StartOnCreation": true,
                "Actions": [{"JobName": {"Ref": "Job"}}],
                "Tags": job["Tags"],
            }});
        }
        _ => made
            .notes
            .remark("The workload has no timetable that a trigger takes: start the job with `aws glue start-job-run`."),
    }
    resources
}

fn batch(made: &mut Made) -> Value {
    let environment = pascal_keys(&made.document("batch.create-compute-environment.json"), &["tags"]);
    let mut queue = pascal_keys(&made.document("batch.create-job-queue.json"), &["tags"]);
    let definition = pascal_keys(&made.document("batch.register-job-definition.json"), &["tags"]);
    made.notes.remark("A stack holds no job run: start it with `aws batch submit-job --cli-input-json`, or by the `step-functions` or `airflow` spec.");
    queue["ComputeEnvironmentOrder"] = value!([{"Order": 1, "ComputeEnvironment": {"Ref": "ComputeEnvironment"}}]);
    value!({
        "ComputeEnvironment": {"Type": "AWS::Batch::ComputeEnvironment", "Properties": environment},
        "JobQueue": {"Type": "AWS::Batch::JobQueue", "Properties": queue},
        "JobDefinition": {"Type": "AWS::Batch::JobDefinition", "Properties": definition},
    })
}

fn tag_list(tags: &Value) -> Value {
    let members = tags.as_object().cloned().unwrap_or_default();
    Value::Array(members.into_iter().map(|(key, text)| value!({"Key": key, "Value": text})).collect())
}

/// Names that start small, with a capital; maps from the user's keys stay as they are.
pub(super) fn pascal_keys(node: &Value, maps: &[&str]) -> Value {
    match node {
        Value::Object(members) => Value::Object(
            members
                .iter()
                .map(|(name, inner)| {
                    let mut letters = name.chars();
                    let capital =
                        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect());
                    let inner = if maps.contains(&name.as_str()) { inner.clone() } else { pascal_keys(inner, maps) };
                    (capital, inner)
                })
                .collect(),
        ),
        Value::Array(entries) => Value::Array(entries.iter().map(|entry| pascal_keys(entry, maps)).collect()),
        other => other.clone(),
    }
}
