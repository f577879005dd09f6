//! Glue Spark jobs: standard and Flex execution, Glue 5 and Glue 6 rates.

mod billing;

pub use billing::charges;

use super::{
    Assumption, Candidate, Engine, EngineId, EngineShape, Estimate, Execution, ExecutorGroup, GlueShape, Machine,
    Market, Obstacle, Provision, Question, Shape, constraints, elasticity,
};
use crate::units::{Bytes, MIB, Span};

/// Glue 2.0 and later start in about a minute (AWS Big Data blog, 2022-02: ten times faster than Glue 1.0's ten
/// minutes).
const START_UP_S: Estimate = Estimate::new(30.0, 60.0, 120.0);

/// Flex waits for spare capacity; AWS gives no figure.
const FLEX_START_UP_S: Estimate = Estimate::new(60.0, 300.0, 1200.0);

/// Glue's Spark against EMR's. Published factors against open-source Spark: EMR 1.7 (1.3 to 2.7), Glue 1.3
/// (assumed; no published figure for Glue 4 and later), so 0.76 with parity inside the range.
const RUNTIME_SPEED: Estimate = Estimate::new(0.6, 0.76, 1.0);

/// Executors before any task waits: one, and twice as many each second as long as tasks wait. Spark's own default, as AWS
/// says only that Glue follows Spark's requests "in near-real time" (AWS Big Data blog, Glue Auto Scaling, 2023-06).
const INITIAL_EXECUTORS: u32 = 1;

/// Versions offered: the two rate classes (`Gen2` usage types exist for Glue 6 only).
const VERSIONS: [&str; 2] = ["5.1", "6.0"];

/// Worker types for batch jobs whose price is known.
const WORKER_TYPES: [&str; 4] = ["G.1X", "G.2X", "G.4X", "G.8X"];

/// Standard execution.
#[derive(Clone, Copy, Debug)]
pub struct Standard;

/// Flex execution.
#[derive(Clone, Copy, Debug)]
pub struct Flex;

impl Engine for Standard {
    fn id(&self) -> EngineId {
        EngineId::Glue
    }

    fn obstacles(&self, question: &Question<'_>) -> Vec<Obstacle> {
        obstacles(self.id(), START_UP_S, question)
    }

    fn shapes(&self, question: &Question<'_>) -> Vec<Candidate> {
        shapes(self.id(), question)
    }
}

impl Engine for Flex {
    fn id(&self) -> EngineId {
        EngineId::GlueFlex
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
    obstacles.extend(constraints::no_custom_image(id, question));
    obstacles.extend(constraints::starts_in_time(id, start_up_s, question));
    obstacles
}

fn shapes(id: EngineId, question: &Question<'_>) -> Vec<Candidate> {
    let mut candidates = Vec::new();
    for version in VERSIONS {
        for worker_type in WORKER_TYPES {
            let Some(worker) = question.catalog.glue_worker(worker_type) else { continue };
            for workers in worker_counts(worker, question) {
                let vcpu = u64::from(workers) * u64::from(worker.vcpu);
                if constraints::within_quota(vcpu, question) && holds_shuffle(worker, workers, question) {
                    candidates.push(candidate(id, version, worker_type, workers));
                }
            }
        }
    }
    candidates
}

/// Workers for the wanted slots, the driver's included, up to the service's most; where more are wanted, the most is
/// offered as a size of its own.
fn worker_counts(worker: &crate::catalog::GlueWorker, question: &Question<'_>) -> Vec<u32> {
    let most = question.catalog.glue_most_workers(&worker.name);
    let wanted: Vec<u32> = question.slot_ladder.iter().map(|slots| slots.div_ceil(worker.vcpu) + 1).collect();
    let beyond = wanted.iter().any(|workers| *workers > most);
    let mut counts: Vec<u32> = wanted.into_iter().filter(|workers| *workers <= most).collect();
    counts.extend(beyond.then_some(most).filter(|most| *most > 1));
    counts.dedup();
    counts
}

/// Whether the executors' free disk holds the shuffle. Glue workers have fixed disks; this, not price, is where
/// Glue stops at large volumes.
fn holds_shuffle(worker: &crate::catalog::GlueWorker, workers: u32, question: &Question<'_>) -> bool {
    let Some(free) = worker.disk_free else { return true };
    let shuffle = question.workload.job.shuffle.value;
    shuffle.as_f64() <= free.as_f64() * f64::from(workers - 1)
}

fn candidate(id: EngineId, version: &str, worker_type: &str, workers: u32) -> Candidate {
    Candidate {
        id: format!("{id}/{version}/{worker_type}/{workers}"),
        engine: id,
        shape: Shape::Glue(GlueShape {
            version: version.to_owned(),
            flex: id == EngineId::GlueFlex,
            worker_type: worker_type.to_owned(),
            workers,
        }),
    }
}

impl EngineShape for GlueShape {
    fn execution(&self, question: &Question<'_>) -> Execution {
        let groups = question.catalog.glue_worker(&self.worker_type).map(|worker| {
            let vcpu = f64::from(worker.vcpu);
            ExecutorGroup {
                name: "workers".to_owned(),
                arrivals: elasticity::dynamic_allocation(INITIAL_EXECUTORS, self.workers - 1),
                slots_per_executor: worker.vcpu,
                executor_memory: heap(worker.memory),
                machine: Machine {
                    core_speed: question
                        .catalog
                        .instance("m5.xlarge")
                        .map_or(Estimate::exact(1.0), |instance| super::machines::core_speed(instance, question)),
                    network_bytes_per_s: vcpu * 0.3e9 / 8.0,
                    disk_bytes_per_s: vcpu * 30.0 * 1024.0 * 1024.0,
                    disk: worker.disk_free.unwrap_or(worker.disk.unwrap_or(Bytes::ZERO)),
                },
                market: if self.flex { Market::Flex } else { Market::OnDemand },
                elastic: Some(elasticity::given_back_after(elasticity::release_without_shuffle(question.workload))),
            }
        });
        Execution::Batch(Provision {
            start_up_s: if self.flex { FLEX_START_UP_S } else { START_UP_S },
            groups: groups.into_iter().collect(),
            shut_down: Span::ZERO,
            runtime_speed: RUNTIME_SPEED,
            // Longest time-out of a job (Glue API, botocore 1.44.5).
            time_limit: Some(Span::minutes(10_080.0)),
        })
    }

    fn describe(&self) -> String {
        format!("Glue {}, up to {} × {}", self.version, self.workers, self.worker_type)
    }

    fn option(&self) -> &'static str {
        if self.flex { "flex" } else { "standard" }
    }

    fn assumptions(&self, _question: &Question<'_>) -> Vec<Assumption> {
        let mut assumptions = vec![Assumption::new(
            "runtime-speed",
            "Glue's Spark runs a task at 0.76 (0.6 to 1.0) of EMR's speed: no published figure for Glue 4 and later",
        )];
        assumptions.push(if self.flex {
            Assumption::new("start-up", "start-up 300 s (60 to 1200 s): AWS gives no figure for Flex")
        } else {
            Assumption::new("start-up", "start-up 60 s (30 to 120 s), not charged (AWS Big Data blog 2022-02)")
        });
        assumptions
    }
}

/// Heap of a Glue executor: the worker's memory without Spark's 10 % overhead (at least 384 MB).
fn heap(memory: Bytes) -> Bytes {
    let mib = memory.as_f64() / 1_048_576.0;
    Bytes::new(MIB).scaled((mib / 1.1).min(mib - 384.0))
}
