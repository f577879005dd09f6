//! Glue's CreateJob and StartJobRun requests, as far as a spec uses them.
//!
//! Members and their order follow the API model `glue` 2017-03-31 (botocore 1.44.5, 2026-11-17).

use std::collections::BTreeMap;

use serde::Serialize;

/// The job.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct CreateJob {
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) role: String,
    pub(crate) execution_property: ExecutionProperty,
    pub(crate) command: Command,
    pub(crate) default_arguments: BTreeMap<String, String>,
    pub(crate) max_retries: u32,
    pub(crate) timeout: u32,
    pub(crate) glue_version: String,
    pub(crate) number_of_workers: u32,
    pub(crate) worker_type: String,
    pub(crate) execution_class: &'static str,
    pub(crate) tags: BTreeMap<String, String>,
}

/// One run of the job.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct StartJobRun {
    pub(crate) job_name: String,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ExecutionProperty {
    pub(crate) max_concurrent_runs: u32,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Command {
    pub(crate) name: &'static str,
    pub(crate) script_location: String,
    pub(crate) python_version: &'static str,
}
