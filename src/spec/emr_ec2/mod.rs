//! EMR on EC2, transient: one RunJobFlow request that starts the cluster, runs the step and ends it.

mod api;
mod configurations;
mod fleets;
mod size;

use std::collections::BTreeMap;

use api::{Application, AutoTerminationPolicy, HadoopJarStep, Instances, RunJobFlow, Step, Tag};
use size::ClusterSize;

use super::notes::Notes;
use super::timeout::run_timeout;
use super::{Made, NoSpec, SpecFacts, SpecFile, json, names};
use crate::catalog::EmrLabel;
use crate::engines::{Candidate, EmrEc2Shape};
use crate::workload::Workload;

const DOCUMENT: &str = "emr.run-job-flow.json";
const SCRIPT: &str = "create-cluster.sh";
/// Seconds; the safety net bills at most this once, and only after the first rule was overruled by hand.
const IDLE_TIMEOUT_S: u32 = 900;

/// The documents of a transient cluster.
pub(super) fn made(
    candidate: &Candidate,
    shape: &EmrEc2Shape,
    workload: &Workload,
    facts: &SpecFacts,
) -> Result<Made, NoSpec> {
    let mut notes = Notes::default();
    let document = document(candidate, shape, workload, facts, &mut notes)?;
    let files = vec![
        SpecFile { name: DOCUMENT.to_owned(), contents: json(&document) },
        SpecFile { name: SCRIPT.to_owned(), contents: include_str!("create-cluster.sh").to_owned() },
    ];
    remarks(facts, &mut notes);
    let mut roles = ROLES.to_vec();
    if workload.constraints.lake_formation.value {
        roles.push(RUNTIME_ROLE);
    }
    Ok(Made { files, notes, roles, commands: commands(workload) })
}

/// The request itself, which other formats are written from as well.
pub(crate) fn document(
    candidate: &Candidate,
    shape: &EmrEc2Shape,
    workload: &Workload,
    facts: &SpecFacts,
    notes: &mut Notes,
) -> Result<RunJobFlow, NoSpec> {
    let label: EmrLabel = shape
        .release
        .parse()
        .map_err(|error: crate::catalog::LabelError| NoSpec::new(candidate.engine, error.to_string()))?;
    let size = ClusterSize::of(shape, candidate.engine)?;
    let governed = workload.constraints.lake_formation.value;
    if governed {
        notes.setting(
            "StepExecutionRoleArn, SecurityConfiguration",
            "placeholders",
            "Lake Formation grants to the step's runtime role, and the security configuration makes EMR ask for it.",
        );
    }
    Ok(RunJobFlow {
        name: names::job_name(workload),
        release_label: shape.release.clone(),
        log_uri: "s3://${LOG_BUCKET}/emr-logs/".to_owned(),
        applications: vec![Application { name: "Spark".to_owned() }],
        instances: instances(shape, size, workload, facts, notes)?,
        steps: vec![step(workload, notes)],
        configurations: configurations::configurations(shape, label, size, workload, facts, notes),
        managed_scaling_policy: configurations::managed_scaling(shape, size, notes),
        auto_termination_policy: AutoTerminationPolicy { idle_timeout: IDLE_TIMEOUT_S },
        service_role: "${EMR_SERVICE_ROLE}".to_owned(),
        job_flow_role: "${EMR_INSTANCE_PROFILE}".to_owned(),
        security_configuration: governed.then(|| "${EMR_SECURITY_CONFIGURATION}".to_owned()),
        step_execution_role_arn: governed.then(|| "${STEP_RUNTIME_ROLE_ARN}".to_owned()),
        custom_ami_id: workload.constraints.custom_image.value.then(|| "${CUSTOM_AMI_ID}".to_owned()),
        tags: tags(names::tags(candidate, workload, notes), notes),
    })
}

fn instances(
    shape: &EmrEc2Shape,
    size: ClusterSize,
    workload: &Workload,
    facts: &SpecFacts,
    notes: &mut Notes,
) -> Result<Instances, NoSpec> {
    if let Some(zone) = shape.task.as_ref().and_then(|fleet| fleet.zone.as_deref()) {
        notes.setting(
            "Ec2SubnetIds",
            format!("SUBNET_ID_1 in {zone}"),
            "The forecast is priced in that zone. EMR takes the zone with the best capacity among the subnets: further ones make \
             the launch surer and the price less sure.",
        );
    }
    notes.setting(
        "KeepJobFlowAliveWhenNoSteps",
        false,
        format!(
            "The cluster ends with its step, so that no idle minute is paid. `AutoTerminationPolicy` ({IDLE_TIMEOUT_S} s) \
             is only the net under it, for a cluster that somebody keeps alive by hand."
        ),
    );
    Ok(Instances {
        keep_job_flow_alive_when_no_steps: false,
        termination_protected: false,
        ec2_subnet_ids: (1..=3).map(|number| format!("${{SUBNET_ID_{number}}}")).collect(),
        instance_fleets: fleets::fleets(shape, size, workload, facts, notes)?,
    })
}

fn step(workload: &Workload, notes: &mut Notes) -> Step {
    notes.setting(
        "ActionOnFailure",
        "TERMINATE_CLUSTER",
        "A failed step ends the cluster too: no idle nodes, and the orchestrator sees the failure.",
    );
    let mut args = vec!["spark-submit".to_owned(), "--deploy-mode".to_owned(), "cluster".to_owned()];
    if workload.constraints.custom_jar.value {
        args.extend(["--jars".to_owned(), "${JOB_JARS}".to_owned()]);
    }
    args.push("${JOB_ENTRY_POINT}".to_owned());
    Step {
        name: names::job_name(workload),
        action_on_failure: "TERMINATE_CLUSTER",
        hadoop_jar_step: HadoopJarStep { jar: "command-runner.jar", args },
    }
}

/// EMR's managed policies (version 2) only let the service role touch resources that carry its tag.
fn tags(mut tags: BTreeMap<String, String>, notes: &mut Notes) -> Vec<Tag> {
    let managed = "for-use-with-amazon-emr-managed-policies";
    tags.insert(managed.to_owned(), "true".to_owned());
    notes.setting(managed, "true", "The managed policy `AmazonEMRServicePolicy_v2` works on tagged resources only.");
    tags.into_iter().map(|(key, value)| Tag { key, value }).collect()
}

fn remarks(facts: &SpecFacts, notes: &mut Notes) {
    notes.remark(format!(
        "EMR stops no hung step: let the orchestrator terminate the cluster after {} minutes. {}",
        run_timeout(facts, u32::MAX).minutes,
        run_timeout(facts, u32::MAX).reason
    ));
    notes.remark(
        "With `AmazonEMRServicePolicy_v2` the subnets (and security groups of your own) need the tag \
         `for-use-with-amazon-emr-managed-policies` = true as well.",
    );
    notes.remark("Arguments of the job go behind the entry point in `Steps[0].HadoopJarStep.Args`.");
    notes.remark("With fewer than three subnets, delete the superfluous entries of `Ec2SubnetIds`.");
    notes.remark("Step Functions' `elasticmapreduce:createCluster` takes the document's members as its `Parameters`.");
}

const ROLES: &[&str] = &[
    "`EMR_SERVICE_ROLE`: the managed policy `AmazonEMRServicePolicy_v2`, and `iam:PassRole` on the instance profile's role.",
    "`EMR_INSTANCE_PROFILE`: read the input and the code, write the output and `s3://${LOG_BUCKET}/`, read the Glue Data Catalog if tables are used.",
    "Whoever starts it: `elasticmapreduce:RunJobFlow`, `elasticmapreduce:AddTags`, and `iam:PassRole` on both roles.",
];

const RUNTIME_ROLE: &str = "`STEP_RUNTIME_ROLE_ARN`: trusts the instance profile's role (`sts:AssumeRole`, `sts:TagSession`), has `lakeformation:GetDataAccess`, and reads the code and writes the output and `s3://${LOG_BUCKET}/` in the instance profile's stead.";

fn commands(workload: &Workload) -> String {
    let region = &workload.region.value;
    format!(
        "envsubst < {DOCUMENT} > filled.json\n\
         \n\
         # Spark does not start without the folder of its event logs.\n\
         aws s3api put-object --region {region} --bucket \"$LOG_BUCKET\" --key spark-events/\n\
         \n\
         # `aws emr create-cluster` takes no --cli-input-json and there is no `aws emr run-job-flow`: this passes the\n\
         # document member by member (needs jq).\n\
         bash {SCRIPT} filled.json --region {region}\n\
         \n\
         # Or, instead, hand the document over as it is, with the SDK.\n\
         # python3 -c 'import boto3, json; print(boto3.client(\"emr\", \"{region}\")\
         .run_job_flow(**json.load(open(\"filled.json\")))[\"JobFlowId\"])'\n"
    )
}
