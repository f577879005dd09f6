//! Ready-to-use specs: the documents that a candidate's service accepts, with reasons, and nothing invented.
//!
//! [`write()`] is pure: the same candidate, workload and facts give the same bytes. What only the account knows
//! (subnets, roles, buckets) stands in the documents as `${NAME}`; see `docs/guides/specs.md`.

mod athena;
mod batch_fargate;
mod bundle;
mod emr_ec2;
mod emr_eks;
mod emr_serverless;
mod format;
mod glue;
mod made;
mod names;
mod notes;
mod placeholder;
mod readme;
mod schedule;
mod spark;
mod timeout;

pub use bundle::{NoSpec, Placeholder, SettingReason, SpecBundle, SpecFacts, SpecFile};
pub use emr_serverless::heap_mib as serverless_heap_mib;
pub use format::Format;

use made::Made;
use serde::Serialize;

use crate::engines::{Candidate, EngineId, Shape};
use crate::workload::Workload;

/// The spec of a candidate as API documents.
///
/// # Errors
/// When the engine has no spec ([`no_spec`]) or the shape cannot be written down for it.
pub fn write(candidate: &Candidate, workload: &Workload, facts: &SpecFacts) -> Result<SpecBundle, NoSpec> {
    write_as(Format::AwsJson, candidate, workload, facts)
}

/// The spec of a candidate in a format.
///
/// # Errors
/// When the engine has no spec ([`no_spec`]), not in this format, or the shape cannot be written down for it.
pub fn write_as(
    format: Format,
    candidate: &Candidate,
    workload: &Workload,
    facts: &SpecFacts,
) -> Result<SpecBundle, NoSpec> {
    if let Some(none) = no_spec(candidate.engine) {
        return Err(none);
    }
    if !Format::of_engine(candidate.engine).contains(&format) {
        return Err(NoSpec::new(candidate.engine, format!("the format {format} is for EMR on EKS only")));
    }
    let made = match (candidate.engine, &candidate.shape) {
        (EngineId::EmrEc2, Shape::EmrEc2(shape)) if !shape.standing => emr_ec2::made(candidate, shape, workload, facts),
        (EngineId::EmrServerless | EngineId::EmrServerlessFlex, Shape::EmrServerless(shape)) => {
            emr_serverless::made(candidate, shape, workload, facts)
        }
        (EngineId::Glue | EngineId::GlueFlex, Shape::Glue(shape)) => glue::made(candidate, shape, workload, facts),
        (EngineId::EmrEks, Shape::EmrEks(shape)) => emr_eks::made(candidate, shape, workload, facts),
        (EngineId::Athena, Shape::Athena(shape)) => athena::made(candidate, shape, workload, facts),
        (EngineId::BatchFargate, Shape::BatchFargate(shape)) => batch_fargate::made(candidate, shape, workload, facts),
        (engine, _) => {
            return Err(NoSpec::new(engine, format!("the shape of `{}` is none of this engine's", candidate.id)));
        }
    }?;
    Ok(format::render(format, made, candidate, workload, facts))
}

/// Why an engine has no spec; `None` when it has one.
#[must_use]
pub fn no_spec(engine: EngineId) -> Option<NoSpec> {
    let text = match engine {
        EngineId::EmrEc2
        | EngineId::EmrServerless
        | EngineId::EmrServerlessFlex
        | EngineId::Glue
        | EngineId::GlueFlex
        | EngineId::EmrEks
        | EngineId::Athena
        | EngineId::BatchFargate => return None,
        EngineId::RedshiftServerless | EngineId::Databricks | EngineId::ManagedFlink => {
            "it is an alternative to route to: shapecast prices it and does not configure it"
        }
        EngineId::EmrEc2Standing | EngineId::Ec2Single | EngineId::OnPremises => {
            "it is a baseline: what the job runs on today, only compared with"
        }
    };
    Some(NoSpec::new(engine, text))
}

/// An API document as text.
///
/// # Panics
/// Never: the documents are structs of strings, numbers and string-keyed maps, which always serialise.
fn json<T: Serialize>(document: &T) -> String {
    let mut text = serde_json::to_string_pretty(document).expect("plain structs serialise");
    text.push('\n');
    text
}
