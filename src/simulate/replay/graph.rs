//! A log as a stage graph for thousands of candidates: tasks of a stage in quantile classes, steady times as work of
//! the reference core, bytes as they were. Exact tasks stay with [`super::Predictor`].

use super::predict::Predictor;
use super::recording::{RecordedStage, RecordedTask};
use super::run_model::RunModel;
use super::scale::Exponents;
use crate::engines::Provision;
use crate::simulate::graph::{Holding, Stage, StageGraph, TaskRun, TaskWork};
use crate::simulate::{memory, s3};

/// Classes of tasks in a stage with at least so large a share of the job's task time. The longest task is one of its own: it
/// decides when a stage ends. Hundreds of small stages would cost a ranking seconds and change nothing in it.
const CLASSES: [(f64, usize); 3] = [(0.02, 12), (0.003, 4), (0.0, 2)];
/// A task above this many times its stage's median runs mostly alone.
const HOT: f64 = 3.0;
/// Size in memory over size in a spill file. The plan of the model: 2 to 4.
const EXPANSION: f64 = 3.0;
/// Of a task's execution memory the part that cannot be spilled is not in the log. An assumption.
const UNSPILLABLE_SHARE: f64 = 0.3;

/// A measured job, ready to be laid on any provision.
#[derive(Clone, Debug, PartialEq)]
pub struct MeasuredGraph {
    graph: StageGraph,
    /// Stages whose number of tasks follows the cores (coalesced by adaptive execution), by index.
    follows_cores: Vec<bool>,
    reads_storage: Vec<bool>,
    slots: u32,
    input_bytes: f64,
    /// Slots that were busy on average: no candidate gets fewer.
    busy_slots: f64,
    /// Largest execution memory of a task, bytes; 0 when unknown.
    task_memory_bytes: f64,
    /// How the work of each stage grows with slots and data.
    exponents: Vec<Exponents>,
}

impl MeasuredGraph {
    /// The graph of a run that read `input_bytes` from storage.
    #[must_use]
    pub fn of(run: &RunModel, input_bytes: f64) -> Self {
        Self::with(run, input_bytes, vec![Exponents::default(); run.recording.stages.len()])
    }

    /// The graph of the middle one of several runs, whose growth all of them tell.
    #[must_use]
    pub fn learnt(predictor: &Predictor, input_bytes: f64) -> Self {
        let run = predictor.middle();
        Self::with(run, input_bytes, predictor.exponents(run))
    }

    fn with(run: &RunModel, input_bytes: f64, exponents: Vec<Exponents>) -> Self {
        let recording = &run.recording;
        let mut graph = StageGraph { cold_jvms: true, warm_up_s: Some(warm_up_s(run)), ..StageGraph::default() };
        let task_s: f64 = (0..recording.stages.len()).map(|stage| run.steady_s(stage)).sum();
        let mut ends: Vec<Vec<usize>> = vec![Vec::new(); recording.jobs.len()];
        for (index, stage) in recording.stages.iter().enumerate() {
            let (parents, delay_s) = parents(run, index, &ends);
            for parent in &stage.parents {
                ends[stage.job].retain(|end| end != parent);
            }
            ends[stage.job].push(index);
            graph.stages.push(Stage {
                name: format!("stage {}", stage.id.0),
                parents,
                tasks: classes(run, index, wanted_classes(run.steady_s(index) / task_s.max(1e-9))),
                driver_delay_s: delay_s,
                holds: Holding::Nothing,
                measured: true,
            });
        }
        let largest = recording.stages.iter().map(|stage| stage.peak_memory_bytes).max().unwrap_or(0);
        Self {
            follows_cores: recording.stages.iter().map(|stage| follows_cores(stage, run)).collect(),
            reads_storage: recording.stages.iter().map(reads_storage).collect(),
            slots: run.slots().max(1),
            input_bytes,
            busy_slots: task_s / recording.span_s.max(1.0),
            task_memory_bytes: super::bytes(largest),
            exponents,
            graph,
        }
    }

    /// The graph on a provision, for a volume of input.
    #[must_use]
    pub fn on(&self, provision: &Provision, input_bytes: f64) -> StageGraph {
        let growth = if self.input_bytes > 1.0 && input_bytes > 0.0 { input_bytes / self.input_bytes } else { 1.0 };
        let cores = f64::from(provision.slots().max(1)) / f64::from(self.slots);
        let mut graph = self.graph.clone();
        for (index, stage) in graph.stages.iter_mut().enumerate() {
            let mut more_tasks = if self.reads_storage[index] { growth } else { 1.0 };
            if self.follows_cores[index] {
                more_tasks *= cores;
            }
            let exponents = self.exponents.get(index).copied().unwrap_or_default();
            let more_work = cores.powf(exponents.slots) * growth.powf(exponents.volume - 1.0);
            for run in &mut stage.tasks {
                let count = scaled(run.count, more_tasks);
                run.work = run.work.times(growth * f64::from(run.count) / f64::from(count));
                run.work.cpu_s *= more_work;
                run.count = count;
            }
        }
        graph
    }

    /// Whether a provision has at least the slots that the job kept busy on average, for no more than the log's input.
    #[must_use]
    pub fn is_enough(&self, provision: &Provision, input_bytes: f64) -> bool {
        let growth = if self.input_bytes > 1.0 { (input_bytes / self.input_bytes).min(1.0) } else { 1.0 };
        provision.groups.is_empty() || f64::from(provision.slots()) + 0.5 >= self.busy_slots * growth
    }

    /// Task slots that the run had.
    #[must_use]
    pub const fn slots(&self) -> u32 {
        self.slots
    }

    /// Slots that were busy on average.
    #[must_use]
    pub const fn busy_slots(&self) -> f64 {
        self.busy_slots
    }

    /// Whether every executor of a provision has the execution memory that a task used, running alone on it.
    #[must_use]
    pub fn fits(&self, provision: &Provision) -> bool {
        provision
            .groups
            .iter()
            .all(|group| memory::execution_bytes(group.executor_memory, false) >= self.task_memory_bytes)
    }

    /// Largest execution memory of a task, bytes; 0 when unknown.
    #[must_use]
    pub const fn task_memory_bytes(&self) -> f64 {
        self.task_memory_bytes
    }
}

/// Extra seconds that a slot pays over the whole run for being cold: each stage's, as far as it reaches every slot.
fn warm_up_s(run: &RunModel) -> f64 {
    let slots = f64::from(run.slots().max(1));
    let of = |(stage, warm_up): (&RecordedStage, &super::WarmUp)| {
        let reached = (super::count(stage.tasks.len()) / slots).min(1.0);
        reached * warm_up.extra_s.iter().sum::<f64>()
    };
    run.recording.stages.iter().zip(&run.warm_up).map(of).sum()
}

/// What a stage waits for: its parents, or the jobs before its own, with the driver's time.
fn parents(run: &RunModel, index: usize, ends: &[Vec<usize>]) -> (Vec<usize>, f64) {
    let stage = &run.recording.stages[index];
    let job = &run.recording.jobs[stage.job];
    if stage.parents.iter().any(|parent| run.recording.stages[*parent].job == stage.job) {
        return (stage.parents.clone(), stage.delay_s);
    }
    let before: Vec<usize> = job.after.iter().flat_map(|job| ends[*job].iter().copied()).collect();
    let tail_s = job.after.iter().map(|job| run.recording.jobs[*job].tail_s).fold(0.0, f64::max);
    let parents: Vec<usize> = if before.is_empty() { stage.parents.clone() } else { before };
    let parents: Vec<usize> = parents.into_iter().filter(|parent| *parent < index).collect();
    // Before the first job the driver plans; what it waited for machines is the provision's own start-up.
    let lead_s = if job.after.is_empty() { own_lead_s(run) } else { tail_s };
    (parents, stage.delay_s + job.delay_s + lead_s)
}

/// Time from the first executor's arrival to the first job.
pub fn own_lead_s(run: &RunModel) -> f64 {
    let first_s = run.recording.executors.iter().map(|executor| executor.from_s).fold(0.0, f64::min);
    (-first_s).clamp(0.0, run.recording.lead_s)
}

fn reads_storage(stage: &RecordedStage) -> bool {
    stage.tasks.iter().any(|task| task.task.input_bytes > 0)
}

fn follows_cores(stage: &RecordedStage, run: &RunModel) -> bool {
    let slots = f64::from(run.slots().max(1));
    let tasks = super::count(stage.tasks.len());
    let reads_shuffle = stage.tasks.iter().any(|task| task.task.shuffle_read_bytes > 0);
    let is_coalesced = tasks < 0.95 * f64::from(run.settings.shuffle_partitions());
    run.settings.coalesces() && reads_shuffle && is_coalesced && (tasks - slots).abs() <= 0.25 * slots
}

fn wanted_classes(share: f64) -> usize {
    CLASSES.iter().find(|(from, _)| share >= *from).map_or(2, |(_, classes)| *classes)
}

/// The tasks of a stage as classes of alike ones, in the order of their mean launch.
fn classes(run: &RunModel, index: usize, wanted: usize) -> Vec<TaskRun> {
    let stage = &run.recording.stages[index];
    let mut tasks: Vec<(f64, usize)> =
        stage.tasks.iter().enumerate().map(|(place, task)| (run.warm_up[index].steady_s(task), place)).collect();
    tasks.sort_by(|a, b| a.0.total_cmp(&b.0));
    let steady: Vec<f64> = tasks.iter().map(|(steady_s, _)| *steady_s).collect();
    let median = super::warm_up::median(&steady);
    let Some(longest) = tasks.pop() else { return Vec::new() };
    let size = tasks.len().div_ceil(wanted - 1).max(1);
    let largest = stage.tasks.iter().map(|task| task.task.bytes_in()).max().unwrap_or(0).max(1);
    let measured = Measured { stage, median_s: median, largest_bytes: super::bytes(largest) };
    let mut classes: Vec<(f64, TaskRun)> = tasks.chunks(size).map(|class| measured.task_run(class)).collect();
    classes.push(measured.task_run(&[longest]));
    classes.sort_by(|a, b| a.0.total_cmp(&b.0));
    classes.into_iter().map(|(_, run)| run).collect()
}

/// A stage with what is said of all of its tasks.
struct Measured<'r> {
    stage: &'r RecordedStage,
    median_s: f64,
    /// What the task with the most data read.
    largest_bytes: f64,
}

impl Measured<'_> {
    /// Mean place in the launch order and the mean task of a class.
    fn task_run(&self, class: &[(f64, usize)]) -> (f64, TaskRun) {
        let share = 1.0 / super::count(class.len().max(1));
        let mean_s = share * class.iter().map(|(steady_s, _)| steady_s).sum::<f64>();
        let place = share * class.iter().map(|(_, place)| super::count(*place)).sum::<f64>();
        let sum = class.iter().fold(TaskWork::default(), |sum, (steady_s, place)| {
            sum.plus(self.work(&self.stage.tasks[*place], *steady_s))
        });
        let work = sum.times(share);
        let count = u32::try_from(class.len()).unwrap_or(u32::MAX);
        (place, TaskRun { count, work, hot: class.len() == 1 && mean_s > HOT * self.median_s })
    }

    /// A task's steady time by part. What the same bytes take from S3 on a reference machine is taken out of it, as the
    /// candidate's machine adds its own time for them; the CPU time, where the log has it, is a lower bound of what is left.
    fn work(&self, task: &RecordedTask, steady_s: f64) -> TaskWork {
        let of = &task.task;
        let seconds = |ms: u32| f64::from(ms) / 1e3;
        let (input, output) = (super::bytes(of.input_bytes), super::bytes(of.output_bytes));
        let overhead_s = (task.duration_s - seconds(of.run_ms)).clamp(0.0, 0.05);
        let s3_s = (input + output) / s3::CONNECTION_BYTES_PER_S;
        let known_cpu_s = if of.cpu_ms > 0 { seconds(of.cpu_ms) } else { 0.5 * steady_s };
        let left_s = steady_s - overhead_s - s3_s - seconds(of.fetch_wait_ms);
        let held_bytes = super::bytes(self.stage.peak_memory_bytes) * super::bytes(of.bytes_in()) / self.largest_bytes;
        TaskWork {
            cpu_s: left_s.max(known_cpu_s.min(steady_s)).max(0.0),
            s3_read_bytes: input,
            s3_gets: if input > 0.0 { s3::gets(input, 1.0, false) } else { 0.0 },
            s3_write_bytes: output,
            s3_puts: if output > 0.0 { s3::puts(output) } else { 0.0 },
            shuffle_read_bytes: super::bytes(of.shuffle_read_bytes),
            shuffle_write_bytes: super::bytes(of.shuffle_write_bytes),
            overhead_s,
            held_bytes,
            unspillable_bytes: UNSPILLABLE_SHARE * held_bytes,
            expansion: EXPANSION,
        }
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the range of u32")]
fn scaled(count: u32, factor: f64) -> u32 {
    (f64::from(count) * factor).round().clamp(1.0, f64::from(u32::MAX)) as u32
}
