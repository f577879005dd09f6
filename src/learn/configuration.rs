//! Runs of one configuration together: the median of the repeats is what is learnt from.

use std::collections::BTreeMap;

use super::run::{Run, Value};

/// Repeated runs of one job on one shape.
#[derive(Clone, Debug, PartialEq)]
pub struct Configuration {
    /// A run of it, for everything but the time.
    pub like: Run,
    /// Median duration of the completed runs, seconds.
    pub median_s: f64,
    /// How many completed.
    pub repeats: usize,
    /// Variance of the median's ln that the repeats themselves show.
    pub scatter: f64,
    /// Rows of its runs.
    pub rows: Vec<usize>,
}

/// Sizes of one job that differ by less are the same data, written a few bytes longer.
pub const SAME_SIZE: f64 = 1.005;

/// A key under which runs repeat each other.
fn key(run: &Run, size: Option<u64>) -> String {
    let mut key = format!("{}\u{1f}{}\u{1f}", run.job_id(), run.data_size);
    for (name, value) in &run.parameters {
        match value {
            Value::Number(number) => key += &format!("{name}={number};"),
            Value::Text(text) => key += &format!("{name}={text};"),
        }
    }
    key += &format!("\u{1f}{}\u{1f}{}\u{1f}{:?}", run.machine.name, run.note, size);
    key
}

/// Canonical sizes, job by job: a chain of sizes without a gap of half a percent is one size.
fn sizes<'a>(runs: impl Iterator<Item = &'a Run>) -> BTreeMap<String, Vec<(f64, f64)>> {
    let mut of_job: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for run in runs {
        if let Some(size) = run.input_mb.filter(|size| *size > 0.0) {
            of_job.entry(run.job_id()).or_default().push(size);
        }
    }
    let mut canonical = BTreeMap::new();
    for (job, mut all) in of_job {
        all.sort_by(f64::total_cmp);
        let mut classes: Vec<(f64, f64)> = Vec::new();
        for size in all {
            match classes.last_mut() {
                Some(last) if size <= last.1 * SAME_SIZE => last.1 = size,
                _ => classes.push((size, size)),
            }
        }
        canonical.insert(job, classes);
    }
    canonical
}

/// The curve of each run: everything but the node count, as a key that is equal for equal set-ups.
pub fn curves(runs: &[&Run]) -> Vec<String> {
    let classes = sizes(runs.iter().copied());
    let class = |run: &Run| {
        let size = run.input_mb.filter(|size| *size > 0.0)?;
        let of_job = classes.get(&run.job_id())?;
        of_job.iter().position(|(low, high)| (*low..=*high).contains(&size)).map(|at| at as u64)
    };
    runs.iter().map(|run| key(run, class(run))).collect()
}

/// The completed runs by configuration, in the order in which each first appears.
#[must_use]
pub fn configurations(runs: &[Run]) -> Vec<Configuration> {
    let completed: Vec<&Run> = runs.iter().filter(|run| run.completed).collect();
    let mut order: Vec<String> = Vec::new();
    let mut groups: BTreeMap<String, Vec<&Run>> = BTreeMap::new();
    for (run, curve) in completed.iter().zip(curves(&completed)) {
        let key = format!("{curve}\u{1f}{}", run.nodes);
        let group = groups.entry(key.clone()).or_default();
        if group.is_empty() {
            order.push(key);
        }
        group.push(run);
    }
    let mut found = Vec::with_capacity(order.len());
    for key in order {
        let Some(group) = groups.get(&key) else { continue };
        let mut times: Vec<f64> = group.iter().map(|run| run.duration_s).collect();
        times.sort_by(f64::total_cmp);
        found.push(Configuration {
            like: (*group[0]).clone(),
            median_s: median(&times),
            repeats: times.len(),
            scatter: scatter(&times),
            rows: group.iter().map(|run| run.row).collect(),
        });
    }
    found
}

/// Fewer repeats than this tell nothing about their scatter.
const FEWEST_REPEATS: usize = 3;

/// Variance of a median's ln, from the repeats' own: π/2 · σ² / n (a median of normal values, large n). Repeats that
/// differ by a factor, as runs do that just fail to fit their memory, make a median that says little.
fn scatter(times: &[f64]) -> f64 {
    if times.len() < FEWEST_REPEATS {
        return 0.0;
    }
    let count = times.len() as f64;
    let mean = times.iter().map(|time| time.ln()).sum::<f64>() / count;
    let variance = times.iter().map(|time| (time.ln() - mean).powi(2)).sum::<f64>() / (count - 1.0);
    std::f64::consts::FRAC_PI_2 * variance / count
}

/// The median of sorted values; 0 of none.
pub fn median(sorted: &[f64]) -> f64 {
    quantile(sorted, 0.5)
}

/// A quantile of sorted values, linear between them; 0 of none.
pub fn quantile(sorted: &[f64], share: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return 0.0 };
    let position = share.clamp(0.0, 1.0) * last as f64;
    let below = position.floor() as usize;
    let above = (below + 1).min(last);
    sorted[below] + (sorted[above] - sorted[below]) * (position - below as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeats_that_differ_make_a_median_that_says_less() {
        // ln of the three: ln 100 and 0.3 to either side; σ² = (0.3² + 0.3²)/2 = 0.09; π/2 · 0.09 / 3 = 0.0471.
        let times = [100.0 * (-0.3_f64).exp(), 100.0, 100.0 * 0.3_f64.exp()];
        assert!((scatter(&times) - 0.047_124).abs() < 1e-6);
        assert!(scatter(&[100.0; 5]).abs() < 1e-12);
        // Two repeats may be equal by chance.
        assert!(scatter(&times[..2]).abs() < 1e-12);
    }
}
