//! Where the application ran, told by its configuration, its driver's environment and its version.
//!
//! The log of an EMR application does not hold the instance type: that must come from `DescribeCluster`. On
//! Databricks it is in the cluster's tags.

use std::fmt;

use super::conf::SparkConf;

/// The service or cluster manager that ran the application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Platform {
    /// Amazon EMR on EC2.
    EmrEc2,
    /// Amazon EMR Serverless.
    EmrServerless,
    /// Amazon EMR on EKS.
    EmrEks,
    /// AWS Glue.
    Glue,
    /// Databricks.
    Databricks,
    /// Google Dataproc.
    Dataproc,
    /// Open Spark on Kubernetes.
    Kubernetes,
    /// Open Spark on YARN.
    Yarn,
    /// Spark's own cluster manager.
    Standalone,
    /// Mesos, up to Spark 3.
    Mesos,
    /// One JVM.
    Local,
    /// Not said.
    Unknown,
}

impl Platform {
    /// The name in files and options.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::EmrEc2 => "emr-ec2",
            Self::EmrServerless => "emr-serverless",
            Self::EmrEks => "emr-eks",
            Self::Glue => "glue",
            Self::Databricks => "databricks",
            Self::Dataproc => "dataproc",
            Self::Kubernetes => "kubernetes",
            Self::Yarn => "yarn",
            Self::Standalone => "standalone",
            Self::Mesos => "mesos",
            Self::Local => "local",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What else the log says about the machines and the release.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Home {
    /// `emr-7.1.0`, Glue's `5.0`, Databricks' `10.4.x-scala2.12`.
    pub release: Option<String>,
    /// The cloud's region.
    pub region: Option<String>,
    /// The workers' instance type (Databricks only).
    pub worker_type: Option<String>,
    /// The driver's instance type (Databricks only).
    pub driver_type: Option<String>,
    /// The driver's architecture as Java names it: `amd64` or `aarch64`.
    pub architecture: Option<String>,
    /// The Java version.
    pub java: Option<String>,
}

/// System properties and environment variables of the driver that matter here.
pub(super) const SYSTEM_KEYS: [&str; 7] =
    ["EMR_RELEASE_LABEL", "EMR_CLUSTER_ID", "EMR_STEP_ID", "AWS_REGION", "os.arch", "java.version", "sun.java.command"];

/// What the detection looks at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Evidence<'a> {
    pub conf: &'a SparkConf,
    pub system: &'a SparkSystem,
    pub spark_version: Option<&'a str>,
    pub hosts: &'a [String],
}

/// The kept part of the system properties.
#[derive(Clone, Debug, Default)]
pub(super) struct SparkSystem(pub Vec<(String, String)>);

impl SparkSystem {
    pub(super) fn get(&self, key: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }
}

impl Evidence<'_> {
    fn has(&self, prefix: &str) -> bool {
        self.conf.iter().any(|(key, _)| key.starts_with(prefix))
    }

    fn on_amazon_build(&self) -> bool {
        self.spark_version.is_some_and(|version| version.contains("-amzn-"))
    }

    fn on_emr_machine(&self) -> bool {
        SYSTEM_KEYS.iter().filter(|key| key.starts_with("EMR_")).any(|key| self.system.get(key).is_some())
    }

    /// Which platform it was. Services come before cluster managers, which they contain.
    pub(super) fn platform(&self) -> Platform {
        if self.is_databricks() {
            Platform::Databricks
        } else if self.has("spark.emr-serverless.") {
            Platform::EmrServerless
        } else if self.conf.get("spark.glue.GLUE_VERSION").is_some() {
            Platform::Glue
        } else if self.has("spark.dataproc.") {
            Platform::Dataproc
        } else if self.on_amazon_build() || self.on_emr_machine() {
            if self.manager() == Platform::Kubernetes { Platform::EmrEks } else { Platform::EmrEc2 }
        } else {
            self.manager()
        }
    }

    /// Delta Lake keeps its settings under Databricks' name wherever it runs.
    fn is_databricks(&self) -> bool {
        let own = |key: &str| key.starts_with("spark.databricks.") && !key.starts_with("spark.databricks.delta.");
        self.spark_version.is_some_and(|version| version.contains("databricks"))
            || self.conf.iter().any(|(key, _)| own(key))
    }

    fn manager(&self) -> Platform {
        let master = self.conf.get("spark.master").unwrap_or_default();
        match master {
            _ if master.starts_with("local") => Platform::Local,
            _ if master.starts_with("yarn") => Platform::Yarn,
            _ if master.starts_with("k8s://") => Platform::Kubernetes,
            _ if master.starts_with("spark://") => Platform::Standalone,
            _ if master.starts_with("mesos") => Platform::Mesos,
            _ if self.has("spark.kubernetes.executor.") => Platform::Kubernetes,
            _ => Platform::Unknown,
        }
    }

    /// What else is known.
    pub(super) fn home(&self) -> Home {
        let tag = |name: &str| self.conf.get(&format!("spark.databricks.clusterUsageTags.{name}")).map(str::to_owned);
        let setting = |name: &str| self.conf.get(&format!("spark.databricks.{name}")).map(str::to_owned);
        let system = |name: &str| self.system.get(name).map(str::to_owned);
        Home {
            release: tag("sparkVersion")
                .or_else(|| system("EMR_RELEASE_LABEL"))
                .or_else(|| self.conf.get("spark.glue.GLUE_VERSION").map(str::to_owned)),
            region: tag("dataPlaneRegion")
                .or_else(|| tag("region"))
                .or_else(|| system("AWS_REGION"))
                .or_else(|| self.host_region()),
            worker_type: tag("clusterNodeType").or_else(|| setting("workerNodeTypeId")),
            driver_type: tag("driverNodeType").or_else(|| setting("driverNodeTypeId")),
            architecture: system("os.arch"),
            java: system("java.version"),
        }
    }

    /// EC2 names hosts `ip-10-0-0-1.eu-west-1.compute.internal`, and `ip-10-0-0-1.ec2.internal` in us-east-1.
    fn host_region(&self) -> Option<String> {
        self.hosts.iter().find_map(|host| {
            let domain = host.split_once('.')?.1;
            if domain == "ec2.internal" {
                return Some("us-east-1".to_owned());
            }
            domain.strip_suffix(".compute.internal").map(str::to_owned)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn platform(conf: &[(&str, &str)], system: &[(&str, &str)], version: &str) -> (Platform, Home) {
        let mut spark = SparkConf::default();
        for (key, value) in conf {
            spark.insert(key, value);
        }
        let system = SparkSystem(system.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect());
        let hosts = ["ip-10-0-0-1.eu-west-1.compute.internal".to_owned()];
        let evidence = Evidence { conf: &spark, system: &system, spark_version: Some(version), hosts: &hosts };
        (evidence.platform(), evidence.home())
    }

    #[test]
    fn services_come_before_cluster_managers() {
        assert_eq!(platform(&[("spark.master", "yarn")], &[], "3.4.1").0, Platform::Yarn);
        assert_eq!(platform(&[("spark.master", "yarn")], &[], "3.4.1-amzn-0").0, Platform::EmrEc2);
        assert_eq!(platform(&[("spark.master", "k8s://x")], &[], "3.4.1-amzn-0").0, Platform::EmrEks);
        let serverless = [("spark.master", "custom"), ("spark.emr-serverless.executor.disk", "20g")];
        assert_eq!(platform(&serverless, &[], "3.4.1-amzn-0").0, Platform::EmrServerless);
        let delta = [("spark.master", "local[*]"), ("spark.databricks.delta.optimizeWrite.enabled", "true")];
        assert_eq!(platform(&[("spark.glue.GLUE_VERSION", "5.0")], &[], "3.5.4").0, Platform::Glue);
        assert_eq!(platform(&delta, &[], "3.5.6").0, Platform::Local);
    }

    #[test]
    fn release_and_region_are_told() {
        let (found, home) =
            platform(&[("spark.master", "yarn-client")], &[("EMR_RELEASE_LABEL", "emr-5.36.0")], "2.4.8");
        assert_eq!(found, Platform::EmrEc2);
        assert_eq!(home.release.as_deref(), Some("emr-5.36.0"));
        assert_eq!(home.region.as_deref(), Some("eu-west-1"));
    }

    #[test]
    fn databricks_tags_name_the_machines() {
        let tags = [
            ("spark.databricks.clusterUsageTags.clusterNodeType", "i3.xlarge"),
            ("spark.databricks.clusterUsageTags.sparkVersion", "10.4.x-scala2.12"),
            ("spark.databricks.clusterUsageTags.region", "us-west-2"),
        ];
        let (found, home) = platform(&tags, &[], "3.2.1");
        assert_eq!(found, Platform::Databricks);
        assert_eq!(home.worker_type.as_deref(), Some("i3.xlarge"));
        assert_eq!(home.region.as_deref(), Some("us-west-2"));
    }
}
