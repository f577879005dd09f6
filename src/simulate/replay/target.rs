//! What is asked about: another shape, other machines, another configuration, more data.

use std::collections::BTreeMap;

use crate::units::Bytes;

/// A shape to predict a job on. What is not said stays as it was in the log.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Target {
    /// Executors, all there from the start.
    pub executors: Option<u32>,
    /// Task slots of each.
    pub cores: Option<u32>,
    /// Heap of each.
    pub memory: Option<Bytes>,
    /// How much faster each part of a task's time is than in the log.
    pub speeds: Speeds,
    /// `spark.*` properties that differ.
    pub conf: BTreeMap<String, String>,
    /// The data's volume over the log's.
    pub growth: Option<f64>,
}

/// Speeds of a machine over those of the machine in the log, by part of a task's time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Speeds {
    /// Of a core.
    pub cpu: f64,
    /// Of a slot's share of the network.
    pub network: f64,
    /// Of a slot's share of the disk.
    pub disk: f64,
}

impl Default for Speeds {
    fn default() -> Self {
        Self { cpu: 1.0, network: 1.0, disk: 1.0 }
    }
}

impl Target {
    /// The same application on so many executors.
    #[must_use]
    pub fn executors(executors: u32) -> Self {
        Self { executors: Some(executors), ..Self::default() }
    }
}
