//! Single rules: minimums, rounding, free parts, months, allowances. Each expected figure is worked out beside it.

mod billing_support;

use billing_support::{bill, decimal, total};
use rust_decimal::Decimal;
use shapecast::engines::Period;

fn quantity(text: &str, meter: &str) -> Decimal {
    let bill = bill(text);
    bill.lines.iter().filter(|line| line.charge.meter.to_string() == meter).map(|line| line.charge.quantity).sum()
}

#[test]
fn ec2_bills_a_minute_at_least_for_every_start() {
    // Three starts of 20 s are three minutes: 180 / 3600 h.
    let text = "engine: ec2\nusage: {instance_type: m5.large, count: 3, running: 20 s}";
    assert_eq!(quantity(text, "ec2/on-demand/m5.large"), decimal("0.05"));
    // 3 min 40 s are 220 s (EC2 user guide).
    let text = "engine: ec2\nusage: {instance_type: m5.large, running: 3 min 40 s}";
    assert_eq!((quantity(text, "ec2/on-demand/m5.large") * decimal("3600")).round_dp(9), decimal("220"));
    // 100.2 s are 101 s.
    let text = "engine: ec2\nusage: {instance_type: m5.large, seconds: 100.2}";
    assert_eq!((quantity(text, "ec2/on-demand/m5.large") * decimal("3600")).round_dp(9), decimal("101"));
}

#[test]
fn the_emr_fee_is_on_every_node_and_counts_from_the_request_by_default() {
    // 2 Spot nodes for 1 h, 180 s pending: the fee is on 2 × 3780 s, EC2 on 2 × 3600 s.
    let text = "engine: emr-ec2\nusage: {pending: 180 s, nodes: [{instance_type: r5.xlarge, market: spot, count: 2, running: 1 h}]}";
    assert_eq!(quantity(text, "ec2/spot/r5.xlarge"), decimal("2"));
    assert_eq!(quantity(text, "emr/uplift/r5.xlarge"), decimal("2.1"));
    let from_running = format!("emr_fee_from: running\n{text}");
    assert_eq!(quantity(&from_running, "emr/uplift/r5.xlarge"), decimal("2"));
}

#[test]
fn an_interruption_in_the_first_hour_frees_ec2_but_not_the_emr_fee_and_the_disk() {
    let node = |after: &str| {
        format!(
            "engine: emr-ec2\nusage: {{nodes: [{{instance_type: r5.xlarge, market: spot, running: 5 h, \
             interrupted_after: {after}, ebs: 100 GiB}}]}}"
        )
    };
    assert_eq!(quantity(&node("30 min"), "ec2/spot/r5.xlarge"), Decimal::ZERO);
    assert_eq!(quantity(&node("30 min"), "emr/uplift/r5.xlarge"), decimal("0.5"));
    // 100 GiB × 1800 s / (730 × 3600 s).
    let expected = decimal("100") * decimal("1800") / decimal("2628000");
    assert_eq!(quantity(&node("30 min"), "ebs/gp3").round_dp(20), expected.round_dp(20));
    // After the first hour: the seconds used.
    assert_eq!(quantity(&node("90 min"), "ec2/spot/r5.xlarge"), decimal("1.5"));
    let free = bill(&node("30 min")).lines.remove(0);
    assert!(free.charge.formula.contains("within the first hour"), "{}", free.charge.formula);
}

#[test]
fn stopped_by_the_owner_a_spot_node_pays_its_seconds() {
    let text = "engine: ec2\nusage: {instance_type: r5.xlarge, market: spot, running: 30 min}";
    assert_eq!(quantity(text, "ec2/spot/r5.xlarge"), decimal("0.5"));
}

#[test]
fn gp3_performance_is_billed_above_the_included_level_per_node() {
    // 4 nodes for half a month of 30 days, 4,000 IOPS and 250 MiB/s: 4 × 1000 × 0.5 and 4 × 125 × 0.5.
    let text = "engine: emr-ec2\nmonth_days: 30\nusage: {nodes: [{instance_type: r5.xlarge, count: 4, running: 15 d, \
                ebs: {size: 200 GB, iops: 4000, throughput: 250}}]}";
    assert_eq!(quantity(text, "ebs/gp3"), decimal("400"));
    assert_eq!(quantity(text, "ebs/gp3_iops"), decimal("2000"));
    assert_eq!(quantity(text, "ebs/gp3_throughput"), decimal("250"));
}

#[test]
fn serverless_bills_each_worker_for_a_minute_and_disk_above_20_gb() {
    // 10 workers of 30.2 s are 10 minutes: 4 vCPU × 600 s / 3600, 16 GB likewise; disk (100 - 20) GB.
    let text = "engine: emr-serverless\nusage: {workers: [{vcpu: 4, memory: 16 GB, disk: 100 GB, count: 10, running: 30.2 s}]}";
    assert_eq!(quantity(text, "emr-serverless/vcpu_x86").round_dp(9), decimal("0.666666667"));
    assert_eq!(quantity(text, "emr-serverless/memory_x86").round_dp(9), decimal("2.666666667"));
    assert_eq!(quantity(text, "emr-serverless/storage_beyond_20gb_per_worker").round_dp(9), decimal("13.333333333"));
}

#[test]
fn serverless_totals_are_taken_as_reported() {
    // 799.634 × 0.052624 + 3200.667 × 0.0057785 + 19884.417 × 0.000111 = 42.079939616 + 18.4950542595 + 2.207170287.
    let of = |vcpu: &str, memory: &str, storage: &str| {
        total(&format!(
            "engine: emr-serverless\nunit_prices: {{emr-serverless/vcpu_x86: 0.052624, emr-serverless/memory_x86: \
             0.0057785, emr-serverless/storage_beyond_20gb_per_worker: 0.000111}}\nusage: {{vcpu_hours: {vcpu}, \
             memory_gb_hours: {memory}, storage_gb_hours: {storage}}}"
        ))
    };
    assert_eq!(of("799.634", "3200.667", "19884.417").round_dp(10), decimal("62.7821641625"));
    assert_eq!(of("790.513", "3164.158", "19657.611").round_dp(10), decimal("62.0660379360"));
}

#[test]
fn arm_and_flex_have_their_own_meters() {
    let text =
        "engine: emr-serverless-flex\nusage: {architecture: arm64, workers: [{vcpu: 1, memory: 2 GB, running: 1 h}]}";
    assert_eq!(quantity(text, "emr-serverless/flex_vcpu_arm"), decimal("1"));
    assert_eq!(quantity(text, "emr-serverless/flex_memory_arm"), decimal("2"));
}

#[test]
fn glue_bills_a_minute_at_least_and_a_crawler_ten() {
    let glue = |usage: &str| format!("engine: glue\nusage: {{{usage}}}");
    // 10 DPU × 7 min 12 s = 10 × 432 / 3600.
    assert_eq!(quantity(&glue("dpu: 10, running: 7 min 12 s"), "glue/etl_standard"), decimal("1.2"));
    // 20 s are a minute: 10 × 60 / 3600.
    assert_eq!(
        quantity(&glue("worker_type: G.2X, workers: 5, running: 20 s"), "glue/etl_standard").round_dp(9),
        decimal("0.166666667")
    );
    // A crawler of 5 min is 10: 2 × 600 / 3600.
    assert_eq!(
        quantity(&glue("product: crawler, dpu: 2, running: 5 min"), "glue/crawler").round_dp(9),
        decimal("0.333333333")
    );
    // 5 DPU for 24 min in a session: 2 DPU-hours.
    assert_eq!(
        quantity(&glue("product: interactive-session, dpu: 5, running: 24 min"), "glue/interactive_session"),
        decimal("2")
    );
    // Flex and auto-scaling runs report DPU-seconds.
    assert_eq!(quantity(&glue("flex: true, dpu_seconds: 7200"), "glue/etl_flex"), decimal("2"));
}

#[test]
fn glue_6_has_the_rates_of_its_own_usage_type() {
    let run = "worker_type: G.1X, workers: 10, running: 1 h";
    assert_eq!(
        quantity(&format!("engine: glue\nusage: {{version: 6.0, {run}}}"), "glue/etl_standard_gen2_glue6"),
        decimal("10")
    );
    assert_eq!(
        quantity(&format!("engine: glue-flex\nusage: {{version: '6.0', {run}}}"), "glue/etl_flex_gen2_glue6"),
        decimal("10")
    );
    assert_eq!(quantity(&format!("engine: glue\nusage: {{version: 5.1, {run}}}"), "glue/etl_standard"), decimal("10"));
    let memory = "engine: glue\nusage: {worker_type: R.2X, workers: 3, running: 1 h}";
    assert_eq!(quantity(memory, "glue/etl_memory_optimized"), decimal("6"));
}

#[test]
fn eks_pods_are_rounded_up_without_a_minimum() {
    // 2 pods × 4 vCPU × 11 s (10.5 s rounded up) / 3600.
    let text = "engine: emr-eks\nusage: {pods: [{vcpu: 4, memory: 16 GB, count: 2, running: 10.5 s}], own_control_plane: true}";
    assert_eq!((quantity(text, "emr-on-eks/vcpu") * decimal("3600")).round_dp(9), decimal("88"));
    assert_eq!(quantity(text, "eks/cluster_standard_support"), decimal("730"));
    assert_eq!(bill(text).lines.last().map(|line| line.charge.period), Some(Period::Month));
}

#[test]
fn athena_rounds_up_to_a_mb_and_bills_ten_at_least() {
    let mb =
        |usage: &str| quantity(&format!("engine: athena\nusage: {{{usage}}}"), "athena/sql_scan") * decimal("1048576");
    assert_eq!(mb("scanned: 1 KB"), decimal("10"));
    assert_eq!(mb("scanned_bytes: 20971521"), decimal("21"));
    assert_eq!(mb("queries: [{scanned: 3 MB, count: 7}]"), decimal("70"));
    assert_eq!(mb("queries: [{scanned: 5 GB, kind: failed}, {kind: ddl, count: 3}]"), Decimal::ZERO);
    assert_eq!(mb("queries: [{scanned: 5 GB, kind: cancelled}]"), decimal("5120"));
}

#[test]
fn fargate_bills_a_minute_at_least_and_disk_above_20_gb() {
    let text = "engine: fargate\nusage: {tasks: [{vcpu: 0.5, memory: 1 GB, disk: 50 GB, count: 100, running: 45 s, arch: arm64}]}";
    // 100 × 60 s: 0.5 vCPU, 1 GB, 30 GB.
    assert_eq!(quantity(text, "fargate/vcpu_arm").round_dp(9), decimal("0.833333333"));
    assert_eq!(quantity(text, "fargate/memory_arm").round_dp(9), decimal("1.666666667"));
    assert_eq!(quantity(text, "fargate/storage_beyond_20gb_per_task"), decimal("50"));
}

#[test]
fn redshift_bills_a_minute_at_least_and_flink_ten() {
    let redshift = "engine: redshift-serverless\nusage: {rpu: 8, activity: [{running: 5 s, count: 6}]}";
    // 6 × 8 RPU × 60 s / 3600.
    assert_eq!(quantity(redshift, "redshift-serverless/rpu"), decimal("0.8"));
    let flink = "engine: managed-flink\nusage: {kpu: 3, running: 4 min}";
    // (3 + 1) KPU × 600 s / 3600.
    assert_eq!(quantity(flink, "managed-flink/kpu").round_dp(9), decimal("0.666666667"));
}

#[test]
fn databricks_takes_the_dbu_of_the_type_and_an_unknown_type_stays_missing() {
    let of = |kind: &str| {
        format!(
            "engine: databricks\nunit_prices: {{ec2/on-demand/{kind}: 1, databricks/jobs_compute_enterprise: 0.2}}\nusage: {{instance_type: {kind}, count: 10, running: 30 min}}"
        )
    };
    // 10 × 0.5 h × (1 + 3.6 × 0.2).
    assert_eq!(total(&of("r5.4xlarge")), decimal("8.6"));
    let unknown = bill(&of("x9.nosuch"));
    assert!(unknown.grand_total().is_err());
    assert_eq!(unknown.missing()[0].meter, "databricks/dbu-per-node-hour");
}

#[test]
fn an_own_cluster_costs_its_share_of_the_year() {
    // 400,000 a year × 25 % / 12 months.
    let text = "engine: on-premises\nusage: {yearly_cost: 480000, cost_share: 25 %}";
    assert_eq!(total(text).round_dp(6), decimal("10000"));
}

#[test]
fn a_standing_cluster_is_a_months_line_at_the_jobs_share() {
    let text = "engine: emr-ec2-standing\nruns: 30\nunit_prices: {ec2/on-demand/r5.xlarge: 0.25, emr/uplift/r5.xlarge: 0.0625}\n\
                usage: {cost_share: 0.1, running: 730 h, nodes: [{instance_type: r5.xlarge, count: 11}]}";
    // 11 × 730 h × 0.3125 × 0.1; the 30 runs do not multiply it.
    assert_eq!(total(text), decimal("250.9375"));
}

#[test]
fn allowances_are_left_out_unless_asked_for() {
    let file = |free: bool| {
        format!(
            "free_allowances: {free}\nruns: 1000\nunit_prices: {{stepfunctions/standard_state_transition: 0.025 per 1000, \
             glue/data_catalog_storage: 1 per 100000, glue/data_catalog_request: 1 per 1000000}}\nsurroundings: \
             {{step_functions_transitions: 5, catalog_objects: 1500000, catalog_requests: 3000}}"
        )
    };
    // 5,000 × 0.000025 + 15 + 3: without allowances.
    assert_eq!(total(&file(false)), decimal("18.125"));
    // 1,000 × 0.000025 + 500,000 objects + 2,000,000 requests.
    assert_eq!(total(&file(true)), decimal("7.025"));
}

#[test]
fn stored_data_is_byte_hours_over_the_months_hours() {
    // S3 FAQ, versions of an object in a month of 31 days: 4 GB for 31 days and 5 GB for 16: 6.581 GB-months.
    let text = "month_days: 31\nunit_prices: {s3/standard_storage_first_50tb: 0.023}\nsurroundings: {s3_storage: [\
                {size: 4 GB, running: 31 d}, {size: 5 GB, running: 16 d}]}";
    assert_eq!(quantity(text, "s3/standard_storage_first_50tb").round_dp(3), decimal("6.581"));
    assert_eq!(total(text).round_dp(2), decimal("0.15"));
    // 100 GB for 15 days and 100 TB for 16: 52,900 GB-months.
    let text =
        "month_hours: 744\nsurroundings: {s3_storage: [{size: 100 GB, running: 15 d}, {size: 100 TB, running: 16 d}]}";
    assert_eq!(quantity(text, "s3/standard_storage_first_50tb").round_dp(0), decimal("52900"));
}

#[test]
fn traffic_counts_gb_of_2_to_the_30_and_both_directions_between_zones() {
    let text = "surroundings: {nat: 2 TB, cross_az: 512 GB, internet_gb: 10}";
    assert_eq!(quantity(text, "vpc/nat_gateway_gb"), decimal("2048"));
    assert_eq!(quantity(text, "data-transfer/cross_az_each_direction"), decimal("1024"));
    assert_eq!(quantity(text, "data-transfer/internet_out_first_tier"), decimal("10"));
}

#[test]
fn own_lines_are_priced_as_stated_and_not_multiplied() {
    // Two tiers of S3 storage: 51,200 × 0.023 + 1,700 × 0.022 (S3 FAQ).
    let text = "runs: 5\nown_lines: [{component: first 50 TB, quantity: 51200, unit: gb-month, unit_price: 0.023}, \
                {component: next, quantity: 1700, unit: gb-month, unit_price: 0.022}]";
    assert_eq!(total(text), decimal("1215"));
}

#[test]
fn an_endless_quantity_still_rounds_half_up() {
    // 20 min are 0.333… h; × 0.045 is 0.015 exactly, printed 0.02.
    let text =
        "engine: ec2\nunit_prices: {ec2/on-demand/t3.micro: 0.045}\nusage: {instance_type: t3.micro, running: 20 min}";
    assert_eq!(total(text), decimal("0.015"));
}
