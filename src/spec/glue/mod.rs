//! Glue, standard and Flex: a job and a run of it.

mod api;
mod arguments;

use std::collections::BTreeMap;

use api::{Command, CreateJob, ExecutionProperty, StartJobRun};

use super::notes::Notes;
use super::timeout::run_timeout;
use super::{Made, NoSpec, SpecFacts, SpecFile, json, names};
use crate::catalog::{Catalog, GlueWorker, GlueWorkerKind};
use crate::engines::{Candidate, GlueShape};
use crate::workload::Workload;

const JOB: &str = "glue.create-job.json";
const JOB_RUN: &str = "glue.start-job-run.json";
/// Minutes; seven days (Glue API model, botocore 1.44.5).
const TIMEOUT_MAX: u32 = 10_080;

/// The documents of a job and its run.
pub(super) fn made(
    candidate: &Candidate,
    shape: &GlueShape,
    workload: &Workload,
    facts: &SpecFacts,
) -> Result<Made, NoSpec> {
    let mut notes = Notes::default();
    let job = job(candidate, shape, workload, facts, &mut notes)?;
    let run = StartJobRun { job_name: job.name.clone() };
    let files = vec![
        SpecFile { name: JOB.to_owned(), contents: json(&job) },
        SpecFile { name: JOB_RUN.to_owned(), contents: json(&run) },
    ];
    remarks(shape, &mut notes);
    Ok(Made { files, notes, roles: ROLES.to_vec(), commands: commands(workload) })
}

/// The job, which other formats are written from as well.
pub(crate) fn job(
    candidate: &Candidate,
    shape: &GlueShape,
    workload: &Workload,
    facts: &SpecFacts,
    notes: &mut Notes,
) -> Result<CreateJob, NoSpec> {
    let worker = spark_worker(shape, candidate)?;
    if shape.workers < 2 {
        return Err(NoSpec::new(candidate.engine, "a Glue job needs two workers: the driver's and one executor's"));
    }
    let timeout = run_timeout(facts, TIMEOUT_MAX);
    notes.setting("Timeout", timeout.minutes, format!("{} Glue's default is 480 (2,880 before 5.0).", timeout.reason));
    sizes(shape, worker, notes);
    Ok(CreateJob {
        name: names::job_name(workload),
        description: format!("Written by shapecast for candidate {}", names::candidate_id(candidate)),
        role: "${GLUE_JOB_ROLE_ARN}".to_owned(),
        execution_property: ExecutionProperty { max_concurrent_runs: 1 },
        command: Command { name: "glueetl", script_location: "${JOB_ENTRY_POINT}".to_owned(), python_version: "3" },
        default_arguments: arguments::default_arguments(shape, worker, workload, facts, notes),
        max_retries: retries(shape, notes),
        timeout: timeout.minutes,
        glue_version: shape.version.clone(),
        number_of_workers: shape.workers,
        worker_type: shape.worker_type.clone(),
        execution_class: if shape.flex { "FLEX" } else { "STANDARD" },
        tags: tags(candidate, workload, notes),
    })
}

fn spark_worker(shape: &GlueShape, candidate: &Candidate) -> Result<&'static GlueWorker, NoSpec> {
    Catalog::embedded()
        .glue_worker(&shape.worker_type)
        .filter(|worker| worker.kind == GlueWorkerKind::Spark)
        .ok_or_else(|| {
            NoSpec::new(candidate.engine, format!("Glue runs no Spark batch job on `{}`", shape.worker_type))
        })
}

fn sizes(shape: &GlueShape, worker: &GlueWorker, notes: &mut Notes) {
    notes.setting(
        "NumberOfWorkers",
        shape.workers,
        format!(
            "{} executors of {} cores and the driver; Glue cuts executors out of workers itself.",
            shape.workers - 1,
            worker.vcpu
        ),
    );
    if shape.flex {
        notes.setting(
            "ExecutionClass",
            "FLEX",
            "Spare capacity at a discount. Workers may come late and be taken back: nothing for a tight deadline.",
        );
    }
}

/// A repeated run bills again; only Flex fails for reasons that a repetition cures.
fn retries(shape: &GlueShape, notes: &mut Notes) -> u32 {
    let (retries, reason) = if shape.flex {
        (1, "Flex capacity may be taken back; one more attempt covers that.")
    } else {
        (0, "A failing job would fail and bill again; let the orchestrator decide.")
    };
    notes.setting("MaxRetries", retries, reason);
    retries
}

fn tags(candidate: &Candidate, workload: &Workload, notes: &mut Notes) -> BTreeMap<String, String> {
    names::tags(candidate, workload, notes)
}

fn remarks(shape: &GlueShape, notes: &mut Notes) {
    notes.remark("Arguments of the job go into `DefaultArguments` as `--name`: `value`, or into `Arguments` of a run.");
    notes.remark("A `--conf` given to a run replaces the job's whole `--conf`: repeat the properties.");
    if shape.flex {
        notes.remark(
            "A trigger or an orchestrator that starts the job must leave `ExecutionClass` alone: a run's value wins.",
        );
    }
}

const ROLES: &[&str] = &[
    "`GLUE_JOB_ROLE_ARN`: trusts `glue.amazonaws.com`; the managed policy `AWSGlueServiceRole`, read the input and the code, write the output and `s3://${LOG_BUCKET}/`.",
    "Whoever starts it: `glue:CreateJob`, `glue:TagResource`, `glue:StartJobRun`, and `iam:PassRole` on the role.",
];

fn commands(workload: &Workload) -> String {
    let region = &workload.region.value;
    format!(
        "envsubst < {JOB} > job.json\n\
         aws glue create-job --region {region} --cli-input-json file://job.json\n\
         \n\
         # Once per run.\n\
         aws glue start-job-run --region {region} --cli-input-json file://{JOB_RUN}\n"
    )
}
