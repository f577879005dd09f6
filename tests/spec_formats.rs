//! Every spec in every format, read by the tools of those who will read it: for the cases of `spec_check/fixtures.rs`
//! and for every example workload on every engine that can serve it. The same tools refuse planted faults.

use std::fs;
use std::path::Path;
use std::process::Command;

use shapecast::engines::EngineId;
use shapecast::spec::{self, Format};

use everything::{ALL, write_folders};
use faults::{judge, plant, plant_node, plant_python};

#[path = "spec_check/everything.rs"]
mod everything;
#[path = "spec_check/faults.rs"]
mod faults;
#[path = "spec_check/fixtures.rs"]
#[allow(dead_code, reason = "shared with the other spec tests, which use other parts")]
mod fixtures;
#[path = "spec_check/folder.rs"]
mod folder;
#[path = "spec_check/python.rs"]
#[allow(dead_code, reason = "shared with the other spec tests, which use other parts")]
mod python;

/// Runs a checker over a folder: its problems, a line each.
fn problems(program: &str, script: &str, root: &Path, node_path: Option<&str>) -> Vec<String> {
    let mut command = Command::new(program);
    command.arg(script).arg(root);
    if let Some(folder) = node_path {
        command.env("NODE_PATH", folder);
    }
    let out = command.output().expect("checker starts");
    let errors = String::from_utf8_lossy(&out.stderr);
    assert!(
        out.status.code().is_some_and(|code| code < 2) && !errors.contains("Traceback") && errors.is_empty(),
        "{script}: {errors}"
    );
    String::from_utf8_lossy(&out.stdout).lines().filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// No engine, purchase option or format is left to chance: each that has a spec is among what the checkers read.
#[test]
fn every_engine_option_and_format_is_written_for_the_examples() {
    let covered = everything::covered();
    for engine in EngineId::ALL.into_iter().filter(|engine| spec::no_spec(*engine).is_none()) {
        let options: Vec<&str> =
            covered.iter().filter(|(of, _)| *of == engine).map(|(_, option)| option.as_str()).collect();
        let wanted: &[&str] = match engine {
            EngineId::EmrEc2 | EngineId::EmrEks | EngineId::BatchFargate => &["on-demand", "spot"],
            EngineId::EmrServerless | EngineId::Glue => &["standard"],
            EngineId::EmrServerlessFlex | EngineId::GlueFlex => &["flex"],
            _ => &["on-demand"],
        };
        for option in wanted {
            assert!(options.iter().any(|known| known.starts_with(option)), "{engine}: no {option} in {options:?}");
        }
    }
    // No size of Glue has the disk for its shuffle: `recommend` says so.
    assert_eq!(everything::without_shape(), ["telco-fraud-monthly.glue", "telco-fraud-monthly.glue-flex"]);
    for written in ALL.iter() {
        let formats: Vec<Format> = written.bundles.iter().map(|(format, _)| *format).collect();
        assert_eq!(formats, Format::of_engine(written.engine), "{}", written.name);
    }
}

#[test]
fn python_tools_accept_every_format_and_refuse_planted_faults() {
    let Some(python) = python::with_formats() else { return };
    let root = tempfile::tempdir().expect("folder");
    write_folders(root.path());
    let faults = plant_python(root.path());
    let said = problems(&python, "tests/spec_check/formats.py", root.path(), None);
    judge(&said, &faults);
}

#[test]
fn node_tools_accept_every_format_and_refuse_planted_faults() {
    let Some(node_path) = python::with_node() else { return };
    let root = tempfile::tempdir().expect("folder");
    write_folders(root.path());
    let faults = plant_node(root.path());
    let said = problems("node", "tests/spec_check/formats.js", root.path(), Some(&node_path));
    judge(&said, &faults);
}

#[test]
fn botocores_models_accept_the_documents_of_every_format() {
    let Some(python) = python::with_botocore() else { return };
    let root = tempfile::tempdir().expect("folder");
    write_folders(root.path());
    let mut folders = Vec::new();
    for case in fs::read_dir(root.path()).expect("folder").flatten() {
        for format in fs::read_dir(case.path()).expect("folder").flatten() {
            let has_documents = fs::read_dir(format.path()).expect("folder").flatten().any(|file| {
                let name = file.file_name().to_string_lossy().into_owned();
                name.ends_with(".json") && name.matches('.').count() > 1
            });
            if has_documents {
                folders.push(format.path());
            }
        }
    }
    let out = Command::new(&python).arg("tests/spec_check/check.py").args(&folders).output().expect("starts");
    assert!(out.status.success(), "{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
}

/// Real API calls of boto3, answered by moto; what boto3 or moto refuses is refused here too.
#[test]
fn moto_takes_every_document_by_the_real_calls_and_refuses_planted_faults() {
    let Some(python) = python::with_moto() else { return };
    let root = tempfile::tempdir().expect("folder");
    write_folders(root.path());
    let run = "aws-json/emr-serverless.start-job-run.json";
    let faults = [
        plant(
            root.path(),
            "emr-ec2-spot",
            "aws-json/emr.run-job-flow.json",
            "moto-missing",
            "\"InstanceFleetType\"",
            "\"FleetType\"",
            "FleetType",
        ),
        plant(
            root.path(),
            "emr-serverless",
            run,
            "moto-type",
            "\"executionTimeoutMinutes\": 92",
            "\"executionTimeoutMinutes\": \"92\"",
            "executionTimeoutMinutes",
        ),
        plant(
            root.path(),
            "glue",
            "aws-json/glue.start-job-run.json",
            "moto-no-job",
            "click-aggregation",
            "nobody",
            "EntityNotFound",
        ),
        plant(
            root.path(),
            "glue",
            "step-functions/state-machine.json",
            "moto-machine",
            "\"States\": {",
            "\"States\": [",
            "create_state_machine",
        ),
    ];
    let out = Command::new(&python).arg("tests/spec_check/moto_calls.py").arg(root.path()).output().expect("starts");
    let errors = String::from_utf8_lossy(&out.stderr);
    let calls = errors.lines().last().unwrap_or_default();
    for call in ["run_job_flow", "create_application", "start_job_run", "create_job", "create_state_machine"] {
        assert!(calls.contains(&format!("\"{call}\"")), "{call} was never made: {errors}");
    }
    let said: Vec<String> =
        String::from_utf8_lossy(&out.stdout).lines().filter(|line| !line.is_empty()).map(str::to_owned).collect();
    judge(&said, &faults);
}

/// Needs Airflow, which is too heavy for every change: `SHAPECAST_AIRFLOW_PYTHON=… cargo test --test spec_formats -- --ignored`.
#[test]
#[ignore = "needs SHAPECAST_AIRFLOW_PYTHON, an interpreter with apache-airflow and its Amazon provider"]
fn airflow_imports_every_dag_and_refuses_planted_faults() {
    let python = std::env::var("SHAPECAST_AIRFLOW_PYTHON").expect("SHAPECAST_AIRFLOW_PYTHON names an interpreter");
    let root = tempfile::tempdir().expect("folder");
    write_folders(root.path());
    let dag = "airflow/dag.py";
    let faults = [
        plant(
            root.path(),
            "emr-ec2-spot",
            dag,
            "dag-argument",
            "job_flow_overrides",
            "job_flow_override",
            "job_flow_override",
        ),
        plant(
            root.path(),
            "glue",
            dag,
            "dag-operator",
            "import GlueJobOperator",
            "import GlueJobsOperator",
            "GlueJobsOperator",
        ),
        // A number of minutes that only the run's own time-out allows: 25 is the operator's default.
        plant(
            root.path(),
            "emr-serverless",
            dag,
            "dag-patience",
            "waiter_max_attempts=",
            "waiter_max_attempts=25 or ",
            "stops waiting after 1500 s",
        ),
        plant(
            root.path(),
            "emr-eks-spot",
            dag,
            "dag-unrendered",
            "tags={",
            "tags={\"owner\": \"{{ var.value.owner }}\",",
            "tags is not rendered",
        ),
        plant(root.path(), "athena", dag, "dag-schedule", "schedule=None", "schedule=\"0 25 * * *\"", "0 25"),
    ];
    let out =
        Command::new(&python).arg("tests/spec_check/airflow_import.py").arg(root.path()).output().expect("starts");
    let said: Vec<String> = String::from_utf8_lossy(&out.stdout)
        .lines()
        .filter(|line| line.contains("/airflow/dag.py: "))
        .map(str::to_owned)
        .collect();
    assert!(out.status.code() == Some(1), "{}", String::from_utf8_lossy(&out.stderr));
    judge(&said, &faults);
}

#[test]
fn every_format_is_the_same_when_written_again_and_names_nobody() {
    for (first, again) in ALL.iter().zip(everything::write()) {
        assert_eq!(first.name, again.name);
        assert_eq!(first.bundles, again.bundles, "{}", first.name);
    }
    for everything::Written { name, bundles, .. } in ALL.iter() {
        for (format, bundle) in bundles {
            for file in &bundle.files {
                for invented in ["111122223333", "arn:aws:iam", "subnet-0", "sg-0", "ami-0"] {
                    assert!(!file.contents.contains(invented), "{name}/{format}/{}: {invented}", file.name);
                }
            }
            let readme = &bundle.file("README.md").expect("README").contents;
            for placeholder in &bundle.placeholders {
                assert!(
                    readme.contains(&format!("| `{}` |", placeholder.name)),
                    "{name}/{format}: {}",
                    placeholder.name
                );
            }
            assert!(!bundle.placeholders.is_empty(), "{name}/{format}");
        }
    }
}

/// What `spec` writes has no error for `lint`, whatever the engine and format.
#[test]
fn the_lint_finds_no_error_in_any_spec() {
    let asked = shapecast::lint::Asked::default();
    let mut linted = 0;
    for everything::Written { name, bundles, .. } in ALL.iter() {
        for (format, bundle) in bundles {
            for file in bundle.files.iter().filter(|file| file.name == "main.tf" || file.name.ends_with(".json")) {
                let Ok(found) = shapecast::lint::lint(&file.contents, &file.name, &asked) else { continue };
                linted += 1;
                let errors: Vec<_> = found
                    .findings
                    .iter()
                    .filter(|finding| finding.code.severity() == shapecast::lint::Severity::Error)
                    .collect();
                assert!(errors.is_empty(), "{name}/{format}/{}: {errors:#?}", file.name);
            }
        }
    }
    assert!(linted > 150, "only {linted} files");
}

#[test]
fn kubernetes_is_for_eks_only_and_baselines_have_no_format() {
    for engine in EngineId::ALL {
        let formats = Format::of_engine(engine);
        assert_eq!(formats.contains(&Format::Kubernetes), engine == EngineId::EmrEks);
        assert_eq!(formats.is_empty(), spec::no_spec(engine).is_some());
    }
    let glue = fixtures::cases().into_iter().find(|case| case.name == "glue").expect("case");
    assert!(glue.write_as(Format::Kubernetes).expect_err("none").text.contains("EMR on EKS only"));
}
