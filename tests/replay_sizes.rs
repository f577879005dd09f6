//! Logs of one job at several sizes tell how each of its stages grows with the data.

use shapecast::profile::eventlog::{Locality, Task, TaskResult};
use shapecast::simulate::replay::{
    Predictor, RecordedExecutor, RecordedJob, RecordedStage, RecordedTask, Recording, RunModel, SparkSettings, Target,
    WarmUp,
};

const MB: u64 = 1_000_000;

fn task(index: u32, seconds: f64, input_bytes: u64) -> RecordedTask {
    let ms = (seconds * 1e3).round() as u32;
    let task = Task {
        partition: index,
        executor: 0,
        launched_ms: i64::from(index),
        duration_ms: ms,
        run_ms: ms,
        cpu_ms: ms,
        gc_ms: 0,
        deserialize_ms: 0,
        fetch_wait_ms: 0,
        shuffle_write_ms: 0,
        result_ms: 0,
        input_bytes,
        output_bytes: 0,
        shuffle_read_bytes: 0,
        shuffle_remote_bytes: 0,
        shuffle_write_bytes: 0,
        spill_bytes: 0,
        result: TaskResult::Success,
        locality: Locality::NoPreference,
        speculative: false,
    };
    // The third wave: nothing of it is warm-up.
    RecordedTask { task, duration_s: seconds, gap_s: 0.0, wave: 2, is_needed: true }
}

/// A scan of ten tasks for each unit of data, one second each, and a stage of two tasks of `fixed_s` that does not grow. On one executor of
/// one slot; the time is the sum.
fn run(size: u32, fixed_s: f64, started_ms: i64) -> RunModel {
    let stage = |id: u32, name: &str, parents: Vec<usize>, tasks: Vec<RecordedTask>| RecordedStage {
        id: (id, 0),
        name: name.to_owned(),
        parents,
        tasks,
        ..RecordedStage::default()
    };
    let scan = (0..10 * size).map(|index| task(index, 1.0, 100 * MB)).collect();
    let fixed = (0..2).map(|index| task(1000 + index, fixed_s, 0)).collect();
    let recording = Recording {
        span_s: f64::from(10 * size) + 2.0 * fixed_s,
        jobs: vec![RecordedJob::default()],
        stages: vec![stage(0, "scan", Vec::new(), scan), stage(1, "rank", vec![0], fixed)],
        executors: vec![RecordedExecutor {
            index: 0,
            slots: 1,
            profile: 0,
            from_s: 0.0,
            until_s: None,
            was_lost: false,
        }],
        ..Recording::default()
    };
    RunModel {
        warm_up: vec![WarmUp::default(); 2],
        settings: SparkSettings::default(),
        executors: 1,
        cores: 1,
        heap: None,
        volume_bytes: f64::from(size) * 1e9,
        started_ms,
        recording,
    }
}

fn grown(runs: Vec<RunModel>, growth: f64) -> (f64, Vec<(&'static str, String)>) {
    let target = Target { growth: Some(growth), ..Target::default() };
    let predictor = Predictor::of_runs(runs).expect("runs");
    (predictor.predict(&target).span_s, predictor.warnings(&target))
}

#[test]
fn one_size_grows_as_the_data_and_two_sizes_as_they_did() {
    // One log: 10 s of scan and 10 s that never grow. Four times the data, all of it taken to grow: 80 s; the truth is 40 + 10 s.
    let (alone_s, warnings) = grown(vec![run(1, 5.0, 0)], 4.0);
    assert!((alone_s - 80.0).abs() < 0.5, "{alone_s}");
    assert!(warnings.iter().any(|(code, _)| *code == "growth-unknown"));
    // Logs of one and two units; twice the newest one's data is four units. The ridge leaves a fraction of a percent.
    let (both_s, warnings) = grown(vec![run(1, 5.0, 0), run(2, 5.0, 1)], 2.0);
    assert!((both_s - 50.0).abs() < 0.5, "{both_s}");
    assert!(warnings.is_empty(), "{warnings:?}");
    // Without growth the job is asked about at the newest one's size, whatever the order of the logs: 20 + 10 s.
    let (now_s, _) = grown(vec![run(2, 5.0, 1), run(1, 5.0, 0)], 1.0);
    assert!((now_s - 30.0).abs() < 0.5, "{now_s}");
    let predictor = Predictor::of_runs(vec![run(2, 5.0, 1), run(1, 5.0, 0)]).expect("runs");
    assert_eq!((predictor.middle_index(), predictor.scales_and_sizes()), (0, (1, 2)));
}

#[test]
fn work_that_grows_faster_than_the_data_does_so_again() {
    // The second stage's work is the square of the size: 2 × 1, 2 × 4, and at four units 2 × 16 s, beside 40 s of scan.
    let (predicted_s, _) = grown(vec![run(1, 1.0, 0), run(2, 4.0, 1)], 2.0);
    assert!((predicted_s - 72.0).abs() < 1.5, "{predicted_s}");
}
