//! A fault planted into a clean spec is found, by its code and by no other; the clean spec has none.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use shapecast::lint::{Asked, Code};

use super::{asked, codes, findings, with_deadline};

const CLUSTER: &str = include_str!("repaired-cluster.json");

fn cluster() -> Value {
    serde_json::from_str(CLUSTER).expect("JSON")
}

fn application() -> Value {
    json!({
        "name": "nightly",
        "releaseLabel": "emr-7.13.0",
        "type": "SPARK",
        "architecture": "ARM64",
        "maximumCapacity": {"cpu": "324 vCPU", "memory": "2416 GB", "disk": "1620 GB"},
        "networkConfiguration": {"subnetIds": ["subnet-0123456789abcdef0"], "securityGroupIds": ["sg-0123456789abcdef0"]},
        "runtimeConfiguration": [{"classification": "spark-defaults", "properties": {"spark.dynamicAllocation.maxExecutors": "80"}}],
        "tags": {"workload": "nightly"},
    })
}

fn job_run() -> Value {
    json!({
        "applicationId": "00example1234567",
        "executionRoleArn": "${JOB_EXECUTION_ROLE_ARN}",
        "name": "nightly",
        "jobDriver": {"sparkSubmit": {
            "entryPoint": "s3://example-code/job.py",
            "sparkSubmitParameters": "--conf spark.executor.cores=4 --conf spark.executor.memory=27g --conf spark.executor.memoryOverhead=3g",
        }},
        "executionTimeoutMinutes": 90,
        "tags": {"workload": "nightly"},
    })
}

fn glue() -> Value {
    json!({
        "Name": "nightly",
        "Role": "${GLUE_JOB_ROLE_ARN}",
        "Command": {"Name": "glueetl", "ScriptLocation": "s3://example-code/job.py", "PythonVersion": "3"},
        "DefaultArguments": {"--enable-spark-ui": "true", "--spark-event-logs-path": "s3://example-logs/events/"},
        "GlueVersion": "5.1",
        "WorkerType": "G.2X",
        "NumberOfWorkers": 41,
        "Timeout": 90,
        "ExecutionClass": "STANDARD",
        "Tags": {"workload": "nightly"},
    })
}

/// Sets (or with `None` removes) the member at a JSON pointer.
fn plant(document: &mut Value, pointer: &str, value: Option<Value>) {
    let (parent, member) = pointer.rsplit_once('/').expect("a pointer has a slash");
    match (document.pointer_mut(parent).unwrap_or_else(|| panic!("{parent}")), value) {
        (Value::Object(members), Some(value)) => drop(members.insert(member.to_owned(), value)),
        (Value::Object(members), None) => drop(members.remove(member).unwrap_or_else(|| panic!("{pointer}"))),
        (Value::Array(entries), Some(value)) if member == "-" => entries.push(value),
        (Value::Array(entries), Some(value)) => entries[member.parse::<usize>().expect("index")] = value,
        (parent, _) => panic!("{pointer} cannot be planted into {parent}"),
    }
}

struct Case {
    base: fn() -> Value,
    code: Code,
    /// What is changed: pointer and value.
    faults: Vec<(&'static str, Option<Value>)>,
    /// What of the findings' paths is said; `*` for anything.
    path: &'static str,
}

fn case(base: fn() -> Value, code: Code, faults: Vec<(&'static str, Option<Value>)>, path: &'static str) -> Case {
    Case { base, code, faults, path }
}

const FLEETS: &str = "/Instances/InstanceFleets";

fn few_types() -> Value {
    json!([{"InstanceType": "r6g.4xlarge", "WeightedCapacity": 16}])
}

fn structure_cases() -> Vec<Case> {
    vec![
        case(cluster, Code::UnknownMember, vec![("/Instances/KeepAlive", Some(json!(true)))], "Instances.KeepAlive"),
        case(cluster, Code::MissingMember, vec![("/Name", None)], "Name"),
        case(cluster, Code::WrongType, vec![("/Applications/0", Some(json!("Spark")))], "Applications[0]"),
        case(
            cluster,
            Code::NotAllowedValue,
            vec![("/Steps/0/ActionOnFailure", Some(json!("TERMINATE")))],
            "Steps[0].ActionOnFailure",
        ),
        case(cluster, Code::NotAllowedValue, vec![("/ReleaseLabel", Some(json!("7.13")))], "ReleaseLabel"),
        case(
            application,
            Code::PatternMismatch,
            vec![("/maximumCapacity/cpu", Some(json!("lots of vCPU")))],
            "maximumCapacity.cpu",
        ),
        case(glue, Code::OutOfRange, vec![("/Timeout", Some(json!(0)))], "Timeout"),
        case(
            cluster,
            Code::OutOfRange,
            vec![(
                "/Instances/InstanceFleets/2/LaunchSpecifications/SpotSpecification/TimeoutDurationMinutes",
                Some(json!(3)),
            )],
            "Instances.InstanceFleets[2].LaunchSpecifications.SpotSpecification.TimeoutDurationMinutes",
        ),
    ]
}

fn relation_cases() -> Vec<Case> {
    vec![
        case(
            cluster,
            Code::FleetsAndGroups,
            vec![(
                "/Instances/InstanceGroups",
                Some(json!([{"InstanceRole": "TASK", "InstanceType": "r6g.4xlarge", "InstanceCount": 2}])),
            )],
            "Instances.InstanceGroups[0]",
        ),
        case(
            cluster,
            Code::FleetRoleTwice,
            vec![(
                "/Instances/InstanceFleets/-",
                Some(json!({"InstanceFleetType": "CORE", "TargetOnDemandCapacity": 8,
                    "InstanceTypeConfigs": [{"InstanceType": "r6g.2xlarge", "WeightedCapacity": 8}]})),
            )],
            "Instances.InstanceFleets[3]",
        ),
        case(
            cluster,
            Code::FleetWithoutCapacity,
            vec![("/Instances/InstanceFleets/1/TargetOnDemandCapacity", None)],
            "Instances.InstanceFleets[1]",
        ),
        case(
            cluster,
            Code::FleetWithoutCapacity,
            vec![("/Instances/InstanceFleets/0/TargetOnDemandCapacity", Some(json!(2)))],
            "Instances.InstanceFleets[0]",
        ),
        case(
            cluster,
            Code::TooManyTypes,
            vec![(
                "/Instances/InstanceFleets/1/InstanceTypeConfigs",
                Some(Value::Array(
                    ["r6g", "r7g", "r8g", "m6g", "m7g", "m8g"]
                        .iter()
                        .map(|family| json!({"InstanceType": format!("{family}.2xlarge"), "WeightedCapacity": 8}))
                        .collect(),
                )),
            )],
            "Instances.InstanceFleets[1]",
        ),
        case(
            cluster,
            Code::ScalingLimits,
            vec![("/ManagedScalingPolicy/ComputeLimits/MinimumCapacityUnits", Some(json!(700)))],
            "ManagedScalingPolicy.ComputeLimits",
        ),
        case(
            cluster,
            Code::ScalingLimits,
            vec![("/ManagedScalingPolicy/ComputeLimits/MaximumCoreCapacityUnits", Some(json!(700)))],
            "ManagedScalingPolicy.ComputeLimits",
        ),
        case(
            cluster,
            Code::ScalingUnitType,
            vec![("/ManagedScalingPolicy/ComputeLimits/UnitType", Some(json!("Instances")))],
            "ManagedScalingPolicy.ComputeLimits.UnitType",
        ),
        case(
            cluster,
            Code::ManagedScalingKeys,
            vec![("/ManagedScalingPolicy", Some(json!({"MinCapacity": 1, "MaxCapacity": 4})))],
            "ManagedScalingPolicy",
        ),
        case(
            cluster,
            Code::SpotWithoutTimeout,
            vec![("/Instances/InstanceFleets/2/LaunchSpecifications/SpotSpecification/TimeoutAction", None)],
            "Instances.InstanceFleets[2].LaunchSpecifications.SpotSpecification",
        ),
        case(
            cluster,
            Code::SpotWithoutTimeout,
            vec![(
                "/Instances/InstanceFleets/2/LaunchSpecifications",
                Some(json!({"OnDemandSpecification": {"AllocationStrategy": "lowest-price"}})),
            )],
            "Instances.InstanceFleets[2]",
        ),
        case(cluster, Code::RoleMissing, vec![("/JobFlowRole", None)], ""),
        case(
            cluster,
            Code::DiskUnderMinimum,
            vec![(
                "/Instances/InstanceFleets/1/InstanceTypeConfigs/0/EbsConfiguration",
                Some(json!({"EbsBlockDeviceConfigs": [{"VolumeSpecification": {"VolumeType": "gp3", "SizeInGB": 8}}]})),
            )],
            "*",
        ),
        case(glue, Code::GlueCapacityTwice, vec![("/MaxCapacity", Some(json!(10.0)))], "MaxCapacity"),
        case(
            glue,
            Code::GlueFlexUnsupported,
            vec![("/ExecutionClass", Some(json!("FLEX"))), ("/Command/Name", Some(json!("gluestreaming")))],
            "ExecutionClass",
        ),
        case(glue, Code::TooFewWorkers, vec![("/NumberOfWorkers", Some(json!(1)))], "NumberOfWorkers"),
        case(glue, Code::WorkerSize, vec![("/WorkerType", Some(json!("G.9X")))], "WorkerType"),
        case(glue, Code::WorkerSize, vec![("/WorkerType", Some(json!("G.025X")))], "WorkerType"),
    ]
}

fn cluster_cases() -> Vec<Case> {
    vec![
        case(
            cluster,
            Code::UnknownInstanceType,
            vec![("/Instances/InstanceFleets/1/InstanceTypeConfigs/0/InstanceType", Some(json!("r6g.3xlarge")))],
            "Instances.InstanceFleets[1].InstanceTypeConfigs[0].InstanceType",
        ),
        case(
            cluster,
            Code::WeightsMissing,
            vec![
                ("/Instances/InstanceFleets/2/InstanceTypeConfigs/0/WeightedCapacity", None),
                // 48 nodes at most, so that the primary stays large enough.
                ("/Instances/InstanceFleets/2/TargetSpotCapacity", Some(json!(32))),
                ("/ManagedScalingPolicy/ComputeLimits/MaximumCapacityUnits", Some(json!(48))),
            ],
            "Instances.InstanceFleets[2].InstanceTypeConfigs",
        ),
        case(
            cluster,
            Code::MixedArchitectures,
            vec![("/Instances/InstanceFleets/2/InstanceTypeConfigs/0/InstanceType", Some(json!("r5.4xlarge")))],
            "Instances.InstanceFleets[2].InstanceTypeConfigs",
        ),
        case(
            cluster,
            Code::MixedArchitectures,
            vec![("/Instances/InstanceFleets/1/InstanceTypeConfigs/0/InstanceType", Some(json!("r5.2xlarge")))],
            "Instances",
        ),
        case(
            cluster,
            Code::FewInstanceTypes,
            vec![("/Instances/InstanceFleets/2/InstanceTypeConfigs", Some(few_types()))],
            "Instances.InstanceFleets[2].InstanceTypeConfigs",
        ),
        case(
            cluster,
            Code::PrimaryTooSmall,
            vec![("/Instances/InstanceFleets/0/InstanceTypeConfigs/0/InstanceType", Some(json!("m6g.large")))],
            "Instances.InstanceFleets[0].InstanceTypeConfigs[0].InstanceType",
        ),
        case(
            cluster,
            Code::PrimaryTooSmall,
            vec![
                ("/Instances/InstanceFleets/2/TargetSpotCapacity", Some(json!(1600))),
                ("/ManagedScalingPolicy/ComputeLimits/MaximumCapacityUnits", Some(json!(1616))),
            ],
            "Instances.InstanceFleets[0].InstanceTypeConfigs[0].InstanceType",
        ),
        case(
            cluster,
            Code::PrimaryOnSpot,
            vec![
                ("/Instances/InstanceFleets/0/TargetOnDemandCapacity", None),
                ("/Instances/InstanceFleets/0/TargetSpotCapacity", Some(json!(1))),
                (
                    "/Instances/InstanceFleets/0/LaunchSpecifications",
                    Some(
                        json!({"SpotSpecification": {"TimeoutDurationMinutes": 10, "TimeoutAction": "TERMINATE_CLUSTER"}}),
                    ),
                ),
            ],
            "Instances.InstanceFleets[0]",
        ),
        case(
            cluster,
            Code::DriverOnSpot,
            vec![("/Configurations/0/Properties/yarn.node-labels.enabled", None)],
            "Instances.InstanceFleets[2]",
        ),
        case(
            cluster,
            Code::IdleTimeoutBills,
            vec![
                ("/Instances/KeepJobFlowAliveWhenNoSteps", Some(json!(true))),
                ("/AutoTerminationPolicy", Some(json!({"IdleTimeout": 600}))),
            ],
            "AutoTerminationPolicy.IdleTimeout",
        ),
        case(
            cluster,
            Code::AliveWithoutEnd,
            vec![("/Instances/KeepJobFlowAliveWhenNoSteps", Some(json!(true)))],
            "Instances.KeepJobFlowAliveWhenNoSteps",
        ),
        case(cluster, Code::NoSteps, vec![("/Steps", None)], ""),
        case(cluster, Code::StaleRelease, vec![("/ReleaseLabel", Some(json!("emr-7.5.0")))], "ReleaseLabel"),
        case(cluster, Code::StaleRelease, vec![("/ReleaseLabel", Some(json!("emr-6.15.0")))], "ReleaseLabel"),
        case(
            cluster,
            Code::PublicSubnet,
            vec![("/Instances/Ec2SubnetIds/0", Some(json!("subnet-public-a")))],
            "Instances.Ec2SubnetIds[0]",
        ),
        case(
            cluster,
            Code::SingleSubnet,
            vec![("/Instances/Ec2SubnetIds", Some(json!(["subnet-0123456789abcdef0"])))],
            "*",
        ),
        case(
            cluster,
            Code::SpotLowestPrice,
            vec![(
                "/Instances/InstanceFleets/2/LaunchSpecifications/SpotSpecification/AllocationStrategy",
                Some(json!("lowest-price")),
            )],
            "*",
        ),
        case(
            cluster,
            Code::GeneralPurpose2,
            vec![(
                "/Instances/InstanceFleets/1/InstanceTypeConfigs/0/EbsConfiguration",
                Some(
                    json!({"EbsBlockDeviceConfigs": [{"VolumeSpecification": {"VolumeType": "gp2", "SizeInGB": 128}}]}),
                ),
            )],
            "*",
        ),
        case(cluster, Code::NoEventLog, vec![("/LogUri", None)], ""),
        case(cluster, Code::NoCostTags, vec![("/Tags", None)], ""),
        case(
            cluster,
            Code::AlreadyDefault,
            vec![(
                "/Configurations/-",
                Some(
                    json!({"Classification": "spark-defaults", "Properties": {"spark.sql.shuffle.partitions": "200"}}),
                ),
            )],
            "Configurations[1].Properties.spark.sql.shuffle.partitions",
        ),
        case(
            cluster,
            Code::AqeOff,
            vec![
                ("/Steps/0/HadoopJarStep/Args/3", Some(json!("--conf"))),
                ("/Steps/0/HadoopJarStep/Args/-", Some(json!("spark.sql.adaptive.enabled=false"))),
            ],
            "Steps[0].HadoopJarStep.Args[4]",
        ),
    ]
}

fn serverless_and_glue_cases() -> Vec<Case> {
    let worker = |memory: &str, disk: &str| {
        Some(
            json!({"EXECUTOR": {"workerCount": 2, "workerConfiguration": {"cpu": "4 vCPU", "memory": memory, "disk": disk}}}),
        )
    };
    vec![
        case(
            application,
            Code::IdlePreinitialised,
            vec![("/initialCapacity", worker("16 GB", "20 GB"))],
            "initialCapacity",
        ),
        case(
            application,
            Code::AutoStopOff,
            vec![("/autoStopConfiguration", Some(json!({"enabled": false})))],
            "autoStopConfiguration.enabled",
        ),
        case(
            application,
            Code::MaxCapacityUnderExecutor,
            vec![("/maximumCapacity", Some(json!({"cpu": "4 vCPU", "memory": "16 GB"})))],
            "maximumCapacity",
        ),
        case(
            application,
            Code::MaxExecutorsOverCapacity,
            vec![("/maximumCapacity/cpu", Some(json!("100 vCPU")))],
            "runtimeConfiguration[0].properties.spark.dynamicAllocation.maxExecutors",
        ),
        case(
            application,
            Code::PublicSubnet,
            vec![("/networkConfiguration/subnetIds/0", Some(json!("subnet-public")))],
            "networkConfiguration.subnetIds[0]",
        ),
        case(application, Code::StaleRelease, vec![("/releaseLabel", Some(json!("emr-6.9.0")))], "releaseLabel"),
        case(application, Code::NoCostTags, vec![("/tags", None)], ""),
        case(
            job_run,
            Code::WorkerSize,
            vec![(
                "/jobDriver/sparkSubmit/sparkSubmitParameters",
                Some(json!("--conf spark.executor.cores=4 --conf spark.executor.memory=40g")),
            )],
            "jobDriver.sparkSubmit.sparkSubmitParameters",
        ),
        case(
            job_run,
            Code::WorkerSize,
            vec![(
                "/jobDriver/sparkSubmit/sparkSubmitParameters",
                Some(json!("--executor-cores 5 --executor-memory 8g")),
            )],
            "*",
        ),
        case(
            job_run,
            Code::DiskUnderMinimum,
            vec![(
                "/jobDriver/sparkSubmit/sparkSubmitParameters",
                Some(json!("--conf spark.emr-serverless.executor.disk=10g")),
            )],
            "*",
        ),
        case(glue, Code::StaleRelease, vec![("/GlueVersion", Some(json!("3.0")))], "GlueVersion"),
        case(glue, Code::LongTimeout, vec![("/Timeout", None)], ""),
        case(glue, Code::LongTimeout, vec![("/Timeout", Some(json!(2880)))], "Timeout"),
        case(glue, Code::NoEventLog, vec![("/DefaultArguments/--spark-event-logs-path", None)], "DefaultArguments"),
        case(
            glue,
            Code::AlreadyDefault,
            vec![("/DefaultArguments/--enable-s3-parquet-optimized-committer", Some(json!("true")))],
            "*",
        ),
        case(
            glue,
            Code::AqeOff,
            vec![(
                "/DefaultArguments/--conf",
                Some(json!("spark.sql.shuffle.partitions=640 --conf spark.sql.adaptive.enabled=false")),
            )],
            "DefaultArguments.--conf",
        ),
    ]
}

fn cases() -> Vec<Case> {
    let mut all = structure_cases();
    all.extend(relation_cases());
    all.extend(cluster_cases());
    all.extend(serverless_and_glue_cases());
    all
}

fn text(document: &Value) -> String {
    serde_json::to_string_pretty(document).expect("JSON")
}

fn said(document: &Value, asked: &Asked) -> Vec<shapecast::lint::Finding> {
    findings(&text(document), "spec.json", asked)
}

#[test]
fn clean_specs_have_no_findings_also_with_a_deadline() {
    for base in [cluster, application, job_run, glue] {
        let found = said(&base(), &with_deadline());
        assert!(found.is_empty(), "{found:#?}");
    }
}

#[test]
fn every_planted_fault_is_found_and_nothing_else() {
    let mut wrong = Vec::new();
    for case in cases() {
        let mut document = (case.base)();
        for (pointer, value) in &case.faults {
            plant(&mut document, pointer, value.clone());
        }
        let found = said(&document, &asked());
        let places: Vec<&str> = found.iter().map(|finding| finding.path.as_str()).collect();
        let right_place = case.path == "*" || places.iter().all(|path| *path == case.path);
        if codes(&found) != BTreeSet::from([case.code.as_str()]) || !right_place {
            wrong.push(format!("{:?}: {:?} at {places:?}", case.faults, codes(&found)));
        }
        for finding in &found {
            assert!(finding.text.ends_with('.') && finding.fix.ends_with(['.', '?']), "{finding:#?}");
            assert!(finding.at.line > 0 && finding.at.column > 0);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_rule_has_a_test() {
    let elsewhere = [
        Code::JsonComment,
        Code::JsonTrailingComma,
        Code::DuplicateMember,
        Code::CoreOnSpot,
        Code::IdlePreinitialised,
        Code::FlexWithDeadline,
    ];
    let tested: BTreeSet<Code> = cases().iter().map(|case| case.code).chain(elsewhere).collect();
    let untested: Vec<&str> = Code::all().filter(|code| !tested.contains(code)).map(Code::as_str).collect();
    assert!(untested.is_empty(), "{untested:?}");
}

/// Core nodes on Spot: the finding names them, and a Spot specification is asked for as everywhere.
#[test]
fn core_nodes_on_spot() {
    let mut document = cluster();
    plant(&mut document, "/Instances/InstanceFleets/1/TargetOnDemandCapacity", None);
    plant(&mut document, "/Instances/InstanceFleets/1/TargetSpotCapacity", Some(json!(16)));
    let found = codes(&said(&document, &asked()));
    assert_eq!(found, BTreeSet::from(["core-on-spot", "few-instance-types", "spot-without-timeout"]));
    let mut groups = cluster();
    plant(&mut groups, FLEETS, None);
    plant(
        &mut groups,
        "/Instances/InstanceGroups",
        Some(json!([
            {"InstanceRole": "MASTER", "InstanceType": "m6g.xlarge", "InstanceCount": 1},
            {"InstanceRole": "CORE", "InstanceType": "r6g.2xlarge", "InstanceCount": 2, "Market": "SPOT"},
        ])),
    );
    plant(&mut groups, "/ManagedScalingPolicy/ComputeLimits/UnitType", Some(json!("Instances")));
    assert!(codes(&said(&groups, &asked())).contains("core-on-spot"));
}

#[test]
fn flex_is_a_finding_only_for_a_deadline() {
    let mut job = glue();
    plant(&mut job, "/ExecutionClass", Some(json!("FLEX")));
    assert!(said(&job, &asked()).is_empty());
    assert_eq!(codes(&said(&job, &with_deadline())), BTreeSet::from(["flex-with-deadline"]));
    let mut run = job_run();
    plant(&mut run, "/flexExecution", Some(json!({"enabled": true})));
    assert!(said(&run, &asked()).is_empty());
    assert_eq!(codes(&said(&run, &with_deadline())), BTreeSet::from(["flex-with-deadline"]));
    let run_of_glue = json!({"JobName": "nightly", "ExecutionClass": "FLEX"});
    assert_eq!(codes(&said(&run_of_glue, &with_deadline())), BTreeSet::from(["flex-with-deadline"]));
}

#[test]
fn a_preinitialised_worker_must_have_a_size_of_the_service() {
    let mut document = application();
    let worker = json!({"DRIVER": {"workerCount": 1, "workerConfiguration": {"cpu": "4 vCPU", "memory": "31 GB", "disk": "10 GB"}}});
    plant(&mut document, "/initialCapacity", Some(worker));
    let found = codes(&said(&document, &asked()));
    assert_eq!(found, BTreeSet::from(["disk-under-minimum", "idle-preinitialised", "worker-size"]));
}

/// What keeps the driver off Spot nodes in other ways, and releases that need none.
#[test]
fn the_driver_may_be_safe_in_other_ways() {
    let mut client = cluster();
    plant(&mut client, "/Configurations", None);
    plant(&mut client, "/Steps/0/HadoopJarStep/Args/2", Some(json!("client")));
    assert!(said(&client, &asked()).is_empty());
    let mut old = cluster();
    plant(&mut old, "/Configurations", None);
    plant(&mut old, "/ReleaseLabel", Some(json!("emr-5.36.0")));
    assert_eq!(codes(&said(&old, &asked())), BTreeSet::from(["stale-release"]));
    let mut on_demand = cluster();
    plant(&mut on_demand, "/Configurations", None);
    plant(&mut on_demand, "/Instances/InstanceFleets/2/TargetSpotCapacity", None);
    plant(&mut on_demand, "/Instances/InstanceFleets/2/TargetOnDemandCapacity", Some(json!(640)));
    assert!(said(&on_demand, &asked()).is_empty());
    let mut expression = cluster();
    plant(&mut expression, "/Configurations", None);
    plant(&mut expression, "/ReleaseLabel", Some(json!("emr-6.15.0")));
    let found = said(&expression, &asked());
    let driver = found.iter().find(|finding| finding.code == Code::DriverOnSpot).expect("found");
    assert!(driver.fix.contains("= CORE"), "labels by market came with 7.2: {}", driver.fix);
}

#[test]
fn settings_that_differ_from_the_default_or_stand_in_old_releases_are_decisions() {
    let spark = |release: &str, key: &str, value: &str| {
        let mut document = cluster();
        plant(&mut document, "/ReleaseLabel", Some(json!(release)));
        let properties = json!({"Classification": "spark-defaults", "Properties": {key: value}});
        plant(&mut document, "/Configurations/-", Some(properties));
        codes(&said(&document, &asked()))
    };
    assert!(spark("emr-7.13.0", "spark.sql.shuffle.partitions", "1280").is_empty());
    assert!(spark("emr-7.13.0", "spark.dynamicAllocation.enabled", "false").is_empty());
    // EMR 6.5 has Spark 3.1: adaptive execution is off there unless somebody sets it.
    assert_eq!(spark("emr-6.5.0", "spark.sql.adaptive.enabled", "true"), BTreeSet::from(["stale-release"]));
    assert_eq!(spark("emr-7.13.0", "spark.sql.adaptive.enabled", "true"), BTreeSet::from(["already-default"]));
}

#[test]
fn parts_of_a_request_are_looked_at_for_what_they_are() {
    let fleets = cluster()["Instances"]["InstanceFleets"].clone();
    assert!(said(&fleets, &asked()).is_empty(), "a clean list of fleets, as `--instance-fleets` takes it");
    let mut faulty = fleets;
    plant(&mut faulty, "/2/InstanceTypeConfigs/0/WeightedCapacity", None);
    assert_eq!(codes(&said(&faulty, &asked())), BTreeSet::from(["weights-missing"]));
    let configurations =
        json!([{"Classification": "spark-defaults", "Properties": {"spark.sql.shuffle.partitions": "200"}}]);
    assert_eq!(codes(&said(&configurations, &asked())), BTreeSet::from(["already-default"]));
}

#[test]
fn misplaced_fleets_are_errors_and_still_looked_at() {
    let mut document = cluster();
    let mut fleets = document["Instances"]["InstanceFleets"].clone();
    plant(&mut fleets, "/2/InstanceTypeConfigs", Some(few_types()));
    plant(&mut document, FLEETS, None);
    plant(&mut document, "/InstanceFleets", Some(fleets));
    let found = said(&document, &asked());
    assert_eq!(codes(&found), BTreeSet::from(["few-instance-types", "unknown-member"]));
    let unknown = found.iter().find(|finding| finding.code == Code::UnknownMember).expect("found");
    assert_eq!(unknown.fix, "It belongs into `Instances`.");
}
