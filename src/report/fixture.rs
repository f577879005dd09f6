//! A hand-made answer for tests of the outputs: an ad-tech aggregation of 4 TB of click logs a night. Its figures
//! are plausible and mean nothing; no price here is read by anything but tests.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::document::RecommendDocument;
use crate::bill::Bill;
use crate::catalog::Architecture;
use crate::engines::*;
use crate::prices::{
    Basis, EmrUplift, InterruptionBand, Meter, MissingPrice, OnDemandInstance, Price, PriceKey, Rates, SpotInstance,
    items,
};
use crate::rank::*;
use crate::units::*;
use crate::workload::*;

/// When the fixture's documents were made.
pub(crate) const NOW: &str = "2026-11-20T12:00:00Z";

/// The document of [`answer`].
pub(crate) fn document() -> RecommendDocument {
    RecommendDocument::new(&answer(), NOW)
}

/// The whole answer.
pub(crate) fn answer() -> Recommendation {
    Recommendation {
        workload: workload(),
        seed: 42,
        replications: 200,
        prices: prices_used(),
        ranked: vec![emr_ec2(), serverless(), glue(), databricks(), flex(), single()],
        pareto: vec![ParetoPoint {
            candidate: emr_candidate("emr-ec2/arm64/2xr6g.2xlarge+192u", 192),
            shape_text: "2 × r6g.2xlarge core + 192 vCPU Spot (r6g, r7g, r6gd)".to_owned(),
            duration: Span::minutes(29.0),
            monthly_cost: usd("241.8"),
        }],
        rejected: rejected(),
        break_even: break_even(),
        rules: rules(),
        warnings: vec![Note::new(
            "gzip-not-splittable",
            "gzip JSON cannot be split: the largest file (412 MB) takes one core 3 min, whatever the cluster's size",
        )],
        shapes_considered: 412,
    }
}

/// An answer in which nothing is eligible.
pub(crate) fn nothing_eligible() -> Recommendation {
    Recommendation { ranked: Vec::new(), pareto: Vec::new(), break_even: Vec::new(), rules: Vec::new(), ..answer() }
}

fn usd(text: &str) -> Usd {
    Usd::new(decimal(text))
}

fn decimal(text: &str) -> Decimal {
    text.parse().expect("a decimal")
}

fn share(value: f64) -> Share {
    Share::new(value).expect("a share")
}

/// Prices of the fixture only.
#[derive(Debug)]
struct FixtureRates;

impl Rates for FixtureRates {
    fn region(&self) -> &'static str {
        "us-east-1"
    }

    fn rate(&self, meter: &Meter) -> Result<Price, MissingPrice> {
        let id = meter.to_string();
        let read = |dollars: &str, unit| Ok(price(dollars, unit, Basis::Read));
        match id.as_str() {
            "ec2/on-demand/m6g.xlarge" => read("0.154", "instance-hour"),
            "ec2/on-demand/r6g.2xlarge" => read("0.4032", "instance-hour"),
            "ec2/spot/r6g.4xlarge" => read("0.2912", "instance-hour"),
            "emr/uplift/m6g.xlarge" => Ok(price("0.0385", "instance-hour", uplift_rule())),
            "emr/uplift/r6g.2xlarge" => Ok(price("0.1008", "instance-hour", uplift_rule())),
            "emr/uplift/r6g.4xlarge" => Ok(price("0.2016", "instance-hour", uplift_rule())),
            "ebs/gp3" => read("0.08", "gb-month"),
            "s3/get_and_other" => read("0.0000004", "request"),
            "emr-serverless/vcpu_arm" => read("0.042094", "vcpu-hour"),
            "emr-serverless/memory_arm" => read("0.004628", "gb-hour"),
            "glue/etl_standard" => read("0.44", "dpu-hour"),
            "ec2/on-demand/r5.4xlarge" => read("1.008", "instance-hour"),
            "mwaa/small_environment" => read("0.49", "hour"),
            _ => Err(MissingPrice {
                meter: id,
                region: "us-east-1".to_owned(),
                reason: "AWS does not publish it; give it under discounts.unit_prices".to_owned(),
            }),
        }
    }

    fn databricks_dbu_per_hour(&self, _: &str) -> Option<Decimal> {
        None
    }

    fn interruption_band(&self, _: &str) -> Option<InterruptionBand> {
        None
    }
}

fn price(dollars: &str, unit: &'static str, basis: Basis) -> Price {
    Price {
        dollars: decimal(dollars),
        unit,
        source: "fixture, not a real price".to_owned(),
        as_of: "2026-11-01".to_owned(),
        basis,
    }
}

fn uplift_rule() -> Basis {
    Basis::Derived { rule: "25 % of the us-east-1 On-Demand price".to_owned() }
}

fn prices_used() -> PricesUsed {
    let missing = FixtureRates.rate(&items::EMR_SERVERLESS_FLEX_VCPU_ARM.meter()).expect_err("unpublished");
    PricesUsed {
        source: "embedded snapshot".to_owned(),
        as_of: "2026-11-01".to_owned(),
        age_days: Some(19),
        oldest_price: Some("2026-10-14".to_owned()),
        newest_price: Some("2026-11-01".to_owned()),
        snapshot_sha256: "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b".to_owned(),
        region: "us-east-1".to_owned(),
        missing: vec![missing],
        conditions: vec!["enterprise discount 5 %".to_owned()],
    }
}

fn workload() -> Workload {
    let assumed = "typical of this archetype";
    Workload {
        name: "adtech-clicks-nightly".to_owned(),
        region: Sourced::declared("us-east-1".to_owned()),
        input: Input {
            volume: Sourced::declared(Bytes::new(4 * TERABYTE)),
            format: Sourced::declared(Format::Json),
            compression: Sourced::declared(Compression::Gzip),
            files: Sourced::inferred(31_250, "4.00 TB in files of 128 MB"),
            file_sizes: Sourced::default_because(FileSizes::Even, "nobody said that sizes differ"),
            read_share: Sourced::default_because(Share::ALL, "row formats are read whole"),
            growth_per_month: Sourced::declared(0.03),
        },
        output: Output {
            volume: Sourced::inferred(Bytes::new(80 * GIGABYTE), "2 % of the input for an aggregation"),
            files: Sourced::inferred(800, "files of 100 MB"),
        },
        cadence: Cadence {
            schedule: Some("cron(0 2 * * ? *)".to_owned()),
            runs_per_month: Sourced::inferred(30.4, "daily in a month of 730 hours"),
            predictable: Sourced::declared(true),
        },
        deadline: Some(Sourced::declared(Span::hours(2.0))),
        job: Job {
            archetype: Sourced::declared(Archetype::Aggregation),
            shuffle: Sourced::inferred(Bytes::new(400 * GIGABYTE), "10 % of the input for an aggregation"),
            iterations: Sourced::default_because(1, "a batch job passes once"),
            skew: Skew {
                hot_key_share: Sourced::declared(share(0.023)),
                place: SkewPlace::GroupBy,
                place_origin: Origin::Declared,
            },
            memory_expansion: Sourced::default_because(8.0, assumed),
            shuffle_partitions: None,
            adaptive: Sourced::default_because(true, "on since Spark 3.2"),
            item_time: None,
            container: None,
            stages: Vec::new(),
        },
        constraints: constraints(),
        orchestration: Sourced::declared(Orchestration::Mwaa),
        network: Network {
            s3_through_nat: Sourced::default_because(false, "an S3 gateway endpoint costs nothing"),
            public_ipv4: Sourced::default_because(false, "private subnets"),
            interface_endpoints: 0,
            shared_by_pipelines: Sourced::declared(20),
        },
        discounts: Discounts { enterprise: Some(decimal("0.05")), ..Discounts::default() },
        observed_runs: vec![ObservedRun {
            instance_type: "r5.4xlarge".to_owned(),
            count: 1,
            duration: Span::hours(9.0),
            volume: None,
        }],
        today: Today { single_instance: Some("r5.4xlarge".to_owned()), ..Today::default() },
        tags: BTreeMap::from([("team".to_owned(), "ads".to_owned())]),
    }
}

fn constraints() -> Constraints {
    let nobody = "nobody said otherwise";
    Constraints {
        engines_allowed: Vec::new(),
        engines_denied: Vec::new(),
        instance_types: Vec::new(),
        graviton: Sourced::declared(true),
        spot: Sourced::declared(true),
        custom_jar: Sourced::declared(true),
        custom_image: Sourced::default_because(false, nobody),
        kubernetes: Sourced::default_because(Kubernetes::None, nobody),
        lake_formation: Sourced::default_because(false, nobody),
        max_start_wait: None,
        budget_per_month: None,
        deadline_probability: Sourced::default_because(share(0.95), "one late run a month of 20 workdays"),
        max_vcpu: None,
    }
}

fn likely_run(start_up: f64, work: f64, executors: u32) -> RunRecord {
    let stage = |name: &str, from: f64, to: f64, tasks, longest, median| StageRecord {
        name: name.to_owned(),
        start: Span::seconds(start_up + work * from),
        end: Span::seconds(start_up + work * to),
        tasks,
        longest_task: Span::seconds(longest),
        median_task: Span::seconds(median),
    };
    RunRecord {
        start_up: Span::seconds(start_up),
        work: Span::seconds(work),
        makespan: Span::seconds(start_up + work),
        groups: vec![GroupRecord {
            executors,
            executor_time: Span::seconds(work * f64::from(executors)),
            busy_slot_time: Span::seconds(work * f64::from(executors) * 3.6),
        }],
        stages: vec![stage("scan", 0.0, 0.82, 31_250, 41.0, 9.4), stage("aggregate", 0.82, 1.0, 2_000, 212.0, 14.0)],
        s3_gets: 125_000,
        s3_puts: 1_604,
        bytes_read: Bytes::new(4 * TERABYTE),
        bytes_written: Bytes::new(80 * GIGABYTE),
        shuffle_bytes: Bytes::new(400 * GIGABYTE),
        spill_bytes: Bytes::ZERO,
        failure: None,
        spot_losses: 0.4,
        spot_delay: Span::seconds(38.0),
    }
}

struct Row<'a> {
    rank: Option<u32>,
    candidate: Candidate,
    shape_text: &'a str,
    minutes: (f64, f64, f64),
    cost: Option<(&'a str, &'a str, &'a str, &'a str)>,
    in_time: f64,
    executors: u32,
    reasons: Vec<Note>,
    risks: Vec<Note>,
    charges: Vec<Charge>,
}

fn ranked(row: Row<'_>) -> Ranked {
    let (p50, p90, p95) = row.minutes;
    Ranked {
        rank: row.rank,
        candidate: row.candidate,
        shape_text: row.shape_text.to_owned(),
        duration: Quantiles { p50: Span::minutes(p50), p90: Span::minutes(p90), p95: Span::minutes(p95) },
        cost: row.cost.map(|(mean, p50, p90, _)| CostRange { mean: usd(mean), p50: usd(p50), p90: usd(p90) }),
        monthly_cost: row.cost.map(|(_, _, _, month)| usd(month)),
        known_monthly_cost: row.cost.map_or(Usd::ZERO, |(_, _, _, month)| usd(month)),
        deadline_met: share(row.in_time),
        meets_deadline: row.in_time >= 0.95,
        failure: share(0.004),
        spot: None,
        bill: Bill::price(row.charges, &FixtureRates),
        likely_run: likely_run(210.0, p50 * 60.0 - 210.0, row.executors),
        reasons: row.reasons,
        risks: row.risks,
        assumptions: vec![Note::new(
            "core-speed-graviton2",
            "one Graviton2 core does 1.04 times the work of the reference core (range 0.95 to 1.15)",
        )],
    }
}

fn emr_candidate(id: &str, units: u32) -> Candidate {
    let node =
        |instance_type: &str, count, ebs_gib| NodeGroup { instance_type: instance_type.to_owned(), count, ebs_gib };
    let types = [("r6g.4xlarge", 16, 0.6), ("r7g.4xlarge", 16, 0.3), ("r6gd.4xlarge", 16, 0.1)];
    let fleet = types.map(|(name, weight, share)| FleetType { instance_type: name.to_owned(), weight, share });
    Candidate {
        id: id.to_owned(),
        engine: EngineId::EmrEc2,
        shape: Shape::EmrEc2(EmrEc2Shape {
            release: "emr-7.13.0".to_owned(),
            architecture: Architecture::Arm64,
            primary: node("m6g.xlarge", 1, 64),
            core: node("r6g.2xlarge", 2, 128),
            task: Some(SpotFleet { target_units: units, types: fleet.to_vec(), ebs_gib_per_vcpu: 16 }),
            executor: ExecutorSize { cores: 4, memory_mib: 20_480, overhead_mib: 3_686, per_node: 2 },
            standing: false,
        }),
    }
}

fn emr_ec2() -> Ranked {
    let hours = |text: &str| Quantity::new(decimal(text));
    let charges = vec![
        Charge::per_run(
            "EC2 On-Demand, primary, 1 × m6g.xlarge",
            CostGroup::Compute,
            &OnDemandInstance("m6g.xlarge"),
            hours("0.85"),
            "1 node × 3,060 s / 3600",
        ),
        Charge::per_run(
            "EC2 On-Demand, core, 2 × r6g.2xlarge",
            CostGroup::Compute,
            &OnDemandInstance("r6g.2xlarge"),
            hours("1.7"),
            "2 nodes × 3,060 s / 3600",
        ),
        Charge::per_run(
            "EC2 Spot, task, 6 × r6g.4xlarge",
            CostGroup::Compute,
            &SpotInstance("r6g.4xlarge"),
            hours("4.75"),
            "6 nodes × 2,850 s / 3600",
        ),
        Charge::per_run(
            "EMR fee, primary, m6g.xlarge",
            CostGroup::EngineFee,
            &EmrUplift("m6g.xlarge"),
            hours("0.85"),
            "1 node × 3,060 s / 3600",
        ),
        Charge::per_run(
            "EMR fee, core, r6g.2xlarge",
            CostGroup::EngineFee,
            &EmrUplift("r6g.2xlarge"),
            hours("1.7"),
            "2 nodes × 3,060 s / 3600",
        ),
        Charge::per_run(
            "EMR fee, task, r6g.4xlarge",
            CostGroup::EngineFee,
            &EmrUplift("r6g.4xlarge"),
            hours("4.75"),
            "6 nodes × 2,850 s / 3600",
        ),
        Charge::per_run(
            "EBS gp3",
            CostGroup::Storage,
            &items::EBS_GP3,
            Quantity::new(decimal("2.1337")),
            "(64 + 2 × 128) GiB × 0.85 h / 730 h + 6 × 256 GiB × 0.792 h / 730 h",
        ),
        Charge::per_run(
            "S3 GET",
            CostGroup::Requests,
            &items::S3_GET,
            Quantity::new(decimal("125000")),
            "31,250 files × 4 reads",
        ),
        Charge::per_month(
            "MWAA share",
            CostGroup::Orchestration,
            &items::MWAA_SMALL,
            Quantity::new(decimal("36.5")),
            "730 h / 20 pipelines",
        ),
    ];
    let mut row = ranked(Row {
        rank: Some(1),
        candidate: emr_candidate("emr-ec2/arm64/2xr6g.2xlarge+96u", 96),
        shape_text: "2 × r6g.2xlarge core + 96 vCPU Spot (r6g, r7g, r6gd)",
        minutes: (51.0, 63.0, 69.0),
        cost: Some(("3.986", "3.912", "4.871", "139.06")),
        in_time: 0.998,
        executors: 28,
        reasons: vec![
            Note::new("spot-saves", "Spot is 64 % below On-Demand on 6 of 9 nodes"),
            Note::new("cheapest-in-time", "cheapest shape that meets 2 h with 95 %"),
        ],
        risks: vec![Note::new("spot-losses", "0.4 Spot losses a run, 38 s each")],
        charges,
    });
    row.spot = Some(SpotFigures {
        expected_losses: 0.4,
        discount: share(0.64),
        break_even_losses_per_hour: Some(1.9),
        worst_band: Some("5-10%".to_owned()),
    });
    row
}

fn serverless() -> Ranked {
    ranked(Row {
        rank: Some(2),
        candidate: serverless_candidate(false),
        shape_text: "up to 24 executors of 4 vCPU / 32 GB, arm64",
        minutes: (54.0, 60.0, 62.0),
        cost: Some(("8.402", "8.391", "9.015", "273.31")),
        in_time: 1.0,
        executors: 24,
        reasons: vec![Note::new("no-idle", "pays per second and runs no cluster")],
        risks: Vec::new(),
        charges: vec![
            Charge::per_run(
                "EMR Serverless vCPU, arm64",
                CostGroup::Compute,
                &items::EMR_SERVERLESS_VCPU_ARM,
                Quantity::new(decimal("87.6")),
                "25 workers × 4 vCPU × 3,154 s / 3600",
            ),
            Charge::per_run(
                "EMR Serverless memory, arm64",
                CostGroup::Compute,
                &items::EMR_SERVERLESS_MEMORY_ARM,
                Quantity::new(decimal("700.9")),
                "25 workers × 32 GB × 3,154 s / 3600",
            ),
        ],
    })
}

fn serverless_candidate(flex: bool) -> Candidate {
    Candidate {
        id: if flex { "emr-serverless-flex/arm64/24x4" } else { "emr-serverless/arm64/24x4" }.to_owned(),
        engine: if flex { EngineId::EmrServerlessFlex } else { EngineId::EmrServerless },
        shape: Shape::EmrServerless(ServerlessShape {
            release: "emr-7.13.0".to_owned(),
            architecture: Architecture::Arm64,
            flex,
            worker_vcpu: 4,
            worker_memory_gb: 32,
            worker_disk_gb: 20,
            max_executors: 24,
            driver_vcpu: 4,
            driver_memory_gb: 16,
        }),
    }
}

fn glue() -> Ranked {
    ranked(Row {
        rank: Some(3),
        candidate: Candidate {
            id: "glue/5.1/G.2X/30".to_owned(),
            engine: EngineId::Glue,
            shape: Shape::Glue(GlueShape {
                version: "5.1".to_owned(),
                flex: false,
                worker_type: "G.2X".to_owned(),
                workers: 30,
            }),
        },
        shape_text: "30 × G.2X, Glue 5.1",
        minutes: (95.0, 131.0, 140.0),
        cost: Some(("41.80", "41.07", "57.64", "1288.51")),
        in_time: 0.83,
        executors: 29,
        reasons: vec![Note::new("pays-dpu", "2 DPU × 30 workers at the DPU rate")],
        risks: vec![Note::new("deadline-missed", "late in 17 of 100 runs")],
        charges: vec![Charge::per_run(
            "Glue Spark job",
            CostGroup::Compute,
            &items::GLUE_STANDARD,
            Quantity::new(decimal("95")),
            "30 workers × 2 DPU × 5,700 s / 3600",
        )],
    })
}

fn databricks() -> Ranked {
    ranked(Row {
        rank: None,
        candidate: Candidate {
            id: "databricks/12xr6g.2xlarge".to_owned(),
            engine: EngineId::Databricks,
            shape: Shape::Databricks(DatabricksShape {
                nodes: NodeGroup { instance_type: "r6g.2xlarge".to_owned(), count: 12, ebs_gib: 128 },
                spot: true,
            }),
        },
        shape_text: "12 × r6g.2xlarge, workers on Spot",
        minutes: (47.0, 55.0, 58.0),
        cost: None,
        in_time: 1.0,
        executors: 12,
        reasons: Vec::new(),
        risks: Vec::new(),
        charges: vec![Charge::per_run(
            "Databricks units",
            CostGroup::EngineFee,
            &items::DATABRICKS_JOBS_PREMIUM,
            Quantity::new(decimal("14.1")),
            "13 nodes × 0.783 h × 1.385 DBU",
        )],
    })
}

fn flex() -> Ranked {
    ranked(Row {
        rank: Some(4),
        candidate: serverless_candidate(true),
        shape_text: "up to 24 executors of 4 vCPU / 32 GB, arm64, Flex",
        minutes: (58.0, 96.0, 118.0),
        cost: None,
        in_time: 0.953,
        executors: 24,
        reasons: vec![Note::new("unpriced", "below EMR Serverless once its discount is known")],
        risks: vec![Note::new("flex-waits", "executors may wait for spare capacity")],
        charges: vec![Charge::per_run(
            "EMR Serverless Flex vCPU, arm64",
            CostGroup::Compute,
            &items::EMR_SERVERLESS_FLEX_VCPU_ARM,
            Quantity::new(decimal("87.6")),
            "25 workers × 4 vCPU × 3,154 s / 3600",
        )],
    })
}

fn single() -> Ranked {
    ranked(Row {
        rank: None,
        candidate: Candidate {
            id: "ec2-single/r5.4xlarge".to_owned(),
            engine: EngineId::Ec2Single,
            shape: Shape::Ec2Single(SingleShape {
                node: NodeGroup { instance_type: "r5.4xlarge".to_owned(), count: 1, ebs_gib: 500 },
            }),
        },
        shape_text: "1 × r5.4xlarge",
        minutes: (540.0, 561.0, 570.0),
        cost: Some(("9.072", "9.072", "9.43", "275.79")),
        in_time: 0.0,
        executors: 1,
        reasons: vec![Note::new("today", "9 h 00 min observed")],
        risks: Vec::new(),
        charges: vec![Charge::per_run(
            "EC2 On-Demand, 1 × r5.4xlarge",
            CostGroup::Compute,
            &OnDemandInstance("r5.4xlarge"),
            Quantity::new(decimal("9")),
            "1 node × 32,400 s / 3600",
        )],
    })
}

fn rejected() -> Vec<Rejected> {
    let out = |engine, code: &str, text: &str, relax: Option<&str>| Rejected {
        engine,
        code: code.to_owned(),
        text: text.to_owned(),
        relax: relax.map(str::to_owned),
    };
    vec![
        out(
            EngineId::Athena,
            "custom-jar-not-supported",
            "Athena runs SQL only; the job brings its own JAR",
            Some("constraints.custom_jar"),
        ),
        out(
            EngineId::BatchFargate,
            "not-container-batch",
            "a Spark shuffle of 400 GB does not fit independent containers",
            None,
        ),
        out(EngineId::ManagedFlink, "not-streaming", "nobody waits for single events", None),
    ]
}

fn break_even() -> Vec<BreakEven> {
    vec![
        BreakEven {
            axis: "input.volume".to_owned(),
            at: Some("212 GB".to_owned()),
            at_value: Some(212e9),
            below: "EMR Serverless".to_owned(),
            above: "EMR on EC2, transient".to_owned(),
            range: "40 GB to 40 TB".to_owned(),
        },
        BreakEven {
            axis: "cadence.runs_per_month".to_owned(),
            at: None,
            at_value: None,
            below: "EMR on EC2, transient".to_owned(),
            above: "EMR on EC2, transient".to_owned(),
            range: "1 to 3,000 runs a month".to_owned(),
        },
    ]
}

fn rules() -> Vec<RuleVerdict> {
    vec![
        RuleVerdict {
            code: "large-scheduled-emr-spot".to_owned(),
            rule: "large and scheduled: transient EMR on Spot".to_owned(),
            picks: EngineId::EmrEc2,
            agrees: true,
            text: "$139.06 a month against $273.31 for EMR Serverless".to_owned(),
            figures: BTreeMap::new(),
        },
        RuleVerdict {
            code: "routine-etl-glue".to_owned(),
            rule: "routine ETL below 5 TB: Glue".to_owned(),
            picks: EngineId::Glue,
            agrees: false,
            text: "Glue costs 9.3 times as much and is late in 17 of 100 runs".to_owned(),
            figures: BTreeMap::from([("glue".to_owned(), "$1,288.51".to_owned())]),
        },
    ]
}
