//! The lint against specs with known faults: a test a rule, with a spec that has the fault and one that has not.

#[path = "lint/notations.rs"]
mod notations;
#[path = "lint/outputs.rs"]
mod outputs;
#[path = "lint/reference.rs"]
mod reference;
#[path = "lint/rules.rs"]
mod rules;

use std::collections::BTreeSet;

use shapecast::lint::{self, Asked, Finding};
use shapecast::units::Span;

/// What is asked in every test: releases age to this day.
fn asked() -> Asked {
    Asked { deadline: None, today: Some("2026-11-21".to_owned()) }
}

fn with_deadline() -> Asked {
    Asked { deadline: Some(Span::hours(1.0)), ..asked() }
}

fn findings(text: &str, name: &str, asked: &Asked) -> Vec<Finding> {
    lint::lint(text, name, asked).unwrap_or_else(|error| panic!("{name}: {error}\n{text}")).findings
}

fn codes(findings: &[Finding]) -> BTreeSet<&'static str> {
    findings.iter().map(|finding| finding.code.as_str()).collect()
}

/// A Glue job without a fault.
fn rules_clean() -> &'static str {
    r#"{"Name": "x", "Role": "r", "Command": {"Name": "glueetl", "ScriptLocation": "s3://example-code/job.py"},
        "DefaultArguments": {"--spark-event-logs-path": "s3://example-logs/"}, "GlueVersion": "5.1",
        "WorkerType": "G.1X", "NumberOfWorkers": 4, "Timeout": 60, "Tags": {"workload": "x"}}"#
}
