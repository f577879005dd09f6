//! What a service and a usage type mean: which part of the bill, Spot or not, how many vCPU.

use crate::catalog::Catalog;
use crate::profile::spend::{SpendPart, part_of};

/// The meaning of a usage type.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Meaning {
    /// The part of the bill.
    pub part: SpendPart,
    /// Whether it is Spot capacity.
    pub spot: bool,
    /// vCPU-hours in one unit of usage; 0 for what is no compute (an EMR fee repeats the hours of its EC2 nodes).
    pub vcpu_hours: f64,
}

/// vCPU of one Glue DPU (Glue developer guide, "Worker types": 4 vCPU and 16 GB).
const VCPU_PER_DPU: f64 = 4.0;

impl Meaning {
    /// Of a product code (CUR) or service name (Cost Explorer) and a usage type.
    #[must_use]
    pub fn of(service: &str, usage_type: &str) -> Self {
        let part = part_of(service_name(service, usage_type), usage_type);
        let instance = usage_type.split_once("Usage:");
        let spot = usage_type.contains("SpotUsage");
        let vcpu_hours = match (part, instance) {
            (SpendPart::Ec2, Some((_, name))) => {
                Catalog::embedded().instance(name).map_or(0.0, |instance| f64::from(instance.vcpu))
            }
            (SpendPart::EmrServerless, _) if usage_type.contains("vCPU") => 1.0,
            (SpendPart::Glue, _) if usage_type.contains("DPU-Hour") => VCPU_PER_DPU,
            _ => 0.0,
        };
        Self { part, spot, vcpu_hours }
    }
}

/// Cost Explorer's name of a CUR product code.
fn service_name<'s>(service: &'s str, usage_type: &str) -> &'s str {
    match service {
        "ElasticMapReduce" => "Amazon Elastic MapReduce",
        "AmazonEC2" if usage_type.contains("BoxUsage") || usage_type.contains("SpotUsage") => {
            "Amazon Elastic Compute Cloud - Compute"
        }
        "AmazonEC2" => "EC2 - Other",
        "AWSGlue" => "AWS Glue",
        "AmazonAthena" => "Amazon Athena",
        "AmazonRedshift" => "Amazon Redshift",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usage_types_say_part_purchase_and_vcpu() {
        let spot = Meaning::of("AmazonEC2", "EUC1-SpotUsage:r5.4xlarge");
        assert_eq!(spot, Meaning { part: SpendPart::Ec2, spot: true, vcpu_hours: 16.0 });
        let fee = Meaning::of("ElasticMapReduce", "BoxUsage:r5.4xlarge");
        assert_eq!(fee, Meaning { part: SpendPart::EmrFee, spot: false, vcpu_hours: 0.0 });
        assert_eq!(Meaning::of("AmazonEC2", "EBS:VolumeUsage.gp3").part, SpendPart::Ec2Other);
        let serverless = Meaning::of("ElasticMapReduce", "USE1-EMR-SERVERLESS-ARM-vCPUHours");
        assert!((serverless.vcpu_hours - 1.0).abs() < f64::EPSILON);
        assert!((Meaning::of("AWSGlue", "USE1-ETL-DPU-Hour").vcpu_hours - 4.0).abs() < f64::EPSILON);
    }
}
