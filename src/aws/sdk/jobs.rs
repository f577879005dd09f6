//! Job runs of EMR Serverless and Glue.

use aws_config::SdkConfig;
use aws_sdk_emrserverless::types::JobRunMode;
use aws_sdk_glue::types::JobRun;
use jiff::Timestamp;

use super::failure::{Call, all_pages};
use super::time::{date_time, moment};
use crate::aws::CallError;
use crate::profile::history::{GlueRun, ServerlessRun};

pub async fn serverless_run(
    config: SdkConfig,
    region: String,
    application: String,
    run: String,
) -> Result<(ServerlessRun, Option<CallError>), CallError> {
    let call = Call::new("emr-serverless:GetJobRun", region.clone());
    let client = aws_sdk_emrserverless::Client::new(&config);
    let asked = client.get_job_run().application_id(&application).job_run_id(&run).send();
    let answer = asked.await.map_err(|error| call.failed(error))?;
    let found = answer.job_run().ok_or_else(|| call.not_found(&format!("there is no job run {run}")))?;
    // The architecture is the application's; without it the run is still worth something.
    let described = client.get_application().application_id(&application).send().await;
    let (described, gap) = match described {
        Ok(answer) => (Some(answer), None),
        Err(error) => (None, Some(Call::new("emr-serverless:GetApplication", region).failed(error))),
    };
    let architecture = described.as_ref().and_then(|answer| answer.application()?.architecture());
    let billed = found.billed_resource_utilization();
    let is_batch = found.mode().is_none_or(|mode| *mode == JobRunMode::Batch);
    let run = ServerlessRun {
        application_id: application,
        id: run,
        name: found.name().map(str::to_owned),
        state: found.state().as_str().to_owned(),
        release: Some(found.release_label().to_owned()).filter(|label| !label.is_empty()),
        architecture: architecture.map(|kind| kind.as_str().to_owned()),
        created: moment(found.created_at()),
        ended: found.ended_at().or(is_batch.then(|| found.updated_at())).and_then(moment),
        execution_s: found.total_execution_duration_seconds().map(f64::from),
        vcpu_hours: billed.and_then(|billed| billed.v_cpu_hour()),
        memory_gb_hours: billed.and_then(|billed| billed.memory_gb_hour()),
        storage_gb_hours: billed.and_then(|billed| billed.storage_gb_hour()),
    };
    Ok((run, gap))
}

pub async fn serverless_runs(
    config: SdkConfig,
    region: String,
    application: String,
    since: Timestamp,
) -> Result<Vec<String>, CallError> {
    let call = Call::new("emr-serverless:ListJobRuns", region);
    let client = aws_sdk_emrserverless::Client::new(&config);
    all_pages(&call, |token| {
        let request = client
            .list_job_runs()
            .application_id(&application)
            .created_at_after(date_time(since))
            .set_next_token(token);
        let call = call.clone();
        async move {
            let answer = request.send().await.map_err(|error| call.failed(error))?;
            let ids = answer.job_runs().iter().map(|run| run.id().to_owned()).collect();
            Ok((ids, answer.next_token().map(str::to_owned)))
        }
    })
    .await
}

pub async fn glue_run(config: SdkConfig, region: String, job: String, run: String) -> Result<GlueRun, CallError> {
    let call = Call::new("glue:GetJobRun", region);
    let client = aws_sdk_glue::Client::new(&config);
    let answer = client.get_job_run().job_name(&job).run_id(&run).send().await.map_err(|error| call.failed(error))?;
    let found = answer.job_run().ok_or_else(|| call.not_found(&format!("job {job} has no run {run}")))?;
    Ok(glue(found, &job))
}

pub async fn glue_runs(config: SdkConfig, region: String, job: String) -> Result<Vec<GlueRun>, CallError> {
    let call = Call::new("glue:GetJobRuns", region);
    let client = aws_sdk_glue::Client::new(&config);
    all_pages(&call, |token| {
        let request = client.get_job_runs().job_name(&job).set_next_token(token);
        let (call, job) = (call.clone(), job.clone());
        async move {
            let answer = request.send().await.map_err(|error| call.failed(error))?;
            let runs = answer.job_runs().iter().map(|run| glue(run, &job)).collect();
            Ok((runs, answer.next_token().map(str::to_owned)))
        }
    })
    .await
}

pub async fn glue_jobs(config: SdkConfig, region: String) -> Result<Vec<String>, CallError> {
    let call = Call::new("glue:GetJobs", region);
    let client = aws_sdk_glue::Client::new(&config);
    all_pages(&call, |token| {
        let request = client.get_jobs().set_next_token(token);
        let call = call.clone();
        async move {
            let answer = request.send().await.map_err(|error| call.failed(error))?;
            let names = answer.jobs().iter().filter_map(|job| job.name().map(str::to_owned)).collect();
            Ok((names, answer.next_token().map(str::to_owned)))
        }
    })
    .await
}

fn glue(found: &JobRun, job: &str) -> GlueRun {
    GlueRun {
        job: found.job_name().unwrap_or(job).to_owned(),
        id: found.id().unwrap_or_default().to_owned(),
        state: found.job_run_state().map_or_else(String::new, |state| state.as_str().to_owned()),
        glue_version: found.glue_version().map(str::to_owned),
        worker_type: found.worker_type().map(|kind| kind.as_str().to_owned()),
        workers: found.number_of_workers().and_then(|count| u32::try_from(count).ok()),
        execution_class: found.execution_class().map(|class| class.as_str().to_owned()),
        started: found.started_on().and_then(moment),
        ended: found.completed_on().and_then(moment),
        execution_s: Some(found.execution_time()).filter(|seconds| *seconds > 0).map(f64::from),
        dpu_seconds: found.dpu_seconds(),
        max_capacity_dpu: found.max_capacity(),
    }
}
