//! The time that a run has.

use crate::units::{HOURS_PER_MONTH, Span};
use crate::workload::Workload;

/// Longest time that a run may take when nobody said anything: a day, so that "cheapest" does not mean "one small
/// machine for a week".
const LONGEST_UNSAID: Span = Span::hours(24.0);

/// The time that a run has, and where the figure comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Deadline {
    /// Trigger to result.
    pub within: Span,
    /// Why, for people; `None` when the workload file says it.
    pub inferred: Option<String>,
}

impl Deadline {
    /// The declared deadline, or: a run ends before the next one starts, and within a day.
    #[must_use]
    pub fn of(workload: &Workload) -> Self {
        if let Some(declared) = &workload.deadline {
            return Self { within: declared.value, inferred: None };
        }
        let interval = Span::hours(HOURS_PER_MONTH / workload.cadence.runs_per_month.value.max(1e-3));
        let within = interval.min(LONGEST_UNSAID);
        let why = if interval < LONGEST_UNSAID {
            format!("no deadline is declared: a run must end before the next one starts, {within} later")
        } else {
            "no deadline is declared: a run must end within a day".to_owned()
        };
        Self { within, inferred: Some(why) }
    }
}
