//! Finding the Python that the third-party checks need.

use std::io::Write as _;
use std::process::Command;

const HELP: &str = "python3 -m pip install botocore==1.44.5 awscli==1.46.2; SHAPECAST_PYTHON names another interpreter";

/// An interpreter with botocore; `None`, with a message, when there is none.
///
/// 1.44.5 (2026-11-17) is the first release whose models are known to hold every member that a spec uses.
pub fn with_botocore() -> Option<String> {
    let probe = "import botocore; raise SystemExit(tuple(map(int, botocore.__version__.split('.')[:3])) < (1, 44, 5))";
    let python = std::env::var("SHAPECAST_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    or_skip(runs(&python, &["-c", probe]), &format!("`{python}` has no botocore 1.44.5 or later"))?;
    // The checks run in other folders; a virtual environment's interpreter must stay the link it is.
    let absolute = |path: String| std::path::absolute(&path).map_or(path, |full| full.display().to_string());
    Some(if python.contains('/') { absolute(python) } else { python })
}

/// The same with the AWS CLI, jq and envsubst.
#[allow(dead_code, reason = "one of the tests that share this file needs botocore only")]
pub fn with_cli() -> Option<String> {
    let python = with_botocore()?;
    or_skip(runs(&python, &["-c", "import awscli.clidriver"]), &format!("`{python}` has no AWS CLI"))?;
    for tool in ["jq", "envsubst"] {
        or_skip(runs(tool, &["--version"]), &format!("there is no {tool}"))?;
    }
    Some(python)
}

fn runs(program: &str, arguments: &[&str]) -> bool {
    Command::new(program).args(arguments).output().is_ok_and(|out| out.status.success())
}

/// Skips visibly, except under CI, where the specs must be checked.
fn or_skip(found: bool, missing: &str) -> Option<()> {
    if found {
        return Some(());
    }
    let in_ci = std::env::var("CI").is_ok_and(|value| !matches!(value.as_str(), "" | "0" | "false"));
    assert!(!in_ci, "CI must check the specs, but {missing}: {HELP}");
    // Straight to the stream: the test harness swallows what passing tests print by macro.
    let _ = writeln!(std::io::stderr(), "SKIPPED, unchecked: {missing}: {HELP}");
    None
}

/// An interpreter with the checkers of all formats.
pub fn with_formats() -> Option<String> {
    let python = with_botocore()?;
    let probe = "import cfnlint.api, hcl2, kubernetes_validate, yaml";
    or_skip(runs(&python, &["-c", probe]), &format!("`{python}` lacks cfn-lint, python-hcl2 or kubernetes-validate"))?;
    Some(python)
}

/// The folder with asl-validator and Karpenter's models, for `NODE_PATH`.
pub fn with_node() -> Option<String> {
    let folder = std::env::var("SHAPECAST_NODE_PATH").unwrap_or_default();
    let found = ["asl-validator", "@kubernetes-models/karpenter", "@types/sarif", "typescript", "yaml"]
        .iter()
        .all(|package| std::path::Path::new(&folder).join(package).is_dir());
    or_skip(
        found && runs("node", &["--version"]),
        "there is no node, or SHAPECAST_NODE_PATH names no folder with asl-validator, @kubernetes-models/karpenter, @types/sarif, typescript and yaml",
    )?;
    Some(folder)
}

/// An interpreter with boto3 and moto.
pub fn with_moto() -> Option<String> {
    let python = with_botocore()?;
    or_skip(runs(&python, &["-c", "import boto3, moto"]), &format!("`{python}` has no boto3 and moto"))?;
    Some(python)
}

/// An interpreter with xmlschema, and JUnit's published schema.
pub fn with_junit() -> Option<(String, String)> {
    let python = with_botocore()?;
    let schema = std::env::var("SHAPECAST_JUNIT_XSD").unwrap_or_default();
    let found = std::path::Path::new(&schema).is_file() && runs(&python, &["-c", "import xmlschema"]);
    or_skip(found, &format!("`{python}` has no xmlschema, or SHAPECAST_JUNIT_XSD names no schema"))?;
    Some((python, schema))
}

/// An interpreter with check-jsonschema, which carries the schemas of GitHub and GitLab.
pub fn with_ci_schemas() -> Option<String> {
    let python = with_botocore()?;
    or_skip(runs(&python, &["-c", "import check_jsonschema"]), &format!("`{python}` has no check-jsonschema"))?;
    Some(python)
}
