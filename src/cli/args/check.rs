//! Arguments of the gate.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};

use super::{DEFAULTS_FROM_BASELINE, PriceSource};
use crate::cli::env_vars;
use crate::gate::{Limits, Percent, parse_dollars, parse_part, parse_probability};
use crate::report::document::Part;
use crate::units::Usd;

/// The CI gate: fail when a change of workload files raises projected cost or time over a limit.
///
/// The difference to the baseline is split into what the workload files, the prices and the program made of it; only
/// the workload files can fail the gate unless --fail-on says otherwise. Without any limit, 10 % more cost is allowed.
#[derive(Args, Debug)]
#[command(before_help = "Examples:
  shapecast check jobs/ --baseline shapecast-baseline.json --update-baseline
  shapecast check jobs/ --baseline shapecast-baseline.json --max-increase 10%
  shapecast check nightly.yaml --baseline base.json --max-increase-usd 500 --budget-usd 9000
  shapecast check jobs/ --baseline base.json --max-runtime-increase 20% --format github
  shapecast check jobs/ --baseline base.json --format markdown --out check.json --out check.sarif")]
pub struct Check {
    /// Workload files (YAML or JSON), folders of them, or patterns with * and ?
    #[arg(required = true, value_name = "WORKLOAD", value_hint = ValueHint::AnyPath)]
    pub workloads: Vec<PathBuf>,
    /// The baseline: what --update-baseline wrote, or a run of `recommend --out run.json`
    #[arg(long, value_name = "FILE", env = env_vars::BASELINE, value_hint = ValueHint::FilePath)]
    pub baseline: PathBuf,
    /// Write today's figures with their inputs as the new baseline, and pass
    #[arg(long)]
    pub update_baseline: bool,
    /// The limits
    #[command(flatten)]
    pub limits: LimitFlags,
    /// Parts of a change that can fail the gate: workload, prices, model; comma-separated or repeated
    #[arg(long, value_name = "PART", value_delimiter = ',', default_value = "workload", env = env_vars::FAIL_ON,
        value_parser = parse_part)]
    pub fail_on: Vec<Part>,
    /// Format of the report on stdout
    #[arg(long, value_name = "FORMAT", default_value = "table", env = env_vars::FORMAT)]
    pub format: CheckFormat,
    /// Also write the report to a file, format by extension; repeatable (.json .csv .md .txt .html .sarif, .xml for JUnit)
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub out: Vec<PathBuf>,
    /// Most bytes of the Markdown, which is meant for one comment on a pull request
    #[arg(long, value_name = "N", default_value_t = crate::report::check::comment::MAX_BYTES)]
    pub max_bytes: usize,
    /// Own unit prices over the price book: a YAML map from price id (see `prices show`) to dollars
    #[arg(long, value_name = "FILE", env = env_vars::PRICES, value_hint = ValueHint::FilePath)]
    pub prices: Option<PathBuf>,
    /// Exit with 3 when a price is missing
    #[arg(long, env = env_vars::STRICT)]
    pub strict: bool,
    #[arg(long, value_name = "N", env = env_vars::SEED, help = format!("Seed of the simulation {DEFAULTS_FROM_BASELINE}"))]
    pub seed: Option<u64>,
    #[arg(long, value_name = "N", env = env_vars::REPLICATIONS, value_parser = clap::value_parser!(u32).range(1..=100_000),
        help = format!("Replications of each front-runner {DEFAULTS_FROM_BASELINE}"))]
    pub replications: Option<u32>,
    /// Which prices are taken
    #[command(flatten)]
    pub source: PriceSource,
}

/// What a change may do.
#[derive(Args, Clone, Copy, Debug, Default)]
#[command(next_help_heading = "Limits (also in shapecast.toml, for all workloads or one)")]
pub struct LimitFlags {
    /// Most that a workload's monthly cost may rise over its baseline, for example 10%
    #[arg(long, value_name = "PERCENT", env = env_vars::MAX_INCREASE)]
    pub max_increase: Option<Percent>,
    /// Most that it may rise in dollars a month
    #[arg(long, value_name = "USD", env = env_vars::MAX_INCREASE_USD, value_parser = parse_dollars)]
    pub max_increase_usd: Option<Usd>,
    /// Most that a workload may cost in a month
    #[arg(long, value_name = "USD", env = env_vars::BUDGET_USD, value_parser = parse_dollars)]
    pub budget_usd: Option<Usd>,
    /// Most that its median time may rise over its baseline, for example 20%
    #[arg(long, value_name = "PERCENT", env = env_vars::MAX_RUNTIME_INCREASE)]
    pub max_runtime_increase: Option<Percent>,
    /// Least probability of meeting its deadline, for example 0.95
    #[arg(long, value_name = "P", env = env_vars::MIN_DEADLINE_PROBABILITY, value_parser = parse_probability)]
    pub min_deadline_probability: Option<f64>,
}

impl LimitFlags {
    /// As the gate has them.
    #[must_use]
    pub const fn limits(&self) -> Limits {
        Limits {
            max_increase: self.max_increase,
            max_increase_usd: self.max_increase_usd,
            budget_usd: self.budget_usd,
            max_runtime_increase: self.max_runtime_increase,
            min_deadline_probability: self.min_deadline_probability,
        }
    }
}

/// The format of a gate's report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CheckFormat {
    /// For a screen
    Table,
    /// The contract of docs/reference/output.md
    Json,
    /// The rows of the table, for a spreadsheet
    Csv,
    /// One comment on a pull request, with a hidden marker in its first line
    Markdown,
    /// Annotations of a GitHub workflow
    Github,
    /// Test results, for Jenkins or GitLab
    Junit,
    /// For code scanning
    Sarif,
    /// One file with everything in it, for a browser
    Html,
}
