//! The simulation against published and measured runs: `docs/accuracy/declared.md` holds the figures that this prints.
//!
//! Every row is calibrated at one point of a sweep and predicted at the others: levels differ two- to threefold
//! between published set-ups, ratios are what a model can be held to. Scale-out of the C3O and Dataproc runs is
//! tested when the data is there (`SHAPECAST_SHARED`, or `../shared` beside the repository).
#![expect(clippy::print_stdout, reason = "the printed figures are the page's source")]

mod simulate_support;

use std::collections::BTreeMap;
use std::path::PathBuf;

use shapecast::engines::{Arrival, Estimate, Provision};
use shapecast::simulate::{Calibration, Model, Settings};
use shapecast::units::{Bytes, GIGABYTE, MIB, Share, Span};
use shapecast::workload::{Archetype, Compression, Format, ObservedRun, Workload};
use simulate_support::{d, provision, workload};

/// One machine of a cluster.
#[derive(Clone, Copy)]
struct Node {
    vcpu: u32,
    memory_gib: f64,
    speed: f64,
    network: f64,
    disk: f64,
}

fn cluster(node: Node, count: u32) -> Provision {
    let mut cluster = provision(1);
    cluster.start_up_s = Estimate::exact(0.0);
    let group = &mut cluster.groups[0];
    let cores = node.vcpu.min(4);
    let per_node = node.vcpu / cores;
    let share = 1.0 / f64::from(per_node);
    group.arrivals = vec![Arrival { after: Span::ZERO, executors: count * per_node }];
    group.slots_per_executor = cores;
    group.executor_memory = Bytes::gib(1).scaled(node.memory_gib * 0.7 * share);
    group.machine.core_speed = Estimate::exact(node.speed);
    group.machine.network_bytes_per_s = node.network * share;
    group.machine.disk_bytes_per_s = node.disk * share;
    group.machine.disk = Bytes::ZERO;
    cluster
}

fn observed(seconds: f64) -> ObservedRun {
    ObservedRun { instance_type: String::new(), count: 1, duration: Span::seconds(seconds), volume: None }
}

/// Work time predicted at `there` when the run at `here` took `seconds`; `None` when no rate reproduces that.
fn predict(from: &Workload, here: &Provision, seconds: f64, to: &Workload, there: &Provision) -> Option<f64> {
    let run = observed(seconds);
    let calibration = Calibration::from_runs(from, &[(here.clone(), &run)]);
    let model = Model::with_calibration(to, calibration.clone());
    calibration.is_observed().then(|| model.simulate(there, "", &Settings::likely())[0].work.as_seconds())
}

#[derive(Debug, Default)]
struct Errors {
    values: Vec<f64>,
    fallbacks: u32,
}

impl Errors {
    fn add(&mut self, predicted: f64, measured: f64) {
        self.values.push((predicted / measured - 1.0).abs());
    }

    fn at(&mut self, share: f64) -> f64 {
        self.values.sort_by(f64::total_cmp);
        let place = (share * (self.values.len().max(1) - 1) as f64).round() as usize;
        self.values.get(place).copied().unwrap_or(f64::NAN)
    }
}

/// Published copy job of EMR 7.1 (docs/concepts/sources.md): 1,600 vCPU of m5d.2xlarge, 2.7 TiB, one prefix.
#[test]
fn output_file_size_sweep() {
    let node = Node { vcpu: 8, memory_gib: 32.0, speed: 1.0, network: 312e6, disk: 400e6 };
    let cluster = cluster(node, 200);
    let copy = |files: u64| {
        let mut copy = workload(Archetype::ScanFilter, Bytes::new(2_831_155 * MIB));
        copy.input.files = d(1_486);
        copy.output.volume = d(Bytes::new(2_831_155 * MIB));
        copy.output.files = d(files);
        copy
    };
    let likely = Model::new(&copy(21_568)).simulate(&cluster, "", &Settings::likely()).remove(0);
    println!(
        "21,568 files, published rates: {:.0} s (measured 285 s), {} GETs, {} PUTs (measured 49,871 and 98,153)",
        likely.work.as_seconds(),
        likely.s3_gets,
        likely.s3_puts
    );
    let mut errors = Errors::default();
    for (files, measured) in [(59_024, 325.0), (116_658, 366.0), (232_594, 558.0), (579_158, 1_287.0)] {
        let predicted = predict(&copy(21_568), &cluster, 285.0, &copy(files), &cluster).expect("calibrates");
        println!(
            "{files} files: predicted {predicted:.0} s, measured {measured} s, {:+.1} %",
            100.0 * (predicted / measured - 1.0)
        );
        errors.add(predicted, measured);
    }
    assert!(errors.at(1.0) < 0.08, "{:?}", errors.values);
}

/// TPC-DS 1 TB on 128 vCPU of Graviton3 (docs/concepts/sources.md), calibrated at 128 partitions.
#[test]
fn shuffle_partition_sweep() {
    let node = Node { vcpu: 16, memory_gib: 64.0, speed: 1.2, network: 625e6, disk: 250e6 };
    let cluster = cluster(node, 8);
    let suite = |partitions: u32| {
        // 14.7 TB read and 6.95 TB shuffled by 103 queries at 3 TB; a third of it at 1 TB.
        let mut suite = workload(Archetype::SqlAdHoc, Bytes::new(48 * GIGABYTE));
        suite.job.iterations = d(103);
        suite.job.shuffle = d(Bytes::new(2_317 * GIGABYTE));
        suite.output.volume = d(Bytes::ZERO);
        suite.output.files = d(0);
        suite.job.shuffle_partitions = Some(d(partitions));
        suite
    };
    let measured =
        [(10, 175.0), (16, 117.0), (30, 72.0), (64, 50.0), (256, 39.0), (512, 37.0), (1_024, 35.0), (2_000, 35.0)];
    let mut errors = Errors::default();
    for (partitions, minutes) in measured {
        let predicted =
            predict(&suite(128), &cluster, 48.0 * 60.0, &suite(partitions), &cluster).expect("calibrates") / 60.0;
        println!(
            "{partitions} partitions: predicted {predicted:.0} min, measured {minutes} min, {:+.0} %",
            100.0 * (predicted / minutes - 1.0)
        );
        errors.add(predicted, minutes);
    }
    println!("median error {:.0} %, largest {:.0} %", 100.0 * errors.at(0.5), 100.0 * errors.at(1.0));
    // The bound guards against regressions; it is no praise.
    assert!(errors.at(1.0) < 0.40, "{:?}", errors.values);
}

/// ClickBench on one node, 43 queries, cold (docs/concepts/sources.md), calibrated at 4 vCPU.
#[test]
fn one_node_size_sweep() {
    let node = |vcpu: u32| Node { vcpu, memory_gib: 2.0 * f64::from(vcpu), speed: 1.1, network: 250e6, disk: 250e6 };
    let mut suite = workload(Archetype::SqlAdHoc, Bytes::new(14_780_000_000));
    suite.input.files = d(1);
    // Few of the 105 columns are read; the data lies on the node's own volume.
    suite.input.read_share = d(Share::clamped(0.05));
    suite.job.iterations = d(43);
    suite.job.shuffle = d(Bytes::new(20 * GIGABYTE));
    suite.output.volume = d(Bytes::ZERO);
    suite.output.files = d(0);
    let mut errors = Errors::default();
    for (vcpu, measured) in [(2, 1_613.4), (8, 526.0), (16, 409.4), (192, 439.8)] {
        let predicted =
            predict(&suite, &cluster(node(4), 1), 864.8, &suite, &cluster(node(vcpu), 1)).expect("calibrates");
        println!(
            "{vcpu} vCPU: predicted {predicted:.0} s, measured {measured} s, {:+.0} %",
            100.0 * (predicted / measured - 1.0)
        );
        errors.add(predicted, measured);
    }
    println!("median error {:.0} %, largest {:.0} %", 100.0 * errors.at(0.5), 100.0 * errors.at(1.0));
    assert!(errors.at(1.0) < 0.25, "{:?}", errors.values);
}

fn shared(file: &str) -> Option<PathBuf> {
    let folder = std::env::var("SHAPECAST_SHARED").map_or_else(|_| PathBuf::from("../shared"), PathBuf::from);
    let path = folder.join("runtimes").join(file);
    path.exists().then_some(path)
}

/// TPC-DS 1 TB on 12xlarge nodes of three Graviton generations, query by query (three runs each). The speed of a core in
/// the catalog is a likely value with a range; the ratio of whole suites must lie in it.
#[test]
fn graviton_generations() {
    let Some(folder) = shared("graviton-tpcds-1tb") else { return };
    let suite_s = |family: &str| {
        let path = folder.join(format!("{family}.12xlarge-TPCDS-1T.csv"));
        let text = std::fs::read_to_string(path).expect("a table of queries");
        let query = |line: &str| {
            let mut runs: Vec<f64> = line.split(',').skip(1).filter_map(|run| run.trim().parse().ok()).collect();
            (!runs.is_empty()).then(|| median(&mut runs))
        };
        text.lines().filter_map(query).sum::<f64>()
    };
    let speed = |family: &str| {
        let catalog = shapecast::catalog::Catalog::embedded();
        catalog.core_speed(catalog.instance(&format!("{family}.12xlarge")).expect("in the catalog"))
    };
    let mut errors = Errors::default();
    for (from, to) in [("r6g", "r7g"), ("r7g", "r8g"), ("r6g", "r8g")] {
        let measured = suite_s(from) / suite_s(to);
        let (old, new) = (speed(from), speed(to));
        println!(
            "{from} to {to}: measured {measured:.3} times as fast, in the catalog {:.3} ({:.2} to {:.2})",
            new.likely / old.likely,
            new.low / old.likely,
            new.high / old.likely
        );
        errors.add(new.likely / old.likely, measured);
        assert!((new.low / old.high..=new.high / old.low).contains(&measured), "{from} to {to}");
    }
    println!("largest error {:.1} %", 100.0 * errors.at(1.0));
    assert!(errors.at(1.0) < 0.10, "{:?}", errors.values);
}

/// The TPC-DS suite behind Iceberg against plain Parquet: 4,665 s against 3,650 s (docs/concepts/sources.md), 1.28. The
/// model lets nothing but the processor time of scanning grow behind a table format, so that it comes out below that.
#[test]
fn table_format() {
    let node = Node { vcpu: 16, memory_gib: 128.0, speed: 1.0, network: 625e6, disk: 250e6 };
    let cluster = cluster(node, 8);
    let ratio = |archetype: Archetype, shuffled: u64| {
        let time = |format: Format| {
            let mut job = workload(archetype, Bytes::new(1_000 * GIGABYTE));
            job.input.format = d(format);
            job.job.iterations = d(1);
            job.job.shuffle = d(Bytes::new(shuffled * GIGABYTE));
            job.output.volume = d(Bytes::ZERO);
            job.output.files = d(0);
            Model::new(&job).simulate(&cluster, "", &Settings::likely())[0].work.as_seconds()
        };
        time(Format::Iceberg) / time(Format::Parquet)
    };
    let (scan, suite) = (ratio(Archetype::ScanFilter, 0), ratio(Archetype::SqlAdHoc, 470));
    println!("Iceberg over Parquet: a bare scan {scan:.2}, a suite with shuffles {suite:.2}; measured 1.28");
    // The page says by how much that is too little.
    assert!((1.05..1.32).contains(&scan) && suite > 1.0 && suite < scan, "{scan} {suite}");
}

type Row = BTreeMap<String, String>;

fn rows(file: &str) -> Option<Vec<Row>> {
    let mut reader = csv::Reader::from_path(shared(file)?).expect("a readable table");
    Some(reader.deserialize().map(|row| row.expect("a row")).collect())
}

fn number(row: &Row, column: &str) -> f64 {
    row[column].parse().unwrap_or(f64::NAN)
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn text_job(archetype: Archetype, bytes: f64) -> Workload {
    let mut job = workload(archetype, Bytes::new(1).scaled(bytes));
    job.input.format = d(Format::Text);
    job.input.compression = d(Compression::None);
    job.job.iterations = d(10);
    // A sort moves and writes everything, the others next to nothing.
    let moved = if matches!(archetype, Archetype::Sort) { bytes } else { 1e6 };
    job.job.shuffle = d(Bytes::new(1).scaled(moved));
    job.output.volume = d(Bytes::new(1).scaled(if matches!(archetype, Archetype::Sort) { bytes } else { 1e6 }));
    job.output.files = d(1);
    job
}

/// From submission to the first executor on YARN: part of the measured times, not of the simulated work. An assumption.
const APPLICATION_START_S: f64 = 20.0;

/// Predicts all points of a sweep over the number of nodes from the one at `from`, and by two plain rules.
fn scale_out(job: &Workload, node: Node, times: &BTreeMap<u32, f64>, from: u32, errors: &mut [Errors; 2]) {
    let Some(base) = times.get(&from) else { return };
    for (count, measured) in times.iter().filter(|(count, _)| **count != from) {
        let worked = base - APPLICATION_START_S;
        let predicted = predict(job, &cluster(node, from), worked, job, &cluster(node, *count))
            .map(|seconds| seconds + APPLICATION_START_S);
        let inverse = base * f64::from(from) / f64::from(*count);
        // No processor rate gives the measured time: the model has nothing to say, and 1/nodes stands in.
        errors[0].fallbacks += u32::from(predicted.is_none());
        errors[0].add(predicted.unwrap_or(inverse), *measured);
        errors[1].add(inverse, *measured);
    }
}

fn report(what: &str, ours: &mut Errors, inverse: &mut Errors) {
    let percent = |errors: &mut Errors, share| 100.0 * errors.at(share);
    let (points, fallbacks) = (ours.values.len(), ours.fallbacks);
    println!(
        "{what}: {points} points ({fallbacks} without a fit), median {:.1} %, p90 {:.1} %; 1/nodes: median {:.1} %, p90 {:.1} %",
        percent(ours, 0.5),
        percent(ours, 0.9),
        percent(inverse, 0.5),
        percent(inverse, 0.9)
    );
}

#[test]
fn c3o_scale_out() {
    let Some(rows) = rows("runs.csv") else { return };
    for (name, archetype) in
        [("grep", Archetype::ScanFilter), ("sort", Archetype::Sort), ("kmeans", Archetype::MlIteration)]
    {
        let mut sweeps: BTreeMap<(String, String, String), BTreeMap<u32, Vec<f64>>> = BTreeMap::new();
        for row in rows.iter().filter(|row| row["dataset"] == "c3o" && row["job"] == name && row["completed"] == "true")
        {
            let key = (row["parameters"].clone(), row["input_mb"].clone(), row["instance_type"].clone());
            let nodes = row["nodes"].parse().expect("a count");
            sweeps.entry(key).or_default().entry(nodes).or_default().push(number(row, "duration_s"));
        }
        for from in [2, 4, 8] {
            let mut errors = [Errors::default(), Errors::default()];
            for ((_, megabytes, instance), times) in &sweeps {
                let times: BTreeMap<u32, f64> =
                    times.iter().map(|(n, times)| (*n, median(&mut times.clone()))).collect();
                let bytes = megabytes.parse::<f64>().expect("a size") * 1e6;
                let node = match instance.as_str() {
                    "c4.2xlarge" => Node { vcpu: 8, memory_gib: 15.0, speed: 0.95, network: 125e6, disk: 125e6 },
                    "m4.2xlarge" => Node { vcpu: 8, memory_gib: 32.0, speed: 0.8, network: 125e6, disk: 125e6 },
                    _ => Node { vcpu: 8, memory_gib: 61.0, speed: 0.85, network: 312e6, disk: 212e6 },
                };
                scale_out(&text_job(archetype, bytes), node, &times, from, &mut errors);
            }
            let [ours, inverse] = &mut errors;
            report(&format!("c3o {name} from {from} nodes"), ours, inverse);
            // Better than 1/nodes where nothing is cached; k-means is not (see the page).
            assert!(name == "kmeans" || ours.at(0.5) < inverse.at(0.5), "{name} from {from}");
        }
    }
}

#[test]
fn dataproc_scale_out() {
    let Some(rows) = rows("dataproc_runs.csv") else { return };
    let archetypes = [
        ("grep", Archetype::ScanFilter),
        ("wordcount", Archetype::Aggregation),
        ("sort", Archetype::Sort),
        ("groupbycount", Archetype::Aggregation),
        ("selectwhereorderby", Archetype::Sort),
        ("join", Archetype::JoinHeavy),
        ("kmeans", Archetype::MlIteration),
        ("linearregression", Archetype::MlIteration),
        ("logisticregression", Archetype::MlIteration),
    ];
    for (name, archetype) in archetypes {
        let mut sweeps: BTreeMap<(String, String, String), BTreeMap<u32, f64>> = BTreeMap::new();
        for row in rows.iter().filter(|row| row["algorithm"] == name) {
            let key = (
                row["dataset_size_bytes"].clone(),
                row["cpu_cores_per_node"].clone(),
                row["memory_gb_per_node"].clone(),
            );
            sweeps.entry(key).or_default().insert(row["scaleout"].parse().expect("a count"), number(row, "runtime"));
        }
        let mut errors = [Errors::default(), Errors::default()];
        for ((bytes, cores, memory), times) in &sweeps {
            let vcpu: u32 = cores.parse().expect("a count");
            let node = Node {
                vcpu,
                memory_gib: memory.parse().expect("a size"),
                speed: 1.0,
                network: 1.25e9 * f64::from(vcpu) / 4.0,
                disk: 200e6,
            };
            let from = times.keys().next().copied().unwrap_or(0);
            scale_out(&text_job(archetype, bytes.parse().expect("a size")), node, times, from, &mut errors);
        }
        let [ours, inverse] = &mut errors;
        report(&format!("dataproc {name}"), ours, inverse);
        let is_plain = matches!(archetype, Archetype::ScanFilter | Archetype::Aggregation);
        assert!(!is_plain || ours.at(0.5) < inverse.at(0.5), "{name}");
    }
}
