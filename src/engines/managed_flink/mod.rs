//! Managed Service for Apache Flink: where single events go. No spec.

mod billing;

pub use billing::charges;

use super::{
    Assumption, Candidate, Engine, EngineId, EngineShape, Estimate, Execution, FlinkShape, Obstacle, Question, Shape,
    constraints,
};
use crate::units::SECONDS_PER_MONTH;
use crate::workload::Archetype;

/// From an event to its result: tens of milliseconds of processing plus the source's polling interval (200 ms for
/// Kinesis Data Streams without enhanced fan-out). No published measurement: an assumption.
const LATENCY_S: Estimate = Estimate::new(0.05, 0.15, 0.3);

/// Bytes a second that one KPU (1 vCPU, 4 GB) works through: AWS publishes none; a light enrichment of JSON events
/// at the JSON rate of one core, halved for state and checkpoints.
const BYTES_PER_KPU_S: f64 = 4e6;

/// Most KPU of one application without a raise (Managed Flink API, botocore 1.44.5).
const MOST_KPU: u32 = 64;

/// Managed Flink.
#[derive(Clone, Copy, Debug)]
pub struct ManagedFlink;

impl Engine for ManagedFlink {
    fn id(&self) -> EngineId {
        EngineId::ManagedFlink
    }

    fn obstacles(&self, question: &Question<'_>) -> Vec<Obstacle> {
        let mut obstacles = constraints::declared(self.id(), question);
        if question.workload.job.archetype.value != Archetype::EventStream {
            obstacles.push(Obstacle::new(
                "not-a-stream",
                "the job is a batch: a stream processor that runs all month would wait for it most of the time",
            ));
        }
        obstacles
    }

    fn shapes(&self, question: &Question<'_>) -> Vec<Candidate> {
        let kpu = kpu_for(question);
        if kpu > MOST_KPU {
            return Vec::new();
        }
        vec![Candidate {
            id: format!("managed-flink/{kpu}"),
            engine: EngineId::ManagedFlink,
            shape: Shape::ManagedFlink(FlinkShape { kpu }),
        }]
    }
}

/// KPU for the month's volume at twice its mean rate.
fn kpu_for(question: &Question<'_>) -> u32 {
    const PEAK_OVER_MEAN: f64 = 2.0;
    let workload = question.workload;
    let bytes_per_s = workload.input.volume.value.as_f64() * workload.cadence.runs_per_month.value / SECONDS_PER_MONTH;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "float to integer casts saturate")]
    let kpu = (bytes_per_s * PEAK_OVER_MEAN / BYTES_PER_KPU_S).ceil() as u32;
    kpu.max(1)
}

impl EngineShape for FlinkShape {
    fn execution(&self, _question: &Question<'_>) -> Execution {
        Execution::Continuous { latency_s: LATENCY_S }
    }

    fn describe(&self) -> String {
        format!("{} KPU, running all month", self.kpu)
    }

    fn option(&self) -> &'static str {
        "on-demand"
    }

    fn assumptions(&self, _question: &Question<'_>) -> Vec<Assumption> {
        vec![Assumption::new(
            "kpu-rate",
            "one KPU works through 4 MB/s of events, sized for twice the mean rate: AWS publishes no rate",
        )]
    }
}
