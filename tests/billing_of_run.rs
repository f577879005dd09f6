//! A simulated run turned into usage, worked out by hand for one record.

use rust_decimal::Decimal;
use shapecast::catalog::Architecture;
use shapecast::engines::usage::{
    EmrEc2Usage, GlueCapacity, NodeMarket, NodeUsage, RunTerms, Scanned, ServerlessWorkers, Terms, Usage, usage_of_run,
};
use shapecast::engines::{
    Arrival, AthenaShape, DatabricksShape, EmrEc2Shape, EmrEksShape, Estimate, ExecutorGroup, ExecutorSize,
    FargateShape, FleetType, FlinkShape, GlueShape, GroupRecord, Machine, Market, NodeGroup, OnPremisesShape, Period,
    PreInitialised, Provision, RedshiftShape, RunRecord, ServerlessShape, Shape, SingleShape, SpotTerms, TaskFleet,
    elasticity, emr_ec2, emr_serverless,
};
use shapecast::units::{Bytes, Span};

const WORK_S: f64 = 1000.0;

fn group(market: Market) -> ExecutorGroup {
    let machine = Machine {
        core_speed: Estimate::exact(1.0),
        network_bytes_per_s: 1e9,
        disk_bytes_per_s: 1e9,
        disk: Bytes::gib(100),
    };
    ExecutorGroup {
        name: "group".into(),
        arrivals: vec![Arrival { after: Span::ZERO, executors: 4 }],
        slots_per_executor: 4,
        executor_memory: Bytes::gib(16),
        machine,
        market,
        elastic: None,
    }
}

/// On-Demand executors and Spot executors; 210 s of start-up, 1000 s of work, 30 s of shut-down.
fn provision() -> Provision {
    Provision {
        start_up_s: Estimate::exact(210.0),
        groups: vec![group(Market::OnDemand), group(Market::Spot { pools: vec![], terms: SpotTerms::default() })],
        shut_down: Span::seconds(30.0),
        runtime_speed: Estimate::exact(1.0),
        time_limit: None,
    }
}

/// 4 executors all the time; 8 Spot executors for 600 s on average.
fn record() -> RunRecord {
    let group = |executors: u32, life: f64| GroupRecord {
        executors,
        executor_time: Span::seconds(life * f64::from(executors)),
        busy_slot_time: Span::ZERO,
    };
    RunRecord {
        start_up: Span::seconds(210.0),
        work: Span::seconds(WORK_S),
        makespan: Span::seconds(1210.0),
        groups: vec![group(4, WORK_S), group(8, 600.0)],
        stages: vec![],
        s3_gets: 5000,
        s3_puts: 300,
        bytes_read: Bytes::gib(100),
        bytes_written: Bytes::gib(10),
        shuffle_bytes: Bytes::ZERO,
        spill_bytes: Bytes::ZERO,
        failure: None,
        spot_losses: 0.0,
        spot_delay: Span::ZERO,
        spot_price_factor: 1.0,
        spot_fell_back: false,
    }
}

fn usage(shape: Shape) -> Usage {
    let terms = RunTerms { cost_share: Decimal::new(25, 2), month_hours: Decimal::from(730), ..RunTerms::default() };
    usage_of_run(&shape, &provision(), &record(), &terms)
}

fn nodes(instance_type: &str, count: u32, ebs_gib: u32) -> NodeGroup {
    NodeGroup { instance_type: instance_type.into(), count, ebs_gib }
}

fn executor() -> ExecutorSize {
    ExecutorSize { cores: 4, memory_mib: 14_336, overhead_mib: 2_048, per_node: 2 }
}

fn emr(standing: bool) -> Shape {
    Shape::EmrEc2(emr_shape(standing, false))
}

fn emr_shape(standing: bool, managed_scaling: bool) -> EmrEc2Shape {
    let kind = |name: &str, weight: u32, share: f64| FleetType { instance_type: name.into(), weight, share };
    EmrEc2Shape {
        release: "emr-7.13.0".into(),
        architecture: Architecture::Arm64,
        primary: nodes("m6g.xlarge", 1, 64),
        core: nodes("r6g.2xlarge", 2, 128),
        task: Some(TaskFleet {
            target_units: 100,
            types: vec![kind("r6g.4xlarge", 16, 0.7), kind("r7g.2xlarge", 8, 0.3)],
            ebs_gib_per_vcpu: 10,
            on_demand: false,
            zone: None,
        }),
        executor: executor(),
        standing,
        managed_scaling,
    }
}

#[test]
fn emr_nodes_live_from_running_to_the_end_and_task_nodes_as_their_executors() {
    let Usage::EmrEc2(usage) = usage(emr(false)) else { panic!("EMR") };
    let lives: Vec<(&str, u32, f64)> =
        usage.nodes.iter().map(|node| (node.instance_type.as_str(), node.count, node.running.as_seconds())).collect();
    // 210 - 60 pending + 1000 + 30 = 1180; task: 150 + 600 + 30 = 780; the fleet of 100 units: 5 × 16 + 4 × 8.
    let expected =
        [("m6g.xlarge", 1, 1180.0), ("r6g.2xlarge", 2, 1180.0), ("r6g.4xlarge", 5, 780.0), ("r7g.2xlarge", 4, 780.0)];
    assert_eq!(lives, expected);
    assert_eq!(usage.pending, Span::seconds(60.0));
    assert_eq!(usage.nodes[2].market, NodeMarket::Spot);
    assert_eq!(usage.nodes[2].volumes[0].gib, Decimal::from(160));
}

#[test]
fn a_standing_cluster_runs_all_month_at_the_jobs_share() {
    let Usage::EmrEc2(usage) = usage(emr(true)) else { panic!("EMR") };
    assert!(usage.standing && usage.nodes.iter().all(|node| node.running == Span::hours(730.0)));
    assert_eq!(usage.cost_share, Decimal::new(25, 2));
}

/// Half of the eight Spot executors are there at the start, half come when tasks wait.
fn scaled_usage(standing: bool) -> EmrEc2Usage {
    let mut provision = provision();
    provision.groups[1].elastic = Some(elasticity::managed_scaling(4));
    let shape = Shape::EmrEc2(emr_shape(standing, true));
    let terms = RunTerms { cost_share: Decimal::new(25, 2), ..RunTerms::default() };
    let Usage::EmrEc2(usage) = usage_of_run(&shape, &provision, &record(), &terms) else { panic!("EMR") };
    usage
}

#[test]
fn nodes_under_managed_scaling_are_billed_from_running_to_their_own_end() {
    let transient = scaled_usage(false);
    // A node comes 307.5 s after its request, of which 60 s are free: 247.5 s of boot. Eight executors came and stayed
    // 600 s on average; 247.5 + 600 + 30 s of shut-down.
    let lives = |nodes: &[NodeUsage]| -> Vec<(String, u32, f64)> {
        nodes.iter().map(|node| (node.instance_type.clone(), node.count, node.running.as_seconds())).collect()
    };
    assert_eq!(lives(&transient.scaled), [("r6g.4xlarge".into(), 5, 877.5), ("r7g.2xlarge".into(), 4, 877.5)]);
    assert_eq!(lives(&transient.nodes), [("m6g.xlarge".into(), 1, 1180.0), ("r6g.2xlarge".into(), 2, 1180.0)]);
    let standing = scaled_usage(true);
    assert_eq!(standing.scaled, transient.scaled);
    assert!(standing.nodes.iter().all(|node| node.running == Span::hours(730.0)));
}

#[test]
fn a_standing_cluster_that_scales_has_monthly_and_run_lines() {
    let lines = emr_ec2::charges(&scaled_usage(true), &Terms::default());
    let fee = |part: &str| {
        let line = lines.iter().find(|line| line.component.starts_with("EMR fee") && line.component.contains(part));
        let line = line.expect("a line");
        (line.period, line.quantity)
    };
    // A quarter of the month's 730 h of two core nodes; five task nodes for 60 s pending and 877.5 s, rounded up.
    assert_eq!(fee("core"), (Period::Month, Decimal::from(365)));
    assert_eq!(fee("r6g.4xlarge"), (Period::Run, Decimal::from(5 * 938) / Decimal::from(3600)));
}

#[test]
fn pre_initialised_workers_are_the_months_and_only_further_ones_the_runs() {
    let ready = PreInitialised { runs: 2, executors: 4, auto_stop_min: None };
    let shape = ServerlessShape {
        release: "emr-7.13.0".into(),
        architecture: Architecture::Arm64,
        flex: false,
        worker_vcpu: 4,
        worker_memory_gb: 16,
        worker_disk_gb: 20,
        max_executors: 12,
        driver_vcpu: 2,
        driver_memory_gb: 8,
        pre_initialised: Some(ready),
    };
    let Usage::EmrServerless(usage) = usage(Shape::EmrServerless(shape)) else { panic!("Serverless") };
    let of = |workers: &[ServerlessWorkers]| -> Vec<(u32, Decimal, Span)> {
        workers.iter().map(|workers| (workers.count, workers.vcpu, workers.running)).collect()
    };
    // Four executors were ready, eight came and lived 600 s each.
    assert_eq!(of(&usage.workers), [(8, Decimal::from(4), Span::seconds(600.0))]);
    let month = Span::hours(730.0);
    assert_eq!(of(&usage.pre_initialised), [(2, Decimal::from(2), month), (8, Decimal::from(4), month)]);
    let lines = emr_serverless::charges(&usage, &Terms::default());
    let vcpu_of_month: Vec<Decimal> = lines
        .iter()
        .filter(|line| line.period == Period::Month && line.component.contains("vCPU, "))
        .map(|line| line.quantity)
        .collect();
    // 2 × 2 vCPU and 8 × 4 vCPU for 730 h.
    assert_eq!(vcpu_of_month, [Decimal::from(2920), Decimal::from(23_360)]);
}

#[test]
fn serverless_bills_the_driver_all_the_time_and_executors_for_their_life() {
    let shape = ServerlessShape {
        release: "emr-7.13.0".into(),
        architecture: Architecture::Arm64,
        flex: true,
        worker_vcpu: 4,
        worker_memory_gb: 16,
        worker_disk_gb: 100,
        max_executors: 12,
        driver_vcpu: 2,
        driver_memory_gb: 8,
        pre_initialised: None,
    };
    let Usage::EmrServerless(usage) = usage(Shape::EmrServerless(shape)) else { panic!("Serverless") };
    let workers: Vec<(u32, f64, bool)> =
        usage.workers.iter().map(|w| (w.count, w.running.as_seconds(), w.flex)).collect();
    // Driver: 210 + 1000 + 30.
    assert_eq!(workers, [(1, 1240.0, false), (4, 1000.0, true), (8, 600.0, true)]);
}

#[test]
fn glue_bills_the_workers_that_it_holds_and_the_driver_for_the_work_alone() {
    let shape = GlueShape { version: "6.0".into(), flex: false, worker_type: "G.1X".into(), workers: 10 };
    let Usage::Glue(usage) = usage(Shape::Glue(shape)) else { panic!("Glue") };
    let GlueCapacity::AutoScaled { workers, running, held, .. } = usage.capacity else { panic!("workers") };
    // 4 executors for 1000 s, 8 for 600 s, the driver's worker for 1000 s: 9,800 s of ten workers are 980 s each.
    assert_eq!((workers, running, held), (10, Span::seconds(WORK_S), Span::seconds(980.0)));
}

#[test]
fn eks_pods_pay_from_the_image_pull() {
    let shape = EmrEksShape {
        release: "emr-7.13.0".into(),
        architecture: Architecture::X86_64,
        nodes: nodes("m5.2xlarge", 6, 40),
        spot: true,
        spot_types: vec![FleetType { instance_type: "m5.2xlarge".into(), weight: 8, share: 1.0 }],
        driver_node: nodes("m5.xlarge", 1, 0),
        executor: executor(),
        driver_vcpu: 2,
        driver_memory_gib: 8,
        own_control_plane: true,
    };
    let Usage::EmrEks(usage) = usage(Shape::EmrEks(shape)) else { panic!("EKS") };
    // Nodes: driver 1180 s, executors 150 + 600 + 30. Pods: driver 30 + 1000 + 30; 12 executors of (4 × 1000 + 8 × 600)
    // / 12 = 733.3 s, and 30 s for the image, with 16 GB of heap and overhead.
    assert_eq!(
        usage.nodes.iter().map(|n| (n.count, n.running.as_seconds())).collect::<Vec<_>>(),
        [(1, 1180.0), (6, 780.0)]
    );
    assert_eq!(usage.pods[0].running, Span::seconds(1060.0));
    assert!((usage.pods[1].running.as_seconds() - 763.333).abs() < 0.001);
    assert_eq!((usage.pods[1].count, usage.pods[1].memory_gb), (12, Decimal::from(16)));
}

#[test]
fn the_other_services_bill_what_they_did() {
    let Usage::Athena(athena) = usage(Shape::Athena(AthenaShape { queries: 3 })) else { panic!("Athena") };
    assert_eq!((athena.queries[0].count, athena.queries[0].scanned), (3, Scanned::Total(Bytes::gib(100))));

    let fargate = FargateShape {
        spot: false,
        architecture: Architecture::X86_64,
        milli_vcpu: 250,
        memory_mib: 512,
        concurrency: 4,
        containers: 16,
    };
    let Usage::BatchFargate(fargate) = usage(Shape::BatchFargate(fargate)) else { panic!("Fargate") };
    // (4 × 1000 + 8 × 600) / 16 = 550 s of work in each container, and 30 s for its image.
    assert_eq!((fargate.tasks[0].count, fargate.tasks[0].running), (16, Span::seconds(580.0)));
    assert_eq!(fargate.tasks[0].vcpu, Decimal::new(25, 2));

    let Usage::RedshiftServerless(redshift) = usage(Shape::RedshiftServerless(RedshiftShape { base_rpu: 32 })) else {
        panic!("Redshift")
    };
    assert_eq!(redshift.activity[0].running, Span::seconds(WORK_S));

    let Usage::ManagedFlink(flink) = usage(Shape::ManagedFlink(FlinkShape { kpu: 4 })) else { panic!("Flink") };
    assert!(flink.standing && flink.running == Span::hours(730.0), "a stream processor runs all month");

    let Usage::Databricks(databricks) =
        usage(Shape::Databricks(DatabricksShape { nodes: nodes("r5.4xlarge", 8, 0), spot: true }))
    else {
        panic!("Databricks")
    };
    let markets: Vec<(u32, NodeMarket)> = databricks.nodes.iter().map(|node| (node.count, node.market)).collect();
    assert_eq!(markets, [(1, NodeMarket::OnDemand), (8, NodeMarket::Spot)]);

    let Usage::Ec2(single) = usage(Shape::Ec2Single(SingleShape { node: nodes("r5.4xlarge", 1, 500) })) else {
        panic!("EC2")
    };
    assert_eq!(single.nodes[0].running, Span::seconds(1180.0));

    let own = OnPremisesShape { cores: 100, memory_per_core: Bytes::gib(4) };
    let Usage::OnPremises(own) = usage(Shape::OnPremises(own)) else { panic!("own cluster") };
    assert_eq!(own.cost_share, Decimal::new(25, 2));
}
