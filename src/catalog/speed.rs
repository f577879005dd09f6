//! How fast a vCPU is, relative to the 5th-generation Intel types (m5, r5, c5) = 1.

use std::collections::BTreeMap;

use serde::Serialize;

use super::table::{TableError, rows};
use super::{Architecture, InstanceType};

/// Work a vCPU does per second, relative to one of m5 or r5.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CoreSpeed {
    /// Pessimistic.
    pub low: f64,
    /// Best guess.
    pub likely: f64,
    /// Optimistic.
    pub high: f64,
    /// Where the figure comes from.
    pub source: String,
    /// No measurement stands behind it.
    pub assumed: bool,
}

/// How much wider the range is for a type that the tables do not have: nobody checked that its processor is the one
/// that its generation says.
const UNSEEN: f64 = 0.15;

impl CoreSpeed {
    /// The figure of the processor's generation, for a type that the program's tables do not have.
    pub(super) fn of_unseen(self, instance: &InstanceType) -> Self {
        Self {
            low: self.low * (1.0 - UNSEEN),
            likely: self.likely,
            high: self.high * (1.0 + UNSEEN),
            source: format!(
                "{} is newer than the tables: the figure of its processor's generation, range {:.0} % wider each way ({})",
                instance.family(),
                UNSEEN * 100.0,
                self.source
            ),
            assumed: true,
        }
    }
}

/// Speeds by processor, and the families whose name does not tell their processor.
#[derive(Clone, Debug)]
pub(super) struct SpeedTable {
    processors: BTreeMap<String, CoreSpeed>,
    families: BTreeMap<String, String>,
}

impl SpeedTable {
    pub(super) fn embedded() -> Result<Self, TableError> {
        let processors = rows("core_speed.csv", include_str!("tables/core_speed.csv"), |row| {
            let speed = CoreSpeed {
                low: row.value("low")?,
                likely: row.value("likely")?,
                high: row.value("high")?,
                source: row.text("source")?.to_owned(),
                assumed: row.flag("assumed")?,
            };
            Ok((row.text("processor")?.to_owned(), speed))
        })?;
        let families = rows("family_processors.csv", include_str!("tables/family_processors.csv"), |row| {
            Ok((row.text("family")?.to_owned(), row.text("processor")?.to_owned()))
        })?;
        Ok(Self { processors: processors.into_iter().collect(), families: families.into_iter().collect() })
    }

    pub(super) fn of(&self, instance: &InstanceType) -> CoreSpeed {
        self.processors.get(self.processor(instance)).cloned().unwrap_or_else(|| CoreSpeed {
            low: 0.5,
            likely: 1.0,
            high: 1.5,
            source: format!("no figure for the {} family: taken as the reference, range wide", instance.family()),
            assumed: true,
        })
    }

    fn processor(&self, instance: &InstanceType) -> &str {
        if let Some(processor) = self.families.get(instance.family()) {
            return processor;
        }
        let generation = instance.generation().unwrap_or(0);
        match (instance.architecture, instance.cpu_manufacturer.as_str(), generation) {
            (_, "Apple", _) => "apple",
            (Architecture::Arm64, _, 6) => "graviton2",
            (Architecture::Arm64, _, 7) => "graviton3",
            (Architecture::Arm64, _, 8) => "graviton4",
            (Architecture::Arm64, _, 9..) => "graviton5",
            (_, _, 0..5) => "before-5",
            (Architecture::X86_64, "AMD", 5) => "amd-5",
            (_, _, 5) => "intel-5",
            (_, _, 6) => "x86-6",
            (_, _, 7) => "x86-7",
            (_, _, 8..) => "x86-8",
        }
    }

    #[cfg(test)]
    pub(super) fn family_targets_exist(&self) -> bool {
        self.families.values().all(|processor| self.processors.contains_key(processor))
    }
}
