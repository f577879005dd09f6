//! Where the order of the first two flips: over the cadence exactly, over the volume by search.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::evaluate::{Bench, likely};
use super::model::BreakEven;
use super::search::{COARSE_LADDER, hopeful};
use crate::bill::Bill;
use crate::engines::{Candidate, Engine, EngineId, Period, Question};
use crate::units::{Bytes, Span, Usd};
use crate::workload::{FileSizes, Sourced, Workload};

/// Doublings of the volume looked at in both directions: from a 64th to 64 times the declared one.
const VOLUME_STEPS: i32 = 6;

/// Most runs a month looked at: one a minute.
const MOST_RUNS: f64 = 43_800.0;

/// One of the first two.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// Its engine, to offer other sizes.
    pub engine: &'a dyn Engine,
    /// Its best shape now.
    pub candidate: &'a Candidate,
    /// The bill of its likely run.
    pub bill: &'a Bill,
    /// Expected cost of a month, as the ranking has it, in dollars.
    pub expected_monthly: f64,
    /// Slot-seconds of work of its likely run.
    pub work_s: f64,
}

impl Side<'_> {
    fn name(&self) -> String {
        self.candidate.engine.as_str().to_owned()
    }
}

/// Runs a month at which both cost the same: per-run and per-month lines against each other, exactly.
#[must_use]
pub fn over_cadence(first: Side<'_>, second: Side<'_>) -> Option<BreakEven> {
    if [first, second].iter().any(|side| side.candidate.engine == EngineId::RedshiftServerless) {
        // Runs that overlap share a workgroup: its cost of a run depends on the cadence itself.
        return None;
    }
    let run = |side: Side<'_>| side.bill.total(Period::Run).ok().map(Usd::dollars);
    let month = |side: Side<'_>| side.bill.total(Period::Month).ok().map(Usd::dollars);
    let (run_a, run_b, month_a, month_b) = (run(first)?, run(second)?, month(first)?, month(second)?);
    let slope = run_a - run_b;
    let at = (slope != Decimal::ZERO).then(|| (month_b - month_a) / slope).and_then(|at| at.to_f64());
    let at = at.filter(|at| (0.0..=MOST_RUNS).contains(at) && *at > 0.0);
    let cheaper_rarely = if month_a <= month_b { first } else { second };
    let (below, above) = match at {
        Some(_) if cheaper_rarely.candidate.id == first.candidate.id => (first.name(), second.name()),
        Some(_) => (second.name(), first.name()),
        None => (first.name(), first.name()),
    };
    Some(BreakEven {
        axis: "cadence.runs_per_month".to_owned(),
        at: at.map(|at| format!("{at:.1} runs a month")),
        at_value: at,
        below,
        above,
        range: "up to 43,800 runs a month".to_owned(),
    })
}

/// Volume at which both cost the same, each with its best size for that volume within its node or worker type.
///
/// The search compares likely runs, the ranking expected costs. So that both agree at the declared volume, each side's
/// likely costs are multiplied by what its expected cost is of its likely one there.
#[must_use]
pub fn over_volume(first: Side<'_>, second: Side<'_>, bench: &Bench<'_>, within: Span) -> Option<BreakEven> {
    let question = &bench.question;
    let costs = |factor: f64| -> Option<(f64, f64)> {
        let workload = scaled(question.workload, factor);
        let model = bench.model.of_other(&workload);
        let ladder = hopeful(&COARSE_LADDER, first.work_s.min(second.work_s) * factor, within);
        let question = Question { workload: &workload, slot_ladder: &ladder, ..*question };
        let bench = Bench { question, model: &model };
        Some((cheapest(first, &bench, within)?, cheapest(second, &bench, within)?))
    };
    let (first_here, second_here) = costs(1.0)?;
    let weights = (first.expected_monthly / first_here, second.expected_monthly / second_here);
    let difference = |factor: f64| costs(factor).map(|(a, b)| a * weights.0 - b * weights.1);
    let factors: Vec<f64> = (-VOLUME_STEPS..=VOLUME_STEPS).map(|step| 2f64.powi(step)).collect();
    let here = usize::try_from(VOLUME_STEPS).ok()?;
    let flip = nearest_flip(factors.len(), here, |index| difference(factors[index]));
    let at = flip.map(|flip| bisect((factors[flip.index], factors[flip.index + 1]), flip.starts_negative, &difference));
    let volume = at.map(|factor| question.workload.input.volume.value.scaled(factor));
    let (below, above) = match flip {
        Some(flip) if flip.starts_negative => (first.name(), second.name()),
        Some(_) => (second.name(), first.name()),
        None => (first.name(), first.name()),
    };
    let range = |factor: f64| question.workload.input.volume.value.scaled(factor);
    Some(BreakEven {
        axis: "input.volume".to_owned(),
        at: volume.map(|bytes| bytes.to_string()),
        at_value: volume.map(Bytes::as_f64),
        below,
        above,
        range: format!("{} to {}", range(factors[0]), range(factors[factors.len() - 1])),
    })
}

/// A change of sign between two neighbouring steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Flip {
    /// The lower of the two steps.
    index: usize,
    /// Whether the difference is negative there.
    starts_negative: bool,
}

/// The change of sign nearest to the declared volume, among `steps` steps; `at` is asked outwards from there and no
/// further than needed, as each answer is a search over shapes.
fn nearest_flip(steps: usize, here: usize, at: impl Fn(usize) -> Option<f64>) -> Option<Flip> {
    let mut known: Vec<Option<Option<f64>>> = vec![None; steps];
    let mut intervals: Vec<usize> = (0..steps.saturating_sub(1)).collect();
    intervals.sort_by_key(|index| index.abs_diff(here));
    intervals.into_iter().find_map(|index| {
        let mut negative = |step: usize| known[step].get_or_insert_with(|| at(step)).map(|difference| difference < 0.0);
        let (low, high) = (negative(index)?, negative(index + 1)?);
        (low != high).then_some(Flip { index, starts_negative: low })
    })
}

fn bisect((mut low, mut high): (f64, f64), starts_negative: bool, difference: &dyn Fn(f64) -> Option<f64>) -> f64 {
    for _ in 0..6 {
        let middle = (low * high).sqrt();
        match difference(middle) {
            Some(d) if (d < 0.0) == starts_negative => low = middle,
            _ => high = middle,
        }
    }
    (low * high).sqrt()
}

/// Lowest monthly cost of the side's node or worker type at any count, in dollars; the fastest one's when none meets
/// the deadline is no answer.
fn cheapest(side: Side<'_>, bench: &Bench<'_>, within: Span) -> Option<f64> {
    let prefix = kind(&side.candidate.id);
    let offered = side.engine.shapes(&bench.question);
    let mut candidates: Vec<Candidate> =
        offered.iter().filter(|candidate| candidate.id.starts_with(prefix)).cloned().collect();
    if candidates.is_empty() {
        // A sibling of what is offered, by the same machine.
        let machine = last_part(prefix);
        let alike = offered.into_iter().filter(|candidate| last_part(kind(&candidate.id)) == machine);
        let siblings = alike
            .filter_map(|candidate| likely(candidate, bench))
            .flat_map(|one| side.engine.elastic_siblings(&one.candidate, &one.likely, &bench.question));
        candidates = siblings.filter(|candidate| candidate.id.starts_with(prefix)).collect();
    }
    candidates
        .into_iter()
        .filter_map(|candidate| likely(candidate, bench))
        .filter(|one| one.likely.failure.is_none() && one.likely.makespan <= within)
        .filter_map(|one| one.monthly.complete())
        .min()
        .map(Usd::approximate)
}

/// An id without the count at its end: engine, option and machine.
fn kind(id: &str) -> &str {
    id.rsplit_once('/').map_or(id, |(kind, _)| kind)
}

fn last_part(kind: &str) -> &str {
    kind.rsplit('/').next().unwrap_or(kind)
}

/// The same job on `factor` times the data; observed runs keep the volume that they had.
#[must_use]
pub fn scaled(workload: &Workload, factor: f64) -> Workload {
    let mut scaled = workload.clone();
    let bytes = |value: &mut Sourced<Bytes>| value.value = value.value.scaled(factor);
    let original = workload.input.volume.value;
    bytes(&mut scaled.input.volume);
    bytes(&mut scaled.output.volume);
    bytes(&mut scaled.job.shuffle);
    for files in [&mut scaled.input.files, &mut scaled.output.files] {
        files.value = Bytes::new(files.value).scaled(factor).get().max(1);
    }
    if let FileSizes::Classes(classes) = &mut scaled.input.file_sizes.value {
        for class in classes {
            class.count = Bytes::new(class.count).scaled(factor).get().max(1);
        }
    }
    for run in &mut scaled.observed_runs {
        run.volume = run.volume.or(Some(original));
    }
    for stage in &mut scaled.job.stages {
        stage.cpu = stage.cpu * factor;
        for part in [&mut stage.input, &mut stage.shuffle_read, &mut stage.shuffle_write, &mut stage.output] {
            *part = part.scaled(factor);
        }
    }
    scaled
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    #[test]
    fn the_nearest_flip_is_found_without_asking_further_out() {
        // Signs over seven steps, the declared volume at step 3: - - + + + - -, with flips after 1 and after 4.
        let differences = [-3.0, -1.0, 1.0, 2.0, 1.0, -1.0, -2.0];
        let asked = RefCell::new(Vec::new());
        let at = |step: usize| {
            asked.borrow_mut().push(step);
            Some(differences[step])
        };
        // 3–4, 2–3, 4–5: the flip at 4 is one interval away, that at 1 is two.
        assert_eq!(nearest_flip(7, 3, at), Some(Flip { index: 4, starts_negative: false }));
        assert_eq!(asked.into_inner(), [3, 4, 2, 5]);
        // An unknown step hides the flips on both of its sides.
        let unknown = |step: usize| (step != 5).then_some(differences[step]);
        assert_eq!(nearest_flip(7, 3, unknown), Some(Flip { index: 1, starts_negative: true }));
        assert_eq!(nearest_flip(7, 3, |_| Some(1.0)), None);
    }

    #[test]
    fn bisection_closes_in_on_the_root() {
        // ln(x) flips at 1, between 1/8 and 4 (5 octaves): six halvings leave 5/64 of an octave, of which the middle is half off.
        let at = bisect((0.125, 4.0), true, &|x: f64| Some(x.ln()));
        assert!(at.log2().abs() <= 5.0 / 128.0, "{at}");
    }
}
