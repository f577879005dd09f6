//! One given shape, priced and simulated as the finalists are: what a spec that somebody wrote costs.

use std::sync::Arc;

use super::deadline::Deadline;
use super::evaluate::{Bench, likely};
use super::finalist::finalist;
use super::model::Ranked;
use super::options::RecommendOptions;
use super::recommend::{RecommendError, own_terms};
use super::rows::ranked_rows;
use crate::engines::{Candidate, Question};
use crate::prices::{Overlay, PriceBook, Rates, Remembered};
use crate::simulate::{Model, Settings};
use crate::workload::Workload;

/// The row that this candidate would have; `None` when the shape can run no task of the workload.
///
/// # Errors
/// The region has no prices, or the workload's own price conditions are wrong.
pub fn price_candidate(
    workload: &Workload,
    book: &PriceBook,
    options: &RecommendOptions,
    candidate: Candidate,
) -> Result<Option<Ranked>, RecommendError> {
    let regional = book.in_region(&workload.region.value)?;
    let terms = own_terms(workload);
    let overlay = Overlay::new(&regional, &terms)?;
    let rates = Remembered::new(&overlay);
    let question = Question { workload, catalog: rates.catalog(), rates: &rates, slot_ladder: &[] };
    let model = match &options.measured {
        Some(measured) => Model::from_log(workload, Arc::clone(measured)),
        None => Model::new(workload),
    };
    let bench = Bench { question, model: &model };
    let deadline = Deadline::of(workload);
    let settings = Settings::drawn(options.seed, options.replications);
    let Some(evaluated) = likely(candidate, &bench) else { return Ok(None) };
    let row = finalist(&evaluated, &bench, &deadline, &settings);
    Ok(ranked_rows(&[row], &question, &deadline).into_iter().next())
}
