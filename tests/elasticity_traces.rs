//! The growth of EMR Serverless against executor counts of measured runs, where they are (`SHAPECAST_SHARED`, or
//! `../shared` beside the repository).

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "figures for the page, and what was skipped")]

use std::path::PathBuf;

use shapecast::engines::elasticity::dynamic_allocation;

/// A run's name with its executors over time: seconds from the first record, and the count.
type Trace = (String, Vec<(f64, u32)>);

fn traces() -> Option<Vec<Trace>> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let folder = std::env::var_os("SHAPECAST_SHARED").map_or(beside, PathBuf::from).join("runtimes/serverless-scaling");
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).ok()?.map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    let read = |path: &PathBuf| {
        let mut reader = csv::Reader::from_path(path).expect("a table");
        let rows: Vec<(f64, u32)> = reader
            .deserialize()
            .map(|row| row.expect("a row"))
            .map(|(ms, count): (f64, u32)| (ms / 1000.0, count))
            .collect();
        let first_s = rows[0].0;
        let name = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default().to_owned();
        (name, rows.into_iter().map(|(at_s, count)| (at_s - first_s, count)).collect())
    };
    Some(files.iter().map(read).collect())
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

#[test]
fn executors_come_together_once_the_first_new_ones_do() {
    let Some(traces) = traces() else {
        eprintln!("SKIPPED: no scaling traces beside the project (set SHAPECAST_SHARED)");
        return;
    };
    let (mut first, mut new, mut measured, mut predicted) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    println!("{:<28} {:>7} {:>7} {:>9} {:>9}", "run", "first", "new", "all after", "predicted");
    for (name, counts) in &traces {
        let reaches = |wanted: u32| counts.iter().find(|(_, count)| *count >= wanted).map(|(at_s, _)| *at_s);
        let peak = counts.iter().map(|(_, count)| *count).max().expect("counts");
        let (Some(two_s), Some(three_s), Some(peak_s)) = (reaches(2), reaches(3), reaches(peak)) else {
            panic!("{name} never grows");
        };
        // Two executors stand from the start; the others are asked for by Spark: one, then twice as many each second.
        let growth = dynamic_allocation(1, peak - 2);
        let last_s = growth.last().expect("it grows").after.as_seconds();
        println!("{name:<28} {two_s:>6.0}s {:>6.0}s {:>8.0}s {last_s:>8.0}s", three_s - two_s, peak_s - three_s);
        first.push(two_s);
        new.push(three_s - two_s);
        measured.push(peak_s - three_s);
        predicted.push(last_s);
    }
    let (first, new) = (median(first), median(new));
    let (measured, predicted) = (median(measured), median(predicted));
    println!(
        "median: first two {first:.0} s, new ones {new:.0} s later, all {measured:.0} s after those, predicted {predicted:.0} s"
    );
    assert!((measured - predicted).abs() < 15.0, "{measured} {predicted}");
    // What the start-up of 60 s (20 to 180 s) says of workers that are not pre-initialised holds at its upper end only.
    assert!((140.0..200.0).contains(&new), "{new}");
}
