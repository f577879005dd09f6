//! How often the 80 % intervals hold what really happened: repeated runs of the same job. `docs/accuracy/intervals.md` holds
//! the figures that this prints; the data is not part of the project (`SHAPECAST_SHARED`, or `../shared` beside it).
#![expect(clippy::print_stdout, reason = "the printed figures are the page's source")]

mod simulate_support;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use shapecast::engines::{Arrival, Estimate, Provision};
use shapecast::profile::eventlog::{ReadOptions, read};
use shapecast::simulate::replay::{Predictor, RunModel, Target};
use shapecast::simulate::{Calibration, Model, Settings};
use shapecast::units::{Bytes, Span};
use shapecast::workload::{Archetype, Compression, Format, ObservedRun, Workload};
use simulate_support::{d, provision, workload};

/// Standard normal score of the 90th percentile.
const Z90: f64 = 1.281_551_565_5;

fn shared(path: &str) -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let folder = std::env::var_os("SHAPECAST_SHARED").map_or(beside, PathBuf::from).join(path);
    if !folder.exists() {
        println!("SKIPPED: no {path} beside the project (set SHAPECAST_SHARED)");
        return None;
    }
    Some(folder)
}

/// How many of the truths lay within their interval.
#[derive(Clone, Copy, Debug, Default)]
struct Coverage {
    inside: usize,
    below: usize,
    all: usize,
}

impl Coverage {
    fn add(&mut self, (low, high): (f64, f64), truth: f64) {
        self.all += 1;
        self.below += usize::from(truth < low);
        self.inside += usize::from((low..=high).contains(&truth));
    }

    fn plus(self, other: Self) -> Self {
        Self { inside: self.inside + other.inside, below: self.below + other.below, all: self.all + other.all }
    }

    fn share(self) -> f64 {
        self.inside as f64 / self.all.max(1) as f64
    }

    fn print(self, what: &str) {
        let percent = |count: usize| 100.0 * count as f64 / self.all.max(1) as f64;
        println!(
            "{what}: {} runs, {:.1} % within the 80 % interval, {:.1} % below, {:.1} % above",
            self.all,
            percent(self.inside),
            percent(self.below),
            percent(self.all - self.inside - self.below)
        );
    }
}

// Repeats on clusters: C3O.

struct Node {
    memory_gib: f64,
    speed: f64,
    network: f64,
    disk: f64,
}

fn node(instance_type: &str) -> Node {
    match instance_type {
        "c4.2xlarge" => Node { memory_gib: 15.0, speed: 0.95, network: 125e6, disk: 125e6 },
        "m4.2xlarge" => Node { memory_gib: 32.0, speed: 0.8, network: 125e6, disk: 125e6 },
        _ => Node { memory_gib: 61.0, speed: 0.85, network: 312e6, disk: 212e6 },
    }
}

/// Nodes of 8 vCPU, two executors each.
fn cluster(node: &Node, count: u32) -> Provision {
    let mut cluster = provision(1);
    cluster.start_up_s = Estimate::exact(0.0);
    let group = &mut cluster.groups[0];
    group.arrivals = vec![Arrival { after: Span::ZERO, executors: count * 2 }];
    group.slots_per_executor = 4;
    group.executor_memory = Bytes::gib(1).scaled(node.memory_gib * 0.35);
    group.machine.core_speed = Estimate::exact(node.speed);
    group.machine.network_bytes_per_s = node.network * 0.5;
    group.machine.disk_bytes_per_s = node.disk * 0.5;
    group.machine.disk = Bytes::ZERO;
    cluster
}

fn text_job(archetype: Archetype, bytes: f64) -> Workload {
    let mut job = workload(archetype, Bytes::new(1).scaled(bytes));
    job.input.format = d(Format::Text);
    job.input.compression = d(Compression::None);
    job.job.iterations = d(10);
    let moved = if matches!(archetype, Archetype::Sort) { bytes } else { 1e6 };
    job.job.shuffle = d(Bytes::new(1).scaled(moved));
    job.output.volume = d(Bytes::new(1).scaled(moved));
    job.output.files = d(1);
    job
}

/// From submission to the first executor on YARN: in the measured times, not in the simulated work. An assumption.
const APPLICATION_START_S: f64 = 20.0;

/// The 80 % interval of a job on `there` when a run on `here` took `seconds`; `None` when no rate reproduces that.
fn interval(job: &Workload, here: &Provision, seconds: f64, there: &Provision, id: &str) -> Option<(f64, f64)> {
    let run = ObservedRun {
        instance_type: String::new(),
        count: 1,
        duration: Span::seconds(seconds - APPLICATION_START_S),
        volume: None,
    };
    let calibration = Calibration::from_runs(job, &[(here.clone(), &run)]);
    if !calibration.is_observed() {
        return None;
    }
    let model = Model::with_calibration(job, calibration);
    let runs = model.simulate(there, id, &Settings::drawn(1, REPLICATIONS));
    let mut times: Vec<f64> = runs.iter().map(|run| run.work.as_seconds() + APPLICATION_START_S).collect();
    times.sort_by(f64::total_cmp);
    let at = |tenths: usize| times[(REPLICATIONS as usize * tenths / 10).max(1) - 1];
    Some((at(1), at(9)))
}

/// Replications of each interval.
const REPLICATIONS: u32 = 150;
/// Every so many groups are looked at, so that a build without optimisation is done in a minute.
const EVERY: usize = 5;

type Groups = BTreeMap<(String, String, String), BTreeMap<u32, Vec<f64>>>;

fn c3o(job: &str) -> Option<Groups> {
    let mut reader = csv::Reader::from_path(shared("runtimes/runs.csv")?).expect("a readable table");
    let mut groups = Groups::new();
    for row in reader.deserialize::<BTreeMap<String, String>>().map(|row| row.expect("a row")) {
        if row["dataset"] == "c3o" && row["job"] == job && row["completed"] == "true" {
            let key = (row["parameters"].clone(), row["input_mb"].clone(), row["instance_type"].clone());
            let nodes = row["nodes"].parse().expect("a count");
            let seconds = row["duration_s"].parse().expect("a time");
            groups.entry(key).or_default().entry(nodes).or_default().push(seconds);
        }
    }
    Some(groups)
}

const JOBS: [(&str, Archetype); 3] =
    [("grep", Archetype::ScanFilter), ("sort", Archetype::Sort), ("kmeans", Archetype::MlIteration)];

/// One run calibrates, the others of the same job on the same cluster must lie in its interval.
#[test]
fn repeats_on_the_same_cluster_lie_within_the_interval() {
    let mut pooled = Coverage::default();
    for (name, archetype) in JOBS {
        let Some(groups) = c3o(name) else { return };
        let cases: Vec<_> = groups
            .iter()
            .flat_map(|(key, nodes)| nodes.iter().map(move |(n, times)| (key, *n, times)))
            .step_by(EVERY)
            .collect();
        let coverage = cases
            .par_iter()
            .map(|((_, megabytes, instance), nodes, times)| {
                let job = text_job(archetype, megabytes.parse::<f64>().expect("a size") * 1e6);
                let cluster = cluster(&node(instance), *nodes);
                let mut coverage = Coverage::default();
                for (index, source) in times.iter().enumerate() {
                    let id = format!("test/{index}");
                    let Some(interval) = interval(&job, &cluster, *source, &cluster, &id) else { continue };
                    let others = times.iter().enumerate().filter(|(other, _)| *other != index);
                    others.for_each(|(_, truth)| coverage.add(interval, *truth));
                }
                coverage
            })
            .reduce(Coverage::default, Coverage::plus);
        coverage.print(&format!("C3O {name}, same cluster"));
        pooled = pooled.plus(coverage);
    }
    pooled.print("C3O, same cluster");
    assert!((0.70..=0.90).contains(&pooled.share()), "{pooled:?}");
}

/// The first run on one number of nodes calibrates, all runs on other numbers must lie in its interval.
#[test]
fn runs_on_other_clusters_lie_within_the_interval() {
    let mut pooled = Coverage::default();
    for (name, archetype) in JOBS {
        let Some(groups) = c3o(name) else { return };
        let cases: Vec<_> = groups.iter().step_by(EVERY).collect();
        let coverage = cases
            .par_iter()
            .map(|((_, megabytes, instance), nodes)| {
                let job = text_job(archetype, megabytes.parse::<f64>().expect("a size") * 1e6);
                let mut coverage = Coverage::default();
                for (from, sources) in *nodes {
                    for (to, truths) in nodes.iter().filter(|(to, _)| *to != from) {
                        let here = cluster(&node(instance), *from);
                        let there = cluster(&node(instance), *to);
                        let Some(interval) = interval(&job, &here, sources[0], &there, "test/other") else { continue };
                        truths.iter().for_each(|truth| coverage.add(interval, *truth));
                    }
                }
                coverage
            })
            .reduce(Coverage::default, Coverage::plus);
        coverage.print(&format!("C3O {name}, other clusters"));
        pooled = pooled.plus(coverage);
    }
    pooled.print("C3O, other clusters");
    assert!((0.70..=0.90).contains(&pooled.share()), "{pooled:?}");
}

// Repeats with event logs: TPC-DS on a real cluster, controlled runs.

/// Runs of one job with their time, by executors and cores.
fn logs(wanted: impl Fn(&str) -> bool + Sync) -> Option<BTreeMap<(u32, u32), Vec<RunModel>>> {
    let folder = shared("eventlogs")?;
    let mut reader = csv::Reader::from_path(folder.join("CATALOG.csv")).expect("the catalogue opens");
    let rows = reader.deserialize::<BTreeMap<String, String>>().map(|row| row.expect("a row"));
    let mut paths: Vec<PathBuf> = rows.map(|row| folder.join(&row["path"])).collect();
    let lab = std::fs::read_dir(folder.join("sparklab")).expect("the lab").map(|entry| entry.expect("an entry").path());
    paths.extend(lab.filter(|path| path.extension().is_some_and(|extension| extension == "zstd")));
    paths.sort();
    paths.dedup();
    paths.retain(|path| wanted(&path.to_string_lossy()));
    let models: Vec<RunModel> = paths
        .par_iter()
        .filter_map(|path| RunModel::of(read(path, &ReadOptions::default(), &|_| {}).ok()?.first()?))
        .collect();
    let mut scales: BTreeMap<(u32, u32), Vec<RunModel>> = BTreeMap::new();
    for model in models {
        scales.entry((model.executors, model.cores)).or_default().push(model);
    }
    Some(scales)
}

/// Intervals of every run, for the scale that it ran on or for the others, against the runs there.
fn of_logs(scales: &BTreeMap<(u32, u32), Vec<RunModel>>, same: bool) -> Coverage {
    let mut coverage = Coverage::default();
    for (from, sources) in scales {
        for (to, truths) in scales.iter().filter(|(to, _)| (*to == from) == same) {
            let target = Target { executors: Some(to.0), cores: Some(to.1), ..Target::default() };
            let intervals: Vec<(f64, f64)> = sources
                .par_iter()
                .map(|source| {
                    let predictor = Predictor::of_runs(vec![source.clone()]).expect("a run");
                    let prediction = predictor.predict(&target);
                    let around_s = prediction.lead_s + prediction.tail_s;
                    let at = |score: f64| around_s + prediction.span_s * (score * prediction.sigma).exp();
                    (at(-Z90), at(Z90))
                })
                .collect();
            for (index, interval) in intervals.iter().enumerate() {
                let others = truths.iter().enumerate().filter(|(other, _)| !same || *other != index);
                others.for_each(|(_, truth)| coverage.add(*interval, truth.recording.wall_s()));
            }
        }
    }
    coverage
}

#[test]
fn repeats_with_event_logs_lie_within_the_interval() {
    let wanted = |name: &'static str| move |path: &str| path.contains(name) && !path.contains("11exec");
    let mut pooled = [Coverage::default(); 2];
    for name in ["/q52/", "/q26/", "/sparklab/etl-long", "/sparklab/dag-sql"] {
        let Some(scales) = logs(wanted(name)) else { return };
        for (which, same) in [true, false].into_iter().enumerate() {
            let coverage = of_logs(&scales, same);
            coverage.print(&format!("{name} {}", if same { "same executors" } else { "other executors" }));
            pooled[which] = pooled[which].plus(coverage);
        }
    }
    pooled[0].print("event logs, same executors");
    pooled[1].print("event logs, other executors");
    assert!((0.70..=0.90).contains(&pooled[0].share()), "{:?}", pooled[0]);
}
