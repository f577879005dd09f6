//! What the scheduler reports.

/// How a plan went.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// End of the last stage.
    pub end_s: f64,
    /// By stage of the plan.
    pub stages: Vec<StageTimes>,
    /// By group of the plan.
    pub groups: Vec<GroupUse>,
    /// Tasks were left but no executor was there or to come.
    pub stalled: bool,
    /// Events handled, for benchmarks.
    pub events: u64,
}

/// When a stage ran.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct StageTimes {
    /// Launch of the first task, of the first time that the stage ran.
    pub start_s: f64,
    /// End of the last task, or of the stage's shortest time, of the last time that the stage ran.
    pub end_s: f64,
    /// Longest task.
    pub longest_s: f64,
    /// Time from first task to end, summed over all the times that the stage ran.
    pub active_s: f64,
}

/// What a group did.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct GroupUse {
    /// Executors that came; one that was given back and asked for again counts twice.
    pub executors: u32,
    /// Executors that were taken back.
    pub lost: u32,
    /// Sum over executors of the time from arrival to release or end.
    pub executor_s: f64,
    /// Sum over slots of the time in which a task ran.
    pub busy_slot_s: f64,
}
