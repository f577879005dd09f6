//! The commands of the README, run as they stand: the real AWS CLI and botocore read them, and nothing is sent.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use shapecast::spec::SpecBundle;

#[path = "spec_check/fixtures.rs"]
#[allow(dead_code, reason = "shared with the other spec tests, which use other parts")]
mod fixtures;
#[path = "spec_check/folder.rs"]
mod folder;
#[path = "spec_check/python.rs"]
#[allow(dead_code, reason = "shared with the other spec tests, which use other parts")]
mod python;

/// The README's script, its empty exports filled with the documented examples.
fn script(bundle: &SpecBundle) -> String {
    let readme = &bundle.file("README.md").expect("README").contents;
    let block = readme.split("```bash\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a bash block");
    bundle.placeholders.iter().fold(format!("set -euo pipefail\n{block}"), |script, known| {
        script.replace(&format!("export {}=\n", known.name), &format!("export {}='{}'\n", known.name, known.example))
    })
}

/// Puts a command of that name into `bin`: the interpreter with some first arguments.
fn stand_in(bin: &Path, name: &str, python: &str, arguments: &str) {
    let path = bin.join(name);
    fs::write(&path, format!("#!/bin/sh\nexec '{python}' {arguments} \"$@\"\n")).expect("writes");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("permissions");
}

/// Runs the README in `folder` and gives the API calls that it led to.
fn calls(python: &str, bundle: &SpecBundle, folder: &Path) -> Vec<Value> {
    folder::write(bundle, folder);
    let bin = folder.join("bin");
    fs::create_dir_all(&bin).expect("folder");
    let stand_ins = fs::canonicalize("tests/spec_check/stand_in").expect("stand-ins");
    stand_in(&bin, "aws", python, &format!("'{}'", stand_ins.join("aws.py").display()));
    stand_in(&bin, "python3", python, "");
    let out = Command::new("bash")
        .args(["-c", &script(bundle)])
        .current_dir(folder)
        .env("PATH", format!("{}:{}", bin.display(), std::env::var("PATH").unwrap_or_default()))
        .env("PYTHONPATH", stand_ins)
        .env("SHAPECAST_CALLS", folder.join("calls.jsonl"))
        .envs([("AWS_ACCESS_KEY_ID", "none"), ("AWS_SECRET_ACCESS_KEY", "none"), ("PYTHONDONTWRITEBYTECODE", "1")])
        .output()
        .expect("bash starts");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let lines = fs::read_to_string(folder.join("calls.jsonl")).expect("calls were made");
    lines.lines().map(|line| serde_json::from_str(line).expect("json")).collect()
}

/// A document with its placeholders filled.
fn filled(bundle: &SpecBundle, file: &str) -> Value {
    let text = bundle.placeholders.iter().fold(bundle.file(file).expect("file").contents.clone(), |text, known| {
        text.replace(&format!("${{{}}}", known.name), &known.example)
    });
    serde_json::from_str(&text).expect("json")
}

/// What the CLI adds on its own is taken away; everything else must be the document.
fn without(mut parameters: Value, added: &[&str]) -> Value {
    let members = parameters.as_object_mut().expect("object");
    for name in added {
        assert!(members.remove(*name).is_some(), "the CLI adds {name}");
    }
    parameters
}

#[test]
fn the_cli_turns_the_emr_document_into_the_same_request() {
    let Some(python) = python::with_cli() else { return };
    // Starting the CLI is slow; these two have every optional member between them.
    let names = ["emr-ec2-spot", "emr-ec2-on-demand-governed"];
    for case in fixtures::cases().iter().filter(|case| names.contains(&case.name)) {
        let bundle = case.write().expect("has a spec");
        let root = tempfile::tempdir().expect("folder");
        let calls = calls(&python, &bundle, root.path());
        let operations: Vec<&Value> = calls.iter().map(|call| &call["operation"]).collect();
        assert_eq!(operations, [&json!("PutObject"), &json!("RunJobFlow")], "{}", case.name);
        let sent = without(calls[1]["parameters"].clone(), &["VisibleToAllUsers"]);
        assert_eq!(sent, filled(&bundle, "emr.run-job-flow.json"), "{}", case.name);
    }
}

#[test]
fn the_cli_takes_the_serverless_and_glue_documents_as_they_are() {
    let Some(python) = python::with_cli() else { return };
    let serverless = [
        ("CreateApplication", "emr-serverless.create-application.json", &["clientToken"][..]),
        ("StartJobRun", "emr-serverless.start-job-run.json", &["clientToken"][..]),
    ];
    let glue = [("CreateJob", "glue.create-job.json", &[][..]), ("StartJobRun", "glue.start-job-run.json", &[][..])];
    let names = ["emr-serverless", "emr-serverless-flex", "glue"];
    for case in fixtures::cases().iter().filter(|case| names.contains(&case.name)) {
        let bundle = case.write().expect("has a spec");
        let root = tempfile::tempdir().expect("folder");
        let calls = calls(&python, &bundle, root.path());
        let expected = if case.name == "glue" { glue } else { serverless };
        assert_eq!(calls.len(), expected.len(), "{}", case.name);
        for (call, (operation, file, added)) in calls.iter().zip(expected) {
            assert_eq!(call["operation"], operation, "{}", case.name);
            assert_eq!(without(call["parameters"].clone(), added), filled(&bundle, file), "{}", case.name);
        }
    }
}
