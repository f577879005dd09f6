//! EMR managed scaling: for which shapes it is offered, and what they look like.

use super::super::{Candidate, EmrEc2Shape, EngineId, FleetType, GroupRecord, Question, RunRecord, Shape, TaskFleet};
use super::sizing::core_nodes;
use crate::engines::elasticity;

/// The purchase option of shapes with managed scaling: they get a row of their own.
pub const OPTION: &str = "managed-scaling";

/// A fleet that idles for less of its time than this has too little to give back: the nodes that come minutes late
/// cost the run more.
const IDLE_SHARE: f64 = 0.25;

/// The same cluster with managed scaling, if its likely run leaves its task nodes (or, without any, its core nodes) idle
/// for longer than growing takes.
pub fn sibling(finalist: &Candidate, likely: &RunRecord, question: &Question<'_>) -> Option<Candidate> {
    let Shape::EmrEc2(shape) = &finalist.shape else { return None };
    let group = likely.groups.last()?;
    // Where Spot is allowed its shapes have siblings, and those are cheaper than On-Demand ones.
    let is_cheapest_kind = shape.task.is_some() || !question.workload.constraints.spot.value;
    let may_win = !shape.managed_scaling && is_cheapest_kind && idles(group, shape.executor.cores);
    may_win.then(|| scaled(finalist, shape, question)).flatten()
}

fn idles(group: &GroupRecord, cores: u32) -> bool {
    let held_s = group.executor_time.as_seconds();
    let idle_s = held_s - group.busy_slot_time.as_seconds() / f64::from(cores.max(1));
    let of_one_s = idle_s / f64::from(group.executors.max(1));
    idle_s > IDLE_SHARE * held_s && of_one_s > elasticity::MANAGED_SCALING_S.likely
}

/// A cluster of the same size that starts with its core nodes. Spot shapes keep their fleet; of others, the nodes that are
/// not core become an On-Demand task fleet.
pub fn scaled(finalist: &Candidate, shape: &EmrEc2Shape, question: &Question<'_>) -> Option<Candidate> {
    let mut scaled = EmrEc2Shape { managed_scaling: true, ..shape.clone() };
    if scaled.task.is_none() {
        let vcpu = question.catalog.instance(&shape.core.instance_type)?.vcpu;
        scaled.core.count = core_nodes(shape.core.count);
        let task = shape.core.count.checked_sub(scaled.core.count).filter(|task| *task > 0)?;
        scaled.task = Some(TaskFleet {
            target_units: task * vcpu,
            types: vec![FleetType { instance_type: shape.core.instance_type.clone(), weight: vcpu, share: 1.0 }],
            ebs_gib_per_vcpu: shape.core.ebs_gib.div_ceil(vcpu),
            on_demand: true,
            zone: None,
        });
    }
    // "emr-ec2/spot/r6g.2xlarge/1+9" and "emr-ec2/on-demand/r6g.2xlarge/10" become "emr-ec2/managed-scaling/…".
    let (engine, rest) = finalist.id.split_once('/')?;
    let (_, size) = rest.split_once('/')?;
    Some(Candidate { id: format!("{engine}/{OPTION}/{size}"), engine: finalist.engine, shape: Shape::EmrEc2(scaled) })
}

/// A standing cluster that is kept for its core nodes only; the task nodes come with each run.
pub fn standing(cluster: Candidate, question: &Question<'_>) -> Option<Candidate> {
    let Shape::EmrEc2(shape) = &cluster.shape else { return None };
    let shape = EmrEc2Shape { standing: true, ..shape.clone() };
    let id = cluster.id.replacen("emr-ec2/", "emr-ec2-standing/", 1);
    scaled(&Candidate { id, engine: EngineId::EmrEc2Standing, shape: cluster.shape.clone() }, &shape, question)
}
