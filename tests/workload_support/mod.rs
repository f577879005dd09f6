//! Names for the tests of workload files: small sets, so that a test does not depend on the catalog.

use shapecast::workload::{InstanceNames, Names, Vocabulary};

const REGIONS: &[&str] = &["eu-central-1", "eu-west-1", "us-east-1", "us-west-2"];
const ENGINES: &[&str] = &[
    "athena",
    "batch-fargate",
    "emr-ec2",
    "emr-eks",
    "emr-serverless",
    "emr-serverless-flex",
    "glue",
    "glue-flex",
    "managed-flink",
    "redshift-serverless",
];
const TYPES: &[&str] = &["m5.xlarge", "m7g.2xlarge", "r5.4xlarge", "r6g.2xlarge", "r7g.4xlarge"];
const SERVICES: &[&str] = &["ec2", "emr", "emr-serverless", "glue", "s3"];
const METERS: &[&str] = &["ec2/on-demand/r5.4xlarge", "emr-serverless/vcpu_x86", "glue/etl_flex", "glue/etl_standard"];

struct Instances;

impl InstanceNames for Instances {
    fn is_type(&self, name: &str) -> bool {
        TYPES.contains(&name)
    }
    fn is_family(&self, name: &str) -> bool {
        TYPES.iter().any(|known| known.split('.').next() == Some(name))
    }
    fn is_arm(&self, name: &str) -> Option<bool> {
        (self.is_type(name) || self.is_family(name)).then(|| name.split('.').next().is_some_and(|it| it.ends_with('g')))
    }
    fn nearest(&self, name: &str) -> Option<String> {
        TYPES.nearest(name)
    }
}

/// The vocabulary of the tests.
pub fn vocabulary() -> Vocabulary<'static> {
    static OWNED: std::sync::LazyLock<Vec<String>> =
        std::sync::LazyLock::new(|| REGIONS.iter().map(|region| (*region).to_owned()).collect());
    Vocabulary {
        regions: OWNED.as_slice(),
        engines: &ENGINES,
        instances: &Instances,
        services: &SERVICES,
        meters: &METERS,
    }
}
