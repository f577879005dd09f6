//! Ready-to-use specs: the documents that a candidate's service accepts, with reasons, and nothing invented.
//!
//! [`write`] is pure: the same candidate, workload and facts give the same bytes. What only the account knows
//! (subnets, roles, buckets) stands in the documents as `${NAME}`; see `docs/guides/specs.md`.

mod bundle;

pub use bundle::{NoSpec, Placeholder, SettingReason, SpecBundle, SpecFacts, SpecFile};

use crate::engines::{Candidate, EngineId};
use crate::workload::Workload;

/// The spec of a candidate.
///
/// # Errors
/// When the engine has no spec ([`no_spec`]) or the shape cannot be written down for it.
pub fn write(candidate: &Candidate, _workload: &Workload, _facts: &SpecFacts) -> Result<SpecBundle, NoSpec> {
    Err(no_spec(candidate.engine)
        .unwrap_or_else(|| NoSpec { engine: candidate.engine, text: "not written yet".to_owned() }))
}

/// Why an engine has no spec; `None` when it has one.
#[must_use]
pub fn no_spec(engine: EngineId) -> Option<NoSpec> {
    let text = match engine {
        EngineId::EmrEc2
        | EngineId::EmrServerless
        | EngineId::EmrServerlessFlex
        | EngineId::Glue
        | EngineId::GlueFlex => return None,
        EngineId::EmrEks => "job run, pod templates and the Karpenter node pool are not written yet",
        EngineId::Athena => "the workgroup with its scan limit is not written yet",
        EngineId::BatchFargate => "job definition and queue are not written yet",
        EngineId::RedshiftServerless | EngineId::Databricks | EngineId::ManagedFlink => {
            "an alternative to route to: shapecast prices it and does not configure it"
        }
        EngineId::EmrEc2Standing | EngineId::Ec2Single | EngineId::OnPremises => {
            "a baseline: what the job runs on today, only compared with"
        }
    };
    Some(NoSpec::new(engine, text))
}
