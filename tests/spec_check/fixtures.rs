//! Candidates and workloads that together use every branch of the specs.

use std::collections::BTreeMap;

use shapecast::catalog::Architecture;
use shapecast::engines::{
    AthenaShape, Candidate, EmrEc2Shape, EmrEksShape, EngineId, ExecutorSize, FargateShape, FleetType, GlueShape,
    NodeGroup, PreInitialised, ServerlessShape, Shape, TaskFleet,
};
use shapecast::spec::{self, NoSpec, SpecBundle, SpecFacts};
use shapecast::units::{Bytes, Share, Span};
use shapecast::workload::{
    Archetype, Cadence, Compression, Constraints, Discounts, FileSizes, Format, Input, Job, Kubernetes, Network,
    Orchestration, Origin, Output, Skew, SkewPlace, Sourced, Today, Workload,
};

/// One case: its name is the folder of its golden files.
pub struct Case {
    pub name: &'static str,
    pub candidate: Candidate,
    pub workload: Workload,
    pub facts: SpecFacts,
}

impl Case {
    pub fn write(&self) -> Result<SpecBundle, NoSpec> {
        spec::write(&self.candidate, &self.workload, &self.facts)
    }

    pub fn write_as(&self, format: spec::Format) -> Result<SpecBundle, NoSpec> {
        spec::write_as(format, &self.candidate, &self.workload, &self.facts)
    }
}

pub fn cases() -> Vec<Case> {
    vec![
        emr_spot(),
        emr_spot_old_release(),
        emr_spot_spark_line(),
        emr_on_demand_governed(),
        emr_managed_scaling(),
        emr_managed_scaling_on_demand(),
        serverless(),
        serverless_pre_initialised(),
        serverless_flex(),
        glue(),
        glue_flex(),
        eks_spot(),
        eks_on_demand(),
        athena(),
        batch_array(),
        batch_one(),
    ]
}

fn said<T>(value: T) -> Sourced<T> {
    Sourced::declared(value)
}

pub fn workload() -> Workload {
    Workload {
        name: "click-aggregation".to_owned(),
        region: said("eu-west-1".to_owned()),
        input: Input {
            volume: said(Bytes::gib(4000)),
            format: said(Format::Json),
            compression: said(Compression::Zstd),
            files: said(30_000),
            file_sizes: said(FileSizes::Even),
            read_share: said(Share::ALL),
            growth_per_month: said(0.0),
        },
        output: Output { volume: said(Bytes::gib(40)), files: said(400) },
        cadence: Cadence { schedule: Some("daily".to_owned()), runs_per_month: said(30.4), predictable: said(true) },
        deadline: Some(said(Span::hours(1.0))),
        job: job(),
        constraints: constraints(),
        orchestration: said(Orchestration::None),
        network: Network {
            s3_through_nat: said(false),
            public_ipv4: said(false),
            interface_endpoints: 0,
            shared_by_pipelines: said(1),
        },
        discounts: Discounts::default(),
        observed_runs: Vec::new(),
        today: Today::default(),
        spot: shapecast::workload::SpotAccount::default(),
        tags: BTreeMap::from([("team".to_owned(), "ads".to_owned())]),
    }
}

fn job() -> Job {
    Job {
        archetype: said(Archetype::JoinHeavy),
        shuffle: said(Bytes::gib(200)),
        iterations: said(1),
        skew: Skew { hot_key_share: said(Share::NONE), place: SkewPlace::Join, place_origin: Origin::Declared },
        memory_expansion: said(3.0),
        shuffle_partitions: None,
        adaptive: said(true),
        item_time: None,
        container: None,
        stages: Vec::new(),
    }
}

fn constraints() -> Constraints {
    Constraints {
        engines_allowed: Vec::new(),
        engines_denied: Vec::new(),
        instance_types: Vec::new(),
        graviton: said(true),
        spot: said(true),
        custom_jar: said(false),
        custom_image: said(false),
        kubernetes: said(Kubernetes::None),
        lake_formation: said(false),
        max_start_wait: None,
        budget_per_month: None,
        deadline_probability: said(Share::clamped(0.95)),
        max_vcpu: None,
    }
}

pub fn facts() -> SpecFacts {
    SpecFacts {
        duration: "38 min (p95 46 min)".to_owned(),
        cost: "$9.87 a run, $300 a month".to_owned(),
        makespan_p95: Span::minutes(46.0),
        largest_shuffle: Bytes::gib(200),
        skewed: false,
    }
}

/// Ten Graviton types of the families that differ most.
fn spot_fleet(target_units: u32, families: &[&str]) -> TaskFleet {
    let sizes = [("2xlarge", 8), ("4xlarge", 16)];
    let kinds = families.iter().flat_map(|family| sizes.map(|(size, weight)| (format!("{family}.{size}"), weight)));
    let types = kinds.map(|(instance_type, weight)| FleetType { instance_type, weight, share: 0.1 }).collect();
    TaskFleet { target_units, types, ebs_gib_per_vcpu: 16, on_demand: false, zone: None }
}

pub fn emr_shape() -> EmrEc2Shape {
    EmrEc2Shape {
        release: "emr-7.13.0".to_owned(),
        architecture: Architecture::Arm64,
        primary: NodeGroup { instance_type: "m6g.xlarge".to_owned(), count: 1, ebs_gib: 64 },
        core: NodeGroup { instance_type: "r6g.2xlarge".to_owned(), count: 2, ebs_gib: 128 },
        task: Some(spot_fleet(320, &["r6g", "r7g", "r8g", "r6gd", "r7gd"])),
        // YARN memory of an r6g.2xlarge is 54,272 MiB: two containers of 27,136 MiB, four cores each.
        executor: ExecutorSize { cores: 4, memory_mib: 22_852, overhead_mib: 4_284, per_node: 2 },
        standing: false,
        managed_scaling: false,
    }
}

pub fn candidate(id: &str, engine: EngineId, shape: Shape) -> Candidate {
    Candidate { id: id.to_owned(), engine, shape }
}

fn emr_spot() -> Case {
    let mut workload = workload();
    workload.constraints.custom_jar = said(true);
    workload.job.skew =
        Skew { hot_key_share: said(Share::clamped(0.02)), place: SkewPlace::Join, place_origin: Origin::Declared };
    workload.tags.insert("cost centre".to_owned(), "ads & clicks €".to_owned());
    Case {
        name: "emr-ec2-spot",
        candidate: candidate("emr-ec2/arm64/2+320spot", EngineId::EmrEc2, Shape::EmrEc2(emr_shape())),
        workload,
        facts: SpecFacts { skewed: true, ..facts() },
    }
}

/// Before 7.2 only the label CORE is known; little shuffle; a skewed group-by; few types.
fn emr_spot_old_release() -> Case {
    let mut workload = workload();
    workload.name = "nightly $HOME \"quoted\"".to_owned();
    workload.deadline = None;
    workload.job.adaptive = said(false);
    workload.job.skew =
        Skew { hot_key_share: said(Share::clamped(0.2)), place: SkewPlace::GroupBy, place_origin: Origin::Declared };
    workload.input.format = said(Format::Iceberg);
    let mut shape = emr_shape();
    shape.release = "emr-6.15.0".to_owned();
    shape.task = Some(spot_fleet(64, &["r6g", "r7g"]));
    // One executor less memory a node: the driver lives in what is left.
    shape.executor = ExecutorSize { cores: 4, memory_mib: 20_480, overhead_mib: 3_840, per_node: 2 };
    Case {
        name: "emr-ec2-spot-old-release",
        candidate: candidate("emr-ec2/arm64/2+64spot", EngineId::EmrEc2, Shape::EmrEc2(shape)),
        workload,
        facts: SpecFacts { largest_shuffle: Bytes::mib(40), skewed: true, ..facts() },
    }
}

/// The other label form, and partitions that the workload fixes.
fn emr_spot_spark_line() -> Case {
    let mut workload = workload();
    workload.job.shuffle_partitions = Some(said(777));
    let mut shape = emr_shape();
    shape.release = "emr-spark-8.0.0".to_owned();
    Case {
        name: "emr-ec2-spot-spark-8",
        candidate: candidate("emr-ec2/arm64/spark-8", EngineId::EmrEc2, Shape::EmrEc2(shape)),
        workload,
        facts: facts(),
    }
}

fn emr_on_demand_governed() -> Case {
    let mut workload = workload();
    workload.constraints.lake_formation = said(true);
    workload.constraints.custom_image = said(true);
    let mut shape = emr_shape();
    shape.architecture = Architecture::X86_64;
    shape.primary.instance_type = "m5.xlarge".to_owned();
    shape.core = NodeGroup { instance_type: "r5.4xlarge".to_owned(), count: 20, ebs_gib: 256 };
    shape.task = None;
    shape.executor = ExecutorSize { cores: 4, memory_mib: 25_868, overhead_mib: 4_852, per_node: 4 };
    Case {
        name: "emr-ec2-on-demand-governed",
        candidate: candidate("emr-ec2/x86/20", EngineId::EmrEc2, Shape::EmrEc2(shape)),
        workload,
        facts: facts(),
    }
}

/// Task nodes that follow the run.
fn emr_managed_scaling() -> Case {
    let shape = EmrEc2Shape { managed_scaling: true, ..emr_shape() };
    Case {
        name: "emr-ec2-managed-scaling",
        candidate: candidate("emr-ec2/managed-scaling/r6g.2xlarge/2+40", EngineId::EmrEc2, Shape::EmrEc2(shape)),
        workload: workload(),
        facts: facts(),
    }
}

/// The same without Spot: 38 of 40 nodes come and go.
fn emr_managed_scaling_on_demand() -> Case {
    let mut workload = workload();
    workload.constraints.spot = said(false);
    let mut shape = EmrEc2Shape { managed_scaling: true, ..emr_shape() };
    let types = vec![FleetType { instance_type: "r6g.2xlarge".to_owned(), weight: 8, share: 1.0 }];
    shape.task = Some(TaskFleet { target_units: 304, types, ebs_gib_per_vcpu: 16, on_demand: true, zone: None });
    Case {
        name: "emr-ec2-managed-scaling-on-demand",
        candidate: candidate("emr-ec2/managed-scaling/r6g.2xlarge/40", EngineId::EmrEc2, Shape::EmrEc2(shape)),
        workload,
        facts: facts(),
    }
}

/// Workers that are ready for two runs at a time, with no auto-stop.
fn serverless_pre_initialised() -> Case {
    let ready = PreInitialised { runs: 2, executors: 3, auto_stop_min: None };
    let shape = ServerlessShape { pre_initialised: Some(ready), ..serverless_shape() };
    Case {
        name: "emr-serverless-pre-initialised",
        candidate: candidate("emr-serverless/pre-initialised/80", EngineId::EmrServerless, Shape::EmrServerless(shape)),
        workload: workload(),
        facts: facts(),
    }
}

pub fn serverless_shape() -> ServerlessShape {
    ServerlessShape {
        release: "emr-7.13.0".to_owned(),
        architecture: Architecture::Arm64,
        flex: false,
        worker_vcpu: 4,
        worker_memory_gb: 30,
        worker_disk_gb: 20,
        max_executors: 80,
        driver_vcpu: 4,
        driver_memory_gb: 16,
        pre_initialised: None,
    }
}

fn serverless() -> Case {
    let mut workload = workload();
    workload.constraints.lake_formation = said(true);
    workload.constraints.custom_jar = said(true);
    workload.input.format = said(Format::Delta);
    let shape = ServerlessShape { worker_disk_gb: 500, ..serverless_shape() };
    Case {
        name: "emr-serverless",
        candidate: candidate("emr-serverless/arm64/80", EngineId::EmrServerless, Shape::EmrServerless(shape)),
        workload,
        facts: facts(),
    }
}

fn serverless_flex() -> Case {
    let mut workload = workload();
    workload.deadline = None;
    workload.constraints.custom_image = said(true);
    let shape = ServerlessShape { flex: true, architecture: Architecture::X86_64, ..serverless_shape() };
    Case {
        name: "emr-serverless-flex",
        candidate: candidate("emr-serverless-flex/x86/80", EngineId::EmrServerlessFlex, Shape::EmrServerless(shape)),
        workload,
        // A p95 of five days: twice that is beyond the service's seven.
        facts: SpecFacts { makespan_p95: Span::hours(120.0), ..facts() },
    }
}

pub fn glue_shape() -> GlueShape {
    GlueShape { version: "5.1".to_owned(), flex: false, worker_type: "G.2X".to_owned(), workers: 41 }
}

fn glue() -> Case {
    let mut workload = workload();
    workload.constraints.lake_formation = said(true);
    workload.constraints.custom_jar = said(true);
    workload.input.format = said(Format::Iceberg);
    // 200 GiB × 0.15 % = 307 MiB in 1,280 partitions of 160 MiB: 1.9 times the median needs nothing; 0.3 % does.
    workload.job.skew =
        Skew { hot_key_share: said(Share::clamped(0.003)), place: SkewPlace::Join, place_origin: Origin::Declared };
    Case {
        name: "glue",
        candidate: candidate("glue/g2x/41", EngineId::Glue, Shape::Glue(glue_shape())),
        workload,
        facts: SpecFacts { skewed: true, ..facts() },
    }
}

fn glue_flex() -> Case {
    let mut workload = workload();
    workload.deadline = None;
    let shape = GlueShape { version: "6.0".to_owned(), flex: true, worker_type: "R.1X".to_owned(), workers: 21 };
    Case {
        name: "glue-flex",
        candidate: candidate("glue-flex/r1x/21", EngineId::GlueFlex, Shape::Glue(shape)),
        workload,
        facts: SpecFacts { makespan_p95: Span::minutes(5.0), largest_shuffle: Bytes::ZERO, ..facts() },
    }
}

pub fn eks_shape() -> EmrEksShape {
    EmrEksShape {
        release: "emr-7.13.0".to_owned(),
        architecture: Architecture::Arm64,
        nodes: NodeGroup { instance_type: "r7g.2xlarge".to_owned(), count: 20, ebs_gib: 60 },
        spot: true,
        spot_types: spot_fleet(160, &["r6g", "r7g", "r8g", "r6gd", "r7gd"]).types,
        driver_node: NodeGroup { instance_type: "r7g.xlarge".to_owned(), count: 1, ebs_gib: 20 },
        executor: ExecutorSize { cores: 4, memory_mib: 27_000, overhead_mib: 2_700, per_node: 2 },
        driver_vcpu: 2,
        driver_memory_gib: 8,
        own_control_plane: false,
    }
}

fn eks_spot() -> Case {
    let mut workload = workload();
    workload.constraints.custom_image = said(true);
    workload.cadence.schedule = Some("cron(30 4 ? * MON-FRI *)".to_owned());
    Case {
        name: "emr-eks-spot",
        candidate: candidate("emr-eks/spot/r7g.2xlarge/20", EngineId::EmrEks, Shape::EmrEks(eks_shape())),
        workload,
        facts: facts(),
    }
}

fn eks_on_demand() -> Case {
    let mut workload = workload();
    workload.name = "9 Lives_of Data".to_owned();
    workload.cadence.schedule = None;
    let shape = EmrEksShape { spot: false, spot_types: Vec::new(), ..eks_shape() };
    Case {
        name: "emr-eks-on-demand",
        candidate: candidate("emr-eks/on-demand/r7g.2xlarge/20", EngineId::EmrEks, Shape::EmrEks(shape)),
        workload,
        facts: facts(),
    }
}

fn athena() -> Case {
    let mut workload = workload();
    workload.job.archetype = said(Archetype::SqlAdHoc);
    workload.cadence.schedule = Some("rate(6 hours)".to_owned());
    Case {
        name: "athena",
        candidate: candidate("athena/8", EngineId::Athena, Shape::Athena(AthenaShape { queries: 8 })),
        workload,
        facts: facts(),
    }
}

pub fn fargate_shape() -> FargateShape {
    FargateShape {
        architecture: Architecture::Arm64,
        spot: true,
        milli_vcpu: 500,
        memory_mib: 2048,
        concurrency: 41,
        containers: 41,
    }
}

fn batch_array() -> Case {
    Case {
        name: "batch-fargate",
        candidate: candidate("batch-fargate/41", EngineId::BatchFargate, Shape::BatchFargate(fargate_shape())),
        workload: workload(),
        facts: facts(),
    }
}

fn batch_one() -> Case {
    let mut workload = workload();
    workload.cadence.schedule = Some("0 3 * * 1".to_owned());
    let shape = FargateShape {
        architecture: Architecture::X86_64,
        spot: false,
        milli_vcpu: 16_000,
        memory_mib: 65_536,
        concurrency: 1,
        containers: 1,
    };
    Case {
        name: "batch-fargate-one",
        candidate: candidate("batch-fargate/1", EngineId::BatchFargate, Shape::BatchFargate(shape)),
        workload,
        facts: facts(),
    }
}
