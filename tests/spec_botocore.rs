//! What `spec` writes, checked by a third party: botocore's API models with enums, patterns and ranges.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

#[path = "spec_check/fixtures.rs"]
#[allow(dead_code, reason = "shared with the other spec tests, which use other parts")]
mod fixtures;
#[path = "spec_check/folder.rs"]
mod folder;
#[path = "spec_check/python.rs"]
#[allow(dead_code, reason = "shared with the other spec tests, which use other parts")]
mod python;

/// The checker's verdict on folders: whether it is clean, and what it said.
fn check(python: &str, folders: &[std::path::PathBuf]) -> (bool, String) {
    let out = Command::new(python).arg("tests/spec_check/check.py").args(folders).output().expect("checker starts");
    let said = String::from_utf8_lossy(&out.stdout).into_owned();
    let errors = String::from_utf8_lossy(&out.stderr).into_owned();
    assert!(out.status.code().is_some_and(|code| code < 2) && !errors.contains("Traceback"), "checker: {errors}");
    assert_eq!(errors, "", "every pattern of the members that a spec uses can be checked");
    (out.status.success(), said)
}

#[test]
fn every_bundle_passes_botocores_models() {
    let Some(python) = python::with_botocore() else { return };
    let root = tempfile::tempdir().expect("folder");
    let mut folders = Vec::new();
    for case in fixtures::cases() {
        let path = root.path().join(case.name);
        folder::write(&case.write().expect("has a spec"), &path);
        folders.push(path);
    }
    let (clean, said) = check(&python, &folders);
    assert!(clean, "{said}");
}

/// A fault planted into a good document, and what the checker must say about it.
struct Fault {
    case: &'static str,
    file: &'static str,
    pointer: &'static str,
    /// `None` removes the member.
    value: Option<Value>,
    expected: &'static str,
}

const fn fault(
    case: &'static str,
    file: &'static str,
    pointer: &'static str,
    value: Option<Value>,
    expected: &'static str,
) -> Fault {
    Fault { case, file, pointer, value, expected }
}

const EMR: &str = "emr.run-job-flow.json";
const APPLICATION: &str = "emr-serverless.create-application.json";
const RUN: &str = "emr-serverless.start-job-run.json";
const GLUE: &str = "glue.create-job.json";
const SPOT: &str = "/Instances/InstanceFleets/2/LaunchSpecifications/SpotSpecification";

/// One of each kind: required, unknown, type, enum, pattern, range, length, union, placeholder. The first ones are
/// the faults of the cluster JSON that circulates in the architecture literature.
fn faults() -> Vec<Fault> {
    let strategy = "/Instances/InstanceFleets/2/LaunchSpecifications/SpotSpecification/AllocationStrategy";
    vec![
        fault(
            "emr-ec2-spot",
            EMR,
            "/Applications/0",
            Some(json!("Spark")),
            "Applications[0]: 'Spark' is not an object",
        ),
        fault("emr-ec2-spot", EMR, "/Name", None, "missing required Name"),
        fault("emr-ec2-spot", EMR, SPOT, Some(json!({})), "missing required TimeoutAction"),
        fault("emr-ec2-spot", EMR, "/ManagedScalingPolicy/MinCapacity", Some(json!(1)), "MinCapacity: unknown member"),
        fault(
            "emr-ec2-spot",
            EMR,
            "/ManagedScalingPolicy/ComputeLimits/UnitType",
            Some(json!("Foo")),
            "'Foo' is none of",
        ),
        fault(
            "emr-ec2-spot",
            EMR,
            strategy,
            Some(json!("price-capacity-optimised")),
            "'price-capacity-optimised' is none of",
        ),
        fault("emr-ec2-spot", EMR, "/Steps/0/ActionOnFailure", Some(json!("TERMINATE")), "'TERMINATE' is none of"),
        fault(
            "emr-ec2-spot",
            EMR,
            "/Instances/KeepJobFlowAliveWhenNoSteps",
            Some(json!("false")),
            "'false' is not a boolean",
        ),
        fault("emr-ec2-spot", EMR, "/AutoTerminationPolicy/IdleTimeout", Some(json!(1.5)), "1.5 is not a whole number"),
        fault("emr-ec2-spot", EMR, "/LogUri", Some(json!("s3://${BUCKET}/")), "unfilled placeholder"),
        fault("emr-ec2-spot", EMR, "/Name", Some(json!("x".repeat(257))), "257 characters is over the maximum 256"),
        fault("emr-ec2-spot", EMR, "/Name", Some(json!("bell\u{7}")), "does not match"),
        fault("emr-serverless", APPLICATION, "/architecture", Some(json!("ARM65")), "'ARM65' is none of"),
        fault("emr-serverless", APPLICATION, "/maximumCapacity/disk", Some(json!("1600")), "'1600' does not match"),
        fault(
            "emr-serverless",
            APPLICATION,
            "/maximumCapacity/memory",
            Some(json!("2416 GiB")),
            "'2416 GiB' does not match",
        ),
        fault("emr-serverless", APPLICATION, "/name", Some(json!("two words")), "'two words' does not match"),
        fault(
            "emr-serverless",
            APPLICATION,
            "/tags/cost centre €",
            Some(json!("x")),
            "(key): 'cost centre €' does not match",
        ),
        fault("emr-serverless", RUN, "/executionRoleArn", Some(json!("MyRole")), "'MyRole' does not match"),
        fault("emr-serverless", RUN, "/jobDriver", Some(json!({})), "a union takes exactly one member"),
        fault("emr-serverless-flex", RUN, "/flexExecution", Some(json!(true)), "True is not an object"),
        fault("emr-serverless-flex", RUN, "/executionTimeoutMinutes", Some(json!(-1)), "is under the minimum 0"),
        fault("glue", GLUE, "/WorkerType", Some(json!("G.9X")), "'G.9X' is none of"),
        fault("glue-flex", GLUE, "/ExecutionClass", Some(json!("FLEXX")), "'FLEXX' is none of"),
        fault("glue", GLUE, "/Command/PythonVersion", Some(json!("4")), "'4' does not match"),
        fault("glue", GLUE, "/Timeout", Some(json!(0)), "0 is under the minimum 1"),
        fault("glue", GLUE, "/Role", None, "missing required Role"),
        fault("glue", GLUE, "/NumberOfWorkers", Some(json!("41")), "'41' is not a whole number"),
    ]
}

/// Sets or removes the member at `pointer`.
fn plant(document: &mut Value, pointer: &str, value: Option<Value>) {
    let (parent, member) = pointer.rsplit_once('/').expect("a pointer has a slash");
    match (document.pointer_mut(parent).expect("parent exists"), value) {
        (Value::Object(members), Some(value)) => drop(members.insert(member.to_owned(), value)),
        (Value::Object(members), None) => drop(members.remove(member).expect("member exists")),
        (Value::Array(entries), Some(value)) => entries[member.parse::<usize>().expect("index")] = value,
        (parent, _) => panic!("{pointer} cannot be planted into {parent}"),
    }
}

fn planted(fault: &Fault, folder: &Path) {
    let case = fixtures::cases().into_iter().find(|case| case.name == fault.case).expect("case");
    folder::write(&case.write().expect("has a spec"), folder);
    let path = folder.join(fault.file);
    let mut document: Value = serde_json::from_str(&std::fs::read_to_string(&path).expect("reads")).expect("json");
    plant(&mut document, fault.pointer, fault.value.clone());
    std::fs::write(&path, document.to_string()).expect("writes");
}

#[test]
fn every_planted_fault_is_caught() {
    let Some(python) = python::with_botocore() else { return };
    let root = tempfile::tempdir().expect("folder");
    let faults = faults();
    let folders: Vec<_> = (0..faults.len()).map(|number| root.path().join(format!("fault-{number}"))).collect();
    for (fault, folder) in faults.iter().zip(&folders) {
        planted(fault, folder);
    }
    let (clean, said) = check(&python, &folders);
    assert!(!clean);
    for (number, fault) in faults.iter().enumerate() {
        let of_this: Vec<&str> = said.lines().filter(|line| line.starts_with(&format!("fault-{number}/"))).collect();
        assert!(
            of_this.iter().any(|line| line.contains(fault.expected)),
            "{}{}: expected `{}` in {of_this:#?}",
            fault.file,
            fault.pointer,
            fault.expected
        );
    }
}
