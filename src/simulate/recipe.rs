//! The ingredients that all declared jobs are built from: a stage that reads files, a stage that reads a shuffle.

use super::graph::{Holding, Stage, TaskRun, TaskWork};
use super::knowledge::Knowledge;
use super::s3;
use super::skew::{self, PartitionRun, Shuffle};
use super::splits;
use crate::units::Bytes;
use crate::workload::{SkewPlace, Workload};

/// Launch, deserialisation and result of one task, seconds. Measured (finish − launch − run time): median 0.04 on a
/// real cluster, 0.07 in controlled runs, p90 0.11–0.26.
pub const TASK_OVERHEAD_S: f64 = 0.05;
/// Planning of a query by the driver before its first stage. An assumption.
const PLANNING_S: f64 = 2.0;
/// Driver's gap between two stages: adaptive re-planning, building tasks. An assumption.
pub const STAGE_GAP_S: f64 = 0.2;
/// What Spark plans a shuffle partition to hold when shapecast may choose the number.
const CHOSEN_PARTITION_BYTES: f64 = 134_217_728.0;
/// Partitions a slot when shapecast may choose the number: adaptive execution coalesces what is too small.
const CHOSEN_PARTITIONS_PER_SLOT: u32 = 2;
/// Share of the hot key's rows that cannot be spilled: all of them when a holistic aggregate or `groupByKey` holds
/// a key at once; in a merge join, where the buffered side can spill, an assumed part.
const UNSPILLABLE_GROUP: f64 = 1.0;
const UNSPILLABLE_JOIN: f64 = 0.3;
/// A partition this many times larger than the even ones runs mostly alone on its executor.
const RUNS_ALONE: f64 = 3.0;

/// What the machines mean for the plan of a query: Spark looks at the number of cores.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Site {
    /// Task slots of all executors.
    pub parallelism: u32,
    /// Memory of all executors that cached data may fill, bytes.
    pub cache_bytes: f64,
}

/// What a stage writes to S3.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sink {
    /// Bytes as stored.
    pub bytes: f64,
    /// Files.
    pub files: f64,
}

/// A workload with one replication's rates on one site.
#[derive(Clone, Copy, Debug)]
pub struct Recipe<'a> {
    /// The workload.
    pub workload: &'a Workload,
    /// Rates and volumes.
    pub knowledge: &'a Knowledge,
    /// Cores and memory.
    pub site: Site,
}

/// `spark.sql.shuffle.partitions` that shapecast plans with and writes into specs when the user leaves it open.
#[must_use]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
pub fn chosen_shuffle_partitions(shuffle_bytes: f64, slots: u32) -> u32 {
    let by_size = (shuffle_bytes / CHOSEN_PARTITION_BYTES).ceil().clamp(1.0, 1e6) as u32;
    by_size.max(slots.saturating_mul(CHOSEN_PARTITIONS_PER_SLOT)).max(1)
}

impl Recipe<'_> {
    /// Bytes that the whole run writes to shuffle.
    pub fn shuffle_bytes(&self) -> f64 {
        self.workload.job.shuffle.value.as_f64() * self.knowledge.shuffle
    }

    /// What the whole run writes to S3.
    pub fn sink(&self) -> Sink {
        let output = &self.workload.output;
        Sink { bytes: output.volume.value.as_f64(), files: Bytes::new(output.files.value).as_f64() }
    }

    /// A stage that reads `share` of the input and writes shuffle and files as given.
    ///
    /// The workload's read share spares whole files by partition filters, and bytes within columnar files by column
    /// pruning; nobody says which it was, so both are taken to spare alike.
    pub fn scan(&self, name: impl Into<String>, share: f64, shuffle_bytes: f64, sink: Sink) -> Stage {
        let input = &self.workload.input;
        let columnar = input.format.value.is_columnar();
        let read_share = input.read_share.value.get();
        let of_files = if columnar { read_share.sqrt() } else { read_share };
        let all = self.workload.input.file_classes();
        let classes = thinned(&all, share * of_files);
        // Files are opened whole: what that takes too much, is read less within them.
        let of_bytes = (share * read_share * volume(&all) / volume(&classes).max(1.0)).min(1.0);
        let files: u64 = classes.iter().map(|(_, count)| count).sum();
        let splittable = input.compression.value.is_splittable(input.format.value);
        let runs = splits::split(&classes, splittable, self.site.parallelism);
        let total: f64 = runs.iter().map(|run| f64::from(run.tasks) * Bytes::new(run.bytes).as_f64()).sum();
        let tasks = runs.iter().map(|run| {
            let stored = Bytes::new(run.bytes).as_f64();
            let part = if total > 0.0 { stored / total } else { 0.0 };
            let read = self.read(stored * of_bytes, f64::from(run.files), columnar);
            let written = self.shuffle_write(shuffle_bytes * part).plus(self.write(sink, part));
            TaskRun { count: run.tasks, work: read.plus(written), hot: false }
        });
        Stage {
            name: name.into(),
            parents: Vec::new(),
            tasks: tasks.collect(),
            driver_delay_s: PLANNING_S + s3::listing_s(files),
            holds: Holding::Nothing,
            measured: false,
        }
    }

    fn read(&self, bytes: f64, files: f64, columnar: bool) -> TaskWork {
        TaskWork {
            cpu_s: bytes / self.knowledge.scan_rate * self.knowledge.level,
            s3_read_bytes: bytes,
            s3_gets: s3::gets(bytes, files, columnar),
            overhead_s: TASK_OVERHEAD_S,
            ..TaskWork::default()
        }
    }

    fn shuffle_write(&self, bytes: f64) -> TaskWork {
        TaskWork {
            cpu_s: bytes / self.knowledge.shuffle_write_rate * self.knowledge.level,
            shuffle_write_bytes: bytes,
            ..TaskWork::default()
        }
    }

    /// Writing a part of a sink: processor time by the bytes, core time and requests by the files.
    pub fn write(&self, sink: Sink, part: f64) -> TaskWork {
        let files = sink.files * part;
        let file_bytes = sink.bytes / sink.files.max(1.0);
        TaskWork {
            cpu_s: sink.bytes * part / self.knowledge.write_rate * self.knowledge.level,
            s3_write_bytes: sink.bytes * part,
            s3_puts: files * s3::puts(file_bytes),
            overhead_s: files * s3::FILE_CORE_S,
            ..TaskWork::default()
        }
    }

    /// A stage that reads `bytes` of shuffle at `rate` and writes shuffle and files as given.
    pub fn reduce(&self, name: impl Into<String>, reads: Reads, shuffle_bytes: f64, sink: Sink) -> Stage {
        let shuffle = self.shuffle(&reads);
        let runs = skew::partitions(&shuffle);
        let largest = runs.iter().filter(|run| !run.hot).map(|run| run.bytes).fold(0.0, f64::max);
        let task = |run: &PartitionRun| {
            let part = if reads.bytes > 0.0 { run.bytes / reads.bytes } else { 0.0 };
            let written = self.shuffle_write(shuffle_bytes * part).plus(self.write(sink, part));
            let alone = run.hot && run.bytes > RUNS_ALONE * largest;
            TaskRun { count: run.tasks, work: self.merge(run, &reads).plus(written), hot: alone }
        };
        let (hot, even): (Vec<_>, Vec<_>) = runs.iter().partition(|run| run.hot);
        let tasks = placed(even.into_iter().map(task), hot.into_iter().map(task), self.knowledge.hot_place);
        Stage {
            name: name.into(),
            parents: reads.parents,
            tasks,
            driver_delay_s: STAGE_GAP_S,
            holds: Holding::Nothing,
            measured: false,
        }
    }

    fn merge(&self, run: &PartitionRun, reads: &Reads) -> TaskWork {
        let expansion = self.workload.job.memory_expansion.value * self.knowledge.expansion;
        let kept = match (run.hot, self.workload.job.skew.place) {
            (false, _) => 0.0,
            (true, SkewPlace::Join) => UNSPILLABLE_JOIN,
            (true, SkewPlace::GroupBy | SkewPlace::Rdd) => UNSPILLABLE_GROUP,
        };
        TaskWork {
            cpu_s: run.bytes / reads.rate * self.knowledge.level,
            shuffle_read_bytes: run.bytes,
            overhead_s: TASK_OVERHEAD_S,
            held_bytes: run.bytes * expansion,
            unspillable_bytes: run.bytes * expansion * kept,
            expansion,
            ..TaskWork::default()
        }
    }

    fn shuffle(&self, reads: &Reads) -> Shuffle {
        let job = &self.workload.job;
        let parallelism = self.site.parallelism;
        let partitions = match &job.shuffle_partitions {
            Some(declared) => declared.value,
            None => chosen_shuffle_partitions(reads.bytes, parallelism),
        };
        Shuffle {
            bytes: reads.bytes,
            partitions,
            map_tasks: reads.map_tasks,
            hot_share: job.skew.hot_key_share.value.get(),
            place: job.skew.place,
            adaptive: job.adaptive.value,
            parallelism,
        }
    }
}

/// What a shuffle stage reads.
#[derive(Clone, Debug, PartialEq)]
pub struct Reads {
    /// The stages that wrote it.
    pub parents: Vec<usize>,
    /// Bytes.
    pub bytes: f64,
    /// Bytes per reference core-second.
    pub rate: f64,
    /// Tasks that wrote it.
    pub map_tasks: u32,
}

/// A share of each class, rounded up to whole files.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a u64")]
fn thinned(classes: &[(Bytes, u64)], share: f64) -> Vec<(Bytes, u64)> {
    if share >= 1.0 {
        return classes.to_vec();
    }
    classes.iter().map(|(size, count)| (*size, (Bytes::new(*count).as_f64() * share).ceil() as u64)).collect()
}

fn volume(classes: &[(Bytes, u64)]) -> f64 {
    classes.iter().map(|(size, count)| size.as_f64() * Bytes::new(*count).as_f64()).sum()
}

/// The even tasks with the hot ones at `place` in 0..1 among them: the hash of a key is anywhere.
fn placed(even: impl Iterator<Item = TaskRun>, hot: impl Iterator<Item = TaskRun>, place: f64) -> Vec<TaskRun> {
    let even: Vec<TaskRun> = even.collect();
    let mut hot = hot.peekable();
    if hot.peek().is_none() {
        return even;
    }
    let total: u32 = even.iter().map(|run| run.count).sum();
    let mut before = fraction(total, place);
    let mut tasks = Vec::with_capacity(even.len() + 2);
    let mut after = Vec::with_capacity(even.len());
    for run in even {
        let first = run.count.min(before);
        before -= first;
        tasks.push(TaskRun { count: first, ..run });
        after.push(TaskRun { count: run.count - first, ..run });
    }
    tasks.extend(hot);
    tasks.extend(after);
    tasks.retain(|run| run.count > 0);
    tasks
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a u32")]
fn fraction(total: u32, share: f64) -> u32 {
    (f64::from(total) * share.clamp(0.0, 1.0)).round() as u32
}
