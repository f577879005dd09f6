//! Which line did it: every changed value is taken back for itself, and the rest computed again.

use super::baseline::BaselineWorkload;
use super::checker::{CheckError, Checker, Given};
use super::figures::Figures;
use crate::rank::RecommendOptions;
use crate::report::document::{Breach, CheckedChange, CheckedWorkload};
use crate::report::{Dollars, six};
use crate::workload::{Change, changes, locate, to_yaml};

/// Changes that are computed for themselves, at most: each costs an answer. More are listed without their effects.
const MOST: usize = 12;

/// The edit from the baseline's file to today's.
#[derive(Debug, Default)]
pub struct Edit {
    before: String,
    after: String,
    changes: Vec<Change>,
    /// Today's file, where `after` is not it.
    lines_of: Option<String>,
}

impl Edit {
    /// Between two texts; a baseline that came from a run file holds no text of the author's, so that both are written
    /// anew and the lines looked up in today's file.
    pub fn between(stored: &BaselineWorkload, given: &Given) -> Self {
        let (after, lines_of) = if stored.rewritten {
            (to_yaml(&given.workload), Some(given.text.clone()))
        } else {
            (given.text.clone(), None)
        };
        let changes = changes(&stored.text, &after);
        Self { before: stored.text.clone(), after, changes, lines_of }
    }

    /// Whether no value differs.
    pub const fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// The changes for the output; with their effects when those are wanted.
    pub fn changes(
        &self,
        checker: &Checker<'_>,
        now: Option<&Figures>,
        effects: Option<(&CheckedWorkload, &RecommendOptions)>,
    ) -> Result<Vec<CheckedChange>, CheckError> {
        let mut out: Vec<CheckedChange> = self.changes.iter().map(|change| self.plain(change)).collect();
        let Some((checked, options)) = effects else { return Ok(out) };
        if let [only] = out.as_mut_slice() {
            only.effect_usd = checked.workload_effect_usd;
            only.effect_s = checked.duration.map(|times| times.workload_effect_s);
            return Ok(out);
        }
        if out.len() > MOST {
            return Ok(out);
        }
        for (change, out) in self.changes.iter().zip(&mut out) {
            let Ok(without) = change.taken_back(&self.before, &self.after, checker.vocabulary) else { continue };
            let (without, _) = checker.figures(&without, None, options)?;
            set_effect(out, without.as_ref(), now);
        }
        Ok(out)
    }

    fn plain(&self, change: &Change) -> CheckedChange {
        let (line, column) = match &self.lines_of {
            Some(text) => locate(text, &change.path),
            None => (change.line, change.column),
        };
        CheckedChange {
            path: change.path.clone(),
            line: line as u64,
            column: column as u64,
            before: change.before.clone(),
            after: change.after.clone(),
            effect_usd: None,
            effect_s: None,
        }
    }
}

fn set_effect(change: &mut CheckedChange, without: Option<&Figures>, with: Option<&Figures>) {
    let cost = |figures: Option<&Figures>| figures.and_then(|it| it.monthly).map(Dollars::usd);
    change.effect_usd = cost(with).zip(cost(without)).map(|(with, without)| (with - without).into());
    change.effect_s = with.zip(without).map(|(with, without)| six(with.duration_s - without.duration_s));
}

/// Gives every breach the line of the change that does most of it; the first change where that is not known.
pub fn point(checked: &mut CheckedWorkload) {
    let CheckedWorkload { changes, breaches, .. } = checked;
    for breach in breaches {
        let Some(change) = culprit(breach, changes) else { continue };
        breach.path = Some(change.path.clone());
        (breach.line, breach.column) = (change.line, change.column);
    }
}

fn culprit<'c>(breach: &Breach, changes: &'c [CheckedChange]) -> Option<&'c CheckedChange> {
    let of_time = matches!(breach.code.as_str(), "max-runtime-increase" | "min-deadline-probability");
    let effect = |change: &CheckedChange| {
        if of_time { change.effect_s } else { change.effect_usd.map(Dollars::as_f64) }
    };
    let mut best = changes.first()?;
    for change in changes {
        if effect(change).unwrap_or(0.0) > effect(best).unwrap_or(0.0) {
            best = change;
        }
    }
    Some(best)
}
