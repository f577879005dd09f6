//! The same faults in every notation, each with its place; broken texts never panic.

use std::collections::BTreeSet;

use shapecast::lint::{self, LintError};

use super::{asked, codes, findings};

const TEMPLATE: &str = include_str!("cluster.template.yaml");
const TERRAFORM: &str = include_str!("cluster.tf");

/// Codes with their lines.
fn places(text: &str, name: &str) -> BTreeSet<(&'static str, usize)> {
    findings(text, name, &asked()).iter().map(|finding| (finding.code.as_str(), finding.at.line)).collect()
}

fn same(said: &BTreeSet<(&'static str, usize)>, expected: &BTreeSet<(&'static str, usize)>) {
    let more: Vec<_> = said.difference(expected).collect();
    let less: Vec<_> = expected.difference(said).collect();
    assert!(more.is_empty() && less.is_empty(), "more {more:?}, less {less:?}");
}

#[test]
fn a_template_is_read_with_its_functions() {
    let expected = BTreeSet::from([
        // The release is the parameter's default.
        ("stale-release", 17),
        // `!Ref PublicSubnet`, which gives out public addresses by its own properties.
        ("public-subnet", 21),
        ("single-subnet", 21),
        ("driver-on-spot", 34),
        ("few-instance-types", 36),
        // The API's enum, which CloudFormation's schema does not have.
        ("not-allowed-value", 42),
        ("spot-without-timeout", 42),
        ("unknown-member", 58),
        // 10 GB is under the service's minimum of 20.
        ("disk-under-minimum", 67),
        ("idle-preinitialised", 61),
        ("wrong-type", 75),
    ]);
    same(&places(TEMPLATE, "stack.yaml"), &expected);
}

#[test]
fn terraform_is_read_with_its_blocks_and_variables() {
    let expected = BTreeSet::from([
        // `var.release` has the default emr-7.2.0.
        ("stale-release", 13),
        // Without the argument the provider keeps the cluster alive, and nothing ends it.
        ("alive-without-end", 11),
        ("public-subnet", 20),
        ("single-subnet", 20),
        // 64 units without weights are 64 nodes.
        ("primary-too-small", 26),
        ("core-on-spot", 31),
        ("few-instance-types", 33),
        ("spot-without-timeout", 31),
        // `jsonencode(…)` is looked into.
        ("aqe-off", 45),
        ("unknown-member", 50),
        // The task fleet is a resource of its own.
        ("weights-missing", 57),
        ("few-instance-types", 57),
        ("driver-on-spot", 53),
        ("spot-without-timeout", 66),
        ("scaling-limits", 77),
        ("worker-size", 88),
        ("missing-member", 84),
    ]);
    same(&places(TERRAFORM, "main.tf"), &expected);
}

#[test]
fn comments_and_commas_in_json_are_tolerated_and_reported() {
    let text =
        "{\n  // one\n  \"Name\": \"x\", /* two */\n  \"Role\": \"r\",\n  \"Role\": \"r\",\n  \"Timeout\": 60,\n}";
    let text = text.replace("\"Name\"", "\"WorkerType\": \"G.1X\", \"Command\": {}, \"Name\"");
    let found = findings(&text, "job.jsonc", &asked());
    let at = |code: &str| {
        found.iter().find(|finding| finding.code.as_str() == code).map(|finding| (finding.at.line, finding.at.column))
    };
    assert_eq!(at("json-comment"), Some((2, 3)));
    assert_eq!(at("duplicate-member"), Some((5, 3)));
    assert_eq!(at("json-trailing-comma").map(|(line, _)| line), Some(6));
    let clean = findings(super::rules_clean(), "job.json", &asked());
    assert!(clean.is_empty(), "{clean:#?}");
}

#[test]
fn a_request_may_be_written_in_yaml() {
    let found = findings("Name: x\nRole: r\nWorkerType: G.9X\nNumberOfWorkers: 4\nTimeout: 60\n", "job.yaml", &asked());
    assert!(codes(&found).contains("worker-size"));
    assert_eq!(
        found.iter().find(|finding| finding.code.as_str() == "worker-size").map(|finding| finding.at.line),
        Some(3)
    );
}

#[test]
fn what_describes_nothing_known_is_an_error_of_its_own() {
    for (text, name) in
        [("{}", "a.json"), ("[]", "a.json"), ("a: 1", "a.yaml"), ("variable \"x\" {}", "a.tf"), ("\"x\"", "a.json")]
    {
        assert_eq!(lint::lint(text, name, &asked()).expect_err(name), LintError::Unknown, "{text}");
    }
}

#[test]
fn hostile_texts_are_errors_and_no_panics() {
    let deep_json = "[".repeat(100_000);
    let deep_yaml = format!("a: {}", "[".repeat(100_000));
    let deep_hcl = format!("a = {}", "(".repeat(100_000));
    let mut bomb = String::from("a: &a [x, x, x, x, x, x, x, x]\n");
    for letter in b'b'..=b'j' {
        let (this, last) = (letter as char, (letter - 1) as char);
        bomb.push_str(&format!("{this}: &{this} [{}]\n", vec![format!("*{last}"); 8].join(", ")));
    }
    let cases = [
        (deep_json.as_str(), "a.json"),
        (deep_yaml.as_str(), "a.yaml"),
        (deep_hcl.as_str(), "a.tf"),
        (bomb.as_str(), "a.yaml"),
        ("{\"a\": \"\\ud800\"}", "a.json"),
        ("&a [*a]", "a.yaml"),
        ("? [a]\n: b", "a.yaml"),
        ("resource \"aws_emr_cluster\" \"a\" {\n  name = \"${var.\"}\n", "a.tf"),
        ("\u{0}", "a.yaml"),
    ];
    for (text, name) in cases {
        assert!(lint::lint(text, name, &asked()).is_err(), "{name}: {}", &text[..text.len().min(60)]);
    }
}

/// Every prefix of a document is an answer or an error, never a panic.
#[test]
fn prefixes_never_panic() {
    for (text, name) in [(TEMPLATE, "a.yaml"), (TERRAFORM, "a.tf"), (include_str!("reference-cluster.json"), "a.json")]
    {
        for (end, _) in text.char_indices().step_by(7) {
            let _ = lint::lint(&text[..end], name, &asked());
        }
    }
}

/// What Terraform itself takes in every resource is no member of the policy, the fleet or the cluster.
#[test]
fn terraforms_own_arguments_are_left_aside() {
    // In the place of a comment inside of the policy, so that every line keeps its number.
    let counted = TERRAFORM.replace("# The minimum is above the maximum.", "count = 1");
    assert_ne!(counted, TERRAFORM);
    assert_eq!(places(&counted, "cluster.tf"), places(TERRAFORM, "cluster.tf"));
}
