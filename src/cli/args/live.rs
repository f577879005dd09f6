//! Arguments of the commands that may ask AWS.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};

use super::Format;
use crate::cli::env_vars;

/// How AWS is reached; what is not said is resolved as the AWS CLI does.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "AWS")]
pub struct Connect {
    /// A profile of the AWS configuration [default: AWS_PROFILE]
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,
    /// Another address for every AWS service [default: AWS_ENDPOINT_URL]
    #[arg(long, value_name = "URL", value_hint = ValueHint::Url)]
    pub endpoint_url: Option<String>,
    /// Seconds that one attempt of a call may take
    #[arg(long, value_name = "SECONDS", default_value_t = 30, env = env_vars::AWS_TIMEOUT,
        value_parser = clap::value_parser!(u32).range(1..=600))]
    pub aws_timeout: u32,
    /// Write every exchange with AWS, without secrets, into this new folder
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, conflicts_with = "replay")]
    pub record: Option<PathBuf>,
    /// Take AWS's answers from a recording; needs neither network nor credentials
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub replay: Option<PathBuf>,
}

/// Which prices are taken: live over file over embedded.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Prices")]
pub struct PriceSource {
    /// Take today's prices from AWS, or from the cache while they are fresh
    #[arg(long, env = env_vars::LIVE)]
    pub live: bool,
    /// Make no connection at all; with --live take what the cache has, however old
    #[arg(long, env = env_vars::OFFLINE)]
    pub offline: bool,
    /// Ask AWS also for what the cache still has
    #[arg(long, requires = "live", conflicts_with = "offline")]
    pub refresh: bool,
    /// Lay a snapshot that `prices update --out` wrote over the embedded one
    #[arg(long, value_name = "DIR", env = env_vars::SNAPSHOT, value_hint = ValueHint::DirPath)]
    pub snapshot: Option<PathBuf>,
    /// Spot Advisor's feed: a file, or a URL with --live
    #[arg(long, value_name = "FILE|URL", env = env_vars::SPOT_ADVISOR)]
    pub spot_advisor: Option<String>,
    /// How AWS is reached
    #[command(flatten)]
    pub connect: Connect,
}

/// Ask AWS for today's prices: into the cache, and with --out into a snapshot folder.
///
/// Only what differs is written: same prices, same files. A snapshot can be reviewed, kept under version control and
/// carried into a network without AWS (--snapshot DIR).
#[derive(Args, Debug)]
#[command(before_help = "Examples:
  shapecast prices update --region us-east-1
  shapecast prices update --region us-east-1,eu-central-1 --out team-prices
  shapecast recommend nightly.yaml --snapshot team-prices")]
pub struct PricesUpdate {
    /// Regions, with commas or repeated [default: the AWS configuration's]
    #[arg(long, value_name = "REGION", value_delimiter = ',', env = env_vars::REGION)]
    pub region: Vec<String>,
    /// Write a snapshot into this folder; other regions that are in it stay
    #[arg(short, long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub out: Option<PathBuf>,
    /// Spot Advisor's feed: a file or a URL
    #[arg(long, value_name = "FILE|URL", env = env_vars::SPOT_ADVISOR)]
    pub spot_advisor: Option<String>,
    /// How AWS is reached
    #[command(flatten)]
    pub connect: Connect,
    /// Format of the report on stdout
    #[arg(long, value_name = "FORMAT", default_value = "table", env = env_vars::FORMAT)]
    pub format: Format,
}

/// Show what changed between two snapshots.
#[derive(Args, Debug)]
#[command(before_help = "Examples:
  shapecast prices diff embedded team-prices
  shapecast prices diff last-month team-prices --region eu-central-1 --format csv")]
pub struct PricesDiff {
    /// A snapshot folder, or `embedded`
    #[arg(value_name = "A")]
    pub before: String,
    /// Another one
    #[arg(value_name = "B")]
    pub after: String,
    /// One region
    #[arg(long, value_name = "REGION", env = env_vars::REGION)]
    pub region: Option<String>,
    /// Format of the report on stdout
    #[arg(long, value_name = "FORMAT", default_value = "table", env = env_vars::FORMAT)]
    pub format: Format,
}

/// Show Spot prices of types by zone: the price in force, its path, and how likely a request succeeds.
#[derive(Args, Debug)]
#[command(before_help = "Examples:
  shapecast prices spot --type r6g.4xlarge,r7g.4xlarge,r8g.4xlarge --region us-east-1
  shapecast prices spot --type m5.xlarge --days 90 --format json")]
pub struct PricesSpot {
    /// EC2 instance types, with commas or repeated; placement scores need three or more
    #[arg(long = "type", value_name = "TYPE", value_delimiter = ',', required = true)]
    pub types: Vec<String>,
    /// Region [default: the AWS configuration's]
    #[arg(long, value_name = "REGION", env = env_vars::REGION)]
    pub region: Option<String>,
    /// Days of history
    #[arg(long, value_name = "N", default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..=90))]
    pub days: u32,
    /// vCPU that the placement scores are asked for
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub vcpu: u32,
    /// How AWS is reached
    #[command(flatten)]
    pub connect: Connect,
    /// Format of the report on stdout
    #[arg(long, value_name = "FORMAT", default_value = "table", env = env_vars::FORMAT)]
    pub format: Format,
}

/// A policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PolicyArg {
    /// What every command but a submitting one needs: it only reads
    Read,
    /// What comes to it for submitting a pushed-down profile
    Submit,
}

/// Show what was resolved and from where, and which calls to AWS work.
#[derive(Args, Debug)]
#[command(before_help = "Examples:
  shapecast doctor
  shapecast doctor --profile finops --region eu-central-1
  shapecast doctor --policy > shapecast-policy.json
  shapecast doctor --policy submit                     what `profile --pushdown … --live` needs besides")]
pub struct Doctor {
    /// Print the minimal IAM policy and do nothing else: the read-only one, or what submitting needs besides
    #[arg(long, value_name = "WHICH", num_args = 0..=1, default_missing_value = "read")]
    pub policy: Option<PolicyArg>,
    /// Make no connection: only say what was resolved on this machine
    #[arg(long, env = env_vars::OFFLINE)]
    pub offline: bool,
    /// Region [default: the AWS configuration's]
    #[arg(long, value_name = "REGION", env = env_vars::REGION)]
    pub region: Option<String>,
    /// How AWS is reached
    #[command(flatten)]
    pub connect: Connect,
    /// Format of the report on stdout
    #[arg(long, value_name = "FORMAT", default_value = "table", env = env_vars::FORMAT)]
    pub format: Format,
}
