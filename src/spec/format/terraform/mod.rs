//! A Terraform configuration for the AWS provider 6.x: placeholders are its variables.
//!
//! Resource names, arguments and nesting follow the provider's published bindings (6.25.0).

mod emr;

use serde_json::{Value, json as value};

use super::Written;
use super::hcl::{Block, expression, file};
use super::stack::{self, Run};
use super::step_functions::{ROLES as ROLES_OF_RUN, start_retries};
use crate::engines::{Candidate, EngineId};
use crate::spec::made::Made;
use crate::spec::readme::Fill;
use crate::spec::{SpecFacts, SpecFile, placeholder, schedule};
use crate::workload::Workload;

const MAIN: &str = "main.tf";
const VARIABLES: &str = "variables.tf";

pub(super) fn write(mut made: Made, candidate: &Candidate, workload: &Workload, facts: &SpecFacts) -> Written {
    let run = stack::run_of(&mut made, candidate, workload, facts);
    let resources = resources(&mut made, candidate, workload, run.as_ref());
    stack::start_by_hand(&mut made, run.as_ref(), candidate.engine);
    let mut blocks = vec![
        Block::named("terraform").with(
            Block::named("required_providers")
                .refer("aws", "{\n    source  = \"hashicorp/aws\"\n    version = \"~> 6.0\"\n  }"),
        ),
        Block::named("provider \"aws\"").set("region", &value!(workload.region.value)),
    ];
    blocks.extend(resources);
    blocks.extend(run.iter().flat_map(|run| of_run(run, candidate.engine)));
    let main = file(&blocks);
    let mut used: Vec<String> = placeholder::all().into_iter().map(|known| known.name).collect();
    used.retain(|name| is_named(&main, &name.to_ascii_lowercase()));
    let mut variables: Vec<Block> = used
        .iter()
        .map(|name| {
            Block::named(&format!("variable \"{}\"", name.to_ascii_lowercase()))
                .refer("type", "string")
                .set("description", &value!(placeholder::meaning(name).unwrap_or_default()))
        })
        .collect();
    if run.as_ref().is_some_and(|run| run.with_cluster) {
        variables.push(
            Block::named("variable \"run_now\"")
                .refer("type", "bool")
                .set("description", &value!("whether there is also a cluster that runs the step once, at once"))
                .set("default", &value!(false)),
        );
    }
    let mut files = vec![
        SpecFile { name: MAIN.to_owned(), contents: main },
        SpecFile { name: VARIABLES.to_owned(), contents: file(&variables) },
    ];
    files.extend(stack::companions(&made, candidate.engine));
    let given: Vec<String> = used.iter().map(|name| format!("{} = \"…\"", name.to_ascii_lowercase())).collect();
    let folder = if candidate.engine == EngineId::EmrEc2 { stack::event_log_folder(workload) } else { String::new() };
    let mut commands = format!(
        "{folder}cat > terraform.tfvars <<'END'\n{}\nEND\nterraform init\nterraform plan\nterraform apply\n",
        given.join("\n")
    );
    if run.as_ref().is_some_and(|run| run.schedule.is_none()) {
        commands.push_str(&format!(
            "\n# Each start is a run.\n\
             aws stepfunctions start-execution --region {} --state-machine-arn \"$(terraform output -raw state_machine_arn)\"\n",
            workload.region.value
        ));
    }
    let mut roles = ROLES.to_vec();
    roles.extend(run.iter().flat_map(|_| ROLES_OF_RUN));
    Written { files, commands, fill: Fill::Tool, roles, made }
}

const ROLES: &[&str] = &["Whoever applies it: what its resources need, above."];

/// The state machine and its schedule; what the configuration creates is referred to.
fn of_run(run: &Run, engine: EngineId) -> Vec<Block> {
    let machine = expression(&run.machine, 1);
    let machine = match engine {
        EngineId::EmrServerless | EngineId::EmrServerlessFlex => {
            machine.replace("var.application_id", "aws_emrserverless_application.job.id")
        }
        EngineId::EmrEks => machine.replace("var.virtual_cluster_id", "aws_emrcontainers_virtual_cluster.job.id"),
        _ => machine,
    };
    let name = value!(run.name);
    let mut blocks = vec![
        Block::resource("aws_sfn_state_machine", "job")
            .set("name", &name)
            .set("role_arn", &value!(stack::MACHINE_ROLE))
            .refer("definition", &format!("jsonencode({machine})")),
    ];
    if let Some(schedule) = &run.schedule {
        let retries = start_retries();
        blocks.push(
            Block::resource("aws_scheduler_schedule", "job")
                .set("name", &name)
                .set("schedule_expression", &value!(schedule))
                .set("schedule_expression_timezone", &value!("UTC"))
                .set("state", &value!("ENABLED"))
                .with(Block::named("flexible_time_window").set("mode", &value!("OFF")))
                .with(
                    Block::named("target")
                        .refer("arn", "aws_sfn_state_machine.job.arn")
                        .set("role_arn", &value!(stack::SCHEDULER_ROLE))
                        .set("input", &value!("{}"))
                        .with(
                            Block::named("retry_policy")
                                .set("maximum_retry_attempts", &retries["MaximumRetryAttempts"])
                                .set("maximum_event_age_in_seconds", &retries["MaximumEventAgeInSeconds"]),
                        ),
                ),
        );
    } else {
        blocks.push(Block::named("output \"state_machine_arn\"").refer("value", "aws_sfn_state_machine.job.arn"));
    }
    blocks
}

/// Whether `var.NAME` occurs as a whole word.
fn is_named(text: &str, name: &str) -> bool {
    let wanted = format!("var.{name}");
    text.match_indices(&wanted).any(|(start, _)| {
        let after = text[start + wanted.len()..].chars().next();
        !after.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_')
    })
}

fn resources(made: &mut Made, candidate: &Candidate, workload: &Workload, run: Option<&Run>) -> Vec<Block> {
    match candidate.engine {
        EngineId::EmrEc2 if run.is_some_and(|run| !run.with_cluster) => Vec::new(),
        EngineId::EmrEc2 => emr::cluster(made, run),
        EngineId::EmrServerless | EngineId::EmrServerlessFlex => {
            made.notes.remark(
                "The provider (6.25.0) has no `jobLevelCostAllocationConfiguration`: turn it on with `aws emr-serverless \
                 update-application`, or the cost report shows the application's tags only.",
            );
            vec![application(&made.document("emr-serverless.create-application.json"))]
        }
        EngineId::Glue | EngineId::GlueFlex => glue(made, workload, run),
        EngineId::EmrEks => {
            let cluster = made.document("emr-containers.create-virtual-cluster.json");
            let provider = &cluster["containerProvider"];
            let info = Block::named("info")
                .with(Block::named("eks_info").set("namespace", &provider["info"]["eksInfo"]["namespace"]));
            vec![
                Block::resource("aws_emrcontainers_virtual_cluster", "job")
                    .set("name", &cluster["name"])
                    .set("tags", &cluster["tags"])
                    .with(
                        Block::named("container_provider")
                            .set("id", &provider["id"])
                            .set("type", &provider["type"])
                            .with(info),
                    ),
            ]
        }
        EngineId::Athena => {
            vec![workgroup(&made.document("athena.create-work-group.json"))]
        }
        _ => batch(made),
    }
}

/// A list of keys and values as a map.
fn tag_map(tags: &Value) -> Value {
    let pairs = tags.as_array().into_iter().flatten();
    Value::Object(pairs.filter_map(|tag| Some((tag["Key"].as_str()?.to_owned(), tag["Value"].clone()))).collect())
}

fn application(request: &Value) -> Block {
    let capacity = &request["maximumCapacity"];
    let network = &request["networkConfiguration"];
    let runtime = request["runtimeConfiguration"].as_array().into_iter().flatten().map(|entry| {
        Block::named("runtime_configuration")
            .set("classification", &entry["classification"])
            .set("properties", &entry["properties"])
    });
    let mut block = Block::resource("aws_emrserverless_application", "job")
        .set("name", &request["name"])
        .set("release_label", &request["releaseLabel"])
        .set("type", &value!("spark"))
        .set("architecture", &request["architecture"])
        .set("tags", &request["tags"])
        .with(
            Block::named("maximum_capacity")
                .set("cpu", &capacity["cpu"])
                .set("memory", &capacity["memory"])
                .set("disk", &capacity["disk"]),
        )
        .with(Block::named("auto_start_configuration").set("enabled", &request["autoStartConfiguration"]["enabled"]))
        .with(
            Block::named("auto_stop_configuration")
                .set("enabled", &request["autoStopConfiguration"]["enabled"])
                .set("idle_timeout_minutes", &request["autoStopConfiguration"]["idleTimeoutMinutes"]),
        )
        .with(
            Block::named("network_configuration")
                .set("subnet_ids", &network["subnetIds"])
                .set("security_group_ids", &network["securityGroupIds"]),
        );
    let ready = request["initialCapacity"].as_object().into_iter().flatten().map(|(role, capacity)| {
        let worker = &capacity["workerConfiguration"];
        Block::named("initial_capacity").set("initial_capacity_type", &value!(role)).with(
            Block::named("initial_capacity_config").set("worker_count", &capacity["workerCount"]).with(
                Block::named("worker_configuration")
                    .set("cpu", &worker["cpu"])
                    .set("memory", &worker["memory"])
                    .set("disk", &worker["disk"]),
            ),
        )
    });
    block = block.with_all(ready);
    if let Some(image) = request.get("imageConfiguration") {
        block = block.with(Block::named("image_configuration").set("image_uri", &image["imageUri"]));
    }
    block.with_all(runtime)
}

fn glue(made: &mut Made, workload: &Workload, run: Option<&Run>) -> Vec<Block> {
    let job = made.document("glue.create-job.json");
    let mut blocks = vec![
        Block::resource("aws_glue_job", "job")
            .set("name", &job["Name"])
            .set("description", &job["Description"])
            .set("role_arn", &job["Role"])
            .set("glue_version", &job["GlueVersion"])
            .set("worker_type", &job["WorkerType"])
            .set("number_of_workers", &job["NumberOfWorkers"])
            .set("execution_class", &job["ExecutionClass"])
            .set("timeout", &job["Timeout"])
            .set("max_retries", &job["MaxRetries"])
            .set("default_arguments", &job["DefaultArguments"])
            .set("tags", &job["Tags"])
            .with(
                Block::named("command")
                    .set("name", &job["Command"]["Name"])
                    .set("script_location", &job["Command"]["ScriptLocation"])
                    .set("python_version", &job["Command"]["PythonVersion"]),
            )
            .with(
                Block::named("execution_property")
                    .set("max_concurrent_runs", &job["ExecutionProperty"]["MaxConcurrentRuns"]),
            ),
    ];
    match schedule::of(workload) {
        Some(schedule) if schedule.eventbridge.starts_with("cron(") => {
            made.notes.setting("aws_glue_trigger", &schedule.eventbridge, "The workload's schedule, UTC.");
            blocks.push(
                Block::resource("aws_glue_trigger", "job")
                    .set("name", &job["Name"])
                    .set("type", &value!("SCHEDULED"))
                    .set("schedule", &value!(schedule.eventbridge))
                    .set("tags", &job["Tags"])
                    .with(Block::named("actions").refer("job_name", "aws_glue_job.job.name")),
            );
        }
        _ if run.is_some() => {}
        _ => made.notes.remark("The workload has no timetable: start the job with `aws glue start-job-run`."),
    }
    blocks
}

fn workgroup(group: &Value) -> Block {
    let configuration = &group["Configuration"];
    Block::resource("aws_athena_workgroup", "job")
        .set("name", &group["Name"])
        .set("description", &group["Description"])
        .set("tags", &tag_map(&group["Tags"]))
        .with(
            Block::named("configuration")
                .set("bytes_scanned_cutoff_per_query", &configuration["BytesScannedCutoffPerQuery"])
                .set("enforce_workgroup_configuration", &configuration["EnforceWorkGroupConfiguration"])
                .set("publish_cloudwatch_metrics_enabled", &configuration["PublishCloudWatchMetricsEnabled"])
                .with(
                    Block::named("result_configuration")
                        .set("output_location", &configuration["ResultConfiguration"]["OutputLocation"]),
                ),
        )
}

fn batch(made: &Made) -> Vec<Block> {
    let environment = made.document("batch.create-compute-environment.json");
    let resources = &environment["computeResources"];
    let queue = made.document("batch.create-job-queue.json");
    let definition = made.document("batch.register-job-definition.json");
    vec![
        Block::resource("aws_batch_compute_environment", "job")
            .set("name", &environment["computeEnvironmentName"])
            .set("type", &environment["type"])
            .set("state", &environment["state"])
            .set("tags", &environment["tags"])
            .with(
                Block::named("compute_resources")
                    .set("type", &resources["type"])
                    .set("max_vcpus", &resources["maxvCpus"])
                    .set("subnets", &resources["subnets"])
                    .set("security_group_ids", &resources["securityGroupIds"]),
            ),
        Block::resource("aws_batch_job_queue", "job")
            .set("name", &queue["jobQueueName"])
            .set("state", &queue["state"])
            .set("priority", &queue["priority"])
            .set("tags", &queue["tags"])
            .with(
                Block::named("compute_environment_order")
                    .set("order", &value!(1))
                    .refer("compute_environment", "aws_batch_compute_environment.job.arn"),
            ),
        Block::resource("aws_batch_job_definition", "job")
            .set("name", &definition["jobDefinitionName"])
            .set("type", &definition["type"])
            .set("platform_capabilities", &definition["platformCapabilities"])
            .set("propagate_tags", &definition["propagateTags"])
            .encoded("container_properties", &definition["containerProperties"])
            .set("tags", &definition["tags"])
            .with(Block::named("retry_strategy").set("attempts", &definition["retryStrategy"]["attempts"]))
            .with(
                Block::named("timeout")
                    .set("attempt_duration_seconds", &definition["timeout"]["attemptDurationSeconds"]),
            ),
    ]
}
