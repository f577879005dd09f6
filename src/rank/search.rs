//! From thousands of shapes to a few finalists per engine and purchase option.
//!
//! Every offered shape runs once with all uncertain figures at their likely value. From each variant (engine and
//! purchase option) the cheapest shapes with more and more slack before the deadline go on: which of them is the
//! cheapest that meets the deadline *with the demanded probability* is decided by full replications.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::deadline::Deadline;
use super::evaluate::{Bench, Evaluated, likely};
use crate::engines::{Candidate, Engine, EngineId, Question, RunRecord};
use crate::units::Span;

/// Task slots of the screen: half octaves from a laptop to the largest cluster offered. With every engine in play, that is
/// more than two thousand shapes.
const SCREEN_LADDER: [u32; 23] =
    [4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 3072, 4096, 6144, 8192];

/// The same in whole octaves, for questions that are asked many times over.
pub const COARSE_LADDER: [u32; 12] = [4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192];

/// The second look around a variant's best: steps of a quarter octave.
const REFINEMENTS: [f64; 4] = [0.71, 0.84, 1.19, 1.41];

/// Shares of the deadline that the likely run may take: the less, the more room for bad luck.
const SLACK: [f64; 5] = [1.0, 0.8, 0.6, 0.42, 0.25];

/// All shapes looked at and the finalists of each variant.
#[derive(Clone, Debug)]
pub struct Search {
    /// Every evaluated shape.
    pub evaluated: Vec<Evaluated>,
    /// The shapes that go on.
    pub finalists: Finalists,
}

/// Indices of evaluated shapes by variant: at most one per slack.
pub type Finalists = BTreeMap<(EngineId, &'static str), Vec<usize>>;

/// Looks at every shape of the engines. Each engine is searched for itself, so adding one changes no other's rows.
#[must_use]
pub fn search(engines: &[&dyn Engine], bench: &Bench<'_>, deadline: &Deadline) -> Search {
    let evaluated: Vec<Evaluated> = engines.iter().flat_map(|engine| search_engine(*engine, bench, deadline)).collect();
    let finalists = finalists(&evaluated, deadline);
    Search { evaluated, finalists }
}

/// Large sizes first: they show how much work there is, and so which small ones are hopeless. Then a fine ladder around
/// the best shapes.
fn search_engine(engine: &dyn Engine, bench: &Bench<'_>, deadline: &Deadline) -> Vec<Evaluated> {
    let (small, large) = SCREEN_LADDER.split_at(SCREEN_LADDER.len() / 2);
    let mut evaluated = evaluate_ladder(engine, bench, large, &BTreeSet::new());
    let least_work = evaluated.iter().map(|one| busy_s(&one.likely)).fold(f64::INFINITY, f64::min);
    let hopeful = hopeful(small, if evaluated.is_empty() { 0.0 } else { least_work }, deadline.within);
    evaluated.extend(evaluate_ladder(engine, bench, &hopeful, &ids(&evaluated)));
    let ladder = refined_ladder(&finalists(&evaluated, deadline), &evaluated);
    evaluated.extend(evaluate_ladder(engine, bench, &ladder, &ids(&evaluated)));
    evaluated.extend(elastic_siblings(engine, bench, deadline, &evaluated));
    evaluated
}

/// What the engine offers beside its finalists.
fn elastic_siblings(
    engine: &dyn Engine,
    bench: &Bench<'_>,
    deadline: &Deadline,
    evaluated: &[Evaluated],
) -> Vec<Evaluated> {
    let finalists = finalists(evaluated, deadline);
    let of = |one: &Evaluated| engine.elastic_siblings(&one.candidate, &one.likely, &bench.question);
    let siblings: Vec<Candidate> = finalists.values().flatten().flat_map(|index| of(&evaluated[*index])).collect();
    siblings.into_par_iter().filter_map(|candidate| likely(candidate, bench)).collect()
}

fn ids(evaluated: &[Evaluated]) -> BTreeSet<String> {
    evaluated.iter().map(|one| one.candidate.id.clone()).collect()
}

/// Seconds × slots in which a task ran.
#[must_use]
pub fn busy_s(run: &RunRecord) -> f64 {
    run.groups.iter().map(|group| group.busy_slot_time.as_seconds()).sum()
}

/// How many times the deadline a size may need, at perfect use of its slots, before it is not even looked at. A
/// million tasks on four slots take longer to simulate than all the rest, and cannot win.
const HOPELESS: f64 = 4.0;

/// The steps of a ladder on which `work_s` slot-seconds could be done within a few deadlines.
#[must_use]
pub fn hopeful(ladder: &[u32], work_s: f64, within: Span) -> Vec<u32> {
    let fewest = work_s / (within.as_seconds() * HOPELESS).max(1e-9);
    ladder.iter().copied().filter(|slots| f64::from(*slots) >= fewest).collect()
}

fn evaluate_ladder(engine: &dyn Engine, bench: &Bench<'_>, ladder: &[u32], seen: &BTreeSet<String>) -> Vec<Evaluated> {
    let bench = Bench { question: Question { slot_ladder: ladder, ..bench.question }, ..*bench };
    let mut known = seen.clone();
    let candidates: Vec<Candidate> =
        engine.shapes(&bench.question).into_iter().filter(|candidate| known.insert(candidate.id.clone())).collect();
    candidates.into_par_iter().filter_map(|candidate| likely(candidate, &bench)).collect()
}

/// Slot counts around the finalists' own, in ascending order.
fn refined_ladder(finalists: &Finalists, evaluated: &[Evaluated]) -> Vec<u32> {
    let mut ladder = BTreeSet::new();
    for index in finalists.values().flatten() {
        let slots = f64::from(evaluated[*index].slots);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "slots are far below 2^32")]
        ladder.extend(REFINEMENTS.map(|factor| ((slots * factor).round() as u32).clamp(1, 16_384)));
    }
    ladder.into_iter().collect()
}

/// The cheapest shape of each variant and memory class for each slack: the cheapest memory may be too small for a
/// hot key, which only the replications see.
fn finalists(evaluated: &[Evaluated], deadline: &Deadline) -> Finalists {
    let mut by_class: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (index, one) in evaluated.iter().enumerate() {
        by_class.entry((one.variant(), one.memory_class)).or_default().push(index);
    }
    let mut finalists = Finalists::new();
    for ((variant, _), indices) in by_class {
        finalists.entry(variant).or_default().extend(with_slack(&indices, evaluated, deadline.within));
    }
    finalists
}

fn with_slack(indices: &[usize], evaluated: &[Evaluated], within: Span) -> Vec<usize> {
    let mut chosen: Vec<usize> = Vec::new();
    for slack in SLACK {
        let best = indices
            .iter()
            .copied()
            .filter(|index| evaluated[*index].likely.failure.is_none())
            .filter(|index| evaluated[*index].likely.makespan <= within * slack)
            .min_by(|a, b| cheaper(&evaluated[*a], &evaluated[*b]));
        if let Some(best) = best.filter(|best| !chosen.contains(best)) {
            chosen.push(best);
        }
    }
    if chosen.is_empty() {
        let fastest = indices.iter().copied().min_by(|a, b| faster(&evaluated[*a], &evaluated[*b]));
        chosen.extend(fastest);
    }
    chosen
}

/// Lower monthly cost first, incomplete ones last, then the shorter time, then the name. Where prices are missing the
/// known part says little of a size, so there the executor time stands for the cost.
fn cheaper(a: &Evaluated, b: &Evaluated) -> std::cmp::Ordering {
    let missing = a.monthly.missing.cmp(&b.monthly.missing);
    let cost = if a.monthly.missing == 0 && b.monthly.missing == 0 {
        a.monthly.known.cmp(&b.monthly.known)
    } else {
        slot_seconds(a).total_cmp(&slot_seconds(b))
    };
    missing
        .then(cost)
        .then_with(|| a.likely.makespan.as_seconds().total_cmp(&b.likely.makespan.as_seconds()))
        .then_with(|| a.candidate.id.cmp(&b.candidate.id))
}

/// Slots × the time that they were held: what every engine bills in some form.
fn slot_seconds(one: &Evaluated) -> f64 {
    f64::from(one.slots) * one.likely.work.as_seconds()
}

/// Runs that succeed first, then the shorter.
fn faster(a: &Evaluated, b: &Evaluated) -> std::cmp::Ordering {
    a.likely
        .failure
        .is_some()
        .cmp(&b.likely.failure.is_some())
        .then_with(|| a.likely.makespan.as_seconds().total_cmp(&b.likely.makespan.as_seconds()))
        .then_with(|| a.candidate.id.cmp(&b.candidate.id))
}
