//! Workloads and provisions for the tests of the simulation.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::collections::BTreeMap;

use shapecast::engines::{Arrival, Estimate, ExecutorGroup, Machine, Market, Provision, SpotPool, SpotTerms};
use shapecast::prices::InterruptionBand;
use shapecast::units::{Bytes, Share, Span};
use shapecast::workload::{
    Archetype, Cadence, Compression, Constraints, Discounts, FileSizes, Format, Input, Job, Kubernetes, Network,
    Orchestration, Origin, Output, Skew, SkewPlace, Sourced, Today, Workload,
};

pub fn d<T>(value: T) -> Sourced<T> {
    Sourced::declared(value)
}

/// A nightly aggregation of Parquet.
pub fn workload(archetype: Archetype, volume: Bytes) -> Workload {
    Workload {
        name: "test".to_owned(),
        region: d("us-east-1".to_owned()),
        input: Input {
            volume: d(volume),
            format: d(Format::Parquet),
            compression: d(Compression::Snappy),
            files: d((volume.get() / (256 << 20)).max(1)),
            file_sizes: d(FileSizes::Even),
            read_share: d(Share::ALL),
            growth_per_month: d(0.0),
        },
        output: Output { volume: d(volume.scaled(0.05)), files: d(200) },
        cadence: Cadence { schedule: None, runs_per_month: d(30.0), predictable: d(true) },
        deadline: None,
        job: Job {
            archetype: d(archetype),
            shuffle: d(volume.scaled(0.3)),
            iterations: d(5),
            skew: Skew { hot_key_share: d(Share::NONE), place: SkewPlace::GroupBy, place_origin: Origin::Declared },
            memory_expansion: d(3.0),
            shuffle_partitions: None,
            adaptive: d(true),
            item_time: None,
            container: None,
            stages: Vec::new(),
        },
        constraints: constraints(),
        orchestration: d(Orchestration::None),
        network: Network {
            s3_through_nat: d(false),
            public_ipv4: d(false),
            interface_endpoints: 0,
            shared_by_pipelines: d(1),
        },
        discounts: Discounts::default(),
        observed_runs: Vec::new(),
        today: Today::default(),
        spot: shapecast::workload::SpotAccount::default(),
        tags: BTreeMap::new(),
    }
}

fn constraints() -> Constraints {
    Constraints {
        engines_allowed: Vec::new(),
        engines_denied: Vec::new(),
        instance_types: Vec::new(),
        graviton: d(true),
        spot: d(true),
        custom_jar: d(false),
        custom_image: d(false),
        kubernetes: d(Kubernetes::None),
        lake_formation: d(false),
        max_start_wait: None,
        budget_per_month: None,
        deadline_probability: d(Share::clamped(0.95)),
        max_vcpu: None,
    }
}

pub fn group(executors: u32) -> ExecutorGroup {
    ExecutorGroup {
        name: "workers".to_owned(),
        arrivals: vec![Arrival { after: Span::ZERO, executors }],
        slots_per_executor: 4,
        executor_memory: Bytes::gib(24),
        machine: Machine {
            core_speed: Estimate::new(0.9, 1.0, 1.1),
            network_bytes_per_s: 156e6,
            disk_bytes_per_s: 125e6,
            disk: Bytes::gib(500),
        },
        market: Market::OnDemand,
        elastic: None,
    }
}

pub fn provision(executors: u32) -> Provision {
    Provision {
        start_up_s: Estimate::new(180.0, 210.0, 600.0),
        groups: vec![group(executors)],
        shut_down: Span::ZERO,
        runtime_speed: Estimate::new(0.9, 1.0, 1.1),
        time_limit: None,
    }
}

/// Half On-Demand, half on Spot in two pools.
pub fn spot_provision(executors: u32, band: InterruptionBand) -> Provision {
    let pool = |name: &str| SpotPool { instance_type: name.to_owned(), share: 0.5, band: Some(band), history: None };
    let mut task = group(executors - executors / 2);
    task.market = Market::Spot { pools: vec![pool("r5.4xlarge"), pool("m5.4xlarge")], terms: SpotTerms::default() };
    let mut both = provision(executors / 2);
    both.groups.push(task);
    both
}
