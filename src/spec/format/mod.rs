//! The formats: each takes an engine's API documents and writes them in its own way.

mod airflow;
mod cloudformation;
mod hcl;
mod stack;
mod step_functions;
mod terraform;

use std::fmt;

use super::made::Made;
use super::readme::{self, Fill, Guide};
use super::{Placeholder, SpecBundle, SpecFacts, SpecFile, placeholder};
use crate::engines::{Candidate, EngineId};
use crate::workload::Workload;

/// How a spec is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// The services' API documents, for the AWS CLI and the SDKs.
    AwsJson,
    /// A CloudFormation template.
    CloudFormation,
    /// A Terraform configuration.
    Terraform,
    /// A Step Functions state machine with its schedule.
    StepFunctions,
    /// An Airflow DAG.
    Airflow,
    /// Kubernetes objects for EMR on EKS.
    Kubernetes,
}

impl Format {
    /// All formats, in the order of the documentation.
    pub const ALL: [Self; 6] =
        [Self::AwsJson, Self::CloudFormation, Self::Terraform, Self::StepFunctions, Self::Airflow, Self::Kubernetes];

    /// The stable name: also the folder under which `--spec-dir` writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AwsJson => "aws-json",
            Self::CloudFormation => "cloudformation",
            Self::Terraform => "terraform",
            Self::StepFunctions => "step-functions",
            Self::Airflow => "airflow",
            Self::Kubernetes => "kubernetes",
        }
    }

    /// The formats that an engine's spec has; none when it has no spec.
    #[must_use]
    pub fn of_engine(engine: EngineId) -> &'static [Self] {
        match engine {
            EngineId::EmrEks => &Self::ALL,
            _ if super::no_spec(engine).is_none() => &Self::ALL[..5],
            _ => &[],
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The files of a format before the README is written.
struct Written {
    files: Vec<SpecFile>,
    made: Made,
    commands: String,
    fill: Fill,
    roles: Vec<&'static str>,
}

/// The bundle of a format.
pub(super) fn render(
    format: Format,
    made: Made,
    candidate: &Candidate,
    workload: &Workload,
    facts: &SpecFacts,
) -> SpecBundle {
    let written = match format {
        Format::AwsJson | Format::Kubernetes => Written {
            files: made.files.clone(),
            commands: made.commands.clone(),
            fill: Fill::Environment,
            roles: Vec::new(),
            made,
        },
        Format::CloudFormation => cloudformation::write(made, candidate, workload, facts),
        Format::Terraform => terraform::write(made, candidate, workload, facts),
        Format::StepFunctions => step_functions::write(made, candidate, workload, facts),
        Format::Airflow => airflow::write(made, candidate, workload, facts),
    };
    let Written { files, made, commands, fill, roles } = written;
    let mut placeholders = placeholder::used_in(&files);
    if fill == Fill::Tool {
        placeholders = placeholder::all();
        let occurs = |known: &Placeholder| {
            files.iter().any(|file| names(known).iter().any(|name| file.contents.contains(name.as_str())))
        };
        placeholders.retain(occurs);
    }
    let roles: Vec<&str> = made.roles.iter().copied().chain(roles).collect();
    let guide = Guide { roles: &roles, commands: &commands, fill };
    readme::complete(files, placeholders, &guide, candidate, workload, facts, made.notes)
}

/// The spellings of a placeholder in the tools' own ways.
fn names(placeholder: &Placeholder) -> [String; 4] {
    let name = &placeholder.name;
    [
        format!("${{{name}}}"),
        format!("\"{}\"", cloudformation::parameter(name)),
        format!("var.{}", name.to_ascii_lowercase()),
        format!("var.value.{}", name.to_ascii_lowercase()),
    ]
}

/// The names between `${` and `}`, in their order, each once.
fn marks(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for (name, _) in text.split("${").skip(1).filter_map(|rest| rest.split_once('}')) {
        let plain = name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
        if plain && !name.is_empty() && !found.iter().any(|known| known == name) {
            found.push(name.to_owned());
        }
    }
    found
}
