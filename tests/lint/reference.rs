//! The cluster spec that circulates in the architecture literature: every finding of it was looked up by hand.

use super::{asked, codes, findings};
use shapecast::lint::Severity;

const SPEC: &str = include_str!("reference-cluster.json");

/// Code, path, line: and why it is right.
const EXPECTED: [(&str, &str, usize); 19] = [
    // RunJobFlow requires Name (EMR API model).
    ("missing-member", "Name", 1),
    // Without both roles EMR answers "ServiceRole is required", "InstanceProfile is required".
    ("role-missing", "", 1),
    // No steps, and KeepJobFlowAliveWhenNoSteps defaults to false: the cluster ends at once.
    ("no-steps", "", 1),
    ("no-event-log", "", 1),
    ("no-cost-tags", "", 1),
    // RFC 8259 has no comments.
    ("json-comment", "", 2),
    // Standard support of 7.5.0 ended on 2026-11-20.
    ("stale-release", "ReleaseLabel", 3),
    // ApplicationList is a list of {Name, Version, …}.
    ("wrong-type", "Applications[0]", 4),
    // Neither Ec2SubnetId nor Ec2SubnetIds.
    ("single-subnet", "Instances", 5),
    // Up to 64 nodes were meant; m6g.xlarge is for up to 50.
    ("primary-too-small", "Instances.InstanceFleets[0].InstanceTypeConfigs[0].InstanceType", 10),
    // emr-7.5.0 without yarn.node-labels.am.default-node-label-expression.
    ("driver-on-spot", "Instances.InstanceFleets[2]", 17),
    // 16 vCPU (4xlarge) and 32 vCPU (8xlarge) count one unit each.
    ("weights-missing", "Instances.InstanceFleets[2].InstanceTypeConfigs", 20),
    // r6g and m6g are arm64, r5 and r6i x86_64.
    ("mixed-architectures", "Instances.InstanceFleets[2].InstanceTypeConfigs", 20),
    // Four types, ten are advised.
    ("few-instance-types", "Instances.InstanceFleets[2].InstanceTypeConfigs", 20),
    // SpotProvisioningSpecification requires TimeoutDurationMinutes and TimeoutAction.
    ("spot-without-timeout", "Instances.InstanceFleets[2].LaunchSpecifications.SpotSpecification", 27),
    // ManagedScalingPolicy has ComputeLimits, and neither MinCapacity nor MaxCapacity.
    ("managed-scaling-keys", "ManagedScalingPolicy", 32),
    // 600 s of every node after each run.
    ("idle-timeout-bills", "AutoTerminationPolicy.IdleTimeout", 33),
    // Spark 3.2 and later.
    ("already-default", "Configurations[0].Properties.spark.sql.adaptive.enabled", 38),
    // EMR 4.4 and later.
    ("already-default", "Configurations[0].Properties.spark.dynamicAllocation.enabled", 39),
];

#[test]
fn every_fault_of_the_reference_spec_is_found_and_nothing_else() {
    let found = findings(SPEC, "cluster.json", &asked());
    let mut said: Vec<(&str, &str, usize)> =
        found.iter().map(|finding| (finding.code.as_str(), finding.path.as_str(), finding.at.line)).collect();
    let mut expected = EXPECTED.to_vec();
    said.sort_unstable();
    expected.sort_unstable();
    assert_eq!(said, expected);
    assert!(codes(&found).len() >= 9);
    let errors = found.iter().filter(|finding| finding.code.severity() == Severity::Error).count();
    assert_eq!(errors, 6, "comment, Name, Applications, roles, Spot time-out, managed scaling");
}

#[test]
fn the_texts_carry_the_figures() {
    let found = findings(SPEC, "cluster.json", &asked());
    let text = |code: &str| &found.iter().find(|finding| finding.code.as_str() == code).expect("found").text;
    // 40 units without weights: 40 × 16 = 640 to 40 × 32 = 1,280 vCPU.
    assert!(text("weights-missing").contains("640 to 1280 vCPU"), "{}", text("weights-missing"));
    assert!(text("idle-timeout-bills").contains("10 minutes"));
    assert!(text("stale-release").contains("2026-11-20"));
    assert!(text("json-comment").contains("3 in all"));
}

#[test]
fn the_spec_repaired_as_the_fixes_say_is_clean() {
    let repaired = include_str!("repaired-cluster.json");
    let found = findings(repaired, "cluster.json", &asked());
    assert!(found.is_empty(), "{found:#?}");
}
