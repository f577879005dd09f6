//! One candidate through the pipeline: execution, simulation, charges, bill.

use rust_decimal::Decimal;

use crate::bill::{Bill, Cost};
use crate::engines::{Candidate, Estimate, Execution, Question, RunRecord, charges_of_run};
use crate::simulate::{Draws, Model, Settings};
use crate::units::{Bytes, Span};

/// Where candidates are tried: the question with its workload's model, fitted once.
#[derive(Clone, Copy, Debug)]
pub struct Bench<'a> {
    /// What engines are asked with.
    pub question: Question<'a>,
    /// The workload, ready to be simulated.
    pub model: &'a Model<'a>,
}

/// A candidate with what its runs did and cost.
#[derive(Clone, Debug)]
pub struct Evaluated {
    /// Engine and shape.
    pub candidate: Candidate,
    /// The likely run.
    pub likely: RunRecord,
    /// Its bill.
    pub bill: Bill,
    /// Cost of a month of likely runs.
    pub monthly: Cost,
}

impl Evaluated {
    /// Engine and purchase option: each gets a row.
    #[must_use]
    pub fn variant(&self) -> (crate::engines::EngineId, &'static str) {
        (self.candidate.engine, self.candidate.shape.behaviour().option())
    }
}

/// The likely run of a candidate, priced.
#[must_use]
pub fn likely(candidate: Candidate, bench: &Bench<'_>) -> Option<Evaluated> {
    let question = &bench.question;
    let likely = runs(&candidate, bench, &Settings::likely()).into_iter().next()?;
    let bill = bill_of(&candidate, &likely, question);
    let monthly = bill.cost_of_month(runs_per_month(question));
    Some(Evaluated { candidate, likely, bill, monthly })
}

/// Simulated runs of a candidate.
#[must_use]
pub fn runs(candidate: &Candidate, bench: &Bench<'_>, settings: &Settings) -> Vec<RunRecord> {
    match candidate.shape.behaviour().execution(&bench.question) {
        Execution::Batch(provision) => bench.model.simulate(&provision, &candidate.id, settings),
        Execution::Continuous { latency_s } => continuous(latency_s, &candidate.id, settings),
    }
}

/// The bill of one run.
#[must_use]
pub fn bill_of(candidate: &Candidate, run: &RunRecord, question: &Question<'_>) -> Bill {
    Bill::price(charges_of_run(&candidate.shape, run, question), question.rates)
}

/// Runs a month as an exact number.
#[must_use]
pub fn runs_per_month(question: &Question<'_>) -> Decimal {
    Decimal::try_from(question.workload.cadence.runs_per_month.value)
        .ok()
        .filter(|runs| *runs > Decimal::ZERO)
        .unwrap_or(Decimal::ONE)
}

/// A system that never ends answers each event after its latency.
fn continuous(latency_s: Estimate, candidate_id: &str, settings: &Settings) -> Vec<RunRecord> {
    let record = |latency: f64| RunRecord {
        start_up: Span::ZERO,
        work: Span::seconds(latency),
        makespan: Span::seconds(latency),
        groups: Vec::new(),
        stages: Vec::new(),
        s3_gets: 0,
        s3_puts: 0,
        bytes_read: Bytes::ZERO,
        bytes_written: Bytes::ZERO,
        shuffle_bytes: Bytes::ZERO,
        spill_bytes: Bytes::ZERO,
        failure: None,
        spot_losses: 0.0,
        spot_delay: Span::ZERO,
    };
    if settings.replications == 0 {
        return vec![record(latency_s.likely)];
    }
    (0..settings.replications)
        .map(|replication| {
            record(latency_s.at_score(Draws::new(settings.seed, "latency", candidate_id, replication).score()))
        })
        .collect()
}
