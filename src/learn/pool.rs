//! One pool: jobs that learn from each other, fitted for several numbers of idle nodes.

use rayon::prelude::*;

use super::baseline::{CurveFit, inverse_nodes};
use super::configuration::{Configuration, quantile};
use super::crossval::{self, Held};
use super::explanation::{Explanation, JobChoice, TENTH, choice};
use super::fit::Fit;
use super::known::Known;
use super::mixture::{Component, Mixture};
use super::run::Run;
use super::space::{Point, Space};
use super::thin::{MOST_POINTS, thin};

/// Nodes that may stand idle: none, or about one for the driver and the services beside it.
pub const IDLE: [f64; 4] = [0.0, 0.5, 1.0, 1.4];
/// Points beyond which tunings are found on a part of the curves.
const TUNING_POINTS: usize = 240;
/// How much the cross-validation of a job, and of its pool, sharpens the choice of the idle nodes.
const JOB_WEIGHT: f64 = 0.5;
const POOL_WEIGHT: f64 = 0.125;
/// Intervals are narrowed when four fifths of the held-out errors lie within this share of what was promised.
const TOO_WIDE: f64 = 0.8;

/// What one pool teaches.
#[derive(Clone, Debug)]
pub struct Pool {
    /// What it was learnt from.
    pub configurations: Vec<Configuration>,
    /// The same as points.
    pub known: Known,
    /// A fit for each number of idle nodes.
    pub fits: Vec<Fit>,
    /// Weight of each fit for each job.
    pub weights: Vec<Vec<f64>>,
    /// Weight of each fit for a job that is new.
    pool_weights: Vec<f64>,
    /// How each job is predicted.
    pub choices: Vec<JobChoice>,
    width: f64,
    /// Configurations that were not learnt from.
    pub left_out: usize,
}

fn known_of(configurations: &[Configuration], asked: &[Run]) -> (Known, Vec<Point>) {
    let (space, points, asked) = Space::of(configurations, asked);
    let logs: Vec<f64> = configurations.iter().map(|configuration| configuration.median_s.ln()).collect();
    let mut sorted = logs.clone();
    sorted.sort_by(f64::total_cmp);
    let level = quantile(&sorted, 0.5);
    let jobs = points.iter().map(|point| point.job + 1).max().unwrap_or(0);
    let values = logs.iter().map(|log| log - level).collect();
    let scatter = configurations.iter().map(|configuration| configuration.scatter).collect();
    (Known { points, values, level, scatter, distances: space.distances(), jobs }, asked)
}

impl Pool {
    /// Learns from configurations.
    pub fn learn(configurations: Vec<Configuration>) -> Self {
        let all = configurations.len();
        let configurations = thin(configurations, MOST_POINTS);
        let left_out = all - configurations.len();
        let sample = thin(configurations.clone(), TUNING_POINTS);
        let (tuning, _) = known_of(&sample, &[]);
        let first = Fit::learn(&tuning, IDLE[1], None);
        let tuned: Vec<Fit> = IDLE
            .par_iter()
            .map(|idle| if *idle == IDLE[1] { first.clone() } else { Fit::learn(&tuning, *idle, Some(&first)) })
            .collect();
        let (known, _) = known_of(&configurations, &[]);
        let fits: Vec<Fit> = if sample.len() == configurations.len() {
            tuned
        } else {
            tuned.par_iter().map(|fit| fit.over(&known)).collect()
        };
        Self::judge(configurations, known, fits, left_out)
    }

    /// The same tunings over other configurations.
    pub fn over(&self, configurations: Vec<Configuration>) -> Self {
        let all = configurations.len();
        let configurations = thin(configurations, MOST_POINTS);
        let left_out = all - configurations.len();
        let (known, _) = known_of(&configurations, &[]);
        let fits: Vec<Fit> = self.fits.par_iter().map(|fit| fit.over(&known)).collect();
        Self::judge(configurations, known, fits, left_out)
    }

    /// Weighs the fits by what they predict when they do not see it.
    fn judge(configurations: Vec<Configuration>, known: Known, fits: Vec<Fit>, left_out: usize) -> Self {
        let held: Vec<Vec<Held>> = fits.iter().map(|fit| crossval::hold_out(fit, &known)).collect();
        let scores: Vec<Vec<f64>> = held.iter().map(|jobs| jobs.iter().map(Held::score).collect()).collect();
        let pool: Vec<f64> = scores.iter().map(|jobs| POOL_WEIGHT * jobs.iter().sum::<f64>()).collect();
        let weights: Vec<Vec<f64>> = (0..known.jobs)
            .map(|job| {
                softmax(&scores.iter().zip(&pool).map(|(own, pool)| JOB_WEIGHT * own[job] + pool).collect::<Vec<_>>())
            })
            .collect();
        let pool_weights = softmax(&pool);
        let best = pool_weights.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).map_or(0, |(at, _)| at);
        let choices = (0..known.jobs).map(|job| choice(&known, &configurations, &held, &weights[job], job)).collect();
        let mut promised: Vec<f64> = held[best]
            .iter()
            .flat_map(|job| job.points.iter().map(|(_, residual, deviation)| (residual / deviation).abs()))
            .collect();
        promised.sort_by(f64::total_cmp);
        let kept = quantile(&promised, 0.8) / TENTH;
        // A third of the way (in ln) only: the held-out points are the history's own.
        let width = if promised.len() >= 20 && kept < TOO_WIDE { kept.max(0.25).cbrt() } else { 1.0 };
        Self { configurations, known, fits, weights, pool_weights, choices, width, left_out }
    }

    /// Whether it has a run of this job.
    pub fn knows_job(&self, run: &Run) -> bool {
        let id = run.job_id();
        self.configurations.iter().any(|configuration| configuration.like.job_id() == id)
    }

    /// Whether it has a run of one of these jobs.
    pub fn shares_a_job(&self, others: &[Configuration]) -> bool {
        others.iter().any(|other| self.knows_job(&other.like))
    }

    /// Predicts runs of its jobs, or of new ones.
    pub fn predict(&self, asked: &[Run]) -> Vec<(Mixture, Explanation)> {
        if asked.is_empty() {
            return Vec::new();
        }
        let (known, points) = known_of(&self.configurations, asked);
        let of_fits: Vec<Vec<Vec<Component>>> = self.fits.par_iter().map(|fit| fit.predict(&known, &points)).collect();
        points
            .iter()
            .enumerate()
            .map(|(at, point)| {
                let choice = self.choices.get(point.job).copied();
                if let Some(choice) = choice
                    && let Some(mixture) = self.by_baseline(&choice, &known, point)
                {
                    return (mixture, choice.explanation);
                }
                let weights = self.weights.get(point.job).unwrap_or(&self.pool_weights);
                let mut components = Vec::new();
                for (fit, weight) in of_fits.iter().zip(weights).filter(|(_, weight)| **weight > 0.01) {
                    components.extend(fit[at].iter().map(|one| Component { weight: one.weight * weight, ..*one }));
                }
                (Mixture { components }.widened(self.width), Explanation::Transfer)
            })
            .collect()
    }

    fn by_baseline(&self, choice: &JobChoice, known: &Known, point: &Point) -> Option<Mixture> {
        let curve: Vec<(f64, f64)> = known
            .points
            .iter()
            .zip(&self.configurations)
            .filter(|(other, _)| other.curve == point.curve)
            .map(|(other, configuration)| (other.nodes, configuration.median_s))
            .collect();
        let time = match choice.explanation {
            Explanation::Ernest => CurveFit::of(&curve)?.at(point.nodes),
            Explanation::InverseNodes => inverse_nodes(&curve, point.nodes)?,
            Explanation::Transfer | Explanation::History => return None,
        };
        // The held-out counts were next to known ones; the further away, the less the curve says.
        let away = curve.iter().map(|(nodes, _)| (nodes.ln() - point.nodes.ln()).abs()).fold(f64::MAX, f64::min);
        (time > 0.0).then(|| Mixture {
            components: vec![Component { weight: 1.0, mean: time.ln(), deviation: choice.deviation * (1.0 + away) }],
        })
    }
}

fn softmax(scores: &[f64]) -> Vec<f64> {
    let best = scores.iter().fold(f64::MIN, |best, score| best.max(*score));
    let raised: Vec<f64> = scores.iter().map(|score| (score - best).exp()).collect();
    let total: f64 = raised.iter().sum();
    raised.iter().map(|score| score / total).collect()
}
