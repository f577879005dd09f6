//! AWS Batch on Fargate: an array of containers, each working through its share of the items.

mod billing;

pub use billing::charges;

use super::elasticity;
use super::machines::architectures;
use super::{
    Arrival, Assumption, Candidate, Engine, EngineId, EngineShape, Estimate, Execution, ExecutorGroup, FargateShape,
    Machine, Market, Obstacle, Provision, Question, Shape, constraints,
};
use crate::catalog::Architecture;
use crate::prices::{PriceKey, items};
use crate::units::{Bytes, MIB, Span};
use crate::workload::{Archetype, ContainerSize};

/// Image pull and task start; nobody published a measurement, so this is an assumption.
const START_UP_S: Estimate = Estimate::new(30.0, 60.0, 180.0);

/// Default Fargate On-Demand quota, vCPU (botocore batch model, 2026-08): larger runs need a raise.
pub const DEFAULT_QUOTA_VCPU: f64 = 6.0;

/// AWS Batch on Fargate.
#[derive(Clone, Copy, Debug)]
pub struct BatchFargate;

impl Engine for BatchFargate {
    fn id(&self) -> EngineId {
        EngineId::BatchFargate
    }

    fn obstacles(&self, question: &Question<'_>) -> Vec<Obstacle> {
        let workload = question.workload;
        let mut obstacles = constraints::declared(self.id(), question);
        match workload.job.archetype.value {
            Archetype::ContainerBatch => {}
            Archetype::EventStream => obstacles.extend(constraints::needs_spark(self.id(), question)),
            _ => obstacles.push(Obstacle::new(
                "not-containers",
                "the job is a Spark or SQL job; Batch on Fargate runs independent containers without a shuffle",
            )),
        }
        if workload.job.archetype.value == Archetype::ContainerBatch && container(question).is_none() {
            obstacles.push(Obstacle::relaxable(
                "no-fargate-size",
                "no Fargate task size holds job.container (largest: 32 vCPU, 244 GB)",
                "job.container",
            ));
        }
        obstacles.extend(constraints::no_lake_formation(self.id(), question));
        obstacles.extend(constraints::starts_in_time(self.id(), START_UP_S, question));
        obstacles
    }

    fn shapes(&self, question: &Question<'_>) -> Vec<Candidate> {
        let Some((milli_vcpu, memory_mib)) = container(question) else { return Vec::new() };
        let items = u32::try_from(question.workload.input.files.value).unwrap_or(u32::MAX);
        let mut sizes: Vec<u32> = question
            .slot_ladder
            .iter()
            // More tasks than items would stand idle: the nearest shape has one for each.
            .map(|tasks| (*tasks).min(items))
            .filter(|tasks| {
                let vcpu = (u64::from(*tasks) * u64::from(milli_vcpu)).div_ceil(1000);
                constraints::within_quota(vcpu, question)
            })
            .collect();
        sizes.dedup();
        architectures(question)
            .into_iter()
            .flat_map(|architecture| {
                let sizes = &sizes;
                let markets =
                    [false, true].into_iter().filter(move |spot| !spot || offers_spot(architecture, question));
                markets.flat_map(move |spot| {
                    sizes.iter().map(move |tasks| candidate(architecture, milli_vcpu, memory_mib, *tasks, spot))
                })
            })
            .collect()
    }
}

/// Whether Spot is allowed and Fargate Spot has a price here: it floats, so it is known where somebody looked.
fn offers_spot(architecture: Architecture, question: &Question<'_>) -> bool {
    let items = match architecture {
        Architecture::X86_64 => [items::FARGATE_SPOT_VCPU.meter(), items::FARGATE_SPOT_MEMORY.meter()],
        Architecture::Arm64 => [items::FARGATE_SPOT_VCPU_ARM.meter(), items::FARGATE_SPOT_MEMORY_ARM.meter()],
    };
    question.workload.constraints.spot.value && items.iter().all(|meter| question.rates.dollars(meter).is_some())
}

fn candidate(architecture: Architecture, milli_vcpu: u32, memory_mib: u32, tasks: u32, spot: bool) -> Candidate {
    let name = if architecture == Architecture::Arm64 { "arm64" } else { "x86_64" };
    Candidate {
        id: format!("batch-fargate/{}{name}/{milli_vcpu}m-{memory_mib}mib/{tasks}", if spot { "spot-" } else { "" }),
        engine: EngineId::BatchFargate,
        shape: Shape::BatchFargate(FargateShape {
            architecture,
            milli_vcpu,
            memory_mib,
            concurrency: tasks,
            containers: tasks,
            spot,
        }),
    }
}

/// The smallest Fargate size that holds the wanted container: thousandths of a vCPU, and MiB.
fn container(question: &Question<'_>) -> Option<(u32, u32)> {
    let wanted = question.workload.job.container.unwrap_or(ContainerSize { vcpu: 1.0, memory: Bytes::gib(2) });
    question.catalog.fargate_size_for(wanted.vcpu, wanted.memory)
}

impl EngineShape for FargateShape {
    fn execution(&self, question: &Question<'_>) -> Execution {
        let vcpu = f64::from(self.milli_vcpu) / 1000.0;
        let family = if self.architecture == Architecture::Arm64 { "m6g.xlarge" } else { "m5.xlarge" };
        let core = question
            .catalog
            .instance(family)
            .map_or(Estimate::exact(1.0), |instance| super::machines::core_speed(instance, question));
        Execution::Batch(Provision {
            start_up_s: START_UP_S,
            groups: vec![ExecutorGroup {
                name: "containers".to_owned(),
                arrivals: vec![Arrival { after: Span::ZERO, executors: self.concurrency }],
                slots_per_executor: 1,
                executor_memory: Bytes::new(MIB).scaled(f64::from(self.memory_mib)),
                machine: Machine {
                    core_speed: core.times(vcpu),
                    network_bytes_per_s: vcpu * 0.3e9 / 8.0,
                    disk_bytes_per_s: 100e6,
                    disk: Bytes::gib(20),
                },
                // Spare capacity of pools that nobody sees, with two minutes' warning (SIGTERM), as Flex has it.
                market: if self.spot { Market::Flex } else { Market::OnDemand },
                elastic: Some(elasticity::given_back_after(Span::ZERO)),
            }],
            shut_down: Span::ZERO,
            runtime_speed: Estimate::exact(1.0),
            time_limit: None,
        })
    }

    fn describe(&self) -> String {
        let architecture = if self.architecture == Architecture::Arm64 { "arm64" } else { "x86_64" };
        let tasks = if self.concurrency == 1 { "task" } else { "tasks" };
        format!(
            "{} {tasks} at once{}, {} vCPU / {} GB {architecture}",
            self.concurrency,
            if self.spot { " on Fargate Spot" } else { "" },
            f64::from(self.milli_vcpu) / 1000.0,
            f64::from(self.memory_mib) / 1024.0
        )
    }

    fn option(&self) -> &'static str {
        if self.spot { "spot" } else { "on-demand" }
    }

    fn assumptions(&self, _question: &Question<'_>) -> Vec<Assumption> {
        let mut assumptions = vec![
            Assumption::new(
                "start-up",
                "start-up 60 s (30 to 180 s) for image pull and task start: no published measurement",
            ),
            Assumption::new(
                "core",
                "one Fargate vCPU works like a 5th generation Intel (x86) or Graviton2 (arm64) vCPU: AWS names no hardware",
            ),
        ];
        let vcpu = f64::from(self.concurrency * self.milli_vcpu) / 1000.0;
        if vcpu > DEFAULT_QUOTA_VCPU {
            assumptions.push(Assumption::new(
                "quota",
                format!("{vcpu} vCPU at once: the account's Fargate quota must be raised, its default is {DEFAULT_QUOTA_VCPU}"),
            ));
        }
        assumptions
    }
}
