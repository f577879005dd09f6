//! What the scheduler is given: stages whose task times are known on every group, and the groups' executors.

/// Stages and executors of one run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// Stages; parents stand before their children (a lower index is submitted first, as Spark's stage ids are).
    pub stages: Vec<PlannedStage>,
    /// Executor groups.
    pub groups: Vec<PlannedGroup>,
    /// Stages that run again and again.
    pub repeats: Vec<Repeat>,
    /// Executors that are taken back, in the order of their time.
    pub disruptions: Vec<super::Disruption>,
}

/// A chain of stages that runs several times in a row: passes over cached data, queries one after the other.
///
/// Each stage of it waits for the one before it, its first one for what stands before the chain and then for its own
/// last one; only the last one has children outside.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Repeat {
    /// Index of the chain's first stage.
    pub first: usize,
    /// Index of its last.
    pub last: usize,
    /// How often it runs after the first time.
    pub more: u32,
}

impl Repeat {
    /// How often a stage runs, given the repeats of its graph.
    #[must_use]
    pub fn times(repeats: &[Self], stage: usize) -> u32 {
        let of = repeats.iter().find(|repeat| (repeat.first..=repeat.last).contains(&stage));
        of.map_or(1, |repeat| repeat.more.saturating_add(1))
    }
}

impl Plan {
    /// Time of all tasks on the first group, as often as they run.
    #[must_use]
    pub fn slot_seconds(&self) -> f64 {
        let of = |(index, stage): (usize, &PlannedStage)| {
            f64::from(Repeat::times(&self.repeats, index)) * stage.slot_seconds()
        };
        self.stages.iter().enumerate().map(of).sum()
    }
}

/// A stage whose task times are known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PlannedStage {
    /// Indices of the stages that must be done before.
    pub parents: Vec<usize>,
    /// Time that only the driver works between the end of the last parent and the submission.
    pub driver_delay_s: f64,
    /// Shortest time from the first task to the end, whatever the number of slots (request ceilings, dispatch).
    pub min_duration_s: f64,
    /// Whether its output stays on the executors that made it, for the stages that read it.
    pub keeps_output: bool,
    counts: Vec<u32>,
    /// Groups of the plan.
    groups: usize,
    /// Batch-major: the times of batch `b` are at `b × groups ..`.
    durations_s: Vec<f64>,
}

impl PlannedStage {
    /// A stage without tasks so far.
    #[must_use]
    pub const fn new(parents: Vec<usize>) -> Self {
        Self {
            parents,
            driver_delay_s: 0.0,
            min_duration_s: 0.0,
            keeps_output: false,
            counts: Vec::new(),
            groups: 0,
            durations_s: Vec::new(),
        }
    }

    /// Makes room for so many runs of identical tasks on so many groups.
    pub fn reserve(&mut self, runs: usize, groups: usize) {
        self.counts.reserve_exact(runs);
        self.durations_s.reserve_exact(runs * groups);
    }

    /// Appends `count` identical tasks with their time on each group, in the order of the plan's groups.
    pub fn push(&mut self, count: u32, duration_s: impl IntoIterator<Item = f64>) {
        if count > 0 {
            self.counts.push(count);
            self.durations_s.extend(duration_s);
            if self.counts.len() == 1 {
                self.groups = self.durations_s.len();
            }
        }
    }

    /// The number of runs of identical tasks.
    #[must_use]
    pub fn batches(&self) -> usize {
        self.counts.len()
    }

    /// How many tasks a run has.
    #[must_use]
    pub fn count(&self, batch: usize) -> u32 {
        self.counts.get(batch).copied().unwrap_or(0)
    }

    /// The time of one task of a run on a group.
    #[must_use]
    pub fn duration_s(&self, batch: usize, group: usize) -> f64 {
        self.durations_s.get(batch * self.groups + group).copied().unwrap_or(0.0)
    }

    /// The time of one task of a run on each group, in the order of the plan's groups.
    #[must_use]
    pub fn durations_s(&self, batch: usize) -> &[f64] {
        self.durations_s.get(batch * self.groups..(batch + 1) * self.groups).unwrap_or_default()
    }

    /// The run with the most tasks.
    #[must_use]
    pub fn largest_batch(&self) -> usize {
        let largest = self.counts.iter().enumerate().rev().max_by_key(|(_, count)| **count);
        largest.map_or(0, |(batch, _)| batch)
    }

    /// All tasks.
    #[must_use]
    pub fn tasks(&self) -> u64 {
        self.counts.iter().map(|count| u64::from(*count)).sum()
    }

    /// Time of all its tasks on the first group.
    #[must_use]
    pub fn slot_seconds(&self) -> f64 {
        let batches = self.counts.iter().enumerate();
        batches.map(|(batch, count)| f64::from(*count) * self.duration_s(batch, 0)).sum()
    }

    /// Time of the median task on the fastest group.
    #[must_use]
    pub fn median_s(&self) -> f64 {
        let fastest = |batch: usize| self.durations_s(batch).iter().copied().fold(f64::INFINITY, f64::min);
        let mut tasks: Vec<(f64, u64)> =
            self.counts.iter().enumerate().map(|(batch, count)| (fastest(batch), u64::from(*count))).collect();
        tasks.sort_by(|a, b| a.0.total_cmp(&b.0));
        let half = self.tasks().div_ceil(2);
        let mut seen = 0;
        tasks
            .iter()
            .find(|(_, count)| {
                seen += count;
                seen >= half
            })
            .map_or(0.0, |(time_s, _)| *time_s)
    }
}

/// Identical executors.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PlannedGroup {
    /// When how many executors arrive.
    pub arrivals: Vec<(f64, u32)>,
    /// Tasks that one executor runs at once.
    pub slots_per_executor: u32,
    /// Extra time of the first task on each slot: class loading, just-in-time compilation.
    pub warm_up_s: f64,
    /// Idle executors are given back after this time; `None` when they stay.
    pub idle_release_s: Option<f64>,
    /// How long an executor takes to come once it is asked for.
    pub regrow_s: f64,
    /// Executors that do not come by themselves, but when tasks wait for them.
    pub on_request: u32,
    /// Whether idle executors stay as long as output that some stage has still to read lies on executors.
    pub keeps_output: bool,
}
