//! Queries of Athena.

use aws_config::SdkConfig;
use aws_sdk_athena::Client;
use aws_sdk_athena::types::{QueryExecutionState, ResultConfiguration, WorkGroupState};

use super::failure::{Call, all_pages};
use super::time::moment;
use crate::aws::{CallError, RunProgress, RunState, WorkGroup};

pub async fn work_group(config: SdkConfig, region: String, name: String) -> Result<WorkGroup, CallError> {
    let call = Call::new("athena:GetWorkGroup", region);
    let answer = Client::new(&config).get_work_group().work_group(&name).send().await;
    let answer = answer.map_err(|error| call.failed(error))?;
    let found = answer.work_group().ok_or_else(|| call.not_found(&format!("there is no work group {name}")))?;
    let settings = found.configuration();
    let output = settings.and_then(|it| it.result_configuration()?.output_location());
    Ok(WorkGroup {
        enabled: found.state() != Some(&WorkGroupState::Disabled),
        output: output.filter(|url| !url.is_empty()).map(str::to_owned),
        // Athena enforces them unless told otherwise.
        enforced: settings.is_some_and(|it| it.enforce_work_group_configuration() != Some(false)),
        managed_results: settings
            .and_then(|it| it.managed_query_results_configuration())
            .is_some_and(|managed| managed.enabled()),
        cutoff_bytes: settings
            .and_then(|it| it.bytes_scanned_cutoff_per_query())
            .and_then(|bytes| u64::try_from(bytes).ok()),
        engine: settings
            .and_then(|it| it.engine_version())
            .and_then(|it| it.effective_engine_version().or_else(|| it.selected_engine_version()))
            .map(str::to_owned),
    })
}

pub async fn start(
    config: SdkConfig,
    region: String,
    sql: String,
    work_group: String,
    output: Option<String>,
    token: String,
) -> Result<String, CallError> {
    let call = Call::new("athena:StartQueryExecution", region);
    let result = output.map(|url| ResultConfiguration::builder().output_location(url).build());
    let asked = Client::new(&config)
        .start_query_execution()
        .query_string(sql)
        .work_group(work_group)
        .set_result_configuration(result)
        .client_request_token(token);
    let answer = asked.send().await.map_err(|error| call.failed(error))?;
    answer.query_execution_id().map(str::to_owned).ok_or_else(|| call.malformed("the query has no id"))
}

pub async fn progress(config: SdkConfig, region: String, id: String) -> Result<RunProgress, CallError> {
    let call = Call::new("athena:GetQueryExecution", region);
    let answer = Client::new(&config).get_query_execution().query_execution_id(&id).send().await;
    let answer = answer.map_err(|error| call.failed(error))?;
    let found = answer.query_execution().ok_or_else(|| call.not_found(&format!("there is no query {id}")))?;
    let status = found.status().ok_or_else(|| call.malformed("the query has no status"))?;
    let state = match status.state() {
        Some(QueryExecutionState::Succeeded) => RunState::Done,
        Some(QueryExecutionState::Failed | QueryExecutionState::Cancelled) => RunState::Failed,
        _ => RunState::UnderWay,
    };
    let managed = found.managed_query_results_configuration().is_some_and(|managed| managed.enabled());
    let output = found.result_configuration().and_then(|it| it.output_location());
    Ok(RunProgress {
        state,
        word: status.state().map_or_else(String::new, |state| state.as_str().to_owned()),
        reason: status.state_change_reason().map(str::to_owned),
        submitted: status.submission_date_time().and_then(moment),
        scanned_bytes: found
            .statistics()
            .and_then(|it| it.data_scanned_in_bytes())
            .and_then(|bytes| u64::try_from(bytes).ok()),
        output: output.filter(|url| !managed && !url.is_empty()).map(str::to_owned),
    })
}

pub async fn stop(config: SdkConfig, region: String, id: String) -> Result<(), CallError> {
    let call = Call::new("athena:StopQueryExecution", region);
    let answer = Client::new(&config).stop_query_execution().query_execution_id(id).send().await;
    answer.map(drop).map_err(|error| call.failed(error))
}

/// The rows that Athena keeps itself, with the line of headings, as CSV.
pub async fn rows(config: SdkConfig, region: String, id: String) -> Result<Vec<u8>, CallError> {
    let call = Call::new("athena:GetQueryResults", region);
    let client = Client::new(&config);
    let rows = all_pages(&call, |token| {
        let request = client.get_query_results().query_execution_id(&id).max_results(1000).set_next_token(token);
        let call = call.clone();
        async move {
            let answer = request.send().await.map_err(|error| call.failed(error))?;
            let rows = answer.result_set().map_or(&[][..], |set| set.rows());
            let row = |row: &aws_sdk_athena::types::Row| -> Vec<String> {
                row.data().iter().map(|field| field.var_char_value().unwrap_or_default().to_owned()).collect()
            };
            Ok((rows.iter().map(row).collect(), answer.next_token().map(str::to_owned)))
        }
    })
    .await?;
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in &rows {
        writer.write_record(row).map_err(|_| call.malformed("its rows are not of one length"))?;
    }
    writer.into_inner().map_err(|_| call.malformed("its rows cannot be put together"))
}
