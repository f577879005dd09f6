//! EC2 instances and their volumes: used by every engine that runs on nodes.

use rust_decimal::Decimal;
use serde::Serialize;

use crate::units::Span;

/// How a node was bought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NodeMarket {
    /// On-Demand, Linux, shared tenancy.
    #[default]
    OnDemand,
    /// Spot, Linux (not SUSE, not RHEL: those are billed by the hour).
    Spot,
}

/// Identical nodes that ran equally long.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NodeUsage {
    /// For people: "primary", "core", "task", "driver", "node".
    pub name: String,
    /// For example `r6g.2xlarge`.
    pub instance_type: String,
    /// How they were bought.
    pub market: NodeMarket,
    /// How many.
    pub count: u32,
    /// Time of each in state `running`, which is what EC2 bills.
    pub running: Span,
    /// EC2 took each of them back this long after its state became `running`; the time after it is not billed.
    pub interrupted_by_ec2_after: Option<Span>,
    /// The availability zone whose Spot price they pay; `None` for the region's.
    pub zone: Option<String>,
    /// Volumes of each node, billed while the node runs.
    pub volumes: Vec<VolumeUsage>,
}

impl NodeUsage {
    /// On-Demand nodes without volumes.
    #[must_use]
    pub fn on_demand(name: &str, instance_type: &str, count: u32, running: Span) -> Self {
        Self {
            name: name.to_owned(),
            instance_type: instance_type.to_owned(),
            market: NodeMarket::OnDemand,
            count,
            running,
            interrupted_by_ec2_after: None,
            zone: None,
            volumes: Vec::new(),
        }
    }

    /// The time that each node lived: until it was given back or taken.
    #[must_use]
    pub fn lifetime(&self) -> Span {
        self.interrupted_by_ec2_after.map_or(self.running, |after| after.min(self.running))
    }
}

/// General-purpose EBS volume types.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum VolumeType {
    /// gp3: 3,000 IOPS and 125 MiB/s are included.
    #[default]
    Gp3,
    /// gp2: no further items.
    Gp2,
}

/// Identical EBS volumes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct VolumeUsage {
    /// gp3 or gp2.
    pub kind: VolumeType,
    /// GiB of each (AWS's GB of EBS is 2^30 bytes).
    pub gib: Decimal,
    /// Provisioned IOPS of each, the 3,000 that gp3 includes counted in; 0 = the included level.
    pub iops: u32,
    /// Provisioned MiB/s of each, the 125 that gp3 includes counted in; 0 = the included level.
    pub mibps: u32,
    /// How many (for a node: volumes per node).
    pub count: u32,
}

impl VolumeUsage {
    /// One gp3 volume at the included performance.
    #[must_use]
    pub const fn gp3(gib: Decimal) -> Self {
        Self { kind: VolumeType::Gp3, gib, iops: 0, mibps: 0, count: 1 }
    }
}
