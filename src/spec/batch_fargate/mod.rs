//! AWS Batch on Fargate: a compute environment, a queue, a job definition, and an array job.

use serde_json::{Value, json as value};

use super::notes::Notes;
use super::timeout::run_timeout;
use super::{Made, NoSpec, SpecFacts, SpecFile, json, names};
use crate::catalog::Architecture;
use crate::engines::{Candidate, FargateShape};
use crate::workload::Workload;

pub(super) const ENVIRONMENT: &str = "batch.create-compute-environment.json";
pub(super) const QUEUE: &str = "batch.create-job-queue.json";
pub(super) const DEFINITION: &str = "batch.register-job-definition.json";
pub(super) const JOB: &str = "batch.submit-job.json";
/// An array has at least two children (Batch user guide, array jobs); one container is a plain job.
const ARRAY_MIN: u32 = 2;
const ARRAY_MAX: u32 = 10_000;

/// The documents of an array job on Fargate.
pub(super) fn made(
    candidate: &Candidate,
    shape: &FargateShape,
    workload: &Workload,
    facts: &SpecFacts,
) -> Result<Made, NoSpec> {
    if shape.containers > ARRAY_MAX {
        return Err(NoSpec::new(
            candidate.engine,
            format!("an array job has at most {ARRAY_MAX} containers, not {}", shape.containers),
        ));
    }
    let mut notes = Notes::default();
    let tags = names::tags(candidate, workload, &mut notes);
    let name = names::plain_name(workload);
    let environment = value!({
        "computeEnvironmentName": name,
        "type": "MANAGED",
        "state": "ENABLED",
        "computeResources": {
            "type": capacity(shape, &mut notes),
            "maxvCpus": max_vcpus(shape, &mut notes),
            "subnets": ["${SUBNET_ID_1}", "${SUBNET_ID_2}"],
            "securityGroupIds": ["${SECURITY_GROUP_ID}"],
        },
        "tags": &tags,
    });
    let queue = value!({
        "jobQueueName": name,
        "state": "ENABLED",
        "priority": 1,
        "computeEnvironmentOrder": [{"order": 1, "computeEnvironment": name}],
        "tags": &tags,
    });
    let definition = definition(&name, shape, facts, &value!(&tags), &mut notes);
    let mut job = value!({"jobName": name, "jobQueue": name, "jobDefinition": name, "tags": &tags});
    if shape.containers >= ARRAY_MIN {
        job["arrayProperties"] = value!({"size": shape.containers});
        notes.setting(
            "arrayProperties.size",
            shape.containers,
            "One container for each share of the items; a container finds its own by `AWS_BATCH_JOB_ARRAY_INDEX`.",
        );
    }
    notes.remark("The image must read `AWS_BATCH_JOB_ARRAY_INDEX` and take its share of the items by it.");
    notes.remark("The default quota of Fargate On-Demand is 6 vCPU a region: ask for more before the first run.");
    notes.remark("The logs go to CloudWatch Logs (`/aws/batch/job`), which bills by the gigabyte: log little.");
    let file = |name: &str, document: &Value| SpecFile { name: name.to_owned(), contents: json(document) };
    let files =
        vec![file(ENVIRONMENT, &environment), file(QUEUE, &queue), file(DEFINITION, &definition), file(JOB, &job)];
    Ok(Made { files, notes, roles: ROLES.to_vec(), commands: commands(workload, &name) })
}

/// What the containers run on; Spot is asked for by the environment's type.
fn capacity(shape: &FargateShape, notes: &mut Notes) -> &'static str {
    if !shape.spot {
        return "FARGATE";
    }
    notes.setting(
        "computeResources.type",
        "FARGATE_SPOT",
        "Spare capacity at a discount: a container may be taken back after two minutes' notice and starts anew.",
    );
    "FARGATE_SPOT"
}

/// Tries of one container: a reclaimed one starts anew.
const fn attempts(shape: &FargateShape) -> u32 {
    if shape.spot { 5 } else { 2 }
}

/// The forecast's containers at once, so that a second run waits instead of doubling the rate of spending.
fn max_vcpus(shape: &FargateShape, notes: &mut Notes) -> u32 {
    let vcpus = (u64::from(shape.concurrency) * u64::from(shape.milli_vcpu)).div_ceil(1000);
    let vcpus = u32::try_from(vcpus).unwrap_or(u32::MAX).max(1);
    notes.setting("maxvCpus", vcpus, format!("{} containers at once, as forecast.", shape.concurrency));
    vcpus
}

/// `250` as `0.25`, `1000` as `1`.
fn vcpu(milli: u32) -> String {
    let text = format!("{}.{:03}", milli / 1000, milli % 1000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn definition(name: &str, shape: &FargateShape, facts: &SpecFacts, tags: &Value, notes: &mut Notes) -> Value {
    let timeout = run_timeout(facts, u32::MAX / 60);
    notes.setting("timeout.attemptDurationSeconds", timeout.minutes * 60, timeout.reason);
    notes.setting(
        "retryStrategy.attempts",
        attempts(shape),
        if shape.spot {
            "A container that Spot takes back starts anew; a faulty one bills at most so many times."
        } else {
            "One more attempt covers a lost host or a pull that failed; a faulty container bills at most twice."
        },
    );
    notes.setting(
        "resourceRequirements",
        format!("{} vCPU, {} MiB", vcpu(shape.milli_vcpu), shape.memory_mib),
        "A size that Fargate has: it bills exactly what is asked for.",
    );
    let architecture = if shape.architecture == Architecture::Arm64 { "ARM64" } else { "X86_64" };
    notes.setting("runtimePlatform.cpuArchitecture", architecture, "The image must be built for it.");
    value!({
        "jobDefinitionName": name,
        "type": "container",
        "platformCapabilities": ["FARGATE"],
        "containerProperties": {
            "image": "${JOB_IMAGE_URI}",
            "jobRoleArn": "${BATCH_JOB_ROLE_ARN}",
            "executionRoleArn": "${BATCH_EXECUTION_ROLE_ARN}",
            "resourceRequirements": [
                {"type": "VCPU", "value": vcpu(shape.milli_vcpu)},
                {"type": "MEMORY", "value": shape.memory_mib.to_string()},
            ],
            "runtimePlatform": {"cpuArchitecture": architecture, "operatingSystemFamily": "LINUX"},
            "networkConfiguration": {"assignPublicIp": "DISABLED"},
            "fargatePlatformConfiguration": {"platformVersion": "LATEST"},
        },
        "retryStrategy": {"attempts": attempts(shape)},
        "timeout": {"attemptDurationSeconds": timeout.minutes * 60},
        "propagateTags": true,
        "tags": tags,
    })
}

const ROLES: &[&str] = &[
    "`BATCH_JOB_ROLE_ARN`: trusts `ecs-tasks.amazonaws.com`; reads the input and writes the output.",
    "`BATCH_EXECUTION_ROLE_ARN`: trusts `ecs-tasks.amazonaws.com`; the managed policy `AmazonECSTaskExecutionRolePolicy`.",
    "Whoever starts it: `batch:CreateComputeEnvironment`, `batch:CreateJobQueue`, `batch:RegisterJobDefinition`, `batch:SubmitJob`, `batch:TagResource`, and `iam:PassRole` on both roles.",
];

fn commands(workload: &Workload, name: &str) -> String {
    let region = &workload.region.value;
    format!(
        "for document in {ENVIRONMENT} {QUEUE} {DEFINITION}; do envsubst < \"$document\" > \"filled-$document\"; done\n\
         aws batch create-compute-environment --region {region} --cli-input-json file://filled-{ENVIRONMENT}\n\
         # The environment takes some seconds until it is VALID; the queue needs it so.\n\
         until [ \"$(aws batch describe-compute-environments --region {region} --compute-environments {name} \\\n  \
         --query 'computeEnvironments[0].status' --output text)\" = VALID ]; do sleep 5; done\n\
         aws batch create-job-queue --region {region} --cli-input-json file://filled-{QUEUE}\n\
         aws batch register-job-definition --region {region} --cli-input-json file://filled-{DEFINITION}\n\
         \n\
         # Once per run.\n\
         aws batch submit-job --region {region} --cli-input-json file://{JOB}\n"
    )
}

#[cfg(test)]
mod tests {
    use super::vcpu;

    #[test]
    fn vcpu_as_fargate_writes_it() {
        for (milli, text) in [(250, "0.25"), (500, "0.5"), (1000, "1"), (16_000, "16"), (10_000, "10")] {
            assert_eq!(vcpu(milli), text);
        }
    }
}
