//! Spark's scheduler as a discrete event simulation: tasks of ready stages, in order, onto free slots.
//!
//! Exact and fast at once: identical tasks that start together on executors of one group are one *cohort*, and an
//! event is the completion of a cohort. When a single run of identical tasks keeps all slots busy, whole waves are
//! jumped over (`fast_forward`), and so are rounds of a repeated chain of stages once one round goes like the one before
//! (`repeat`); property tests hold both against plain stepping. With runs of one task
//! each (the replay of a log), it is a plain simulation of every task.
//!
//! Times are seconds after the end of the start-up. Nothing here knows bytes, machines or prices.

mod agenda;
mod children;
mod elastic;
mod fast_forward;
mod losses;
mod outcome;
mod plan;
mod pool;
mod repeat;
mod running;
mod state;

pub use losses::Disruption;
pub use outcome::{GroupUse, Outcome, StageTimes};
pub use plan::{Plan, PlannedGroup, PlannedStage, Repeat};

use state::State;

/// Runs a plan to its end.
#[must_use]
pub fn run(plan: &Plan) -> Outcome {
    State::new(plan, true).run()
}

/// Runs a plan without jumping over waves: the reference that [`run`] is tested against.
#[must_use]
pub fn run_stepwise(plan: &Plan) -> Outcome {
    State::new(plan, false).run()
}
