//! What-ifs by configuration against pairs of real runs that differ in one property (`tests/data/what-if/make.py`).
//!
//! Judged is the measured part of each run: from the first stage that is not a warm-up to the end. The machine that made the logs had
//! two cores shared with other work, so repeats of one run differ by some percent themselves.
#![expect(clippy::print_stderr, reason = "the test says what it compared")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use shapecast::profile::eventlog::{ReadOptions, read};
use shapecast::simulate::replay::{Predictor, Recording, RunModel, Target};

/// From what, to what, how.
type Case = (&'static str, &'static str, &'static [&'static str]);

/// By how much a prediction may be off, in per cent; measured are 13.5 at most.
const BOUND: f64 = 15.0;

/// What adaptive execution does: Spark 3.5.
const ADAPTIVE: &[Case] = &[
    ("skew-whole", "skew-split", &["spark.sql.adaptive.skewJoin.enabled=true"]),
    ("skew-split", "skew-whole", &["spark.sql.adaptive.skewJoin.enabled=false"]),
    ("coalesce-off", "coalesce-on", &["spark.sql.adaptive.coalescePartitions.enabled=true"]),
    ("coalesce-on", "coalesce-off", &["spark.sql.adaptive.coalescePartitions.enabled=false"]),
    ("coalesce-off", "coalesce-small", SMALL),
    ("adaptive-off", "coalesce-on", &["spark.sql.adaptive.enabled=true"]),
    ("coalesce-on", "adaptive-off", &["spark.sql.adaptive.enabled=false"]),
];

/// Numbers of shuffle partitions: Spark 3.5 and 4.1.
const PARTITIONS: &[Case] = &[
    ("adaptive-off", "partitions-16", &["spark.sql.shuffle.partitions=16"]),
    ("adaptive-off", "partitions-6", &["spark.sql.shuffle.partitions=6"]),
    ("partitions-16", "partitions-6", &["spark.sql.shuffle.partitions=6"]),
    ("partitions-16", "adaptive-off", &["spark.sql.shuffle.partitions=48"]),
    ("partitions-6", "partitions-16", &["spark.sql.shuffle.partitions=16"]),
];

/// How executors come and go, and copies: Spark 3.5.
const EXECUTORS: &[Case] = &[
    ("straggler", "straggler-speculation", &["spark.speculation=true"]),
    ("wide-4", "wide-2", &["2"]),
    ("wide-2", "wide-4", &["4"]),
    ("wide-4", "wide-dynamic", DYNAMIC),
    ("wide-2", "wide-dynamic", DYNAMIC),
    ("wide-dynamic", "wide-4", &["4", "spark.dynamicAllocation.enabled=false"]),
    ("wide-dynamic", "wide-2", &["2", "spark.dynamicAllocation.enabled=false"]),
    ("wide-dynamic", "wide-dynamic", &[]),
    ("wide-decommission", "wide-4", &["4"]),
];

const SMALL: &[&str] = &[
    "spark.sql.adaptive.coalescePartitions.enabled=true",
    "spark.sql.adaptive.advisoryPartitionSizeInBytes=60k",
    "spark.sql.adaptive.coalescePartitions.parallelismFirst=false",
    "spark.sql.adaptive.coalescePartitions.minPartitionSize=1k",
];

const DYNAMIC: &[&str] = &[
    "spark.dynamicAllocation.enabled=true",
    "spark.dynamicAllocation.shuffleTracking.enabled=true",
    "spark.dynamicAllocation.minExecutors=1",
    "spark.dynamicAllocation.maxExecutors=4",
    "spark.dynamicAllocation.executorIdleTimeout=3s",
];

fn log(version: &str, name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/data/what-if/{version}-{name}.zstd"))
}

fn run(version: &str, name: &str) -> RunModel {
    let logs = read(&log(version, name), &ReadOptions::default(), &|_| {}).expect("a log");
    RunModel::of(&logs[0]).expect("tasks")
}

/// Stages that are no warm-up, and those that only the warm-up's later jobs need.
fn measured(recording: &Recording) -> Vec<usize> {
    let is_warm_up = |job: usize| {
        recording.stages.iter().any(|stage| stage.job == job && stage.name.starts_with("count at"))
            || recording.jobs.iter().enumerate().any(|(later, _)| {
                later > job
                    && recording.stages.iter().any(|stage| stage.job == later && stage.name.starts_with("count at"))
            })
    };
    (0..recording.stages.len()).filter(|stage| !is_warm_up(recording.stages[*stage].job)).collect()
}

fn observed_s(run: &RunModel) -> f64 {
    let from_s = measured(&run.recording)
        .into_iter()
        .map(|stage| run.recording.stages[stage].submitted_s)
        .fold(f64::INFINITY, f64::min);
    run.recording.span_s - from_s
}

fn predicted_s(run: &RunModel, asked: &[&str]) -> f64 {
    let mut target = Target::default();
    let mut conf = BTreeMap::new();
    for one in asked {
        match one.split_once('=') {
            Some((key, value)) => {
                conf.insert(key.to_owned(), value.to_owned());
            }
            None => target.executors = Some(one.parse().expect("executors")),
        }
    }
    target.conf = conf;
    let predictor = Predictor::of_runs(vec![run.clone()]).expect("a run");
    let schedule = predictor.predict(&target).schedule;
    let from_s =
        measured(&run.recording).into_iter().map(|stage| schedule.stages[stage].0).fold(f64::INFINITY, f64::min);
    schedule.end_s - from_s
}

#[test]
fn changes_of_one_property_are_predicted() {
    let mut wrong = Vec::new();
    let cases = ADAPTIVE.iter().chain(PARTITIONS).chain(EXECUTORS).map(|case| ("3.5", case));
    for (version, (from, to, asked)) in cases.chain(PARTITIONS.iter().map(|case| ("4.1", case))) {
        let (before, after) = (run(version, from), run(version, to));
        let (predicted_s, actual_s) = (predicted_s(&before, asked), observed_s(&after));
        let error = 100.0 * (predicted_s / actual_s - 1.0);
        eprintln!(
            "{version} {from:>18} -> {to:<22} {:6.1} s before, {predicted_s:6.1} s predicted, {actual_s:6.1} s measured: {error:+.1} %",
            observed_s(&before)
        );
        if error.abs() > BOUND {
            wrong.push(format!("{version} {from} -> {to}: {error:+.1} %"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
