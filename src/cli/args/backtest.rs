//! Arguments of `backtest`.

use std::path::PathBuf;

use clap::{ArgGroup, Args, ValueEnum, ValueHint};

use super::Format;
use crate::cli::env_vars;
use crate::units::Span;
use crate::workload::DEFAULT_REGION;

/// Hold predictions against what happened.
///
/// With `--history` and `--actual`, every row of one table of runs is predicted from another. With one table of RUNS,
/// parts of it are held out and predicted from the rest. With event logs as RUNS, every log is predicted from the other logs
/// of its job. With cost exports as RUNS and `--portfolio`, the billed cost of a run in every week is set beside the one that
/// shapecast predicts for the workload of that tag. With `--spot-traces`, the survival of Spot nodes: the model is
/// learnt from the first half of each trace and asked about the second half, every ten minutes at which the pool is up.
#[derive(Args, Debug)]
#[command(
    group = ArgGroup::new("what").required(true).args(["runs", "history", "spot_traces"]),
    before_help = "Examples:
  shapecast backtest --history known.csv --actual new.csv --format json
  shapecast backtest --history known.csv --actual candidates.csv --choose --deadline '20 min'
  shapecast backtest runs.csv                          every count from the job's other counts, or run by run in time
  shapecast backtest runs.csv --leave-out type         every machine type from the others
  shapecast backtest runs.csv --write                  keep the runs and errors as the calibration of later answers
  shapecast backtest logs/                             event logs, each from the job's other logs
  shapecast backtest cur.parquet --portfolio jobs/     billed cost of a run, week by week
  shapecast backtest --spot-traces traces/"
)]
pub struct Backtest {
    /// Past runs: a table (CSV, JSON, Parquet), event logs or folders of them; with --portfolio cost exports
    #[arg(value_name = "RUNS", value_hint = ValueHint::AnyPath)]
    pub runs: Vec<PathBuf>,
    /// A table of runs to learn from: job, instance_type, nodes, duration_s and what else is known
    #[arg(long, value_name = "FILE", requires = "actual", value_hint = ValueHint::FilePath)]
    pub history: Option<PathBuf>,
    /// A table of runs to predict from the history
    #[arg(long, value_name = "FILE", requires = "history", value_hint = ValueHint::FilePath)]
    pub actual: Option<PathBuf>,
    /// The workloads that the billed pipelines are: files, folders of them, a manifest, or patterns; repeatable
    #[arg(long, value_name = "DIR", requires = "runs", conflicts_with_all = ["leave_out", "choose", "history"], value_hint = ValueHint::AnyPath)]
    pub portfolio: Vec<PathBuf>,
    /// The cost-allocation tag whose values name pipelines
    #[arg(long, value_name = "KEY", default_value = "pipeline", env = env_vars::TAG)]
    pub tag: String,
    /// What is held out of RUNS and predicted from the rest [default: later runs when they have times, else counts]
    #[arg(long, value_name = "WHAT", requires = "runs")]
    pub leave_out: Option<LeaveOutName>,
    /// Also choose the cheapest configuration for each job and size, and hold it against the best measured one
    #[arg(long)]
    pub choose: bool,
    /// Longest acceptable time of a chosen configuration, for example `20 min`
    #[arg(long, value_name = "TIME", requires = "choose", value_parser = super::logs::parse_span)]
    pub deadline: Option<Span>,
    /// Runs of a job and size that may be looked at before choosing, those of the history included
    #[arg(long, value_name = "N", requires = "choose", default_value_t = 3)]
    pub observe: usize,
    /// Region whose On-Demand prices the costs of choices have, where the tables have no costs
    #[arg(long, value_name = "REGION", env = env_vars::REGION, default_value = DEFAULT_REGION)]
    pub region: String,
    /// Keep runs and errors as the calibration that later answers use and name; =FILE keeps it elsewhere
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true, value_hint = ValueHint::FilePath)]
    pub write: Option<Option<PathBuf>>,
    /// Traces of Spot pools: a CSV table or a folder of them, with trace_id, start_offset_s, duration_s and available_count
    #[arg(long, value_name = "PATH", conflicts_with_all = ["choose", "write", "leave_out"], value_hint = ValueHint::AnyPath)]
    pub spot_traces: Option<PathBuf>,
    /// Format of the report on stdout; csv has the predictions
    #[arg(long, value_name = "FORMAT", default_value = "table", env = env_vars::FORMAT)]
    pub format: Format,
    /// Also write the report to a file, format by extension; repeatable (.json .csv .md .txt, for runs also .html and .svg: the calibration plot)
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub out: Vec<PathBuf>,
}

/// What is held out together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LeaveOutName {
    /// Each count of machines, from all runs of a job
    Count,
    /// Each machine type, from all runs of its pool
    Type,
    /// Each size and its parameters, from all runs of a job
    Size,
    /// Each job
    Job,
    /// The runs after each moment
    Time,
}
