//! The EMR cluster as resources: task fleet and managed scaling stand apart from it.

use serde_json::Value;

use super::super::hcl::Block;
use super::super::stack::Run;
use super::tag_map;
use crate::spec::made::Made;

/// The cluster with primary and core; the task fleet and managed scaling are resources of their own.
pub(super) fn cluster(made: &mut Made, run: Option<&Run>) -> Vec<Block> {
    let request = made.document("emr.run-job-flow.json");
    made.notes.remark(
        "The provider (6.25.0) has no resize specification and no throughput of a fleet's volumes: gp3's 125 MiB/s is the \
         default, and reclaimed Spot capacity is asked for without a time limit.",
    );
    made.notes.remark(if run.is_some() {
        "With `run_now = true` there is also a cluster, which runs the step once and ends; the schedule needs none."
    } else {
        "Applying it starts a cluster, which runs the step once and ends: `terraform apply` is one run, as the workload \
         has no timetable. To run it again, take the `step-functions` or `airflow` spec."
    });
    // A count makes references to the cluster indexed ones.
    let resource = |kind: &str, name: &str| {
        let block = Block::resource(kind, name);
        if run.is_some() { block.refer("count", "var.run_now ? 1 : 0") } else { block }
    };
    let id = if run.is_some() { "aws_emr_cluster.job[0].id" } else { "aws_emr_cluster.job.id" };
    let instances = &request["Instances"];
    let names: Vec<Value> = request["Applications"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|application| application["Name"].clone())
        .collect();
    let mut cluster = resource("aws_emr_cluster", "job")
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
            _ => others.push(fleet(resource("aws_emr_instance_fleet", "task").refer("cluster_id", id), one)),
        }
    }
    cluster = cluster.with_all(request["Steps"].as_array().into_iter().flatten().map(step));
    // The step changes the cluster's state once it has run; a later plan must not start it anew for that.
    cluster = cluster.with(Block::named("lifecycle").refer("ignore_changes", "[step]"));
    let mut blocks = vec![cluster];
    blocks.extend(others);
    if let Some(limits) = request["ManagedScalingPolicy"].get("ComputeLimits") {
        blocks.push(
            resource("aws_emr_managed_scaling_policy", "job").refer("cluster_id", id).with(
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
