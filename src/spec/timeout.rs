//! Time-outs: long enough for a slow run, short enough that a hung one does not bill for a day.

use super::SpecFacts;
use crate::units::Span;

/// A hung run is stopped after this many times the p95.
const FACTOR: f64 = 2.0;
/// Less would stop a run whose capacity came late.
const SHORTEST: Span = Span::minutes(30.0);

/// A time-out in whole minutes and how it came about.
pub(super) struct Timeout {
    pub(super) minutes: u32,
    pub(super) reason: String,
}

/// Twice the p95, at least half an hour, at most the service's `longest` minutes.
pub(super) fn run_timeout(facts: &SpecFacts, longest: u32) -> Timeout {
    let wanted = (facts.makespan_p95 * FACTOR).max(SHORTEST);
    let minutes = whole_minutes(wanted);
    let p95 = facts.makespan_p95;
    if minutes > longest {
        let reason =
            format!("Twice the p95 of {p95} is beyond the service's maximum of {longest} minutes; this is it.");
        return Timeout { minutes: longest, reason };
    }
    let reason = format!("A hung run stops billing: twice the p95 of {p95}, at least 30 minutes.");
    Timeout { minutes, reason }
}

/// Minutes, rounded up; an endless or negative time is the type's nearest number.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "float to integer casts saturate")]
pub(super) fn whole_minutes(span: Span) -> u32 {
    (span.as_seconds() / 60.0).ceil() as u32
}
