//! Nodes and volumes.

use rust_decimal::Decimal;

use super::super::{NodeMarket, NodeUsage, VolumeType, VolumeUsage};
use super::error::UsageError;
use super::fields::Fields;
use super::node::{Node, Value};
use super::quantity::size_in_bytes;
use crate::units::{GIB, Span};

pub(super) const MARKETS: &[(&str, NodeMarket)] =
    &[("on-demand", NodeMarket::OnDemand), ("ondemand", NodeMarket::OnDemand), ("spot", NodeMarket::Spot)];

/// The nodes of a usage: a list under `nodes`, or groups under `primary`, `core`, `task`, `driver`, `workers`,
/// `executors`; a time beside them holds for all that have none of their own.
pub(super) fn nodes(
    usage: &mut Fields<'_>,
    roles: &[&str],
    shared_time: Option<Span>,
) -> Result<Vec<NodeUsage>, UsageError> {
    let shared_time = usage.time(super::fields::RUNNING)?.or(shared_time);
    let mut nodes = Vec::new();
    for item in usage.list(&["nodes", "instances"]) {
        nodes.push(node(item, "node", shared_time)?);
    }
    for role in roles {
        for item in usage.list(&[role]) {
            nodes.push(node(item, role, shared_time)?);
        }
    }
    if nodes.is_empty() && usage.has(TYPE) {
        nodes.push(read(usage, "node", shared_time)?);
    }
    if nodes.is_empty() {
        return Err(usage.missing("nodes", "write `nodes:` with `instance_type`, `count` and `running` for each kind"));
    }
    Ok(nodes)
}

const TYPE: &[&str] = &["instance_type", "type", "instance"];

fn node(item: &Node, role: &str, shared_time: Option<Span>) -> Result<NodeUsage, UsageError> {
    let mut fields = Fields::of(item, "a node")?;
    let node = read(&mut fields, role, shared_time)?;
    fields.finish()?;
    Ok(node)
}

fn read(fields: &mut Fields<'_>, role: &str, shared_time: Option<Span>) -> Result<NodeUsage, UsageError> {
    let name = fields.text(&["role", "name", "group"])?.map_or(role, |(name, _)| name).to_owned();
    let Some((instance_type, place)) = fields.text(TYPE)? else {
        return Err(fields.missing("instance_type", "write for example `instance_type: r6g.2xlarge`"));
    };
    if !is_instance_type(instance_type) {
        let message = format!("instance_type: `{instance_type}` is not an instance type");
        return Err(UsageError::at(place, message, "write family and size, for example r6g.2xlarge"));
    }
    let interrupted = fields.time_text(&["interrupted_by_ec2_after", "interrupted_after", "reclaimed_after"])?;
    let market = fields.word(&["market", "purchase", "purchase_option"], MARKETS)?.unwrap_or_default();
    if interrupted.is_some() && market == NodeMarket::OnDemand {
        let hint = "add `market: spot`, or take the interruption out";
        return Err(UsageError::at(fields.place, "EC2 interrupts Spot nodes only", hint));
    }
    Ok(NodeUsage {
        name,
        instance_type: instance_type.to_owned(),
        market,
        count: fields.count(&["count", "instance_count", "nodes", "instances"])?.unwrap_or(1),
        running: fields.needed_time(shared_time.or(interrupted))?,
        interrupted_by_ec2_after: interrupted,
        zone: None,
        volumes: volumes(fields)?,
    })
}

fn is_instance_type(text: &str) -> bool {
    let fine =
        |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    text.len() < 40 && text.split_once('.').is_some_and(|(family, size)| fine(family) && fine(size))
}

/// Volumes of each node: `ebs: 64 GiB`, a group, or a list of groups.
fn volumes(fields: &mut Fields<'_>) -> Result<Vec<VolumeUsage>, UsageError> {
    fields.list(&["ebs", "volumes", "volume"]).into_iter().map(volume).collect()
}

fn volume(item: &Node) -> Result<VolumeUsage, UsageError> {
    if let Value::Scalar(text) = &item.value {
        let bytes = size_in_bytes(text).map_err(|error| UsageError::of_parse(item.place, "ebs", error))?;
        return Ok(VolumeUsage::gp3(bytes / Decimal::from(GIB)));
    }
    let mut fields = Fields::of(item, "a volume")?;
    let volume = volume_of(&mut fields)?;
    fields.finish()?;
    Ok(volume)
}

/// Type, size and performance of a volume.
pub(super) fn volume_of(fields: &mut Fields<'_>) -> Result<VolumeUsage, UsageError> {
    let kinds = [("gp3", VolumeType::Gp3), ("gp2", VolumeType::Gp2)];
    let kind = fields.word(&["type", "volume_type", "kind"], &kinds)?.unwrap_or_default();
    let gib = match fields.machine_size(&["gib", "gb", "size_gib", "size_gb"])? {
        Some(gib) => gib,
        None => fields.gb("size")?.ok_or_else(|| fields.missing("size", "write for example `size: 64 GiB`"))?,
    };
    Ok(VolumeUsage {
        kind,
        gib,
        iops: fields.count(&["iops"])?.unwrap_or(0),
        mibps: fields.count(&["throughput_mibps", "mibps", "throughput"])?.unwrap_or(0),
        count: fields.count(&["count", "volumes"])?.unwrap_or(1),
    })
}
