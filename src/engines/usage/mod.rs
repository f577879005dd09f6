//! What was used, engine by engine, before the service's rounding, minimums and prices.
//!
//! A usage comes from a simulated run ([`usage_of_run`]) or from the user's file ([`read_usage`]); both are billed
//! by the same rules ([`super::charges`]).

mod athena;
mod databricks;
mod ec2;
mod eks;
mod emr_ec2;
mod fargate;
mod file;
mod flink;
mod glue;
mod node;
mod node_charges;
mod of_run;
mod on_premises;
mod redshift;
mod serverless;
mod terms;
mod time;

use serde::Serialize;

pub use athena::{AthenaCapacity, AthenaQueries, AthenaUsage, QueryKind, Scanned};
pub use databricks::{DatabricksPlan, DatabricksUsage};
pub use ec2::Ec2Usage;
pub use eks::{EksUsage, PodUsage};
pub use emr_ec2::EmrEc2Usage;
pub use fargate::{FargateTasks, FargateUsage};
pub use file::{OwnLine, UsageError, UsageFile, read_usage};
pub use flink::FlinkUsage;
pub use glue::{GlueCapacity, GlueProduct, GlueUsage, dpu_of_worker};
pub use node::{NodeMarket, NodeUsage, VolumeType, VolumeUsage};
pub(crate) use node_charges::{node_charges, node_hours, nodes_in_words, volume_charges};
pub use of_run::{RunTerms, usage_of_run};
pub use on_premises::OnPremisesUsage;
pub use redshift::{RedshiftActivity, RedshiftUsage};
pub use serverless::{ServerlessTotals, ServerlessUsage, ServerlessWorkers};
pub use terms::{FeeStart, Terms, Words};
pub(crate) use time::HOUR_S;
pub use time::{BilledTime, exact_seconds};

/// What one run (or, for standing things, one month) of an engine used.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "engine")]
pub enum Usage {
    /// EMR on EC2, transient or standing.
    EmrEc2(EmrEc2Usage),
    /// EMR Serverless, standard or Flex.
    EmrServerless(ServerlessUsage),
    /// Glue, standard or Flex.
    Glue(GlueUsage),
    /// EMR on EKS.
    EmrEks(EksUsage),
    /// Athena.
    Athena(AthenaUsage),
    /// Fargate tasks.
    BatchFargate(FargateUsage),
    /// Redshift Serverless.
    RedshiftServerless(RedshiftUsage),
    /// Databricks.
    Databricks(DatabricksUsage),
    /// Managed Flink.
    ManagedFlink(FlinkUsage),
    /// EC2 instances alone.
    Ec2(Ec2Usage),
    /// The user's own cluster.
    OnPremises(OnPremisesUsage),
}
