//! Which product is which item of the price book.

use rust_decimal::Decimal;

use super::product::Product;
use super::query::ListKind;
use crate::prices::items as book;

/// How a product's usage type is recognised.
enum Usage {
    /// Exactly this behind a region's prefix.
    Is(&'static str),
    /// It ends so: EBS's usage types have more in front.
    Ends(&'static str),
    /// The family says enough.
    Any,
}

/// What the price list must count a price in, by a part of its unit's name.
enum Per {
    Hour,
    GbMonth,
    Request,
    Object,
    Terabyte,
    Transition,
    IopsMonth,
    MibpsMonth,
}

struct Rule {
    kind: ListKind,
    usage: Usage,
    /// Attributes that must have these values, whatever their case.
    with: &'static [(&'static str, &'static str)],
    item: (&'static str, &'static str),
    per: Per,
}

const fn rule(
    kind: ListKind,
    usage: Usage,
    with: &'static [(&'static str, &'static str)],
    item: (&'static str, &'static str),
    per: Per,
) -> Rule {
    Rule { kind, usage, with, item, per }
}

const RULES: &[Rule] = {
    use ListKind::*;
    use Per::*;
    use Usage::*;
    const JOB: &[(&str, &str)] = &[("operation", "Jobrun")];
    const FLEX: &[(&str, &str)] = &[("operation", "FlexJobrun")];
    const PER_EC2: &[(&str, &str)] = &[("computeprovider", "EC2")];
    &[
        rule(EmrServerless, Is("EMR-SERVERLESS-vCPUHours"), &[], ("emr-serverless", "vcpu_x86"), Hour),
        rule(EmrServerless, Is("EMR-SERVERLESS-MemoryGBHours"), &[], ("emr-serverless", "memory_x86"), Hour),
        rule(EmrServerless, Is("EMR-SERVERLESS-ARM-vCPUHours"), &[], ("emr-serverless", "vcpu_arm"), Hour),
        rule(EmrServerless, Is("EMR-SERVERLESS-ARM-MemoryGBHours"), &[], ("emr-serverless", "memory_arm"), Hour),
        rule(
            EmrServerless,
            Is("EMR-SERVERLESS-StorageGBHours"),
            &[],
            ("emr-serverless", "storage_beyond_20gb_per_worker"),
            Hour,
        ),
        rule(EmrOnEks, Is("EMR-EKS-EC2-vCPUHours"), PER_EC2, ("emr-on-eks", "vcpu"), Hour),
        rule(EmrOnEks, Is("EMR-EKS-EC2-GBHours"), PER_EC2, ("emr-on-eks", "memory"), Hour),
        rule(Glue, Is("ETL-DPU-Hour"), JOB, ("glue", "etl_standard"), Hour),
        rule(Glue, Is("ETL-Flex-DPU-Hour"), FLEX, ("glue", "etl_flex"), Hour),
        rule(Glue, Is("ETL-DPU-Hour-Gen2"), JOB, ("glue", "etl_standard_gen2_glue6"), Hour),
        rule(Glue, Is("ETL-Flex-DPU-Hour-Gen2"), FLEX, ("glue", "etl_flex_gen2_glue6"), Hour),
        rule(Glue, Is("ETL-MemOptimized-DPU-Hour"), &[], ("glue", "etl_memory_optimized"), Hour),
        rule(Glue, Is("ETL-MemOptimized-DPU-Hour-Gen2"), &[], ("glue", "etl_memory_optimized_gen2_glue6"), Hour),
        rule(Glue, Is("Crawler-DPU-Hour"), &[("operation", "CrawlerRun")], ("glue", "crawler"), Hour),
        rule(Glue, Is("GlueInteractiveSession-DPU-Hour"), &[], ("glue", "interactive_session"), Hour),
        rule(Glue, Is("Optimization-DPU-Hour"), &[], ("glue", "iceberg_compaction"), Hour),
        rule(Glue, Is("Column-Statistics-DPU-Hour"), &[], ("glue", "column_statistics"), Hour),
        rule(Glue, Is("DBrew-Node-Hour"), &[("operation", "Job")], ("glue", "databrew_job"), Hour),
        rule(Glue, Is("Catalog-Storage"), &[], ("glue", "data_catalog_storage"), Object),
        rule(Glue, Is("Catalog-Request"), &[], ("glue", "data_catalog_request"), Request),
        rule(Athena, Is("DataScannedInTB"), &[], ("athena", "sql_scan"), Terabyte),
        rule(Athena, Is("ReservedCapacityInDPUHours"), &[], ("athena", "provisioned_capacity_dpu"), Hour),
        rule(Athena, Is("CodeExecutionInDPUHours"), &[], ("athena", "spark_dpu"), Hour),
        rule(Fargate, Is("Fargate-vCPU-Hours:perCPU"), &[], ("fargate", "vcpu_x86"), Hour),
        rule(Fargate, Is("Fargate-GB-Hours"), &[], ("fargate", "memory_x86"), Hour),
        rule(Fargate, Is("Fargate-ARM-vCPU-Hours:perCPU"), &[], ("fargate", "vcpu_arm"), Hour),
        rule(Fargate, Is("Fargate-ARM-GB-Hours"), &[], ("fargate", "memory_arm"), Hour),
        rule(Fargate, Is("Fargate-EphemeralStorage-GB-Hours"), &[], ("fargate", "storage_beyond_20gb_per_task"), Hour),
        rule(Fargate, Is("SpotUsage-Fargate-vCPU-Hours:perCPU"), &[], ("fargate", "spot_vcpu_x86"), Hour),
        rule(Fargate, Is("SpotUsage-Fargate-GB-Hours"), &[], ("fargate", "spot_memory_x86"), Hour),
        rule(Eks, Is("AmazonEKS-Hours:perCluster"), &[], ("eks", "cluster_standard_support"), Hour),
        rule(EbsStorage, Ends("VolumeUsage.gp3"), &[], ("ebs", "gp3"), GbMonth),
        rule(EbsStorage, Ends("VolumeUsage.gp2"), &[], ("ebs", "gp2"), GbMonth),
        rule(EbsStorage, Ends("VolumeUsage.st1"), &[], ("ebs", "st1"), GbMonth),
        rule(EbsStorage, Ends("VolumeUsage.io2"), &[], ("ebs", "io2"), GbMonth),
        rule(EbsIops, Ends("VolumeP-IOPS.gp3"), &[], ("ebs", "gp3_iops"), IopsMonth),
        rule(EbsThroughput, Ends("VolumeP-Throughput.gp3"), &[], ("ebs", "gp3_throughput"), MibpsMonth),
        rule(
            S3Storage,
            Is("TimedStorage-ByteHrs"),
            &[("storageClass", "General Purpose")],
            ("s3", "standard_storage_first_50tb"),
            GbMonth,
        ),
        rule(S3Storage, Is("TimedStorage-SIA-ByteHrs"), &[], ("s3", "standard_ia_storage"), GbMonth),
        rule(S3Requests, Is("Requests-Tier1"), &[], ("s3", "put_copy_post_list"), Request),
        rule(S3Requests, Is("Requests-Tier2"), &[], ("s3", "get_and_other"), Request),
        rule(StepFunctions, Is("StateTransition"), &[], ("stepfunctions", "standard_state_transition"), Transition),
        rule(Mwaa, Is("Airflow-StandardDatabaseStorage"), &[], ("mwaa", "metadata_db_storage"), GbMonth),
        rule(RedshiftServerless, Is("Redshift:ServerlessUsage"), &[], ("redshift-serverless", "rpu"), Hour),
        rule(RedshiftStorage, Any, &[], ("redshift", "managed_storage"), GbMonth),
        rule(RedshiftSpectrum, Any, &[], ("redshift", "spectrum"), Terabyte),
        rule(ManagedFlink, Is("KPU-Hour-Java"), &[], ("managed-flink", "kpu"), Hour),
        rule(ManagedFlink, Is("RunningApplicationStorage"), &[], ("managed-flink", "running_storage"), GbMonth),
        rule(ManagedFlink, Is("DurableApplicationBackups"), &[], ("managed-flink", "durable_backup"), GbMonth),
    ]
};

/// An item of the price book with its unit.
pub type Item = (&'static str, &'static str, &'static str);

/// What a product is the price of.
pub struct Match {
    /// The item.
    pub item: Item,
    /// What the list's price is to be divided by; with the id and text of the rule.
    pub divide: Option<(Decimal, &'static str, &'static str)>,
}

/// The item that a product is the price of; `None` when it is none of the book's; an error when its unit is not the
/// one that the book bills in.
pub fn item_of(kind: ListKind, product: &Product, unit: &str) -> Result<Option<Match>, String> {
    if kind == ListKind::Mwaa
        && let Some(found) = airflow(product)
    {
        return Ok(Some(found));
    }
    if kind == ListKind::RedshiftNodes {
        return Ok(node(product));
    }
    let Some(rule) = RULES.iter().find(|rule| rule.kind == kind && fits(rule, product)) else { return Ok(None) };
    let Some(item) = listed(rule.item.0, rule.item.1) else { return Ok(None) };
    let divide = divisor(&rule.per, unit)
        .ok_or_else(|| format!("{}/{} is counted in `{unit}` (product {})", item.0, item.1, product.sku))?;
    Ok(Some(Match { item, divide }))
}

fn fits(rule: &Rule, product: &Product) -> bool {
    let usage = match rule.usage {
        Usage::Is(suffix) => product.has_usage_type(suffix),
        Usage::Ends(suffix) => product.attribute("usagetype").ends_with(suffix),
        Usage::Any => true,
    };
    // An attribute that the list leaves out cannot contradict.
    usage && rule.with.iter().all(|(name, value)| product.attribute(name).is_empty() || product.is(name, value))
}

fn listed(service: &str, item: &str) -> Option<Item> {
    book::ALL.iter().find(|(known, name, _)| (*known, *name) == (service, item)).copied()
}

/// Whether the list's unit is the book's; else what to divide by. `None` when it is neither.
fn divisor(per: &Per, unit: &str) -> Option<Option<(Decimal, &'static str, &'static str)>> {
    let unit = unit.to_ascii_lowercase();
    let has = |parts: &[&str]| parts.iter().any(|part| unit.contains(part)).then_some(None);
    match per {
        Per::Hour => has(&["hour", "hr"]),
        Per::GbMonth => has(&["gb-mo", "gb-month", "gigabyte-month"]),
        Per::Request => has(&["request"]),
        Per::Object => has(&["obj"]),
        Per::Terabyte => has(&["terabyte", "tb"]),
        Per::Transition => has(&["transition"]),
        Per::IopsMonth => has(&["iops"]),
        Per::MibpsMonth if unit.contains("gibps") => {
            Some(Some((Decimal::from(1024), "gibps-to-mibps", "price per GiB/s / 1024")))
        }
        Per::MibpsMonth => has(&["mibps", "mb/s", "mbps"]),
    }
}

/// Airflow's environments, workers and schedulers, by size.
fn airflow(product: &Product) -> Option<Match> {
    let size = product.attribute("size").to_ascii_lowercase();
    let size = match size.as_str() {
        "1xl" | "1xlarge" | "x-large" => "xlarge",
        "2xl" => "2xlarge",
        other => other,
    };
    let role = match product.attribute("type").to_ascii_lowercase().as_str() {
        "environment" => "environment",
        "worker" | "scheduler" => "worker_or_scheduler",
        _ => return None,
    };
    listed("mwaa", &format!("{size}_{role}")).map(|item| Match { item, divide: None })
}

/// Redshift's provisioned nodes.
fn node(product: &Product) -> Option<Match> {
    listed("redshift", product.attribute("instanceType")).map(|item| Match { item, divide: None })
}
