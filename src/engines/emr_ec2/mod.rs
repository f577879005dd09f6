//! EMR on EC2: a cluster for one run (On-Demand primary and core, Spot task fleet, or all On-Demand), and the
//! standing cluster as a baseline.

mod billing;
mod scaling;
mod sizing;

pub use billing::charges;

use super::constraints;
use super::machines::{self, machine};
use super::{
    Arrival, Assumption, Candidate, EmrEc2Shape, Engine, EngineId, EngineShape, Estimate, Execution, ExecutorGroup,
    Machine, Market, Obstacle, Provision, Question, RunRecord, SpotTerms, elasticity,
};
use crate::units::{Bytes, Span};

/// Trigger to first executor of a Spark-only cluster without bootstrap actions: aws-emr-advisor plans 210 s
/// (Config.scala, 2025-06); the migration guide of aws-emr-best-practices says 5 to 10 minutes.
pub const START_UP_S: Estimate = Estimate::new(180.0, 210.0, 600.0);

/// Step end to termination.
const SHUT_DOWN: Span = Span::seconds(60.0);

/// The transient cluster.
#[derive(Clone, Copy, Debug)]
pub struct Transient;

/// The cluster that is never stopped.
#[derive(Clone, Copy, Debug)]
pub struct Standing;

impl Engine for Transient {
    fn id(&self) -> EngineId {
        EngineId::EmrEc2
    }

    fn obstacles(&self, question: &Question<'_>) -> Vec<Obstacle> {
        let mut obstacles = constraints::declared(self.id(), question);
        obstacles.extend(constraints::needs_spark(self.id(), question));
        obstacles.extend(constraints::starts_in_time(self.id(), START_UP_S, question));
        obstacles
    }

    fn shapes(&self, question: &Question<'_>) -> Vec<Candidate> {
        sizing::transient(question)
    }

    fn elastic_siblings(&self, finalist: &Candidate, likely: &RunRecord, question: &Question<'_>) -> Vec<Candidate> {
        scaling::sibling(finalist, likely, question).into_iter().collect()
    }
}

impl Engine for Standing {
    fn id(&self) -> EngineId {
        EngineId::EmrEc2Standing
    }

    fn obstacles(&self, question: &Question<'_>) -> Vec<Obstacle> {
        let today = question.workload.today.standing_cluster.as_ref();
        let unknown_disk = today.and_then(|today| constraints::disk_rate_is_known(&today.instance_type, question));
        constraints::needs_spark(self.id(), question).into_iter().chain(unknown_disk).collect()
    }

    fn shapes(&self, question: &Question<'_>) -> Vec<Candidate> {
        sizing::standing(question)
    }
}

impl EngineShape for EmrEc2Shape {
    fn execution(&self, question: &Question<'_>) -> Execution {
        let mut groups = Vec::new();
        let core = question.catalog.instance(&self.core.instance_type);
        let machine = core.and_then(|core| machine(core, self.executor.per_node, self.core.ebs_gib, question));
        if let (Some(core), Some(machine)) = (core, machine) {
            groups.push(ExecutorGroup {
                name: "core".to_owned(),
                arrivals: vec![Arrival { after: Span::ZERO, executors: self.core_executors() }],
                slots_per_executor: self.executor.cores,
                executor_memory: Bytes::mib(self.executor.memory_mib),
                machine,
                market: Market::OnDemand,
                elastic: None,
            });
            groups.extend(self.task_group(core, question));
        }
        Execution::Batch(Provision {
            start_up_s: if self.standing { STEP_START_S } else { START_UP_S },
            groups,
            shut_down: if self.standing { Span::ZERO } else { SHUT_DOWN },
            runtime_speed: Estimate::exact(1.0),
            time_limit: None,
        })
    }

    fn describe(&self) -> String {
        let core = format!("{} × {} On-Demand", self.core.count, self.core.instance_type);
        let Some(fleet) = &self.task else { return format!("{core} + {} primary", self.primary.instance_type) };
        let growth = if self.managed_scaling { "managed scaling up to " } else { "" };
        let units = fleet.target_units;
        if fleet.on_demand {
            return format!("{core} core + {growth}{units} vCPU On-Demand");
        }
        format!("{core} core + {growth}{units} vCPU Spot ({})", families(fleet))
    }

    fn option(&self) -> &'static str {
        match &self.task {
            Some(_) if self.managed_scaling => scaling::OPTION,
            Some(_) => "spot",
            None => "on-demand",
        }
    }

    fn assumptions(&self, _question: &Question<'_>) -> Vec<Assumption> {
        let mut assumptions = vec![Assumption::new(
            "start-up",
            if self.standing {
                "start-up 15 s (5 to 40 s): an application on a cluster that is running"
            } else {
                "start-up 210 s (180 to 600 s), Spark only, no bootstrap actions (aws-emr-advisor 2025-06; aws-emr-best-practices 2026-08)"
            },
        )];
        if self.spot_fleet().is_some() {
            assumptions.push(Assumption::new(
                "spot-pools",
                format!(
                    "the fleet is served from {} of its types, each of another family, in equal parts",
                    self.task.iter().flat_map(|fleet| &fleet.types).filter(|kind| kind.share > 0.0).count()
                ),
            ));
            assumptions.push(Assumption::new("spot-zone", self.zone_in_words()));
        }
        assumptions
    }
}

/// Wait for Spot capacity at the start before EMR switches to On-Demand: the shortest that the specs of this engine
/// set (`SpotSpecification.TimeoutDurationMinutes`).
const SPOT_WAIT: Span = Span::minutes(5.0);

/// Time to start an application on a running cluster.
const STEP_START_S: Estimate = Estimate::new(5.0, 15.0, 40.0);

impl EmrEc2Shape {
    fn zone_in_words(&self) -> String {
        match self.task.as_ref().and_then(|fleet| fleet.zone.as_deref()) {
            Some(zone) => format!(
                "priced in {zone}, where the cheapest fleet of the zones with known prices costs least; nobody publishes how much \
                 capacity a zone has, and EMR takes one of the subnets' zones at the launch"
            ),
            None => "the zone is left to EMR, which takes one of the subnets' zones at the launch by its allocation strategy: \
                     prices by zone are not known for enough types"
                .to_owned(),
        }
    }

    /// Executors on core nodes. The executors are cut so that they fill YARN's memory, and the driver of a cluster-mode
    /// step is a YARN container on a core node: it takes the place of one of them.
    fn core_executors(&self) -> u32 {
        (self.core.count * self.executor.per_node).saturating_sub(1)
    }

    /// The Spot fleet as one group of executors with the model type's size: weights count vCPU, so a pool of
    /// another size gives the same number of executors.
    fn task_group(&self, model: &crate::catalog::InstanceType, question: &Question<'_>) -> Option<ExecutorGroup> {
        let fleet = self.task.as_ref()?;
        let per_node = self.executor.per_node;
        let ebs_gib = fleet.ebs_gib_per_vcpu * model.vcpu;
        let executors = fleet.target_units / self.executor.cores;
        // EMR takes no empty fleet: one that grows starts with a node.
        let first = if self.managed_scaling { executors.min(per_node) } else { executors };
        let market = if fleet.on_demand { Market::OnDemand } else { self.spot_market(fleet, question) };
        Some(ExecutorGroup {
            name: "task fleet".to_owned(),
            arrivals: vec![Arrival { after: Span::ZERO, executors: first }],
            slots_per_executor: self.executor.cores,
            executor_memory: Bytes::mib(self.executor.memory_mib),
            machine: Machine {
                core_speed: fleet_speed(fleet, question),
                ..machine(model, per_node, ebs_gib, question)?
            },
            market,
            elastic: self.managed_scaling.then(|| elasticity::managed_scaling(executors - first)),
        })
    }

    fn spot_market(&self, fleet: &super::TaskFleet, question: &Question<'_>) -> Market {
        Market::Spot {
            pools: machines::spot_pools(&fleet.types, question),
            terms: SpotTerms {
                // The time-out action holds for the first provisioning, not for nodes that managed scaling asks for.
                on_demand_after: (!self.managed_scaling).then_some(SPOT_WAIT),
                // Not documented for YARN; what is on a lost node is unregistered at once.
                moves_shuffle: false,
                carries_driver: !question.workload.spot.node_labels.value,
            },
        }
    }
}

/// Mean core speed of the pools that the bill assumes.
fn fleet_speed(fleet: &super::TaskFleet, question: &Question<'_>) -> Estimate {
    let mut mean = Estimate::exact(0.0);
    for kind in fleet.types.iter().filter(|kind| kind.share > 0.0) {
        if let Some(instance) = question.catalog.instance(&kind.instance_type) {
            let speed = machines::core_speed(instance, question).times(kind.share);
            mean = Estimate::new(mean.low + speed.low, mean.likely + speed.likely, mean.high + speed.high);
        }
    }
    mean
}

/// The families of the served pools, for people.
fn families(fleet: &super::TaskFleet) -> String {
    let served: Vec<&str> =
        fleet.types.iter().filter(|kind| kind.share > 0.0).map(|kind| kind.instance_type.as_str()).collect();
    format!("{} of {} types", served.join(", "), fleet.types.len())
}
