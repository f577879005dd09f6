//! What a shape gives to the simulation: when executors come, how fast they are, when they go.

use serde::Serialize;

use super::Estimate;
use crate::prices::InterruptionBand;
use crate::units::{Bytes, Span};
use crate::workload::PoolLosses;

/// The machines of one run, as the simulation sees them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Provision {
    /// Seconds from the trigger until the first executors can take tasks.
    pub start_up_s: Estimate,
    /// Executors of one kind each.
    pub groups: Vec<ExecutorGroup>,
    /// Billed time after the last task: writing logs, terminating, idle time-out.
    pub shut_down: Span,
    /// How much faster this engine's Spark runtime runs the same task than EMR's, with a range. The engine
    /// families differ (EMR 1, open source below 1), the machine does not.
    pub runtime_speed: Estimate,
    /// Longest time that the service lets a run live; `None` when there is no limit.
    pub time_limit: Option<Span>,
}

/// Identical executors that come and go together.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ExecutorGroup {
    /// For people: "core", "task r6g.4xlarge", "workers".
    pub name: String,
    /// When how many executors arrive by themselves, counted from the end of the start-up.
    pub arrivals: Vec<Arrival>,
    /// Tasks that one executor runs at once.
    pub slots_per_executor: u32,
    /// Memory of one executor's process (heap, without overhead).
    pub executor_memory: Bytes,
    /// What one executor can do.
    pub machine: Machine,
    /// How the capacity was bought.
    pub market: Market,
    /// How capacity follows the tasks that wait; `None` when all executors come by themselves and stay to the end.
    pub elastic: Option<Elastic>,
}

/// How a group grows and shrinks while a run goes on.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Elastic {
    /// Executors that do not come by themselves, but when tasks wait for them.
    pub on_request: u32,
    /// Seconds from a request until the executor takes tasks.
    pub comes_after_s: Estimate,
    /// An executor that has been idle for so long is given back.
    pub idle_release: Span,
    /// Whether it stays nevertheless as long as shuffle files and cached blocks are still to be read.
    pub keeps_output: bool,
}

/// Executors that arrive at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Arrival {
    /// After the end of the start-up.
    pub after: Span,
    /// How many.
    pub executors: u32,
}

/// The speed of one executor.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Machine {
    /// Speed of one core against the reference core (5th generation Intel, m5/r5).
    pub core_speed: Estimate,
    /// Share of a node's sustained network that one executor has, bytes per second.
    pub network_bytes_per_s: f64,
    /// Share of a node's sustained disk rate that one executor has, bytes per second.
    pub disk_bytes_per_s: f64,
    /// Disk that one executor may fill with shuffle and spill.
    pub disk: Bytes,
}

/// How capacity was bought.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "market")]
pub enum Market {
    /// Stays until the run gives it back.
    OnDemand,
    /// EC2 may take it back.
    Spot {
        /// The interruption band of each pool with the share of the group's capacity in it.
        pools: Vec<SpotPool>,
        /// What happens at the start and after a loss.
        terms: SpotTerms,
    },
    /// Spare capacity of a service (Glue Flex, Serverless Flex): may wait and be taken back.
    Flex,
}

/// One Spot pool of a diversified fleet.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SpotPool {
    /// For example `r6g.4xlarge`.
    pub instance_type: String,
    /// Share of the fleet's capacity.
    pub share: f64,
    /// AWS's band; `None` when the advisor does not list the type.
    pub band: Option<InterruptionBand>,
    /// What the account's own nodes of the type showed; `None` when nothing is known.
    pub history: Option<PoolLosses>,
}

impl SpotPool {
    /// The instance family: pools of one family are short together more often than others.
    #[must_use]
    pub fn family(&self) -> &str {
        crate::catalog::family_of(&self.instance_type)
    }
}

/// What an engine does with Spot capacity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct SpotTerms {
    /// Wait for capacity at the start, after which On-Demand takes its place at its own price; `None` when nothing
    /// does and the run waits on.
    pub on_demand_after: Option<Span>,
    /// Whether shuffle files move to other nodes after the notice, as far as the time is enough.
    pub moves_shuffle: bool,
    /// Whether the driver may stand on a Spot node.
    pub carries_driver: bool,
}

impl ExecutorGroup {
    /// Executors once all have arrived.
    #[must_use]
    pub fn executors(&self) -> u32 {
        let on_request = self.elastic.map_or(0, |elastic| elastic.on_request);
        self.arrivals.iter().map(|arrival| arrival.executors).sum::<u32>() + on_request
    }

    /// Task slots once all have arrived.
    #[must_use]
    pub fn slots(&self) -> u32 {
        self.executors() * self.slots_per_executor
    }
}

impl Provision {
    /// Task slots of all groups once all executors have arrived.
    #[must_use]
    pub fn slots(&self) -> u32 {
        self.groups.iter().map(ExecutorGroup::slots).sum()
    }
}

impl Provision {
    /// A service without executors of its own: nothing arrives, nothing is slow.
    #[must_use]
    pub const fn service(start_up_s: Estimate) -> Self {
        Self {
            start_up_s,
            groups: Vec::new(),
            shut_down: Span::ZERO,
            runtime_speed: Estimate::exact(1.0),
            time_limit: None,
        }
    }
}
