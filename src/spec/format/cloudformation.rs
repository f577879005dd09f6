//! A CloudFormation template: placeholders are its parameters.

use serde_json::{Map, Value, json as value};

use super::stack::{self, Run};
use super::step_functions::{ROLES as ROLES_OF_RUN, start_retries};
use super::{Written, marks};
use crate::engines::{Candidate, EngineId};
use crate::spec::made::Made;
use crate::spec::names::kubernetes_name;
use crate::spec::readme::Fill;
use crate::spec::{SpecFacts, SpecFile, json, placeholder, schedule};
use crate::workload::Workload;

const TEMPLATE: &str = "template.json";
/// The parameter that adds a cluster to a stack with a schedule.
const RUN_NOW: &str = "RunNow";

/// `LOG_BUCKET` as `LogBucket`: logical ids have letters and digits only.
pub(super) fn parameter(name: &str) -> String {
    name.split('_')
        .map(|word| {
            let mut letters = word.chars();
            letters.next().map_or_else(String::new, |first| first.to_string() + &letters.as_str().to_ascii_lowercase())
        })
        .collect()
}

pub(super) fn write(mut made: Made, candidate: &Candidate, workload: &Workload, facts: &SpecFacts) -> Written {
    let run = stack::run_of(&mut made, candidate, workload, facts);
    let mut resources = resources(&mut made, candidate, workload, run.as_ref());
    if let Some(run) = &run {
        add_run(&mut resources, run, candidate.engine);
    }
    stack::start_by_hand(&mut made, run.as_ref(), candidate.engine);
    let used = marks(&resources.to_string());
    let mut parameters: Map<String, Value> = used
        .iter()
        .map(|name| {
            let meaning = placeholder::meaning(name).unwrap_or_default();
            (parameter(name), value!({"Type": "String", "Description": meaning}))
        })
        .collect();
    let mut template = value!({
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": format!("Written by shapecast for candidate {}", candidate.id),
        "Parameters": {},
        "Resources": referring(&resources),
    });
    if run.as_ref().is_some_and(|run| run.with_cluster) {
        parameters.insert(
            RUN_NOW.to_owned(),
            value!({
                "Type": "String",
                "AllowedValues": ["true", "false"],
                "Default": "false",
                "Description": "whether the stack also has a cluster that runs the step once, at once",
            }),
        );
        template["Conditions"] = value!({RUN_NOW: {"Fn::Equals": [{"Ref": RUN_NOW}, "true"]}});
        template["Resources"]["Cluster"]["Condition"] = value!(RUN_NOW);
    }
    template["Parameters"] = Value::Object(parameters);
    let mut files = vec![SpecFile { name: TEMPLATE.to_owned(), contents: json(&template) }];
    files.extend(stack::companions(&made, candidate.engine));
    let commands = commands(&used, candidate.engine, workload, run.as_ref());
    let mut roles = ROLES.to_vec();
    roles.extend(run.iter().flat_map(|_| ROLES_OF_RUN));
    Written { files, commands, fill: Fill::Tool, roles, made }
}

const ROLES: &[&str] = &["Whoever deploys the stack: `cloudformation:*` on it, and what its resources need, above."];

fn commands(used: &[String], engine: EngineId, workload: &Workload, run: Option<&Run>) -> String {
    let (region, stack) = (&workload.region.value, kubernetes_name(workload));
    let given: Vec<String> = used.iter().map(|name| format!("{}=\"…\"", parameter(name))).collect();
    let mut text = String::new();
    if engine == EngineId::EmrEc2 {
        text.push_str(&stack::event_log_folder(workload));
    }
    text.push_str(&format!(
        "aws cloudformation deploy --region {region} --stack-name {stack} --template-file {TEMPLATE} \\\n  \
         --parameter-overrides \\\n    {}\n",
        given.join(" \\\n    ")
    ));
    if run.is_some_and(|run| run.schedule.is_none()) {
        text.push_str(&format!(
            "\n# Each start is a run.\n\
             aws stepfunctions start-execution --region {region} --state-machine-arn $(aws cloudformation \\\n  \
             describe-stack-resource --region {region} --stack-name {stack} --logical-resource-id StateMachine \\\n  \
             --query StackResourceDetail.PhysicalResourceId --output text)\n"
        ));
    }
    text
}

/// The state machine and its schedule; what the stack creates is referred to.
fn add_run(resources: &mut Value, run: &Run, engine: EngineId) {
    let machine = match engine {
        EngineId::EmrServerless | EngineId::EmrServerlessFlex => {
            stack::refer(&run.machine, "APPLICATION_ID", &value!({"Ref": "Application"}))
        }
        EngineId::EmrEks => stack::refer(&run.machine, "VIRTUAL_CLUSTER_ID", &value!({"Ref": "VirtualCluster"})),
        _ => run.machine.clone(),
    };
    resources["StateMachine"] = value!({"Type": "AWS::StepFunctions::StateMachine", "Properties": {
        "StateMachineName": run.name,
        "RoleArn": stack::MACHINE_ROLE,
        "Definition": machine,
    }});
    if let Some(expression) = &run.schedule {
        resources["Schedule"] = value!({"Type": "AWS::Scheduler::Schedule", "Properties": {
            "Name": run.name,
            "ScheduleExpression": expression,
            "ScheduleExpressionTimezone": "UTC",
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "State": "ENABLED",
            "Target": {
                "Arn": {"Fn::GetAtt": ["StateMachine", "Arn"]},
                "RoleArn": stack::SCHEDULER_ROLE,
                "Input": "{}",
                "RetryPolicy": start_retries(),
            },
        }});
    }
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

fn resources(made: &mut Made, candidate: &Candidate, workload: &Workload, run: Option<&Run>) -> Value {
    match candidate.engine {
        EngineId::EmrEc2 if run.is_some_and(|run| !run.with_cluster) => value!({}),
        EngineId::EmrEc2 => {
            value!({"Cluster": {"Type": "AWS::EMR::Cluster", "Properties": cluster(made, run)}})
        }
        EngineId::EmrServerless | EngineId::EmrServerlessFlex => {
            value!({"Application": {"Type": "AWS::EMRServerless::Application", "Properties": application(made)}})
        }
        EngineId::Glue | EngineId::GlueFlex => glue(made, workload, run),
        EngineId::EmrEks => {
            let cluster = made.document("emr-containers.create-virtual-cluster.json");
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
fn cluster(made: &mut Made, run: Option<&Run>) -> Value {
    let mut request = made.document("emr.run-job-flow.json");
    let fleets = request["Instances"]["InstanceFleets"].take();
    let Some(members) = request.as_object_mut() else { return request };
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
    made.notes.remark(if run.is_some() {
        "With `RunNow=true` the stack also creates a cluster, which runs the step once and ends; the schedule needs none."
    } else {
        "Creating the stack starts a cluster, which runs the step once and ends: a stack is one run, as the workload has \
         no timetable. To run it again, take the `step-functions` or `airflow` spec."
    });
    request
}

fn application(made: &mut Made) -> Value {
    let request = made.document("emr-serverless.create-application.json");
    let mut properties = pascal_keys(&request, &["properties", "tags"]);
    if let Some(members) = properties.as_object_mut() {
        members.remove("JobLevelCostAllocationConfiguration");
        members.insert("Tags".to_owned(), tag_list(&request["tags"]));
        // A list of pairs in place of a map.
        if let Some(Value::Object(ready)) = members.remove("InitialCapacity") {
            let pairs = ready.into_iter().map(|(role, capacity)| value!({"Key": role, "Value": capacity}));
            members.insert("InitialCapacity".to_owned(), Value::Array(pairs.collect()));
        }
    }
    made.notes.remark(
        "CloudFormation has no `jobLevelCostAllocationConfiguration`: turn it on with `aws emr-serverless \
         update-application`, or the cost report shows the application's tags only.",
    );
    properties
}

fn glue(made: &mut Made, workload: &Workload, run: Option<&Run>) -> Value {
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
        _ if run.is_some() => {}
        _ => made.notes.remark("The workload has no timetable: start the job with `aws glue start-job-run`."),
    }
    resources
}

fn batch(made: &mut Made) -> Value {
    let environment = pascal_keys(&made.document("batch.create-compute-environment.json"), &["tags"]);
    let mut queue = pascal_keys(&made.document("batch.create-job-queue.json"), &["tags"]);
    let definition = pascal_keys(&made.document("batch.register-job-definition.json"), &["tags"]);
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
