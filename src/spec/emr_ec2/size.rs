//! The cluster's size in the units that fleets, managed scaling and Spark count in.

use crate::catalog::Catalog;
use crate::engines::{EmrEc2Shape, EngineId, ExecutorSize};
use crate::spec::NoSpec;
use crate::units::MIB;

/// Spark's smallest overhead (`spark.driver.memoryOverhead`, Spark configuration page), MiB.
const OVERHEAD_MIN_MIB: u64 = 384;
/// The smallest container that is worth giving to a driver: EMR's default of 2 GiB and its overhead.
const DRIVER_MIN_MIB: u64 = 2048 + OVERHEAD_MIN_MIB;
/// YARN rounds containers up to this step (`yarn.scheduler.minimum-allocation-mb`, EMR release guide, 2022-10).
const YARN_STEP_MIB: u64 = 32;
/// A driver that only schedules needs no more.
const DRIVER_MAX_MIB: u64 = 16 * 1024;

/// Counts that several parts of the document must agree on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ClusterSize {
    /// vCPU of one core node: its weight.
    pub(super) core_vcpu: u32,
    /// Units of the core fleet.
    pub(super) core_units: u32,
    /// Units of the task fleet; 0 without one.
    pub(super) task_units: u32,
    /// Units of the task fleet before managed scaling has brought more: one node of the core type's size.
    pub(super) first_units: u32,
    /// Executors of the whole cluster, the driver's place taken off.
    pub(super) executors: u32,
    /// Those that find a place before managed scaling has brought nodes.
    pub(super) first_executors: u32,
    /// The driver.
    pub(super) driver: Driver,
}

/// How the driver is cut out of a core node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Driver {
    pub(super) cores: u32,
    pub(super) memory_mib: u64,
    pub(super) overhead_mib: u64,
    /// Whether it lives in what the executors leave of a core node; otherwise it takes an executor's place.
    pub(super) in_leftover: bool,
}

impl ClusterSize {
    /// Tasks at once.
    pub(super) const fn slots(self, executor: ExecutorSize) -> u32 {
        self.executors * executor.cores
    }

    /// The sizes of `shape`.
    pub(super) fn of(shape: &EmrEc2Shape, engine: EngineId) -> Result<Self, NoSpec> {
        let core_type = &shape.core.instance_type;
        let core_vcpu = Catalog::embedded()
            .instance(core_type)
            .map(|instance| instance.vcpu)
            .ok_or_else(|| NoSpec::new(engine, format!("the catalog does not know the core type `{core_type}`")))?;
        let task_units = shape.task.as_ref().map_or(0, |fleet| fleet.target_units);
        let on_core = shape.core.count * shape.executor.per_node;
        let first_units = if shape.managed_scaling { core_vcpu.min(task_units) } else { task_units };
        let on_units = |units: u32| units * shape.executor.per_node / core_vcpu.max(1);
        let driver = Driver::of(shape);
        let with_driver = |places: u32| places.saturating_sub(u32::from(!driver.in_leftover));
        let executors = with_driver(on_core + on_units(task_units));
        let first_executors = with_driver(on_core + on_units(first_units));
        if on_core == 0 || executors == 0 {
            return Err(NoSpec::new(engine, "the core nodes have no room for the driver and an executor"));
        }
        let core_units = shape.core.count * core_vcpu;
        Ok(Self { core_vcpu, core_units, task_units, first_units, executors, first_executors, driver })
    }
}

impl Driver {
    /// The driver lives in what is left of a core node's YARN memory when that is enough; otherwise it takes the
    /// place (and the size) of one executor, because a smaller container there would leave the rest unused.
    fn of(shape: &EmrEc2Shape) -> Self {
        let executor = shape.executor;
        let used = (executor.memory_mib + executor.overhead_mib) * u64::from(executor.per_node);
        let yarn_mib =
            Catalog::embedded().yarn_memory(&shape.core.instance_type).map_or(0, |yarn| yarn.memory.get() / MIB);
        let left = yarn_mib.saturating_sub(used).min(DRIVER_MAX_MIB) / YARN_STEP_MIB * YARN_STEP_MIB;
        if left < DRIVER_MIN_MIB {
            let (memory_mib, overhead_mib) = (executor.memory_mib, executor.overhead_mib);
            return Self { cores: executor.cores, memory_mib, overhead_mib, in_leftover: false };
        }
        let overhead_mib = (left / 11).max(OVERHEAD_MIN_MIB);
        Self { cores: 1, memory_mib: left - overhead_mib, overhead_mib, in_leftover: true }
    }
}
