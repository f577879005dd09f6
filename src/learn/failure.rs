//! How likely a run is to fail: the share of failures among runs like it, drawn towards the pool's share.

use super::run::Run;

/// Weight of a run of another job beside one of the same job.
const OTHER_JOB: f64 = 0.1;
/// Width of likeness over ln(cores) and ln(memory a core).
const WIDTH: f64 = 0.5;
/// How many runs the pool's share counts as.
const PRIOR_RUNS: f64 = 2.0;

/// The probability that a run fails, from all runs of its pool, failed ones included.
pub fn probability(history: &[Run], asked: &Run) -> f64 {
    let pool = asked.pool_id();
    let of_pool: Vec<&Run> = history.iter().filter(|run| run.pool_id() == pool).collect();
    let failed = of_pool.iter().filter(|run| !run.completed).count() as f64;
    // Jeffreys' prior keeps a pool without failures from promising none.
    let share = (failed + 0.5) / (of_pool.len() as f64 + 1.0);
    let job = asked.job_id();
    let (mut seen, mut bad) = (PRIOR_RUNS, PRIOR_RUNS * share);
    for run in of_pool {
        let weight = likeness(run, asked) * if run.job_id() == job { 1.0 } else { OTHER_JOB };
        seen += weight;
        bad += if run.completed { 0.0 } else { weight };
    }
    bad / seen
}

fn likeness(left: &Run, right: &Run) -> f64 {
    let far = |a: f64, b: f64| ((a.max(1e-9).ln() - b.max(1e-9).ln()) / WIDTH).powi(2);
    let cores = |run: &Run| run.nodes * run.machine.vcpu;
    let ratio = |run: &Run| run.machine.usable_gib / run.machine.vcpu;
    (-0.5 * (far(cores(left), cores(right)) + far(ratio(left), ratio(right)))).exp()
}
