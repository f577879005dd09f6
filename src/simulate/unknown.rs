//! What nobody knows for sure, one figure at a time: held at a place of its range while everything else is drawn.

use super::Model;
use super::knowledge::Knowledge;
use crate::workload::{Archetype, Workload};

/// A figure that a replication draws because nobody knows it. What a run draws by chance is none: nobody could look it up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// Factor on all processor times of the workload.
    Level,
    /// Bytes that a core scans in a second.
    ScanRate,
    /// Bytes that a core joins, aggregates, sorts or passes over in a second.
    ShuffleRate,
    /// Bytes that a core writes in a second.
    WriteRate,
    /// Size in memory over size on disk.
    Expansion,
    /// Bytes shuffled.
    ShuffleVolume,
    /// How far off the simulation is on other slots than the observed ones.
    Scaling,
    /// Start-up of a service.
    StartUp,
    /// Speed of a service's Spark runtime.
    Runtime,
    /// Speed of the cores of an instance or worker family.
    CoreSpeed,
    /// Price of Spot capacity over the last one known.
    SpotPrice,
    /// Losses of Spot nodes.
    SpotLosses,
}

impl Unknown {
    /// The ones that are of the workload alone, so that all candidates see the same draw.
    pub const OF_WORKLOAD: [Self; 7] = [
        Self::Level,
        Self::ScanRate,
        Self::ShuffleRate,
        Self::WriteRate,
        Self::Expansion,
        Self::ShuffleVolume,
        Self::Scaling,
    ];
}

/// Normal score of the 90th percentile; the 10th is its negative.
pub const P90_SCORE: f64 = 1.281_551_565_544_6;

/// An unknown that is held while everything else is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Held {
    /// Which.
    pub unknown: Unknown,
    /// Where: a standard normal score, or for [`Unknown::SpotLosses`] the losses of a node in an hour.
    pub at: f64,
}

impl Held {
    /// The held place of an unknown, or what was drawn.
    #[must_use]
    pub fn or(held: Option<Self>, unknown: Unknown, drawn: f64) -> f64 {
        held.filter(|held| held.unknown == unknown).map_or(drawn, |held| held.at)
    }
}

impl Model<'_> {
    /// An unknown of the workload at a normal score, for people; `None` when it is known, or means nothing to the job.
    /// `slots` are those of the shape that is asked about.
    #[must_use]
    pub fn says(&self, unknown: Unknown, slots: u32, score: f64) -> Option<String> {
        let job = &self.workload.job;
        let rates_are_open = !self.calibration.is_observed() && job.stages.is_empty();
        let likely = Knowledge::likely(self.workload, &self.calibration);
        let there = Knowledge::holding(self.workload, &self.calibration, slots, Held { unknown, at: score });
        let rate = |rate: f64| rates_are_open.then(|| format!("{:.0} MB/s a core", rate / 1e6));
        let times = |is_open: bool, factor: f64| is_open.then(|| format!("{factor:.2} ×"));
        match unknown {
            Unknown::Level => times(true, there.level / likely.level),
            Unknown::ScanRate => rate(there.scan_rate),
            Unknown::ShuffleRate => rate(shuffle_rate(&there, self.workload)?),
            Unknown::WriteRate => rate(there.write_rate),
            Unknown::Expansion => times(self.measured.is_none() && job.memory_expansion.is_default(), there.expansion),
            Unknown::ShuffleVolume => times(self.measured.is_none() && job.shuffle.is_default(), there.shuffle),
            Unknown::Scaling => times(!self.calibration.known.is_empty(), there.misfit),
            Unknown::StartUp | Unknown::Runtime | Unknown::CoreSpeed | Unknown::SpotPrice | Unknown::SpotLosses => None,
        }
    }

    /// What an unknown of the workload is, with its source.
    #[must_use]
    pub fn names(&self, unknown: Unknown) -> &'static str {
        match unknown {
            Unknown::Level if self.calibration.is_observed() => {
                "processor time of the next run over the observed ones'"
            }
            Unknown::Level if !self.workload.job.stages.is_empty() => "processor time over what the workload file says",
            Unknown::Level => {
                "processor time over what the published rates say (set-ups of the same data differ by 2-3 ×)"
            }
            Unknown::ScanRate => "rate of scanning the input",
            Unknown::ShuffleRate => match self.workload.job.archetype.value {
                Archetype::Aggregation => "rate of aggregating",
                Archetype::JoinHeavy => "rate of sort-merge joining",
                Archetype::Sort => "rate of sorting",
                Archetype::MlIteration => "rate of a pass over cached data",
                _ => "rate of joining and aggregating",
            },
            Unknown::WriteRate => "rate of writing the output",
            Unknown::Expansion => "size in memory over the default (job.memory_expansion)",
            Unknown::ShuffleVolume => "bytes shuffled over the default (job.shuffle)",
            Unknown::Scaling => "how the job scales from the observed size to others",
            Unknown::StartUp => "start-up",
            Unknown::Runtime => "speed of the Spark runtime over EMR's",
            Unknown::CoreSpeed => "speed of the cores over the reference core",
            Unknown::SpotPrice => "Spot price over the last one known",
            Unknown::SpotLosses => "losses of a Spot node in an hour",
        }
    }
}

fn shuffle_rate(knowledge: &Knowledge, workload: &Workload) -> Option<f64> {
    match workload.job.archetype.value {
        Archetype::Aggregation => Some(knowledge.aggregate_rate),
        Archetype::JoinHeavy => Some(knowledge.join_rate),
        Archetype::Sort => Some(knowledge.sort_rate),
        Archetype::MlIteration => Some(knowledge.cache_rate),
        Archetype::SqlAdHoc | Archetype::SqlBi => Some(knowledge.query_rate),
        Archetype::ScanFilter | Archetype::EventStream | Archetype::ContainerBatch => None,
    }
}

/// The instance or worker family under a candidate, as draws of core speeds are named, and its service.
#[must_use]
pub fn service_and_hardware(candidate_id: &str) -> (&str, &str) {
    super::luck::names(candidate_id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulate::archetype;

    #[test]
    fn only_the_held_figure_stands_still() {
        let held = Some(Held { unknown: Unknown::Level, at: P90_SCORE });
        assert!((Held::or(held, Unknown::Level, 0.3) - P90_SCORE).abs() < 1e-12);
        assert!((Held::or(held, Unknown::ScanRate, 0.3) - 0.3).abs() < 1e-12);
        assert!((Held::or(None, Unknown::Level, 0.3) - 0.3).abs() < 1e-12);
        assert!((archetype::LEVEL.at_score(P90_SCORE) - 1.7).abs() < 1e-9);
    }
}
