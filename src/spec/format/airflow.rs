//! An Airflow DAG with the operators of the Amazon provider: placeholders are Airflow variables.

use std::fmt::Write as _;

use serde_json::Value;

use super::{Written, marks};
use crate::engines::{Candidate, EngineId};
use crate::spec::made::Made;
use crate::spec::readme::Fill;
use crate::spec::timeout::run_timeout;
use crate::spec::{SpecFacts, SpecFile, names, schedule};
use crate::workload::Workload;

const DAG: &str = "dag.py";

pub(super) fn write(mut made: Made, candidate: &Candidate, workload: &Workload, facts: &SpecFacts) -> Written {
    let name = names::plain_name(workload);
    let timetable = timetable(&mut made, workload);
    let timeout = run_timeout(facts, u32::MAX);
    made.notes.setting(
        "dagrun_timeout",
        format!("{} min", timeout.minutes),
        format!("{} It covers the wait for capacity too.", timeout.reason),
    );
    made.notes.setting(
        "max_active_runs",
        1,
        "A second run at the same time would double the bill and race for the output.",
    );
    made.notes.setting("deferrable", "True", "The wait costs no worker slot; the triggerer does it.");
    let (imports, tasks) = tasks(&mut made, candidate, workload, facts);
    let mut dag = String::new();
    // Writing to a String cannot fail.
    let _ = write!(
        dag,
        "\"\"\"{name}: written by shapecast for candidate {id}.\n\nThe values that only the account knows are Airflow \
         variables; the README names them.\n\"\"\"\n\nfrom datetime import datetime, timedelta\n\n{imports}\n\n\
         with DAG(\n    dag_id={dag_id},\n    schedule={timetable},\n    start_date=datetime(2026, 1, 1),\n    \
         catchup=False,\n    max_active_runs=1,\n    dagrun_timeout=timedelta(minutes={minutes}),\n    \
         default_args={{\"retries\": 1, \"retry_delay\": timedelta(minutes=2)}},\n    tags=[\"shapecast\"],\n) as dag:\n{tasks}",
        id = candidate.id.replace("\"\"\"", ""),
        dag_id = python(&Value::String(name.clone()), 1),
        minutes = timeout.minutes,
    );
    let mut files = vec![SpecFile { name: DAG.to_owned(), contents: dag }];
    files.extend(made.files.iter().filter(|file| is_made_once(&file.name)).cloned());
    let used: Vec<String> = files.first().map(|dag| variables(&dag.contents, &made)).unwrap_or_default();
    let mut commands = String::from("pip install apache-airflow-providers-amazon\n");
    for name in used {
        let _ = writeln!(commands, "airflow variables set {} \"…\"", name.to_ascii_lowercase());
    }
    commands.push_str("cp dag.py \"$AIRFLOW_HOME/dags/\"\n");
    if files.len() > 1 {
        commands
            .push_str("# Once, as the spec in the format aws-json does: create what the documents beside describe.\n");
    }
    Written { files, commands, fill: Fill::Tool, roles: ROLES.to_vec(), made }
}

const ROLES: &[&str] = &[
    "Airflow's AWS connection (`aws_default`): may start, describe and stop the job, and `iam:PassRole` on its roles.",
];

fn is_made_once(name: &str) -> bool {
    let run = ["run-job-flow", "start-", "submit-job", ".sh"];
    !run.iter().any(|part| name.contains(part))
}

/// The variables that the DAG reads.
fn variables(dag: &str, made: &Made) -> Vec<String> {
    let mut all: Vec<String> = made.files.iter().flat_map(|file| marks(&file.contents)).collect();
    all.sort();
    all.dedup();
    all.retain(|name| dag.contains(&format!("var.value.{} ", name.to_ascii_lowercase())));
    all
}

fn timetable(made: &mut Made, workload: &Workload) -> String {
    match schedule::of(workload) {
        Some(schedule) => match schedule.cron {
            Some(cron) => {
                made.notes.setting("schedule", &cron, "The workload's schedule, UTC.");
                python(&Value::String(cron), 1)
            }
            None => {
                made.notes.remark(format!(
                    "`{}` has no form as a five-field cron: the DAG has no schedule; set one by hand.",
                    schedule.eventbridge
                ));
                "None".to_owned()
            }
        },
        None => {
            made.notes.remark("The workload has no timetable: the DAG starts by hand or by an event.");
            "None".to_owned()
        }
    }
}

/// A value as Python writes it; placeholders become Jinja references to variables.
fn python(value: &Value, depth: usize) -> String {
    let (inner, outer) = ("    ".repeat(depth + 1), "    ".repeat(depth));
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => {
            let named = marks(text).into_iter().fold(text.clone(), |text, name| {
                text.replace(&format!("${{{name}}}"), &format!("{{{{ var.value.{} }}}}", name.to_ascii_lowercase()))
            });
            // JSON's escapes are Python's.
            Value::String(named).to_string()
        }
        Value::Array(entries) if entries.is_empty() => "[]".to_owned(),
        Value::Array(entries) => {
            let all: Vec<String> =
                entries.iter().map(|entry| format!("{inner}{},\n", python(entry, depth + 1))).collect();
            format!("[\n{}{outer}]", all.concat())
        }
        Value::Object(members) if members.is_empty() => "{}".to_owned(),
        Value::Object(members) => {
            let all: Vec<String> = members
                .iter()
                .map(|(name, member)| {
                    format!("{inner}{}: {},\n", Value::String(name.clone()), python(member, depth + 1))
                })
                .collect();
            format!("{{\n{}{outer}}}", all.concat())
        }
    }
}

/// `name = Operator(…)` inside of the DAG.
fn operator(name: &str, class: &str, arguments: &[(&str, String)]) -> String {
    let mut text = format!("    {name} = {class}(\n        task_id=\"{name}\",\n");
    for (argument, value) in arguments {
        let _ = writeln!(text, "        {argument}={value},");
    }
    text.push_str("    )\n");
    text
}

fn imports(lines: &[&str]) -> String {
    format!("from airflow import DAG\n{}\n", lines.join("\n"))
}

fn tasks(made: &mut Made, candidate: &Candidate, workload: &Workload, facts: &SpecFacts) -> (String, String) {
    let deferrable = || ("deferrable", "True".to_owned());
    let region = ("region_name", python(&Value::String(workload.region.value.clone()), 2));
    let said = |value: &Value| python(value, 2);
    let minutes = run_timeout(facts, u32::MAX).minutes;
    match candidate.engine {
        EngineId::EmrEc2 => {
            patience(made, minutes);
            emr(made, workload, minutes)
        }
        EngineId::EmrServerless | EngineId::EmrServerlessFlex => {
            let run = made.document("emr-serverless.start-job-run.json");
            let mut config = serde_json::Map::new();
            config.insert("executionTimeoutMinutes".to_owned(), run["executionTimeoutMinutes"].clone());
            config.insert("tags".to_owned(), run["tags"].clone());
            if let Some(flex) = run.get("flexExecution") {
                config.insert("flexExecution".to_owned(), flex.clone());
                made.notes.remark("`flexExecution` needs botocore 1.44.5 or later beside Airflow.");
            }
            let arguments = [
                region,
                ("application_id", said(&run["applicationId"])),
                ("execution_role_arn", said(&run["executionRoleArn"])),
                ("name", said(&run["name"])),
                ("job_driver", said(&run["jobDriver"])),
                ("configuration_overrides", said(&run["configurationOverrides"])),
                ("config", said(&Value::Object(config))),
                ("waiter_delay", "60".to_owned()),
                ("waiter_max_attempts", minutes.to_string()),
                deferrable(),
            ];
            patience(made, minutes);
            (
                imports(&["from airflow.providers.amazon.aws.operators.emr import EmrServerlessStartJobOperator"]),
                operator("run_job", "EmrServerlessStartJobOperator", &arguments),
            )
        }
        EngineId::Glue | EngineId::GlueFlex => {
            let run = made.document("glue.start-job-run.json");
            let arguments = [
                region,
                ("job_name", said(&run["JobName"])),
                ("wait_for_completion", "True".to_owned()),
                ("stop_job_run_on_kill", "True".to_owned()),
                ("waiter_delay", "60".to_owned()),
                ("waiter_max_attempts", minutes.to_string()),
                deferrable(),
            ];
            patience(made, minutes);
            made.notes.remark("The job itself is created once from `glue.create-job.json`; the DAG only starts it, so that its size stands in one place.");
            (
                imports(&["from airflow.providers.amazon.aws.operators.glue import GlueJobOperator"]),
                operator("run_job", "GlueJobOperator", &arguments),
            )
        }
        EngineId::EmrEks => {
            let run = made.document("emr-containers.start-job-run.json");
            let arguments = [
                region,
                ("name", said(&run["name"])),
                ("virtual_cluster_id", said(&run["virtualClusterId"])),
                ("execution_role_arn", said(&run["executionRoleArn"])),
                ("release_label", said(&run["releaseLabel"])),
                ("job_driver", said(&run["jobDriver"])),
                ("configuration_overrides", said(&run["configurationOverrides"])),
                ("tags", said(&run["tags"])),
                deferrable(),
            ];
            (
                imports(&["from airflow.providers.amazon.aws.operators.emr import EmrContainerOperator"]),
                operator("run_job", "EmrContainerOperator", &arguments),
            )
        }
        EngineId::Athena => {
            let query = made.document("athena.start-query-execution.json");
            let group = made.document("athena.create-work-group.json");
            let arguments = [
                region,
                ("query", said(&query["QueryString"])),
                ("database", said(&query["QueryExecutionContext"]["Database"])),
                ("workgroup", said(&query["WorkGroup"])),
                ("output_location", said(&group["Configuration"]["ResultConfiguration"]["OutputLocation"])),
                deferrable(),
            ];
            (
                imports(&["from airflow.providers.amazon.aws.operators.athena import AthenaOperator"]),
                operator("run_job", "AthenaOperator", &arguments),
            )
        }
        _ => {
            let job = made.document("batch.submit-job.json");
            let mut arguments = vec![
                region,
                ("job_name", said(&job["jobName"])),
                ("job_definition", said(&job["jobDefinition"])),
                ("job_queue", said(&job["jobQueue"])),
                ("tags", said(&job["tags"])),
                ("submit_job_timeout", (u64::from(minutes) * 60).to_string()),
                deferrable(),
            ];
            if let Some(array) = job.get("arrayProperties") {
                arguments.push(("array_properties", said(array)));
            }
            (
                imports(&["from airflow.providers.amazon.aws.operators.batch import BatchOperator"]),
                operator("run_job", "BatchOperator", &arguments),
            )
        }
    }
}

/// The waiters' own limits end a longer run: 25 minutes for EMR Serverless, 60 for a cluster, 75 for Glue (Amazon
/// provider 9.39.0).
fn patience(made: &mut Made, minutes: u32) {
    made.notes.setting(
        "waiter_max_attempts, max_attempts",
        minutes,
        "One look a minute, as long as the run may last. By default the operators give up after 25 (EMR Serverless), 60 \
         (a cluster) or 75 minutes (Glue), and the task fails while the job runs on.",
    );
}

/// Create the cluster with its step and wait until it has ended; end it whatever becomes of the run.
fn emr(made: &Made, workload: &Workload, minutes: u32) -> (String, String) {
    let request = made.document("emr.run-job-flow.json");
    let region = python(&Value::String(workload.region.value.clone()), 2);
    let create = operator(
        "create_cluster",
        "EmrCreateJobFlowOperator",
        &[("region_name", region.clone()), ("job_flow_overrides", python(&request, 2))],
    );
    let wait = operator(
        "wait_for_end",
        "EmrJobFlowSensor",
        &[
            ("region_name", region.clone()),
            ("job_flow_id", "create_cluster.output".to_owned()),
            ("target_states", "[\"TERMINATED\"]".to_owned()),
            ("failed_states", "[\"TERMINATED_WITH_ERRORS\"]".to_owned()),
            ("poke_interval", "60".to_owned()),
            ("max_attempts", minutes.to_string()),
            ("deferrable", "True".to_owned()),
        ],
    );
    let terminate = operator(
        "terminate_cluster",
        "EmrTerminateJobFlowOperator",
        &[
            ("region_name", region),
            ("job_flow_id", "create_cluster.output".to_owned()),
            ("trigger_rule", "\"all_done\"".to_owned()),
        ],
    );
    (
        imports(&[
            "from airflow.providers.amazon.aws.operators.emr import EmrCreateJobFlowOperator, EmrTerminateJobFlowOperator",
            "from airflow.providers.amazon.aws.sensors.emr import EmrJobFlowSensor",
        ]),
        // A teardown does not count for the state of the run: a failed job stays a failed run.
        format!(
            "{create}\n{wait}\n{terminate}\n    create_cluster >> wait_for_end >> \
             terminate_cluster.as_teardown(setups=create_cluster)\n"
        ),
    )
}
