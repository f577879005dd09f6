//! The model of a whole history: one pool at a time, each by the explanation that cross-validation prefers.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::baseline::{CurveFit, inverse_nodes};
use super::configuration::{Configuration, configurations, quantile};
use super::crossval::{self, Held};
use super::failure;
use super::fit::{Fit, Known};
use super::mixture::{Component, Mixture};
use super::run::Run;
use super::space::{Point, Space};

/// Nodes that may stand idle: none, or about one for the driver and the services beside it.
const IDLE: [f64; 4] = [0.0, 0.5, 1.0, 1.4];
/// Points beyond which tunings are found on a part of the curves.
const TUNING_POINTS: usize = 240;
/// Points beyond which a pool is learnt job by job, and a job on a part of its curves.
const MOST_POINTS: usize = 600;
/// How much the cross-validation of a job, and of its pool, sharpens the choice of the idle nodes.
const JOB_WEIGHT: f64 = 0.5;
const POOL_WEIGHT: f64 = 0.125;
/// A baseline is taken when its cross-validated error is below this share of the model's, on so many points.
const CLEARLY: f64 = 0.6;
const FEWEST_HELD: usize = 6;
/// Intervals are narrowed when four fifths of the held-out errors lie within this share of what was promised.
const TOO_WIDE: f64 = 0.8;
/// The 90 % quantile of the standard normal.
const TENTH: f64 = 1.281_552;

/// Which explanation a prediction comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Explanation {
    /// The Gaussian process over all jobs of the pool.
    Transfer,
    /// Ernest's curve.
    Ernest,
    /// Time inverse to the count.
    InverseNodes,
    /// No run of this pool is known: all that is left is how long runs take.
    History,
}

impl Explanation {
    /// Its name in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Transfer => "transfer",
            Self::Ernest => "ernest",
            Self::InverseNodes => "inverse-nodes",
            Self::History => "history",
        }
    }
}

/// A predicted run.
#[derive(Clone, Debug, PartialEq)]
pub struct Prediction {
    /// The distribution of ln(seconds).
    pub distribution: Mixture,
    /// Seconds below which a tenth of the probability lies.
    pub p10_s: f64,
    /// The median, seconds.
    pub p50_s: f64,
    /// Seconds below which nine tenths lie.
    pub p90_s: f64,
    /// Where it comes from.
    pub explanation: Explanation,
    /// The probability that the run fails.
    pub failure_probability: f64,
}

/// What was learnt of one job, in words and figures.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelReport {
    /// The job's pool, as its runs say.
    pub pool: String,
    /// The job.
    pub job: String,
    /// Framework of the job.
    pub framework: String,
    /// Configurations learnt from.
    pub configurations: usize,
    /// Which explanation was chosen.
    pub explanation: Explanation,
    /// Held-out predictions behind the choice.
    pub held_out: usize,
    /// Median and p90 of the held-out errors of the chosen one, as shares.
    pub error: Option<(f64, f64)>,
    /// The same of Ernest's curve.
    pub ernest_error: Option<(f64, f64)>,
    /// The same of the plain rule.
    pub inverse_error: Option<(f64, f64)>,
    /// Nodes that do no work, as far as the runs tell.
    pub idle_nodes: f64,
    /// Total memory (GiB; over MB of input where sizes are known) from which on the data fits, with its probability.
    pub memory_step: Option<(f64, f64)>,
    /// Whether the step is over the size of the input.
    pub step_per_mb: bool,
}

#[derive(Clone, Debug)]
struct Pool {
    configurations: Vec<Configuration>,
    known: Known,
    fits: Vec<Fit>,
    /// Weight of each fit for each job.
    weights: Vec<Vec<f64>>,
    /// Weight of each fit for a job that is new.
    pool_weights: Vec<f64>,
    choices: Vec<JobChoice>,
    width: f64,
    left_out: usize,
}

#[derive(Clone, Copy, Debug)]
struct JobChoice {
    explanation: Explanation,
    held_out: usize,
    transfer: Option<(f64, f64)>,
    ernest: Option<(f64, f64)>,
    inverse: Option<(f64, f64)>,
    /// Deviation of ln(time) of the baseline that was chosen.
    deviation: f64,
}

/// What a history teaches.
#[derive(Clone, Debug)]
pub struct Model {
    runs: Vec<Run>,
    pools: BTreeMap<String, Vec<Pool>>,
}

impl Model {
    /// Learns from runs.
    #[must_use]
    pub fn learn(runs: &[Run]) -> Self {
        let mut of_pool: BTreeMap<String, Vec<Configuration>> = BTreeMap::new();
        for configuration in configurations(runs) {
            of_pool.entry(configuration.like.pool_id()).or_default().push(configuration);
        }
        let parts: Vec<(String, Vec<Configuration>)> = of_pool
            .into_iter()
            .flat_map(|(id, all)| parts(all).into_iter().map(move |part| (id.clone(), part)))
            .collect();
        let learnt: Vec<(String, Pool)> =
            parts.into_par_iter().map(|(id, configurations)| (id, Pool::learn(configurations))).collect();
        let mut pools: BTreeMap<String, Vec<Pool>> = BTreeMap::new();
        for (id, pool) in learnt {
            pools.entry(id).or_default().push(pool);
        }
        Self { runs: runs.to_vec(), pools }
    }

    /// The same tunings and choices over other runs: what is left when some are held out, or what is there when some
    /// have come in.
    #[must_use]
    pub fn over(&self, runs: &[Run]) -> Self {
        let mut of_pool: BTreeMap<String, Vec<Configuration>> = BTreeMap::new();
        for configuration in configurations(runs) {
            of_pool.entry(configuration.like.pool_id()).or_default().push(configuration);
        }
        let mut pools: BTreeMap<String, Vec<Pool>> = BTreeMap::new();
        for (id, all) in of_pool {
            let learnt = self.pools.get(&id).map_or(&[][..], Vec::as_slice);
            let renewed: Vec<Pool> = parts(all)
                .into_par_iter()
                .map(|part| match learnt.iter().find(|pool| pool.shares_a_job(&part)).or_else(|| learnt.first()) {
                    Some(pool) => pool.over(part),
                    None => Pool::learn(part),
                })
                .collect();
            pools.insert(id, renewed);
        }
        Self { runs: runs.to_vec(), pools }
    }

    /// Predicts runs, in their order.
    #[must_use]
    pub fn predict(&self, asked: &[Run]) -> Vec<Prediction> {
        let mut of_pool: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, run) in asked.iter().enumerate() {
            of_pool.entry(run.pool_id()).or_default().push(at);
        }
        let mut answers: Vec<Option<(Mixture, Explanation)>> = vec![None; asked.len()];
        for (id, places) in of_pool {
            let Some(parts) = self.pools.get(&id) else { continue };
            for (part, pool) in parts.iter().enumerate() {
                let mine: Vec<usize> = places
                    .iter()
                    .copied()
                    .filter(|at| {
                        let owner = parts.iter().position(|pool| pool.knows_job(&asked[*at])).unwrap_or(0);
                        owner == part
                    })
                    .collect();
                let runs: Vec<Run> = mine.iter().map(|at| asked[*at].clone()).collect();
                for (at, answer) in mine.iter().zip(pool.predict(&runs)) {
                    answers[*at] = Some(answer);
                }
            }
        }
        let history = self.history();
        asked
            .iter()
            .zip(answers)
            .map(|(run, answer)| {
                let (distribution, explanation) = answer.unwrap_or_else(|| (history.clone(), Explanation::History));
                Prediction {
                    p10_s: distribution.quantile(0.1).exp(),
                    p50_s: distribution.quantile(0.5).exp(),
                    p90_s: distribution.quantile(0.9).exp(),
                    distribution,
                    explanation,
                    failure_probability: failure::probability(&self.runs, run),
                }
            })
            .collect()
    }

    /// What was learnt, job by job.
    #[must_use]
    pub fn reports(&self) -> Vec<ModelReport> {
        self.pools.values().flatten().flat_map(Pool::reports).collect()
    }

    /// Configurations that were not learnt from because their job has too many.
    #[must_use]
    pub fn left_out(&self) -> usize {
        self.pools.values().flatten().map(|pool| pool.left_out).sum()
    }

    /// The runs learnt from.
    #[must_use]
    pub fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// How long runs take at all: for a run of which nothing alike is known.
    fn history(&self) -> Mixture {
        let logs: Vec<f64> = self.runs.iter().filter(|run| run.completed).map(|run| run.duration_s.ln()).collect();
        let count = logs.len() as f64;
        let mean = if logs.is_empty() { 0.0 } else { logs.iter().sum::<f64>() / count };
        let square = logs.iter().map(|log| (log - mean) * (log - mean)).sum::<f64>();
        // Nothing alike is known, so at least a factor of e either way.
        let deviation = if logs.len() < 2 { 2.0 } else { (square / (count - 1.0)).sqrt().max(1.0) };
        Mixture { components: vec![Component { weight: 1.0, mean, deviation }] }
    }
}

/// A pool as one part, or job by job when it is large.
fn parts(all: Vec<Configuration>) -> Vec<Vec<Configuration>> {
    if all.len() <= MOST_POINTS {
        return vec![all];
    }
    let mut jobs: BTreeMap<String, Vec<Configuration>> = BTreeMap::new();
    for configuration in all {
        jobs.entry(configuration.like.job_id()).or_default().push(configuration);
    }
    jobs.into_values().collect()
}

fn known_of(configurations: &[Configuration], asked: &[Run]) -> (Known, Vec<Point>) {
    let (space, points, asked) = Space::of(configurations, asked);
    let logs: Vec<f64> = configurations.iter().map(|configuration| configuration.median_s.ln()).collect();
    let mut sorted = logs.clone();
    sorted.sort_by(f64::total_cmp);
    let level = quantile(&sorted, 0.5);
    let jobs = points.iter().map(|point| point.job + 1).max().unwrap_or(0);
    let values = logs.iter().map(|log| log - level).collect();
    (Known { points, values, level, distances: space.distances(), jobs }, asked)
}

/// Every so manieth curve, so that at most so many points are left.
fn thin(configurations: Vec<Configuration>, most: usize) -> Vec<Configuration> {
    if configurations.len() <= most {
        return configurations;
    }
    let (_, points, _) = Space::of(&configurations, &[]);
    let mut curves: Vec<usize> = points.iter().map(|point| point.curve).collect();
    curves.sort_unstable();
    curves.dedup();
    let stride = configurations.len().div_ceil(most);
    let kept = |curve: usize| curves.binary_search(&curve).is_ok_and(|rank| rank % stride == 0);
    let mut thinned: Vec<Configuration> =
        configurations.iter().zip(&points).filter(|(_, point)| kept(point.curve)).map(|(one, _)| one.clone()).collect();
    if thinned.is_empty() || thinned.len() > most {
        // Few curves of many counts each: then every so manieth count.
        thinned = configurations.into_iter().step_by(stride).collect();
    }
    thinned
}

impl Pool {
    fn learn(configurations: Vec<Configuration>) -> Self {
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

    fn over(&self, configurations: Vec<Configuration>) -> Self {
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
        // Half of the way (in ln) only: the held-out points are the history's own.
        let width = if promised.len() >= 20 && kept < TOO_WIDE { kept.max(0.25).sqrt() } else { 1.0 };
        Self { configurations, known, fits, weights, pool_weights, choices, width, left_out }
    }

    fn knows_job(&self, run: &Run) -> bool {
        let id = run.job_id();
        self.configurations.iter().any(|configuration| configuration.like.job_id() == id)
    }

    fn shares_a_job(&self, others: &[Configuration]) -> bool {
        others.iter().any(|other| self.knows_job(&other.like))
    }

    fn predict(&self, asked: &[Run]) -> Vec<(Mixture, Explanation)> {
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

    fn reports(&self) -> Vec<ModelReport> {
        let mut reports = Vec::new();
        for (job, choice) in self.choices.iter().enumerate() {
            let of_job: Vec<&Configuration> = self
                .configurations
                .iter()
                .zip(&self.known.points)
                .filter(|(_, point)| point.job == job)
                .map(|(configuration, _)| configuration)
                .collect();
            let Some(first) = of_job.first() else { continue };
            let weights = &self.weights[job];
            let likeliest = weights.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).map_or(0, |(at, _)| at);
            let sized = self.known.points.iter().any(|point| point.job == job && point.ln_size != 0.0);
            reports.push(ModelReport {
                pool: first.like.pool.clone(),
                job: first.like.job.clone(),
                framework: first.like.framework.clone(),
                configurations: of_job.len(),
                explanation: choice.explanation,
                held_out: choice.held_out,
                error: match choice.explanation {
                    Explanation::Ernest => choice.ernest,
                    Explanation::InverseNodes => choice.inverse,
                    Explanation::Transfer | Explanation::History => choice.transfer,
                },
                ernest_error: choice.ernest,
                inverse_error: choice.inverse,
                idle_nodes: weights.iter().zip(IDLE).map(|(weight, idle)| weight * idle).sum(),
                memory_step: self.fits[likeliest].likeliest_step(job).map(|(at, probability)| (at.exp(), probability)),
                step_per_mb: sized,
            });
        }
        reports
    }
}

fn softmax(scores: &[f64]) -> Vec<f64> {
    let best = scores.iter().fold(f64::MIN, |best, score| best.max(*score));
    let raised: Vec<f64> = scores.iter().map(|score| (score - best).exp()).collect();
    let total: f64 = raised.iter().sum();
    raised.iter().map(|score| score / total).collect()
}

/// Which explanation predicts a job's held-out counts best.
fn choice(
    known: &Known,
    configurations: &[Configuration],
    held: &[Vec<Held>],
    weights: &[f64],
    job: usize,
) -> JobChoice {
    let mut transfer: BTreeMap<usize, f64> = BTreeMap::new();
    for (fit, weight) in held.iter().zip(weights) {
        for (at, residual, _) in &fit[job].points {
            *transfer.entry(*at).or_default() += weight * residual;
        }
    }
    let share = |residual: f64| ((-residual).exp() - 1.0).abs();
    let (mut ernest, mut inverse) = (Vec::new(), Vec::new());
    for at in transfer.keys() {
        let own = &known.points[*at];
        let rest: Vec<(f64, f64)> = known
            .points
            .iter()
            .zip(configurations)
            .enumerate()
            .filter(|(other, (point, _))| other != at && point.curve == own.curve)
            .map(|(_, (point, configuration))| (point.nodes, configuration.median_s))
            .collect();
        let actual = configurations[*at].median_s;
        let of_time = |time: f64| actual.ln() - time.max(f64::MIN_POSITIVE).ln();
        ernest.extend(CurveFit::of(&rest).map(|fit| of_time(fit.at(own.nodes))));
        inverse.extend(inverse_nodes(&rest, own.nodes).map(of_time));
    }
    let summary = |residuals: &[f64]| {
        let mut errors: Vec<f64> = residuals.iter().map(|residual| share(*residual)).collect();
        errors.sort_by(f64::total_cmp);
        (!errors.is_empty()).then(|| (quantile(&errors, 0.5), quantile(&errors, 0.9)))
    };
    let of_transfer: Vec<f64> = transfer.values().copied().collect();
    let errors = [summary(&of_transfer), summary(&ernest), summary(&inverse)];
    let mut explanation = Explanation::Transfer;
    let mut least = errors[0].map_or(f64::MAX, |(median, p90)| median + 0.5 * p90) * CLEARLY;
    if of_transfer.len() >= FEWEST_HELD {
        for (other, error) in [(Explanation::Ernest, errors[1]), (Explanation::InverseNodes, errors[2])] {
            if let Some(of_other) = error.map(|(median, p90)| median + 0.5 * p90)
                && of_other < least
            {
                (explanation, least) = (other, of_other);
            }
        }
    }
    let residuals = if explanation == Explanation::Ernest { &ernest } else { &inverse };
    let mut widths: Vec<f64> = residuals.iter().map(|residual| residual.abs()).collect();
    widths.sort_by(f64::total_cmp);
    JobChoice {
        explanation,
        held_out: of_transfer.len(),
        transfer: errors[0],
        ernest: errors[1],
        inverse: errors[2],
        deviation: (quantile(&widths, 0.8) / TENTH).max(0.02),
    }
}
