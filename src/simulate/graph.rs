//! A run as a graph of stages with the work of their tasks, before it is known on which machines it runs.

pub use super::scheduler::Repeat;

/// Stages in the order of their submission; parents stand before their children.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StageGraph {
    /// The stages.
    pub stages: Vec<Stage>,
    /// Whether the tasks run in fresh JVMs (Spark), whose first task on each slot is slower.
    pub cold_jvms: bool,
    /// Extra time of the first task on a slot, where a log says it; else a published figure holds.
    pub warm_up_s: Option<f64>,
    /// Chains of stages that run several times in a row.
    pub repeats: Vec<Repeat>,
}

/// Tasks that can run at the same time once the parents are done.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stage {
    /// For people: `scan`, `join`, `pass 3`.
    pub name: String,
    /// Indices of the stages that must be done before.
    pub parents: Vec<usize>,
    /// The tasks in the order of their launch; identical tasks are one run.
    pub tasks: Vec<TaskRun>,
    /// Time that only the driver works before the stage is submitted: planning, listing, committing.
    pub driver_delay_s: f64,
    /// What holds the tasks in memory.
    pub holds: Holding,
    /// Whether the spread of real task times is already in the tasks (a replayed log) or must be added.
    pub measured: bool,
}

/// Identical tasks.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TaskRun {
    /// How many.
    pub count: u32,
    /// What one of them does.
    pub work: TaskWork,
    /// Whether this is a hot partition: a task far above the others that runs mostly alone on its executor.
    pub hot: bool,
}

/// The work of one task. Bytes are floats because they are only ever divided by rates.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TaskWork {
    /// Processor time on one reference core (5th generation Intel, m5/r5, EMR's runtime).
    pub cpu_s: f64,
    /// Bytes read from S3.
    pub s3_read_bytes: f64,
    /// GET and HEAD requests.
    pub s3_gets: f64,
    /// Bytes written to S3.
    pub s3_write_bytes: f64,
    /// PUT, POST and COPY requests.
    pub s3_puts: f64,
    /// Bytes fetched from shuffle.
    pub shuffle_read_bytes: f64,
    /// Bytes written to shuffle.
    pub shuffle_write_bytes: f64,
    /// Time that no machine shortens: launch, commit of output files, latency of requests.
    pub overhead_s: f64,
    /// Data that the task must hold for a sort, an aggregation or a join, as it lies in memory.
    pub held_bytes: f64,
    /// The part of it that cannot be spilled: the rows of one key in a group-by.
    pub unspillable_bytes: f64,
    /// Size in memory over size in a spill file.
    pub expansion: f64,
}

/// What fills the memory of a stage's executors besides execution.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Holding {
    /// Execution may use all of unified memory.
    #[default]
    Nothing,
    /// Cached data: execution keeps half of unified memory.
    Cache,
}

impl TaskWork {
    /// The sum of two works in one task.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            cpu_s: self.cpu_s + other.cpu_s,
            s3_read_bytes: self.s3_read_bytes + other.s3_read_bytes,
            s3_gets: self.s3_gets + other.s3_gets,
            s3_write_bytes: self.s3_write_bytes + other.s3_write_bytes,
            s3_puts: self.s3_puts + other.s3_puts,
            shuffle_read_bytes: self.shuffle_read_bytes + other.shuffle_read_bytes,
            shuffle_write_bytes: self.shuffle_write_bytes + other.shuffle_write_bytes,
            overhead_s: self.overhead_s + other.overhead_s,
            held_bytes: self.held_bytes + other.held_bytes,
            unspillable_bytes: self.unspillable_bytes + other.unspillable_bytes,
            expansion: self.expansion.max(other.expansion),
        }
    }

    /// The work times a factor; the expansion stays.
    #[must_use]
    pub fn times(self, factor: f64) -> Self {
        Self {
            cpu_s: self.cpu_s * factor,
            s3_read_bytes: self.s3_read_bytes * factor,
            s3_gets: self.s3_gets * factor,
            s3_write_bytes: self.s3_write_bytes * factor,
            s3_puts: self.s3_puts * factor,
            shuffle_read_bytes: self.shuffle_read_bytes * factor,
            shuffle_write_bytes: self.shuffle_write_bytes * factor,
            overhead_s: self.overhead_s * factor,
            held_bytes: self.held_bytes * factor,
            unspillable_bytes: self.unspillable_bytes * factor,
            expansion: self.expansion,
        }
    }
}

impl Stage {
    /// Number of tasks.
    #[must_use]
    pub fn task_count(&self) -> u64 {
        self.tasks.iter().map(|run| u64::from(run.count)).sum()
    }

    /// The work of all tasks together.
    #[must_use]
    pub fn total(&self) -> TaskWork {
        self.tasks.iter().fold(TaskWork::default(), |sum, run| sum.plus(run.work.times(f64::from(run.count))))
    }
}

impl StageGraph {
    /// The work of all stages together, as often as they run.
    #[must_use]
    pub fn total(&self) -> TaskWork {
        let of = |(index, stage): (usize, &Stage)| stage.total().times(f64::from(self.times(index)));
        self.stages.iter().enumerate().map(of).fold(TaskWork::default(), TaskWork::plus)
    }

    /// How often a stage runs.
    #[must_use]
    pub fn times(&self, stage: usize) -> u32 {
        Repeat::times(&self.repeats, stage)
    }
}
