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
    /// `RECORD_TYPE`: usage, credit, refund, tax, …
    RecordType,
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
    /// Services by Cost Explorer's names; all when absent.
    pub services: Option<OneOf>,
    /// Kinds of charge by Cost Explorer's names; all when absent.
    pub record_types: Option<OneOf>,
}

/// Some values, or all but some.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OneOf {
    /// The values.
    pub values: Vec<String>,
    /// All others are meant.
    pub excluded: bool,
}

impl OneOf {
    /// These values.
    #[must_use]
    pub fn these(values: &[&str]) -> Self {
        Self { values: values.iter().map(|value| (*value).to_owned()).collect(), excluded: false }
    }

    /// All values but these.
    #[must_use]
    pub fn all_but(values: &[&str]) -> Self {
        Self { excluded: true, ..Self::these(values) }
    }

    /// Whether a value is meant.
    #[must_use]
    pub fn has(&self, value: &str) -> bool {
        self.values.iter().any(|one| one == value) != self.excluded
    }
}

impl SpendRow {
    /// The value of a tag among the keys; empty when untagged or not grouped by it.
    #[must_use]
    pub fn tag_value(&self, tag: &str) -> &str {
        let of = |key: &'_ String| key.strip_prefix(tag).and_then(|rest| rest.strip_prefix('$')).is_some();
        self.keys.iter().find(|key| of(key)).and_then(|key| key.get(tag.len() + 1..)).unwrap_or_default()
    }
}

/// What one EMR cluster cost.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClusterSpend {
    /// `j-…`; `None` for what carries no cluster's tag.
    pub cluster: Option<String>,
    /// EMR's fee.
    pub emr_fee: Usd,
    /// On-Demand nodes.
    pub ec2_on_demand: Usd,
    /// Spot nodes.
    pub ec2_spot: Usd,
    /// By usage type, for example `SpotUsage:r5.4xlarge`: dollars, and hours.
    pub types: BTreeMap<String, (Usd, Decimal)>,
}

impl ClusterSpend {
    /// Nothing yet.
    #[must_use]
    pub fn of(cluster: Option<String>) -> Self {
        Self { cluster, ..Self::default() }
    }

    /// All of it.
    #[must_use]
    pub fn total(&self) -> Usd {
        self.emr_fee + self.ec2_on_demand + self.ec2_spot
    }

    /// Adds another day of it.
    pub fn add(&mut self, other: &Self) {
        self.emr_fee += other.emr_fee;
        self.ec2_on_demand += other.ec2_on_demand;
        self.ec2_spot += other.ec2_spot;
        for (name, (cost, hours)) in &other.types {
            let sum = self.types.entry(name.clone()).or_default();
            sum.0 += *cost;
            sum.1 += *hours;
        }
    }
}

/// The tag by which EMR marks its own EC2 instances; it has to be activated as a cost-allocation tag to be seen.
pub const CLUSTER_TAG: &str = "aws:elasticmapreduce:job-flow-id";

/// Cost Explorer's name of EMR: its fee, EMR Serverless and EMR on EKS.
pub const EMR_SERVICE: &str = "Amazon Elastic MapReduce";
/// Cost Explorer's name of EC2's instances.
pub const EC2_SERVICE: &str = "Amazon Elastic Compute Cloud - Compute";

/// Cost Explorer's names of the services that data jobs are billed under.
pub const DATA_SERVICES: [&str; 6] =
    [EMR_SERVICE, EC2_SERVICE, "EC2 - Other", "AWS Glue", "Amazon Athena", "Amazon Redshift"];

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
        EMR_SERVICE => emr_part(usage_type),
        EC2_SERVICE => SpendPart::Ec2,
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

/// EMR's fee and EC2's instances by cluster: rows grouped by the cluster's tag and the usage type. EMR Serverless and EMR
/// on EKS, which have no clusters, are left out.
#[must_use]
pub fn by_cluster(emr: &[SpendRow], ec2: &[SpendRow]) -> Vec<ClusterSpend> {
    let mut clusters: BTreeMap<Option<String>, ClusterSpend> = BTreeMap::new();
    let rows = emr.iter().map(|row| (row, EMR_SERVICE)).chain(ec2.iter().map(|row| (row, EC2_SERVICE)));
    for (row, service) in rows {
        let prefix = format!("{CLUSTER_TAG}$");
        let usage_type = row.keys.iter().find(|key| !key.starts_with(&prefix)).map_or("", String::as_str);
        let part = part_of(service, usage_type);
        if !matches!(part, SpendPart::EmrFee | SpendPart::Ec2) || row.cost_usd == Usd::ZERO {
            continue;
        }
        let name = Some(row.tag_value(CLUSTER_TAG)).filter(|name| !name.is_empty()).map(str::to_owned);
        let cluster = clusters.entry(name.clone()).or_insert_with(|| ClusterSpend::of(name));
        if part == SpendPart::EmrFee {
            cluster.emr_fee += row.cost_usd;
            continue;
        }
        if usage_type.contains("SpotUsage") {
            cluster.ec2_spot += row.cost_usd;
        } else {
            cluster.ec2_on_demand += row.cost_usd;
        }
        let sum = cluster.types.entry(usage_type.to_owned()).or_default();
        sum.0 += row.cost_usd;
        sum.1 += row.usage;
    }
    clusters.into_values().collect()
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
