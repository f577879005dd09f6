//! The engines' stable names.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An engine. The text form is part of the output contract (`docs/reference/output.md`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum EngineId {
    /// A transient EMR cluster: On-Demand primary and core, Spot task fleet.
    EmrEc2,
    /// EMR Serverless.
    EmrServerless,
    /// EMR Serverless with Flex execution.
    EmrServerlessFlex,
    /// Glue Spark job, standard execution.
    Glue,
    /// Glue Spark job, Flex execution.
    GlueFlex,
    /// EMR on EKS.
    EmrEks,
    /// Athena SQL.
    Athena,
    /// AWS Batch on Fargate.
    BatchFargate,
    /// Redshift Serverless.
    RedshiftServerless,
    /// Databricks jobs compute.
    Databricks,
    /// Managed Service for Apache Flink.
    ManagedFlink,
    /// A standing EMR cluster.
    EmrEc2Standing,
    /// One EC2 instance.
    Ec2Single,
    /// The user's own data centre.
    OnPremises,
}

/// What an engine is in the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Has a bill and a spec, and can be recommended.
    Candidate,
    /// Priced where prices are known; routed to, without a spec.
    Alternative,
    /// What the job runs on today, to compare with; never recommended.
    Baseline,
}

impl EngineId {
    /// All engines, in the order of the documentation.
    pub const ALL: [Self; 14] = [
        Self::EmrEc2,
        Self::EmrServerless,
        Self::EmrServerlessFlex,
        Self::Glue,
        Self::GlueFlex,
        Self::EmrEks,
        Self::Athena,
        Self::BatchFargate,
        Self::RedshiftServerless,
        Self::Databricks,
        Self::ManagedFlink,
        Self::EmrEc2Standing,
        Self::Ec2Single,
        Self::OnPremises,
    ];

    /// The stable name, for example `emr-ec2`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EmrEc2 => "emr-ec2",
            Self::EmrServerless => "emr-serverless",
            Self::EmrServerlessFlex => "emr-serverless-flex",
            Self::Glue => "glue",
            Self::GlueFlex => "glue-flex",
            Self::EmrEks => "emr-eks",
            Self::Athena => "athena",
            Self::BatchFargate => "batch-fargate",
            Self::RedshiftServerless => "redshift-serverless",
            Self::Databricks => "databricks",
            Self::ManagedFlink => "managed-flink",
            Self::EmrEc2Standing => "emr-ec2-standing",
            Self::Ec2Single => "ec2-single",
            Self::OnPremises => "on-premises",
        }
    }

    /// The name for people.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::EmrEc2 => "EMR on EC2, transient",
            Self::EmrServerless => "EMR Serverless",
            Self::EmrServerlessFlex => "EMR Serverless Flex",
            Self::Glue => "Glue",
            Self::GlueFlex => "Glue Flex",
            Self::EmrEks => "EMR on EKS",
            Self::Athena => "Athena",
            Self::BatchFargate => "Batch on Fargate",
            Self::RedshiftServerless => "Redshift Serverless",
            Self::Databricks => "Databricks jobs",
            Self::ManagedFlink => "Managed Flink",
            Self::EmrEc2Standing => "EMR on EC2, standing",
            Self::Ec2Single => "one EC2 instance",
            Self::OnPremises => "on-premises cluster",
        }
    }

    /// Candidate, alternative or baseline.
    #[must_use]
    pub const fn role(self) -> Role {
        match self {
            Self::EmrEc2
            | Self::EmrServerless
            | Self::EmrServerlessFlex
            | Self::Glue
            | Self::GlueFlex
            | Self::EmrEks
            | Self::Athena
            | Self::BatchFargate => Role::Candidate,
            Self::RedshiftServerless | Self::Databricks | Self::ManagedFlink => Role::Alternative,
            Self::EmrEc2Standing | Self::Ec2Single | Self::OnPremises => Role::Baseline,
        }
    }
}

impl fmt::Display for EngineId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The text is no engine's name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown engine `{0}`")]
pub struct UnknownEngine(pub String);

impl FromStr for EngineId {
    type Err = UnknownEngine;

    fn from_str(text: &str) -> Result<Self, UnknownEngine> {
        Self::ALL.into_iter().find(|id| id.as_str() == text).ok_or_else(|| UnknownEngine(text.to_owned()))
    }
}
