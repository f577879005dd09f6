//! Which assumption moves the decision most: each unknown held at its 10th and at its 90th percentile while everything
//! else is drawn as before (the same seed, the same replications), and what that makes of the recommended shape and of
//! the order.
//!
//! The draws are the first ones of the ranking itself, so that a side and the ranking differ by the held figure alone. A
//! side's figures are the ranking's, moved by the ratio that those draws show: a difference needs far fewer of them than
//! a level does.

mod glance;
mod scenario;

use rayon::prelude::*;
use serde::Serialize;

pub use glance::Glance;

use super::deadline::Deadline;
use super::evaluate::Bench;
use super::finalist::{Finalist, is_baseline};
use crate::engines::EngineId;
use crate::simulate::Settings;
use crate::units::{Share, Span, Usd};
use scenario::{End, Scenario, scenarios};

/// Draws of each side.
pub const REPLICATIONS: u32 = 64;

/// Swings of the recommended shape's cost and of every rival's below this share of it are not told.
const NOTHING: f64 = 1e-3;

/// What moves the decision, the strongest first.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sensitivity {
    /// Draws of each side.
    pub replications: u32,
    /// The recommended shape that is moved.
    pub candidate: String,
    /// One for each assumption that moves anything: those that change the winner first, by what staying with the
    /// recommended shape would then cost; then by how far they move its cost.
    pub swings: Vec<Swing>,
}

/// One assumption at both ends of its range.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Swing {
    /// Stable, kebab-case.
    pub code: String,
    /// What is assumed.
    pub text: String,
    /// At its 10th percentile.
    pub low: Side,
    /// At its 90th.
    pub high: Side,
}

/// One end of the range of an assumption.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Side {
    /// The assumption's value, for people.
    pub value: String,
    /// Expected cost of a month of the recommended shape.
    pub monthly: Usd,
    /// Its median time, trigger to result.
    pub duration: Span,
    /// Its probability of meeting the deadline.
    pub deadline_met: Share,
    /// Who would be recommended; `None` when nobody would meet the deadline.
    pub winner: Option<Winner>,
}

/// Who would be recommended.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Winner {
    /// The engine.
    pub engine: EngineId,
    /// Stable name of engine and shape.
    pub id: String,
    /// In words.
    pub shape_text: String,
    /// Expected cost of a month.
    pub monthly: Usd,
}

impl Swing {
    /// How far the assumption moves the cost of the recommended shape.
    #[must_use]
    pub fn cost(&self) -> Usd {
        let (low, high) = (self.low.monthly, self.high.monthly);
        if high > low { high - low } else { low - high }
    }

    /// Whether another shape would be recommended at either end.
    #[must_use]
    pub fn changes_winner(&self, candidate: &str) -> bool {
        [&self.low, &self.high].iter().any(|side| side.winner.as_ref().is_none_or(|winner| winner.id != candidate))
    }

    /// What staying with the recommended shape would cost more than the winner, at the worse end; without end where it
    /// misses the deadline.
    fn regret(&self, candidate: &str, demanded: Share) -> f64 {
        let of = |side: &Side| match &side.winner {
            Some(winner) if winner.id == candidate => 0.0,
            Some(_) if side.deadline_met < demanded => f64::INFINITY,
            Some(winner) => (side.monthly - winner.monthly).approximate().max(0.0),
            None => 0.0,
        };
        of(&self.low).max(of(&self.high))
    }
}

/// Moves every assumption of the recommended shape and of its nearest rival; `None` without a fully priced
/// recommendation. `front` are all shapes that were run in full: where a held figure makes a row miss its deadline, the
/// other sizes of its engine and option are asked too.
#[must_use]
pub fn sensitivity(
    rows: &[Finalist],
    front: &[Finalist],
    bench: &Bench<'_>,
    deadline: &Deadline,
    settings: &Settings,
) -> Option<Sensitivity> {
    let priced: Vec<&Finalist> = rows.iter().filter(|row| !is_baseline(row) && row.monthly.missing == 0).collect();
    let first = *priced.iter().find(|row| row.meets_deadline)?;
    let settings = Settings::drawn(settings.seed, settings.replications.min(REPLICATIONS));
    let field = Field { first, priced: &priced, front, bench, deadline, settings };
    let candidate = &first.evaluated.candidate.id;
    let demanded = bench.question.workload.constraints.deadline_probability.value;
    let told = |scenario: Scenario| {
        let low = field.side(&scenario, End::Low);
        let high = field.side(&scenario, End::High);
        let swing = Swing { code: scenario.code, text: scenario.text, low: low.0, high: high.0 };
        (low.1 || high.1).then_some(swing)
    };
    let mut swings: Vec<Swing> = scenarios(&priced, bench).into_par_iter().filter_map(told).collect();
    let strength = |swing: &Swing| (swing.regret(candidate, demanded), swing.cost().approximate());
    swings.sort_by(|a, b| {
        let ((regret_a, cost_a), (regret_b, cost_b)) = (strength(a), strength(b));
        let winner = b.changes_winner(candidate).cmp(&a.changes_winner(candidate));
        winner.then(regret_b.total_cmp(&regret_a)).then(cost_b.total_cmp(&cost_a)).then_with(|| a.code.cmp(&b.code))
    });
    Some(Sensitivity { replications: settings.replications, candidate: candidate.clone(), swings })
}

/// All that can be recommended.
struct Field<'a> {
    first: &'a Finalist,
    priced: &'a [&'a Finalist],
    front: &'a [Finalist],
    bench: &'a Bench<'a>,
    deadline: &'a Deadline,
    settings: Settings,
}

impl Field<'_> {
    /// The recommended shape and the order with a figure held; also whether anything moved.
    fn side(&self, scenario: &Scenario, end: End) -> (Side, bool) {
        let demanded = self.bench.question.workload.constraints.deadline_probability.value;
        let own = self.glance(self.first, scenario, end);
        let mut moved = self.is_moved(self.first, &own);
        let mut best: Option<(Glance, &Finalist)> = None;
        let mut offer = |glance: Glance, row| {
            let better = best.as_ref().is_none_or(|(known, _)| glance.monthly < known.monthly);
            if glance.deadline_met >= demanded && better {
                best = Some((glance, row));
            }
        };
        for row in self.priced.iter().copied() {
            let glance = if std::ptr::eq(row, self.first) { own } else { self.glance(row, scenario, end) };
            moved |= self.is_moved(row, &glance);
            let misses = glance.deadline_met < demanded;
            offer(glance, row);
            if misses {
                let variant = row.evaluated.variant();
                let id = &row.evaluated.candidate.id;
                let other = |one: &&Finalist| one.evaluated.variant() == variant && one.evaluated.candidate.id != *id;
                for other in self.front.iter().filter(other).filter(|one| one.monthly.missing == 0) {
                    offer(self.glance(other, scenario, end), other);
                }
            }
        }
        let winner = best.map(|(glance, row)| Winner {
            engine: row.evaluated.candidate.engine,
            id: row.evaluated.candidate.id.clone(),
            shape_text: row.evaluated.candidate.shape.behaviour().describe(),
            monthly: glance.monthly,
        });
        let side = Side {
            value: scenario.value(end).to_owned(),
            monthly: own.monthly,
            duration: own.duration,
            deadline_met: own.deadline_met,
            winner,
        };
        (side, moved)
    }

    fn is_moved(&self, row: &Finalist, glance: &Glance) -> bool {
        let of = |usd: Usd| usd.approximate();
        (of(glance.monthly) - of(row.monthly.known)).abs() > NOTHING * of(self.first.monthly.known)
    }

    /// The row's figures with a figure held: the ranking's, moved as the first draws move.
    fn glance(&self, row: &Finalist, scenario: &Scenario, end: End) -> Glance {
        let ranked = Glance::ranked(row);
        let Some(held) = scenario.held(row, end, &self.bench.question) else { return ranked };
        let there = Glance::of(&row.evaluated, self.bench, self.deadline, &self.settings.holding(held));
        ranked.moved(&row.glance, &there)
    }
}
