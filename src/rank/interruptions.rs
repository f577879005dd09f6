//! What interruptions are expected and what they cost, whatever the market: Spot nodes, Flex capacity.

use super::evaluate::{Evaluated, bill_of};
use super::model::Interruptions;
use super::replicate::Replicated;
use crate::engines::{Period, Question, RunRecord};
use crate::units::{Span, Usd};

/// The figures; `None` when nothing of the shape can be taken back.
#[must_use]
pub fn figures(evaluated: &Evaluated, replicated: &Replicated, question: &Question<'_>) -> Option<Interruptions> {
    (evaluated.likely.spot_losses > 0.0).then(|| Interruptions {
        executors: replicated.spot_losses,
        delay: replicated.spot_delay,
        cost: cost(evaluated, replicated.spot_delay, question),
    })
}

/// The mean delay at what the likely run's delay costs by the second: its bill less that of the same run without losses.
fn cost(evaluated: &Evaluated, delay: Span, question: &Question<'_>) -> Option<Usd> {
    let run = &evaluated.likely;
    let likely_s = run.spot_delay.as_seconds();
    if likely_s <= 0.0 {
        return Some(Usd::ZERO);
    }
    let with = evaluated.bill.total(Period::Run).ok()?;
    let without = bill_of(&evaluated.candidate, &undisturbed(run), question).total(Period::Run).ok()?;
    let times = rust_decimal::Decimal::try_from(delay.as_seconds() / likely_s).ok()?;
    Some((with - without) * times)
}

/// The run as it would have been without losses: shorter by their delay, its executors standing as long.
fn undisturbed(run: &RunRecord) -> RunRecord {
    let delay_s = run.spot_delay.as_seconds();
    let work_s = run.work.as_seconds();
    let quiet_share = if work_s > 0.0 { (work_s - delay_s).max(0.0) / work_s } else { 1.0 };
    let mut quiet = run.clone();
    quiet.work = Span::seconds(work_s - delay_s);
    quiet.makespan = Span::seconds(run.makespan.as_seconds() - delay_s);
    for group in &mut quiet.groups {
        group.executor_time = Span::seconds(group.executor_time.as_seconds() * quiet_share);
    }
    (quiet.spot_losses, quiet.spot_delay) = (0.0, Span::ZERO);
    quiet
}
