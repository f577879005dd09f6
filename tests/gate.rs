//! The gate in a repository, and the scripts that run it in continuous integration.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_shapecast");

fn in_repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn told(output: &Output) -> String {
    format!("{}\n{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn the_walk_through_ends_where_it_should() {
    let walk = Command::new("bash")
        .arg(in_repository("tests/gate/walkthrough.sh"))
        .env("SHAPECAST", PROGRAM)
        .output()
        .expect("bash runs");
    assert!(walk.status.success(), "{}", told(&walk));
    assert!(told(&walk).contains("walk-through done"), "{}", told(&walk));
}

/// A project with a committed baseline, and stand-ins for the hosts' own programs.
struct Project(TempDir);

impl Project {
    fn new() -> Self {
        let project = Self(tempfile::tempdir().expect("a folder"));
        fs::create_dir(project.path("jobs")).expect("makes");
        fs::create_dir(project.path("bin")).expect("makes");
        fs::create_dir(project.path("host")).expect("makes");
        project.write("jobs/clicks.yaml", &workload("40 GB"));
        let first = project.run(PROGRAM, &["check", "jobs", "--baseline", "base.json", "--update-baseline"], &[]);
        assert!(first.status.success(), "{}", told(&first));
        project
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).expect("writes");
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// A program that stands before the real ones in PATH.
    fn stand_in(&self, name: &str, script: &str) {
        let path = self.path("bin").join(name);
        fs::write(&path, script).expect("writes");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("sets");
    }

    fn run(&self, program: impl AsRef<std::ffi::OsStr>, arguments: &[&str], env: &[(&str, &str)]) -> Output {
        let path = std::env::var("PATH").unwrap_or_default();
        Command::new(program)
            .args(arguments)
            .current_dir(self.0.path())
            .env_clear()
            .env("PATH", format!("{}:{path}", self.path("bin").display()))
            .env("HOME", self.0.path())
            .env("HOST", self.path("host"))
            .env("SHAPECAST", PROGRAM)
            .env("SHAPECAST_BASELINE", "base.json")
            .env("SHAPECAST_NOW", "2026-11-20")
            .envs(env.iter().copied())
            .output()
            .expect("runs")
    }
}

fn workload(volume: &str) -> String {
    format!(
        "name: clicks\ninput: {{volume: {volume}, format: json, compression: none}}\ncadence: daily\ndeadline: 1 h\n\
         job: aggregation\nconstraints: {{engines: {{allow: [glue]}}}}\n"
    )
}

/// GitHub's `gh api` over a folder: lists ids of comments that begin with the marker, posts and patches.
const GH: &str = r#"#!/usr/bin/env bash
set -euo pipefail
method=GET body=
for argument in "$@"; do
    case $argument in
        body=@*) body=${argument#body=@} ;;
        POST | PATCH) method=$argument ;;
        repos/*) path=$argument ;;
    esac
done
echo "$method $path" >> "$HOST/calls"
case $method in
    GET) for file in "$HOST"/comment-*; do [ ! -e "$file" ] || ! head -c 24 "$file" | grep -q '^<!-- shapecast-check -->' || echo "${file##*-}"; done ;;
    POST) cp "$body" "$HOST/comment-77" ;;
    PATCH) cp "$body" "$HOST/comment-${path##*/}" ;;
esac
"#;

const GITHUB: [(&str, &str); 3] =
    [("GITHUB_ACTIONS", "true"), ("GITHUB_REPOSITORY", "acme/jobs"), ("SHAPECAST_PULL_REQUEST", "5")];

#[test]
fn on_github_there_is_one_comment_and_it_is_updated() {
    let project = Project::new();
    project.stand_in("gh", GH);
    project.write("host/comment-3", "a person's comment");
    let gate = in_repository("docs/ci/gate.sh");
    let first = project.run(&gate, &[], &GITHUB);
    assert_eq!(first.status.code(), Some(0), "{}", told(&first));
    assert!(project.read("host/comment-77").contains("no change of cost"));

    project.write("jobs/clicks.yaml", &workload("90 GB"));
    let second = project.run(&gate, &["--max-increase", "5%"], &GITHUB);
    assert_eq!(second.status.code(), Some(1), "{}", told(&second));
    assert!(told(&second).contains("::error file=jobs/clicks.yaml,line=2,"), "{}", told(&second));
    assert!(project.read("host/comment-77").contains("**Gate:** failed"));
    assert_eq!(project.read("host/comment-3"), "a person's comment");
    let comments = "repos/acme/jobs/issues/5/comments";
    assert_eq!(
        project.read("host/calls"),
        format!("GET {comments}\nPOST {comments}\nGET {comments}\nPATCH repos/acme/jobs/issues/comments/77\n")
    );
    let report: Value = serde_json::from_str(&project.read("shapecast-reports/gate.json")).expect("JSON");
    assert_eq!(report["verdict"], "fail");
    assert!(project.read("shapecast-reports/gate.xml").contains("failures=\"1\""));
}

#[test]
fn a_comment_that_cannot_be_posted_does_not_change_the_verdict() {
    let project = Project::new();
    project.stand_in("gh", "#!/bin/sh\nexit 1\n");
    let passed = project.run(in_repository("docs/ci/gate.sh"), &[], &GITHUB);
    assert_eq!(passed.status.code(), Some(0), "{}", told(&passed));
    assert!(told(&passed).contains("the comment was not posted"));
}

/// GitLab's notes over a folder.
const CURL: &str = r#"#!/usr/bin/env bash
set -euo pipefail
method=GET body=
for argument in "$@"; do
    case $argument in
        body=\<*) body=${argument#body=<} ;;
        POST | PUT) method=$argument ;;
        https://*) url=$argument ;;
    esac
done
echo "$method ${url%%\?*}" >> "$HOST/calls"
case $method in
    GET) if [ -e "$HOST/note-8" ]; then echo "8"; fi ;;
    POST) cp "$body" "$HOST/note-8" ;;
    PUT) cp "$body" "$HOST/note-${url##*/}" ;;
esac
"#;

#[test]
fn on_gitlab_there_is_one_note_and_it_is_updated() {
    let project = Project::new();
    project.stand_in("curl", CURL);
    // The stand-in for curl answers with ids already.
    project.stand_in("jq", "#!/bin/sh\ncat\n");
    let env = [
        ("GITLAB_CI", "true"),
        ("CI_MERGE_REQUEST_IID", "5"),
        ("CI_PROJECT_ID", "1"),
        ("CI_API_V4_URL", "https://gitlab.example/api/v4"),
        ("SHAPECAST_GITLAB_TOKEN", "secret"),
    ];
    for _ in 0..2 {
        let passed = project.run(in_repository("docs/ci/gate.sh"), &[], &env);
        assert_eq!(passed.status.code(), Some(0), "{}", told(&passed));
    }
    let notes = "https://gitlab.example/api/v4/projects/1/merge_requests/5/notes";
    assert_eq!(project.read("host/calls"), format!("GET {notes}\nPOST {notes}\nGET {notes}\nPUT {notes}/8\n"));
}

#[test]
fn the_scripts_are_named_by_the_examples() {
    let action = fs::read_to_string(in_repository("docs/ci/github/action.yml")).expect("reads");
    assert!(action.contains("/../gate.sh\""));
    // An input inside a script could end it: only the path of the action and a command meant as such stand there.
    let inside = action.lines().filter(|line| line.trim_start().starts_with("run:") && line.contains("inputs."));
    assert_eq!(inside.collect::<Vec<_>>(), ["      run: ${{ inputs.install }}"]);
    let gitlab = fs::read_to_string(in_repository("docs/ci/gitlab/gate.gitlab-ci.yml")).expect("reads");
    assert!(gitlab.contains("gate.sh") && gitlab.contains("shapecast-reports/gate.xml"));
}

#[test]
fn the_json_has_the_keys_of_the_contract_and_its_parts_sum_up() {
    let project = Project::new();
    project.write("jobs/clicks.yaml", &workload("90 GB"));
    let checked = project.run(PROGRAM, &["check", "jobs", "--format", "json", "--max-increase", "5%"], &[]);
    assert_eq!(checked.status.code(), Some(1), "{}", told(&checked));
    let report: Value = serde_json::from_slice(&checked.stdout).expect("JSON");
    let one = &report["workloads"][0];
    let number = |key: &str| one[key].as_f64().unwrap_or_else(|| panic!("{key} in {one}"));
    let parts = number("workload_effect_usd") + number("prices_effect_usd") + number("model_effect_usd");
    assert!((number("current_usd") - number("baseline_usd") - parts).abs() < 1e-9, "{one}");
    assert!(number("noise_usd") >= 0.0);
    assert_eq!(one["name"], "clicks");
    assert_eq!(one["breaches"][0]["code"], "max-increase");
    assert_eq!(one["breaches"][0]["line"], 2);
    // The same question, the same bytes.
    let again = project.run(PROGRAM, &["check", "jobs", "--format", "json", "--max-increase", "5%"], &[]);
    assert_eq!(again.stdout, checked.stdout);
}

#[test]
fn a_run_of_recommend_is_a_baseline_too() {
    let project = Project::new();
    let run = project.run(PROGRAM, &["recommend", "jobs/clicks.yaml", "--out", "run.json"], &[]);
    assert!(run.status.success(), "{}", told(&run));
    let same = project.run(PROGRAM, &["check", "jobs", "--baseline", "run.json"], &[]);
    assert_eq!(same.status.code(), Some(0), "{}", told(&same));
    assert!(told(&same).contains("no change of cost"), "{}", told(&same));
    project.write("jobs/clicks.yaml", &workload("90 GB"));
    let more = project.run(PROGRAM, &["check", "jobs", "--baseline", "run.json", "--format", "github"], &[]);
    assert_eq!(more.status.code(), Some(1), "{}", told(&more));
    assert!(told(&more).contains("file=jobs/clicks.yaml,line=2,"), "{}", told(&more));
}

#[test]
fn wrong_limits_and_baselines_are_said_with_the_next_step() {
    let project = Project::new();
    let wrong = |arguments: &[&str], words: &[&str]| {
        let output = project.run(PROGRAM, &[&["check", "jobs"], arguments].concat(), &[]);
        assert_eq!(output.status.code(), Some(2), "{}", told(&output));
        for word in words {
            assert!(told(&output).contains(word), "`{word}` in: {}", told(&output));
        }
    };
    wrong(&["--max-increase", "10"], &["write a percentage such as 10%"]);
    wrong(&["--budget-usd=-5"], &["zero or more"]);
    wrong(&["--fail-on", "price"], &["workload, prices or model"]);
    wrong(&["--baseline", "absent.json"], &["--update-baseline"]);
    project.write("other.json", "{\"a\": 1}");
    wrong(&["--baseline", "other.json"], &["neither a baseline nor a run"]);
    project.write("jobs/twin.yaml", &workload("1 GB"));
    wrong(&[], &["both called `clicks`"]);
}

/// A baseline that took kept runs of a backtest, and a gate that takes none: the difference is announced as the model's, and
/// no change of the author's file is blamed for it.
#[test]
fn a_calibration_that_changed_is_announced_and_not_blamed() {
    const FEW: [(&str, &str); 1] = [("SHAPECAST_REPLICATIONS", "50")];
    let project = Project::new();
    let keep = |seconds: u32| {
        // 40 GB on so many r5.4xlarge.
        let rows = [2, 4, 8, 16].map(|nodes| format!("clicks,r5.4xlarge,{nodes},{},40\n", seconds / nodes));
        project.write("runs.csv", &format!("job,instance_type,nodes,duration_s,input_gb\n{}", rows.concat()));
        let kept = project.run(PROGRAM, &["backtest", "runs.csv", "--write", "-q"], &[]);
        assert!(kept.status.success(), "{}", told(&kept));
        let run = project.run(PROGRAM, &["recommend", "jobs/clicks.yaml", "--out", "run.json"], &FEW);
        assert!(run.status.success(), "{}", told(&run));
    };
    let ask = |more: &[&str]| {
        let arguments = ["check", "jobs", "--baseline", "run.json", "--format", "json"];
        let output = project.run(PROGRAM, &[&arguments[..], more].concat(), &FEW);
        let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", told(&output)));
        (output.status.code(), report)
    };
    let effects = |report: &Value| {
        ["workload_effect_usd", "prices_effect_usd", "model_effect_usd"]
            .map(|key| report["workloads"][0][key].as_f64().unwrap_or_else(|| panic!("{key} in {report}")))
    };
    // Runs that were far slower than the published rates say: without them today's figures are far lower.
    keep(6_000);
    let (code, report) = ask(&[]);
    let [own, prices, model] = effects(&report);
    assert_eq!((code, own, prices), (Some(0), 0.0, 0.0), "{report}");
    let before = report["workloads"][0]["baseline_usd"].as_f64().expect("a cost");
    assert!(model < -0.3 * before, "{report}");
    assert_eq!(report["workloads"][0]["status"], "unchanged");
    let notes = report["workloads"][0]["notes"].to_string();
    for word in ["calibration-changed", "4 kept runs of runs.csv"] {
        assert!(notes.contains(word), "`{word}` in {notes}");
    }
    // The author's own change beside it is blamed for its part alone, and nothing else of the file counts as changed.
    project.write("jobs/clicks.yaml", &workload("400 GB"));
    let (code, report) = ask(&[]);
    assert_eq!((code, effects(&report)[2]), (Some(1), model), "{report}");
    let one = &report["workloads"][0];
    assert_eq!(one["breaches"][0]["path"], "input.volume");
    let paths: Vec<&Value> = one["changes"].as_array().expect("a list").iter().map(|it| &it["path"]).collect();
    assert_eq!(paths, ["input.volume"]);
}
