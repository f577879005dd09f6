//! Athena SQL: the service sizes itself; the bill is bytes scanned.

mod billing;

pub use billing::charges;

use super::{
    Arrival, Assumption, AthenaShape, Candidate, Engine, EngineId, EngineShape, Estimate, Execution, ExecutorGroup,
    Machine, Market, Obstacle, Provision, Question, Shape, constraints,
};
use crate::units::{Bytes, Span};
use crate::workload::{Archetype, Format};

/// No provisioning; a query may queue (Athena user guide).
const START_UP_S: Estimate = Estimate::new(0.5, 2.0, 10.0);

/// Cores that work for one query. AWS publishes none; ClickBench's 43 queries over 14.8 GB (128 to 157 s in all)
/// only bound it from below.
const SLOTS: u32 = 200;

/// Speed of one such core against Spark's: unknown, so wide.
const RUNTIME_SPEED: Estimate = Estimate::new(0.4, 1.0, 2.5);

/// Default time-out of a DML query is 30 minutes, adjustable to 240 (Athena service limits).
const TIME_LIMIT: Span = Span::minutes(240.0);

/// Athena.
#[derive(Clone, Copy, Debug)]
pub struct Athena;

impl Engine for Athena {
    fn id(&self) -> EngineId {
        EngineId::Athena
    }

    fn obstacles(&self, question: &Question<'_>) -> Vec<Obstacle> {
        let workload = question.workload;
        let mut obstacles = constraints::declared(self.id(), question);
        if workload.job.archetype.value == Archetype::EventStream {
            obstacles.extend(constraints::needs_spark(self.id(), question));
        } else {
            obstacles.extend(constraints::needs_sql(self.id(), question));
        }
        if workload.constraints.custom_jar.value {
            obstacles.push(Obstacle::relaxable(
                "custom-jar-not-supported",
                "the job needs its own JAR files; Athena runs SQL and user-defined functions only",
                "constraints.custom_jar",
            ));
        }
        obstacles.extend(constraints::no_custom_image(self.id(), question));
        if workload.input.format.value == Format::Binary {
            obstacles.push(Obstacle::new("format-not-readable", "Athena cannot query binary files"));
        }
        obstacles.extend(constraints::starts_in_time(self.id(), START_UP_S, question));
        obstacles
    }

    fn shapes(&self, question: &Question<'_>) -> Vec<Candidate> {
        vec![Candidate {
            id: "athena/on-demand".to_owned(),
            engine: EngineId::Athena,
            shape: Shape::Athena(AthenaShape { queries: question.workload.job.iterations.value.max(1) }),
        }]
    }
}

impl EngineShape for AthenaShape {
    fn execution(&self, _question: &Question<'_>) -> Execution {
        Execution::Batch(Provision {
            start_up_s: START_UP_S,
            groups: vec![ExecutorGroup {
                name: "service".to_owned(),
                arrivals: vec![Arrival { after: Span::ZERO, executors: SLOTS / 4 }],
                slots_per_executor: 4,
                executor_memory: Bytes::gib(14),
                machine: Machine {
                    core_speed: Estimate::exact(1.0),
                    network_bytes_per_s: 4.0 * 0.6e9 / 8.0,
                    disk_bytes_per_s: 4.0 * 100e6,
                    disk: Bytes::gib(200),
                },
                market: Market::OnDemand,
                elastic: None,
            }],
            shut_down: Span::ZERO,
            runtime_speed: RUNTIME_SPEED,
            time_limit: Some(TIME_LIMIT * f64::from(self.queries)),
        })
    }

    fn describe(&self) -> String {
        if self.queries == 1 {
            "on demand, one query a run".to_owned()
        } else {
            format!("on demand, {} queries a run", self.queries)
        }
    }

    fn option(&self) -> &'static str {
        "on-demand"
    }

    fn assumptions(&self, _question: &Question<'_>) -> Vec<Assumption> {
        vec![Assumption::new(
            "capacity",
            "200 cores work for one query at 1.0 (0.4 to 2.5) of Spark's speed: AWS publishes neither, so Athena's time is a guess and its bill is not",
        )]
    }
}
