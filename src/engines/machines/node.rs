//! How executors are cut out of a node, and what they can do.

use crate::catalog::{Catalog, InstanceType};
use crate::engines::{Estimate, ExecutorSize, Machine, Question};
use crate::units::{Bytes, MIB};

/// Tasks at once in one executor. Four or five keep GC and HDFS client contention low; AWS's own sizing examples
/// use four (aws-emr-best-practices, performance, read 2026-08).
const EXECUTOR_CORES: u32 = 4;

/// EMR's default share of `spark.executor.memory` that YARN adds as overhead (aws-emr-best-practices, 2026-08).
const EMR_OVERHEAD_SHARE: f64 = 0.1875;

/// gp3 volume per vCPU on EMR nodes, GiB: the proportion of EMR's own defaults.
pub const EBS_GIB_PER_VCPU: u32 = 16;

/// Throughput of a gp3 volume that costs nothing extra, bytes per second (EBS pricing page: 125 MiB/s).
const GP3_FREE_BYTES_PER_S: f64 = 125.0 * 1024.0 * 1024.0;

/// Volumes on one node.
const VOLUMES_PER_NODE: f64 = 4.0;

/// Room for shuffle files over the shuffled bytes: spill, several stages at once.
pub const SHUFFLE_DISK_MARGIN: f64 = 1.5;

/// How executors are cut out of a node with YARN; `None` when not even one fits.
pub fn executor_on_yarn(instance: &InstanceType, question: &Question<'_>) -> Option<ExecutorSize> {
    yarn_executor(instance, question.catalog)
}

/// The same for a catalog alone.
#[must_use]
pub fn yarn_executor(instance: &InstanceType, catalog: &Catalog) -> Option<ExecutorSize> {
    let yarn_mib = catalog.yarn_memory(&instance.name)?.memory.get() / MIB;
    executor_in(instance.vcpu, yarn_mib, EMR_OVERHEAD_SHARE)
}

/// Cuts executors of [`EXECUTOR_CORES`] out of `vcpu` cores and `memory_mib` of container memory.
pub fn executor_in(vcpu: u32, memory_mib: u64, overhead_share: f64) -> Option<ExecutorSize> {
    let cores = EXECUTOR_CORES.min(vcpu);
    let per_node = vcpu.checked_div(cores)?;
    let container_mib = memory_mib / u64::from(per_node);
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "MiB are far below 2^53"
    )]
    let memory = (container_mib as f64 / (1.0 + overhead_share)).floor() as u64;
    (memory >= 1024).then(|| ExecutorSize { cores, memory_mib: memory, overhead_mib: container_mib - memory, per_node })
}

/// What one of `per_node` executors of this type can do; `None` when the rate of its disks is not known.
pub fn machine(instance: &InstanceType, per_node: u32, ebs_gib: u32, question: &Question<'_>) -> Option<Machine> {
    let share = 1.0 / f64::from(per_node);
    let ebs_bytes_per_s = (instance.ebs_baseline_mbps? * 1e6 / 8.0).min(GP3_FREE_BYTES_PER_S * VOLUMES_PER_NODE);
    Some(Machine {
        core_speed: core_speed(instance, question),
        network_bytes_per_s: instance.network_baseline_gbps * 1e9 / 8.0 * share,
        disk_bytes_per_s: ebs_bytes_per_s * share,
        disk: Bytes::gib(u64::from(ebs_gib)).scaled(share),
    })
}

/// Speed of a core of this type against the reference core.
pub fn core_speed(instance: &InstanceType, question: &Question<'_>) -> Estimate {
    let speed = question.catalog.core_speed(instance);
    Estimate::new(speed.low, speed.likely, speed.high)
}

/// gp3 GiB on a node of `vcpu` cores when `nodes` nodes hold `shuffle`.
pub fn ebs_gib(vcpu: u32, nodes: u32, shuffle: Bytes) -> u32 {
    let share = shuffle.scaled(SHUFFLE_DISK_MARGIN / f64::from(nodes.max(1)));
    let for_shuffle = u32::try_from(share.get().div_ceil(1 << 30)).unwrap_or(u32::MAX);
    (vcpu * EBS_GIB_PER_VCPU).max(for_shuffle)
}
