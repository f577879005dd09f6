//! EMR Serverless: workers on request, standard or Flex.

mod billing;
mod warm;

pub use billing::charges;

use super::machines::{SHUFFLE_DISK_MARGIN, architectures};
use super::{
    Assumption, Candidate, Engine, EngineId, EngineShape, Estimate, Execution, ExecutorGroup, Machine, Market,
    Obstacle, Provision, Question, RunRecord, ServerlessShape, Shape, constraints, elasticity,
};
use crate::catalog::Architecture;
use crate::units::{Bytes, GIB, MIB, Span};

/// Trigger to first executors: application start about a minute, workers "in minutes" without pre-initialised
/// capacity (aws-samples EMR Serverless best practices 2026-05; aws-emr-best-practices 2026-08).
const START_UP_S: Estimate = Estimate::new(20.0, 60.0, 180.0);

/// Flex waits for spare capacity; AWS gives no figure ("longer than Standard"), so the range is wide.
const FLEX_START_UP_S: Estimate = Estimate::new(30.0, 180.0, 1200.0);

/// Worker memory that Spark may not use as heap: 10 %, at least 384 MB (EMR Serverless user guide, worker
/// configurations).
const OVERHEAD_SHARE: f64 = 0.1;

/// Most executors of one job that shapecast offers; the service's own limit is the account's vCPU quota.
const MOST_EXECUTORS: u32 = 1000;

/// Largest shuffle-optimised disk of a worker, GB (from 7.1.0: 20 GB to 2 TB).
const LARGEST_DISK_GB: u32 = 2000;

/// vCPU and memory (GB) of the workers offered; each lies within the service's table.
const WORKERS: [(u32, u32); 6] = [(4, 8), (4, 16), (4, 30), (8, 32), (8, 60), (16, 120)];

/// The driver's worker: EMR Serverless's own default of 4 vCPU and 16 GB.
const DRIVER_VCPU: u32 = 4;
/// See [`DRIVER_VCPU`].
const DRIVER_MEMORY_GB: u32 = 16;

/// Standard execution.
#[derive(Clone, Copy, Debug)]
pub struct Standard;

/// Flex execution.
#[derive(Clone, Copy, Debug)]
pub struct Flex;

impl Engine for Standard {
    fn id(&self) -> EngineId {
        EngineId::EmrServerless
    }

    fn obstacles(&self, question: &Question<'_>) -> Vec<Obstacle> {
        obstacles(self.id(), if warm::is_demanded(question) { warm::START_UP_S } else { START_UP_S }, question)
    }

    fn shapes(&self, question: &Question<'_>) -> Vec<Candidate> {
        let cold = shapes(self.id(), question);
        if !warm::is_demanded(question) {
            return cold;
        }
        cold.iter().flat_map(|candidate| warm::of(candidate, question)).collect()
    }

    fn elastic_siblings(&self, finalist: &Candidate, _likely: &RunRecord, question: &Question<'_>) -> Vec<Candidate> {
        if warm::may_pay(question) { warm::of(finalist, question) } else { Vec::new() }
    }
}

impl Engine for Flex {
    fn id(&self) -> EngineId {
        EngineId::EmrServerlessFlex
    }

    fn obstacles(&self, question: &Question<'_>) -> Vec<Obstacle> {
        let mut obstacles = obstacles(self.id(), FLEX_START_UP_S, question);
        obstacles.extend(constraints::no_spare_capacity(self.id(), question));
        obstacles
    }

    fn shapes(&self, question: &Question<'_>) -> Vec<Candidate> {
        shapes(self.id(), question)
    }
}

fn obstacles(id: EngineId, start_up_s: Estimate, question: &Question<'_>) -> Vec<Obstacle> {
    let mut obstacles = constraints::declared(id, question);
    obstacles.extend(constraints::needs_spark(id, question));
    obstacles.extend(constraints::starts_in_time(id, start_up_s, question));
    obstacles
}

fn shapes(id: EngineId, question: &Question<'_>) -> Vec<Candidate> {
    let Some(release) = question.catalog.newest_emr_release() else { return Vec::new() };
    let mut candidates = Vec::new();
    for architecture in architectures(question) {
        for (vcpu, memory_gb) in WORKERS {
            let mut last = 0;
            for slots in question.slot_ladder {
                let executors = slots.div_ceil(vcpu);
                if executors == last {
                    continue;
                }
                last = executors;
                candidates.extend(shape(id, architecture, vcpu, memory_gb, executors, &release, question));
            }
        }
    }
    candidates
}

fn shape(
    id: EngineId,
    architecture: Architecture,
    vcpu: u32,
    memory_gb: u32,
    executors: u32,
    release: &str,
    question: &Question<'_>,
) -> Option<Candidate> {
    let disk_gb = disk_gb(question.workload.job.shuffle.value, executors)?;
    let held = u64::from(executors) * u64::from(vcpu) + u64::from(DRIVER_VCPU);
    if executors > MOST_EXECUTORS || !constraints::within_quota(held, question) {
        return None;
    }
    let architecture_name = match architecture {
        Architecture::X86_64 => "x86_64",
        Architecture::Arm64 => "arm64",
    };
    Some(Candidate {
        id: format!("{id}/{architecture_name}/{vcpu}vcpu-{memory_gb}gb/{executors}"),
        engine: id,
        shape: Shape::EmrServerless(ServerlessShape {
            release: release.to_owned(),
            architecture,
            flex: id == EngineId::EmrServerlessFlex,
            worker_vcpu: vcpu,
            worker_memory_gb: memory_gb,
            worker_disk_gb: disk_gb,
            max_executors: executors,
            driver_vcpu: DRIVER_VCPU,
            driver_memory_gb: DRIVER_MEMORY_GB,
            pre_initialised: None,
        }),
    })
}

/// Disk of one worker for its share of the shuffle: the free 20 GB, or more up to the service's largest.
fn disk_gb(shuffle: Bytes, executors: u32) -> Option<u32> {
    let share = shuffle.scaled(SHUFFLE_DISK_MARGIN / f64::from(executors.max(1)));
    let gb = u32::try_from(share.get().div_ceil(GIB)).ok()?.max(20);
    (gb <= LARGEST_DISK_GB).then_some(gb)
}

impl EngineShape for ServerlessShape {
    fn execution(&self, question: &Question<'_>) -> Execution {
        let workers = ExecutorGroup {
            name: "workers".to_owned(),
            arrivals: elasticity::dynamic_allocation(INITIAL_EXECUTORS, self.max_executors),
            slots_per_executor: self.worker_vcpu,
            executor_memory: heap(self.worker_memory_gb),
            machine: worker_machine(self, question),
            market: if self.flex { Market::Flex } else { Market::OnDemand },
            elastic: Some(elasticity::given_back_after(elasticity::IDLE_RELEASE)),
        };
        let start_up_s = match self.pre_initialised {
            Some(_) => warm::START_UP_S,
            None if self.flex => FLEX_START_UP_S,
            None => START_UP_S,
        };
        Execution::Batch(Provision {
            start_up_s,
            groups: match self.pre_initialised {
                Some(ready) => warm::groups(&workers, self.max_executors, ready),
                None => vec![workers],
            },
            shut_down: Span::ZERO,
            runtime_speed: Estimate::exact(1.0),
            time_limit: Some(Span::hours(168.0)),
        })
    }

    fn describe(&self) -> String {
        let architecture = match self.architecture {
            Architecture::X86_64 => "x86_64",
            Architecture::Arm64 => "arm64",
        };
        let workers = if self.max_executors == 1 { "worker" } else { "workers" };
        let ready = self.pre_initialised.map_or_else(String::new, |ready| {
            let sets = if ready.runs == 1 { String::new() } else { format!(" for each of {} runs", ready.runs) };
            format!(", {} pre-initialised{sets}", ready.executors)
        });
        format!(
            "{} {workers}, {} vCPU / {} GB {architecture}{ready}",
            self.max_executors, self.worker_vcpu, self.worker_memory_gb
        )
    }

    fn option(&self) -> &'static str {
        match self.pre_initialised {
            Some(_) => warm::OPTION,
            None if self.flex => "flex",
            None => "standard",
        }
    }

    fn assumptions(&self, _question: &Question<'_>) -> Vec<Assumption> {
        let start_up = if let Some(ready) = self.pre_initialised {
            warm::assumption(ready)
        } else if self.flex {
            Assumption::new(
                "start-up",
                "start-up 180 s (30 to 1200 s): AWS says only that Flex waits longer than Standard",
            )
        } else {
            Assumption::new(
                "start-up",
                "start-up 60 s (20 to 180 s) without pre-initialised capacity (EMR Serverless best practices 2026-05)",
            )
        };
        vec![
            start_up,
            Assumption::new(
                "worker-hardware",
                "AWS does not say what a worker runs on: cores are taken as 6th generation (x86) and Graviton2 (arm64), with 0.3 Gbit/s and 30 MiB/s of disk a vCPU",
            ),
        ]
    }
}

/// Heap of a worker's executor.
fn heap(memory_gb: u32) -> Bytes {
    let container = f64::from(memory_gb) * 1024.0;
    let heap = (container / (1.0 + OVERHEAD_SHARE)).min(container - 384.0);
    Bytes::new(MIB).scaled(heap)
}

/// `spark.dynamicAllocation.initialExecutors` of EMR Serverless.
const INITIAL_EXECUTORS: u32 = 3;

/// What a worker can do. AWS names no hardware; see the assumption `worker-hardware`.
fn worker_machine(shape: &ServerlessShape, question: &Question<'_>) -> Machine {
    let vcpu = f64::from(shape.worker_vcpu);
    let family = match shape.architecture {
        Architecture::X86_64 => "m6i.xlarge",
        Architecture::Arm64 => "m6g.xlarge",
    };
    Machine {
        core_speed: question
            .catalog
            .instance(family)
            .map_or(Estimate::exact(1.0), |instance| super::machines::core_speed(instance, question)),
        network_bytes_per_s: vcpu * 0.3e9 / 8.0,
        disk_bytes_per_s: vcpu * 30.0 * 1024.0 * 1024.0,
        disk: Bytes::gib(u64::from(shape.worker_disk_gb)),
    }
}
