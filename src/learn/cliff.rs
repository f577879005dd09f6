//! The step in memory: from some total memory on, a job's data stays in memory between its passes, and it runs
//! several times faster. Where the step is, is a belief over the gaps between the totals that have been tried.

use super::linalg::{Square, dot};

/// What the step does to ln(time) before anything is seen: to e^-0.8 = 45 % of the time, give or take.
pub const STEP_MEAN: f64 = -0.8;
/// Its standard deviation.
pub const STEP_SIZE: f64 = 0.5;
/// … of what it adds to the slope over ln(cores).
pub const STEP_SLOPE: f64 = 0.3;
/// Probability that a job of many totals has one, before anything is seen.
const PRIOR: f64 = 0.5;
/// With so many different totals a job tells by itself where its step may be; with fewer, its pool tells.
pub const FEWEST_TOTALS: usize = 6;
/// Gaps into which the range of a pool is divided for a job of few totals.
const POOL_GAPS: usize = 6;

/// One place where the step may be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Belief {
    /// The last total without and the first with it (ln GiB, over the data's size); `None`: there is no step.
    pub gap: Option<(f64, f64)>,
    /// Probability.
    pub probability: f64,
}

impl Belief {
    /// Where the step is taken to be for the known points: the middle of its gap.
    pub fn threshold(&self) -> Option<f64> {
        self.gap.map(|(low, high)| 0.5 * (low + high))
    }
}

/// How a place takes part in its job's step.
pub fn loading(cores: f64) -> [f64; 2] {
    [STEP_SIZE, STEP_SLOPE * cores]
}

/// One job's points among all.
#[derive(Debug)]
pub struct Member {
    /// Index among all points.
    pub at: usize,
    /// ln of the memory at work over the data's size.
    pub total: f64,
    /// ln(cores) from the pool's middle.
    pub cores: f64,
}

/// What the other jobs of a pool say about steps.
#[derive(Clone, Copy, Debug)]
pub struct PoolSteps {
    /// Probability that a job has one.
    pub probability: f64,
    /// Smallest and largest total of the pool.
    pub range: (f64, f64),
}

impl PoolSteps {
    /// From the beliefs about jobs of many totals; a pool of none says one in four.
    pub fn of<'b>(beliefs: impl Iterator<Item = &'b [Belief]>, range: (f64, f64)) -> Self {
        let (mut jobs, mut steps) = (0.0, 0.0);
        for job in beliefs {
            jobs += 1.0;
            steps += job.iter().filter(|belief| belief.gap.is_some()).map(|belief| belief.probability).sum::<f64>();
        }
        Self { probability: (steps + 0.5) / (jobs + 2.0), range }
    }

    /// Ends of the gaps in which the step of a job may be that has been tried with these totals.
    fn edges(&self, totals: &[f64]) -> Vec<f64> {
        let (low, high) = self.range;
        let grid = (0..=POOL_GAPS).map(|at| low + (high - low) * at as f64 / POOL_GAPS as f64);
        sorted(grid.chain(totals.iter().copied()).collect())
    }

    /// The beliefs about a job that has not run.
    pub fn beliefs(&self) -> Vec<Belief> {
        let span = self.range.1 - self.range.0;
        if span < 1e-6 {
            return vec![Belief { gap: None, probability: 1.0 }];
        }
        let gap = |pair: &[f64]| Belief {
            gap: Some((pair[0], pair[1])),
            probability: self.probability * (pair[1] - pair[0]) / span,
        };
        let none = Belief { gap: None, probability: 1.0 - self.probability };
        std::iter::once(none).chain(self.edges(&[]).windows(2).map(gap)).collect()
    }
}

/// Different totals of some members, sorted.
pub fn totals(members: &[Member]) -> Vec<f64> {
    sorted(members.iter().map(|member| member.total).collect())
}

fn sorted(mut values: Vec<f64>) -> Vec<f64> {
    values.sort_by(f64::total_cmp);
    values.dedup_by(|a, b| (*a - *b).abs() < 1e-6);
    values
}

/// The beliefs for one job, given the inverse covariance of all points without this job's step and what is to explain.
/// A job of few totals needs to be told what its pool says.
pub fn beliefs(members: &[Member], inverse: &Square, residual: &[f64], pool: Option<&PoolSteps>) -> Vec<Belief> {
    let own = totals(members);
    let (edges, prior) = match pool {
        Some(pool) if own.len() < FEWEST_TOTALS => (pool.edges(&own), pool.probability),
        _ => (own, PRIOR),
    };
    let none = Belief { gap: None, probability: 1.0 };
    let span = edges.last().copied().unwrap_or(0.0) - edges.first().copied().unwrap_or(0.0);
    if span < 1e-6 {
        return vec![none];
    }
    let weighted = inverse.times(residual);
    let mut scores = vec![(none.gap, (1.0 - prior).ln() - 0.5 * dot(residual, &weighted))];
    for pair in edges.windows(2) {
        let (low, high) = (pair[0], pair[1]);
        let fitting: Vec<&Member> = members.iter().filter(|member| member.total > 0.5 * (low + high)).collect();
        let prior = (prior * (high - low) / span).ln();
        scores.push((Some((low, high)), prior + evidence(&fitting, inverse, residual)));
    }
    let best = scores.iter().fold(f64::MIN, |best, (_, score)| best.max(*score));
    let total: f64 = scores.iter().map(|(_, score)| (score - best).exp()).sum();
    scores.iter().map(|(gap, score)| Belief { gap: *gap, probability: (score - best).exp() / total }).collect()
}

/// ln of the likelihood with a step for these points, up to what all steps share: a change of rank two.
fn evidence(fitting: &[&Member], inverse: &Square, residual: &[f64]) -> f64 {
    let mut rest = residual.to_vec();
    for member in fitting {
        rest[member.at] -= STEP_MEAN;
    }
    let weighted = inverse.times(&rest);
    let mut inner = [[1.0, 0.0], [0.0, 1.0]];
    let mut pull = [0.0, 0.0];
    for member in fitting {
        let own = loading(member.cores);
        let row = inverse.row(member.at);
        for one in 0..2 {
            pull[one] += own[one] * weighted[member.at];
        }
        for other in fitting {
            let far = loading(other.cores);
            let weight = row[other.at];
            for one in 0..2 {
                for two in 0..2 {
                    inner[one][two] += own[one] * weight * far[two];
                }
            }
        }
    }
    let determinant = inner[0][0] * inner[1][1] - inner[0][1] * inner[1][0];
    let gained = (inner[1][1] * pull[0] * pull[0] - (inner[0][1] + inner[1][0]) * pull[0] * pull[1]
        + inner[0][0] * pull[1] * pull[1])
        / determinant;
    -0.5 * (dot(&rest, &weighted) - gained) - 0.5 * determinant.ln()
}
