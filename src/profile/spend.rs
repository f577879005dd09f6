//! What an account really paid: rows of Cost Explorer, and how they split by service and by cluster.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::units::Usd;

/// Cost and usage of one day and one group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SpendRow {
    /// First day of the period, `YYYY-MM-DD`.
    pub day: String,
    /// Day after the period.
    pub until: String,
    /// The group's keys in the order of the question: service, usage type, or `tag$value`.
    pub keys: Vec<String>,
    /// What it cost.
    pub cost_usd: Usd,
    /// How much was used, in `usage_unit`.
    pub usage: Decimal,
    /// What the usage is counted in; empty or `N/A` when the group mixes units.
    pub usage_unit: String,
    /// AWS may still change the figure.
    pub estimated: bool,
}

/// By what Cost Explorer groups; at most two.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SpendGroup {
    /// `SERVICE`.
    Service,
    /// `USAGE_TYPE`.
    UsageType,
    /// A cost-allocation tag.
    Tag(String),
}

/// What to ask Cost Explorer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpendQuestion {
    /// First day, `YYYY-MM-DD`.
    pub from: String,
    /// Day after the last, `YYYY-MM-DD`: Cost Explorer's end is exclusive.
    pub until: String,
    /// One or two groups.
    pub group_by: Vec<SpendGroup>,
    /// Only these services, by Cost Explorer's names; empty: all.
    pub services: Vec<String>,
}

/// The tag by which EMR marks its own EC2 instances; it has to be activated as a cost-allocation tag to be seen.
pub const CLUSTER_TAG: &str = "aws:elasticmapreduce:job-flow-id";

/// Cost Explorer's names of the services that data jobs are billed under.
pub const DATA_SERVICES: [&str; 6] = [
    "Amazon Elastic MapReduce",
    "Amazon Elastic Compute Cloud - Compute",
    "EC2 - Other",
    "AWS Glue",
    "Amazon Athena",
    "Amazon Redshift",
];

/// What a row pays for, as far as its service and usage type say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SpendPart {
    /// EMR's fee on EC2 instances.
    EmrFee,
    /// EMR Serverless.
    EmrServerless,
    /// EMR on EKS.
    EmrOnEks,
    /// EC2 instances.
    Ec2,
    /// Disks, traffic and the rest of EC2.
    Ec2Other,
    /// Glue.
    Glue,
    /// Athena.
    Athena,
    /// Redshift.
    Redshift,
    /// Everything else.
    Other,
}

/// The part that a service and a usage type belong to. EMR bills three products under one service name; the usage
/// type tells them apart, behind its region's prefix (docs/concepts/sources.md, "Cost Explorer").
#[must_use]
pub fn part_of(service: &str, usage_type: &str) -> SpendPart {
    match service {
        "Amazon Elastic MapReduce" => emr_part(usage_type),
        "Amazon Elastic Compute Cloud - Compute" => SpendPart::Ec2,
        "EC2 - Other" => SpendPart::Ec2Other,
        "AWS Glue" => SpendPart::Glue,
        "Amazon Athena" => SpendPart::Athena,
        "Amazon Redshift" => SpendPart::Redshift,
        _ => SpendPart::Other,
    }
}

fn emr_part(usage_type: &str) -> SpendPart {
    let usage_type = usage_type.to_ascii_uppercase();
    if usage_type.contains("EMR-SERVERLESS-") {
        SpendPart::EmrServerless
    } else if usage_type.contains("EMR-EKS-") {
        SpendPart::EmrOnEks
    } else if usage_type.contains("BOXUSAGE") {
        SpendPart::EmrFee
    } else {
        SpendPart::Other
    }
}

/// Rows grouped by service and usage type, summed by part.
#[must_use]
pub fn by_part(rows: &[SpendRow]) -> BTreeMap<SpendPart, Usd> {
    let mut parts = BTreeMap::new();
    for row in rows {
        let key = |index: usize| row.keys.get(index).map_or("", String::as_str);
        let sum = parts.entry(part_of(key(0), key(1))).or_insert(Usd::ZERO);
        *sum += row.cost_usd;
    }
    parts
}

/// Rows grouped by a tag (and anything else), summed by the tag's value; untagged spend stands under `None`.
#[must_use]
pub fn by_tag(rows: &[SpendRow], tag: &str) -> BTreeMap<Option<String>, Usd> {
    let prefix = format!("{tag}$");
    let mut sums = BTreeMap::new();
    for row in rows {
        let value = row.keys.iter().find_map(|key| key.strip_prefix(&prefix)).filter(|value| !value.is_empty());
        let sum = sums.entry(value.map(str::to_owned)).or_insert(Usd::ZERO);
        *sum += row.cost_usd;
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(keys: &[&str], cost: &str) -> SpendRow {
        SpendRow {
            day: "2026-11-01".to_owned(),
            until: "2026-11-02".to_owned(),
            keys: keys.iter().map(|key| (*key).to_owned()).collect(),
            cost_usd: Usd::new(cost.parse().expect("a decimal")),
            usage: Decimal::ONE,
            usage_unit: "Hrs".to_owned(),
            estimated: false,
        }
    }

    #[test]
    fn one_service_name_is_three_products() {
        const EMR: &str = "Amazon Elastic MapReduce";
        let rows = [
            row(&[EMR, "APS1-BoxUsage:m7i.xlarge"], "1.5"),
            row(&[EMR, "BoxUsage:r5.4xlarge"], "0.25"),
            row(&[EMR, "EUC1-EMR-SERVERLESS-ARM-vCPUHours"], "2"),
            row(&[EMR, "USE1-EMR-EKS-EC2-vCPUHours"], "3"),
            row(&["Amazon Elastic Compute Cloud - Compute", "SpotUsage:r5.4xlarge"], "4"),
        ];
        let parts = by_part(&rows);
        let sum = |part| parts[&part].dollars().to_string();
        assert_eq!(sum(SpendPart::EmrFee), "1.75");
        assert_eq!(sum(SpendPart::EmrServerless), "2");
        assert_eq!(sum(SpendPart::EmrOnEks), "3");
        assert_eq!(sum(SpendPart::Ec2), "4");
    }

    #[test]
    fn untagged_spend_is_not_a_cluster() {
        let rows = [
            row(&["aws:elasticmapreduce:job-flow-id$j-1", "EC2"], "1"),
            row(&["aws:elasticmapreduce:job-flow-id$", "EC2"], "5"),
            row(&["aws:elasticmapreduce:job-flow-id$j-1", "EMR"], "2"),
        ];
        let sums = by_tag(&rows, CLUSTER_TAG);
        assert_eq!(sums[&Some("j-1".to_owned())].dollars().to_string(), "3");
        assert_eq!(sums[&None].dollars().to_string(), "5");
    }
}
