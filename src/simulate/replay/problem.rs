//! What the exact scheduler is given: jobs, stages, single tasks and single executors of one application.
//!
//! Times are seconds; zero is the submission of the first job.

/// An application on the executors that it gets.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Problem {
    /// Jobs in the order of their submission: Spark's first-in-first-out priority.
    pub jobs: Vec<Job>,
    /// Stages; within a job the lower one is served first, as Spark's stage ids are.
    pub stages: Vec<Stage>,
    /// Executors that come (and go) at known times.
    pub executors: Vec<Executor>,
    /// Executors that are asked for and given back by the load.
    pub allocation: Option<DynamicAllocation>,
    /// Whether map output outlives its executor (external shuffle service, decommissioning that migrates blocks).
    pub keeps_shuffle: bool,
}

/// An action of the driver.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Job {
    /// Indices of the jobs that must have ended before it is submitted.
    pub after: Vec<usize>,
    /// Time that only the driver works before it is submitted.
    pub delay_s: f64,
    /// Time from the end of its last stage to its own end.
    pub tail_s: f64,
}

/// A stage of a job.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stage {
    /// Index of its job.
    pub job: usize,
    /// Indices of the stages that must be done before.
    pub parents: Vec<usize>,
    /// Time from the end of the last parent (or the job's submission) to its own.
    pub delay_s: f64,
    /// Its tasks in the order of their launch.
    pub tasks: Vec<Task>,
    /// The resource profile of the executors that may run it.
    pub profile: u32,
    /// Extra time of the first and the second task of this stage on each slot.
    pub warm_up_s: [f64; 2],
}

/// One task.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Task {
    /// Launch to end on a slot that is warm, seconds.
    pub steady_s: f64,
    /// The executor that its data holds it to.
    pub only_on: Option<usize>,
    /// Whether the stage waits for it; not so for copies that were killed when another one was faster.
    pub is_needed: bool,
    /// Whether it works on far more data than the others of its stage: then it is long for a reason.
    pub is_large: bool,
}

/// An executor whose life is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Executor {
    /// Tasks at once.
    pub slots: u32,
    /// Its resource profile.
    pub profile: u32,
    /// When it comes; before zero when it is there from the start.
    pub from_s: f64,
    /// When it goes, if before the end.
    pub until: Option<Departure>,
}

/// How an executor goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Departure {
    /// When.
    pub at_s: f64,
    /// Whether its running tasks die and its shuffle output with it; otherwise it ends what it runs.
    pub is_loss: bool,
}

/// Spark's dynamic allocation: one more executor, then two, four, … as long as tasks wait; idle ones are given back.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DynamicAllocation {
    /// Executors at the start.
    pub initial: u32,
    /// Fewest.
    pub min: u32,
    /// Most.
    pub max: u32,
    /// Slots of each.
    pub slots: u32,
    /// How long tasks wait before the first request.
    pub backlog_s: f64,
    /// How long they wait between two requests.
    pub sustained_s: f64,
    /// Share of the executors that all tasks together would need.
    pub ratio: f64,
    /// How long an executor is idle before it is given back.
    pub idle_s: f64,
    /// From request to registration.
    pub latency_s: f64,
    /// Whether executors with shuffle output are kept (no external shuffle service), also that of jobs that ended: Spark gives them
    /// back only after the driver has collected the shuffle as garbage (`ExecutorMonitor`, 3.0 to 4.1).
    pub tracks_shuffle: bool,
}

/// How a problem went.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Schedule {
    /// End of the last job.
    pub end_s: f64,
    /// Tasks were left but no executor was there or to come.
    pub stalled: bool,
    /// First launch and last needed end of each stage.
    pub stages: Vec<(f64, f64)>,
    /// Sum over executors of the time from arrival to departure or end, from zero on.
    pub executor_s: f64,
    /// Sum over tasks of their time.
    pub task_s: f64,
    /// Most executors at once.
    pub most_executors: u32,
    /// Tasks that ran again because their executor was lost.
    pub rerun: u32,
}

impl Task {
    /// A task that may run anywhere.
    #[must_use]
    pub const fn of(steady_s: f64) -> Self {
        Self { steady_s, only_on: None, is_needed: true, is_large: false }
    }
}

impl Executor {
    /// An executor that is there from the start to the end.
    #[must_use]
    pub const fn standing(slots: u32) -> Self {
        Self { slots, profile: 0, from_s: 0.0, until: None }
    }
}
