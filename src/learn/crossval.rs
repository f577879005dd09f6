//! How good a fit is at what it will be asked: a count of a curve that it has not seen.
//!
//! Of every curve of a job the largest count is left out at once, and predicted from the rest; then likewise the middle
//! one. That is harder than leaving out one point at a time, since no neighbouring curve tells the answer.

use std::collections::BTreeMap;

use super::fit::Fit;
use super::known::Known;

/// What leaving out gave for one job.
#[derive(Clone, Debug, Default)]
pub struct Held {
    /// Index of each point, its residual in ln(time), and the deviation that was predicted.
    pub points: Vec<(usize, f64, f64)>,
}

impl Held {
    /// ln of the density of what happened, with heavy tails.
    pub fn score(&self) -> f64 {
        let one = |(_, residual, deviation): &(usize, f64, f64)| {
            let z = residual / deviation;
            -deviation.ln() - 2.5 * (z * z / 4.0).ln_1p()
        };
        self.points.iter().map(one).sum()
    }
}

/// The groups that are left out, for each job: the largest and the middle count of its curves.
pub fn groups(known: &Known) -> Vec<Vec<Vec<usize>>> {
    let mut curves: BTreeMap<(usize, usize), Vec<usize>> = BTreeMap::new();
    for (at, point) in known.points.iter().enumerate() {
        curves.entry((point.job, point.curve)).or_default().push(at);
    }
    let mut groups = vec![vec![Vec::new(), Vec::new()]; known.jobs];
    for ((job, _), mut curve) in curves {
        curve.sort_by(|a, b| known.points[*a].nodes.total_cmp(&known.points[*b].nodes));
        let Some(own) = groups.get_mut(job) else { continue };
        if curve.len() >= 2 {
            own[0].push(curve[curve.len() - 1]);
        }
        if curve.len() >= 3 {
            own[1].push(curve[curve.len() / 2]);
        }
    }
    groups
}

/// Leaves the groups out of a fit, job by job.
pub fn hold_out(fit: &Fit, known: &Known) -> Vec<Held> {
    let groups = groups(known);
    let flat: Vec<Vec<usize>> = groups.iter().flatten().filter(|group| !group.is_empty()).cloned().collect();
    let mut answers = fit.leave_out(known, &flat).into_iter();
    groups
        .iter()
        .map(|own| {
            let mut held = Held::default();
            for group in own.iter().filter(|group| !group.is_empty()) {
                let answer = answers.next().unwrap_or_default();
                held.points
                    .extend(group.iter().zip(answer).map(|(at, (residual, deviation))| (*at, residual, deviation)));
            }
            held
        })
        .collect()
}
