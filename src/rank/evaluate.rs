//! One candidate through the pipeline: execution, simulation, charges, bill.

use rust_decimal::Decimal;

use crate::bill::{Bill, Cost, Sums};
use crate::engines::usage::Words;
use crate::engines::{
    Candidate, ChargesOfRuns, Estimate, Execution, ExecutorGroup, Provision, Question, Role, RunRecord, charges_of_run,
};
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
    /// The likely run; its stages only where [`Evaluated::tell`] asked for them.
    pub likely: RunRecord,
    /// The lines of its bill, added up.
    pub sums: Sums,
    /// Its bill, line by line; without lines where nobody asked for them.
    pub bill: Bill,
    /// Cost of a month of likely runs.
    pub monthly: Cost,
    /// Task slots; 0 where the service sizes itself.
    pub slots: u32,
    /// Executor memory per slot as a power of two of a GiB: shapes of different classes fail differently.
    pub memory_class: i32,
}

impl Evaluated {
    /// Engine and purchase option: each gets a row.
    #[must_use]
    pub fn variant(&self) -> (crate::engines::EngineId, &'static str) {
        (self.candidate.engine, self.candidate.shape.behaviour().option())
    }

    /// Runs the likely run again with its stages and bills it in words, which the screen of thousands of shapes leaves out.
    pub fn tell(&mut self, bench: &Bench<'_>) {
        if let Some(likely) = runs(&self.candidate, bench, &Settings::likely()).into_iter().next() {
            self.bill = bill_of(&self.candidate, &likely, &bench.question);
            self.likely = likely;
        }
    }
}

/// The likely run of a candidate, priced.
#[must_use]
pub fn likely(candidate: Candidate, bench: &Bench<'_>) -> Option<Evaluated> {
    let question = &bench.question;
    let execution = candidate.shape.behaviour().execution(question);
    if is_too_small(&candidate, &execution, bench) {
        return None;
    }
    let likely = runs_of(&execution, &candidate.id, bench, &Settings::screen()).into_iter().next()?;
    let (slots, memory_class) = match &execution {
        Execution::Batch(provision) => (provision.slots(), memory_class(provision)),
        Execution::Continuous { .. } => (0, 0),
    };
    let charges = ChargesOfRuns::on(&candidate.shape, execution, question, Words::LeftOut).charges(&likely);
    let sums = Sums::of(&charges, question.rates);
    let monthly = sums.of_month(runs_per_month(question));
    Some(Evaluated { candidate, likely, sums, bill: Bill::default(), monthly, slots, memory_class })
}

/// Whether a shape on offer has less compute than the job used when it was logged. What runs today is looked at anyway.
fn is_too_small(candidate: &Candidate, execution: &Execution, bench: &Bench<'_>) -> bool {
    match execution {
        Execution::Batch(provision) => candidate.engine.role() == Role::Candidate && !bench.model.is_enough(provision),
        Execution::Continuous { .. } => false,
    }
}

/// The smallest memory per slot of any group, as the exponent of the power of two of a GiB below it.
fn memory_class(provision: &Provision) -> i32 {
    let per_slot = |group: &ExecutorGroup| group.executor_memory.as_f64() / f64::from(group.slots_per_executor.max(1));
    let smallest = provision.groups.iter().map(per_slot).fold(f64::INFINITY, f64::min);
    #[expect(clippy::cast_possible_truncation, reason = "a small exponent; infinity saturates")]
    let class = (smallest / Bytes::gib(1).as_f64()).log2().round() as i32;
    class
}

/// Simulated runs of a candidate.
#[must_use]
pub fn runs(candidate: &Candidate, bench: &Bench<'_>, settings: &Settings) -> Vec<RunRecord> {
    runs_of(&candidate.shape.behaviour().execution(&bench.question), &candidate.id, bench, settings)
}

fn runs_of(execution: &Execution, candidate_id: &str, bench: &Bench<'_>, settings: &Settings) -> Vec<RunRecord> {
    match execution {
        Execution::Batch(provision) => bench.model.simulate(provision, candidate_id, settings),
        Execution::Continuous { latency_s } => continuous(*latency_s, candidate_id, settings),
    }
}

/// The bill of one run, in words.
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
        spot_price_factor: 1.0,
        spot_fell_back: false,
    };
    if settings.replications == 0 {
        return vec![record(latency_s.likely)];
    }
    settings
        .numbers()
        .map(|replication| {
            record(latency_s.at_score(Draws::new(settings.seed, "latency", candidate_id, replication).score()))
        })
        .collect()
}
