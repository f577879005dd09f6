//! Every spec in every format, read by the tools of those who will read it: for the cases of `spec_check/fixtures.rs`
//! and for every example workload on every engine that can serve it. The same tools refuse planted faults.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use shapecast::catalog::Catalog;
use shapecast::engines::{EngineId, Question, REGISTRY};
use shapecast::prices::{Overlay, PriceBook, Remembered};
use shapecast::spec::{self, Format, SpecBundle};
use shapecast::workload::{Vocabulary, Workload};

#[path = "spec_check/fixtures.rs"]
#[allow(dead_code, reason = "shared with the other spec tests, which use other parts")]
mod fixtures;
#[path = "spec_check/folder.rs"]
mod folder;
#[path = "spec_check/python.rs"]
#[allow(dead_code, reason = "shared with the other spec tests, which use other parts")]
mod python;

/// Everything that is written: the name of the case, and its bundles by format.
fn all_bundles() -> Vec<(String, Vec<(Format, SpecBundle)>)> {
    let mut all = Vec::new();
    for case in fixtures::cases() {
        let formats = Format::of_engine(case.candidate.engine);
        let bundles = formats.iter().map(|format| (*format, case.write_as(*format).expect("has a spec"))).collect();
        all.push((case.name.to_owned(), bundles));
    }
    all.extend(example_bundles());
    all
}

fn examples() -> Vec<(String, Workload)> {
    let mut files: Vec<PathBuf> = fs::read_dir("docs/examples")
        .expect("folder")
        .map(|entry| entry.expect("entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "yaml"))
        .collect();
    files.sort();
    files
        .iter()
        .map(|path| {
            let name = path.file_stem().and_then(|stem| stem.to_str()).expect("UTF-8").to_owned();
            (name, shapecast::workload::read_file(path, &Vocabulary::unchecked()).expect("a workload"))
        })
        .collect()
}

/// Every example on every engine without an obstacle, with one of its purchase options.
fn example_bundles() -> Vec<(String, Vec<(Format, SpecBundle)>)> {
    let book = PriceBook::embedded().expect("a price book");
    let mut all = Vec::new();
    for (number, (name, workload)) in examples().into_iter().enumerate() {
        let regional = book.in_region(&workload.region.value).expect("a region");
        let overlay = Overlay::new(&regional, &workload.discounts).expect("terms");
        let rates = Remembered::new(&overlay);
        let question =
            Question { workload: &workload, catalog: Catalog::embedded(), rates: &rates, slot_ladder: &[64] };
        for engine in REGISTRY.iter().filter(|engine| spec::no_spec(engine.id()).is_none()) {
            if !engine.obstacles(&question).is_empty() {
                continue;
            }
            // The purchase options of an engine take turns over the examples: each is read with every second one.
            let mut by_option = BTreeMap::new();
            for candidate in engine.shapes(&question) {
                by_option.entry(candidate.shape.behaviour().option()).or_insert(candidate);
            }
            let Some((option, candidate)) = by_option.into_iter().nth(number % 2).or_else(|| {
                let first = engine.shapes(&question).into_iter().next()?;
                Some((first.shape.behaviour().option(), first))
            }) else {
                continue;
            };
            let bundles = Format::of_engine(candidate.engine)
                .iter()
                .map(|format| {
                    let bundle = spec::write_as(*format, &candidate, &workload, &fixtures::facts());
                    (*format, bundle.unwrap_or_else(|none| panic!("{name}: {}: {none}", candidate.id)))
                })
                .collect();
            all.push((format!("{name}.{}.{option}", engine.id()), bundles));
        }
    }
    all
}

fn write_all(root: &Path) -> usize {
    let all = all_bundles();
    let mut count = 0;
    for (name, bundles) in &all {
        for (format, bundle) in bundles {
            folder::write(bundle, &root.join(name).join(format.as_str()));
            count += 1;
        }
    }
    count
}

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

#[test]
fn python_tools_accept_every_format_and_refuse_planted_faults() {
    let Some(python) = python::with_formats() else { return };
    let root = tempfile::tempdir().expect("folder");
    let count = write_all(root.path());
    assert!(count > 200, "only {count} bundles");
    let faults = plant_python(root.path());
    let said = problems(&python, "tests/spec_check/formats.py", root.path(), None);
    judge(&said, &faults);
}

#[test]
fn node_tools_accept_every_format_and_refuse_planted_faults() {
    let Some(node_path) = python::with_node() else { return };
    let root = tempfile::tempdir().expect("folder");
    write_all(root.path());
    let faults = plant_node(root.path());
    let said = problems("node", "tests/spec_check/formats.js", root.path(), Some(&node_path));
    judge(&said, &faults);
}

#[test]
fn botocores_models_accept_the_documents_of_every_format() {
    let Some(python) = python::with_botocore() else { return };
    let root = tempfile::tempdir().expect("folder");
    write_all(root.path());
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
    write_all(root.path());
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
    write_all(root.path());
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

/// A copy of a case with a fault: which file, what is replaced, and what must be said.
struct Fault {
    name: String,
    expected: &'static str,
}

fn plant(
    root: &Path,
    from: &str,
    file: &str,
    fault: &'static str,
    find: &str,
    replace: &str,
    expected: &'static str,
) -> Fault {
    let name = format!("fault-{fault}");
    let source = root.join(from).join(file);
    let target = root.join(&name).join(file);
    let folder = target.parent().expect("folder");
    fs::create_dir_all(folder).expect("folder");
    for other in fs::read_dir(source.parent().expect("folder")).expect("folder").flatten() {
        fs::copy(other.path(), folder.join(other.file_name())).expect("copies");
    }
    let text = fs::read_to_string(&source).expect("reads");
    assert!(text.contains(find), "{from}/{file} has no `{find}`");
    fs::write(&target, text.replacen(find, replace, 1)).expect("writes");
    Fault { name, expected }
}

fn plant_python(root: &Path) -> Vec<Fault> {
    let cfn = "cloudformation/template.json";
    let tf = "terraform/main.tf";
    vec![
        plant(root, "glue", cfn, "cfn-worker", "\"G.2X\"", "\"G.9X\"", "E3030"),
        plant(root, "emr-ec2-spot", cfn, "cfn-unknown", "\"KeepJobFlowAliveWhenNoSteps\"", "\"KeepAlive\"", "E3002"),
        plant(root, "emr-ec2-spot", cfn, "cfn-missing", "\"ServiceRole\"", "\"ServiceRoles\"", "E3003"),
        plant(
            root,
            "emr-serverless",
            cfn,
            "cfn-reference",
            "\"Ref\": \"SecurityGroupId\"",
            "\"Ref\": \"Nobody\"",
            "Nobody",
        ),
        plant(
            root,
            "emr-ec2-spot",
            tf,
            "tf-argument",
            "keep_job_flow_alive_when_no_steps",
            "keep_alive",
            "no argument keep_alive",
        ),
        plant(
            root,
            "emr-ec2-spot",
            tf,
            "tf-block",
            "core_instance_fleet {",
            "task_instance_fleet {",
            "no argument task_instance_fleet",
        ),
        plant(root, "emr-ec2-spot", tf, "tf-missing", "timeout_action", "timeout_actions", "lacks timeout_action"),
        plant(root, "glue", tf, "tf-syntax", "execution_property {", "execution_property {{", "not readable"),
        plant(root, "glue", tf, "tf-resource", "aws_glue_trigger", "aws_glue_triggers", "unknown resource"),
        plant(root, "glue", tf, "tf-variable", "var.log_bucket", "var.log_buckets", "log_buckets"),
        plant(root, "glue", "airflow/dag.py", "dag-syntax", "with DAG(", "with DAG((", "SyntaxError"),
        plant(
            root,
            "emr-eks-spot",
            "kubernetes/driver-pod.yaml",
            "pod-field",
            "tolerations:",
            "toleration:",
            "toleration",
        ),
    ]
}

fn plant_node(root: &Path) -> Vec<Fault> {
    let machine = "step-functions/state-machine.json";
    let nodes = "kubernetes/karpenter.yaml";
    vec![
        plant(
            root,
            "emr-ec2-spot",
            machine,
            "asl-dangling",
            "\"Next\": \"RunStep\"",
            "\"Next\": \"RunSteps\"",
            "MISSING_TRANSITION_TARGET",
        ),
        plant(
            root,
            "glue",
            machine,
            "asl-type",
            "\"Type\": \"Task\"",
            "\"Type\": \"Tusk\"",
            "SCHEMA_VALIDATION_FAILED",
        ),
        plant(root, "emr-eks-spot", nodes, "karpenter-policy", "WhenEmpty", "WhenBored", "consolidationPolicy"),
        plant(root, "emr-eks-spot", nodes, "karpenter-operator", "operator: In", "operator: Inside", "operator"),
        plant(
            root,
            "emr-eks-spot",
            nodes,
            "karpenter-missing",
            "subnetSelectorTerms",
            "subnetSelectors",
            "subnetSelectorTerms",
        ),
    ]
}

/// Every fault is found as such, and nothing is said of the rest.
fn judge(said: &[String], faults: &[Fault]) {
    for fault in faults {
        let of_this: Vec<&String> = said.iter().filter(|line| line.starts_with(&format!("{}/", fault.name))).collect();
        assert!(
            of_this.iter().any(|line| line.contains(fault.expected)),
            "{}: `{}` in {of_this:#?}",
            fault.name,
            fault.expected
        );
    }
    let others: Vec<&String> = said.iter().filter(|line| !line.starts_with("fault-")).collect();
    assert!(others.is_empty(), "{others:#?}");
}

#[test]
fn every_format_is_the_same_when_written_again_and_names_nobody() {
    let (first, second) = (all_bundles(), all_bundles());
    assert_eq!(first, second);
    for (name, bundles) in &first {
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
    for (name, bundles) in all_bundles() {
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
