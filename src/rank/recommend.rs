//! The main job: workload and prices in, answer out. Pure: reads no clock, file or network.

use std::sync::Arc;

use jiff::civil::Date;
use rayon::prelude::*;
use rust_decimal::Decimal;

use super::break_even::{self, Side};
use super::deadline::Deadline;
use super::evaluate::{Bench, Evaluated, runs_per_month};
use super::model::{BreakEven, Note, PricesUsed, Ranked, Recommendation, Rejected};
use super::options::RecommendOptions;
use super::reasons::{self, Finalist};
use super::replicate::{Replicated, replicate};
use super::search::{Search, search};
use super::{no_shape, pareto, rules, spot};
use crate::bill::{Bill, Cost};
use crate::catalog::Catalog;
use crate::engines::on_premises::OwnClusterYear;
use crate::engines::{Engine, EngineId, Question, REGISTRY, Role};
use crate::prices::{
    Freshness, MissingPrice, Overlay, OverlayError, Price, PriceBook, PriceKey, RegionError, Remembered,
};
use crate::simulate::{Model, Settings};
use crate::units::{Share, Usd};
use crate::workload::{Discounts, Workload};

/// Why there is no answer at all.
#[derive(Debug, thiserror::Error)]
pub enum RecommendError {
    /// The region has no prices.
    #[error(transparent)]
    Region(#[from] RegionError),
    /// The user's price conditions are wrong.
    #[error(transparent)]
    Conditions(#[from] OverlayError),
}

/// Ranks every engine and shape for the workload.
///
/// An answer without any ranked candidate is an answer: its `rejected` say which constraint to relax.
///
/// # Errors
/// The region has no prices, or the workload's own price conditions are wrong.
pub fn recommend(
    workload: Workload,
    book: &PriceBook,
    options: &RecommendOptions,
) -> Result<Recommendation, RecommendError> {
    let regional = book.in_region(&workload.region.value)?;
    let terms = own_terms(&workload);
    let overlay = Overlay::new(&regional, &terms)?;
    let rates = Remembered::new(&overlay);
    let question = Question { workload: &workload, catalog: Catalog::embedded(), rates: &rates, slot_ladder: &[] };
    let model = match &options.measured {
        Some(measured) => Model::from_log(&workload, Arc::clone(measured)),
        None => Model::new(&workload),
    };
    let bench = Bench { question, model: &model };
    let deadline = Deadline::of(&workload);
    let (eligible, mut rejected) = sift(&question);
    let looked_at = search(&eligible, &bench, &deadline);
    let settings = Settings { seed: options.seed, replications: options.replications };
    let finalists = decide(&looked_at, &bench, &deadline, &settings);
    let (rows, missed) = order(finalists);
    rejected.splice(0..0, near_misses(&missed, &eligible, &looked_at, &deadline, &question));
    let ranked = ranked_rows(&rows, &question, &deadline);
    let warnings = warnings(&rows, &deadline, &question);
    Ok(Recommendation {
        seed: options.seed,
        replications: options.replications,
        prices: prices_used(book, &ranked, &rows, options.today, &question),
        pareto: pareto::front(&looked_at.evaluated, &ranked),
        break_even: break_evens(&rows, &eligible, &bench, &deadline),
        rules: rules::verdicts(&workload, &ranked, &rejected),
        shapes_considered: looked_at.evaluated.len(),
        warnings,
        rejected,
        ranked,
        workload,
    })
}

/// The workload's price conditions, with the yearly cost of its own cluster as the price that only the user knows.
fn own_terms(workload: &Workload) -> Discounts {
    let mut terms = workload.discounts.clone();
    if let Some(own) = &workload.today.on_premises {
        let meter = OwnClusterYear.meter().to_string();
        terms.unit_prices.entry(meter).or_insert(own.yearly_cost.dollars());
    }
    terms
}

/// Engines that may run the workload, and the others with their reasons.
fn sift(question: &Question<'_>) -> (Vec<&'static dyn Engine>, Vec<Rejected>) {
    let mut eligible = Vec::new();
    let mut rejected = Vec::new();
    for engine in REGISTRY {
        let obstacles = engine.obstacles(question);
        if obstacles.is_empty() {
            eligible.push(*engine);
        }
        rejected.extend(obstacles.into_iter().map(|obstacle| Rejected {
            engine: engine.id(),
            code: obstacle.code.to_owned(),
            text: obstacle.text,
            relax: obstacle.relax.map(str::to_owned),
        }));
    }
    (eligible, rejected)
}

/// Replications of the first look at a finalist.
const FIRST_LOOK: u32 = 32;

/// Finalists of a variant that are replicated in full, at most.
const FULL_LOOKS: usize = 4;

/// The best finalist of each variant: the cheapest that meets the deadline as demanded, or the one that comes
/// nearest. A short first look puts the finalists in order; the first that holds under all replications is it.
fn decide(looked_at: &Search, bench: &Bench<'_>, deadline: &Deadline, settings: &Settings) -> Vec<Finalist> {
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

fn finalist(one: &Evaluated, bench: &Bench<'_>, deadline: &Deadline, settings: &Settings) -> Finalist {
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
fn order(finalists: Vec<Finalist>) -> (Vec<Finalist>, Vec<Finalist>) {
    let (mut rows, missed): (Vec<_>, Vec<_>) =
        finalists.into_iter().partition(|row| row.meets_deadline || is_baseline(row));
    rows.sort_by(|a, b| {
        a.monthly.cmp(&b.monthly).then_with(|| a.evaluated.candidate.id.cmp(&b.evaluated.candidate.id))
    });
    (rows, missed)
}

fn is_baseline(row: &Finalist) -> bool {
    row.evaluated.candidate.engine.role() == Role::Baseline
}

fn ranked_rows(rows: &[Finalist], question: &Question<'_>, deadline: &Deadline) -> Vec<Ranked> {
    let first = rows.iter().find(|row| !is_baseline(row));
    let first = first.map(|row| (row.evaluated.candidate.engine, row.monthly));
    let mut next_rank = 1;
    rows.iter()
        .map(|row| {
            let rank = (!is_baseline(row)).then(|| {
                next_rank += 1;
                next_rank - 1
            });
            ranked_row(row, rank, first, question, deadline)
        })
        .collect()
}

fn ranked_row(
    row: &Finalist,
    rank: Option<u32>,
    first: Option<(EngineId, Cost)>,
    question: &Question<'_>,
    deadline: &Deadline,
) -> Ranked {
    let behaviour = row.evaluated.candidate.shape.behaviour();
    Ranked {
        rank,
        shape_text: behaviour.describe(),
        duration: row.replicated.duration,
        cost: row.replicated.cost,
        monthly_cost: row.monthly.complete(),
        known_monthly_cost: row.monthly.known,
        deadline_met: row.replicated.deadline_met,
        meets_deadline: row.meets_deadline,
        failure: row.replicated.failure,
        spot: row.spot.clone(),
        bill: row.evaluated.bill.clone(),
        likely_run: row.evaluated.likely.clone(),
        reasons: reasons::reasons(row, first, deadline),
        risks: reasons::risks(row, question),
        assumptions: behaviour
            .assumptions(question)
            .into_iter()
            .map(|assumption| Note::new(assumption.code, assumption.text))
            .collect(),
        candidate: row.evaluated.candidate.clone(),
    }
}

/// Engines that could run the workload and still do not serve it: they come first, the others could not anyway.
fn near_misses(
    missed: &[Finalist],
    eligible: &[&dyn Engine],
    looked_at: &Search,
    deadline: &Deadline,
    question: &Question<'_>,
) -> Vec<Rejected> {
    let missed = missed.iter().map(|row| missed_deadline(row, deadline, question));
    missed.chain(no_shape::rejections(eligible, looked_at, question)).collect()
}

fn missed_deadline(row: &Finalist, deadline: &Deadline, question: &Question<'_>) -> Rejected {
    let demanded = question.workload.constraints.deadline_probability.value;
    let failed = row.fails_too_often(demanded);
    Rejected {
        engine: row.evaluated.candidate.engine,
        code: if failed { "run-fails" } else { "deadline-missed" }.to_owned(),
        text: reasons::miss_text(row, deadline, demanded),
        relax: if failed { what_fails(question.workload) } else { Some("deadline".to_owned()) },
    }
}

/// What to relax so that runs succeed: the hot key, when there is one. A time limit or a full disk has no single cause.
fn what_fails(workload: &Workload) -> Option<String> {
    (workload.job.skew.hot_key_share.value > Share::NONE).then(|| "job.skew".to_owned())
}

fn break_evens(
    rows: &[Finalist],
    engines: &[&'static dyn Engine],
    bench: &Bench<'_>,
    deadline: &Deadline,
) -> Vec<BreakEven> {
    let mut sides = rows.iter().filter(|row| !is_baseline(row) && row.monthly.missing == 0).filter_map(|row| {
        let engine = engines.iter().find(|engine| engine.id() == row.evaluated.candidate.engine)?;
        Some(Side {
            engine: *engine,
            candidate: &row.evaluated.candidate,
            bill: &row.evaluated.bill,
            expected_monthly: row.monthly.known.approximate(),
        })
    });
    let Some(first) = sides.next() else { return Vec::new() };
    let Some(second) = sides.find(|side| side.candidate.engine != first.candidate.engine) else { return Vec::new() };
    let volume = break_even::over_volume(first, second, bench, deadline.within);
    let cadence = break_even::over_cadence(first, second);
    volume.into_iter().chain(cadence).collect()
}

fn warnings(rows: &[Finalist], deadline: &Deadline, question: &Question<'_>) -> Vec<Note> {
    let mut notes: Vec<Note> = Vec::new();
    notes.extend(deadline.inferred.clone().map(|why| Note::new("deadline-inferred", why)));
    notes.extend(incomplete(rows, question));
    notes.extend(too_close(rows));
    if let Some(budget) = question.workload.constraints.budget_per_month {
        let cheapest = rows.iter().filter(|row| !is_baseline(row)).find_map(|row| row.monthly.complete());
        if let Some(cheapest) = cheapest.filter(|cheapest| *cheapest > budget) {
            notes.push(Note::new(
                "over-budget",
                format!("the cheapest answer is {cheapest} a month, the budget {budget}"),
            ));
        }
    }
    notes
}

/// Where not even the first row is fully priced, the order rests on what is known.
fn incomplete(rows: &[Finalist], question: &Question<'_>) -> Option<Note> {
    let first = rows.iter().find(|row| !is_baseline(row))?;
    (first.monthly.missing > 0).then(|| {
        let text = format!(
            "no engine is fully priced in {}: the order rests on the known parts of the bills; give the missing prices",
            question.rates.region()
        );
        Note::new("no-complete-price", text)
    })
}

/// The first two are too close to call when the first is the cheaper in fewer than nine of ten common draws.
fn too_close(rows: &[Finalist]) -> Option<Note> {
    let mut priced = rows.iter().filter(|row| !is_baseline(row) && row.monthly.missing == 0);
    let (first, second) = (priced.next()?, priced.next()?);
    let pairs = first.replicated.costs.iter().zip(&second.replicated.costs);
    let wins = pairs.clone().filter(|(a, b)| a < b).count();
    #[expect(clippy::cast_precision_loss, reason = "a few hundred replications")]
    let share = wins as f64 / pairs.count().max(1) as f64;
    (share < 0.9).then(|| {
        Note::new(
            "too-close-to-call",
            format!(
                "{} and {} are too close to call: the first costs less on average, but in only {} of the simulated runs",
                first.evaluated.candidate.shape.behaviour().describe(),
                second.evaluated.candidate.shape.behaviour().describe(),
                Share::clamped(share)
            ),
        )
    })
}

fn prices_used(
    book: &PriceBook,
    ranked: &[Ranked],
    rows: &[Finalist],
    today: Option<Date>,
    question: &Question<'_>,
) -> PricesUsed {
    let lines = || ranked.iter().flat_map(|row| &row.bill.lines);
    let used: Vec<&Price> = lines().filter_map(|line| line.price.as_ref().ok()).collect();
    let mut missing: Vec<MissingPrice> = rows
        .iter()
        .flat_map(|row| &row.evaluated.bill.lines)
        .filter(|line| !line.charge.quantity.is_zero())
        .filter_map(|line| line.price.clone().err())
        .collect();
    missing.sort_by(|a, b| a.meter.cmp(&b.meter));
    missing.dedup();
    let freshness = Freshness::new(book, today.unwrap_or_default(), used);
    PricesUsed {
        source: "embedded snapshot".to_owned(),
        as_of: book.as_of().to_owned(),
        age_days: today.map(|today| book.age_days(today)),
        oldest_price: freshness.oldest,
        newest_price: freshness.newest,
        snapshot_sha256: book.manifest().sha256.clone(),
        region: question.rates.region().to_owned(),
        missing,
        conditions: conditions(&question.workload.discounts),
    }
}

/// The user's own price conditions, in words.
fn conditions(terms: &Discounts) -> Vec<String> {
    let mut conditions = Vec::new();
    let percent = |share: &Decimal| format!("{} %", (*share * Decimal::ONE_HUNDRED).normalize());
    conditions.extend(terms.enterprise.as_ref().map(|share| format!("enterprise discount {}", percent(share))));
    let by_service = terms.by_service.iter();
    conditions.extend(by_service.map(|(service, share)| format!("{service} discount {}", percent(share))));
    conditions.extend(terms.unit_prices.iter().map(|(meter, dollars)| format!("own price of {meter}: ${dollars}")));
    if terms.free_allowances {
        conditions.push("account-wide free allowances are used up by this job".to_owned());
    }
    conditions
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

    #[test]
    fn discounts_are_said_in_percent() {
        let terms = Discounts {
            enterprise: Some(Decimal::new(5, 2)),
            by_service: [("ec2".to_owned(), Decimal::new(125, 3))].into(),
            ..Discounts::default()
        };
        assert_eq!(conditions(&terms), ["enterprise discount 5 %", "ec2 discount 12.5 %"]);
    }
}
