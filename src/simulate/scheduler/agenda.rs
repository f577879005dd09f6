//! The two queues of the future: completions of cohorts, and everything else.

use std::cmp::Ordering;

/// Identical tasks that started together on one group.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cohort {
    pub end_s: f64,
    /// Order of starting: breaks ties, so that a run is the same on every machine.
    pub sequence: u64,
    pub stage: usize,
    pub group: usize,
    /// The run of identical tasks that they are of.
    pub batch: usize,
    pub tasks: u32,
    /// Whether these are the first tasks on their slots.
    pub fresh: bool,
    /// The disruption by which their executors were told to go.
    pub doomed_by: Option<usize>,
}

/// A thing that will happen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Happening {
    /// A stage's parents are done and its driver gap is over.
    Ready { stage: usize },
    /// A stage's shortest time is over.
    StageEnd { stage: usize },
    /// Executors come; `regrown` ones were asked for by waiting tasks.
    Arrival { group: usize, executors: u32, regrown: bool },
    /// Some executors may have been idle for long enough.
    IdleCheck { group: usize },
    /// Executors are told that they will be taken back.
    Notice { disruption: usize },
    /// They are taken back.
    Loss { disruption: usize, executors: u32 },
    /// Others stand in their place.
    Back { group: usize, executors: u32 },
}

/// A happening with its time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scheduled {
    pub at_s: f64,
    pub sequence: u64,
    pub what: Happening,
}

impl Eq for Cohort {}

impl Ord for Cohort {
    /// Reversed, because the standard heap gives its greatest element.
    fn cmp(&self, other: &Self) -> Ordering {
        other.end_s.total_cmp(&self.end_s).then(other.sequence.cmp(&self.sequence))
    }
}

impl PartialOrd for Cohort {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Eq for Scheduled {}

impl Ord for Scheduled {
    /// Reversed, as above.
    fn cmp(&self, other: &Self) -> Ordering {
        other.at_s.total_cmp(&self.at_s).then(other.sequence.cmp(&self.sequence))
    }
}

impl PartialOrd for Scheduled {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
