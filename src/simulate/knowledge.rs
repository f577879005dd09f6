//! What nobody knows about the workload, drawn once per replication for all candidates alike.

use super::archetype::{self, LEVEL, STATED_LEVEL};
use super::calibration::Calibration;
use super::draws::Draws;
use super::unknown::{Held, Unknown};
use crate::engines::Estimate;
use crate::workload::Workload;

/// Spread of a memory expansion that nobody measured: p10 and p90 over the likely value. Plan 2–4 × (docs/concepts/sources.md, "Files and memory").
const EXPANSION_SPREAD: Estimate = Estimate::new(0.6, 1.0, 1.6);
/// Spread of a shuffle volume that nobody measured. An assumption.
const SHUFFLE_SPREAD: Estimate = Estimate::new(0.5, 1.0, 2.0);

/// One replication's rates and volumes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Knowledge {
    /// Factor on all processor times.
    pub level: f64,
    /// Bytes per core-second, see [`archetype`].
    pub scan_rate: f64,
    /// Writing Parquet.
    pub write_rate: f64,
    /// Writing shuffle.
    pub shuffle_write_rate: f64,
    /// Merge join.
    pub join_rate: f64,
    /// Aggregation.
    pub aggregate_rate: f64,
    /// Sort.
    pub sort_rate: f64,
    /// The shuffle side of SQL, half of it joined and half of it aggregated.
    pub query_rate: f64,
    /// A pass over cached data.
    pub cache_rate: f64,
    /// Factor on the workload's memory expansion.
    pub expansion: f64,
    /// Factor on the workload's shuffle volume.
    pub shuffle: f64,
    /// Where in 0..1 the hot partition stands among the others.
    pub hot_place: f64,
    /// Factor on all task times: how far off the simulation is on these slots, given what was observed on others.
    pub misfit: f64,
    /// Drawn once, held against the probability of running out of memory: the run dies when it lies below.
    pub memory_luck: f64,
}

impl Knowledge {
    /// Every figure at its likely value.
    #[must_use]
    pub fn likely(workload: &Workload, calibration: &Calibration) -> Self {
        Self::at(workload, calibration, 1, &[0.0; 7], 0.5, 0.5)
    }

    /// A draw that depends on the seed and the replication alone; how far it goes depends on how far these slots are from
    /// what was observed.
    #[must_use]
    pub fn drawn(
        workload: &Workload,
        calibration: &Calibration,
        slots: u32,
        (seed, replication): (u64, u32),
        held: Option<Held>,
    ) -> Self {
        let mut draws = Draws::new(seed, "workload", "", replication);
        let [level, scan, shuffle, write, expansion, volume] = std::array::from_fn(|_| draws.score());
        let (hot_place, memory_luck) = (draws.unit(), draws.unit());
        let mut scores = [level, scan, shuffle, write, expansion, volume, draws.score()];
        hold(&mut scores, held);
        Self::at(workload, calibration, slots, &scores, hot_place, memory_luck)
    }

    /// One figure at a place of its range, the others at their likely value.
    #[must_use]
    pub fn holding(workload: &Workload, calibration: &Calibration, slots: u32, held: Held) -> Self {
        let mut scores = [0.0; 7];
        hold(&mut scores, Some(held));
        Self::at(workload, calibration, slots, &scores, 0.5, 0.5)
    }

    fn at(
        workload: &Workload,
        calibration: &Calibration,
        slots: u32,
        scores: &[f64; 7],
        hot_place: f64,
        memory_luck: f64,
    ) -> Self {
        let [level, scan, shuffle, write, expansion, volume, misfit] = *scores;
        let job = &workload.job;
        // Stages written out carry their own processor time.
        let stated = if job.stages.is_empty() { LEVEL } else { STATED_LEVEL };
        let level = calibration.level_sigma().map_or_else(|| stated.at_score(level), |sigma| (sigma * level).exp());
        let input = &workload.input;
        // A measured run fixes the sum of all rates; which of them is off is not known, so none is drawn.
        let rate =
            |rate: Estimate, score: f64| if calibration.is_observed() { rate.likely } else { rate.at_score(score) };
        let unless_known = |known: bool, spread: Estimate, score: f64| if known { 1.0 } else { spread.at_score(score) };
        let (join_rate, aggregate_rate) = (rate(archetype::MERGE_JOIN, shuffle), rate(archetype::AGGREGATE, shuffle));
        Self {
            level: calibration.factor * level,
            scan_rate: rate(archetype::scan_rate(input.format.value, input.compression.value), scan),
            write_rate: rate(archetype::WRITE, write),
            shuffle_write_rate: rate(archetype::SHUFFLE_WRITE, shuffle),
            join_rate,
            aggregate_rate,
            query_rate: 2.0 / (1.0 / join_rate + 1.0 / aggregate_rate),
            sort_rate: rate(archetype::SORT, shuffle),
            cache_rate: rate(archetype::CACHE_PASS, shuffle),
            expansion: unless_known(!job.memory_expansion.is_default(), EXPANSION_SPREAD, expansion),
            shuffle: unless_known(!job.shuffle.is_default(), SHUFFLE_SPREAD, volume),
            hot_place,
            misfit: (calibration.scale_sigma(slots) * misfit).exp(),
            memory_luck,
        }
    }
}

/// The scores of [`Knowledge::at`] in their order.
fn hold(scores: &mut [f64; 7], held: Option<Held>) {
    for (score, unknown) in scores.iter_mut().zip(Unknown::OF_WORKLOAD) {
        *score = Held::or(held, unknown, *score);
    }
}
