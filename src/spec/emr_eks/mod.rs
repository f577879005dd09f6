//! EMR on EKS: a job run, its pod templates, and the Karpenter pools that bring its nodes.

mod nodes;

use serde_json::{Value, json as value};

use super::notes::Notes;
use super::spark::SparkConf;
use super::timeout::run_timeout;
use super::{Made, NoSpec, SpecFacts, SpecFile, json, names};
use crate::engines::{Candidate, EmrEksShape};
use crate::workload::{Format, Workload};

pub(super) const VIRTUAL_CLUSTER: &str = "emr-containers.create-virtual-cluster.json";
pub(super) const JOB_RUN: &str = "emr-containers.start-job-run.json";
const DRIVER_POD: &str = "driver-pod.yaml";
const EXECUTOR_POD: &str = "executor-pod.yaml";
const NODES: &str = "karpenter.yaml";
/// Spark adds this share of the heap to a pod, 384 MiB at least (Spark configuration, `memoryOverheadFactor`).
const OVERHEAD_MIN_MIB: u64 = 384;

/// The documents of a job run on Karpenter's nodes.
pub(super) fn made(
    candidate: &Candidate,
    shape: &EmrEksShape,
    workload: &Workload,
    facts: &SpecFacts,
) -> Result<Made, NoSpec> {
    nodes::one_architecture(shape)?;
    let mut notes = Notes::default();
    let name = names::kubernetes_name(workload);
    let tags = names::tags(candidate, workload, &mut notes);
    let cluster = value!({
        "name": name,
        "containerProvider": {
            "id": "${EKS_CLUSTER_NAME}",
            "type": "EKS",
            "info": {"eksInfo": {"namespace": "${EKS_NAMESPACE}"}},
        },
        "tags": &tags,
    });
    let run = job_run(&name, shape, workload, facts, &value!(&tags), &mut notes);
    let pools = nodes::pools(&name, shape, &mut notes)?;
    let documents: Vec<&Value> = pools.iter().collect();
    let (driver, executor) = nodes::pods(&name, shape, &mut notes);
    let files = vec![
        SpecFile { name: NODES.to_owned(), contents: yaml(&documents) },
        SpecFile { name: DRIVER_POD.to_owned(), contents: yaml(&[&driver]) },
        SpecFile { name: EXECUTOR_POD.to_owned(), contents: yaml(&[&executor]) },
        SpecFile { name: VIRTUAL_CLUSTER.to_owned(), contents: json(&cluster) },
        SpecFile { name: JOB_RUN.to_owned(), contents: json(&run) },
    ];
    remarks(workload, facts, &mut notes);
    Ok(Made { files, notes, roles: ROLES.to_vec(), commands: commands(workload) })
}

/// Documents as a YAML stream.
///
/// # Panics
/// Never: they are plain values.
fn yaml(documents: &[&Value]) -> String {
    let text = |document: &&Value| serde_saphyr::to_string(document).expect("plain values serialise");
    documents.iter().map(text).collect::<Vec<_>>().join("---\n")
}

fn job_run(
    name: &str,
    shape: &EmrEksShape,
    workload: &Workload,
    facts: &SpecFacts,
    tags: &Value,
    notes: &mut Notes,
) -> Value {
    value!({
        "name": name,
        "virtualClusterId": "${VIRTUAL_CLUSTER_ID}",
        "executionRoleArn": "${JOB_EXECUTION_ROLE_ARN}",
        "releaseLabel": format!("{}-latest", shape.release),
        "jobDriver": {"sparkSubmitJobDriver": {
            "entryPoint": "${JOB_ENTRY_POINT}",
            "sparkSubmitParameters": parameters(shape, notes),
        }},
        "configurationOverrides": {
            "applicationConfiguration": [
                {"classification": "spark-defaults", "properties": properties(shape, workload, facts, notes)},
            ],
            "monitoringConfiguration": {
                "persistentAppUI": "ENABLED",
                "s3MonitoringConfiguration": {"logUri": "s3://${LOG_BUCKET}/emr-containers-logs/"},
            },
        },
        "retryPolicyConfiguration": {"maxAttempts": attempts(shape, notes)},
        "tags": tags,
    })
}

/// A lost driver starts the job anew; the driver is On-Demand, so that this stays rare.
fn attempts(shape: &EmrEksShape, notes: &mut Notes) -> u32 {
    let (attempts, reason) = if shape.spot {
        (2, "One restart covers a run that lost its driver's node or too many executors at once.")
    } else {
        (1, "A failing job would fail and bill again; let the orchestrator decide.")
    };
    notes.setting("retryPolicyConfiguration.maxAttempts", attempts, reason);
    attempts
}

fn parameters(shape: &EmrEksShape, notes: &mut Notes) -> String {
    let mut conf = SparkConf::default();
    let executor = shape.executor;
    let count = shape.nodes.count * executor.per_node;
    conf.set(
        "spark.executor.instances",
        count,
        notes,
        format!("{} on each of {} nodes of {}.", executor.per_node, shape.nodes.count, shape.nodes.instance_type),
    );
    conf.set(
        "spark.executor.memory",
        format!("{}m", executor.memory_mib),
        notes,
        format!(
            "With `memoryOverhead`, {} pods of {} cores fill what the kubelet leaves of a node.",
            executor.per_node, executor.cores
        ),
    );
    conf.set_silently("spark.executor.cores", executor.cores);
    conf.set_silently("spark.executor.memoryOverhead", format!("{}m", executor.overhead_mib));
    let driver = u64::from(shape.driver_memory_gib) * 1024;
    let overhead = (driver / 11).max(OVERHEAD_MIN_MIB);
    conf.set(
        "spark.driver.memory",
        format!("{}m", driver.saturating_sub(overhead)),
        notes,
        format!("With its overhead the pod asks for the {} GiB that the forecast bills.", shape.driver_memory_gib),
    );
    conf.set_silently("spark.driver.memoryOverhead", format!("{overhead}m"));
    conf.set_silently("spark.driver.cores", shape.driver_vcpu);
    conf.as_arguments()
}

fn properties(shape: &EmrEksShape, workload: &Workload, facts: &SpecFacts, notes: &mut Notes) -> Value {
    let mut conf = SparkConf::default();
    let executor = shape.executor;
    conf.set(
        "spark.dynamicAllocation.enabled",
        "false",
        notes,
        "The nodes come for this run alone; a fixed number of executors starts at once.",
    );
    conf.set(
        "spark.kubernetes.driver.podTemplateFile",
        format!("s3://${{LOG_BUCKET}}/pod-templates/{DRIVER_POD}"),
        notes,
        "Puts the driver on an On-Demand node.",
    );
    conf.set_silently(
        "spark.kubernetes.executor.podTemplateFile",
        format!("s3://${{LOG_BUCKET}}/pod-templates/{EXECUTOR_POD}"),
    );
    if shape.spot {
        conf.set(
            "spark.decommission.enabled",
            "true",
            notes,
            "An executor whose node was noticed moves its shuffle and cached blocks away before it ends.",
        );
        conf.set_silently("spark.storage.decommission.enabled", "true");
        conf.set_silently("spark.storage.decommission.shuffleBlocks.enabled", "true");
        conf.set(
            "spark.stage.maxConsecutiveAttempts",
            10,
            notes,
            "A reclaimed node takes what was not moved along and the stage is tried again; by default the fourth failure \
             in a row ends the job.",
        );
    }
    conf.tune_to_data(workload, facts, shape.nodes.count * executor.per_node * executor.cores, notes);
    conf.s3_retries(workload, &shape.release, notes);
    if workload.constraints.custom_jar.value {
        conf.set_silently("spark.jars", "${JOB_JARS}");
    }
    if workload.constraints.custom_image.value {
        conf.set_silently("spark.kubernetes.container.image", "${JOB_IMAGE_URI}");
    }
    notes.default_kept("The S3-optimised committer: EMR's default for Parquet, ORC, CSV and JSON.");
    value!(conf.properties)
}

fn remarks(workload: &Workload, facts: &SpecFacts, notes: &mut Notes) {
    let timeout = run_timeout(facts, u32::MAX);
    notes.remark(format!(
        "EMR on EKS stops no hung run: let the orchestrator cancel it after {} minutes. {}",
        timeout.minutes, timeout.reason
    ));
    notes.remark("The event logs lie under `emr-containers-logs/`, and the persistent Spark UI shows them; `shapecast profile` reads them.");
    notes.remark("Karpenter must be installed in the cluster (v1 of its API), and its controller may pass `KARPENTER_NODE_ROLE`.");
    notes.remark("Arguments of the job go into `jobDriver.sparkSubmitJobDriver.entryPointArguments`.");
    let format = workload.input.format.value;
    if matches!(format, Format::Iceberg | Format::Delta | Format::Hudi) {
        notes.remark(format!(
            "The input is {format:?}: name its JAR of the image and its catalog in the run's properties."
        ));
    }
}

const ROLES: &[&str] = &[
    "`JOB_EXECUTION_ROLE_ARN`: trusts the namespace's service accounts (`aws emr-containers update-role-trust-policy`); reads the input and the code, writes the output and `s3://${LOG_BUCKET}/`.",
    "`KARPENTER_NODE_ROLE`: the managed policies `AmazonEKSWorkerNodePolicy`, `AmazonEKS_CNI_Policy` and `AmazonEC2ContainerRegistryPullOnly`, and an access entry of the cluster.",
    "Whoever starts it: `emr-containers:CreateVirtualCluster`, `emr-containers:StartJobRun`, `emr-containers:TagResource`, and `iam:PassRole` on the execution role.",
];

fn commands(workload: &Workload) -> String {
    let region = &workload.region.value;
    format!(
        "envsubst < {NODES} | kubectl apply -f -\n\
         for pod in {DRIVER_POD} {EXECUTOR_POD}; do aws s3 cp \"$pod\" \"s3://$LOG_BUCKET/pod-templates/$pod\"; done\n\
         \n\
         # Once for the namespace.\n\
         envsubst < {VIRTUAL_CLUSTER} > virtual-cluster.json\n\
         export VIRTUAL_CLUSTER_ID=$(aws emr-containers create-virtual-cluster --region {region} \\\n  \
         --cli-input-json file://virtual-cluster.json --query id --output text)\n\
         \n\
         # Once per run.\n\
         envsubst < {JOB_RUN} > job-run.json\n\
         aws emr-containers start-job-run --region {region} --cli-input-json file://job-run.json\n"
    )
}
