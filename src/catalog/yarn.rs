//! How much memory YARN hands out on a node of an EMR cluster.

use std::collections::BTreeMap;

use super::table::{TableError, rows};
use crate::units::{Bytes, MIB};

/// `yarn.nodemanager.resource.memory-mb` of an instance type on EMR.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct YarnMemory {
    /// Memory that all containers of a node share.
    pub memory: Bytes,
    /// Computed by the rule that follows the 6th generation, not read in the EMR release guide.
    pub inferred: bool,
}

/// The read values by type, and the curve that the rule follows.
///
/// Source of the values: EMR release guide, "Task configuration" (state of 2022), 223 types.
#[derive(Clone, Debug)]
pub(super) struct YarnTable {
    read: BTreeMap<String, u64>,
    /// (memory of the instance in MiB, YARN memory in MiB), ascending.
    anchors: Vec<(u64, u64)>,
}

impl YarnTable {
    pub(super) fn embedded() -> Result<Self, TableError> {
        let read = rows("emr_yarn_memory.csv", include_str!("tables/emr_yarn_memory.csv"), |row| {
            Ok((row.text("instance_type")?.to_owned(), row.value("yarn_memory_mib")?))
        })?;
        let anchors = rows("emr_yarn_rule.csv", include_str!("tables/emr_yarn_rule.csv"), |row| {
            Ok((row.value("instance_memory_mib")?, row.value("yarn_memory_mib")?))
        })?;
        Ok(Self { read: read.into_iter().collect(), anchors })
    }

    /// The read value, else the rule's.
    pub(super) fn of(&self, name: &str, memory: Option<Bytes>) -> Option<YarnMemory> {
        if let Some(read) = self.read.get(name) {
            return Some(YarnMemory { memory: Bytes::mib(*read), inferred: false });
        }
        memory.map(|memory| YarnMemory { memory: self.inferred(memory), inferred: true })
    }

    /// YARN memory of a type that the guide does not list, from its memory alone.
    ///
    /// The guide's 6th-generation types (c6g, m6g, r6g and their variants) give one value per memory size, and
    /// newer types follow them (r7g.2xlarge: 54,272 MiB, as r6g.2xlarge; EMR best-practices guide). The rule is
    /// the straight line between those sizes; beyond the first and the last it keeps that size's share. The 5th
    /// generation got 2 to 6 % more, so that the rule errs on the low side: an executor planned with it fits.
    pub(super) fn inferred(&self, memory: Bytes) -> Bytes {
        let mib = memory.get() / MIB;
        let after = self.anchors.partition_point(|(size, _)| *size < mib);
        let scaled = |(size, yarn): (u64, u64)| Bytes::mib(mib * yarn / size);
        match (after.checked_sub(1).and_then(|before| self.anchors.get(before)), self.anchors.get(after)) {
            (Some((low, low_yarn)), Some((high, high_yarn))) => {
                Bytes::mib(low_yarn + (mib - low) * (high_yarn - low_yarn) / (high - low))
            }
            (None, Some(first)) => scaled(*first),
            (Some(last), None) => scaled(*last),
            (None, None) => Bytes::ZERO,
        }
    }

    #[cfg(test)]
    pub(super) fn read(&self) -> impl Iterator<Item = (&str, Bytes)> {
        self.read.iter().map(|(name, mib)| (name.as_str(), Bytes::mib(*mib)))
    }
}
