//! Shapes of one asked size: so many executors of so many cores, instead of what an engine would offer.

use super::machines::{ebs_gib, executor_on_yarn, has_known_disk_rate, node_types};
use super::{Candidate, EmrEc2Shape, EmrEksShape, Engine, Execution, ExecutorSize, Question, ServerlessShape, Shape};
use crate::catalog::InstanceType;
use crate::units::{Bytes, GIB, MIB};

/// The executors that are asked for. What is not said is the engine's own choice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExecutorWish {
    /// Executors.
    pub executors: u32,
    /// Task slots of each.
    pub cores: Option<u32>,
    /// Heap of each, at least.
    pub memory: Option<Bytes>,
    /// Less heap than this is not looked at: what the job had when it was logged.
    pub least_memory: Option<Bytes>,
    /// Their instance type, on engines with instances.
    pub instance_type: Option<String>,
}

/// EMR Serverless workers by vCPU: fewest and most GB, and the step between (EMR Serverless user guide, worker
/// configurations, read 2026-08).
const SERVERLESS_WORKERS: [(u32, u32, u32, u32); 5] =
    [(1, 2, 8, 1), (2, 4, 16, 1), (4, 8, 30, 1), (8, 16, 60, 4), (16, 32, 120, 8)];

/// GB for each vCPU of a worker whose memory nobody asked for.
const SERVERLESS_GB_PER_VCPU: u32 = 4;

/// Every shape of an engine that gives the asked executors with as few machines as can hold them, On-Demand; empty when
/// the engine cannot.
#[must_use]
pub fn fixed_shapes(engine: &dyn Engine, wish: &ExecutorWish, question: &Question<'_>) -> Vec<Candidate> {
    let ladder = ladder(wish);
    let offered = engine.shapes(&Question { slot_ladder: &ladder, ..*question });
    let offered = offered.into_iter().filter(|candidate| {
        // Spot, and a fleet that is not there at the start: no asked number of executors.
        !matches!(&candidate.shape, Shape::EmrEc2(shape) if shape.task.is_some())
            && candidate.shape.behaviour().option() != "spot"
    });
    let mut found: Vec<Candidate> = Vec::new();
    for candidate in offered {
        let shapes = match &candidate.shape {
            Shape::EmrEc2(shape) => clusters(shape, wish, question).into_iter().map(Shape::EmrEc2).collect(),
            Shape::EmrEks(shape) => pods(shape, wish, question).into_iter().map(Shape::EmrEks).collect(),
            Shape::EmrServerless(shape) => workers(shape, wish).into_iter().map(Shape::EmrServerless).collect(),
            Shape::Glue(_) | Shape::Databricks(_) | Shape::Ec2Single(_) | Shape::OnPremises(_) => {
                vec![candidate.shape.clone()]
            }
            // These size themselves.
            Shape::Athena(_) | Shape::RedshiftServerless(_) | Shape::ManagedFlink(_) | Shape::BatchFargate(_) => {
                Vec::new()
            }
        };
        for shape in shapes {
            let id = format!("{}/asked/{}", candidate.engine, shape.behaviour().describe());
            let asked = Candidate { id, engine: candidate.engine, shape };
            if holds(&asked, wish, question) && !found.iter().any(|known| known.id == asked.id) {
                found.push(asked);
            }
        }
    }
    let executors = |candidate: &Candidate| size(candidate, question).map_or(u32::MAX, |size| size.0);
    let fewest = found.iter().map(executors).min().unwrap_or(0);
    // Cut executors all have the asked number; whole machines of a service come in steps, and the smallest step wins.
    found.retain(|candidate| executors(candidate) == fewest);
    found
}

/// What an engine cuts its executors into for about so many slots, for people: `4 cores and 10 GiB`.
#[must_use]
pub fn offered_sizes(engine: &dyn Engine, wish: &ExecutorWish, question: &Question<'_>) -> Vec<String> {
    let ladder = ladder(wish);
    let mut offered = engine.shapes(&Question { slot_ladder: &ladder, ..*question });
    offered.retain(|candidate| {
        !matches!(
            candidate.shape,
            Shape::Athena(_) | Shape::RedshiftServerless(_) | Shape::ManagedFlink(_) | Shape::BatchFargate(_)
        )
    });
    let mut sizes: Vec<(u32, Bytes)> = offered
        .iter()
        .filter_map(|candidate| size(candidate, question))
        .map(|(_, cores, memory)| (cores, memory))
        .collect();
    sizes.sort();
    sizes.dedup();
    sizes.into_iter().map(|(cores, memory)| format!("{cores} cores and {memory}")).collect()
}

/// Slots around the wish for every size that executors come in.
fn ladder(wish: &ExecutorWish) -> Vec<u32> {
    let cores = wish.cores.map_or_else(|| vec![1, 2, 4, 8, 16, 32], |cores| vec![cores]);
    let steps = |cores: u32| [wish.executors.saturating_mul(cores), (wish.executors + 1).saturating_mul(cores)];
    let mut ladder: Vec<u32> = cores.into_iter().flat_map(steps).collect();
    ladder.sort_unstable();
    ladder.dedup();
    ladder
}

/// Executors, slots and heap of a batch shape with executors of one size.
fn size(candidate: &Candidate, question: &Question<'_>) -> Option<(u32, u32, Bytes)> {
    let Execution::Batch(provision) = candidate.shape.behaviour().execution(question) else { return None };
    let group = provision.groups.first()?;
    Some((
        provision.groups.iter().map(super::ExecutorGroup::executors).sum(),
        group.slots_per_executor,
        group.executor_memory,
    ))
}

fn holds(candidate: &Candidate, wish: &ExecutorWish, question: &Question<'_>) -> bool {
    let Some((executors, cores, memory)) = size(candidate, question) else { return false };
    let machine = candidate.shape.instance_type();
    executors >= wish.executors
        && wish.cores.is_none_or(|wanted| wanted == cores)
        && wish.memory.or(wish.least_memory).is_none_or(|wanted| memory >= wanted)
        && wish.instance_type.as_ref().is_none_or(|wanted| machine.is_some_and(|machine| machine == wanted))
}

impl Shape {
    /// The type of the machines that carry executors, on engines with instances.
    #[must_use]
    pub fn instance_type(&self) -> Option<&str> {
        match self {
            Self::EmrEc2(shape) => Some(&shape.core.instance_type),
            Self::EmrEks(shape) => Some(&shape.nodes.instance_type),
            Self::Databricks(shape) => Some(&shape.nodes.instance_type),
            Self::Ec2Single(shape) => Some(&shape.node.instance_type),
            _ => None,
        }
    }
}

/// The nodes to cut executors out of: the asked type, or those worth offering.
fn nodes<'a>(wish: &ExecutorWish, question: &Question<'a>) -> Vec<&'a InstanceType> {
    match &wish.instance_type {
        Some(name) => question.catalog.instance(name).filter(|node| has_known_disk_rate(node)).into_iter().collect(),
        None => node_types(question),
    }
}

fn clusters(template: &EmrEc2Shape, wish: &ExecutorWish, question: &Question<'_>) -> Vec<EmrEc2Shape> {
    let of = |node: &InstanceType| {
        let executor = cut(node, executor_on_yarn(node, question)?, wish)?;
        // The driver of a cluster-mode step takes the place of one executor.
        let count = (wish.executors + 1).div_ceil(executor.per_node);
        let mut shape = EmrEc2Shape { architecture: node.architecture, executor, ..template.clone() };
        shape.core.instance_type.clone_from(&node.name);
        shape.core.count = count;
        shape.core.ebs_gib = ebs_gib(node.vcpu, count, question.workload.job.shuffle.value);
        Some(shape)
    };
    let alike = |node: &&InstanceType| node.architecture == template.architecture;
    nodes(wish, question).into_iter().filter(alike).filter_map(of).collect()
}

fn pods(template: &EmrEksShape, wish: &ExecutorWish, question: &Question<'_>) -> Vec<EmrEksShape> {
    let of = |node: &InstanceType| {
        let executor = cut(node, super::emr_eks::executor_on(node)?, wish)?;
        let count = wish.executors.div_ceil(executor.per_node);
        let mut shape = EmrEksShape { architecture: node.architecture, executor, ..template.clone() };
        shape.nodes.instance_type.clone_from(&node.name);
        shape.nodes.count = count;
        Some(shape)
    };
    let alike = |node: &&InstanceType| node.architecture == template.architecture;
    nodes(wish, question).into_iter().filter(alike).filter_map(of).collect()
}

/// The asked executor out of a node's container memory, as the engine's own standard cut divides it into heap and overhead.
fn cut(node: &InstanceType, standard: ExecutorSize, wish: &ExecutorWish) -> Option<ExecutorSize> {
    let cores = wish.cores.unwrap_or(standard.cores);
    let container = (standard.memory_mib + standard.overhead_mib) * u64::from(standard.per_node);
    let with_overhead = |heap: u64| heap + (heap * standard.overhead_mib).div_ceil(standard.memory_mib.max(1));
    let asked = wish.memory.map(|memory| memory.get().div_ceil(MIB));
    let by_cores = u64::from(node.vcpu.checked_div(cores)?);
    let by_memory = asked.map_or(by_cores, |heap| container / with_overhead(heap).max(1));
    let per_node = by_cores.min(by_memory);
    if per_node == 0 {
        return None;
    }
    let heap =
        asked.unwrap_or(container / per_node * standard.memory_mib / (standard.memory_mib + standard.overhead_mib));
    let overhead_mib = with_overhead(heap) - heap;
    (heap > 0).then_some(ExecutorSize {
        cores,
        memory_mib: heap,
        overhead_mib,
        per_node: u32::try_from(per_node).ok()?,
    })
}

/// The asked worker; memory in the service's steps.
fn workers(template: &ServerlessShape, wish: &ExecutorWish) -> Vec<ServerlessShape> {
    let vcpu = wish.cores.unwrap_or(template.worker_vcpu);
    let Some((_, least, most, step)) = SERVERLESS_WORKERS.into_iter().find(|worker| worker.0 == vcpu) else {
        return Vec::new();
    };
    let wanted_gb = match wish.memory {
        // A tenth over the heap, at least 384 MB, is overhead.
        Some(heap) => {
            let container = heap.scaled(1.1).max(Bytes::new(heap.get() + 384 * MIB));
            u32::try_from(container.get().div_ceil(GIB)).unwrap_or(u32::MAX)
        }
        None if wish.cores.is_none() => template.worker_memory_gb,
        None => vcpu * SERVERLESS_GB_PER_VCPU,
    };
    if wanted_gb > most {
        return Vec::new();
    }
    let worker_memory_gb = (least + wanted_gb.saturating_sub(least).div_ceil(step) * step).min(most);
    vec![ServerlessShape { worker_vcpu: vcpu, worker_memory_gb, max_executors: wish.executors, ..template.clone() }]
}
