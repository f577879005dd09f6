//! The front of monthly cost against time: shapes that no other shape beats in both.

use super::evaluate::Evaluated;
use super::model::{ParetoPoint, Ranked};
use crate::engines::Role;

/// Shapes on the front beside the ranked ones, fastest first; those with an unknown price or a failing run are not on
/// it.
#[must_use]
pub fn front(evaluated: &[Evaluated], ranked: &[Ranked]) -> Vec<ParetoPoint> {
    let mut points: Vec<(&Evaluated, crate::units::Usd)> = evaluated
        .iter()
        .filter(|one| one.likely.failure.is_none() && one.candidate.engine.role() != Role::Baseline)
        .filter_map(|one| Some((one, one.monthly.complete()?)))
        .collect();
    points.sort_by(|(a, cost_a), (b, cost_b)| {
        a.likely
            .makespan
            .as_seconds()
            .total_cmp(&b.likely.makespan.as_seconds())
            .then(cost_a.cmp(cost_b))
            .then_with(|| a.candidate.id.cmp(&b.candidate.id))
    });
    let mut cheapest = None;
    points
        .into_iter()
        .filter(|(_, cost)| {
            let improves = cheapest.is_none_or(|known| *cost < known);
            if improves {
                cheapest = Some(*cost);
            }
            improves
        })
        .filter(|(one, _)| ranked.iter().all(|row| row.candidate.id != one.candidate.id))
        .map(|(one, cost)| ParetoPoint {
            candidate: one.candidate.clone(),
            shape_text: one.candidate.shape.behaviour().describe(),
            duration: one.likely.makespan,
            monthly_cost: cost,
        })
        .collect()
}
