//! One EC2 instance that does the whole job with open-source Spark in local mode: a baseline.

mod billing;

pub use billing::charges;

use super::machines::{ebs_gib, has_known_disk_rate, machine};
use super::{
    Arrival, Assumption, Candidate, Engine, EngineId, EngineShape, Estimate, Execution, ExecutorGroup, Market,
    NodeGroup, Obstacle, Provision, Question, Shape, SingleShape, constraints,
};
use crate::units::Span;

/// Boot of an instance to a running script.
const START_UP_S: Estimate = Estimate::new(20.0, 40.0, 120.0);

/// Open-source Spark against EMR's runtime: vendor figures say EMR is 2.7 to 5.4 times as fast, independent ones
/// 1.5 to 2, so 1/1.7 (1/2.7 to 1/1.3).
pub const OPEN_SOURCE_SPEED: Estimate = Estimate::new(0.37, 0.59, 0.77);

/// Types offered when the workload names none.
const OFFERED: [&str; 3] = ["r5.4xlarge", "r5.8xlarge", "r5.16xlarge"];

/// One EC2 instance.
#[derive(Clone, Copy, Debug)]
pub struct Ec2Single;

impl Engine for Ec2Single {
    fn id(&self) -> EngineId {
        EngineId::Ec2Single
    }

    fn obstacles(&self, question: &Question<'_>) -> Vec<Obstacle> {
        let named = question.workload.today.single_instance.as_deref();
        let unknown_disk = named.and_then(|name| constraints::disk_rate_is_known(name, question));
        constraints::needs_spark(self.id(), question).into_iter().chain(unknown_disk).collect()
    }

    fn shapes(&self, question: &Question<'_>) -> Vec<Candidate> {
        let named = question.workload.today.single_instance.as_deref();
        let names: Vec<&str> = named.map_or_else(|| OFFERED.to_vec(), |name| vec![name]);
        names
            .into_iter()
            .filter_map(|name| question.catalog.instance(name))
            .filter(|node| has_known_disk_rate(node))
            .map(|node| Candidate {
                id: format!("ec2-single/{}", node.name),
                engine: EngineId::Ec2Single,
                shape: Shape::Ec2Single(SingleShape {
                    node: NodeGroup {
                        instance_type: node.name.clone(),
                        count: 1,
                        ebs_gib: ebs_gib(node.vcpu, 1, question.workload.job.shuffle.value),
                    },
                }),
            })
            .collect()
    }
}

impl EngineShape for SingleShape {
    fn execution(&self, question: &Question<'_>) -> Execution {
        let group = question.catalog.instance(&self.node.instance_type).and_then(|node| {
            Some(ExecutorGroup {
                name: "instance".to_owned(),
                arrivals: vec![Arrival { after: Span::ZERO, executors: 1 }],
                slots_per_executor: node.vcpu,
                executor_memory: node.memory.scaled(0.85),
                machine: machine(node, 1, self.node.ebs_gib, question)?,
                market: Market::OnDemand,
                elastic: None,
            })
        });
        let calibrated = !question.workload.observed_runs.is_empty();
        Execution::Batch(Provision {
            start_up_s: START_UP_S,
            groups: group.into_iter().collect(),
            shut_down: Span::ZERO,
            runtime_speed: if calibrated { Estimate::exact(1.0) } else { OPEN_SOURCE_SPEED },
            time_limit: None,
        })
    }

    fn describe(&self) -> String {
        format!("1 × {}", self.node.instance_type)
    }

    fn option(&self) -> &'static str {
        "on-demand"
    }

    fn assumptions(&self, question: &Question<'_>) -> Vec<Assumption> {
        if question.workload.observed_runs.is_empty() {
            vec![Assumption::new("runtime-speed", "open-source Spark at 0.59 (0.37 to 0.77) of EMR's speed")]
        } else {
            vec![Assumption::new("runtime-speed", "the observed runs fix the speed: no runtime factor is applied")]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;
    use crate::prices::PriceBook;
    use crate::workload::{Vocabulary, read_str};

    /// Obstacle codes and offered types when the job runs on `instance_type` today.
    fn offered(instance_type: &str) -> (Vec<&'static str>, Vec<String>) {
        let text = include_str!("../../../docs/examples/minimal.yaml");
        let mut workload = read_str(text, "minimal.yaml", &Vocabulary::unchecked()).expect("an example");
        workload.today.single_instance = Some(instance_type.to_owned());
        let rates = PriceBook::embedded().expect("embedded").in_region("us-east-1").expect("a region");
        let question =
            Question { workload: &workload, catalog: Catalog::embedded(), rates: &rates, slot_ladder: &[16] };
        let codes = Ec2Single.obstacles(&question).into_iter().map(|obstacle| obstacle.code).collect();
        (codes, Ec2Single.shapes(&question).into_iter().map(|candidate| candidate.id).collect())
    }

    #[test]
    fn a_type_without_a_disk_rate_is_not_offered_and_says_why() {
        assert_eq!(offered("c3.8xlarge"), (vec!["disk-rate-unknown"], Vec::new()));
        assert_eq!(offered("r5.4xlarge"), (Vec::new(), vec!["ec2-single/r5.4xlarge".to_owned()]));
    }
}
