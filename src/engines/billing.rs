//! From usage to unpriced lines: the one entry to every engine's billing rule.

use super::usage::{Terms, Usage};
use super::{
    Charge, athena, batch_fargate, databricks, ec2_single, emr_ec2, emr_eks, emr_serverless, glue, managed_flink,
    on_premises, redshift_serverless,
};
use crate::prices::Rates;

/// The lines of a usage, before prices. `rates` is asked for one figure that is no price: the DBU of an instance type.
#[must_use]
pub fn charges(usage: &Usage, terms: &Terms, rates: &dyn Rates) -> Vec<Charge> {
    match usage {
        Usage::EmrEc2(usage) => emr_ec2::charges(usage, terms),
        Usage::EmrServerless(usage) => emr_serverless::charges(usage, terms),
        Usage::Glue(usage) => glue::charges(usage, terms),
        Usage::EmrEks(usage) => emr_eks::charges(usage, terms),
        Usage::Athena(usage) => athena::charges(usage, terms),
        Usage::BatchFargate(usage) => batch_fargate::charges(usage, terms),
        Usage::RedshiftServerless(usage) => redshift_serverless::charges(usage, terms),
        Usage::Databricks(usage) => databricks::charges(usage, terms, rates),
        Usage::ManagedFlink(usage) => managed_flink::charges(usage, terms),
        Usage::Ec2(usage) => ec2_single::charges(usage, terms),
        Usage::OnPremises(usage) => on_premises::charges(usage, terms),
    }
}
