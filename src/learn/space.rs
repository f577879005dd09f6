//! Where a configuration lies: its job, its machine, its size, as coordinates that the covariance compares.

use std::collections::BTreeMap;

use super::configuration::Configuration;
use super::configuration::median;
use super::run::{Run, Value, family_of};

/// A configuration's coordinates.
#[derive(Clone, Debug)]
pub struct Point {
    /// Index of its job.
    pub job: usize,
    /// Index of its size and parameters.
    pub setting: usize,
    /// Index of its curve: all but the count.
    pub curve: usize,
    /// Index of its machine's family.
    pub family: usize,
    /// Count.
    pub nodes: f64,
    /// ln of the vCPUs of a node.
    pub ln_vcpu: f64,
    /// ln of the GiB of a node.
    pub ln_memory: f64,
    /// ln of the input's size in MB; 0 when unknown, which is then so for the whole job.
    pub ln_size: f64,
}

/// A count is never taken below this many working nodes.
const FEWEST_WORKING: f64 = 0.5;

impl Point {
    /// ln of the nodes that work.
    pub fn ln_working(&self, idle: f64) -> f64 {
        (self.nodes - idle).max(FEWEST_WORKING.min(self.nodes)).ln()
    }

    /// ln of the vCPUs that work.
    pub fn ln_cores(&self, idle: f64) -> f64 {
        self.ln_working(idle) + self.ln_vcpu
    }

    /// ln of the memory that works, over the size of the data.
    pub fn ln_memory_of_data(&self, idle: f64) -> f64 {
        self.ln_working(idle) + self.ln_memory - self.ln_size
    }
}

/// The names that have been seen, and the distances between settings.
#[derive(Clone, Debug, Default)]
pub struct Space {
    jobs: BTreeMap<String, usize>,
    /// Median ln(size) of each job's known runs; `None` when one of them has no size.
    usual_size: Vec<Option<f64>>,
    families: BTreeMap<String, usize>,
    curves: BTreeMap<String, usize>,
    settings: BTreeMap<String, usize>,
    /// A run of each setting, with its job and ln(size).
    examples: Vec<(usize, f64, Run)>,
    /// Smallest and largest known value of a job's parameter.
    ranges: BTreeMap<(usize, String), (f64, f64)>,
}

impl Space {
    /// The coordinates of all configurations, known ones first.
    pub fn of(known: &[Configuration], asked: &[Run]) -> (Self, Vec<Point>, Vec<Point>) {
        let mut space = Self::default();
        let known_runs: Vec<&Run> = known.iter().map(|configuration| &configuration.like).collect();
        let all: Vec<&Run> = known_runs.iter().copied().chain(asked).collect();
        let curves = super::configuration::curves(&all);
        for (at, run) in all.iter().enumerate() {
            let id = run.job_id();
            if !space.jobs.contains_key(&id) {
                space.usual_size.push(usual_size(&known_runs, &id));
                space.jobs.insert(id.clone(), space.jobs.len());
            }
            let job = space.jobs[&id];
            for (name, value) in run.parameters.iter().filter(|_| at < known.len()) {
                if let Value::Number(number) = value {
                    let range = space.ranges.entry((job, name.clone())).or_insert((*number, *number));
                    *range = (range.0.min(*number), range.1.max(*number));
                }
            }
        }
        let mut points: Vec<Point> = all.iter().zip(&curves).map(|(run, curve)| space.point(run, curve)).collect();
        let asked = points.split_off(known.len());
        (space, points, asked)
    }

    fn point(&mut self, run: &Run, curve: &str) -> Point {
        let job = self.jobs.get(&run.job_id()).copied().unwrap_or(usize::MAX);
        let ln_size = match self.usual_size.get(job).copied().flatten() {
            // An asked run without a size is taken to be of the job's usual size.
            Some(usual) => run.input_mb.filter(|size| *size > 0.0).map_or(usual, f64::ln),
            None => 0.0,
        };
        let setting_key = setting_key(run, job, ln_size);
        let fresh = self.settings.len();
        let setting = *self.settings.entry(setting_key).or_insert(fresh);
        if setting == fresh {
            self.examples.push((job, ln_size, run.clone()));
        }
        let fresh = self.families.len();
        let family = *self.families.entry(family_of(&run.machine.name).to_owned()).or_insert(fresh);
        let fresh = self.curves.len();
        let curve = *self.curves.entry(curve.to_owned()).or_insert(fresh);
        Point {
            job,
            setting,
            curve,
            family,
            nodes: run.nodes,
            ln_vcpu: run.machine.vcpu.max(0.1).ln(),
            ln_memory: run.machine.usable_gib.max(0.1).ln(),
            ln_size,
        }
    }

    /// Squared distances between all settings; those of different jobs are not compared.
    #[expect(clippy::needless_range_loop, reason = "rows and columns of matrices")]
    pub fn distances(&self) -> Vec<Vec<f64>> {
        let count = self.examples.len();
        let mut all = vec![vec![0.0; count]; count];
        for row in 0..count {
            for column in 0..row {
                let ((job, size, left), (other, other_size, right)) = (&self.examples[row], &self.examples[column]);
                let sizes = (size - other_size) * (size - other_size);
                let distance = if job == other { sizes + self.distance(*job, left, right) } else { f64::INFINITY };
                all[row][column] = distance;
                all[column][row] = distance;
            }
        }
        all
    }

    fn distance(&self, job: usize, left: &Run, right: &Run) -> f64 {
        let mut sum = 0.0;
        // A word that differs counts as a factor of e in size; a note on the set-up as half of that.
        if left.data_size != right.data_size {
            sum += 1.0;
        }
        if left.note != right.note {
            sum += 0.25;
        }
        let names =
            left.parameters.keys().chain(right.parameters.keys().filter(|name| !left.parameters.contains_key(*name)));
        for name in names {
            sum += match (left.parameters.get(name), right.parameters.get(name)) {
                (Some(Value::Number(a)), Some(Value::Number(b))) if a == b => 0.0,
                (Some(Value::Number(a)), Some(Value::Number(b))) => {
                    let (low, high) = self.ranges.get(&(job, name.clone())).copied().unwrap_or((*a, *b));
                    if low.min(*a).min(*b) > 0.0 {
                        (a.ln() - b.ln()).powi(2)
                    } else {
                        ((a - b) / (high - low).max(f64::MIN_POSITIVE)).powi(2).min(100.0)
                    }
                }
                (a, b) if a == b => 0.0,
                _ => 1.0,
            };
        }
        sum
    }
}

/// The median ln(size) of a job's known runs, when all of them have one.
fn usual_size(known: &[&Run], job: &str) -> Option<f64> {
    let of_job = known.iter().filter(|run| run.job_id() == job);
    let mut sizes =
        of_job.map(|run| run.input_mb.filter(|size| *size > 0.0).map(f64::ln)).collect::<Option<Vec<f64>>>()?;
    sizes.sort_by(f64::total_cmp);
    (!sizes.is_empty()).then(|| median(&sizes))
}

fn setting_key(run: &Run, job: usize, ln_size: f64) -> String {
    // Two digits of a percent keep bytes of difference apart from data of another size.
    let size = (ln_size * 200.0).round();
    let mut key = format!("{job}\u{1f}{}\u{1f}{}\u{1f}{size}", run.data_size, run.note);
    for (name, value) in &run.parameters {
        key += &format!("\u{1f}{name}={value:?}");
    }
    key
}

/// The middle of the known points' ln(cores), from which slopes are counted.
pub fn centre(points: &[Point], idle: f64) -> f64 {
    let mut all: Vec<f64> = points.iter().map(|point| point.ln_cores(idle)).collect();
    all.sort_by(f64::total_cmp);
    median(&all)
}
