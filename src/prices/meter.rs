//! What can have a price: typed keys for look-ups, and the erased form that bills and files carry.

use std::fmt;
use std::marker::PhantomData;

use crate::units::{InstanceHour, Measure};

/// The erased key of a price inside one region; its text form is the *meter id* that files and `prices show` use.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Meter {
    /// EC2 Linux On-Demand, shared tenancy: `ec2/on-demand/r5.4xlarge`.
    OnDemandInstance(String),
    /// EC2 Linux Spot, region level: `ec2/spot/r5.4xlarge`.
    SpotInstance(String),
    /// The EMR fee (uplift) of an instance type: `emr/uplift/r5.4xlarge`.
    EmrUplift(String),
    /// An item of a service: `glue/etl_standard`.
    Service(&'static str, &'static str),
    /// A price that only the user can know: `on-premises/year`.
    Own(&'static str),
}

impl fmt::Display for Meter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OnDemandInstance(name) => write!(f, "ec2/on-demand/{name}"),
            Self::SpotInstance(name) => write!(f, "ec2/spot/{name}"),
            Self::EmrUplift(name) => write!(f, "emr/uplift/{name}"),
            Self::Service(service, item) => write!(f, "{service}/{item}"),
            Self::Own(name) => f.write_str(name),
        }
    }
}

/// A key whose price has a known measure, so that multiplying with another measure does not compile.
pub trait PriceKey {
    /// What the price is per.
    type Unit: Measure;
    /// The erased key.
    fn meter(&self) -> Meter;
}

/// EC2 Linux On-Demand price of an instance type.
#[derive(Clone, Copy, Debug)]
pub struct OnDemandInstance<'a>(pub &'a str);

impl PriceKey for OnDemandInstance<'_> {
    type Unit = InstanceHour;
    fn meter(&self) -> Meter {
        Meter::OnDemandInstance(self.0.to_owned())
    }
}

/// EC2 Linux Spot price of an instance type in the region.
#[derive(Clone, Copy, Debug)]
pub struct SpotInstance<'a>(pub &'a str);

impl PriceKey for SpotInstance<'_> {
    type Unit = InstanceHour;
    fn meter(&self) -> Meter {
        Meter::SpotInstance(self.0.to_owned())
    }
}

/// EMR's fee on an instance type.
#[derive(Clone, Copy, Debug)]
pub struct EmrUplift<'a>(pub &'a str);

impl PriceKey for EmrUplift<'_> {
    type Unit = InstanceHour;
    fn meter(&self) -> Meter {
        Meter::EmrUplift(self.0.to_owned())
    }
}

/// An item of a service's price list, with its measure.
#[derive(Clone, Copy, Debug)]
pub struct ServiceItem<U: Measure> {
    service: &'static str,
    item: &'static str,
    unit: PhantomData<U>,
}

impl<U: Measure> ServiceItem<U> {
    const fn new(service: &'static str, item: &'static str) -> Self {
        Self { service, item, unit: PhantomData }
    }
}

impl<U: Measure> PriceKey for ServiceItem<U> {
    type Unit = U;
    fn meter(&self) -> Meter {
        Meter::Service(self.service, self.item)
    }
}

/// Every service item that shapecast can bill: one line each, the measure in the type.
pub mod items {
    use super::ServiceItem;
    use crate::units::*;

    macro_rules! items {
        ($($(#[$doc:meta])* $name:ident: $unit:ident = $service:literal, $item:literal;)*) => {
            $($(#[$doc])* pub const $name: ServiceItem<$unit> = ServiceItem::new($service, $item);)*
            /// Service, item and measure name of every item, for checking tables and listing prices.
            pub const ALL: &[(&str, &str, &str)] = &[$(($service, $item, <$unit as Measure>::NAME)),*];
        };
    }

    items! {
        /// EMR Serverless x86 vCPU.
        EMR_SERVERLESS_VCPU_X86: VcpuHour = "emr-serverless", "vcpu_x86";
        /// EMR Serverless x86 memory.
        EMR_SERVERLESS_MEMORY_X86: GbHour = "emr-serverless", "memory_x86";
        /// EMR Serverless arm64 vCPU.
        EMR_SERVERLESS_VCPU_ARM: VcpuHour = "emr-serverless", "vcpu_arm";
        /// EMR Serverless arm64 memory.
        EMR_SERVERLESS_MEMORY_ARM: GbHour = "emr-serverless", "memory_arm";
        /// EMR Serverless worker disk beyond 20 GB a worker.
        EMR_SERVERLESS_STORAGE: GbHour = "emr-serverless", "storage_beyond_20gb_per_worker";
        /// EMR Serverless Flex vCPU: not published in any source found; the user may give it.
        EMR_SERVERLESS_FLEX_VCPU_X86: VcpuHour = "emr-serverless", "flex_vcpu_x86";
        /// EMR Serverless Flex memory.
        EMR_SERVERLESS_FLEX_MEMORY_X86: GbHour = "emr-serverless", "flex_memory_x86";
        /// EMR Serverless Flex arm64 vCPU.
        EMR_SERVERLESS_FLEX_VCPU_ARM: VcpuHour = "emr-serverless", "flex_vcpu_arm";
        /// EMR Serverless Flex arm64 memory.
        EMR_SERVERLESS_FLEX_MEMORY_ARM: GbHour = "emr-serverless", "flex_memory_arm";
        /// EMR on EKS fee on vCPU requested by pods.
        EMR_EKS_VCPU: VcpuHour = "emr-on-eks", "vcpu";
        /// EMR on EKS fee on memory requested by pods.
        EMR_EKS_MEMORY: GbHour = "emr-on-eks", "memory";
        /// EKS control plane, standard support.
        EKS_CLUSTER: ClusterHour = "eks", "cluster_standard_support";
        /// EKS control plane, extended support: the total, not on top.
        EKS_CLUSTER_EXTENDED: ClusterHour = "eks", "cluster_extended_support_total";
        /// Glue Spark job, Glue up to 5.x.
        GLUE_STANDARD: DpuHour = "glue", "etl_standard";
        /// Glue Spark job, Flex, Glue up to 5.x.
        GLUE_FLEX: DpuHour = "glue", "etl_flex";
        /// Glue Spark job, Glue 6 (usage type `-Gen2`).
        GLUE_STANDARD_GEN2: DpuHour = "glue", "etl_standard_gen2_glue6";
        /// Glue Spark job, Flex, Glue 6 (usage type `-Gen2`).
        GLUE_FLEX_GEN2: DpuHour = "glue", "etl_flex_gen2_glue6";
        /// Glue memory-optimised workers (R.*), Glue up to 5.x.
        GLUE_MEMORY: MemoryDpuHour = "glue", "etl_memory_optimized";
        /// Glue memory-optimised workers (R.*), Glue 6: not published in any reliable source found.
        GLUE_MEMORY_GEN2: MemoryDpuHour = "glue", "etl_memory_optimized_gen2_glue6";
        /// Glue crawler.
        GLUE_CRAWLER: DpuHour = "glue", "crawler";
        /// Glue interactive session.
        GLUE_INTERACTIVE: DpuHour = "glue", "interactive_session";
        /// Glue Iceberg table optimisation.
        GLUE_COMPACTION: DpuHour = "glue", "iceberg_compaction";
        /// Glue column statistics.
        GLUE_STATISTICS: DpuHour = "glue", "column_statistics";
        /// Glue DataBrew job.
        GLUE_DATABREW: NodeHour = "glue", "databrew_job";
        /// Glue Data Catalog objects.
        GLUE_CATALOG_OBJECT: ObjectMonth = "glue", "data_catalog_storage";
        /// Glue Data Catalog requests.
        GLUE_CATALOG_REQUEST: Request = "glue", "data_catalog_request";
        /// Athena SQL, bytes scanned.
        ATHENA_SCAN: TbScanned = "athena", "sql_scan";
        /// Athena provisioned capacity.
        ATHENA_PROVISIONED: DpuHour = "athena", "provisioned_capacity_dpu";
        /// Athena for Spark.
        ATHENA_SPARK: DpuHour = "athena", "spark_dpu";
        /// Fargate x86 vCPU.
        FARGATE_VCPU_X86: VcpuHour = "fargate", "vcpu_x86";
        /// Fargate x86 memory.
        FARGATE_MEMORY_X86: GbHour = "fargate", "memory_x86";
        /// Fargate arm64 vCPU.
        FARGATE_VCPU_ARM: VcpuHour = "fargate", "vcpu_arm";
        /// Fargate arm64 memory.
        FARGATE_MEMORY_ARM: GbHour = "fargate", "memory_arm";
        /// Fargate ephemeral storage beyond 20 GB a task.
        FARGATE_STORAGE: GbHour = "fargate", "storage_beyond_20gb_per_task";
        /// Fargate Spot x86 vCPU: floats, so the figure is that of its date.
        FARGATE_SPOT_VCPU: VcpuHour = "fargate", "spot_vcpu_x86";
        /// Fargate Spot x86 memory, floating.
        FARGATE_SPOT_MEMORY: GbHour = "fargate", "spot_memory_x86";
        /// Fargate Spot arm64 vCPU, floating.
        FARGATE_SPOT_VCPU_ARM: VcpuHour = "fargate", "spot_vcpu_arm";
        /// Fargate Spot arm64 memory, floating.
        FARGATE_SPOT_MEMORY_ARM: GbHour = "fargate", "spot_memory_arm";
        /// Redshift Serverless capacity.
        REDSHIFT_RPU: RpuHour = "redshift-serverless", "rpu";
        /// Redshift provisioned node, `ra3.large`.
        REDSHIFT_RA3_LARGE: NodeHour = "redshift", "ra3.large";
        /// Redshift provisioned node, `ra3.xlplus`.
        REDSHIFT_RA3_XLPLUS: NodeHour = "redshift", "ra3.xlplus";
        /// Redshift provisioned node, `ra3.4xlarge`.
        REDSHIFT_RA3_4XLARGE: NodeHour = "redshift", "ra3.4xlarge";
        /// Redshift provisioned node, `ra3.16xlarge`.
        REDSHIFT_RA3_16XLARGE: NodeHour = "redshift", "ra3.16xlarge";
        /// Redshift provisioned node, `dc2.large`.
        REDSHIFT_DC2_LARGE: NodeHour = "redshift", "dc2.large";
        /// Redshift provisioned node, `dc2.8xlarge`.
        REDSHIFT_DC2_8XLARGE: NodeHour = "redshift", "dc2.8xlarge";
        /// Redshift managed storage.
        REDSHIFT_STORAGE: GbMonth = "redshift", "managed_storage";
        /// Redshift Spectrum, bytes scanned.
        REDSHIFT_SPECTRUM: TbScanned = "redshift", "spectrum";
        /// Databricks jobs compute, Enterprise plan.
        DATABRICKS_JOBS_ENTERPRISE: Dbu = "databricks", "jobs_compute_enterprise";
        /// Databricks jobs compute, Premium plan.
        DATABRICKS_JOBS_PREMIUM: Dbu = "databricks", "jobs_compute_premium";
        /// Databricks all-purpose compute, Premium plan.
        DATABRICKS_ALL_PURPOSE: Dbu = "databricks", "all_purpose_premium";
        /// Managed Flink capacity.
        FLINK_KPU: KpuHour = "managed-flink", "kpu";
        /// Managed Flink running application storage.
        FLINK_STORAGE: GbMonth = "managed-flink", "running_storage";
        /// Managed Flink snapshots (durable application backup).
        FLINK_BACKUP: GbMonth = "managed-flink", "durable_backup";
        /// Step Functions Standard workflow transition.
        STEP_FUNCTIONS_TRANSITION: StateTransition = "stepfunctions", "standard_state_transition";
        /// MWAA micro environment.
        MWAA_MICRO: Hour = "mwaa", "micro_environment";
        /// MWAA small environment.
        MWAA_SMALL: Hour = "mwaa", "small_environment";
        /// MWAA medium environment.
        MWAA_MEDIUM: Hour = "mwaa", "medium_environment";
        /// MWAA large environment.
        MWAA_LARGE: Hour = "mwaa", "large_environment";
        /// MWAA extra-large environment.
        MWAA_XLARGE: Hour = "mwaa", "xlarge_environment";
        /// MWAA double-extra-large environment.
        MWAA_2XLARGE: Hour = "mwaa", "2xlarge_environment";
        /// MWAA small extra worker or scheduler.
        MWAA_SMALL_WORKER: Hour = "mwaa", "small_worker_or_scheduler";
        /// MWAA medium extra worker or scheduler.
        MWAA_MEDIUM_WORKER: Hour = "mwaa", "medium_worker_or_scheduler";
        /// MWAA large extra worker or scheduler.
        MWAA_LARGE_WORKER: Hour = "mwaa", "large_worker_or_scheduler";
        /// MWAA metadata database.
        MWAA_DATABASE: GbMonth = "mwaa", "metadata_db_storage";
        /// S3 PUT, COPY, POST and LIST.
        S3_PUT: Request = "s3", "put_copy_post_list";
        /// S3 GET and all other requests.
        S3_GET: Request = "s3", "get_and_other";
        /// S3 Standard storage, first 50 TB tier.
        S3_STANDARD: GbMonth = "s3", "standard_storage_first_50tb";
        /// S3 Standard-IA storage.
        S3_STANDARD_IA: GbMonth = "s3", "standard_ia_storage";
        /// EBS gp3 storage.
        EBS_GP3: GbMonth = "ebs", "gp3";
        /// EBS gp2 storage.
        EBS_GP2: GbMonth = "ebs", "gp2";
        /// EBS gp3 IOPS above 3,000.
        EBS_GP3_IOPS: IopsMonth = "ebs", "gp3_iops";
        /// EBS gp3 throughput above 125 MiB/s.
        EBS_GP3_THROUGHPUT: MibpsMonth = "ebs", "gp3_throughput";
        /// EBS st1 storage.
        EBS_ST1: GbMonth = "ebs", "st1";
        /// EBS io2 storage.
        EBS_IO2: GbMonth = "ebs", "io2";
        /// NAT gateway hour.
        NAT_HOUR: Hour = "vpc", "nat_gateway_hour";
        /// NAT gateway data processing.
        NAT_GB: GbTransferred = "vpc", "nat_gateway_gb";
        /// VPC interface endpoint, per zone.
        ENDPOINT_HOUR: Hour = "vpc", "interface_endpoint_hour";
        /// VPC interface endpoint data processing, first PB of a month.
        ENDPOINT_GB: GbTransferred = "vpc", "interface_endpoint_gb";
        /// Public IPv4 address.
        PUBLIC_IPV4: Hour = "vpc", "public_ipv4_hour";
        /// Traffic between availability zones, each direction.
        CROSS_AZ: GbTransferred = "data-transfer", "cross_az_each_direction";
        /// Traffic to another region.
        CROSS_REGION: GbTransferred = "data-transfer", "to_other_regions";
        /// Traffic between us-east-1 and us-east-2, which is cheaper than to other regions.
        CROSS_REGION_US_EAST: GbTransferred = "data-transfer", "to_us_east_regions";
        /// Traffic to the internet, first tier.
        INTERNET_OUT: GbTransferred = "data-transfer", "internet_out_first_tier";
        /// Traffic to the internet, second tier: beyond 10 TB a month.
        INTERNET_OUT_2: GbTransferred = "data-transfer", "internet_out_next_40tb";
        /// Traffic to the internet, third tier: beyond 50 TB a month.
        INTERNET_OUT_3: GbTransferred = "data-transfer", "internet_out_next_100tb";
        /// Traffic to the internet, fourth tier: beyond 150 TB a month.
        INTERNET_OUT_4: GbTransferred = "data-transfer", "internet_out_over_150tb";
    }
}
