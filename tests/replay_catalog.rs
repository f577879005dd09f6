//! Replays of the observed shape over a catalogue of real logs.
#![expect(clippy::print_stderr, reason = "the test says what it compared, or that it compared nothing")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use shapecast::profile::eventlog::{ReadOptions, read};
use shapecast::simulate::replay::SelfCheck;

type Row = BTreeMap<String, String>;

fn folder() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let shared = std::env::var_os("SHAPECAST_SHARED").map_or(beside, PathBuf::from);
    Some(shared.join("eventlogs")).filter(|folder| folder.join("CATALOG.csv").is_file())
}

fn catalogue(folder: &Path) -> Vec<Row> {
    let mut reader = csv::Reader::from_path(folder.join("CATALOG.csv")).expect("the catalogue opens");
    reader.deserialize().map(|row| row.expect("a row")).collect()
}

#[derive(Debug)]
struct Replayed {
    path: String,
    wall: f64,
    span: f64,
    error: f64,
    span_error: f64,
    dynamic: bool,
    edited: bool,
    replayed: f64,
}

fn replay(folder: &Path, row: &Row) -> Option<Replayed> {
    let logs = read(&folder.join(&row["path"]), &ReadOptions::default(), &|_| {}).ok()?;
    let [log] = logs.as_slice() else { return None };
    if !log.app.complete || log.flags.iter().any(|flag| flag.is_not_comparable()) {
        return None;
    }
    let check = SelfCheck::of(log)?;
    Some(Replayed {
        edited: !row["edited_variant"].is_empty(),
        replayed: check.replayed_s,
        path: row["path"].clone(),
        wall: check.wall_s,
        span: check.observed_s,
        error: check.error(),
        span_error: check.span_error(),
        dynamic: ["true", "yes"].contains(&row["dyn_alloc"].as_str())
            || log.conf.flag("spark.dynamicAllocation.enabled") == Some(true),
    })
}

fn at(errors: &[f64], share: f64) -> f64 {
    if errors.is_empty() {
        return f64::NAN;
    }
    let mut errors = errors.to_vec();
    errors.sort_by(f64::total_cmp);
    errors[((errors.len() - 1) as f64 * share).round() as usize]
}

#[test]
fn replays_of_the_observed_shape_take_the_observed_time() {
    let Some(folder) = folder() else {
        eprintln!("SKIPPED: no catalogue of event logs beside the project (set SHAPECAST_SHARED)");
        return;
    };
    let mut all: Vec<Replayed> = catalogue(&folder).par_iter().filter_map(|row| replay(&folder, row)).collect();
    all.sort_by(|a, b| b.error.total_cmp(&a.error));
    for one in all.iter().take(30) {
        eprintln!(
            "{:8.1} {:6.1} % ({:6.1} % of span) wall {:8.1} span {:8.1} {} {}",
            one.replayed,
            100.0 * one.error,
            100.0 * one.span_error,
            one.wall,
            one.span,
            one.dynamic,
            one.path
        );
    }
    let figures =
        |keep: &dyn Fn(&&Replayed) -> bool| -> Vec<f64> { all.iter().filter(keep).map(|one| one.error).collect() };
    for (name, errors) in
        [("unedited", figures(&|one| !one.edited)), ("with dynamic allocation (edited)", figures(&|one| one.dynamic))]
    {
        eprintln!(
            "{name}: {} logs, error median {:.2} %, p90 {:.2} %, worst {:.1} %",
            errors.len(),
            100.0 * at(&errors, 0.5),
            100.0 * at(&errors, 0.9),
            100.0 * at(&errors, 1.0)
        );
    }
    // Demanded: 3 % and 10 %. Measured: 0.0 % and 0.4 %.
    let unedited = figures(&|one| !one.edited);
    assert!(at(&unedited, 0.5) <= 0.005, "median {}", at(&unedited, 0.5));
    assert!(at(&unedited, 0.9) <= 0.03, "p90 {}", at(&unedited, 0.9));
    assert!(at(&figures(&|one| one.dynamic), 1.0) <= 0.03, "dynamic allocation");
    assert!(at(&unedited, 0.997) <= 0.06, "all but one: {}", at(&unedited, 0.997));
}

#[test]
fn controlled_runs_and_losses_replay() {
    let Some(folder) = folder() else {
        eprintln!("SKIPPED: no event logs beside the project (set SHAPECAST_SHARED)");
        return;
    };
    let lab = std::fs::read_dir(folder.join("sparklab")).expect("the lab").map(|entry| entry.expect("an entry").path());
    let (mut errors, mut losses) = (Vec::new(), Vec::new());
    for path in lab.filter(|path| path.extension().is_some_and(|extension| extension == "zstd")) {
        let logs = read(&path, &ReadOptions::default(), &|_| {}).expect("a log");
        let error = SelfCheck::of(&logs[0]).expect("tasks").span_error();
        let is_loss = path.to_string_lossy().contains("loss-kill");
        if is_loss { losses.push(error) } else { errors.push(error) }
    }
    eprintln!("{} controlled runs: worst {:.2} %", errors.len(), 100.0 * at(&errors, 1.0));
    eprintln!("{} runs with a killed executor: worst {:.2} %", losses.len(), 100.0 * at(&losses, 1.0));
    assert!(at(&errors, 1.0) <= 0.02 && at(&losses, 1.0) <= 0.10, "{errors:?} {losses:?}");
}
