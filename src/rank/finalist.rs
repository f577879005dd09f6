//! From the search's finalists to one row of each variant, in order.

use rayon::prelude::*;
use rust_decimal::Decimal;

use super::deadline::Deadline;
use super::evaluate::{Bench, Evaluated, runs_per_month};
use super::model::SpotFigures;
use super::replicate::{Replicated, replicate};
use super::search::Search;
use super::spot;
use crate::bill::{Bill, Cost};
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
    /// Spot figures.
    pub spot: Option<SpotFigures>,
}

impl Finalist {
    /// Whether failing alone keeps the row from reaching the demanded probability.
    #[must_use]
    pub fn fails_too_often(&self, demanded: Share) -> bool {
        self.replicated.failure.get() > 1.0 - demanded.get()
    }
}

/// Replications of the first look at a finalist.
const FIRST_LOOK: u32 = 32;

/// Finalists of a variant that are replicated in full, at most.
const FULL_LOOKS: usize = 4;

/// The best finalist of each variant: the cheapest that meets the deadline as demanded, or the one that comes
/// nearest. A short first look puts the finalists in order; the first that holds under all replications is it.
pub fn decide(looked_at: &Search, bench: &Bench<'_>, deadline: &Deadline, settings: &Settings) -> Vec<Finalist> {
    let variants: Vec<&Vec<usize>> = looked_at.finalists.values().collect();
    variants
        .into_par_iter()
        .filter_map(|indices| {
            let first_look = Settings { replications: settings.replications.min(FIRST_LOOK), ..*settings };
            let mut looks: Vec<Finalist> = indices
                .par_iter()
                .map(|index| finalist(&looked_at.evaluated[*index], bench, deadline, &first_look))
                .collect();
            looks.sort_by(preference);
            best_in_full(&looks, bench, deadline, settings)
        })
        .collect()
}

fn best_in_full(looks: &[Finalist], bench: &Bench<'_>, deadline: &Deadline, settings: &Settings) -> Option<Finalist> {
    let mut best: Option<Finalist> = None;
    for look in looks.iter().take(FULL_LOOKS) {
        let full = finalist(&look.evaluated, bench, deadline, settings);
        let holds = full.meets_deadline;
        if best.as_ref().is_none_or(|known| preference(&full, known).is_lt()) {
            best = Some(full);
        }
        if holds {
            break;
        }
    }
    best
}

/// One shape in full.
pub fn finalist(one: &Evaluated, bench: &Bench<'_>, deadline: &Deadline, settings: &Settings) -> Finalist {
    let question = &bench.question;
    let replicated = replicate(&one.candidate, bench, settings, deadline.within);
    let demanded = question.workload.constraints.deadline_probability.value;
    Finalist {
        meets_deadline: replicated.deadline_met >= demanded,
        monthly: expected_monthly(&replicated, &one.bill, question),
        spot: spot::figures(one, &replicated, question),
        evaluated: one.clone(),
        replicated,
    }
}

/// Mean cost × runs, each failed run repeated until it succeeds: 1 / (1 − p) tries on average. What falls due every
/// month falls due once, however often a run is tried again.
///
/// A run that always fails costs one try; it is not ranked anyway.
fn expected_monthly(replicated: &Replicated, bill: &Bill, question: &Question<'_>) -> Cost {
    let once = replicated.mean_cost.times(runs_per_month(question));
    let standing = bill.cost_of_month(Decimal::ZERO).known;
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
