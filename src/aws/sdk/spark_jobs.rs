//! Job runs of Glue and EMR Serverless that are started here.

use std::time::Duration;

use aws_config::SdkConfig;
use aws_config::retry::RetryConfig;
use aws_sdk_emrserverless::types::{JobDriver, JobRunState as ServerlessState, SparkSubmit};
use aws_sdk_glue::types::{ExecutionClass, JobRun, JobRunState, WorkerType};

use super::failure::Call;
use super::time::moment;
use crate::aws::{Application, CallError, CallFailure, GlueJob, RunProgress, RunState};

/// The argument by which a run of Glue is known again: Glue has no token of its own against starting twice.
const TOKEN: &str = "--shapecast-token";
/// Attempts of starting a run of Glue while Glue asks to slow down.
const ATTEMPTS: u32 = 5;

pub async fn glue_job(config: SdkConfig, region: String, name: String) -> Result<GlueJob, CallError> {
    let call = Call::new("glue:GetJob", region);
    let answer = aws_sdk_glue::Client::new(&config).get_job().job_name(&name).send().await;
    let answer = answer.map_err(|error| call.failed(error))?;
    let found = answer.job().ok_or_else(|| call.not_found(&format!("there is no job {name}")))?;
    Ok(GlueJob {
        command: found.command().and_then(|command| command.name()).unwrap_or_default().to_owned(),
        version: found.glue_version().map(str::to_owned),
        worker_type: found.worker_type().map(|kind| kind.as_str().to_owned()),
        workers: found.number_of_workers().and_then(|count| u32::try_from(count).ok()),
        max_dpu: found.max_capacity(),
        flex: found.execution_class() == Some(&ExecutionClass::Flex),
        retries: u32::try_from(found.max_retries()).unwrap_or(0),
    })
}

pub async fn table_bytes(
    config: SdkConfig,
    region: String,
    database: String,
    table: String,
) -> Result<Option<u64>, CallError> {
    let call = Call::new("glue:GetTable", region);
    let answer = aws_sdk_glue::Client::new(&config).get_table().database_name(database).name(table).send().await;
    let answer = answer.map_err(|error| call.failed(error))?;
    let parameters = answer.table().and_then(|table| table.parameters());
    // `sizeKey` is a crawler's, `totalSize` Hive's and Spark's.
    Ok(parameters.and_then(|known| ["totalSize", "sizeKey"].iter().find_map(|key| known.get(*key)?.parse().ok())))
}

pub async fn start_glue(
    config: SdkConfig,
    region: String,
    job: String,
    arguments: [(&'static str, String); 2],
    workers: Option<(String, u32)>,
    limit_min: u32,
    token: String,
) -> Result<String, CallError> {
    if let Some(known) = started_before(&config, &region, &job, &token).await? {
        return Ok(known);
    }
    let call = Call::new("glue:StartJobRun", region);
    // An attempt whose answer was lost may have started the run: only what Glue refused is asked for again.
    let once = config.to_builder().retry_config(RetryConfig::standard().with_max_attempts(1)).build();
    let client = aws_sdk_glue::Client::new(&once);
    let mut pause = Duration::from_secs(1);
    for attempt in 1.. {
        let mut asked = client
            .start_job_run()
            .job_name(&job)
            .arguments(TOKEN, &token)
            .timeout(i32::try_from(limit_min).unwrap_or(i32::MAX));
        for (name, value) in &arguments {
            asked = asked.arguments(*name, value);
        }
        if let Some((kind, count)) = &workers {
            asked = asked
                .worker_type(WorkerType::from(kind.as_str()))
                .number_of_workers(i32::try_from(*count).unwrap_or(i32::MAX));
        }
        let error = match asked.send().await {
            Ok(answer) => {
                let id = answer.job_run_id().map(str::to_owned);
                return id.ok_or_else(|| call.malformed("the run has no id"));
            }
            Err(error) => call.failed(error),
        };
        if error.failure != CallFailure::Throttled || attempt >= ATTEMPTS {
            return Err(error);
        }
        tokio::time::sleep(pause).await;
        pause *= 2;
    }
    Err(call.late())
}

/// The run of an earlier command with the same token that did not fail; the newest runs come first.
async fn started_before(config: &SdkConfig, region: &str, job: &str, token: &str) -> Result<Option<String>, CallError> {
    let call = Call::new("glue:GetJobRuns", region);
    let answer = aws_sdk_glue::Client::new(config).get_job_runs().job_name(job).max_results(100).send().await;
    let answer = answer.map_err(|error| call.failed(error))?;
    let is_it = |run: &&JobRun| run.arguments().and_then(|them| them.get(TOKEN)).is_some_and(|it| it == token);
    let known = answer.job_runs().iter().find(is_it).filter(|run| glue_state(run) != RunState::Failed);
    Ok(known.and_then(|run| run.id().map(str::to_owned)))
}

pub async fn glue_progress(
    config: SdkConfig,
    region: String,
    job: String,
    run: String,
) -> Result<RunProgress, CallError> {
    let call = Call::new("glue:GetJobRun", region);
    let answer = aws_sdk_glue::Client::new(&config).get_job_run().job_name(&job).run_id(&run).send().await;
    let answer = answer.map_err(|error| call.failed(error))?;
    let found = answer.job_run().ok_or_else(|| call.not_found(&format!("job {job} has no run {run}")))?;
    Ok(RunProgress {
        state: glue_state(found),
        word: found.job_run_state().map_or_else(String::new, |state| state.as_str().to_owned()),
        reason: found.error_message().map(str::to_owned),
        submitted: found.started_on().and_then(moment),
        scanned_bytes: None,
        output: found.arguments().and_then(|them| them.get("--output").cloned()),
    })
}

fn glue_state(run: &JobRun) -> RunState {
    match run.job_run_state() {
        Some(JobRunState::Succeeded) => RunState::Done,
        Some(
            JobRunState::Failed
            | JobRunState::Stopped
            | JobRunState::Timeout
            | JobRunState::Error
            | JobRunState::Expired,
        ) => RunState::Failed,
        _ => RunState::UnderWay,
    }
}

pub async fn stop_glue(config: SdkConfig, region: String, job: String, run: String) -> Result<(), CallError> {
    let call = Call::new("glue:BatchStopJobRun", region);
    let asked = aws_sdk_glue::Client::new(&config).batch_stop_job_run().job_name(job).job_run_ids(run);
    let answer = asked.send().await.map_err(|error| call.failed(error))?;
    // The call succeeds as a whole and says of each run what went wrong.
    match answer.errors().first().and_then(|error| error.error_detail()) {
        Some(detail) => Err(call.not_found(detail.error_message().unwrap_or("the run cannot be stopped"))),
        None => Ok(()),
    }
}

pub async fn application(config: SdkConfig, region: String, id: String) -> Result<Application, CallError> {
    let call = Call::new("emr-serverless:GetApplication", region);
    let answer = aws_sdk_emrserverless::Client::new(&config).get_application().application_id(&id).send().await;
    let answer = answer.map_err(|error| call.failed(error))?;
    let found = answer.application().ok_or_else(|| call.not_found(&format!("there is no application {id}")))?;
    Ok(Application {
        kind: found.r#type().to_uppercase(),
        architecture: found.architecture().map(|kind| kind.as_str().to_owned()),
        waiting_workers: found.initial_capacity().is_some_and(|workers| !workers.is_empty()),
    })
}

/// A job run of EMR Serverless that is to be started.
#[derive(Debug)]
pub struct ServerlessStart {
    pub application: String,
    pub role: String,
    pub script: String,
    pub output: String,
    pub parameters: String,
    pub limit_min: u32,
    pub token: String,
}

pub async fn start_serverless(config: SdkConfig, region: String, run: ServerlessStart) -> Result<String, CallError> {
    let call = Call::new("emr-serverless:StartJobRun", region);
    let driver = SparkSubmit::builder()
        .entry_point(run.script)
        .entry_point_arguments("--output")
        .entry_point_arguments(run.output)
        .spark_submit_parameters(run.parameters)
        .build()
        .map_err(|error| call.refused(error))?;
    let asked = aws_sdk_emrserverless::Client::new(&config)
        .start_job_run()
        .application_id(run.application)
        .client_token(run.token)
        .execution_role_arn(run.role)
        .name("shapecast-profile")
        .job_driver(JobDriver::SparkSubmit(driver))
        .execution_timeout_minutes(i64::from(run.limit_min));
    let answer = asked.send().await.map_err(|error| call.failed(error))?;
    Ok(answer.job_run_id().to_owned())
}

pub async fn serverless_progress(
    config: SdkConfig,
    region: String,
    application: String,
    run: String,
) -> Result<RunProgress, CallError> {
    let call = Call::new("emr-serverless:GetJobRun", region);
    let asked = aws_sdk_emrserverless::Client::new(&config).get_job_run().application_id(&application).job_run_id(&run);
    let answer = asked.send().await.map_err(|error| call.failed(error))?;
    let found = answer.job_run().ok_or_else(|| call.not_found(&format!("there is no job run {run}")))?;
    let state = match found.state() {
        ServerlessState::Success => RunState::Done,
        ServerlessState::Failed | ServerlessState::Cancelled => RunState::Failed,
        _ => RunState::UnderWay,
    };
    let submitted = found.job_driver().and_then(|driver| driver.as_spark_submit().ok());
    let arguments = submitted.map_or(&[][..], SparkSubmit::entry_point_arguments);
    let output = arguments.iter().skip_while(|name| *name != "--output").nth(1);
    Ok(RunProgress {
        state,
        word: found.state().as_str().to_owned(),
        reason: Some(found.state_details().to_owned()).filter(|text| !text.is_empty()),
        submitted: moment(found.created_at()),
        scanned_bytes: None,
        output: output.cloned(),
    })
}

pub async fn stop_serverless(
    config: SdkConfig,
    region: String,
    application: String,
    run: String,
) -> Result<(), CallError> {
    let call = Call::new("emr-serverless:CancelJobRun", region);
    let asked =
        aws_sdk_emrserverless::Client::new(&config).cancel_job_run().application_id(application).job_run_id(run);
    asked.send().await.map(drop).map_err(|error| call.failed(error))
}
