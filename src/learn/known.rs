//! What a pool's fits are learnt from: places, times and how far the settings are apart.

use super::configuration::quantile;
use super::kernel::{Pair, Place};
use super::space::Point;

/// What is known: places and ln(time), and the distances of settings.
#[derive(Clone, Debug)]
pub struct Known {
    /// Where.
    pub points: Vec<Point>,
    /// ln(time) from its median.
    pub values: Vec<f64>,
    /// The median of ln(time).
    pub level: f64,
    /// Variance of each value that its repeats show, beside the noise that is learnt.
    pub scatter: Vec<f64>,
    /// Squared distances between settings.
    pub distances: Vec<Vec<f64>>,
    /// Number of jobs.
    pub jobs: usize,
}

impl Known {
    /// The median scatter of each job's values: an asked configuration scatters as its job's usually do.
    pub fn usual_scatter(&self) -> Vec<f64> {
        let mut of_job: Vec<Vec<f64>> = vec![Vec::new(); self.jobs];
        for (point, scatter) in self.points.iter().zip(&self.scatter) {
            if let Some(own) = of_job.get_mut(point.job) {
                own.push(*scatter);
            }
        }
        let usual = |mut own: Vec<f64>| {
            own.sort_by(f64::total_cmp);
            quantile(&own, 0.5)
        };
        of_job.into_iter().map(usual).collect()
    }

    /// The squared distance of two places' settings; settings of different jobs are not compared.
    pub fn distance(&self, left: &Place, right: &Place) -> f64 {
        if left.job == right.job { self.distances[left.setting][right.setting] } else { f64::INFINITY }
    }

    /// The lower triangle's pairs of its places, row by row.
    pub fn pairs(&self, places: &[Place]) -> Vec<Pair> {
        let mut all = Vec::with_capacity(places.len() * (places.len() + 1) / 2);
        for (row, left) in places.iter().enumerate() {
            for right in &places[..=row] {
                all.push(Pair::of(left, right, self.distance(left, right)));
            }
        }
        all
    }
}
