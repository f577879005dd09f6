//! The questions: service codes and filters, exactly as they work.

/// One family of prices that is asked for with one question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ListKind {
    /// EC2 Linux On-Demand.
    OnDemand,
    /// EMR's fee on EC2 instances.
    EmrFee,
    /// EMR Serverless.
    EmrServerless,
    /// EMR on EKS.
    EmrOnEks,
    /// Glue, all generations and classes.
    Glue,
    /// Athena.
    Athena,
    /// Fargate.
    Fargate,
    /// EKS clusters.
    Eks,
    /// EBS volumes.
    EbsStorage,
    /// EBS provisioned IOPS.
    EbsIops,
    /// EBS provisioned throughput.
    EbsThroughput,
    /// S3 storage.
    S3Storage,
    /// S3 requests.
    S3Requests,
    /// Step Functions.
    StepFunctions,
    /// Managed Airflow.
    Mwaa,
    /// Redshift Serverless.
    RedshiftServerless,
    /// Redshift nodes.
    RedshiftNodes,
    /// Redshift managed storage.
    RedshiftStorage,
    /// Redshift Spectrum.
    RedshiftSpectrum,
    /// Managed Flink.
    ManagedFlink,
    /// Data transfer.
    DataTransfer,
}

impl ListKind {
    /// All of them, in the order in which they are asked.
    pub const ALL: [Self; 21] = [
        Self::OnDemand,
        Self::EmrFee,
        Self::EmrServerless,
        Self::EmrOnEks,
        Self::Glue,
        Self::Athena,
        Self::Fargate,
        Self::Eks,
        Self::EbsStorage,
        Self::EbsIops,
        Self::EbsThroughput,
        Self::S3Storage,
        Self::S3Requests,
        Self::StepFunctions,
        Self::Mwaa,
        Self::RedshiftServerless,
        Self::RedshiftNodes,
        Self::RedshiftStorage,
        Self::RedshiftSpectrum,
        Self::ManagedFlink,
        Self::DataTransfer,
    ];

    /// A short name, for files and messages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::OnDemand => "ec2-on-demand",
            Self::EmrFee => "emr-fee",
            Self::EmrServerless => "emr-serverless",
            Self::EmrOnEks => "emr-on-eks",
            Self::Glue => "glue",
            Self::Athena => "athena",
            Self::Fargate => "fargate",
            Self::Eks => "eks",
            Self::EbsStorage => "ebs-storage",
            Self::EbsIops => "ebs-iops",
            Self::EbsThroughput => "ebs-throughput",
            Self::S3Storage => "s3-storage",
            Self::S3Requests => "s3-requests",
            Self::StepFunctions => "step-functions",
            Self::Mwaa => "mwaa",
            Self::RedshiftServerless => "redshift-serverless",
            Self::RedshiftNodes => "redshift-nodes",
            Self::RedshiftStorage => "redshift-storage",
            Self::RedshiftSpectrum => "redshift-spectrum",
            Self::ManagedFlink => "managed-flink",
            Self::DataTransfer => "data-transfer",
        }
    }

    /// Whether every commercial region has it, so that an empty answer is worth a word.
    #[must_use]
    pub const fn is_everywhere(self) -> bool {
        matches!(self, Self::OnDemand | Self::EmrFee | Self::EbsStorage | Self::S3Storage | Self::Fargate)
    }

    const fn service_code(self) -> &'static str {
        match self {
            Self::OnDemand | Self::EbsStorage | Self::EbsIops | Self::EbsThroughput => "AmazonEC2",
            Self::EmrFee | Self::EmrServerless | Self::EmrOnEks => "ElasticMapReduce",
            Self::Glue => "AWSGlue",
            Self::Athena => "AmazonAthena",
            Self::Fargate => "AmazonECS",
            Self::Eks => "AmazonEKS",
            Self::S3Storage | Self::S3Requests => "AmazonS3",
            Self::StepFunctions => "AmazonStates",
            Self::Mwaa => "AmazonMWAA",
            Self::RedshiftServerless | Self::RedshiftNodes | Self::RedshiftStorage | Self::RedshiftSpectrum => {
                "AmazonRedshift"
            }
            Self::ManagedFlink => "AmazonKinesisAnalytics",
            Self::DataTransfer => "AWSDataTransfer",
        }
    }

    /// Filters beside the region's.
    const fn filters(self) -> &'static [(&'static str, &'static str)] {
        match self {
            // Without tenancy and capacity status, dedicated hosts and reservations are mixed in.
            Self::OnDemand => &[
                ("operatingSystem", "Linux"),
                ("tenancy", "Shared"),
                ("preInstalledSw", "NA"),
                ("capacitystatus", "Used"),
            ],
            // Without the software type a region has some 2,000 products: MapR and others.
            Self::EmrFee => &[("productFamily", "Elastic Map Reduce Instance"), ("softwareType", "EMR")],
            Self::EmrServerless => &[("productFamily", "EMR Serverless")],
            Self::EmrOnEks => &[("productFamily", "EMR Containers"), ("operation", "StartJobRun")],
            Self::Glue => &[("productFamily", "AWS Glue")],
            Self::Athena | Self::Eks | Self::Mwaa => &[],
            Self::Fargate => &[("productFamily", "Compute"), ("tenancy", "Shared")],
            Self::EbsStorage => &[("productFamily", "Storage")],
            Self::EbsIops => &[("productFamily", "System Operation")],
            Self::EbsThroughput => &[("productFamily", "Provisioned Throughput")],
            Self::S3Storage => &[("productFamily", "Storage")],
            Self::S3Requests => &[("productFamily", "API Request")],
            Self::StepFunctions => &[("productFamily", "AWS Step Functions")],
            Self::RedshiftServerless => &[("productFamily", "Serverless")],
            Self::RedshiftNodes => &[("productFamily", "Compute Instance")],
            Self::RedshiftStorage => &[("productFamily", "Redshift Managed Storage")],
            Self::RedshiftSpectrum => &[("productFamily", "Redshift Data Scan")],
            Self::ManagedFlink => &[("productFamily", "Kinesis Analytics")],
            Self::DataTransfer => &[("productFamily", "Data Transfer")],
        }
    }
}

/// One question to GetProducts; all filters are of the type TERM_MATCH.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductQuery {
    /// What it brings.
    pub kind: ListKind,
    /// For which region.
    pub region: String,
    /// The service code.
    pub service_code: &'static str,
    /// Field and value.
    pub filters: Vec<(&'static str, String)>,
}

/// All questions of a region. Data transfer is asked for by the region's display name, which is not known for a
/// region newer than this program: then that question is left out, and the caller sees it from the kinds.
#[must_use]
pub fn queries(region: &str) -> Vec<ProductQuery> {
    ListKind::ALL.into_iter().filter_map(|kind| query(kind, region)).collect()
}

fn query(kind: ListKind, region: &str) -> Option<ProductQuery> {
    let place = match kind {
        ListKind::DataTransfer => ("fromLocation", display_name(region)?.to_owned()),
        _ => ("regionCode", region.to_owned()),
    };
    let fixed = kind.filters().iter().map(|(field, value)| (*field, (*value).to_owned()));
    let filters = std::iter::once(place).chain(fixed).collect();
    Some(ProductQuery { kind, region: region.to_owned(), service_code: kind.service_code(), filters })
}

/// The price list's name of a region.
fn display_name(region: &str) -> Option<&'static str> {
    const NAMES: [(&str, &str); 33] = [
        ("af-south-1", "Africa (Cape Town)"),
        ("ap-east-1", "Asia Pacific (Hong Kong)"),
        ("ap-northeast-1", "Asia Pacific (Tokyo)"),
        ("ap-northeast-2", "Asia Pacific (Seoul)"),
        ("ap-northeast-3", "Asia Pacific (Osaka)"),
        ("ap-south-1", "Asia Pacific (Mumbai)"),
        ("ap-south-2", "Asia Pacific (Hyderabad)"),
        ("ap-southeast-1", "Asia Pacific (Singapore)"),
        ("ap-southeast-2", "Asia Pacific (Sydney)"),
        ("ap-southeast-3", "Asia Pacific (Jakarta)"),
        ("ap-southeast-4", "Asia Pacific (Melbourne)"),
        ("ap-southeast-5", "Asia Pacific (Malaysia)"),
        ("ap-southeast-7", "Asia Pacific (Thailand)"),
        ("ca-central-1", "Canada (Central)"),
        ("ca-west-1", "Canada West (Calgary)"),
        ("eu-central-1", "EU (Frankfurt)"),
        ("eu-central-2", "Europe (Zurich)"),
        ("eu-north-1", "EU (Stockholm)"),
        ("eu-south-1", "EU (Milan)"),
        ("eu-south-2", "Europe (Spain)"),
        ("eu-west-1", "EU (Ireland)"),
        ("eu-west-2", "EU (London)"),
        ("eu-west-3", "EU (Paris)"),
        ("il-central-1", "Israel (Tel Aviv)"),
        ("me-central-1", "Middle East (UAE)"),
        ("me-south-1", "Middle East (Bahrain)"),
        ("mx-central-1", "Mexico (Central)"),
        ("sa-east-1", "South America (Sao Paulo)"),
        ("us-east-1", "US East (N. Virginia)"),
        ("us-east-2", "US East (Ohio)"),
        ("us-gov-east-1", "AWS GovCloud (US-East)"),
        ("us-gov-west-1", "AWS GovCloud (US-West)"),
        ("us-west-2", "US West (Oregon)"),
    ];
    if region == "us-west-1" {
        return Some("US West (N. California)");
    }
    NAMES.iter().find(|(code, _)| *code == region).map(|(_, name)| *name)
}
