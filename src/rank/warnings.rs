//! What the reader should know before acting.

use super::deadline::Deadline;
use super::finalist::{Finalist, is_baseline};
use super::model::Note;
use crate::engines::Question;
use crate::units::Share;

pub fn warnings(rows: &[Finalist], deadline: &Deadline, question: &Question<'_>) -> Vec<Note> {
    let mut notes: Vec<Note> = Vec::new();
    notes.extend(deadline.inferred.clone().map(|why| Note::new("deadline-inferred", why)));
    notes.extend(incomplete(rows, question));
    notes.extend(too_close(rows));
    if let Some(budget) = question.workload.constraints.budget_per_month {
        let cheapest = rows.iter().filter(|row| !is_baseline(row)).find_map(|row| row.monthly.complete());
        if let Some(cheapest) = cheapest.filter(|cheapest| *cheapest > budget) {
            notes.push(Note::new(
                "over-budget",
                format!("the cheapest answer is {cheapest} a month, the budget {budget}"),
            ));
        }
    }
    notes
}

/// Where not even the first row is fully priced, the order rests on what is known.
fn incomplete(rows: &[Finalist], question: &Question<'_>) -> Option<Note> {
    let first = rows.iter().find(|row| !is_baseline(row))?;
    (first.monthly.missing > 0).then(|| {
        let text = format!(
            "no engine is fully priced in {}: the order rests on the known parts of the bills; give the missing prices",
            question.rates.region()
        );
        Note::new("no-complete-price", text)
    })
}

/// The first two are too close to call when the first is the cheaper in fewer than nine of ten common draws.
fn too_close(rows: &[Finalist]) -> Option<Note> {
    let mut priced = rows.iter().filter(|row| !is_baseline(row) && row.monthly.missing == 0);
    let (first, second) = (priced.next()?, priced.next()?);
    let pairs = first.replicated.costs.iter().zip(&second.replicated.costs);
    let wins = pairs.clone().filter(|(a, b)| a < b).count();
    #[expect(clippy::cast_precision_loss, reason = "a few hundred replications")]
    let share = wins as f64 / pairs.count().max(1) as f64;
    (share < 0.9).then(|| {
        Note::new(
            "too-close-to-call",
            format!(
                "{} and {} are too close to call: the first costs less on average, but in only {} of the simulated runs",
                first.evaluated.candidate.shape.behaviour().describe(),
                second.evaluated.candidate.shape.behaviour().describe(),
                Share::clamped(share)
            ),
        )
    })
}
