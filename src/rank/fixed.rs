//! One asked shape of one engine, run and priced: a what-if instead of a search.

use super::evaluate::{Bench, bill_of, runs_per_month};
use super::model::{CostRange, Note, PricesUsed, Quantiles};
use super::options::RecommendOptions;
use super::prices_used::of_bill;
use super::recommend::{RecommendError, own_terms};
use super::replicate::{cost_range, quantile};
use crate::bill::{Bill, Cost, Sums};
use crate::engines::usage::Words;
use crate::engines::{
    Candidate, ChargesOfRuns, Engine, EngineId, Execution, ExecutorWish, Provision, Question, REGISTRY, RunRecord,
    fixed_shapes, offered_sizes,
};
use crate::prices::{Overlay, PriceBook, Rates, Remembered};
use crate::simulate::{Model, Settings};
use crate::units::{Bytes, Share, Span, Usd};
use crate::workload::Workload;

/// The work of a job on a provision, from its first executor to its last task, when something better than the stage model is
/// at hand.
pub type WorkOn<'a> = &'a dyn Fn(&Provision) -> Span;

/// A fixed shape with what its runs did and cost.
#[derive(Clone, Debug)]
pub struct FixedAnswer {
    /// Engine and shape.
    pub candidate: Candidate,
    /// The shape in words.
    pub shape_text: String,
    /// Executors that run tasks.
    pub executors: u32,
    /// Task slots of each.
    pub cores: u32,
    /// Heap of each.
    pub memory: Bytes,
    /// Trigger to result.
    pub duration: Quantiles<Span>,
    /// First executor to result.
    pub work: Quantiles<Span>,
    /// Cost of one run; `None` while a price is missing.
    pub cost: Option<CostRange>,
    /// Cost of a month of likely runs; `None` while a price is missing.
    pub monthly_cost: Option<Usd>,
    /// Share of runs that fail.
    pub failure: Share,
    /// The bill of the likely run.
    pub bill: Bill,
    /// The likely run.
    pub likely_run: RunRecord,
    /// Which prices were used, and which are missing.
    pub prices: PricesUsed,
    /// What stands in the way of this engine, and what differs from the wish.
    pub notes: Vec<Note>,
    /// What was assumed.
    pub assumptions: Vec<Note>,
}

impl FixedAnswer {
    /// The type of the machines that carry the executors, on engines with instances.
    #[must_use]
    pub fn instance_type(&self) -> Option<&str> {
        self.candidate.shape.instance_type()
    }
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum FixedError {
    /// The prices cannot be opened.
    #[error(transparent)]
    Prices(#[from] RecommendError),
    /// The engine has no such shape.
    #[error("{engine} has no such shape: {why}")]
    NoShape {
        /// The engine.
        engine: EngineId,
        /// What it has instead.
        why: String,
    },
}

/// Runs and prices a workload on one asked shape: of those that the engine can make of it the cheapest.
///
/// # Errors
/// The region has no prices, the workload's price conditions are wrong, or the engine has no such shape.
pub fn simulate_fixed(
    workload: &Workload,
    book: &PriceBook,
    options: &RecommendOptions,
    (engine, wish): (EngineId, &ExecutorWish),
    work_on: Option<WorkOn<'_>>,
) -> Result<FixedAnswer, FixedError> {
    let regional = book.in_region(&workload.region.value).map_err(RecommendError::from)?;
    let terms = own_terms(workload);
    let overlay = Overlay::new(&regional, &terms).map_err(RecommendError::from)?;
    let rates = Remembered::new(&overlay);
    let question = Question { workload, catalog: rates.catalog(), rates: &rates, slot_ladder: &[] };
    let model = match &options.measured {
        Some(measured) => Model::from_log(workload, std::sync::Arc::clone(measured)),
        None => Model::new(workload),
    };
    let bench = Bench { question, model: &model };
    let no_shape = |why: String| FixedError::NoShape { engine, why };
    let Some(engine) = REGISTRY.iter().find(|known| known.id() == engine) else {
        return Err(no_shape("it is not in this build".to_owned()));
    };
    let tried = fixed_shapes(*engine, wish, &question)
        .into_iter()
        .filter_map(|candidate| Tried::new(candidate, wish, &bench, work_on));
    let best = tried.min_by(|a, b| a.monthly.cmp(&b.monthly).then_with(|| a.candidate.id.cmp(&b.candidate.id)));
    let Some(best) = best else { return Err(no_shape(why_none(*engine, wish, &question))) };
    Ok(best.answer(*engine, wish, book, options, &bench))
}

/// A shape with its likely run and bill.
struct Tried {
    candidate: Candidate,
    provision: Provision,
    /// What the work of the stage model's runs is multiplied with.
    factor: f64,
    likely: RunRecord,
    bill: Bill,
    monthly: Cost,
}

impl Tried {
    fn new(candidate: Candidate, wish: &ExecutorWish, bench: &Bench<'_>, work_on: Option<WorkOn<'_>>) -> Option<Self> {
        let Execution::Batch(provision) = candidate.shape.behaviour().execution(&bench.question) else { return None };
        let provision = only(provision, wish.executors);
        let likely = bench.model.simulate(&provision, &candidate.id, &Settings::likely()).into_iter().next()?;
        let factor = match work_on {
            Some(work_on) if likely.work > Span::ZERO => work_on(&provision).as_seconds() / likely.work.as_seconds(),
            _ => 1.0,
        };
        let likely = longer(likely, factor);
        let bill = bill_of(&candidate, &likely, &bench.question);
        let monthly = bill.cost_of_month(runs_per_month(&bench.question));
        Some(Self { candidate, provision, factor, likely, bill, monthly })
    }

    fn answer(
        self,
        engine: &dyn Engine,
        wish: &ExecutorWish,
        book: &PriceBook,
        options: &RecommendOptions,
        bench: &Bench<'_>,
    ) -> FixedAnswer {
        let question = &bench.question;
        let settings = Settings::drawn(options.seed, options.replications);
        let records: Vec<RunRecord> = bench
            .model
            .simulate(&self.provision, &self.candidate.id, &settings)
            .into_iter()
            .map(|record| longer(record, self.factor))
            .collect();
        let runs = runs_per_month(question);
        let billed = ChargesOfRuns::of(&self.candidate.shape, question, Words::LeftOut);
        let cost = |record: &RunRecord| Sums::of(&billed.charges(record), question.rates).of_run(runs);
        let costs: Vec<Cost> = records.iter().map(cost).collect();
        let failed = records.iter().filter(|record| record.failure.is_some()).count();
        let group = self.provision.groups.first();
        FixedAnswer {
            shape_text: self.candidate.shape.behaviour().describe(),
            executors: self.provision.groups.iter().map(crate::engines::ExecutorGroup::executors).sum(),
            cores: group.map_or(0, |group| group.slots_per_executor),
            memory: group.map_or(Bytes::ZERO, |group| group.executor_memory),
            duration: quantiles(&records, |record| record.makespan),
            work: quantiles(&records, |record| record.work),
            cost: cost_range(&costs),
            monthly_cost: self.monthly.complete(),
            failure: share(failed, records.len()),
            prices: of_bill(book, &self.bill, options.today, question),
            notes: notes(engine, &self, wish, question),
            assumptions: self
                .candidate
                .shape
                .behaviour()
                .assumptions(question)
                .into_iter()
                .map(|assumption| Note::new(assumption.code, assumption.text))
                .collect(),
            bill: self.bill,
            likely_run: self.likely,
            candidate: self.candidate,
        }
    }
}

/// The provision with the asked executors only: the machines may have room for more.
fn only(mut provision: Provision, executors: u32) -> Provision {
    let mut left = executors;
    for group in &mut provision.groups {
        for arrival in &mut group.arrivals {
            arrival.executors = arrival.executors.min(left);
            left -= arrival.executors;
        }
        group.arrivals.retain(|arrival| arrival.executors > 0);
        if let Some(elastic) = &mut group.elastic {
            elastic.on_request = elastic.on_request.min(left);
            left -= elastic.on_request;
        }
    }
    provision.groups.retain(|group| group.executors() > 0);
    provision
}

/// A run whose work takes so many times as long; its start-up stays.
fn longer(mut run: RunRecord, factor: f64) -> RunRecord {
    run.work = run.work * factor;
    run.makespan = run.start_up + run.work;
    for group in &mut run.groups {
        group.executor_time = group.executor_time * factor;
        group.busy_slot_time = group.busy_slot_time * factor;
    }
    run
}

/// Quantiles over the runs that give a result; over all where none does.
fn quantiles(records: &[RunRecord], of: impl Fn(&RunRecord) -> Span) -> Quantiles<Span> {
    let any_succeeds = records.iter().any(|record| record.failure.is_none());
    let counted = records.iter().filter(|record| !any_succeeds || record.failure.is_none());
    let mut times: Vec<f64> = counted.map(|record| of(record).as_seconds()).collect();
    times.sort_by(f64::total_cmp);
    let at = |share: f64| Span::seconds(quantile(&times, share));
    Quantiles { p50: at(0.5), p90: at(0.9), p95: at(0.95) }
}

fn notes(engine: &dyn Engine, tried: &Tried, wish: &ExecutorWish, question: &Question<'_>) -> Vec<Note> {
    let mut notes: Vec<Note> =
        engine.obstacles(question).into_iter().map(|obstacle| Note::new(obstacle.code, obstacle.text)).collect();
    let given: u32 = tried.provision.groups.iter().map(crate::engines::ExecutorGroup::executors).sum();
    if let Execution::Batch(whole) = tried.candidate.shape.behaviour().execution(question) {
        let room: u32 = whole.groups.iter().map(crate::engines::ExecutorGroup::executors).sum();
        if room > wish.executors {
            let text =
                format!("the machines have room for {room} executors; {given} run tasks, and the bill is for all");
            notes.push(Note::new("room-for-more", text));
        }
    }
    notes.extend(tried.likely.failure.clone().map(|why| Note::new("run-fails", why)));
    let missing = tried.bill.missing();
    if !missing.is_empty() {
        let meters: Vec<&str> = missing.iter().map(|missing| missing.meter.as_str()).collect();
        let text = format!("the cost is not known: no price of {}", meters.join(", "));
        notes.push(Note::new("cost-unknown", text));
    }
    notes
}

fn why_none(engine: &dyn Engine, wish: &ExecutorWish, question: &Question<'_>) -> String {
    let sizes = offered_sizes(engine, wish, question);
    if sizes.is_empty() {
        return "it sizes itself, or has no shape for so many slots of this workload".to_owned();
    }
    format!("its own executors have {}", sizes.join(", "))
}

fn share(part: usize, whole: usize) -> Share {
    let count = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    Share::clamped(count(part) / count(whole).max(1.0))
}
