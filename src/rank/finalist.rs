//! From the search's finalists to one row of each variant, in order.

use rayon::prelude::*;
use rust_decimal::Decimal;

use super::deadline::Deadline;
use super::evaluate::{Bench, Evaluated, runs_per_month};
use super::model::{Effort, SpotFigures};
use super::precision::ROUNDS;
use super::replicate::{Replicated, Sample, samples, summary};
use super::search::Search;
use super::sensitivity::{self, Glance};
use super::spot;
use crate::bill::Cost;
use crate::engines::{Question, Role};
use crate::simulate::Settings;
use crate::units::{Share, Usd};

/// A finalist with everything known about it.
#[derive(Clone, Debug)]
pub struct Finalist {
    /// The likely run and its bill.
    pub evaluated: Evaluated,
    /// Its distribution.
    pub replicated: Replicated,
    /// Expected monthly cost, failed runs repeated.
    pub monthly: Cost,
    /// Whether the demanded probability is reached.
    pub meets_deadline: bool,
    /// Spot figures; only of rows that were told.
    pub spot: Option<SpotFigures>,
    /// What its first draws alone say, to be compared with the same draws under another assumption.
    pub glance: Glance,
}

impl Finalist {
    /// Adds what a reader wants to see of a row and what nobody needs to choose it: stages, bill and Spot figures.
    fn tell(&mut self, bench: &Bench<'_>) {
        self.evaluated.tell(bench);
        self.spot = spot::figures(&self.evaluated, &self.replicated, &bench.question);
    }

    /// Whether failing alone keeps the row from reaching the demanded probability.
    #[must_use]
    pub fn fails_too_often(&self, demanded: Share) -> bool {
        self.replicated.failure.get() > 1.0 - demanded.get()
    }
}

/// Replications of the first look at a finalist.
const FIRST_LOOK: u32 = 32;

/// Front-runners of a variant: the finalists that are replicated in full. With the five variants and more that most
/// workloads have, that makes twenty and more.
const FRONT_RUNNERS: usize = 4;

/// The rows and what it took to find them.
#[derive(Clone, Debug)]
pub struct Decision {
    /// The best finalist of each variant.
    pub finalists: Vec<Finalist>,
    /// All that were replicated in full.
    pub front: Vec<Finalist>,
    /// What it took.
    pub effort: Effort,
}

/// A finalist with its samples.
struct Look<'a> {
    evaluated: &'a Evaluated,
    samples: Vec<Sample>,
    finalist: Finalist,
}

/// The best finalist of each variant: the cheapest that meets the deadline as demanded, or the one that comes
/// nearest. A short first look puts the finalists in order; the front-runners of each variant are replicated in full, and
/// again as long as that does not settle their figures.
pub fn decide(looked_at: &Search, bench: &Bench<'_>, deadline: &Deadline, settings: &Settings) -> Decision {
    let first = settings.replications.min(FIRST_LOOK);
    let indices: Vec<usize> = looked_at.finalists.values().flatten().copied().collect();
    let look = |index: usize| {
        let evaluated = &looked_at.evaluated[index];
        let samples = samples(&evaluated.candidate, bench, &settings.more(settings.first, first));
        Look { evaluated, finalist: with_samples(evaluated, &samples, bench, deadline), samples }
    };
    let looks: Vec<Look<'_>> = indices.into_par_iter().map(look).collect();
    let first_looks = looks.len();
    let mut drawn: u64 = u64::from(first) * looks.len() as u64;
    let front: Vec<Look<'_>> = front_runners(looks);
    let front_runners = front.len();
    let full: Vec<Finalist> = front.into_par_iter().map(|look| in_full(look, bench, deadline, settings)).collect();
    drawn += full.iter().map(|one| u64::from(one.replicated.precision.replications - first)).sum::<u64>();
    let mut finalists = best_of_each_variant(full.clone());
    for one in &mut finalists {
        one.tell(bench);
    }
    let effort = Effort { screened: looked_at.evaluated.len(), first_looks, front_runners, replications: drawn };
    Decision { finalists, front: full, effort }
}

/// The first of each variant in the order of the first look.
fn front_runners(mut looks: Vec<Look<'_>>) -> Vec<Look<'_>> {
    looks.sort_by(|a, b| {
        a.evaluated.variant().cmp(&b.evaluated.variant()).then_with(|| preference(&a.finalist, &b.finalist))
    });
    let mut taken = 0;
    let mut variant = None;
    looks.retain(|look| {
        taken = if variant == Some(look.evaluated.variant()) { taken + 1 } else { 1 };
        variant = Some(look.evaluated.variant());
        taken <= FRONT_RUNNERS
    });
    looks
}

/// All replications, and as many again until the figures are settled or there were enough rounds.
fn in_full(look: Look<'_>, bench: &Bench<'_>, deadline: &Deadline, settings: &Settings) -> Finalist {
    let demanded = bench.question.workload.constraints.deadline_probability.value;
    let Look { evaluated, mut samples, mut finalist } = look;
    let mut wanted = settings.replications;
    for _ in 0..=ROUNDS {
        let done = u32::try_from(samples.len()).unwrap_or(u32::MAX);
        let more = settings.more(settings.first + done, wanted.saturating_sub(done));
        samples.extend(super::replicate::samples(&evaluated.candidate, bench, &more));
        finalist = with_samples(evaluated, &samples, bench, deadline);
        if finalist.replicated.precision.settles(finalist.replicated.deadline_met, demanded) {
            break;
        }
        wanted = wanted.saturating_mul(2);
    }
    finalist
}

fn best_of_each_variant(mut finalists: Vec<Finalist>) -> Vec<Finalist> {
    finalists.sort_by(|a, b| a.evaluated.variant().cmp(&b.evaluated.variant()).then_with(|| preference(a, b)));
    finalists.dedup_by_key(|finalist| finalist.evaluated.variant());
    finalists
}

/// One shape in full.
pub fn finalist(one: &Evaluated, bench: &Bench<'_>, deadline: &Deadline, settings: &Settings) -> Finalist {
    let mut finalist = with_samples(one, &samples(&one.candidate, bench, settings), bench, deadline);
    finalist.tell(bench);
    finalist
}

fn with_samples(one: &Evaluated, samples: &[Sample], bench: &Bench<'_>, deadline: &Deadline) -> Finalist {
    let question = &bench.question;
    let replicated = summary(samples, deadline.within);
    let demanded = question.workload.constraints.deadline_probability.value;
    Finalist {
        meets_deadline: replicated.deadline_met >= demanded,
        monthly: expected_monthly(&replicated, one.sums.month, question),
        spot: None,
        glance: Glance::at(&samples[..samples.len().min(sensitivity::REPLICATIONS as usize)], one, bench, deadline),
        evaluated: one.clone(),
        replicated,
    }
}

/// Mean cost × runs, each failed run repeated until it succeeds: 1 / (1 − p) tries on average. What is `standing`, due
/// every month, falls due once, however often a run is tried again.
///
/// A run that always fails costs one try; it is not ranked anyway.
pub fn expected_monthly(replicated: &Replicated, standing: Usd, question: &Question<'_>) -> Cost {
    let once = replicated.mean_cost.times(runs_per_month(question));
    Cost { known: with_repetitions(once.known, standing, replicated.failure), ..once }
}

/// A month's cost of which `standing` is due anyway and the rest for every try.
fn with_repetitions(month: Usd, standing: Usd, failure: Share) -> Usd {
    let tries = Decimal::try_from(1.0 / (1.0 - failure.get())).unwrap_or(Decimal::ONE);
    (month - standing) * tries + standing
}

/// Those that meet the deadline first, then the cheaper; among those that miss it, the likelier to meet it.
fn preference(a: &Finalist, b: &Finalist) -> std::cmp::Ordering {
    let order = b.meets_deadline.cmp(&a.meets_deadline);
    let order = order.then_with(|| {
        if a.meets_deadline {
            a.monthly.cmp(&b.monthly)
        } else {
            b.replicated.deadline_met.get().total_cmp(&a.replicated.deadline_met.get())
        }
    });
    order.then_with(|| a.evaluated.candidate.id.cmp(&b.evaluated.candidate.id))
}

/// Rows in order: candidates and alternatives that meet the deadline, priced before unpriced, cheapest first;
/// baselines among them by cost but without a rank. The second part are those that miss.
pub fn order(finalists: Vec<Finalist>) -> (Vec<Finalist>, Vec<Finalist>) {
    let (mut rows, missed): (Vec<_>, Vec<_>) =
        finalists.into_iter().partition(|row| row.meets_deadline || is_baseline(row));
    rows.sort_by(|a, b| {
        a.monthly.cmp(&b.monthly).then_with(|| a.evaluated.candidate.id.cmp(&b.evaluated.candidate.id))
    });
    (rows, missed)
}

pub fn is_baseline(row: &Finalist) -> bool {
    row.evaluated.candidate.engine.role() == Role::Baseline
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_run_repeats_its_own_lines_and_not_the_months() {
        // $100 of a month, $40 of it an environment that stands anyway: a quarter of the runs fails, so $60 are due
        // 4/3 times: 80 + 40.
        let usd = |dollars: i64| Usd::new(Decimal::from(dollars));
        let month = with_repetitions(usd(100), usd(40), Share::clamped(0.25));
        assert!((month.approximate() - 120.0).abs() < 1e-9, "{month}");
        assert_eq!(with_repetitions(usd(100), usd(40), Share::NONE), usd(100));
        // What always fails is tried once.
        assert_eq!(with_repetitions(usd(100), usd(40), Share::ALL), usd(100));
    }
}
