//! The simulation: a graph of stages run by Spark's scheduling rules on the executors of a shape.
//!
//! Pure and seeded: no clock, environment, file, network or unseeded randomness. A candidate's random stream
//! depends on the seed and its own id only; what is unknown about the *workload* (its rates) is drawn from the
//! seed alone, so that all candidates see the same draw (common random numbers) and a difference between two
//! shapes is not noise.
//!
//! ```text
//! workload ─► declared ─► graph ─┐
//!             (archetype,        ├─► run: task_time, spread ─► scheduler ─► spot ─► record
//!              splits, skew) provision
//! ```

pub mod archetype;
mod calibration;
pub mod data_cost;
mod declared;
mod draws;
mod explicit;
mod failure;
pub mod graph;
mod job;
pub mod key_skew;
mod knowledge;
mod luck;
pub mod memory;
mod observed;
mod recipe;
mod record;
pub mod replay;
mod run;
pub mod s3;
pub mod scheduler;
mod settings;
pub mod skew;
pub mod splits;
pub mod spot;
mod spread;
pub mod survival;
mod task_time;
mod unknown;

pub use calibration::{Calibration, CalibrationSource, Known, at_volume};
pub use draws::{Draws, normal_quantile};
pub use recipe::chosen_shuffle_partitions;
pub use settings::Settings;
pub use unknown::{Held, P90_SCORE, Unknown, service_and_hardware};

/// Counts what gives another answer to the same question: a release that changes a rate, a rule of the scheduler or of
/// billing, or the search raises it. A gate names it, so that a moved figure is not taken for the author's doing; the
/// gate finds the move itself by computing the stored question again.
pub const MODEL_VERSION: u32 = 6;

use std::sync::Arc;

use job::Job;
use knowledge::Knowledge;
use luck::Luck;
use replay::MeasuredGraph;

use crate::engines::{Provision, RunRecord};
use crate::workload::Workload;

/// A workload that is ready to be simulated on many candidates: its observed runs are fitted once.
#[derive(Clone, Debug)]
pub struct Model<'w> {
    workload: &'w Workload,
    calibration: Calibration,
    measured: Option<Arc<MeasuredGraph>>,
}

impl<'w> Model<'w> {
    /// Fits the workload's observed runs.
    #[must_use]
    pub fn new(workload: &'w Workload) -> Self {
        Self { workload, calibration: Calibration::from_observed_runs(workload), measured: None }
    }

    /// Uses a calibration that the caller made.
    #[must_use]
    pub const fn with_calibration(workload: &'w Workload, calibration: Calibration) -> Self {
        Self { workload, calibration, measured: None }
    }

    /// Takes stages and tasks from a log instead of the workload's archetype.
    #[must_use]
    pub fn from_log(workload: &'w Workload, measured: Arc<MeasuredGraph>) -> Self {
        let calibration = Calibration::of_log(measured.slots());
        Self { workload, calibration, measured: Some(measured) }
    }

    /// The same model for another volume of the same job.
    #[must_use]
    pub fn of_other<'o>(&self, workload: &'o Workload) -> Model<'o> {
        Model { workload, calibration: self.calibration.clone(), measured: self.measured.clone() }
    }

    /// Whether a candidate has at least the compute that the log's job used; always so without a log.
    #[must_use]
    pub fn is_enough(&self, provision: &Provision) -> bool {
        let volume = self.workload.input.volume.value.as_f64();
        self.measured.as_ref().is_none_or(|measured| measured.is_enough(provision, volume))
    }

    /// What observed runs said about the published rates.
    #[must_use]
    pub const fn calibration(&self) -> &Calibration {
        &self.calibration
    }

    /// The stage graph of the likely run on a provision.
    #[must_use]
    pub fn graph(&self, provision: &Provision) -> graph::StageGraph {
        let knowledge = Knowledge::likely(self.workload, &self.calibration);
        self.logged(provision).unwrap_or_else(|| self.declared(provision, &knowledge))
    }

    /// The stages of the log, the same in every replication: what is not known of them is one factor on processor times.
    fn logged(&self, provision: &Provision) -> Option<graph::StageGraph> {
        let measured = self.measured.as_ref()?;
        Some(measured.on(provision, self.workload.input.volume.value.as_f64()))
    }

    fn declared(&self, provision: &Provision, knowledge: &Knowledge) -> graph::StageGraph {
        declared::graph(self.workload, knowledge, declared::site(provision))
    }

    /// Runs a candidate as the settings say.
    #[must_use]
    pub fn simulate(&self, provision: &Provision, candidate_id: &str, settings: &Settings) -> Vec<RunRecord> {
        let logged = self.logged(provision).map(Job::of);
        let replicate = |knowledge: &Knowledge, luck: Luck| match &logged {
            Some(job) => run::one(job, knowledge.level, provision, knowledge, luck),
            // The rates that were drawn are in the graph.
            None => run::one(&Job::of(self.declared(provision, knowledge)), 1.0, provision, knowledge, luck),
        };
        let Settings { seed, held, tells_stages, .. } = *settings;
        if settings.replications == 0 {
            let knowledge = Knowledge::likely(self.workload, &self.calibration);
            let mut luck = Luck::likely();
            luck.tells_stages = tells_stages;
            return vec![replicate(&knowledge, luck)];
        }
        let drawn = |replication: u32| {
            let stream = (seed, replication);
            let knowledge = Knowledge::drawn(self.workload, &self.calibration, provision.slots(), stream, held);
            let mut luck = Luck::drawn(seed, candidate_id, replication, held);
            luck.tells_stages = tells_stages;
            replicate(&knowledge, luck)
        };
        settings.numbers().map(drawn).collect()
    }
}

/// Simulates a workload on a provision: one likely run when `settings.replications` is 0, else that many drawn ones.
///
/// For many candidates of one workload make a [`Model`] once: this fits the observed runs anew each time.
#[must_use]
pub fn simulate(workload: &Workload, provision: &Provision, candidate_id: &str, settings: &Settings) -> Vec<RunRecord> {
    Model::new(workload).simulate(provision, candidate_id, settings)
}
