//! One run of a job, as a table tells it.

use std::collections::BTreeMap;

/// A value of a job's parameter.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A number.
    Number(f64),
    /// Anything else.
    Text(String),
}

/// The machine that a run had so many of.
#[derive(Clone, Debug, PartialEq)]
pub struct Machine {
    /// Instance or worker type.
    pub name: String,
    /// Virtual CPUs of one.
    pub vcpu: f64,
    /// Memory of one that executors may use, GiB.
    pub usable_gib: f64,
}

/// One run.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// The row of its table, from one, not counting the header.
    pub row: usize,
    /// Jobs that were run in one set-up and may learn from each other: a data set, a platform.
    pub pool: String,
    /// Name of the job.
    pub job: String,
    /// Spark, Hadoop, …; empty when the table does not say.
    pub framework: String,
    /// A word for the size of the data (`huge`); empty when the table does not say.
    pub data_size: String,
    /// What else the job was asked.
    pub parameters: BTreeMap<String, Value>,
    /// Volume of the input, MB; `None` when unknown.
    pub input_mb: Option<f64>,
    /// What it ran on.
    pub machine: Machine,
    /// How many of them.
    pub nodes: f64,
    /// How long it took, seconds; for a run that failed, until it did.
    pub duration_s: f64,
    /// Whether it came to its end.
    pub completed: bool,
    /// What else the table says of the set-up.
    pub note: String,
    /// Name of the engine; empty when the table does not say.
    pub engine: String,
    /// What it cost, dollars; `None` when the table does not say.
    pub cost_usd: Option<f64>,
    /// When it ran: sorts as text; empty when the table does not say.
    pub at: String,
}

impl Run {
    /// The pool with the framework's family: Hadoop's jobs do not scale as Spark's do.
    #[must_use]
    pub fn pool_id(&self) -> String {
        format!("{}\u{1f}{}\u{1f}{}", self.pool, self.engine, framework_family(&self.framework))
    }

    /// The job within all pools.
    #[must_use]
    pub fn job_id(&self) -> String {
        format!("{}\u{1f}{}\u{1f}{}", self.pool_id(), self.job, self.framework)
    }
}

/// `spark1.5` and `spark` are one family.
fn framework_family(framework: &str) -> String {
    framework.chars().take_while(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect()
}

/// The part of an instance type's name before the dot.
#[must_use]
pub fn family_of(machine: &str) -> &str {
    machine.split('.').next().unwrap_or(machine)
}

/// A run for tests, of which nothing else is known.
#[cfg(test)]
pub fn example(job: &str, machine: Machine, nodes: f64, duration_s: f64) -> Run {
    Run {
        row: 0,
        pool: String::new(),
        job: job.to_owned(),
        framework: String::new(),
        data_size: String::new(),
        parameters: BTreeMap::new(),
        input_mb: None,
        machine,
        nodes,
        duration_s,
        completed: true,
        note: String::new(),
        engine: String::new(),
        cost_usd: None,
        at: String::new(),
    }
}
