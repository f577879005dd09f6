//! The step in memory: from some total memory on, a job's data stays in memory between its passes, and it runs
//! several times faster. Where the step is, is a belief over the gaps between the totals that have been tried.

use super::linalg::{Square, dot};

/// What the step does to ln(time) before anything is seen: to e^-0.8 = 45 % of the time, give or take.
pub const STEP_MEAN: f64 = -0.8;
/// Its standard deviation.
pub const STEP_SIZE: f64 = 0.5;
/// … of what it adds to the slope over ln(cores).
pub const STEP_SLOPE: f64 = 0.3;
/// Probability that a job has one, before anything is seen.
const PRIOR: f64 = 0.5;
/// A job needs so many different totals before a step is looked for.
const FEWEST_TOTALS: usize = 6;

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

/// The beliefs for one job, given the inverse covariance of all points without this job's step and what is to explain.
pub fn beliefs(members: &[Member], inverse: &Square, residual: &[f64]) -> Vec<Belief> {
    let mut totals: Vec<f64> = members.iter().map(|member| member.total).collect();
    totals.sort_by(f64::total_cmp);
    totals.dedup_by(|a, b| (*a - *b).abs() < 1e-6);
    let none = Belief { gap: None, probability: 1.0 };
    if totals.len() < FEWEST_TOTALS {
        return vec![none];
    }
    let span = totals[totals.len() - 1] - totals[0];
    let weighted = inverse.times(residual);
    let mut scores = vec![(none.gap, (1.0 - PRIOR).ln() - 0.5 * dot(residual, &weighted))];
    for pair in totals.windows(2) {
        let (low, high) = (pair[0], pair[1]);
        let fitting: Vec<&Member> = members.iter().filter(|member| member.total > 0.5 * (low + high)).collect();
        let prior = (PRIOR * (high - low) / span).ln();
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
