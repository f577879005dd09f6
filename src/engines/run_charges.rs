//! From a simulated run to its unpriced lines: the engine's own, and what stands around it.

use rust_decimal::Decimal;

use super::usage::RunTerms;
use super::{Charge, Execution, Provision, Question, RunRecord, Shape, Surroundings, Terms};
use super::{charges, surrounding_charges, usage_of_run};
use crate::units::Share;

/// Everything that one run of a shape is charged for, or one month of what stands all month.
#[must_use]
pub fn charges_of_run(shape: &Shape, record: &RunRecord, question: &Question<'_>) -> Vec<Charge> {
    let workload = question.workload;
    let provision = match shape.behaviour().execution(question) {
        Execution::Batch(provision) => provision,
        Execution::Continuous { latency_s } => Provision::service(latency_s),
    };
    let terms = Terms {
        runs_per_month: Decimal::try_from(workload.cadence.runs_per_month.value).unwrap_or(Decimal::ONE),
        free_allowances: workload.discounts.free_allowances,
        ..Terms::default()
    };
    let run_terms = RunTerms {
        cost_share: cost_share(shape, question),
        month_hours: terms.month_hours,
        runs_per_month: workload.cadence.runs_per_month.value,
        tables: workload.input.volume.value,
    };
    let usage = usage_of_run(shape, &provision, record, &run_terms);
    let around = Surroundings::of_run(&usage, record, &workload.network, workload.orchestration.value, &terms);
    let mut lines = charges(&usage, &terms, question.rates);
    lines.extend(surrounding_charges(&around, &terms));
    lines
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
