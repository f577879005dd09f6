//! The arguments as they are typed: nothing here touches a file, and nothing is decided beyond what a flag may be.

mod asked_runs;
mod backtest;
mod check;
mod data;
mod draws;
mod lint;
mod live;
mod logs;
mod matrix;
mod report;
mod submit;

use std::ffi::OsString;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser, ValueParser};
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum, ValueHint};
use clap_complete::Shell;
use jiff::Timestamp;

use super::{clock, env_vars, exit};
use crate::engines::EngineId;
use crate::rank::DEFAULT_SEED;

pub use asked_runs::AskedOfRuns;
pub use backtest::{Backtest, LeaveOutName};
pub use check::{Check, CheckFormat, LimitFlags};
pub use data::{BesideData, KeyTypeArg, ProfileSample, PushdownArg, ReadsArg, SourceKindArg};
pub use draws::Draws;
pub use lint::{Lint, LintFormat};
pub use live::{Connect, Doctor, PolicyArg, PriceSource, PricesDiff, PricesSpot, PricesUpdate};
pub use logs::{BesideLog, Profile, ProfileInit, ProfileSource, Simulate, parse_heap};
pub use matrix::{Matrix, MatrixFormat};
pub use report::{Report, ReportFormat};
pub use submit::Submit;

/// Where `check` takes seed and replications from.
const DEFAULTS_FROM_BASELINE: &str = "[default: the baseline's]";

/// Forecasts on which AWS compute a big-data job should run, what it will cost and whether it finishes in time.
///
/// Offline by default: prices come from the snapshot inside the program, whose date stands in the first line of
/// every report.
#[derive(Debug, Parser)]
#[command(
    name = "shapecast",
    version,
    max_term_width = 100,
    before_help = "Examples:
  shapecast profile init --out nightly.yaml     write a commented workload file
  shapecast recommend nightly.yaml              rank every engine and shape
  shapecast explain 1                           every figure of the winner
  shapecast spec 1 --dir specs                  its ready-to-use documents
  shapecast recommend jobs/ --out jobs.json     a whole portfolio
  shapecast check jobs/ --baseline base.json    the gate of a pull request
  shapecast report --portfolio jobs/ --costs cur.csv   the week beside its projection"
)]
pub struct Cli {
    /// What goes for every command.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Flags of every command.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// Report and errors only; -qq leaves the exit code only
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub quiet: u8,
    /// Say more on stderr
    #[arg(short, long, global = true, conflicts_with = "quiet")]
    pub verbose: bool,
    /// When to use colours
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", env = env_vars::COLOR)]
    pub color: ColorWhen,
    /// The moment that ages are counted to, a date or RFC 3339 [default: SOURCE_DATE_EPOCH, else the clock]
    #[arg(long, global = true, value_name = "MOMENT", env = env_vars::NOW, value_parser = clock::parse)]
    pub now: Option<Timestamp>,
    /// The project's configuration file [default: shapecast.toml here or above, up to the repository's root]
    #[arg(long, global = true, value_name = "FILE", env = env_vars::CONFIG, value_hint = ValueHint::FilePath)]
    pub config: Option<PathBuf>,
    /// Width of tables in characters [default: COLUMNS, else 120]
    #[arg(long, global = true, value_name = "N", env = env_vars::WIDTH, value_parser = clap::value_parser!(u16).range(40..))]
    pub width: Option<u16>,
    /// Draw tables with ASCII characters only
    #[arg(long, global = true, env = env_vars::ASCII)]
    pub ascii: bool,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ColorWhen {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Also where there is no terminal
    Always,
    /// Never
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    Recommend(Recommend),
    Explain(Explain),
    Spec(Spec),
    Lint(Lint),
    Check(Check),
    Report(Report),
    Bill(Bill),
    Profile(Box<Profile>),
    Simulate(Simulate),
    Backtest(Backtest),
    Matrix(Matrix),
    Prices(Prices),
    Doctor(Doctor),
    Schema(Schema),
    Completions(Completions),
    Man(Man),
}

impl Command {
    /// Whether it tells of the program itself and so needs no setting.
    #[must_use]
    pub const fn is_about_the_program(&self) -> bool {
        matches!(self, Self::Schema(_) | Self::Completions(_) | Self::Man(_))
    }
}

/// The format of a report on stdout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For a screen
    Table,
    /// The contract of docs/reference/output.md
    Json,
    /// The rows of the table, for a spreadsheet
    Csv,
    /// For a pull request or a wiki
    Markdown,
    /// One file with everything in it, for a browser
    Html,
}

/// Price, simulate and rank every engine and shape for one or more workloads.
///
/// Several workloads, or a folder of them, are a portfolio: its totals come at the end. The last run is kept, so that
/// `explain` and `spec` can look at it again without computing anything.
#[derive(Args, Debug)]
#[command(before_help = "Examples:
  shapecast recommend nightly.yaml
  shapecast recommend nightly.yaml --top 3 --out run.json --out run.csv
  shapecast recommend jobs/ 'more/*.yaml' --format markdown
  shapecast recommend nightly.yaml --region eu-central-1 --exclude-engine emr-eks
  shapecast recommend nightly.yaml --prices own.yaml --strict
  shapecast recommend nightly.yaml --live               at today's prices
  shapecast recommend application_1_1.zstd --cadence daily --deadline '45 min'
  shapecast recommend eventlog_v2_1/ nightly.yaml       a log, and what it cannot say")]
pub struct Recommend {
    /// Workload files (YAML or JSON) or Spark event logs, folders of them, or patterns with * and ?
    #[arg(required = true, value_name = "WORKLOAD", value_hint = ValueHint::AnyPath)]
    pub workloads: Vec<PathBuf>,
    /// Format of the report on stdout
    #[arg(long, value_name = "FORMAT", default_value = "table", env = env_vars::FORMAT)]
    pub format: Format,
    /// Also write the report to a file, format by extension; repeatable (.json .csv .md .txt, .parquet in a full build)
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub out: Vec<PathBuf>,
    /// Show the first N engines only; alternatives and baselines always show
    #[arg(long, value_name = "N")]
    pub top: Option<NonZeroUsize>,
    /// Show everything: all engines, all rejected shapes, other shapes on the front of cost and time
    #[arg(long, conflicts_with = "top")]
    pub all: bool,
    /// Write the winner's spec into this folder: API documents, and each other format in a folder of its own
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub spec_dir: Option<PathBuf>,
    /// What an event log cannot say
    #[command(flatten)]
    pub beside: BesideLog,
    /// What to ask instead of what the workload file says
    #[command(flatten)]
    pub overrides: Overrides,
    /// Which prices are taken
    #[command(flatten)]
    pub source: PriceSource,
    /// Past runs to calibrate with, of `backtest --write`; `none` leaves those that are kept aside [default: those kept]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub calibration: Option<PathBuf>,
    /// Exit with 3 when a price is missing
    #[arg(long, env = env_vars::STRICT)]
    pub strict: bool,
    /// Seed of the simulation
    #[arg(long, value_name = "N", default_value_t = DEFAULT_SEED, env = env_vars::SEED)]
    pub seed: u64,
    /// Replications of each front-runner, four times as many where that does not settle its figures [default: 1000; for an
    /// event log, whose tasks are measured, 128]
    #[arg(long, value_name = "N", env = env_vars::REPLICATIONS, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub replications: Option<u32>,
}

/// What to ask instead of what the workload file says.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Instead of the workload file")]
pub struct Overrides {
    /// Price in this region
    #[arg(long, value_name = "REGION", env = env_vars::REGION)]
    pub region: Option<String>,
    /// Consider this engine only; repeatable
    #[arg(long, value_name = "ENGINE", value_parser = engine_parser())]
    pub engine: Vec<EngineId>,
    /// Leave this engine out; repeatable
    #[arg(long, value_name = "ENGINE", value_parser = engine_parser())]
    pub exclude_engine: Vec<EngineId>,
    /// Own unit prices over the price book: a YAML map from price id (see `prices show`) to dollars
    #[arg(long, value_name = "FILE", env = env_vars::PRICES, value_hint = ValueHint::FilePath)]
    pub prices: Option<PathBuf>,
}

/// Every figure of one candidate: formulas, quantities, unit prices with source and date, assumptions.
///
/// It reads a stored run and computes nothing.
#[derive(Args, Debug)]
#[command(before_help = "Examples:
  shapecast explain                             the winner of the last run
  shapecast explain 2
  shapecast explain glue --from run.json")]
pub struct Explain {
    /// Which run and which candidate of it
    #[command(flatten)]
    pub which: Which,
    /// Format of the report on stdout; csv has the lines of the bill
    #[arg(long, value_name = "FORMAT", default_value = "table", env = env_vars::FORMAT)]
    pub format: Format,
}

/// Ready-to-use spec of one candidate: the documents that its service accepts.
///
/// What only your account knows stands in them as a named placeholder. It reads a stored run.
#[derive(Args, Debug)]
#[command(before_help = "Examples:
  shapecast spec                                the winner's documents, to stdout
  shapecast spec 1 --dir specs
  shapecast spec 1 --format terraform --dir specs/terraform
  shapecast spec emr-serverless --from run.json --dir specs")]
pub struct Spec {
    /// Which run and which candidate of it
    #[command(flatten)]
    pub which: Which,
    /// Which form: API documents, a template, a configuration, a state machine, a DAG, or Kubernetes objects
    #[arg(long, value_name = "FORMAT", default_value = "aws-json", value_parser = spec_format_parser())]
    pub format: crate::spec::Format,
    /// Write the documents into this folder instead of stdout
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub dir: Option<PathBuf>,
    /// Print this document only
    #[arg(long, value_name = "NAME", conflicts_with = "dir")]
    pub file: Option<String>,
}

/// A run and a candidate of it.
#[derive(Args, Debug)]
pub struct Which {
    /// A rank, an engine or a candidate's id
    #[arg(value_name = "RANK|ENGINE", default_value = "1")]
    pub candidate: String,
    /// A run stored by `recommend --out run.json` [default: the last run]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub from: Option<PathBuf>,
    /// Which workload of a portfolio
    #[arg(long, value_name = "NAME")]
    pub workload: Option<String>,
}

/// Price a usage that is already known: engine, shape and durations, without simulating.
#[derive(Args, Debug)]
#[command(before_help = "Examples:
  shapecast bill usage.yaml
  shapecast bill usage.yaml --format json")]
pub struct Bill {
    /// A usage file (YAML or JSON); see docs/reference/usage-file.md
    #[arg(value_name = "USAGE", value_hint = ValueHint::FilePath)]
    pub usage: PathBuf,
    /// Price in this region, whatever the usage file says [default: us-east-1 when it says nothing]
    #[arg(long, value_name = "REGION", env = env_vars::REGION)]
    pub region: Option<String>,
    /// Format of the report on stdout
    #[arg(long, value_name = "FORMAT", default_value = "table", env = env_vars::FORMAT)]
    pub format: Format,
    /// Also write the report to a file, format by extension; repeatable (.json .csv .md .txt)
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub out: Vec<PathBuf>,
    /// Own unit prices over the price book: a YAML map from price id (see `prices show`) to dollars
    #[arg(long, value_name = "FILE", env = env_vars::PRICES, value_hint = ValueHint::FilePath)]
    pub prices: Option<PathBuf>,
    /// Which prices are taken
    #[command(flatten)]
    pub source: PriceSource,
    /// Exit with 3 when a price is missing
    #[arg(long, env = env_vars::STRICT)]
    pub strict: bool,
}

/// The price book.
#[derive(Args, Debug)]
pub struct Prices {
    /// What to do with it
    #[command(subcommand)]
    pub action: PricesAction,
}

/// What can be done with the price book.
#[derive(Debug, Subcommand)]
pub enum PricesAction {
    Show(PricesShow),
    Update(PricesUpdate),
    Diff(PricesDiff),
    Spot(PricesSpot),
}

/// Show prices with their source, date and age, and what is missing.
#[derive(Args, Debug)]
#[command(before_help = "Examples:
  shapecast prices show --region us-east-1 --service glue
  shapecast prices show --type r7g.4xlarge --region eu-central-1
  shapecast prices show --service ec2 --format csv")]
pub struct PricesShow {
    /// One service: ec2, emr, emr-serverless, glue, athena, …
    #[arg(long, value_name = "SERVICE")]
    pub service: Option<String>,
    /// One region
    #[arg(long, value_name = "REGION", env = env_vars::REGION)]
    pub region: Option<String>,
    /// One EC2 instance type
    #[arg(long = "type", value_name = "TYPE")]
    pub instance_type: Option<String>,
    /// Which prices are taken
    #[command(flatten)]
    pub source: PriceSource,
    /// Format of the report on stdout
    #[arg(long, value_name = "FORMAT", default_value = "table", env = env_vars::FORMAT)]
    pub format: Format,
}

/// Print a JSON Schema.
#[derive(Args, Debug)]
#[command(before_help = "Examples:
  shapecast schema workload > workload.schema.json")]
pub struct Schema {
    /// Of which document
    #[arg(value_name = "DOCUMENT")]
    pub document: SchemaName,
}

/// Documents that have a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SchemaName {
    /// The workload file
    Workload,
    /// What `recommend --format json` writes for one workload
    Recommend,
    /// What `recommend --format json` writes for several
    Portfolio,
    /// What `lint --format json` writes
    Lint,
    /// What `bill --format json` writes
    Bill,
    /// What `prices show --format json` writes
    Prices,
    /// What `profile LOG --format json` writes
    Profile,
    /// What `profile LISTING --format json` writes
    ProfileData,
    /// What `profile sample FILE --key COLUMN --format json` writes
    ProfileSample,
    /// What `simulate LOG --format json` writes
    Simulate,
    /// What `matrix --format json` writes
    Matrix,
    /// What `check --format json` writes
    Check,
    /// What `check --update-baseline` writes
    Baseline,
    /// What `report --format json` writes
    Weekly,
    /// What `backtest --spot-traces DIR --format json` writes
    SpotSurvival,
    /// What `backtest --format json` writes for runs
    Backtest,
}

/// Print shell completions.
#[derive(Args, Debug)]
#[command(before_help = "Examples:
  shapecast completions bash > ~/.local/share/bash-completion/completions/shapecast
  shapecast completions zsh > ~/.zfunc/_shapecast")]
pub struct Completions {
    /// For which shell
    #[arg(value_name = "SHELL")]
    pub shell: Shell,
}

/// Print the man page.
#[derive(Args, Debug)]
#[command(before_help = "Examples:
  shapecast man | man -l -
  shapecast man --dir ~/.local/share/man/man1")]
pub struct Man {
    /// Write the pages of all commands into this folder
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub dir: Option<PathBuf>,
}

/// Engines by their stable names, so that clap lists them and finds the nearest one.
fn engine_parser() -> ValueParser {
    let known = PossibleValuesParser::new(EngineId::ALL.map(EngineId::as_str));
    ValueParser::from(known.try_map(|name| name.parse::<EngineId>()))
}

/// Formats of a spec by their stable names.
fn spec_format_parser() -> ValueParser {
    let known = PossibleValuesParser::new(crate::spec::Format::ALL.map(crate::spec::Format::as_str));
    ValueParser::from(known.try_map(|name| {
        crate::spec::Format::ALL.into_iter().find(|format| format.as_str() == name).ok_or("no such format")
    }))
}

/// Examples come before flags: that is what a reader looks for.
const TEMPLATE: &str = "{about-with-newline}\n{before-help}{usage-heading} {usage}\n\n{all-args}{after-help}";

/// The whole command line, as help, man page, completions and documentation use it.
#[must_use]
pub fn command() -> clap::Command {
    fn with_template(command: clap::Command) -> clap::Command {
        let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
        let command = names.into_iter().fold(command, |command, name| command.mut_subcommand(name, with_template));
        command.help_template(TEMPLATE).mut_args(|argument| argument.hide_env_values(true))
    }
    with_template(Cli::command()).after_long_help(exit::epilogue())
}

/// Parses the arguments.
///
/// # Errors
/// Help, version, or what is wrong with them.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Cli, clap::Error> {
    parse_with(command(), arguments)
}

/// Parses the arguments of a command line whose flags have defaults from files.
///
/// # Errors
/// Help, version, or what is wrong with them.
pub fn parse_with(command: clap::Command, arguments: impl IntoIterator<Item = OsString>) -> Result<Cli, clap::Error> {
    let matches = command.try_get_matches_from(arguments)?;
    Cli::from_arg_matches(&matches)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        command().debug_assert();
    }
}
