//! A golden triple per engine from workload to dollars: workload, prices, expected bill, worked out by hand.
//!
//! `billing_golden.rs` starts from a usage file; here the usage comes from a run of a shape. The run is written by hand
//! as well (260 s of start-up, 3,340 s of work), so that the arithmetic in the comments is all there is to check.

mod billing_support;

use std::collections::BTreeMap;

use billing_support::{TableRates, decimal};
use rust_decimal::Decimal;
use shapecast::bill::Bill;
use shapecast::catalog::{Architecture, Catalog};
use shapecast::engines::{
    AthenaShape, DatabricksShape, EmrEc2Shape, EmrEksShape, ExecutorSize, FargateShape, FlinkShape, GlueShape,
    GroupRecord, NodeGroup, OnPremisesShape, Period, Question, RedshiftShape, RunRecord, ServerlessShape, Shape,
    SingleShape, charges_of_run,
};
use shapecast::units::{Bytes, Span};
use shapecast::workload::{Vocabulary, read_str};

/// $0.073 a GB-month is $0.0001 an hour in a month of 730 hours.
const PRICES: &[(&str, &str)] = &[
    ("ec2/on-demand/m5.xlarge", "0.2"),
    ("ec2/on-demand/m5.2xlarge", "0.4"),
    ("ec2/on-demand/r5.4xlarge", "1"),
    ("emr/uplift/m5.xlarge", "0.05"),
    ("emr/uplift/r5.4xlarge", "0.25"),
    ("ebs/gp3", "0.073"),
    ("s3/put_copy_post_list", "0.000005"),
    ("s3/get_and_other", "0.0000004"),
    ("emr-serverless/vcpu_arm", "0.05"),
    ("emr-serverless/memory_arm", "0.005"),
    ("emr-serverless/flex_vcpu_arm", "0.02"),
    ("emr-serverless/flex_memory_arm", "0.002"),
    ("glue/etl_standard_gen2_glue6", "0.36"),
    ("glue/etl_flex_gen2_glue6", "0.18"),
    ("emr-on-eks/vcpu", "0.01"),
    ("emr-on-eks/memory", "0.001"),
    ("eks/cluster_standard_support", "0.1"),
    ("athena/sql_scan", "5"),
    ("fargate/vcpu_x86", "0.04"),
    ("fargate/memory_x86", "0.005"),
    ("redshift-serverless/rpu", "0.36"),
    ("redshift/managed_storage", "0.024"),
    ("databricks/jobs_compute_enterprise", "0.2"),
    ("managed-flink/kpu", "0.1"),
    ("managed-flink/running_storage", "0.1"),
    ("on-premises/year", "120000"),
    ("vpc/nat_gateway_gb", "0.045"),
    ("vpc/interface_endpoint_hour", "0.01"),
    ("stepfunctions/standard_state_transition", "0.000025"),
];

/// 1,000 PUT and 1,000,000 GET: $0.005 + $0.40 in every bill.
fn record(executors: u32, life_s: f64) -> RunRecord {
    let group = GroupRecord {
        executors,
        executor_time: Span::seconds(life_s * f64::from(executors)),
        busy_slot_time: Span::ZERO,
    };
    RunRecord {
        start_up: Span::seconds(260.0),
        work: Span::seconds(3340.0),
        makespan: Span::seconds(3600.0),
        groups: vec![group],
        stages: Vec::new(),
        s3_gets: 1_000_000,
        s3_puts: 1_000,
        bytes_read: Bytes::gib(2048),
        bytes_written: Bytes::ZERO,
        shuffle_bytes: Bytes::ZERO,
        spill_bytes: Bytes::ZERO,
        failure: None,
        spot_losses: 0.0,
        spot_delay: Span::ZERO,
        spot_price_factor: 1.0,
        spot_fell_back: false,
    }
}

/// Holds the dollars of a run and of a month against the bill of `shape` in a daily job over 100 GiB.
fn check(more: &str, shape: Shape, record: &RunRecord, run: &str, month: &str) {
    let job = if matches!(shape, Shape::ManagedFlink(_)) { "event-stream" } else { "sql-bi" };
    let cadence = if job == "event-stream" { "cadence: continuous\ndeadline: 1 s" } else { "cadence: daily" };
    let text = format!("name: triple\ninput: {{volume: 100 GiB, format: parquet}}\n{cadence}\njob: {job}\n{more}");
    let workload = read_str(&text, "triple.yaml", &Vocabulary::unchecked())
        .unwrap_or_else(|problems| panic!("{problems:#?}\n{text}"));
    let prices: BTreeMap<String, Decimal> =
        PRICES.iter().map(|(meter, dollars)| ((*meter).to_owned(), decimal(dollars))).collect();
    let rates = TableRates(prices);
    let question = Question { workload: &workload, catalog: Catalog::embedded(), rates: &rates, slot_ladder: &[] };
    let bill = Bill::price(charges_of_run(&shape, record, &question), &rates);
    for (period, expected) in [(Period::Run, run), (Period::Month, month)] {
        let total = bill.total(period).unwrap_or_else(|missing| panic!("{missing:?}")).dollars();
        let off = (total - decimal(expected)).abs();
        assert!(off < decimal("0.00000001"), "{period:?}: {total}, not {expected}: {:#?}", bill.lines);
    }
}

fn nodes(instance_type: &str, count: u32, ebs_gib: u32) -> NodeGroup {
    NodeGroup { instance_type: instance_type.into(), count, ebs_gib }
}

fn executor() -> ExecutorSize {
    ExecutorSize { cores: 4, memory_mib: 14_336, overhead_mib: 2_048, per_node: 2 }
}

fn emr(standing: bool) -> Shape {
    Shape::EmrEc2(EmrEc2Shape {
        release: "emr-7.13.0".into(),
        architecture: Architecture::X86_64,
        primary: nodes("m5.xlarge", 1, 64),
        core: nodes("r5.4xlarge", 2, 128),
        task: None,
        executor: executor(),
        standing,
        managed_scaling: false,
    })
}

#[test]
fn emr_on_ec2() {
    // Nodes: 260 - 60 pending + 3,340 + 60 = 3,600 s: 0.2 + 2 × 1 = 2.2. Fee 60 s longer: 0.55 × 3,660 / 3,600 =
    // 0.55916667. EBS 320 GiB × 0.0001 = 0.032. Requests 0.405.
    check("", emr(false), &record(7, 3340.0), "3.19616666667", "0");
}

#[test]
fn a_standing_cluster() {
    // (2.2 + 0.55) × 730 + 320 × 0.073 = 2,030.86, a quarter of it.
    let today = "today: {standing_cluster: {instance_type: r5.4xlarge, count: 2, cost_share: 25 %}}\n";
    check(today, emr(true), &record(7, 3340.0), "0.405", "507.715");
}

fn serverless(flex: bool) -> Shape {
    Shape::EmrServerless(ServerlessShape {
        release: "emr-7.13.0".into(),
        architecture: Architecture::Arm64,
        flex,
        worker_vcpu: 4,
        worker_memory_gb: 16,
        worker_disk_gb: 20,
        max_executors: 10,
        driver_vcpu: 4,
        driver_memory_gb: 16,
        pre_initialised: None,
    })
}

#[test]
fn emr_serverless() {
    // Driver 1 h, ten workers half an hour: 24 vCPU-h × 0.05 + 96 GB-h × 0.005 = 1.68.
    check("", serverless(false), &record(10, 1800.0), "2.085", "0");
    // Flex: the driver at 0.28, 20 vCPU-h × 0.02 + 80 GB-h × 0.002 = 0.56.
    check("", serverless(true), &record(10, 1800.0), "1.245", "0");
}

#[test]
fn glue() {
    let shape = |flex| Shape::Glue(GlueShape { version: "6.0".into(), flex, worker_type: "G.1X".into(), workers: 10 });
    // 10 DPU × 3,340 / 3,600 × 0.36 = 3.34, on Flex half; the start-up is free.
    check("", shape(false), &record(9, 3340.0), "3.745", "0");
    check("", shape(true), &record(9, 3340.0), "2.075", "0");
}

#[test]
fn what_surrounds_a_run() {
    // Glue's 3.745, NAT 2,048 GB × 0.045 = 92.16, five transitions 0.000125; six endpoints × 730 h × 0.01 = 43.8.
    let around = "orchestration: step-functions\nnetwork: {s3_through_nat: true, interface_endpoints: 6}\n";
    let shape = Shape::Glue(GlueShape { version: "6.0".into(), flex: false, worker_type: "G.1X".into(), workers: 10 });
    check(around, shape, &record(9, 3340.0), "95.905125", "43.8");
}

#[test]
fn emr_on_eks() {
    let shape = Shape::EmrEks(EmrEksShape {
        release: "emr-7.13.0".into(),
        architecture: Architecture::X86_64,
        nodes: nodes("m5.2xlarge", 2, 40),
        spot: false,
        spot_types: Vec::new(),
        driver_node: nodes("m5.xlarge", 1, 20),
        executor: executor(),
        driver_vcpu: 2,
        driver_memory_gib: 8,
        own_control_plane: true,
    });
    // All nodes an hour: 0.2 + 0.8 = 1; EBS 100 GiB × 0.0001 = 0.01. Pods: the driver 30 + 3,340 + 60 = 3,430 s, four
    // executors of 4 vCPU and 16 GB 3,370 s: (2 × 3,430 + 16 × 3,370) / 3,600 × 0.01 = 0.16883333 and
    // (8 × 3,430 + 64 × 3,370) / 3,600 × 0.001 = 0.06753333. Control plane 730 × 0.1.
    check("", shape, &record(4, 3340.0), "1.65136666667", "73");
}

#[test]
fn athena() {
    // 2 TiB × 5, however many queries read them.
    check("", Shape::Athena(AthenaShape { queries: 4 }), &record(50, 3340.0), "10.405", "0");
}

#[test]
fn batch_on_fargate() {
    let shape = Shape::BatchFargate(FargateShape {
        spot: false,
        architecture: Architecture::X86_64,
        milli_vcpu: 1000,
        memory_mib: 2048,
        concurrency: 10,
        containers: 10,
    });
    // Ten tasks of 30 + 3,570 s: 10 × 0.04 + 20 × 0.005.
    check("", shape, &record(10, 3570.0), "0.905", "0");
}

#[test]
fn redshift_serverless() {
    // 365 / 12 runs of 3,340 s are a load of 0.038657; runs that meet share the bill: (1 − e^−0.038657) / 0.038657 =
    // 0.9809 of 8 × 3,340 / 3,600 × 0.36 = 2.672 is 2.6209648. The tables: 100 GB × 0.024.
    let shape = Shape::RedshiftServerless(RedshiftShape { base_rpu: 8 });
    check("", shape, &record(8, 3340.0), "3.0259648", "2.4");
}

#[test]
fn databricks() {
    // Two workers and the driver 200 + 3,340 s: 3 × 0.98333333 × (1 + 3.6 DBU × 0.2) = 5.074.
    let shape = Shape::Databricks(DatabricksShape { nodes: nodes("r5.4xlarge", 2, 0), spot: false });
    check("", shape, &record(8, 3340.0), "5.479", "0");
}

#[test]
fn managed_flink() {
    // (3 + 1) KPU × 730 h × 0.1 = 292 and 150 GB × 0.1 = 15, all month.
    check("", Shape::ManagedFlink(FlinkShape { kpu: 3 }), &record(0, 0.0), "0.405", "307");
}

#[test]
fn one_instance() {
    // 3,540 s: 0.98333333 × (1 + 500 GiB × 0.0001) = 1.0325.
    let shape = Shape::Ec2Single(SingleShape { node: nodes("r5.4xlarge", 1, 500) });
    check("", shape, &record(1, 3340.0), "1.4375", "0");
}

#[test]
fn the_own_cluster() {
    let today = "today: {on_premises: {yearly_cost: \"$120,000\", cores: 100, cost_share: 50 %, utilisation: 60 %}}\n";
    let shape = Shape::OnPremises(OnPremisesShape { cores: 50, memory_per_core: Bytes::gib(4) });
    check(today, shape, &record(12, 3340.0), "0.405", "5000");
}
