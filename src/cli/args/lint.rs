//! Arguments of `lint`.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};

use super::Draws;
use super::logs::parse_span;
use crate::units::Span;

/// Check a cluster or job spec against what the services accept and the practices that the forecast knows to matter.
///
/// It reads requests of EMR, EMR Serverless and Glue (JSON), CloudFormation templates (JSON or YAML) and Terraform
/// files. With a workload it also prices and simulates what the spec describes. It exits with 1 when an error is
/// among the findings.
#[derive(Args, Debug)]
#[command(before_help = "Examples:
  shapecast lint cluster.json
  shapecast lint main.tf template.yaml --format github
  shapecast lint cluster.json --format sarif --out lint.sarif
  shapecast lint cluster.json --workload nightly.yaml      what it costs, and what it could cost")]
pub struct Lint {
    /// Specs: .json, .yaml or .tf
    #[arg(required = true, value_name = "SPEC", value_hint = ValueHint::FilePath)]
    pub specs: Vec<PathBuf>,
    /// Also price and simulate the specs for this workload
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub workload: Option<PathBuf>,
    /// Longest acceptable time from trigger to result, for example `45 min` [default: the workload's]
    #[arg(long, value_name = "TIME", value_parser = parse_span)]
    pub deadline: Option<Span>,
    /// Format of the report on stdout
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub format: LintFormat,
    /// Also write the report to a file, format by extension; repeatable (.json .sarif .md .txt)
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub out: Vec<PathBuf>,
    /// How chance is drawn
    #[command(flatten)]
    pub draws: Draws,
}

/// The format of the findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LintFormat {
    /// For a screen
    Table,
    /// The contract of docs/guides/lint.md
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Annotations of GitHub Actions
    Github,
    /// For a pull request or a wiki
    Markdown,
}
