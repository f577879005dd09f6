//! Redshift Serverless: the alternative for repeated SQL over modest volumes. No spec.

mod billing;

pub use billing::charges;

use super::{
    Arrival, Assumption, Candidate, Engine, EngineId, EngineShape, Estimate, Execution, ExecutorGroup, Machine, Market,
    Obstacle, Provision, Question, RedshiftShape, Shape, constraints,
};
use crate::units::{Bytes, Span};

/// A warm workgroup answers at once; a paused one needs about ten seconds to connect (ClickBench,
/// redshift-serverless).
const START_UP_S: Estimate = Estimate::new(0.05, 0.2, 1.0);

/// Base capacities offered, RPU: 8 to 512 in steps of 8 are allowed; doubling spans them.
const BASE_RPU: [u32; 7] = [8, 16, 32, 64, 128, 256, 512];

/// vCPU of one RPU: an RPU has 16 GiB (Redshift guide); the vCPU behind it is not published, 2 is the common
/// reading.
const VCPU_PER_RPU: u32 = 2;

/// Loaded, sorted, compressed columns with zone maps and a result cache against a scan of files in S3.
const RUNTIME_SPEED: Estimate = Estimate::new(1.0, 2.0, 4.0);

/// Redshift Serverless.
#[derive(Clone, Copy, Debug)]
pub struct RedshiftServerless;

impl Engine for RedshiftServerless {
    fn id(&self) -> EngineId {
        EngineId::RedshiftServerless
    }

    fn obstacles(&self, question: &Question<'_>) -> Vec<Obstacle> {
        let mut obstacles = constraints::declared(self.id(), question);
        obstacles.extend(constraints::needs_sql(self.id(), question));
        obstacles.extend(constraints::starts_in_time(self.id(), START_UP_S, question));
        obstacles
    }

    fn shapes(&self, _question: &Question<'_>) -> Vec<Candidate> {
        BASE_RPU
            .into_iter()
            .map(|base_rpu| Candidate {
                id: format!("redshift-serverless/{base_rpu}"),
                engine: EngineId::RedshiftServerless,
                shape: Shape::RedshiftServerless(RedshiftShape { base_rpu }),
            })
            .collect()
    }
}

impl EngineShape for RedshiftShape {
    fn execution(&self, _question: &Question<'_>) -> Execution {
        Execution::Batch(Provision {
            start_up_s: START_UP_S,
            groups: vec![ExecutorGroup {
                name: "workgroup".to_owned(),
                arrivals: vec![Arrival { after: Span::ZERO, executors: self.base_rpu }],
                slots_per_executor: VCPU_PER_RPU,
                executor_memory: Bytes::gib(14),
                machine: Machine {
                    core_speed: Estimate::exact(1.0),
                    network_bytes_per_s: 2.0 * 0.6e9 / 8.0,
                    disk_bytes_per_s: 2.0 * 100e6,
                    disk: Bytes::gib(200),
                },
                market: Market::OnDemand,
                elastic: None,
            }],
            shut_down: Span::ZERO,
            runtime_speed: RUNTIME_SPEED,
            time_limit: None,
        })
    }

    fn describe(&self) -> String {
        format!("{} RPU", self.base_rpu)
    }

    fn option(&self) -> &'static str {
        "on-demand"
    }

    fn assumptions(&self, _question: &Question<'_>) -> Vec<Assumption> {
        vec![
            Assumption::new("capacity", "one RPU works like 2 vCPU with 16 GiB: AWS publishes the memory only"),
            Assumption::new(
                "runtime-speed",
                "loaded and sorted tables answer 2 (1 to 4) times as fast as files in S3: no published figure",
            ),
            Assumption::new(
                "loading",
                "loading the tables is not billed here; their managed storage is, at the size that they have in S3",
            ),
        ]
    }
}
