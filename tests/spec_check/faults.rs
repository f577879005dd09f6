//! Planted faults: copies of a case with one thing wrong, which the checkers must name.

use std::fs;
use std::path::Path;

/// A copy of a case with a fault: which file, what is replaced, and what must be said.
pub struct Fault {
    pub name: String,
    pub expected: &'static str,
}

pub fn plant(
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

pub fn plant_python(root: &Path) -> Vec<Fault> {
    let cfn = "cloudformation/template.json";
    let tf = "terraform/main.tf";
    vec![
        plant(root, "emr-ec2-spot", cfn, "cfn-machine", "\"ErrorEquals\"", "\"ErrorEqual\"", "E3601"),
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
        plant(root, "emr-ec2-spot", tf, "tf-schedule", "retry_policy {", "retry {", "no argument retry"),
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

pub fn plant_node(root: &Path) -> Vec<Fault> {
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
        plant(
            root,
            "emr-eks-spot",
            nodes,
            "karpenter-unknown",
            "consolidateAfter:",
            "consolidateBefore: 1s\n    consolidateAfter:",
            "consolidateBefore",
        ),
        plant(
            root,
            "emr-eks-spot",
            nodes,
            "karpenter-version",
            "karpenter.sh/v1\n",
            "karpenter.sh/v1beta1\n",
            "apiVersion",
        ),
        plant(root, "emr-eks-spot", nodes, "karpenter-size", "volumeSize: 20Gi", "volumeSize: 20Gib", "volumeSize"),
        plant(
            root,
            "emr-eks-spot",
            nodes,
            "karpenter-duration",
            "consolidateAfter: 60s",
            "consolidateAfter: 1min",
            "consolidateAfter",
        ),
        plant(
            root,
            "emr-eks-spot",
            nodes,
            "karpenter-role",
            "role: ${KARPENTER_NODE_ROLE}",
            "role: ''",
            "instanceProfile",
        ),
        plant(
            root,
            "emr-eks-spot",
            nodes,
            "karpenter-class",
            "kind: EC2NodeClass\n        name: ",
            "kind: EC2NodeClass\n        name: other-",
            "no EC2NodeClass other-",
        ),
    ]
}

/// Every fault is found as such, and nothing is said of the rest.
pub fn judge(said: &[String], faults: &[Fault]) {
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
