//! What was learnt from measured clusters, against the targets: errors, coverage. Needs the shared run tables.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "the printed figures are the page's source")]

use std::collections::BTreeMap;
use std::path::PathBuf;

use shapecast::learn::{ErrorSummary, Judged, Model, Run, configurations};
use shapecast::profile::runs;

fn table() -> Option<PathBuf> {
    let shared = std::env::var_os("SHAPECAST_SHARED").map_or_else(|| PathBuf::from("../shared"), PathBuf::from);
    let path = shared.join("runtimes/runs.csv");
    if path.is_file() {
        return Some(path);
    }
    eprintln!("skipped: no {}", path.display());
    None
}

fn family(run: &Run) -> String {
    if run.pool != "scout" {
        return run.pool.clone();
    }
    format!("scout-{}", if run.framework.starts_with("spark") { "spark" } else { "hadoop" })
}

/// Known and asked configurations: curves of five counts or more; the
/// smallest, middle and largest are known, or the three smallest.
fn split(runs: &[Run], known: fn(usize) -> [usize; 3]) -> (Vec<Run>, Vec<Run>) {
    let mut curves: BTreeMap<String, BTreeMap<u64, Vec<Run>>> = BTreeMap::new();
    for run in runs.iter().filter(|run| run.completed) {
        let size = if run.pool == "scout" { None } else { run.input_mb };
        let key = format!(
            "{:?}",
            (&run.pool, &run.job, &run.framework, &run.data_size, &run.parameters, &run.machine.name, &run.note, size)
        );
        curves.entry(key).or_default().entry(run.nodes as u64).or_default().push(run.clone());
    }
    let (mut history, mut actual) = (Vec::new(), Vec::new());
    for curve in curves.values().filter(|curve| curve.len() >= 5) {
        let train = known(curve.len());
        for (at, runs) in curve.values().enumerate() {
            if train.contains(&at) { history.extend(runs.clone()) } else { actual.extend(runs.clone()) }
        }
    }
    (history, actual)
}

#[test]
fn other_counts_from_three() {
    let Some(path) = table() else { return };
    if cfg!(debug_assertions) {
        eprintln!("skipped: takes minutes without optimisation; run with --release");
        return;
    }
    let read = runs::read(&path).expect("reads");
    assert!(read.bad.is_empty(), "{:?}", read.bad);
    for (name, known) in
        [("interpolate", (|n| [0, n / 2, n - 1]) as fn(usize) -> [usize; 3]), ("extrapolate", |_| [0, 1, 2])]
    {
        let (history, actual) = split(&read.runs, known);
        let started = std::time::Instant::now();
        let model = Model::learn(&history);
        let asked: Vec<Run> =
            configurations(&actual).into_iter().map(|one| Run { duration_s: one.median_s, ..one.like }).collect();
        let predictions = model.predict(&asked);
        println!("{name}: {} known, {} asked, {:.1} s", history.len(), asked.len(), started.elapsed().as_secs_f64());
        let mut groups: BTreeMap<String, Vec<Judged>> = BTreeMap::new();
        for (run, prediction) in asked.iter().zip(&predictions) {
            let judged =
                Judged { p10: prediction.p10_s, p50: prediction.p50_s, p90: prediction.p90_s, actual: run.duration_s };
            groups.entry(family(run)).or_default().push(judged);
            groups
                .entry(format!("{} {} {}", family(run), run.job, prediction.explanation.as_str()))
                .or_default()
                .push(judged);
        }
        for (group, judged) in &groups {
            let summary = ErrorSummary::of(judged).expect("some");
            // What was measured, with a margin for another machine's rounding; docs/accuracy/learning.md has the figures.
            let limits: BTreeMap<(&str, &str), (f64, f64)> = [
                (("interpolate", "c3o"), (0.045, 0.14)),
                (("interpolate", "scout-spark"), (0.045, 0.20)),
                (("interpolate", "ds2"), (0.068, 0.19)),
                (("interpolate", "cherrypick"), (0.045, 0.20)),
                (("extrapolate", "c3o"), (0.065, 0.18)),
                (("extrapolate", "scout-spark"), (0.09, 0.40)),
                (("extrapolate", "ds2"), (0.073, 0.25)),
                (("extrapolate", "cherrypick"), (0.07, 0.30)),
            ]
            .into();
            if let Some((median, p90)) = limits.get(&(name, group.as_str())) {
                assert!(summary.median <= *median && summary.p90 <= *p90, "{name} {group}: {summary:?}");
            }
            println!(
                "  {group:32} {:4} points, median {:5.1} %, p90 {:5.1} %, covered {:3.0} %, ratio {:.3}",
                summary.points,
                100.0 * summary.median,
                100.0 * summary.p90,
                100.0 * summary.coverage80,
                summary.ratio
            );
        }
    }
}
