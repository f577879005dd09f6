//! The agenda of the exact scheduler.

use std::cmp::Ordering;

/// A thing that will happen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Happening {
    /// The driver submits a job.
    Submit { job: usize },
    /// A job's result is with the driver.
    JobEnd { job: usize },
    /// A stage's tasks may be launched.
    Ready { stage: usize },
    /// A task ends.
    TaskEnd { stage: usize, task: usize, executor: usize },
    /// An executor registers.
    Arrive { executor: usize },
    /// An executor goes.
    Leave { executor: usize, is_loss: bool },
    /// Dynamic allocation looks at the load.
    Tick,
}

/// A happening with its time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scheduled {
    pub at_s: f64,
    /// Order of scheduling: breaks ties, so that a run is the same on every machine.
    pub sequence: u64,
    pub what: Happening,
}

impl Eq for Scheduled {}

impl Ord for Scheduled {
    /// Reversed, because the standard heap gives its greatest element.
    fn cmp(&self, other: &Self) -> Ordering {
        other.at_s.total_cmp(&self.at_s).then(other.sequence.cmp(&self.sequence))
    }
}

impl PartialOrd for Scheduled {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
