//! Which EC2 types are worth offering, how executors are cut out of a node and how fast that makes them, and which Spot
//! fleets are put together of them.

mod choice;
mod fleet;
mod node;
mod pool;

pub use choice::{architectures, has_known_disk_rate, is_allowed, node_types};
pub use fleet::{FleetMix, MixedFleet, spot_fleet, spot_fleets, spot_meter_name};
pub use node::{
    EBS_GIB_PER_VCPU, SHUFFLE_DISK_MARGIN, core_speed, ebs_gib, executor_in, executor_on_yarn, machine, yarn_executor,
};
pub use pool::spot_pools;
