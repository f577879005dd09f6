//! From a simulated run to its unpriced lines: the engine's own, and what stands around it.

use rust_decimal::Decimal;

use super::usage::{RunTerms, Words};
use super::{Charge, Execution, Provision, Question, RunRecord, Shape, Surroundings, Terms};
use super::{charges, surrounding_charges, usage_of_run};
use crate::units::Share;

/// Everything that one run of a shape is charged for, or one month of what stands all month, in words.
#[must_use]
pub fn charges_of_run(shape: &Shape, record: &RunRecord, question: &Question<'_>) -> Vec<Charge> {
    ChargesOfRuns::of(shape, question, Words::Written).charges(record)
}

/// What is the same for all runs of one shape, worked out once for thousands of them.
#[derive(Debug)]
pub struct ChargesOfRuns<'a> {
    shape: &'a Shape,
    question: Question<'a>,
    provision: Provision,
    terms: Terms,
    run_terms: RunTerms,
}

impl<'a> ChargesOfRuns<'a> {
    /// Prepares the charges of a shape's runs.
    #[must_use]
    pub fn of(shape: &'a Shape, question: &Question<'a>, words: Words) -> Self {
        Self::on(shape, shape.behaviour().execution(question), question, words)
    }

    /// The same where the shape's execution is known already.
    #[must_use]
    pub fn on(shape: &'a Shape, execution: Execution, question: &Question<'a>, words: Words) -> Self {
        let workload = question.workload;
        let provision = match execution {
            Execution::Batch(provision) => provision,
            Execution::Continuous { latency_s } => Provision::service(latency_s),
        };
        let terms = Terms {
            runs_per_month: Decimal::try_from(workload.cadence.runs_per_month.value).unwrap_or(Decimal::ONE),
            free_allowances: workload.discounts.free_allowances,
            words,
            ..Terms::default()
        };
        let run_terms = RunTerms {
            cost_share: cost_share(shape, question),
            month_hours: terms.month_hours,
            runs_per_month: workload.cadence.runs_per_month.value,
            tables: workload.input.volume.value,
        };
        Self { shape, question: *question, provision, terms, run_terms }
    }

    /// The charges of one run.
    #[must_use]
    pub fn charges(&self, record: &RunRecord) -> Vec<Charge> {
        let workload = self.question.workload;
        let usage = usage_of_run(self.shape, &self.provision, record, &self.run_terms);
        let around = Surroundings::of_run(&usage, record, &workload.network, workload.orchestration.value, &self.terms);
        let mut lines = charges(&usage, &self.terms, self.question.rates);
        lines.extend(surrounding_charges(&around, &self.terms));
        lines
    }
}

/// The share of a standing or own cluster that this job carries.
fn cost_share(shape: &Shape, question: &Question<'_>) -> Decimal {
    let today = &question.workload.today;
    let share = match shape {
        Shape::EmrEc2(_) => today.standing_cluster.as_ref().map(|cluster| cluster.cost_share),
        Shape::OnPremises(_) => today.on_premises.as_ref().map(|cluster| cluster.cost_share),
        _ => None,
    };
    Decimal::try_from(share.unwrap_or(Share::ALL).get()).unwrap_or(Decimal::ONE)
}
