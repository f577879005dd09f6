//! Reports and files for continuous integration, read by published schemas: SARIF, JUnit, GitHub and GitLab.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

#[path = "spec_check/python.rs"]
#[allow(dead_code, reason = "shared with the spec tests, which use other parts")]
mod python;

fn in_repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// A checker accepts the files, and refuses each once `find` in it reads `replace`, naming `expected`.
fn judged(check: impl Fn(&[PathBuf]) -> Output, files: &[PathBuf], faults: &[(usize, &str, &str, &str)]) {
    let told =
        |out: &Output| format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
    let clean = check(files);
    assert!(clean.status.success(), "{}", told(&clean));
    let folder = tempfile::tempdir().expect("a folder");
    for (number, (which, find, replace, expected)) in faults.iter().enumerate() {
        let (text, name) = (fs::read_to_string(&files[*which]).expect("reads"), files[*which].file_name());
        assert!(text.contains(find), "{:?} has no `{find}`", files[*which]);
        let broken = folder.path().join(number.to_string()).join(name.expect("a name"));
        fs::create_dir(broken.parent().expect("a folder")).expect("makes");
        fs::write(&broken, text.replacen(find, replace, 1)).expect("writes");
        let out = check(&[broken]);
        assert_eq!(out.status.code(), Some(1), "`{replace}` passes: {}", told(&out));
        assert!(told(&out).contains(expected), "`{expected}` is not in: {}", told(&out));
    }
}

/// A gate that fails, with its reports: a workload that grew over its baseline.
fn broken_gate(folder: &Path) -> (PathBuf, PathBuf) {
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_shapecast"));
        let out = command.args(arguments).env("HOME", folder).current_dir(folder).output().expect("runs");
        out.status.code()
    };
    let workload = fs::read_to_string(in_repository("docs/examples/minimal.yaml")).expect("reads");
    assert!(workload.contains("500 GB"));
    fs::write(folder.join("job.yaml"), &workload).expect("writes");
    let few = ["check", "job.yaml", "--baseline", "base.json", "--replications", "20"];
    assert_eq!(run(&[&few[..], &["--update-baseline"]].concat()), Some(0));
    fs::write(folder.join("job.yaml"), workload.replace("500 GB", "900 GB")).expect("writes");
    assert_eq!(run(&[&few[..], &["--out", "gate.sarif", "--out", "gate.xml"]].concat()), Some(1));
    (folder.join("gate.sarif"), folder.join("gate.xml"))
}

#[test]
fn sarif_of_lint_and_gate_has_the_published_types() {
    let Some(node_path) = python::with_node() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let lint = folder.path().join("lint.sarif");
    let linted = Command::new(env!("CARGO_BIN_EXE_shapecast"))
        .args(["lint", "tests/lint/reference-cluster.json", "tests/lint/cluster.tf", "--format", "sarif"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("runs");
    assert_eq!(linted.status.code(), Some(1));
    fs::write(&lint, &linted.stdout).expect("writes");
    let (gate, _) = broken_gate(folder.path());
    let check = |files: &[PathBuf]| {
        let mut command = Command::new("node");
        command.arg(in_repository("tests/spec_check/typed.js")).args(files).env("NODE_PATH", &node_path);
        command.output().expect("node starts")
    };
    let faults = [
        (0, "\"level\": \"error\"", "\"level\": \"fatal\"", "fatal"),
        (0, "\"startLine\"", "\"firstLine\"", "firstLine"),
        (1, "\"version\": \"2.1.0\"", "\"version\": \"3.0.0\"", "3.0.0"),
    ];
    judged(check, &[lint, gate], &faults);
}

#[test]
fn junit_of_the_gate_is_valid_by_a_published_schema() {
    let Some((python, schema)) = python::with_junit() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let (_, report) = broken_gate(folder.path());
    let check = |files: &[PathBuf]| {
        let mut command = Command::new(&python);
        command.arg(in_repository("tests/spec_check/junit.py")).arg(&schema).args(files);
        command.output().expect("python starts")
    };
    let faults =
        [(0, "<testcase classname=", "<testcase class=", "class"), (0, " failures=\"1\"", " failed=\"1\"", "failed")];
    judged(check, &[report], &faults);
}

#[test]
fn files_for_github_and_gitlab_are_valid_by_the_hosts_schemas() {
    let Some(python) = python::with_ci_schemas() else { return };
    let check = |schema: &'static str| {
        let python = python.clone();
        move |files: &[PathBuf]| {
            let mut command = Command::new(&python);
            command.args(["-m", "check_jsonschema", "--builtin-schema", schema]).args(files);
            if schema == "vendor.gitlab-ci" {
                command.args(["--data-transform", "gitlab-ci"]);
            }
            command.output().expect("python starts")
        }
    };
    let action = in_repository("docs/ci/github/action.yml");
    let faults = [(0, "using: composite", "using: composed", "composed"), (0, "description:", "describe:", "describe")];
    judged(check("vendor.github-actions"), &[action], &faults);
    let job = in_repository("docs/ci/gitlab/gate.gitlab-ci.yml");
    let faults = [(0, "when: always", "when: often", "often"), (0, "script:", "scripts:", "scripts")];
    judged(check("vendor.gitlab-ci"), &[job], &faults);
}
