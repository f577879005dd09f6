//! EMR Serverless, standard and Flex: an application and a run in it.

mod api;
mod ready;
mod workers;

use std::collections::BTreeMap;

use api::{
    AutoStart, Configuration, ConfigurationOverrides, CreateApplication, Image, JobDriver, MaximumCapacity, Monitoring,
    Network, S3Monitoring, SparkSubmit, StartJobRun, Switch,
};
use workers::DRIVER_DISK_GB;
pub use workers::heap_mib;

use super::notes::Notes;
use super::spark::SparkConf;
use super::timeout::run_timeout;
use super::{Made, NoSpec, SpecFacts, SpecFile, json, names};
use crate::catalog::Architecture;
use crate::engines::{Candidate, ServerlessShape};
use crate::workload::{Format, Workload};

const APPLICATION: &str = "emr-serverless.create-application.json";
const JOB_RUN: &str = "emr-serverless.start-job-run.json";
/// Minutes; seven days, from release 7.11 on (EMR Serverless API model, botocore 1.44.5). Earlier ones allow more.
const TIMEOUT_MAX: u32 = 10_080;

/// The documents of an application and a job run.
pub(super) fn made(
    candidate: &Candidate,
    shape: &ServerlessShape,
    workload: &Workload,
    facts: &SpecFacts,
) -> Result<Made, NoSpec> {
    workers::check(shape, candidate.engine)?;
    let mut notes = Notes::default();
    let tags = names::tags(candidate, workload, &mut notes);
    let files = vec![
        SpecFile { name: APPLICATION.to_owned(), contents: json(&application(shape, workload, &tags, &mut notes)) },
        SpecFile { name: JOB_RUN.to_owned(), contents: json(&job_run(shape, workload, facts, &tags, &mut notes)) },
    ];
    remarks(shape, workload, &mut notes);
    Ok(Made { files, notes, roles: ROLES.to_vec(), commands: commands(shape, workload) })
}

/// The application, which other formats are written from as well.
pub(crate) fn application(
    shape: &ServerlessShape,
    workload: &Workload,
    tags: &BTreeMap<String, String>,
    notes: &mut Notes,
) -> CreateApplication {
    notes.setting(
        "jobLevelCostAllocationConfiguration",
        "enabled",
        "The cost report shows each run's tags, not the application's alone.",
    );
    CreateApplication {
        name: names::job_name(workload),
        release_label: shape.release.clone(),
        engine_type: "SPARK",
        architecture: match shape.architecture {
            Architecture::Arm64 => "ARM64",
            Architecture::X86_64 => "X86_64",
        },
        initial_capacity: ready::initial_capacity(shape, notes),
        maximum_capacity: maximum_capacity(shape, notes),
        auto_start_configuration: AutoStart { enabled: true },
        auto_stop_configuration: ready::auto_stop(shape, notes),
        network_configuration: Network {
            subnet_ids: vec!["${SUBNET_ID_1}".to_owned(), "${SUBNET_ID_2}".to_owned()],
            security_group_ids: vec!["${SECURITY_GROUP_ID}".to_owned()],
        },
        image_configuration: workload
            .constraints
            .custom_image
            .value
            .then(|| Image { image_uri: "${JOB_IMAGE_URI}".to_owned() }),
        runtime_configuration: vec![runtime_configuration(shape, workload, notes)],
        job_level_cost_allocation_configuration: Switch { enabled: true },
        tags: tags.clone(),
    }
}

fn maximum_capacity(shape: &ServerlessShape, notes: &mut Notes) -> MaximumCapacity {
    let runs = shape.pre_initialised.map_or(1, |ready| u64::from(ready.runs));
    let total =
        |worker: u32, driver: u32| runs * (u64::from(shape.max_executors) * u64::from(worker) + u64::from(driver));
    let capacity = MaximumCapacity {
        cpu: format!("{} vCPU", total(shape.worker_vcpu, shape.driver_vcpu)),
        memory: format!("{} GB", total(shape.worker_memory_gb, shape.driver_memory_gb)),
        disk: format!("{} GB", total(shape.worker_disk_gb, DRIVER_DISK_GB)),
    };
    notes.setting(
        "maximumCapacity",
        format!("{}, {}, {}", capacity.cpu, capacity.memory, capacity.disk),
        if runs == 1 {
            format!(
                "{} executors and the driver: a second run at the same time waits instead of doubling the bill.",
                shape.max_executors
            )
        } else {
            format!(
                "{runs} runs at a time, each with {} executors and its driver; a further one waits.",
                shape.max_executors
            )
        },
    );
    capacity
}

fn runtime_configuration(shape: &ServerlessShape, workload: &Workload, notes: &mut Notes) -> Configuration {
    let mut conf = SparkConf::default();
    conf.set(
        "spark.dynamicAllocation.maxExecutors",
        shape.max_executors,
        notes,
        "For every run in the application; the service's default is no limit.",
    );
    if workload.constraints.lake_formation.value {
        conf.set(
            "spark.emr-serverless.lakeformation.enabled",
            "true",
            notes,
            "The workload demands Lake Formation's row, column or cell permissions.",
        );
    }
    Configuration { classification: "spark-defaults", properties: conf.properties }
}

/// The run, which other formats are written from as well.
pub(crate) fn job_run(
    shape: &ServerlessShape,
    workload: &Workload,
    facts: &SpecFacts,
    tags: &BTreeMap<String, String>,
    notes: &mut Notes,
) -> StartJobRun {
    let timeout = run_timeout(facts, TIMEOUT_MAX);
    notes.setting("executionTimeoutMinutes", timeout.minutes, timeout.reason);
    if shape.flex {
        notes.setting(
            "flexExecution",
            "enabled",
            "Executors on spare capacity at a discount, the driver on standard capacity. Executors may come late and \
             be taken back: nothing for a tight deadline.",
        );
    }
    StartJobRun {
        application_id: "${APPLICATION_ID}".to_owned(),
        execution_role_arn: "${JOB_EXECUTION_ROLE_ARN}".to_owned(),
        name: names::job_name(workload),
        job_driver: JobDriver {
            spark_submit: SparkSubmit {
                entry_point: "${JOB_ENTRY_POINT}".to_owned(),
                spark_submit_parameters: parameters(shape, workload, facts, notes),
            },
        },
        configuration_overrides: ConfigurationOverrides {
            monitoring_configuration: Monitoring {
                s3_monitoring_configuration: S3Monitoring {
                    log_uri: "s3://${LOG_BUCKET}/emr-serverless-logs/".to_owned(),
                },
            },
        },
        execution_timeout_minutes: timeout.minutes,
        flex_execution: shape.flex.then_some(Switch { enabled: true }),
        tags: tags.clone(),
    }
}

fn parameters(shape: &ServerlessShape, workload: &Workload, facts: &SpecFacts, notes: &mut Notes) -> String {
    let mut conf = SparkConf::default();
    workers::size(&mut conf, shape, notes);
    conf.tune_to_data(workload, facts, shape.max_executors * shape.worker_vcpu, notes);
    conf.s3_retries(workload, &shape.release, notes);
    notes.default_kept("The S3-optimised committer: EMR's default for Parquet, ORC, CSV and JSON.");
    if workload.constraints.custom_jar.value {
        conf.set_silently("spark.jars", "${JOB_JARS}");
    }
    conf.as_arguments()
}

fn remarks(shape: &ServerlessShape, workload: &Workload, notes: &mut Notes) {
    notes.remark(
        "Delete `networkConfiguration` when the job reads S3 and the Glue Data Catalog only: outside a VPC neither \
         passes a NAT gateway. Inside one, the subnets need an S3 gateway endpoint and one free address per worker.",
    );
    notes.remark("The Spark event logs lie under the `sparklogs/` folders of `emr-serverless-logs/`; `shapecast profile` reads them.");
    if shape.flex {
        notes.remark(
            "`flexExecution` is newer than the AWS CLI 1.46.2 (2026-11), which refuses it; botocore 1.44.5 knows it. \
             Hence the run is started with the SDK.",
        );
    }
    notes.remark("Arguments of the job go into `jobDriver.sparkSubmit.entryPointArguments`.");
    if workload.constraints.lake_formation.value {
        notes.remark(
            "With Lake Formation the service runs a second driver and executors of its own for the filtered reads: \
             raise `maximumCapacity` when the run queues for capacity.",
        );
    }
    let format = workload.input.format.value;
    if matches!(format, Format::Iceberg | Format::Delta | Format::Hudi) {
        notes.remark(format!(
            "The input is {format:?}: name its JAR (under `/usr/share/aws/` or `/usr/lib/hudi/` of the image, see the \
             release's guide for {}) and its catalog in `sparkSubmitParameters`.",
            shape.release
        ));
    }
}

const ROLES: &[&str] = &[
    "`JOB_EXECUTION_ROLE_ARN`: trusts `emr-serverless.amazonaws.com`; reads the input and the code, writes the output and `s3://${LOG_BUCKET}/`, reads the Glue Data Catalog if tables are used.",
    "Whoever starts it: `emr-serverless:CreateApplication`, `emr-serverless:StartJobRun`, `emr-serverless:TagResource`, and `iam:PassRole` on the role.",
];

fn commands(shape: &ServerlessShape, workload: &Workload) -> String {
    let region = &workload.region.value;
    let start = if shape.flex {
        format!(
            "python3 -c 'import boto3, json; print(boto3.client(\"emr-serverless\", \"{region}\")\
             .start_job_run(**json.load(open(\"job-run.json\")))[\"jobRunId\"])'"
        )
    } else {
        format!("aws emr-serverless start-job-run --region {region} --cli-input-json file://job-run.json")
    };
    format!(
        "envsubst < {APPLICATION} > application.json\n\
         export APPLICATION_ID=$(aws emr-serverless create-application --region {region} \\\n  \
         --cli-input-json file://application.json --query applicationId --output text)\n\
         \n\
         # Once per run, with the application's id kept.\n\
         envsubst < {JOB_RUN} > job-run.json\n\
         {start}\n"
    )
}
