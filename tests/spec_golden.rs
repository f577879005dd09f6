//! The specs as reviewed: every file of every case, byte by byte, and what must agree inside them.
//!
//! After a wanted change: `SHAPECAST_BLESS=1 cargo test --test spec_golden`, then read the diff.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use shapecast::catalog::Catalog;
use shapecast::engines::{EngineId, Role, Shape};
use shapecast::spec::{self, SpecBundle};

#[path = "spec_check/fixtures.rs"]
#[allow(dead_code, reason = "shared with the other spec tests, which use other parts")]
mod fixtures;

use fixtures::{Case, cases};

fn golden(case: &Case) -> PathBuf {
    PathBuf::from("tests/golden-specs").join(case.name)
}

fn bundle(name: &str) -> SpecBundle {
    cases().into_iter().find(|case| case.name == name).expect("case").write().expect("has a spec")
}

fn document(bundle: &SpecBundle, file: &str) -> Value {
    serde_json::from_str(&bundle.file(file).expect("file").contents).expect("plain JSON, no comments")
}

/// The value of a Spark property in a RunJobFlow document.
fn spark(document: &Value, key: &str) -> Option<String> {
    let all = document["Configurations"].as_array()?;
    let defaults = all.iter().find(|one| one["Classification"] == "spark-defaults")?;
    defaults["Properties"][key].as_str().map(str::to_owned)
}

fn number(value: Option<String>) -> u64 {
    value.expect("is set").trim_end_matches('m').parse().expect("a number")
}

#[test]
fn the_files_are_the_reviewed_ones() {
    let bless = std::env::var_os("SHAPECAST_BLESS").is_some();
    for case in cases() {
        for file in case.write().expect("has a spec").files {
            let path = golden(&case).join(&file.name);
            if bless {
                fs::create_dir_all(golden(&case)).expect("folder");
                fs::write(&path, &file.contents).expect("writes");
            }
            let reviewed = fs::read_to_string(&path).unwrap_or_default();
            assert!(reviewed == file.contents, "{} differs; see the top of this test", path.display());
        }
    }
}

#[test]
fn nothing_else_lies_among_the_reviewed_files() {
    let written: BTreeSet<PathBuf> = cases()
        .iter()
        .flat_map(|case| case.write().expect("has a spec").files.into_iter().map(|file| golden(case).join(file.name)))
        .collect();
    for folder in fs::read_dir("tests/golden-specs").expect("folder").flatten() {
        for file in fs::read_dir(folder.path()).expect("a folder a case").flatten() {
            assert!(written.contains(&file.path()), "{} belongs to no case", file.path().display());
        }
    }
}

#[test]
fn the_same_question_gives_the_same_bytes() {
    for case in cases() {
        assert_eq!(case.write(), case.write(), "{}", case.name);
    }
}

/// The names between `${` and `}`.
fn marks(text: &str) -> BTreeSet<String> {
    text.split("${").skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name.to_owned()).collect()
}

#[test]
fn placeholders_are_exactly_those_in_the_documents_and_no_account_is_named() {
    for case in cases() {
        let bundle = case.write().expect("has a spec");
        let documents =
            bundle.files.iter().filter(|file| [".json", ".yaml"].iter().any(|ending| file.name.ends_with(ending)));
        let used: BTreeSet<String> = documents.flat_map(|file| marks(&file.contents)).collect();
        let named: BTreeSet<String> = bundle.placeholders.iter().map(|known| known.name.clone()).collect();
        assert_eq!(used, named, "{}", case.name);
        for file in &bundle.files {
            for known in &bundle.placeholders {
                assert!(!file.contents.contains(&known.example), "{}: {}", case.name, known.example);
            }
            for invented in ["arn:aws", "subnet-0", "sg-0", "ami-0", "111122223333"] {
                assert!(!file.contents.contains(invented), "{}/{}: {invented}", case.name, file.name);
            }
        }
    }
}

#[test]
fn the_readme_tells_cost_time_region_and_every_reason() {
    for case in cases() {
        let bundle = case.write().expect("has a spec");
        let readme = &bundle.file("README.md").expect("README").contents;
        for part in [&case.facts.cost, &case.facts.duration, &case.candidate.id, &case.workload.region.value] {
            assert!(readme.contains(part.as_str()), "{}: {part}", case.name);
        }
        for known in &bundle.placeholders {
            assert!(readme.contains(&format!("| `{}` |", known.name)), "{}: {}", case.name, known.name);
        }
        for setting in &bundle.settings {
            assert!(readme.contains(&setting.reason), "{}: {}", case.name, setting.setting);
            assert!(!setting.value.is_empty() && setting.reason.ends_with('.'), "{}: {setting:?}", case.name);
        }
    }
}

#[test]
fn spot_fleets_are_wide_weighted_and_of_one_architecture() {
    let document = document(&bundle("emr-ec2-spot"), "emr.run-job-flow.json");
    let fleets = document["Instances"]["InstanceFleets"].as_array().expect("fleets");
    assert_eq!(fleets.len(), 3);
    for (fleet, role) in fleets.iter().zip(["MASTER", "CORE", "TASK"]) {
        assert_eq!(fleet["InstanceFleetType"], role);
    }
    let types = fleets[2]["InstanceTypeConfigs"].as_array().expect("types");
    assert!(types.len() >= 10);
    for kind in types {
        let instance = Catalog::embedded().instance(kind["InstanceType"].as_str().expect("name")).expect("known");
        assert_eq!(kind["WeightedCapacity"], instance.vcpu);
        assert_eq!(instance.architecture, shapecast::catalog::Architecture::Arm64);
    }
    let total: u64 = fleets
        .iter()
        .skip(1)
        .map(|fleet| fleet["TargetOnDemandCapacity"].as_u64().or(fleet["TargetSpotCapacity"].as_u64()).expect("target"))
        .sum();
    let limits = &document["ManagedScalingPolicy"]["ComputeLimits"];
    assert_eq!(limits["MaximumCapacityUnits"], total);
    assert_eq!(limits["MaximumOnDemandCapacityUnits"], fleets[1]["TargetOnDemandCapacity"]);
}

/// 2 core nodes × 2 executors + 320 vCPU × 2 executors ÷ 8 vCPU = 84; the driver has the place of one: 83 × 4 slots
/// = 332. 200 GiB ÷ (332 × 200 MiB) = 3.08, so 4 waves: 1,328 partitions of 154 MiB.
#[test]
fn executors_fill_the_cluster_and_partitions_fill_the_slots() {
    let document = document(&bundle("emr-ec2-spot"), "emr.run-job-flow.json");
    assert_eq!(number(spark(&document, "spark.executor.instances")), 83);
    assert_eq!(number(spark(&document, "spark.sql.shuffle.partitions")), 1_328);
    let container =
        number(spark(&document, "spark.executor.memory")) + number(spark(&document, "spark.executor.memoryOverhead"));
    assert!(2 * container <= 54_272, "two executors in an r6g.2xlarge's YARN memory");
}

/// YARN memory 54,272 MiB less two containers of 24,320 leaves 5,632: overhead 512 (5,632 ÷ 11), heap 5,120.
#[test]
fn the_driver_lives_in_the_leftover_when_there_is_one() {
    let document = document(&bundle("emr-ec2-spot-old-release"), "emr.run-job-flow.json");
    assert_eq!(number(spark(&document, "spark.driver.memory")), 5_120);
    assert_eq!(number(spark(&document, "spark.driver.memoryOverhead")), 512);
    assert_eq!(number(spark(&document, "spark.executor.instances")), 2 * 2 + 64 / 8 * 2);
}

#[test]
fn the_driver_stays_off_spot_by_the_label_that_the_release_knows() {
    let key = "yarn.node-labels.am.default-node-label-expression";
    for (case, label) in [
        ("emr-ec2-spot", Some("ON_DEMAND")),
        ("emr-ec2-spot-spark-8", Some("ON_DEMAND")),
        ("emr-ec2-spot-old-release", Some("CORE")),
        ("emr-ec2-on-demand-governed", None),
    ] {
        let document = document(&bundle(case), "emr.run-job-flow.json");
        let all = document["Configurations"].as_array().expect("list");
        let found = all.iter().find_map(|one| one["Properties"][key].as_str());
        assert_eq!(found, label, "{case}");
    }
}

#[test]
fn skew_settings_appear_only_where_they_change_something() {
    // 2 % of 200 GiB = 4 GiB against 154 MiB: Spark's defaults split it.
    let wide = bundle("emr-ec2-spot");
    assert_eq!(
        spark(&document(&wide, "emr.run-job-flow.json"), "spark.sql.adaptive.skewJoin.skewedPartitionFactor"),
        None
    );
    // 0.3 % = 614 MiB against 160 MiB, 3.8 times: they do not.
    let narrow = document(&bundle("glue"), "glue.create-job.json");
    assert!(narrow["DefaultArguments"]["--conf"].as_str().expect("conf").contains("skewedPartitionFactor=2"));
    // A group-by: nothing helps, and the README says so.
    let hopeless = bundle("emr-ec2-spot-old-release");
    assert!(hopeless.file("README.md").expect("README").contents.contains("random salt"));
}

#[test]
fn one_conf_of_glue_carries_all_properties() {
    let document = document(&bundle("glue"), "glue.create-job.json");
    let conf = document["DefaultArguments"]["--conf"].as_str().expect("conf");
    assert!(!conf.starts_with("--conf") && conf.contains(" --conf "), "{conf}");
    // (41 − 1) workers × 8 vCPU = 320 slots; 200 GiB ÷ (320 × 200 MiB) = 3.2: 4 waves.
    assert!(conf.contains("spark.sql.shuffle.partitions=1280"), "{conf}");
}

#[test]
fn flex_is_asked_for_only_by_flex_candidates() {
    let file = "emr-serverless.start-job-run.json";
    assert!(document(&bundle("emr-serverless"), file).get("flexExecution").is_none());
    assert_eq!(document(&bundle("emr-serverless-flex"), file)["flexExecution"]["enabled"], true);
    assert_eq!(document(&bundle("glue"), "glue.create-job.json")["ExecutionClass"], "STANDARD");
    assert_eq!(document(&bundle("glue-flex"), "glue.create-job.json")["ExecutionClass"], "FLEX");
}

#[test]
fn time_outs_follow_the_p95_within_the_services_limits() {
    // 46 min × 2; 120 h × 2 = 14,400 min is over seven days; 5 min × 2 is under half an hour.
    let run = "emr-serverless.start-job-run.json";
    assert_eq!(document(&bundle("emr-serverless"), run)["executionTimeoutMinutes"], 92);
    assert_eq!(document(&bundle("emr-serverless-flex"), run)["executionTimeoutMinutes"], 10_080);
    assert_eq!(document(&bundle("glue-flex"), "glue.create-job.json")["Timeout"], 30);
}

#[test]
fn lake_formation_is_asked_for_when_demanded() {
    let emr = document(&bundle("emr-ec2-on-demand-governed"), "emr.run-job-flow.json");
    assert_eq!(emr["StepExecutionRoleArn"], "${STEP_RUNTIME_ROLE_ARN}");
    assert_eq!(emr["SecurityConfiguration"], "${EMR_SECURITY_CONFIGURATION}");
    let glue = document(&bundle("glue"), "glue.create-job.json");
    assert_eq!(glue["DefaultArguments"]["--enable-lakeformation-fine-grained-access"], "true");
}

#[test]
fn engines_without_a_spec_say_why() {
    for engine in EngineId::ALL {
        let none = spec::no_spec(engine);
        if engine.role() != Role::Candidate {
            assert!(none.is_some(), "{engine}");
        }
        let candidate = fixtures::candidate("x", engine, Shape::Glue(fixtures::glue_shape()));
        let written = spec::write(&candidate, &fixtures::workload(), &fixtures::facts());
        if let Some(none) = none {
            assert_eq!(written.expect_err("no spec"), none);
        }
    }
}

#[test]
fn shapes_that_the_service_does_not_have_get_no_spec() {
    let refused = |engine, shape| {
        let candidate = fixtures::candidate("x", engine, shape);
        spec::write(&candidate, &fixtures::workload(), &fixtures::facts()).expect_err("refused").text
    };
    let mut shape = fixtures::emr_shape();
    shape.core.instance_type = "r5.2xlarge".to_owned();
    assert!(refused(EngineId::EmrEc2, Shape::EmrEc2(shape)).contains("another architecture"));
    let mut shape = fixtures::emr_shape();
    shape.core.instance_type = "r6g.3xlarge".to_owned();
    assert!(refused(EngineId::EmrEc2, Shape::EmrEc2(shape)).contains("r6g.3xlarge"));
    let mut shape = fixtures::serverless_shape();
    shape.worker_memory_gb = 31;
    assert!(refused(EngineId::EmrServerless, Shape::EmrServerless(shape)).contains("31 GB"));
    let mut shape = fixtures::serverless_shape();
    shape.worker_disk_gb = 19;
    assert!(refused(EngineId::EmrServerless, Shape::EmrServerless(shape)).contains("19 GB"));
    let mut shape = fixtures::glue_shape();
    shape.worker_type = "G.025X".to_owned();
    assert!(refused(EngineId::Glue, Shape::Glue(shape)).contains("G.025X"));
    assert!(
        refused(EngineId::Glue, Shape::EmrServerless(fixtures::serverless_shape())).contains("none of this engine's")
    );
}
