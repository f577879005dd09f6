//! Elements of the price list as AWS writes them, and what becomes of them.

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::*;

/// One element; `tiers` are begin, dollars.
fn element(sku: &str, family: &str, attributes: Value, unit: &str, tiers: &[(&str, &str)]) -> String {
    let dimensions: serde_json::Map<String, Value> = tiers
        .iter()
        .enumerate()
        .map(|(index, (begin, usd))| {
            let dimension = json!({"unit": unit, "beginRange": begin, "endRange": "Inf", "appliesTo": [],
                "rateCode": format!("{sku}.{index}"), "description": "", "pricePerUnit": {"USD": usd}});
            (format!("{sku}.JRTCKXETXF.{index}"), dimension)
        })
        .collect();
    json!({"product": {"productFamily": family, "attributes": attributes, "sku": sku}, "serviceCode": "X",
        "terms": {"OnDemand": {format!("{sku}.JRTCKXETXF"): {"priceDimensions": dimensions, "sku": sku,
            "effectiveDate": "2026-07-01T00:00:00Z", "offerTermCode": "JRTCKXETXF", "termAttributes": {}}}},
        "version": "20260717164813", "publicationDate": "2026-07-17T16:48:13Z"})
    .to_string()
}

fn query(kind: ListKind, region: &str) -> ProductQuery {
    queries(region).into_iter().find(|query| query.kind == kind).expect("a question")
}

/// The figures of `services.csv`, as `item,usd`.
fn services(kind: ListKind, region: &str, elements: &[String]) -> (Vec<String>, Vec<String>) {
    let listed = collect(&query(kind, region), elements, "2026-11-21");
    let tables = listed.rows.to_tables("2026-11-21");
    let rows = tables["services.csv"].lines().skip(1);
    let short = |row: &str| {
        let fields: Vec<&str> = row.split(',').collect();
        format!("{}/{},{}", fields[1], fields[2], fields[4])
    };
    (rows.map(short).collect(), listed.issues)
}

#[test]
fn a_verbatim_element_becomes_the_price_of_arm_vcpu() {
    let verbatim = r#"{"product":{"productFamily":"EMR Serverless","attributes":{"regionCode":"ap-southeast-1","servicecode":"ElasticMapReduce","usagetype":"APS1-EMR-SERVERLESS-ARM-vCPUHours","locationType":"AWS Region","location":"Asia Pacific (Singapore)","servicename":"Amazon Elastic MapReduce","operation":"","meterunit":"ARMCPUHours"},"sku":"4FNWS2AY9VGSVH3U"},"serviceCode":"ElasticMapReduce","terms":{"OnDemand":{"4FNWS2AY9VGSVH3U.JRTCKXETXF":{"priceDimensions":{"4FNWS2AY9VGSVH3U.JRTCKXETXF.6YS6EN2CT7":{"unit":"vCPU-Hours","endRange":"Inf","description":"$0.052585 per ARM vCPU per hour in Asia Pacific (Singapore)","appliesTo":[],"rateCode":"4FNWS2AY9VGSVH3U.JRTCKXETXF.6YS6EN2CT7","beginRange":"0","pricePerUnit":{"USD":"0.0525850000"}}},"sku":"4FNWS2AY9VGSVH3U","effectiveDate":"2026-07-01T00:00:00Z","offerTermCode":"JRTCKXETXF","termAttributes":{}}}},"version":"20260717164813","publicationDate":"2026-07-17T16:48:13Z"}"#;
    let listed = collect(&query(ListKind::EmrServerless, "ap-southeast-1"), &[verbatim.to_owned()], "2026-11-21");
    assert_eq!(listed.issues, Vec::<String>::new());
    let tables = listed.rows.to_tables("2026-11-21");
    assert!(tables["services.csv"].contains("ap-southeast-1,emr-serverless,vcpu_arm,vcpu-hour,0.052585,"));
    assert!(tables["sources.csv"].contains("2026-07-17"), "{}", tables["sources.csv"]);
}

#[test]
fn every_question_filters_by_place_and_none_asks_twice() {
    let all = queries("eu-central-1");
    assert_eq!(all.len(), ListKind::ALL.len());
    for query in &all {
        let place = query.filters.first().expect("a place");
        assert!(["regionCode", "fromLocation"].contains(&place.0), "{query:?}");
    }
    let on_demand = query(ListKind::OnDemand, "eu-central-1");
    assert_eq!(on_demand.service_code, "AmazonEC2");
    for filter in ["operatingSystem", "tenancy", "preInstalledSw", "capacitystatus"] {
        assert!(on_demand.filters.iter().any(|(field, _)| *field == filter), "{filter}");
    }
    assert_eq!(queries("xx-new-1").len(), ListKind::ALL.len() - 1, "an unknown region has no display name");
}

#[test]
fn glue_operations_differ_in_case_and_the_request_tier_is_free_at_first() {
    let of = |sku: &str, usage: &str, operation: &str, unit: &str, tiers: &[(&str, &str)]| {
        element(sku, "AWS Glue", json!({"usagetype": usage, "operation": operation}), unit, tiers)
    };
    let elements = [
        of("A", "USE1-ETL-DPU-Hour", "jobrun", "DPU-Hour", &[("0", "0.4400000000")]),
        of("B", "USE1-ETL-Flex-DPU-Hour", "FlexJobrun", "DPU-Hour", &[("0", "0.29")]),
        of("C", "USE1-ETL-DPU-Hour-Gen2", "Jobrun", "DPU-Hour", &[("0", "0.308")]),
        of("D", "USE1-ETL-Flex-DPU-Hour-Gen2", "FlexJobrun", "DPU-Hour", &[("0", "0.203")]),
        of("E", "USE1-Catalog-Request", "Request", "Request", &[("0", "0.0000000000"), ("1000000", "0.000001")]),
        of("F", "USE1-ETL-DPU-Hour", "DataQuality", "DPU-Hour", &[("0", "9")]),
        of("G", "XETL-DPU-Hour", "Jobrun", "DPU-Hour", &[("0", "9")]),
    ];
    let (rows, issues) = services(ListKind::Glue, "us-east-1", &elements);
    assert_eq!(
        rows,
        [
            "glue/data_catalog_request,0.000001",
            "glue/etl_flex,0.29",
            "glue/etl_flex_gen2_glue6,0.203",
            "glue/etl_standard,0.44",
            "glue/etl_standard_gen2_glue6,0.308",
        ]
    );
    assert_eq!(issues, Vec::<String>::new());
}

#[test]
fn fargate_spot_and_arm_are_not_taken_for_x86() {
    let of = |sku: &str, usage: &str, usd: &str| {
        element(sku, "Compute", json!({"usagetype": usage, "tenancy": "Shared"}), "hours", &[("0", usd)])
    };
    let elements = [
        of("A", "Fargate-vCPU-Hours:perCPU", "0.04048"),
        of("B", "USE1-Fargate-ARM-vCPU-Hours:perCPU", "0.03238"),
        of("C", "USE1-SpotUsage-Fargate-vCPU-Hours:perCPU", "0.013"),
        of("D", "USE1-Fargate-Windows-vCPU-Hours:perCPU", "0.09"),
    ];
    let (rows, _) = services(ListKind::Fargate, "us-east-1", &elements);
    assert_eq!(rows, ["fargate/spot_vcpu_x86,0.013", "fargate/vcpu_arm,0.03238", "fargate/vcpu_x86,0.04048"]);
}

#[test]
fn on_demand_leaves_out_reservations_and_what_has_no_price() {
    let of = |sku: &str, name: &str, usage: &str, usd: &str| {
        let attributes =
            json!({"instanceType": name, "usagetype": usage, "tenancy": "Shared", "operatingSystem": "Linux"});
        element(sku, "Compute Instance", attributes, "Hrs", &[("0", usd)])
    };
    let elements = [
        of("A", "r5.4xlarge", "BoxUsage:r5.4xlarge", "1.0080000000"),
        of("B", "r5.4xlarge", "UnusedBox:r5.4xlarge", "1.5"),
        of("C", "m9z.large", "BoxUsage:m9z.large", "0.0000000000"),
        of("D", "c5.large", "BoxUsage:c5.large", "a lot"),
        "not json".to_owned(),
    ];
    let listed = collect(&query(ListKind::OnDemand, "us-east-1"), &elements, "2026-11-21");
    let tables = listed.rows.to_tables("2026-11-21");
    assert_eq!(
        tables["ec2_on_demand.csv"],
        "region,instance_type,usd_per_instance_hour,source\n\
         us-east-1,r5.4xlarge,1.008,live-ec2-on-demand-us-east-1\n"
    );
    assert_eq!(listed.issues.len(), 2, "{:?}", listed.issues);
    assert!(listed.issues.iter().any(|issue| issue.contains("`a lot`")), "{:?}", listed.issues);
}

#[test]
fn two_prices_for_one_thing_are_none() {
    let of = |sku: &str, usd: &str| {
        element(sku, "AWS Step Functions", json!({"usagetype": "StateTransition"}), "StateTransitions", &[("0", usd)])
    };
    let (rows, issues) = services(ListKind::StepFunctions, "us-east-1", &[of("A", "0.000025"), of("B", "0.000030")]);
    assert_eq!(rows, Vec::<String>::new());
    assert_eq!(
        issues,
        ["stepfunctions/standard_state_transition has two prices, 0.00003 and 0.000025: neither was taken"]
    );
    let (rows, _) = services(ListKind::StepFunctions, "us-east-1", &[of("A", "0.000025"), of("B", "0.0000250")]);
    assert_eq!(rows, ["stepfunctions/standard_state_transition,0.000025"]);
}

#[test]
fn throughput_is_sold_by_the_gib_and_billed_by_the_mib() {
    let of = |unit: &str, usd: &str| {
        element(
            "A",
            "Provisioned Throughput",
            json!({"usagetype": "EUC1-EBS:VolumeP-Throughput.gp3"}),
            unit,
            &[("0", usd)],
        )
    };
    let (rows, _) = services(ListKind::EbsThroughput, "eu-central-1", &[of("GiBps-mo", "40.96")]);
    assert_eq!(rows, ["ebs/gp3_throughput,0.04"]);
    let (rows, issues) = services(ListKind::EbsThroughput, "eu-central-1", &[of("furlongs", "40.96")]);
    assert_eq!(rows, Vec::<String>::new());
    assert!(issues[0].contains("furlongs"), "{issues:?}");
}

#[test]
fn transfer_has_tiers_and_one_price_for_most_regions() {
    let of =
        |sku: &str, attributes: Value, tiers: &[(&str, &str)]| element(sku, "Data Transfer", attributes, "GB", tiers);
    let to = |sku: &str, region: &str, usd: &str| {
        of(
            sku,
            json!({"transferType": "InterRegion Outbound", "toRegionCode": region, "usagetype": "x"}),
            &[("0", usd)],
        )
    };
    let elements = [
        of("A", json!({"transferType": "IntraRegion", "usagetype": "DataTransfer-Regional-Bytes"}), &[("0", "0.01")]),
        of(
            "B",
            json!({"transferType": "AWS Outbound", "usagetype": "DataTransfer-Out-Bytes"}),
            &[("0", "0.09"), ("10240", "0.085"), ("51200", "0.07"), ("153600", "0.05")],
        ),
        to("C", "eu-west-1", "0.02"),
        to("D", "eu-west-2", "0.02"),
        to("E", "af-south-1", "0.147"),
        to("F", "us-east-2", "0.01"),
    ];
    let (rows, _) = services(ListKind::DataTransfer, "us-east-1", &elements);
    assert_eq!(
        rows,
        [
            "data-transfer/cross_az_each_direction,0.01",
            "data-transfer/internet_out_first_tier,0.09",
            "data-transfer/internet_out_next_100tb,0.07",
            "data-transfer/internet_out_next_40tb,0.085",
            "data-transfer/internet_out_over_150tb,0.05",
            "data-transfer/to_other_regions,0.02",
            "data-transfer/to_us_east_regions,0.01",
        ]
    );
}

#[test]
fn extended_support_is_the_total() {
    let of = |sku: &str, usage: &str, usd: &str| {
        element(sku, "Compute", json!({"usagetype": usage}), "Hours", &[("0", usd)])
    };
    let elements =
        [of("A", "USE1-AmazonEKS-Hours:perCluster", "0.10"), of("B", "USE1-AmazonEKS-Hours:extendedSupport", "0.50")];
    let (rows, _) = services(ListKind::Eks, "us-east-1", &elements);
    assert_eq!(rows, ["eks/cluster_extended_support_total,0.6", "eks/cluster_standard_support,0.1"]);
}

#[test]
fn airflow_sizes_and_redshift_nodes_go_by_attributes() {
    let of = |sku: &str, kind: &str, size: &str, usd: &str| {
        element(sku, "Managed Workflows", json!({"type": kind, "size": size, "usagetype": "x"}), "Hours", &[("0", usd)])
    };
    let elements = [
        of("A", "Environment", "Small", "0.49"),
        of("B", "Worker", "Small", "0.055"),
        of("C", "Scheduler", "Small", "0.055"),
    ];
    let (rows, issues) = services(ListKind::Mwaa, "us-east-1", &elements);
    assert_eq!(rows, ["mwaa/small_environment,0.49", "mwaa/small_worker_or_scheduler,0.055"]);
    assert_eq!(issues, Vec::<String>::new());
    let node = element(
        "N",
        "Compute Instance",
        json!({"instanceType": "ra3.4xlarge", "usagetype": "Node:ra3.4xlarge"}),
        "Hrs",
        &[("0", "3.26")],
    );
    let (rows, _) = services(ListKind::RedshiftNodes, "us-east-1", &[node]);
    assert_eq!(rows, ["redshift/ra3.4xlarge,3.26"]);
}

#[test]
fn the_price_is_a_decimal_and_never_a_float() {
    let product = Product::read(&element("A", "f", json!({}), "Hrs", &[("0", "0.1000000001")])).expect("reads");
    assert_eq!(product.first_paid().expect("paid").usd, "0.1000000001".parse::<Decimal>().expect("a decimal"));
}
