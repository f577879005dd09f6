//! Which column means what: each meaning by the names that tables give it.

use crate::units::nearest;

/// What a column means.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Meaning {
    /// Jobs that may learn from each other.
    Pool,
    /// The job.
    Job,
    /// Its framework.
    Framework,
    /// A word for the data's size.
    DataSize,
    /// `name=value;name=value`.
    Parameters,
    /// One parameter.
    Parameter,
    /// Input in units of so many MB; 0: text with a unit.
    Input(f64),
    /// Engine.
    Engine,
    /// Instance or worker type.
    Machine,
    /// vCPUs of one.
    Vcpu,
    /// GiB of one.
    Memory,
    /// How many.
    Nodes,
    /// Duration in units of so many seconds; 0: text with a unit.
    Duration(f64),
    /// Dollars.
    Cost,
    /// Whether it completed.
    Status,
    /// When.
    Time,
    /// What else.
    Note,
}

/// A meaning with its names, for the documentation and for hints.
#[derive(Clone, Copy, Debug)]
pub struct ColumnHelp {
    /// Names, the usual one first.
    pub names: &'static [&'static str],
    meaning: Meaning,
    /// What it is.
    pub help: &'static str,
}

const fn column(names: &'static [&'static str], meaning: Meaning, help: &'static str) -> ColumnHelp {
    ColumnHelp { names, meaning, help }
}

/// All columns that are understood.
pub const COLUMNS: &[ColumnHelp] = &[
    column(
        &["job", "job_name", "algorithm", "workload", "pipeline", "application", "app_name", "name"],
        Meaning::Job,
        "the job; demanded",
    ),
    column(
        &[
            "nodes",
            "node_count",
            "instance_count",
            "instances",
            "count",
            "workers",
            "number_of_workers",
            "scaleout",
            "scale_out",
            "machine_count",
            "executors",
        ],
        Meaning::Nodes,
        "how many machines or workers; demanded",
    ),
    column(
        &[
            "duration_s",
            "duration_seconds",
            "runtime",
            "runtime_s",
            "runtime_seconds",
            "elapsed_s",
            "execution_time_s",
            "gross_runtime",
            "seconds",
        ],
        Meaning::Duration(1.0),
        "how long it took, seconds; one duration is demanded",
    ),
    column(&["duration_min", "duration_minutes", "runtime_min", "minutes"], Meaning::Duration(60.0), "… minutes"),
    column(&["duration_ms", "runtime_ms", "elapsed_ms"], Meaning::Duration(0.001), "… milliseconds"),
    column(&["duration", "elapsed"], Meaning::Duration(0.0), "… with its unit (`12 min`), or seconds"),
    column(
        &["instance_type", "machine_type", "worker_type", "node_type", "instance"],
        Meaning::Machine,
        "EC2 instance type, Glue or other worker type",
    ),
    column(
        &["vcpu", "vcpus", "cores", "cores_per_node", "cpu_cores_per_node", "slots"],
        Meaning::Vcpu,
        "vCPUs of one, for a type that the catalog does not know",
    ),
    column(
        &["memory_gib", "memory_gb", "memory_gb_per_node", "memory_per_node_gb"],
        Meaning::Memory,
        "memory of one, GiB, likewise",
    ),
    column(
        &["completed", "status", "state", "success", "succeeded", "outcome", "final_status"],
        Meaning::Status,
        "whether it came to its end; without it every run did",
    ),
    column(&["input_mb", "data_size_mb", "dataset_size_mb"], Meaning::Input(1.0), "volume of the input, MB"),
    column(&["input_gb", "data_size_gb", "dataset_size_gb"], Meaning::Input(1e3), "… GB"),
    column(&["input_tb", "data_size_tb"], Meaning::Input(1e6), "… TB"),
    column(&["input_bytes", "data_size_bytes", "dataset_size_bytes"], Meaning::Input(1e-6), "… bytes"),
    column(&["input_size", "input", "volume"], Meaning::Input(0.0), "… with its unit (`2.5 TiB`)"),
    column(&["data_size", "size", "scale"], Meaning::DataSize, "a word for the size of the data"),
    column(
        &["parameters", "params", "arguments", "args"],
        Meaning::Parameters,
        "what else the job was asked: `name=value;name=value`, in JSON an object",
    ),
    column(&["engine", "platform", "service"], Meaning::Engine, "the engine"),
    column(
        &["dataset", "data_set", "pool", "environment", "cluster"],
        Meaning::Pool,
        "runs of one set-up, which may learn from each other",
    ),
    column(&["framework"], Meaning::Framework, "Spark, Hadoop, …"),
    column(&["cost_usd", "cost", "billed_usd", "amount_usd"], Meaning::Cost, "what it cost, dollars"),
    column(
        &["started_at", "start_time", "started", "timestamp", "time", "date", "finished_at", "end_time"],
        Meaning::Time,
        "when it ran, ISO 8601",
    ),
    column(&["note", "notes", "comment"], Meaning::Note, "what else differs in the set-up"),
];

/// What a column of this name means; `None` when the name says nothing.
pub fn meaning(name: &str) -> Option<Meaning> {
    let plain: String =
        name.trim().chars().map(|c| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { '_' }).collect();
    let known = COLUMNS.iter().find(|column| column.names.contains(&plain.as_str())).map(|column| column.meaning);
    let parameter = ["param_", "parameter_", "arg_"].iter().any(|prefix| plain.starts_with(prefix));
    known.or(parameter.then_some(Meaning::Parameter))
}

/// The column of the table that is most like one of the names of a meaning.
pub fn near(wanted: &[&str], columns: &[String]) -> Option<String> {
    wanted.iter().find_map(|name| nearest(name, columns.iter().map(String::as_str))).map(str::to_owned)
}
