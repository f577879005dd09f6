//! EMR's RunJobFlow request, as far as a spec uses it.
//!
//! Members and their order follow the API model `elasticmapreduce` 2009-03-31 (botocore 1.44.5, 2026-11-17). Later
//! formats (CloudFormation, Step Functions, Airflow) are written from these structs too: they use the same members.

use std::collections::BTreeMap;

use serde::Serialize;

/// The request.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct RunJobFlow {
    pub(crate) name: String,
    pub(crate) release_label: String,
    pub(crate) log_uri: String,
    pub(crate) applications: Vec<Application>,
    pub(crate) instances: Instances,
    pub(crate) steps: Vec<Step>,
    pub(crate) configurations: Vec<Configuration>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) managed_scaling_policy: Option<ManagedScalingPolicy>,
    pub(crate) auto_termination_policy: AutoTerminationPolicy,
    pub(crate) service_role: String,
    pub(crate) job_flow_role: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) security_configuration: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) step_execution_role_arn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) custom_ami_id: Option<String>,
    pub(crate) tags: Vec<Tag>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Application {
    pub(crate) name: String,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Instances {
    pub(crate) keep_job_flow_alive_when_no_steps: bool,
    pub(crate) termination_protected: bool,
    pub(crate) ec2_subnet_ids: Vec<String>,
    pub(crate) instance_fleets: Vec<InstanceFleet>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct InstanceFleet {
    pub(crate) name: String,
    pub(crate) instance_fleet_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) target_on_demand_capacity: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) target_spot_capacity: Option<u32>,
    pub(crate) instance_type_configs: Vec<InstanceTypeConfig>,
    pub(crate) launch_specifications: LaunchSpecifications,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) resize_specifications: Option<ResizeSpecifications>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct InstanceTypeConfig {
    pub(crate) instance_type: String,
    pub(crate) weighted_capacity: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ebs_configuration: Option<EbsConfiguration>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct EbsConfiguration {
    pub(crate) ebs_block_device_configs: Vec<EbsBlockDeviceConfig>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct EbsBlockDeviceConfig {
    pub(crate) volume_specification: VolumeSpecification,
    pub(crate) volumes_per_instance: u32,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct VolumeSpecification {
    pub(crate) volume_type: &'static str,
    #[serde(rename = "SizeInGB")]
    pub(crate) size_in_gb: u32,
    pub(crate) iops: u32,
    pub(crate) throughput: u32,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct LaunchSpecifications {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) spot_specification: Option<SpotSpecification>,
    pub(crate) on_demand_specification: OnDemandSpecification,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct SpotSpecification {
    pub(crate) timeout_duration_minutes: u32,
    pub(crate) timeout_action: &'static str,
    pub(crate) allocation_strategy: &'static str,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct OnDemandSpecification {
    pub(crate) allocation_strategy: &'static str,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ResizeSpecifications {
    pub(crate) spot_resize_specification: SpotResizeSpecification,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct SpotResizeSpecification {
    pub(crate) timeout_duration_minutes: u32,
    pub(crate) allocation_strategy: &'static str,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Step {
    pub(crate) name: String,
    pub(crate) action_on_failure: &'static str,
    pub(crate) hadoop_jar_step: HadoopJarStep,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct HadoopJarStep {
    pub(crate) jar: &'static str,
    pub(crate) args: Vec<String>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Configuration {
    pub(crate) classification: &'static str,
    pub(crate) properties: BTreeMap<String, String>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ManagedScalingPolicy {
    pub(crate) compute_limits: ComputeLimits,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ComputeLimits {
    pub(crate) unit_type: &'static str,
    pub(crate) minimum_capacity_units: u32,
    pub(crate) maximum_capacity_units: u32,
    pub(crate) maximum_on_demand_capacity_units: u32,
    pub(crate) maximum_core_capacity_units: u32,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AutoTerminationPolicy {
    pub(crate) idle_timeout: u32,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Tag {
    pub(crate) key: String,
    pub(crate) value: String,
}
