//! The main job: workload and prices in, answer out. Pure: reads no clock, file or network.

use std::sync::Arc;

use super::break_even::{self, Side};
use super::deadline::Deadline;
use super::evaluate::Bench;
use super::finalist::{Decision, Finalist, decide, is_baseline, order};
use super::matrix::{self, Extent, Matrix};
use super::model::{BreakEven, Recommendation, Rejected};
use super::options::RecommendOptions;
use super::prices_used::prices_used;
use super::rows::{near_misses, ranked_rows};
use super::search::{busy_s, search};
use super::sensitivity::sensitivity;
use super::spot_break_even::spot_break_evens;
use super::warnings::warnings;
use super::{pareto, rules};
use crate::engines::on_premises::OwnClusterYear;
use crate::engines::{Engine, Question, REGISTRY};
use crate::prices::{Overlay, OverlayError, PriceBook, PriceKey, Rates, RegionError, Remembered};
use crate::simulate::{Model, Settings};
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
    recommend_at(workload, &regional, book, options)
}

/// The same at other prices than the book's, for example those of an earlier day; `book` is what the answer names as
/// its source.
///
/// # Errors
/// The workload's own price conditions are wrong.
pub fn recommend_at(
    workload: Workload,
    prices: &dyn Rates,
    book: &PriceBook,
    options: &RecommendOptions,
) -> Result<Recommendation, RecommendError> {
    let terms = own_terms(&workload);
    let overlay = Overlay::new(prices, &terms)?;
    let rates = Remembered::new(&overlay);
    let question = Question { workload: &workload, catalog: rates.catalog(), rates: &rates, slot_ladder: &[] };
    let model = model_of(&workload, options);
    let bench = Bench { question, model: &model };
    let deadline = Deadline::of(&workload);
    let (eligible, mut rejected) = sift(&question);
    let looked_at = search(&eligible, &bench, &deadline);
    let settings = Settings::drawn(options.seed, options.replications);
    let Decision { finalists, front, effort } = decide(&looked_at, &bench, &deadline, &settings);
    let (rows, missed) = order(finalists);
    rejected.splice(0..0, near_misses(&missed, &eligible, &looked_at, &deadline, &question));
    let ranked = ranked_rows(&rows, &question, &deadline);
    let warnings = warnings(&rows, &deadline, &question);
    Ok(Recommendation {
        seed: options.seed,
        replications: options.replications,
        prices: prices_used(book, &ranked, &rows, options.today, &question),
        pareto: pareto::front(&looked_at.evaluated, &ranked),
        break_even: break_evens(&rows, &eligible, &bench, &deadline)
            .into_iter()
            .chain(spot_break_evens(&rows, &question, deadline.within))
            .collect(),
        sensitivity: options.sensitivity.then(|| sensitivity(&rows, &front, &bench, &deadline, &settings)).flatten(),
        rules: rules::verdicts(&workload, &ranked, &rejected),
        shapes_considered: looked_at.evaluated.len(),
        effort,
        warnings,
        rejected,
        ranked,
        workload,
    })
}

/// The workload's model: a log's stages and tasks where there is one.
fn model_of<'w>(workload: &'w Workload, options: &RecommendOptions) -> Model<'w> {
    match &options.measured {
        Some(measured) => Model::from_log(workload, Arc::clone(measured)),
        None => Model::new(workload),
    }
}

/// A decision matrix with what it is of.
#[derive(Clone, Debug, PartialEq)]
pub struct MatrixAnswer {
    /// The workload's name.
    pub workload: String,
    /// The region of the prices.
    pub region: String,
    /// Date of the price book.
    pub prices_as_of: String,
    /// Volume and runs a month that the workload declares.
    pub declared: (crate::units::Bytes, f64),
    /// The matrix.
    pub matrix: Matrix,
}

/// The winner over volume and cadence.
///
/// # Errors
/// The region has no prices, or the workload's own price conditions are wrong.
pub fn decision_matrix(
    workload: Workload,
    book: &PriceBook,
    options: &RecommendOptions,
    extent: Extent,
) -> Result<MatrixAnswer, RecommendError> {
    let regional = book.in_region(&workload.region.value)?;
    let terms = own_terms(&workload);
    let overlay = Overlay::new(&regional, &terms)?;
    let rates = Remembered::new(&overlay);
    let question = Question { workload: &workload, catalog: rates.catalog(), rates: &rates, slot_ladder: &[] };
    let model = model_of(&workload, options);
    let bench = Bench { question, model: &model };
    Ok(MatrixAnswer {
        matrix: matrix::matrix(REGISTRY, &bench, extent, options.seed),
        region: workload.region.value.clone(),
        prices_as_of: book.as_of().to_owned(),
        declared: (workload.input.volume.value, workload.cadence.runs_per_month.value),
        workload: workload.name.clone(),
    })
}

/// The workload's price conditions, with the yearly cost of its own cluster as the price that only the user knows.
pub(super) fn own_terms(workload: &Workload) -> Discounts {
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
            work_s: busy_s(&row.evaluated.likely),
        })
    });
    let Some(first) = sides.next() else { return Vec::new() };
    let Some(second) = sides.find(|side| side.candidate.engine != first.candidate.engine) else { return Vec::new() };
    let volume = break_even::over_volume(first, second, bench, deadline.within);
    let cadence = break_even::over_cadence(first, second);
    volume.into_iter().chain(cadence).collect()
}
