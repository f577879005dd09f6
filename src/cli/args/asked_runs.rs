//! What `simulate` asks of a table of runs.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use super::logs::parse_bytes;
use crate::units::Bytes;

/// A question to a table of past runs. What is not said is as in most runs of the job; without a count or a machine type,
/// all that the table has are answered.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "From a table of runs")]
pub struct AskedOfRuns {
    /// A table of past runs (CSV, JSON, Parquet) to predict from: job, instance_type, nodes, duration_s and what else is known
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with_all = [
        "logs", "engine", "executors", "executor_cores", "executor_memory", "from_instance_type", "conf", "growth", "cadence",
        "deadline", "prices"
    ])]
    pub history: Option<PathBuf>,
    /// The job [default: the table's only one]
    #[arg(long, value_name = "NAME", requires = "history")]
    pub job: Option<String>,
    /// Counts of machines, separated by commas [default: all that the job had]
    #[arg(long, value_name = "N,…", requires = "history", value_delimiter = ',',
        value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub nodes: Vec<u32>,
    /// Volume of the input [default: as in most runs]
    #[arg(long, value_name = "SIZE", requires = "history", value_parser = parse_bytes)]
    pub input: Option<Bytes>,
    /// The table's word for the size of the data
    #[arg(long, value_name = "WORD", requires = "history")]
    pub data_size: Option<String>,
    /// A parameter of the job, as the table names it; repeatable
    #[arg(long = "param", value_name = "NAME=VALUE", requires = "history", value_parser = parse_parameter)]
    pub parameters: Vec<(String, String)>,
    /// The data set or platform, where the table has several with this job
    #[arg(long, value_name = "NAME", requires = "history")]
    pub dataset: Option<String>,
    /// The framework, where the table has several with this job
    #[arg(long, value_name = "NAME", requires = "history")]
    pub framework: Option<String>,
}

fn parse_parameter(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or_else(|| "write NAME=VALUE".to_owned())?;
    if name.trim().is_empty() {
        Err("write NAME=VALUE".to_owned())
    } else {
        Ok((name.trim().into(), value.trim().into()))
    }
}
