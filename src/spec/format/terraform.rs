//! A Terraform configuration for the AWS provider 6.x: placeholders are its variables.
//!
//! Resource names, arguments and nesting follow the provider's published bindings (6.25.0).

use serde_json::{Value, json as value};

use super::hcl::{Block, file};
use super::{Written, marks};
use crate::engines::{Candidate, EngineId};
use crate::spec::made::Made;
use crate::spec::readme::Fill;
use crate::spec::{SpecFile, placeholder, schedule};
use crate::workload::Workload;

const MAIN: &str = "main.tf";
const VARIABLES: &str = "variables.tf";

pub(super) fn write(mut made: Made, candidate: &Candidate, workload: &Workload) -> Written {
    let resources = resources(&mut made, candidate, workload);
    let mut blocks = vec![
        Block::named("terraform").with(
            Block::named("required_providers")
                .refer("aws", "{\n    source  = \"hashicorp/aws\"\n    version = \"~> 6.0\"\n  }"),
        ),
        Block::named("provider \"aws\"").set("region", &value!(workload.region.value)),
    ];
    blocks.extend(resources);
    let main = file(&blocks);
    // Variables are those that the text refers to; the documents know their names.
    let known = made.files.iter().flat_map(|file| marks(&file.contents));
    let mut used: Vec<String> =
        known.filter(|name| main.contains(&format!("var.{}", name.to_ascii_lowercase()))).collect();
    used.sort();
    used.dedup();
    used.retain(|name| is_named(&main, &name.to_ascii_lowercase()));
    let variables: Vec<Block> = used
        .iter()
        .map(|name| {
            Block::named(&format!("variable \"{}\"", name.to_ascii_lowercase()))
                .refer("type", "string")
                .set("description", &value!(placeholder::meaning(name).unwrap_or_default()))
        })
        .collect();
    let mut files = vec![
        SpecFile { name: MAIN.to_owned(), contents: main },
        SpecFile { name: VARIABLES.to_owned(), contents: file(&variables) },
    ];
    files.extend(companions(&made, candidate.engine));
    let given: Vec<String> = used.iter().map(|name| format!("{} = \"…\"", name.to_ascii_lowercase())).collect();
    let commands = format!(
        "cat > terraform.tfvars <<'END'\n{}\nEND\nterraform init\nterraform plan\nterraform apply\n",
        given.join("\n")
    );
    Written { files, commands, fill: Fill::Tool, roles: ROLES.to_vec(), made }
}

const ROLES: &[&str] = &["Whoever applies it: what its resources need, above."];

/// Whether `var.NAME` occurs as a whole word.
fn is_named(text: &str, name: &str) -> bool {
    let wanted = format!("var.{name}");
    text.match_indices(&wanted).any(|(start, _)| {
        let after = text[start + wanted.len()..].chars().next();
        !after.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_')
    })
}

/// What no resource holds: the documents of a run, and what lies in the cluster.
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

fn resources(made: &mut Made, candidate: &Candidate, workload: &Workload) -> Vec<Block> {
    let run = "Terraform holds no run: start it with the run's document beside, or by the `step-functions` or `airflow` spec.";
    match candidate.engine {
        EngineId::EmrEc2 => emr(made),
        EngineId::EmrServerless | EngineId::EmrServerlessFlex => {
            made.notes.remark(run);
            made.notes.remark(
                "The provider (6.25.0) has no `jobLevelCostAllocationConfiguration`: turn it on with `aws emr-serverless \
                 update-application`, or the cost report shows the application's tags only.",
            );
            vec![application(&made.document("emr-serverless.create-application.json"))]
        }
        EngineId::Glue | EngineId::GlueFlex => glue(made, workload),
        EngineId::EmrEks => {
            made.notes.remark(run);
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
            made.notes.remark(run);
            vec![workgroup(&made.document("athena.create-work-group.json"))]
        }
        _ => {
            made.notes.remark(run);
            batch(made)
        }
    }
}

/// A list of keys and values as a map.
fn tag_map(tags: &Value) -> Value {
    let pairs = tags.as_array().into_iter().flatten();
    Value::Object(pairs.filter_map(|tag| Some((tag["Key"].as_str()?.to_owned(), tag["Value"].clone()))).collect())
}

/// The cluster with primary and core; the task fleet and managed scaling are resources of their own.
fn emr(made: &mut Made) -> Vec<Block> {
    let request = made.document("emr.run-job-flow.json");
    if request.get("StepExecutionRoleArn").is_some() {
        made.notes.remark(
            "The provider has no step runtime role: where Lake Formation must see one, add the step by the API with \
             `ExecutionRoleArn` (the `step-functions` spec does).",
        );
    }
    made.notes.remark(
        "The provider (6.25.0) has no resize specification and no throughput of a fleet's volumes: gp3's 125 MiB/s is the \
         default, and reclaimed Spot capacity is asked for without a time limit.",
    );
    made.notes.remark(
        "Applying it starts a cluster, which runs the step once and ends: `terraform apply` is one run. For a schedule take \
         the `step-functions` or `airflow` spec.",
    );
    let instances = &request["Instances"];
    let names: Vec<Value> = request["Applications"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|application| application["Name"].clone())
        .collect();
    let mut cluster = Block::resource("aws_emr_cluster", "job")
        .set("name", &request["Name"])
        .set("release_label", &request["ReleaseLabel"])
        .set("applications", &Value::Array(names))
        .set("log_uri", &request["LogUri"])
        .set("service_role", &request["ServiceRole"])
        .set("security_configuration", &request["SecurityConfiguration"])
        .set("custom_ami_id", &request["CustomAmiId"])
        .set("keep_job_flow_alive_when_no_steps", &instances["KeepJobFlowAliveWhenNoSteps"])
        .set("termination_protection", &instances["TerminationProtected"])
        .encoded("configurations_json", &request["Configurations"])
        .set("tags", &tag_map(&request["Tags"]))
        .with(
            Block::named("ec2_attributes")
                .set("subnet_ids", &instances["Ec2SubnetIds"])
                .set("instance_profile", &request["JobFlowRole"]),
        )
        .with(
            Block::named("auto_termination_policy")
                .set("idle_timeout", &request["AutoTerminationPolicy"]["IdleTimeout"]),
        );
    let mut others = Vec::new();
    for one in instances["InstanceFleets"].as_array().into_iter().flatten() {
        match one["InstanceFleetType"].as_str() {
            Some("MASTER") => cluster = cluster.with(fleet(Block::named("master_instance_fleet"), one)),
            Some("CORE") => cluster = cluster.with(fleet(Block::named("core_instance_fleet"), one)),
            _ => others.push(fleet(
                Block::resource("aws_emr_instance_fleet", "task").refer("cluster_id", "aws_emr_cluster.job.id"),
                one,
            )),
        }
    }
    cluster = cluster.with_all(request["Steps"].as_array().into_iter().flatten().map(step));
    // The step changes the cluster's state once it has run; a later plan must not start it anew for that.
    cluster = cluster.with(Block::named("lifecycle").refer("ignore_changes", "[step]"));
    let mut blocks = vec![cluster];
    blocks.extend(others);
    if let Some(limits) = request["ManagedScalingPolicy"].get("ComputeLimits") {
        blocks.push(
            Block::resource("aws_emr_managed_scaling_policy", "job")
                .refer("cluster_id", "aws_emr_cluster.job.id")
                .with(
                    Block::named("compute_limits")
                        .set("unit_type", &limits["UnitType"])
                        .set("minimum_capacity_units", &limits["MinimumCapacityUnits"])
                        .set("maximum_capacity_units", &limits["MaximumCapacityUnits"])
                        .set("maximum_ondemand_capacity_units", &limits["MaximumOnDemandCapacityUnits"])
                        .set("maximum_core_capacity_units", &limits["MaximumCoreCapacityUnits"]),
                ),
        );
    }
    blocks
}

fn fleet(block: Block, fleet: &Value) -> Block {
    let types = fleet["InstanceTypeConfigs"].as_array().into_iter().flatten().map(|kind| {
        let devices = kind["EbsConfiguration"]["EbsBlockDeviceConfigs"].as_array().into_iter().flatten();
        Block::named("instance_type_configs")
            .set("instance_type", &kind["InstanceType"])
            .set("weighted_capacity", &kind["WeightedCapacity"])
            .with_all(devices.map(|device| {
                let volume = &device["VolumeSpecification"];
                Block::named("ebs_config")
                    .set("type", &volume["VolumeType"])
                    .set("size", &volume["SizeInGB"])
                    .set("iops", &volume["Iops"])
                    .set("volumes_per_instance", &device["VolumesPerInstance"])
            }))
    });
    let specifications = &fleet["LaunchSpecifications"];
    let mut launch = Block::named("launch_specifications");
    // The provider takes one kind in a launch: the Spot part says what happens without Spot.
    if let Some(spot) = specifications.get("SpotSpecification") {
        launch = launch.with(
            Block::named("spot_specification")
                .set("allocation_strategy", &spot["AllocationStrategy"])
                .set("timeout_action", &spot["TimeoutAction"])
                .set("timeout_duration_minutes", &spot["TimeoutDurationMinutes"]),
        );
    }
    if let Some(on_demand) = specifications.get("OnDemandSpecification") {
        launch = launch
            .with(Block::named("on_demand_specification").set("allocation_strategy", &on_demand["AllocationStrategy"]));
    }
    block
        .set("name", &fleet["Name"])
        .set("target_on_demand_capacity", &fleet["TargetOnDemandCapacity"])
        .set("target_spot_capacity", &fleet["TargetSpotCapacity"])
        .with_all(types)
        .with(launch)
}

fn step(step: &Value) -> Block {
    Block::named("step").set("name", &step["Name"]).set("action_on_failure", &step["ActionOnFailure"]).with(
        Block::named("hadoop_jar_step")
            .set("jar", &step["HadoopJarStep"]["Jar"])
            .set("args", &step["HadoopJarStep"]["Args"]),
    )
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
    if let Some(image) = request.get("imageConfiguration") {
        block = block.with(Block::named("image_configuration").set("image_uri", &image["imageUri"]));
    }
    block.with_all(runtime)
}

fn glue(made: &mut Made, workload: &Workload) -> Vec<Block> {
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
        _ => made
            .notes
            .remark("The workload has no timetable that a trigger takes: start the job with `aws glue start-job-run`."),
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
