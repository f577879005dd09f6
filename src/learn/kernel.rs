//! The covariance of two configurations, and how it changes with its tunings.

use super::hyper::{Among, Hyper, PARTS, Shape, WIDTHS, Width};
use super::space::Point;

/// The saturating curves, relative to the middle of the pool's cores.
const BENDS: [f64; 3] = [0.1, 0.4, 2.0];

/// A point with everything that a covariance needs of it.
#[derive(Clone, Debug)]
pub struct Place {
    /// Index of its job.
    pub job: usize,
    /// Index of its setting.
    pub setting: usize,
    curve: usize,
    family: usize,
    ln_nodes: f64,
    ln_cores: f64,
    ln_vcpu: f64,
    ln_ratio: f64,
    ln_memory: f64,
    /// ln(cores) from the pool's middle.
    pub cores: f64,
    saturating: [f64; BENDS.len()],
    growing: f64,
    /// ln of the memory at work over the data's size.
    pub memory_of_data: f64,
}

impl Place {
    /// Of a point when so many nodes stand idle.
    pub fn of(point: &Point, idle: f64, centre: f64) -> Self {
        let ln_nodes = point.ln_working(idle);
        let ln_cores = point.ln_cores(idle);
        let cores = ln_cores - centre;
        Self {
            job: point.job,
            setting: point.setting,
            curve: point.curve,
            family: point.family,
            ln_nodes,
            ln_cores,
            ln_vcpu: point.ln_vcpu,
            ln_ratio: point.ln_memory - point.ln_vcpu,
            ln_memory: ln_nodes + point.ln_memory,
            cores,
            saturating: BENDS.map(|bend| (bend * (-cores).exp()).ln_1p() - bend.ln_1p()),
            growing: (cores - 1.0).exp().min(50.0) - 0.3,
            memory_of_data: point.ln_memory_of_data(idle),
        }
    }
}

/// What two places have to do with each other, whatever the tunings.
#[derive(Clone, Copy, Debug)]
pub struct Pair {
    same_job: bool,
    same_family: bool,
    same_curve: bool,
    saturating: f64,
    growing: f64,
    /// Squared distances, in the order of the widths.
    distances: [f64; WIDTHS.len()],
}

impl Pair {
    /// Of two places; `setting` is the squared distance of their settings.
    pub fn of(left: &Place, right: &Place, setting: f64) -> Self {
        let squared = |a: f64, b: f64| (a - b) * (a - b);
        let cores = squared(left.ln_cores, right.ln_cores);
        let saturating = left.saturating.iter().zip(&right.saturating).map(|(a, b)| a * b).sum();
        Self {
            same_job: left.job == right.job,
            same_family: left.family == right.family,
            same_curve: left.curve == right.curve,
            saturating,
            growing: left.growing * right.growing,
            distances: [
                cores,
                squared(left.ln_vcpu, right.ln_vcpu),
                squared(left.ln_ratio, right.ln_ratio),
                squared(left.ln_memory, right.ln_memory),
                setting,
                cores,
                squared(left.ln_nodes, right.ln_nodes),
            ],
        }
    }
}

/// A covariance with its tunings laid out.
#[derive(Clone, Debug)]
pub struct Kernel {
    precisions: [f64; WIDTHS.len()],
    variances: [f64; PARTS.len()],
}

impl Kernel {
    /// With these tunings.
    pub fn of(hyper: &Hyper) -> Self {
        Self { precisions: hyper.precisions(), variances: hyper.variances() }
    }

    /// The covariance of a pair.
    pub fn covariance(&self, pair: &Pair) -> f64 {
        let fades = self.fades(pair);
        let mut sum = 0.0;
        for (part, variance) in PARTS.iter().zip(&self.variances) {
            sum += Self::one(part, *variance, pair, &fades);
        }
        sum
    }

    /// Adds `weight` times the derivative of a pair's covariance by each logarithm of a tuning.
    pub fn gradient(&self, pair: &Pair, weight: f64, into: &mut [f64]) {
        let fades = self.fades(pair);
        for (at, (part, variance)) in PARTS.iter().zip(&self.variances).enumerate() {
            let value = Self::one(part, *variance, pair, &fades);
            if value == 0.0 {
                continue;
            }
            into[WIDTHS.len() + at] += 2.0 * weight * value;
            for width in part.over {
                let width = *width as usize;
                // d exp(-d²/2w²) / d ln w = exp(…) · d²/w².
                let distance = 2.0 * self.precisions[width] * pair.distances[width];
                if distance.is_finite() {
                    into[width] += weight * value * distance;
                }
            }
        }
    }

    fn fades(&self, pair: &Pair) -> [f64; WIDTHS.len()] {
        if pair.same_job {
            std::array::from_fn(|at| (-self.precisions[at] * pair.distances[at]).exp())
        } else {
            // Only machines are compared between jobs.
            let mut fades = [0.0; WIDTHS.len()];
            for width in [Width::Machine, Width::Ratio] {
                fades[width as usize] = (-self.precisions[width as usize] * pair.distances[width as usize]).exp();
            }
            fades
        }
    }

    fn one(part: &super::hyper::Part, variance: f64, pair: &Pair, fades: &[f64; WIDTHS.len()]) -> f64 {
        let shares = match part.among {
            Among::Pool => true,
            Among::PoolFamily => pair.same_family,
            Among::Job => pair.same_job,
            Among::JobFamily => pair.same_job && pair.same_family,
            Among::Curve => pair.same_curve,
        };
        if !shares {
            return 0.0;
        }
        let shape = match part.shape {
            Shape::Level => 1.0,
            Shape::Saturating => pair.saturating,
            Shape::Growing => pair.growing,
        };
        part.over.iter().fold(variance * shape, |value, width| value * fades[*width as usize])
    }
}
