//! EMR on EC2, EMR on EKS, Databricks, bare EC2.

use rust_decimal::Decimal;

use super::super::{DatabricksPlan, DatabricksUsage, Ec2Usage, EksUsage, EmrEc2Usage, PodUsage};
use super::error::UsageError;
use super::fields::{Fields, RUNNING};
use super::node::Node;
use super::nodes::nodes;
use crate::units::Span;

const DATABRICKS_PLANS: &[(&str, DatabricksPlan)] = &[
    ("jobs-enterprise", DatabricksPlan::JobsEnterprise),
    ("enterprise", DatabricksPlan::JobsEnterprise),
    ("jobs-premium", DatabricksPlan::JobsPremium),
    ("premium", DatabricksPlan::JobsPremium),
    ("all-purpose-premium", DatabricksPlan::AllPurposePremium),
    ("all-purpose", DatabricksPlan::AllPurposePremium),
];

pub(super) fn emr_ec2(fields: &mut Fields<'_>, standing: bool) -> Result<EmrEc2Usage, UsageError> {
    Ok(EmrEc2Usage {
        nodes: nodes(fields, &["primary", "master", "core", "task"], None)?,
        pending: fields.time_text(&["pending", "provisioning"])?.unwrap_or(Span::ZERO),
        cost_share: fields.share(&["cost_share"])?.unwrap_or(Decimal::ONE),
        standing: fields.flag(&["standing"])?.unwrap_or(standing),
        scaled: Vec::new(),
        scaled_pending: Span::ZERO,
    })
}

pub(super) fn emr_eks(fields: &mut Fields<'_>) -> Result<EksUsage, UsageError> {
    let vcpu_hours = fields.number(&["vcpu_hours"])?.unwrap_or_default();
    let memory_gb_hours = fields.number(&["memory_gb_hours", "gb_hours"])?.unwrap_or_default();
    let own_control_plane = fields.flag(&["own_control_plane", "control_plane"])?.unwrap_or(false);
    let shared_time = fields.time(RUNNING)?;
    let mut pods = Vec::new();
    for item in fields.list(&["pods"]) {
        pods.push(pod(item, shared_time)?);
    }
    let fees_alone = !(pods.is_empty() && vcpu_hours.is_zero() && memory_gb_hours.is_zero());
    let has_nodes = ["nodes", "instances", "driver", "executors", "instance_type", "type"];
    let nodes = if fees_alone && !fields.has(&has_nodes) {
        Vec::new()
    } else {
        nodes(fields, &["driver", "executors"], shared_time)?
    };
    Ok(EksUsage { nodes, pods, vcpu_hours, memory_gb_hours, own_control_plane })
}

fn pod(item: &Node, shared_time: Option<Span>) -> Result<PodUsage, UsageError> {
    let mut fields = Fields::of(item, "a pod")?;
    let pod = PodUsage {
        name: fields.text(&["name", "role"])?.map_or("pods", |(name, _)| name).to_owned(),
        vcpu: fields
            .machine_size(&["vcpu", "vcpus", "cpu"])?
            .ok_or_else(|| fields.missing("vcpu", "write for example `vcpu: 4`"))?,
        memory_gb: fields.gb("memory")?.ok_or_else(|| fields.missing("memory", "write for example `memory: 16 GB`"))?,
        count: fields.count(&["count", "pods"])?.unwrap_or(1),
        running: fields.needed_time(shared_time)?,
    };
    fields.finish()?;
    Ok(pod)
}

pub(super) fn databricks(fields: &mut Fields<'_>) -> Result<DatabricksUsage, UsageError> {
    Ok(DatabricksUsage {
        nodes: nodes(fields, &["driver", "workers"], None)?,
        plan: fields.word(&["plan", "compute"], DATABRICKS_PLANS)?.unwrap_or_default(),
        dbu_per_hour: fields.machine_size(&["dbu_per_hour", "dbu_per_node_hour"])?,
    })
}

pub(super) fn ec2(fields: &mut Fields<'_>) -> Result<Ec2Usage, UsageError> {
    Ok(Ec2Usage { nodes: nodes(fields, &[], None)? })
}
