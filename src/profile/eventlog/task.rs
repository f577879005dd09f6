//! One task in 64 bytes: a log of a million tasks is held in 64 MB, whatever its length in text.

/// How a task ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum TaskResult {
    /// It delivered.
    Success,
    /// It had delivered, but its shuffle output was lost with the executor: Spark lists it again and runs the
    /// partition anew. The times are those of the first run, so a replay must not count it twice.
    Resubmitted,
    /// It could not fetch shuffle data.
    FetchFailed,
    /// Its executor died.
    ExecutorLost,
    /// User code or Spark threw.
    Exception,
    /// It was killed: another attempt was faster, or its stage was cancelled.
    Killed,
    /// The driver did not let it commit.
    CommitDenied,
    /// Spark gave another reason or none.
    Unknown,
}

impl TaskResult {
    const ALL: [Self; 8] = [
        Self::Success,
        Self::Resubmitted,
        Self::FetchFailed,
        Self::ExecutorLost,
        Self::Exception,
        Self::Killed,
        Self::CommitDenied,
        Self::Unknown,
    ];

    /// By the name in `Task End Reason`.
    #[must_use]
    pub fn of_reason(reason: &str) -> Self {
        match reason {
            "Success" => Self::Success,
            "Resubmitted" => Self::Resubmitted,
            "FetchFailed" => Self::FetchFailed,
            "ExecutorLostFailure" => Self::ExecutorLost,
            "ExceptionFailure" | "TaskResultLost" => Self::Exception,
            "TaskKilled" => Self::Killed,
            "TaskCommitDenied" => Self::CommitDenied,
            _ => Self::Unknown,
        }
    }

    /// Whether it is a failure: neither a success nor a deliberate kill.
    #[must_use]
    pub const fn is_failure(self) -> bool {
        !matches!(self, Self::Success | Self::Killed)
    }
}

/// How far the data was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Locality {
    /// In the executor's own memory.
    Process,
    /// On the same machine.
    Node,
    /// In the same rack.
    Rack,
    /// Elsewhere.
    Any,
    /// The task has no preference (object stores, shuffles).
    NoPreference,
    /// Not said.
    Unknown,
}

impl Locality {
    const ALL: [Self; 6] = [Self::Process, Self::Node, Self::Rack, Self::Any, Self::NoPreference, Self::Unknown];

    /// By Spark's name.
    #[must_use]
    pub fn of_name(name: &str) -> Self {
        match name {
            "PROCESS_LOCAL" => Self::Process,
            "NODE_LOCAL" => Self::Node,
            "RACK_LOCAL" => Self::Rack,
            "ANY" => Self::Any,
            "NO_PREF" => Self::NoPreference,
            _ => Self::Unknown,
        }
    }
}

/// A task that ended, with all that is kept of it. Sizes are exact to 24 bits (1 in 16 million); the stage's totals
/// are exact to the byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Task {
    /// The partition that it computes (before Spark 3.3, its index in the attempt, which differs in retries).
    pub partition: u32,
    /// Its executor, as an index into [`super::EventLog::executors`].
    pub executor: u16,
    /// When the driver sent it, in ms since 1970.
    pub launched_ms: i64,
    /// From launch to the driver's notice of its end, in ms. It holds all the following parts.
    pub duration_ms: u32,
    /// Time in the executor's `run`, in ms: the work proper.
    pub run_ms: u32,
    /// CPU time within `run_ms`, in ms; zero before Spark 2.1.
    pub cpu_ms: u32,
    /// Garbage collection of its whole executor while it ran, in ms.
    pub gc_ms: u32,
    /// Time to deserialize the task before `run_ms`, in ms; class loading shows here.
    pub deserialize_ms: u32,
    /// Waiting for shuffle blocks, within `run_ms`, in ms.
    pub fetch_wait_ms: u32,
    /// Writing shuffle data, within `run_ms`, in ms.
    pub shuffle_write_ms: u32,
    /// Serializing the result and fetching it by the driver, after `run_ms`, in ms.
    pub result_ms: u32,
    /// Bytes read from storage.
    pub input_bytes: u64,
    /// Bytes written to storage.
    pub output_bytes: u64,
    /// Bytes read from shuffle, local and remote.
    pub shuffle_read_bytes: u64,
    /// The part of `shuffle_read_bytes` that came over the network, to 1 in 255.
    pub shuffle_remote_bytes: u64,
    /// Bytes written to shuffle.
    pub shuffle_write_bytes: u64,
    /// Bytes spilled to disk.
    pub spill_bytes: u64,
    /// How it ended.
    pub result: TaskResult,
    /// How far its data was.
    pub locality: Locality,
    /// Whether it was a speculative copy.
    pub speculative: bool,
}

impl Task {
    /// When the driver noticed its end, in ms since 1970.
    #[must_use]
    pub fn finished_ms(&self) -> i64 {
        self.launched_ms + i64::from(self.duration_ms)
    }

    /// What of its duration is neither deserialization, work nor result: waiting for the driver, the network or the
    /// executor's threads, in ms.
    #[must_use]
    pub const fn scheduler_delay_ms(&self) -> u32 {
        self.duration_ms.saturating_sub(self.deserialize_ms).saturating_sub(self.run_ms).saturating_sub(self.result_ms)
    }

    /// Bytes that flowed into it, from storage and shuffle: the measure of a partition's size.
    #[must_use]
    pub const fn bytes_in(&self) -> u64 {
        self.input_bytes.saturating_add(self.shuffle_read_bytes)
    }
}

/// The stored form of a [`Task`].
#[derive(Clone, Copy, Debug)]
struct Packed {
    /// Launch after the base of its [`Tasks`], in ms.
    launched: i32,
    duration_ms: u32,
    run_ms: u32,
    cpu_ms: u32,
    gc_ms: u32,
    deserialize_ms: u32,
    fetch_wait_ms: u32,
    shuffle_write_ms: u32,
    result_ms: u32,
    partition: u32,
    input: f32,
    output: f32,
    shuffle_read: f32,
    shuffle_write: f32,
    spill: f32,
    executor: u16,
    /// Share of `shuffle_read` that is remote, in 255ths.
    remote: u8,
    /// Result (3 bits), locality (3 bits), speculative (1 bit).
    marks: u8,
}

const _: () = assert!(size_of::<Packed>() == 64, "the promise is 64 bytes a task");

const LOCALITY_SHIFT: u8 = 3;
const SPECULATIVE: u8 = 1 << 6;

impl Packed {
    #[expect(clippy::cast_possible_truncation, reason = "launches more than 24 days apart are clipped")]
    fn of(task: &Task, base_ms: i64) -> Self {
        let launched = (task.launched_ms - base_ms).clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32;
        Self {
            launched,
            duration_ms: task.duration_ms,
            run_ms: task.run_ms,
            cpu_ms: task.cpu_ms,
            gc_ms: task.gc_ms,
            deserialize_ms: task.deserialize_ms,
            fetch_wait_ms: task.fetch_wait_ms,
            shuffle_write_ms: task.shuffle_write_ms,
            result_ms: task.result_ms,
            partition: task.partition,
            input: rounded(task.input_bytes),
            output: rounded(task.output_bytes),
            shuffle_read: rounded(task.shuffle_read_bytes),
            shuffle_write: rounded(task.shuffle_write_bytes),
            spill: rounded(task.spill_bytes),
            executor: task.executor,
            remote: share_of(task.shuffle_remote_bytes, task.shuffle_read_bytes),
            marks: task.result as u8
                | (task.locality as u8) << LOCALITY_SHIFT
                | if task.speculative { SPECULATIVE } else { 0 },
        }
    }

    fn task(&self, base_ms: i64) -> Task {
        let result = usize::from(self.marks & 0b111);
        let locality = usize::from(self.marks >> LOCALITY_SHIFT & 0b111);
        let shuffle_read_bytes = whole(self.shuffle_read);
        Task {
            partition: self.partition,
            executor: self.executor,
            launched_ms: base_ms + i64::from(self.launched),
            duration_ms: self.duration_ms,
            run_ms: self.run_ms,
            cpu_ms: self.cpu_ms,
            gc_ms: self.gc_ms,
            deserialize_ms: self.deserialize_ms,
            fetch_wait_ms: self.fetch_wait_ms,
            shuffle_write_ms: self.shuffle_write_ms,
            result_ms: self.result_ms,
            input_bytes: whole(self.input),
            output_bytes: whole(self.output),
            shuffle_read_bytes,
            shuffle_remote_bytes: whole(self.shuffle_read * f32::from(self.remote) / 255.0).min(shuffle_read_bytes),
            shuffle_write_bytes: whole(self.shuffle_write),
            spill_bytes: whole(self.spill),
            result: TaskResult::ALL.get(result).copied().unwrap_or(TaskResult::Unknown),
            locality: Locality::ALL.get(locality).copied().unwrap_or(Locality::Unknown),
            speculative: self.marks & SPECULATIVE != 0,
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "24 bits are promised")]
const fn rounded(bytes: u64) -> f32 {
    bytes as f32
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "float to integer casts saturate")]
const fn whole(bytes: f32) -> u64 {
    bytes as u64
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within 0 to 255")]
fn share_of(part: u64, of: u64) -> u8 {
    if of == 0 { 0 } else { (rounded(part) / rounded(of) * 255.0).round().clamp(0.0, 255.0) as u8 }
}

/// The tasks of one stage attempt, in the order in which they ended.
#[derive(Clone, Debug, Default)]
pub struct Tasks {
    base_ms: i64,
    packed: Vec<Packed>,
}

/// Room is made for as many tasks as a stage announces, but for no more than this on its word alone.
const TRUSTED_TASKS: usize = 1 << 16;

impl Tasks {
    /// Room for `announced` tasks.
    pub(super) fn reserve(&mut self, announced: u32) {
        let announced = usize::try_from(announced).unwrap_or(usize::MAX).min(TRUSTED_TASKS);
        self.packed.reserve_exact(announced.saturating_sub(self.packed.len()));
    }

    pub(super) fn push(&mut self, task: &Task) {
        if self.packed.is_empty() {
            self.base_ms = task.launched_ms;
        }
        let length = self.packed.len();
        if length == self.packed.capacity() {
            // An eighth at a time, so that the promised memory is not doubled by growth.
            self.packed.reserve_exact((length / 8).max(8));
        }
        self.packed.push(Packed::of(task, self.base_ms));
    }

    pub(super) fn shrink(&mut self) {
        self.packed.shrink_to_fit();
    }

    /// How many ended.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.packed.len()
    }

    /// Whether none ended.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.packed.is_empty()
    }

    /// Each task in the order in which they ended.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Task> + DoubleEndedIterator + Clone {
        self.packed.iter().map(|packed| packed.task(self.base_ms))
    }

    /// Each task that delivered.
    pub fn succeeded(&self) -> impl Iterator<Item = Task> + Clone {
        self.iter().filter(|task| task.result == TaskResult::Success)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    pub(super) const NOTHING: Task = Task {
        partition: 0,
        executor: 0,
        launched_ms: 0,
        duration_ms: 0,
        run_ms: 0,
        cpu_ms: 0,
        gc_ms: 0,
        deserialize_ms: 0,
        fetch_wait_ms: 0,
        shuffle_write_ms: 0,
        result_ms: 0,
        input_bytes: 0,
        output_bytes: 0,
        shuffle_read_bytes: 0,
        shuffle_remote_bytes: 0,
        shuffle_write_bytes: 0,
        spill_bytes: 0,
        result: TaskResult::Success,
        locality: Locality::Any,
        speculative: false,
    };

    #[test]
    fn every_mark_survives_packing() {
        for result in TaskResult::ALL {
            for locality in Locality::ALL {
                for speculative in [false, true] {
                    let task = Task { result, locality, speculative, ..NOTHING };
                    assert_eq!(Packed::of(&task, 0).task(0), task);
                }
            }
        }
    }

    #[test]
    fn the_rest_of_a_duration_is_scheduler_delay() {
        // 100 ms = 20 deserialize + 60 run + 5 result + 15 delay.
        let task = Task { duration_ms: 100, deserialize_ms: 20, run_ms: 60, result_ms: 5, ..NOTHING };
        assert_eq!(task.scheduler_delay_ms(), 15);
        assert_eq!(Task { run_ms: 200, ..task }.scheduler_delay_ms(), 0);
    }

    proptest! {
        #[test]
        fn sizes_survive_to_one_in_sixteen_million(bytes in 0_u64..1 << 50, launched_ms in 0_i64..1 << 31) {
            let task = Task { input_bytes: bytes, launched_ms, duration_ms: 7, ..NOTHING };
            let mut tasks = Tasks::default();
            tasks.push(&NOTHING);
            tasks.push(&task);
            let back = tasks.iter().last().expect("two tasks");
            prop_assert_eq!(back.launched_ms, launched_ms.min(i64::from(i32::MAX)));
            prop_assert!(back.input_bytes.abs_diff(bytes) <= bytes >> 24);
        }
    }
}
