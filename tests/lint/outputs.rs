//! The forms in which findings leave: JSON, SARIF, annotations, and the exit code.

use assert_cmd::Command;
use serde_json::Value;

fn shapecast(arguments: &[&str]) -> (i32, String, String) {
    let output = Command::cargo_bin("shapecast")
        .expect("the binary")
        .args(arguments)
        .env("SHAPECAST_NOW", "2026-11-21")
        .output()
        .expect("runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code().expect("a code"), text(output.stdout), text(output.stderr))
}

const REFERENCE: &str = "tests/lint/reference-cluster.json";
const REPAIRED: &str = "tests/lint/repaired-cluster.json";

#[test]
fn json_has_the_contracts_keys_and_errors_exit_with_1() {
    let (code, out, _) = shapecast(&["lint", REFERENCE, "--format", "json"]);
    assert_eq!(code, 1);
    let document: Value = serde_json::from_str(&out).expect("JSON");
    let findings = document["findings"].as_array().expect("findings");
    assert_eq!(findings.len(), 19);
    assert_eq!(document["summary"]["errors"], 6);
    for finding in findings {
        for key in ["code", "severity", "path", "text", "fix", "file", "line", "column"] {
            assert!(finding.get(key).is_some(), "{key}: {finding}");
        }
    }
    let (code, out, _) = shapecast(&["lint", REPAIRED, "--format", "json"]);
    assert_eq!(code, 0);
    let document: Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(document["findings"].as_array().map(Vec::len), Some(0));
}

#[test]
fn warnings_alone_exit_with_0() {
    let (code, out, _) = shapecast(&["lint", "tests/golden-specs/emr-ec2-spot-old-release/emr.run-job-flow.json"]);
    assert_eq!(code, 0, "{out}");
    assert!(out.contains("stale-release") && out.contains("0 errors"));
}

#[test]
fn sarif_names_rules_and_places() {
    let (_, out, _) = shapecast(&["lint", REFERENCE, "--format", "sarif"]);
    let document: Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(document["version"], "2.1.0");
    let run = &document["runs"][0];
    let results = run["results"].as_array().expect("results");
    assert_eq!(results.len(), 19);
    for result in results {
        let rule = &run["tool"]["driver"]["rules"]
            [usize::try_from(result["ruleIndex"].as_u64().expect("index")).expect("small")];
        assert_eq!(rule["id"], result["ruleId"]);
        assert!(["error", "warning", "note"].contains(&result["level"].as_str().expect("level")));
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], REFERENCE);
        assert!(place["region"]["startLine"].as_u64().expect("line") > 0);
    }
}

#[test]
fn github_annotations_are_a_line_each() {
    let (_, out, _) = shapecast(&["lint", REFERENCE, "--format", "github"]);
    assert_eq!(out.lines().count(), 19);
    assert!(out.contains("::error file=tests/lint/reference-cluster.json,line=2,col=3,title=json-comment::A comment"));
    assert!(
        out.lines().all(|line| line.starts_with("::error ")
            || line.starts_with("::warning ")
            || line.starts_with("::notice "))
    );
}

#[test]
fn with_a_workload_the_spec_has_a_price() {
    let arguments =
        ["lint", REPAIRED, "--workload", "docs/examples/minimal.yaml", "--replications", "20", "--format", "json"];
    let (code, out, _) = shapecast(&arguments);
    assert_eq!(code, 0);
    let document: Value = serde_json::from_str(&out).expect("JSON");
    let cost = &document["costs"][0];
    let mean = |who: &str| cost[who]["cost_usd"]["mean"].as_f64().expect("a price");
    let (spec, best) = (mean("spec"), mean("recommended"));
    assert!(spec > 0.0 && best > 0.0);
    let difference = cost["difference_usd_per_run"].as_f64().expect("a difference");
    assert!((difference - (spec - best)).abs() < 1e-6);
    let text = cost["text"].as_str().expect("text");
    assert!(text.starts_with("This spec costs $") && text.contains(" per run, the recommended one ("), "{text}");
    assert_eq!(shapecast(&arguments).1, out, "the same question gives the same bytes");
}

/// 640 units of weight 16 and 32 on five types each: every type serves 64 units, 4 × 16 or 2 × 32 vCPU: 640 vCPU.
#[test]
fn the_priced_shape_is_the_written_one() {
    let (_, out, _) = shapecast(&[
        "lint",
        REPAIRED,
        "--workload",
        "docs/examples/minimal.yaml",
        "--replications",
        "1",
        "--format",
        "json",
    ]);
    let document: Value = serde_json::from_str(&out).expect("JSON");
    let shape = document["costs"][0]["spec"]["shape_text"].as_str().expect("shape");
    assert!(shape.starts_with("2 × r6g.2xlarge On-Demand core + 640 vCPU Spot"), "{shape}");
}

#[test]
fn what_cannot_be_priced_says_why() {
    let folder = tempfile::tempdir().expect("folder");
    let spec = folder.path().join("job.json");
    std::fs::write(&spec, r#"{"Name": "x", "Role": "r", "Command": {"Name": "pythonshell"}, "MaxCapacity": 0.0625}"#)
        .expect("writes");
    let (_, out, _) = shapecast(&[
        "lint",
        spec.to_str().expect("UTF-8"),
        "--workload",
        "docs/examples/minimal.yaml",
        "--replications",
        "1",
        "--format",
        "json",
    ]);
    let document: Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(document["costs"][0]["spec"], Value::Null);
    assert!(document["costs"][0]["text"].as_str().expect("text").contains("pythonshell"));
}

#[test]
fn files_that_cannot_be_read_are_named_with_their_place() {
    let folder = tempfile::tempdir().expect("folder");
    let broken = folder.path().join("broken.json");
    std::fs::write(&broken, "{\n  \"Name\": \n}").expect("writes");
    let (code, out, err) = shapecast(&["lint", broken.to_str().expect("UTF-8"), "no-such-file.json"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("broken.json:3:1") && err.contains("no-such-file.json") && err.contains("hint:"), "{err}");
}
