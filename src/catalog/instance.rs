//! EC2 instance types.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::table::{Row, TableError, rows};
use crate::units::Bytes;

/// Processor architecture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Architecture {
    /// Intel or AMD.
    X86_64,
    /// Graviton.
    Arm64,
}

/// One EC2 instance type, as DescribeInstanceTypes gives it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct InstanceType {
    /// For example `m7g.2xlarge`.
    pub name: String,
    /// Virtual CPUs.
    pub vcpu: u32,
    /// Memory.
    pub memory: Bytes,
    /// Processor architecture.
    pub architecture: Architecture,
    /// Whether AWS still sells it as current.
    pub current_generation: bool,
    /// A whole machine.
    pub bare_metal: bool,
    /// Sustained network rate, Gbit/s.
    pub network_baseline_gbps: f64,
    /// Sustained EBS rate, Mbit/s; `None` for the 19 old types (`t2`, `m1`, `c3`, …) whose rate AWS does not give.
    pub ebs_baseline_mbps: Option<f64>,
    /// Local disk, all volumes together, GB; 0 when there is none.
    pub local_disk_gb: u64,
    /// Whether the local disk is NVMe SSD.
    pub local_nvme: bool,
    /// Number of GPUs.
    pub gpus: u32,
    /// Who makes the processor: `AWS`, `Intel`, `AMD`.
    pub cpu_manufacturer: String,
    /// Whether Spot is offered.
    pub spot: bool,
}

impl InstanceType {
    /// The part before the dot: `m7g`.
    #[must_use]
    pub fn family(&self) -> &str {
        family_of(&self.name)
    }

    /// The part after the dot: `2xlarge`.
    #[must_use]
    pub fn size(&self) -> &str {
        dot(&self.name).map_or("", |dot| &self.name[dot + 1..])
    }

    /// The generation in the family name: 7 for `m7g`; `None` when the name has none.
    #[must_use]
    pub fn generation(&self) -> Option<u32> {
        let family = self.family();
        let digits = &family[family.bytes().position(|byte| byte.is_ascii_digit())?..];
        let end = digits.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(digits.len());
        digits[..end].parse().ok()
    }
}

/// The family in the name of an instance type: the part before the dot.
#[must_use]
pub fn family_of(name: &str) -> &str {
    dot(name).map_or(name, |dot| &name[..dot])
}

/// Where the dot is. Names are a few bytes long and asked half a million times in a search, so a plain loop pays.
fn dot(name: &str) -> Option<usize> {
    name.bytes().position(|byte| byte == b'.')
}

pub(super) fn embedded() -> Result<Vec<InstanceType>, TableError> {
    rows("instance_types.csv", include_str!("tables/instance_types.csv"), instance)
}

/// Machines of a table with a column `source` beside those of the embedded one.
pub(super) fn with_source(text: &str) -> Result<Vec<(InstanceType, String)>, TableError> {
    rows("instance_types.csv", text, |row| Ok((instance(row)?, row.text("source")?.to_owned())))
}

fn instance(row: &Row) -> Result<InstanceType, TableError> {
    let architecture = match row.text("architecture")? {
        "x86_64" => Architecture::X86_64,
        "arm64" => Architecture::Arm64,
        other => return Err(row.fault(format!("architecture `{other}`"))),
    };
    Ok(InstanceType {
        name: row.text("instance_type")?.to_owned(),
        vcpu: row.value("vcpu")?,
        memory: Bytes::mib(row.value("memory_mib")?),
        architecture,
        current_generation: row.flag("current")?,
        bare_metal: row.flag("bare_metal")?,
        network_baseline_gbps: row.value("network_gbps")?,
        ebs_baseline_mbps: row.optional("ebs_mbps")?,
        local_disk_gb: row.value("local_disk_gb")?,
        local_nvme: row.flag("local_nvme")?,
        gpus: row.value("gpus")?,
        cpu_manufacturer: row.text("cpu_manufacturer")?.to_owned(),
        spot: row.flag("spot")?,
    })
}
