//! `SparkListenerTaskEnd`: nine tenths of a log's bytes, so only what is kept is parsed.

use serde::Deserialize;

use super::lenient::{Count, Moment, Text};

/// A task that ended, well or not.
#[derive(Debug, Deserialize)]
pub struct TaskEnd<'a> {
    #[serde(rename = "Stage ID")]
    pub stage: Count,
    #[serde(rename = "Stage Attempt ID", default)]
    pub attempt: Count,
    #[serde(rename = "Task Type", borrow, default)]
    pub kind: Text<'a>,
    #[serde(rename = "Task End Reason", borrow, default)]
    pub reason: EndReason<'a>,
    #[serde(rename = "Task Info", borrow)]
    pub info: TaskInfo<'a>,
    /// Peaks of its executor while it ran (3.0+).
    #[serde(rename = "Task Executor Metrics", default)]
    pub executor: Option<ExecutorMetrics>,
    /// Missing for tasks whose executor could not report.
    #[serde(rename = "Task Metrics", default)]
    pub metrics: Option<TaskMetrics>,
}

/// Peaks of an executor's memory, in bytes; zero where the executor did not look.
#[derive(Debug, Default, Deserialize)]
pub struct ExecutorMetrics {
    #[serde(rename = "JVMHeapMemory", default)]
    pub heap: Count,
    #[serde(rename = "JVMOffHeapMemory", default)]
    pub off_heap: Count,
    #[serde(rename = "ProcessTreeJVMRSSMemory", default)]
    pub jvm_resident: Count,
    #[serde(rename = "ProcessTreePythonRSSMemory", default)]
    pub python_resident: Count,
}

#[derive(Debug, Default, Deserialize)]
pub struct EndReason<'a> {
    #[serde(rename = "Reason", borrow, default)]
    pub reason: Text<'a>,
    /// Of an `ExceptionFailure`.
    #[serde(rename = "Class Name", borrow, default)]
    pub class: Text<'a>,
}

#[derive(Debug, Deserialize)]
pub struct TaskInfo<'a> {
    #[serde(rename = "Index", default)]
    pub index: Count,
    /// Since 3.3; in a retry the index starts at zero again, the partition does not.
    #[serde(rename = "Partition ID", default)]
    pub partition: Option<Count>,
    #[serde(rename = "Launch Time", default)]
    pub launched_at: Moment,
    #[serde(rename = "Finish Time", default)]
    pub finished_at: Moment,
    /// When the driver began to fetch a result that was too large to send along; usually unset.
    #[serde(rename = "Getting Result Time", default)]
    pub getting_result_at: Moment,
    #[serde(rename = "Executor ID", borrow, default)]
    pub executor: Text<'a>,
    #[serde(rename = "Host", borrow, default)]
    pub host: Text<'a>,
    #[serde(rename = "Locality", borrow, default)]
    pub locality: Text<'a>,
    #[serde(rename = "Speculative", default)]
    pub speculative: Count,
    #[serde(rename = "Failed", default)]
    pub failed: Count,
    /// Since 2.1.
    #[serde(rename = "Killed", default)]
    pub killed: Count,
}

/// Times in ms, CPU and shuffle write in ns, sizes in bytes.
#[derive(Debug, Default, Deserialize)]
pub struct TaskMetrics {
    #[serde(rename = "Executor Deserialize Time", default)]
    pub deserialize_ms: Count,
    #[serde(rename = "Executor Run Time", default)]
    pub run_ms: Count,
    /// Since 2.1.
    #[serde(rename = "Executor CPU Time", default)]
    pub cpu_ns: Option<Count>,
    #[serde(rename = "JVM GC Time", default)]
    pub gc_ms: Count,
    #[serde(rename = "Result Serialization Time", default)]
    pub result_serialization_ms: Count,
    #[serde(rename = "Result Size", default)]
    pub result_bytes: Count,
    #[serde(rename = "Memory Bytes Spilled", default)]
    pub memory_spilled: Count,
    #[serde(rename = "Disk Bytes Spilled", default)]
    pub disk_spilled: Count,
    /// Since 3.0.
    #[serde(rename = "Peak Execution Memory", default)]
    pub peak_memory: Count,
    #[serde(rename = "Shuffle Read Metrics", default)]
    pub shuffle_read: Option<ShuffleRead>,
    #[serde(rename = "Shuffle Write Metrics", default)]
    pub shuffle_write: Option<ShuffleWrite>,
    #[serde(rename = "Input Metrics", default)]
    pub input: Option<Input>,
    #[serde(rename = "Output Metrics", default)]
    pub output: Option<Output>,
}

#[derive(Debug, Default, Deserialize)]
pub struct ShuffleRead {
    #[serde(rename = "Remote Bytes Read", default)]
    pub remote_bytes: Count,
    #[serde(rename = "Local Bytes Read", default)]
    pub local_bytes: Count,
    #[serde(rename = "Fetch Wait Time", default)]
    pub fetch_wait_ms: Count,
    #[serde(rename = "Total Records Read", default)]
    pub records: Count,
}

#[derive(Debug, Default, Deserialize)]
pub struct ShuffleWrite {
    #[serde(rename = "Shuffle Bytes Written", default)]
    pub bytes: Count,
    #[serde(rename = "Shuffle Write Time", default)]
    pub time_ns: Count,
    #[serde(rename = "Shuffle Records Written", default)]
    pub records: Count,
}

#[derive(Debug, Default, Deserialize)]
pub struct Input {
    #[serde(rename = "Bytes Read", default)]
    pub bytes: Count,
    #[serde(rename = "Records Read", default)]
    pub records: Count,
}

#[derive(Debug, Default, Deserialize)]
pub struct Output {
    #[serde(rename = "Bytes Written", default)]
    pub bytes: Count,
    #[serde(rename = "Records Written", default)]
    pub records: Count,
}
