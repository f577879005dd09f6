//! A gate's answer in every format.

use super::*;
use crate::report::document::*;
use crate::report::markdown;
use crate::report::number::Dollars;
use crate::report::table::{self, Screen};

fn usd(text: &str) -> Option<Dollars> {
    Some(Dollars::new(text.parse().expect("a decimal")))
}

fn choice(id: &str) -> CheckedChoice {
    CheckedChoice {
        engine: crate::engines::EngineId::EmrEc2,
        id: id.to_owned(),
        shape_text: format!("shape of {id}"),
        duration_p50_s: 1800.0,
        deadline_met_probability: 0.99,
    }
}

fn workload(name: &str, status: WorkloadStatus) -> CheckedWorkload {
    CheckedWorkload {
        name: name.to_owned(),
        status,
        renamed_from: None,
        file: Some(format!("jobs/{name}.yaml")),
        verdict: Verdict::Pass,
        baseline_usd: usd("100"),
        current_usd: usd("100"),
        workload_effect_usd: usd("0"),
        prices_effect_usd: usd("0"),
        model_effect_usd: usd("0"),
        noise_usd: usd("0"),
        within_noise: false,
        current: Some(choice("a")),
        baseline: Some(choice("a")),
        duration: None,
        changes: Vec::new(),
        breaches: Vec::new(),
        notes: Vec::new(),
    }
}

fn failing(name: &str) -> CheckedWorkload {
    CheckedWorkload {
        verdict: Verdict::Fail,
        current_usd: usd("163.5"),
        workload_effect_usd: usd("60"),
        prices_effect_usd: usd("2.5"),
        model_effect_usd: usd("1"),
        noise_usd: usd("0.75"),
        current: Some(choice("b")),
        changes: vec![CheckedChange {
            path: "job.shuffle".to_owned(),
            line: 9,
            column: 3,
            before: Some("1 TB".to_owned()),
            after: Some("2 TB".to_owned()),
            effect_usd: usd("60"),
            effect_s: Some(300.0),
        }],
        breaches: vec![Breach {
            code: "max-increase".to_owned(),
            text: "the month's cost rises by $60.00 (60 %); at most 10 % is allowed".to_owned(),
            limit: Some(0.1),
            actual: Some(0.6),
            path: Some("job.shuffle".to_owned()),
            line: 9,
            column: 3,
        }],
        notes: vec![CodedText { code: "model-changed".to_owned(), text: "the model changed, <1> & \"2\"".to_owned() }],
        ..workload(name, WorkloadStatus::Changed)
    }
}

fn document(workloads: Vec<CheckedWorkload>) -> CheckDocument {
    let run = RunInfo { seed: 1, replications: 200, created_at: crate::report::fixture::NOW.to_owned() };
    let with = |snapshot: &str| ComputedWith {
        price_snapshots: vec![snapshot.to_owned()],
        model_versions: vec![1],
        tool_versions: vec!["0.1.0".to_owned()],
    };
    let sides = (Some(with("2026-09-03+aaaaaaaaaaaa")), with("2026-11-01+bbbbbbbbbbbb"));
    let mut document = CheckDocument::new(run, vec![Part::Workload], sides, workloads, Vec::new());
    document.tool.version = "0.0.0".to_owned();
    document
}

fn mixed() -> CheckDocument {
    let new = CheckedWorkload {
        baseline_usd: None,
        baseline: None,
        workload_effect_usd: None,
        prices_effect_usd: None,
        model_effect_usd: None,
        noise_usd: None,
        current_usd: usd("12.25"),
        ..workload("fresh", WorkloadStatus::New)
    };
    let gone = CheckedWorkload {
        current_usd: None,
        current: None,
        file: None,
        workload_effect_usd: None,
        prices_effect_usd: None,
        model_effect_usd: None,
        noise_usd: None,
        ..workload("gone", WorkloadStatus::Removed)
    };
    let renamed = CheckedWorkload {
        renamed_from: Some("old-name".to_owned()),
        ..workload("new-name", WorkloadStatus::Unchanged)
    };
    document(vec![failing("nightly, 50%"), renamed, new, gone])
}

#[test]
fn on_a_screen() {
    let text = table::render(&page(&mixed(), CheckView::default()), Screen { width: 140, ascii: false });
    insta::assert_snapshot!(anstream::adapter::strip_str(&text).to_string());
}

#[test]
fn totals_leave_nothing_out() {
    // 100 failing + 100 renamed + 100 gone before; 163.5 + 100 + 12.25 now. 60 + 2.5 + 1 + 12.25 - 100 = -24.25.
    let totals = mixed().totals;
    assert_eq!((totals.baseline_usd, totals.current_usd), (usd("300"), usd("275.75")));
    assert_eq!((totals.new_usd, totals.removed_usd, totals.workload_effect_usd), (usd("12.25"), usd("100"), usd("60")));
}

#[test]
fn as_a_comment_with_its_marker_first() {
    insta::assert_snapshot!(comment::render(&mixed(), comment::MAX_BYTES));
}

#[test]
fn nothing_new_is_one_line() {
    let still = document(vec![workload("a", WorkloadStatus::Unchanged), workload("b", WorkloadStatus::Unchanged)]);
    let text = markdown::render(&page(&still, CheckView::default()));
    assert!(text.starts_with("**Gate:** passed: 2 workloads, no change of cost"), "{text}");
    assert_eq!(text.lines().count(), 2);
}

#[test]
fn a_comment_keeps_to_its_size_and_shows_failures_first() {
    let mut all: Vec<CheckedWorkload> =
        (0..400).map(|n| workload(&format!("workload-{n}"), WorkloadStatus::Unchanged)).collect();
    all.push(failing("the-bad-one"));
    let long = document(all);
    for max in [60_000, 8_000, 1_500, 200] {
        let text = comment::render(&long, max);
        assert!(text.len() <= max, "{} > {max}", text.len());
        assert!(text.starts_with(comment::MARKER));
        assert!(max < 1_000 || text.contains("the-bad-one"), "{text}");
        assert!(max > 8_000 && text.contains("workload-399") || text.contains("left out"), "{max}: {text}");
    }
}

#[test]
fn as_annotations_of_a_workflow() {
    let text = github::render(&mixed());
    assert_eq!(
        text.lines().next(),
        Some(
            "::error file=jobs/nightly%2C 50%25.yaml,line=9,col=3,title=nightly%2C 50%25%3A max-increase\
             ::the month's cost rises by $60.00 (60 %25); at most 10 %25 is allowed"
        )
    );
    assert_eq!(text.lines().count(), 2, "{text}");
}

#[test]
fn as_junit() {
    insta::assert_snapshot!(junit::render(&mixed()));
}

#[test]
fn as_sarif() {
    let log: serde_json::Value = serde_json::from_str(&sarif::render(&mixed()).expect("writes")).expect("JSON");
    let result = &log["runs"][0]["results"][0];
    assert_eq!(log["version"], "2.1.0");
    assert_eq!(result["ruleId"], "max-increase");
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().expect("rules");
    assert_eq!(rules[result["ruleIndex"].as_u64().expect("an index") as usize]["id"], result["ruleId"]);
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "jobs/nightly%2C%2050%25.yaml");
    assert_eq!(place["region"]["startLine"], 9);
}

#[test]
fn as_rows() {
    insta::assert_snapshot!(csv::render(&mixed()).expect("writes"));
}
