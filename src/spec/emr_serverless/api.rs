//! EMR Serverless' CreateApplication and StartJobRun requests, as far as a spec uses them.
//!
//! Members and their order follow the API model `emr-serverless` 2021-07-13 (botocore 1.44.5, 2026-11-17).
//! `clientToken` is left to the SDK and the AWS CLI: a written one would make the second run a repeat of the first.

use std::collections::BTreeMap;

use serde::Serialize;

/// The application.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreateApplication {
    pub(crate) name: String,
    pub(crate) release_label: String,
    #[serde(rename = "type")]
    pub(crate) engine_type: &'static str,
    pub(crate) architecture: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) initial_capacity: Option<BTreeMap<&'static str, InitialCapacity>>,
    pub(crate) maximum_capacity: MaximumCapacity,
    pub(crate) auto_start_configuration: AutoStart,
    pub(crate) auto_stop_configuration: AutoStop,
    pub(crate) network_configuration: Network,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) image_configuration: Option<Image>,
    pub(crate) runtime_configuration: Vec<Configuration>,
    pub(crate) job_level_cost_allocation_configuration: Switch,
    pub(crate) tags: BTreeMap<String, String>,
}

/// One run of the job.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StartJobRun {
    pub(crate) application_id: String,
    pub(crate) execution_role_arn: String,
    pub(crate) name: String,
    pub(crate) job_driver: JobDriver,
    pub(crate) configuration_overrides: ConfigurationOverrides,
    pub(crate) execution_timeout_minutes: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) flex_execution: Option<Switch>,
    pub(crate) tags: BTreeMap<String, String>,
}

/// Workers of one kind that are kept ready.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct InitialCapacity {
    pub(crate) worker_count: u32,
    pub(crate) worker_configuration: WorkerConfiguration,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct WorkerConfiguration {
    pub(crate) cpu: String,
    pub(crate) memory: String,
    pub(crate) disk: String,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct MaximumCapacity {
    pub(crate) cpu: String,
    pub(crate) memory: String,
    pub(crate) disk: String,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct AutoStart {
    pub(crate) enabled: bool,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AutoStop {
    pub(crate) enabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) idle_timeout_minutes: Option<u32>,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct Switch {
    pub(crate) enabled: bool,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Network {
    pub(crate) subnet_ids: Vec<String>,
    pub(crate) security_group_ids: Vec<String>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Image {
    pub(crate) image_uri: String,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct Configuration {
    pub(crate) classification: &'static str,
    pub(crate) properties: BTreeMap<String, String>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct JobDriver {
    pub(crate) spark_submit: SparkSubmit,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SparkSubmit {
    pub(crate) entry_point: String,
    pub(crate) spark_submit_parameters: String,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ConfigurationOverrides {
    pub(crate) monitoring_configuration: Monitoring,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Monitoring {
    pub(crate) s3_monitoring_configuration: S3Monitoring,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct S3Monitoring {
    pub(crate) log_uri: String,
}
