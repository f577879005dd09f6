//! A pool's model for one number of idle nodes: tunings by likelihood, steps in memory, weights against outliers.

use super::cliff::{self, Belief, FEWEST_TOTALS, Member, PoolSteps, STEP_MEAN, loading};
use super::hyper::{Hyper, NOISE_AT};
use super::kernel::{Kernel, Pair, Place};
use super::known::Known;
use super::linalg::{Cholesky, Square, dot};
use super::mixture::Component;
use super::optimise::minimise;
use super::space::{Point, centre};

/// Rounds of tuning, finding steps and weighing outliers.
const ROUNDS: usize = 3;
/// Steps of the search in the first round, and in those that only mend it.
const SEARCH: usize = 30;
/// Fewer points than this tell nothing about the tunings: the prior stands.
const FEWEST_FOR_TUNING: usize = 8;
/// Degrees of freedom of the noise: heavy tails.
const TAILS: f64 = 3.0;
/// The least weight factor that an undisturbed point gets.
const LEAST_NOISE: f64 = 0.55;
/// Explanations below this probability are left out of predictions.
const NEGLIGIBLE: f64 = 0.02;

/// A fitted model.
#[derive(Clone, Debug)]
pub struct Fit {
    /// Nodes that do no work.
    pub idle: f64,
    centre: f64,
    hyper: Hyper,
    /// Factor on each point's noise.
    noise_factors: Vec<f64>,
    /// Beliefs about each job's step.
    beliefs: Vec<Vec<Belief>>,
    /// The likeliest step of each job.
    steps: Vec<Option<f64>>,
    /// What the pool says about steps of other jobs.
    pool_steps: PoolSteps,
}

/// A fit with its equations solved for one set of steps.
struct Solved {
    inverse: Square,
    weights: Vec<f64>,
    steps: Vec<Option<f64>>,
    /// What each job's configurations scatter in the middle.
    scatter: Vec<f64>,
}

/// A place to predict, with its covariances.
struct Asked<'p> {
    place: &'p Place,
    cross: Vec<f64>,
    own: f64,
}

impl Fit {
    /// Learns from what is known; `from` is where the tuning starts.
    pub fn learn(known: &Known, idle: f64, from: Option<&Self>) -> Self {
        let middle = centre(&known.points, idle);
        let mut fit = Self {
            idle,
            centre: middle,
            hyper: from.map_or_else(|| Hyper::start(known.jobs), |fit| fit.hyper.clone()),
            noise_factors: vec![1.0; known.points.len()],
            beliefs: vec![vec![Belief { gap: None, probability: 1.0 }]; known.jobs],
            steps: vec![None; known.jobs],
            pool_steps: PoolSteps { probability: 0.0, range: (0.0, 0.0) },
        };
        let places = fit.places(&known.points);
        let pairs = known.pairs(&places);
        for round in 0..ROUNDS {
            if known.points.len() >= FEWEST_FOR_TUNING {
                let search = if from.is_some() { SEARCH / 2 } else { SEARCH };
                fit.tune(known, &places, &pairs, search);
            }
            if round + 1 < ROUNDS {
                fit.find_steps(known, &places, &pairs);
                fit.weigh(known, &places, &pairs);
            }
        }
        fit
    }

    /// The same tunings over other points: steps and outliers are found anew.
    pub fn over(&self, known: &Known) -> Self {
        let mut fit = Self {
            centre: centre(&known.points, self.idle),
            noise_factors: vec![1.0; known.points.len()],
            beliefs: vec![vec![Belief { gap: None, probability: 1.0 }]; known.jobs],
            steps: vec![None; known.jobs],
            ..self.clone()
        };
        let places = fit.places(&known.points);
        let pairs = known.pairs(&places);
        for _ in 1..ROUNDS {
            fit.find_steps(known, &places, &pairs);
            fit.weigh(known, &places, &pairs);
        }
        fit
    }

    fn places(&self, points: &[Point]) -> Vec<Place> {
        points.iter().map(|point| Place::of(point, self.idle, self.centre)).collect()
    }

    fn above(steps: &[Option<f64>], place: &Place) -> bool {
        steps.get(place.job).copied().flatten().is_none_or(|step| place.memory_of_data > step)
    }

    /// Whether a place has its job's step: there is one, and it lies above it.
    fn stepped(steps: &[Option<f64>], place: &Place) -> bool {
        steps.get(place.job).copied().flatten().is_some_and(|step| place.memory_of_data > step)
    }

    /// Variance of the noise that is learnt, place by place.
    fn noise(&self, hyper: &Hyper, places: &[Place], steps: &[Option<f64>]) -> Vec<f64> {
        let of = |(place, factor): (&Place, &f64)| factor * hyper.noise(place.job, Self::above(steps, place));
        places.iter().zip(&self.noise_factors).map(of).collect()
    }

    /// … with what the repeats show.
    fn noise_and_scatter(&self, known: &Known, places: &[Place], steps: &[Option<f64>]) -> Vec<f64> {
        let noise = self.noise(&self.hyper, places, steps);
        noise.iter().zip(&known.scatter).map(|(noise, scatter)| noise + scatter).collect()
    }

    /// The covariance of the steps, and what they do to the mean.
    fn step_mean(places: &[Place], steps: &[Option<f64>]) -> Vec<f64> {
        places.iter().map(|place| if Self::stepped(steps, place) { STEP_MEAN } else { 0.0 }).collect()
    }

    fn step_covariance(left: &Place, right: &Place, steps: &[Option<f64>]) -> f64 {
        if left.job != right.job || !Self::stepped(steps, left) || !Self::stepped(steps, right) {
            return 0.0;
        }
        dot(&loading(left.cores), &loading(right.cores))
    }

    fn covariance(&self, hyper: &Hyper, places: &[Place], pairs: &[Pair], steps: &[Option<f64>]) -> Square {
        let kernel = Kernel::of(hyper);
        let mut matrix = Square::zeros(places.len());
        let mut pairs = pairs.iter();
        for row in 0..places.len() {
            for (column, pair) in (0..=row).zip(&mut pairs) {
                matrix.row_mut(row)[column] =
                    kernel.covariance(pair) + Self::step_covariance(&places[row], &places[column], steps);
            }
        }
        matrix
    }

    fn tune(&mut self, known: &Known, places: &[Place], pairs: &[Pair], search: usize) {
        let start = Hyper::start(known.jobs).values;
        let freedom = Hyper::freedom(known.jobs);
        let mean = Self::step_mean(places, &self.steps);
        let rest: Vec<f64> = known.values.iter().zip(&mean).map(|(value, mean)| value - mean).collect();
        let likelihood = |values: &[f64]| {
            let hyper = Hyper { values: values.to_vec() };
            let mut matrix = self.covariance(&hyper, places, pairs, &self.steps);
            let noise = self.noise(&hyper, places, &self.steps);
            for (row, (noise, scatter)) in noise.iter().zip(&known.scatter).enumerate() {
                matrix.row_mut(row)[row] += noise + scatter;
            }
            let cholesky = Cholesky::of(&matrix)?;
            let inverse = cholesky.inverse();
            let weights = inverse.times(&rest);
            let mut height = 0.5 * dot(&rest, &weights) + cholesky.half_log_determinant();
            let mut slope = vec![0.0; values.len()];
            let kernel = Kernel::of(&hyper);
            let mut pairs = pairs.iter();
            for row in 0..places.len() {
                for (column, pair) in (0..=row).zip(&mut pairs) {
                    let pull = inverse.row(row)[column] - weights[row] * weights[column];
                    kernel.gradient(pair, if row == column { 0.5 * pull } else { pull }, &mut slope);
                }
                let place = &places[row];
                let pull = (inverse.row(row)[row] - weights[row] * weights[row]) * noise[row];
                slope[NOISE_AT] += pull;
                slope[NOISE_AT + 1 + 2 * place.job + usize::from(Self::above(&self.steps, place))] += pull;
            }
            for at in 0..values.len() {
                let far = (values[at] - start[at]) / freedom[at];
                height += 0.5 * far * far;
                slope[at] += far / freedom[at];
            }
            Some((height, slope))
        };
        self.hyper.values = minimise(self.hyper.values.clone(), search, likelihood);
    }

    fn find_steps(&mut self, known: &Known, places: &[Place], pairs: &[Pair]) {
        let members = |job: usize| -> Vec<Member> {
            let of_job = places.iter().enumerate().filter(|(_, place)| place.job == job);
            of_job.map(|(at, place)| Member { at, total: place.memory_of_data, cores: place.cores }).collect()
        };
        // Jobs of many totals first: what they say of steps is what the others start from.
        let (many, few): (Vec<usize>, Vec<usize>) =
            (0..known.jobs).partition(|job| cliff::totals(&members(*job)).len() >= FEWEST_TOTALS);
        for job in &many {
            self.find_step(known, places, pairs, *job, &members(*job), None);
        }
        self.pool_steps = PoolSteps::of(many.iter().map(|job| self.beliefs[*job].as_slice()), range(places));
        let pool = self.pool_steps;
        for job in few {
            self.find_step(known, places, pairs, job, &members(job), Some(&pool));
        }
    }

    fn find_step(
        &mut self,
        known: &Known,
        places: &[Place],
        pairs: &[Pair],
        job: usize,
        members: &[Member],
        pool: Option<&PoolSteps>,
    ) {
        let mut others = self.steps.clone();
        others[job] = None;
        // The noise stays that of the steps found so far, so that two places of a step differ by the step alone.
        let noise = self.noise_and_scatter(known, places, &self.steps);
        let mut matrix = self.covariance(&self.hyper, places, pairs, &others);
        for (row, noise) in noise.iter().enumerate() {
            matrix.row_mut(row)[row] += noise;
        }
        let Some(cholesky) = Cholesky::of(&matrix) else { return };
        let inverse = cholesky.inverse();
        let mean = Self::step_mean(places, &others);
        let rest: Vec<f64> = known.values.iter().zip(&mean).map(|(value, mean)| value - mean).collect();
        self.beliefs[job] = cliff::beliefs(members, &inverse, &rest, pool);
        let likeliest = self.beliefs[job].iter().max_by(|a, b| a.probability.total_cmp(&b.probability));
        self.steps[job] = likeliest.and_then(Belief::threshold);
    }

    /// Points far from the rest get more noise, as a t-distribution would give them.
    #[expect(clippy::needless_range_loop, reason = "several rows of one length")]
    fn weigh(&mut self, known: &Known, places: &[Place], pairs: &[Pair]) {
        let Some(solved) = self.solve(known, places, pairs, self.steps.clone()) else { return };
        let noise = self.noise(&self.hyper, places, &self.steps);
        for at in 0..places.len() {
            let residual = (noise[at] + known.scatter[at]) * solved.weights[at];
            let plain = noise[at] / self.noise_factors[at] + known.scatter[at];
            self.noise_factors[at] = ((TAILS + residual * residual / plain) / (TAILS + 1.0)).max(LEAST_NOISE);
        }
    }

    fn solve(&self, known: &Known, places: &[Place], pairs: &[Pair], steps: Vec<Option<f64>>) -> Option<Solved> {
        let mut matrix = self.covariance(&self.hyper, places, pairs, &steps);
        for (row, noise) in self.noise_and_scatter(known, places, &steps).iter().enumerate() {
            matrix.row_mut(row)[row] += noise;
        }
        let inverse = Cholesky::of(&matrix)?.inverse();
        let mean = Self::step_mean(places, &steps);
        let rest: Vec<f64> = known.values.iter().zip(&mean).map(|(value, mean)| value - mean).collect();
        let weights = inverse.times(&rest);
        Some(Solved { inverse, weights, steps, scatter: known.usual_scatter() })
    }

    /// Predicts ln(time) of other points, whose settings are counted as the known ones' are.
    pub fn predict(&self, known: &Known, asked: &[Point]) -> Vec<Vec<Component>> {
        let places = self.places(&known.points);
        let pairs = known.pairs(&places);
        let kernel = Kernel::of(&self.hyper);
        let asked: Vec<Place> = self.places(asked);
        let mut answers: Vec<Vec<Component>> = vec![Vec::new(); asked.len()];
        let mut jobs: Vec<usize> = asked.iter().map(|place| place.job).collect();
        jobs.sort_unstable();
        jobs.dedup();
        for job in jobs {
            let new = self.pool_steps.beliefs();
            let beliefs = self.beliefs.get(job).map_or(&new[..], Vec::as_slice);
            let mut solution = None;
            for belief in beliefs.iter().filter(|belief| belief.probability >= NEGLIGIBLE) {
                let mut steps = self.steps.clone();
                if let Some(own) = steps.get_mut(job) {
                    *own = belief.threshold();
                }
                // A new job's step changes nothing of what is known.
                if job < known.jobs || solution.is_none() {
                    solution = self.solve(known, &places, &pairs, steps);
                }
                let Some(solved) = &solution else { continue };
                for (place, answer) in asked.iter().zip(&mut answers).filter(|(place, _)| place.job == job) {
                    let cross: Vec<f64> = places
                        .iter()
                        .map(|other| kernel.covariance(&Pair::of(place, other, known.distance(place, other))))
                        .collect();
                    let own = kernel.covariance(&Pair::of(place, place, 0.0));
                    let asked = Asked { place, cross, own };
                    for (share, above) in sides(belief, place) {
                        let stepped = above && belief.gap.is_some();
                        let mut component = self.component(solved, &places, &asked, above, stepped);
                        component.weight = belief.probability * share;
                        component.mean += known.level;
                        answer.push(component);
                    }
                }
            }
        }
        answers
    }

    fn component(&self, solved: &Solved, places: &[Place], asked: &Asked<'_>, above: bool, stepped: bool) -> Component {
        let place = asked.place;
        let mut cross = asked.cross.clone();
        let (mut mean, mut variance) = (0.0, asked.own);
        if stepped {
            let far = loading(place.cores);
            for (covariance, other) in cross.iter_mut().zip(places) {
                if other.job == place.job && Self::stepped(&solved.steps, other) {
                    *covariance += dot(&far, &loading(other.cores));
                }
            }
            mean = STEP_MEAN;
            variance += dot(&far, &far);
        }
        mean += dot(&cross, &solved.weights);
        let explained = dot(&cross, &solved.inverse.times(&cross));
        let noise = self.hyper.noise(place.job, above || solved.steps.get(place.job).copied().flatten().is_none())
            + solved.scatter.get(place.job).copied().unwrap_or(0.0);
        Component { weight: 1.0, mean, deviation: ((variance - explained).max(0.0) + noise).sqrt() }
    }

    /// Predicts groups of known points, each from all the others: residuals and their deviations, in the groups' order.
    pub fn leave_out(&self, known: &Known, groups: &[Vec<usize>]) -> Vec<Vec<(f64, f64)>> {
        let places = self.places(&known.points);
        let pairs = known.pairs(&places);
        let Some(solved) = self.solve(known, &places, &pairs, self.steps.clone()) else {
            return vec![Vec::new(); groups.len()];
        };
        groups.iter().map(|group| left_out(&solved, group)).collect()
    }

    /// The likeliest step of a job as a total memory over the data's size, with its probability.
    pub fn likeliest_step(&self, job: usize) -> Option<(f64, f64)> {
        let best = self.beliefs.get(job)?.iter().max_by(|a, b| a.probability.total_cmp(&b.probability))?;
        best.threshold().map(|at| (at, best.probability))
    }
}

/// Smallest and largest memory at work over the data's size.
fn range(places: &[Place]) -> (f64, f64) {
    let all = || places.iter().map(|place| place.memory_of_data);
    (all().fold(f64::MAX, f64::min), all().fold(f64::MIN, f64::max))
}

/// On which side of the step a place is, with the share of the probability for each.
fn sides(belief: &Belief, place: &Place) -> Vec<(f64, bool)> {
    let Some((low, high)) = belief.gap else { return vec![(1.0, true)] };
    if place.memory_of_data <= low {
        return vec![(1.0, false)];
    }
    if place.memory_of_data >= high {
        return vec![(1.0, true)];
    }
    // The step is anywhere in its gap, evenly: above the place with the share of the gap above it.
    let without = (high - place.memory_of_data) / (high - low);
    vec![(without, false), (1.0 - without, true)]
}

/// The inverse's block of a group gives the group's prediction from all others (Sundararajan and Keerthi 2001, for groups).
fn left_out(solved: &Solved, group: &[usize]) -> Vec<(f64, f64)> {
    let mut block = Square::zeros(group.len());
    for (row, at) in group.iter().enumerate() {
        for (column, other) in group.iter().enumerate() {
            block.row_mut(row)[column] = solved.inverse.row(*at)[*other];
        }
    }
    let Some(cholesky) = Cholesky::of(&block) else { return Vec::new() };
    let covariance = cholesky.inverse();
    let weights: Vec<f64> = group.iter().map(|at| solved.weights[*at]).collect();
    let residuals = covariance.times(&weights);
    residuals.iter().enumerate().map(|(row, residual)| (*residual, covariance.row(row)[row].max(0.0).sqrt())).collect()
}
