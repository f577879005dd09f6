//! The decision matrix: who wins over volume and cadence, where the winner changes, and where a rule of thumb picks another.
//!
//! One screen for each volume; cadences share it, because they change what a month costs and how long a run may take, not
//! what a run does. The first of each cell must meet its deadline as demanded in drawn runs, as in the ranking.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::break_even::scaled;
use super::deadline::Deadline;
use super::evaluate::{Bench, Evaluated, likely, runs_per_month};
use super::replicate::{Replicated, samples, summary};
use super::rules;
use super::search::{COARSE_LADDER, busy_s, hopeful};
use crate::engines::{Engine, EngineId, Question, Role};
use crate::simulate::Settings;
use crate::units::{Bytes, Share, Span, Usd};
use crate::workload::{Sourced, Workload};

/// How much of the neighbourhood of the declared volume and cadence a matrix has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Extent {
    /// From a 64th to the 64-fold, from monthly to every ten minutes: a question of its own.
    #[default]
    Whole,
    /// An eighth, as declared, eightfold; weekly, daily, hourly: a part of another page.
    Near,
}

impl Extent {
    /// Steps of the volume around the declared one, as powers of two.
    const fn volume_steps(self) -> &'static [f64] {
        match self {
            Self::Whole => &[-6.0, -4.0, -3.0, -1.5, 0.0, 1.5, 3.0, 4.0, 6.0],
            Self::Near => &[-3.0, 0.0, 3.0],
        }
    }

    /// Runs a month beside the declared ones: monthly, weekly, daily, four times a day, hourly, every ten minutes.
    const fn cadences(self) -> &'static [f64] {
        match self {
            Self::Whole => &[1.0, 4.345, 30.4, 121.7, 730.0, 4_380.0],
            Self::Near => &[4.345, 30.4, 730.0],
        }
    }
}

/// Drawn runs of a cell's first shapes: the standard error of 95 % is 2.2 points.
const REPLICATIONS: u32 = 100;
/// Shapes of an engine and option that are drawn until one meets the deadline.
const TRIES: usize = 4;

/// The matrix.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    /// Volumes of input, ascending: the columns.
    pub volumes: Vec<Bytes>,
    /// Runs a month, ascending: the rows.
    pub cadences: Vec<f64>,
    /// Row by row.
    pub cells: Vec<Cell>,
    /// Where the winner changes.
    pub lines: Vec<Line>,
}

/// One volume and cadence.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// Volume of a run.
    pub volume: Bytes,
    /// Runs a month.
    pub runs_per_month: f64,
    /// Each engine's best shape that meets the deadline, cheapest first; fully priced ones only.
    pub offers: Vec<Offer>,
    /// What the field's rules pick here.
    pub rules: Vec<(String, EngineId)>,
}

/// An engine's best shape in a cell.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// The engine.
    pub engine: EngineId,
    /// Stable name of engine and shape.
    pub id: String,
    /// In words.
    pub shape_text: String,
    /// Expected cost of a month.
    pub monthly: Usd,
    /// Median time, trigger to result.
    pub duration: Span,
}

/// A place where the winner changes between two neighbouring cells.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// `input.volume` or `cadence.runs_per_month`.
    pub axis: &'static str,
    /// The value of the other axis: runs a month, or bytes.
    pub across: f64,
    /// Where both cost the same: bytes, or runs a month.
    pub at: f64,
    /// Who is cheaper below.
    pub below: EngineId,
    /// Who is cheaper above.
    pub above: EngineId,
}

impl Cell {
    /// The winner.
    #[must_use]
    pub fn winner(&self) -> Option<&Offer> {
        self.offers.first()
    }

    /// Rules that pick an engine which is not the winner.
    pub fn disagreements(&self) -> impl Iterator<Item = &(String, EngineId)> {
        let winner = self.winner().map(|offer| offer.engine);
        self.rules.iter().filter(move |(_, picks)| winner.is_some_and(|winner| winner != *picks))
    }
}

/// The matrix of a workload.
#[must_use]
pub fn matrix(engines: &[&dyn Engine], bench: &Bench<'_>, extent: Extent, seed: u64) -> Matrix {
    let workload = bench.question.workload;
    let declared = workload.cadence.runs_per_month.value;
    let beside = extent.cadences().iter().copied();
    let mut cadences: Vec<f64> = beside.filter(|runs| (runs / declared - 1.0).abs() > 0.15).collect();
    cadences.push(declared);
    cadences.sort_by(f64::total_cmp);
    let steps = extent.volume_steps();
    let volumes: Vec<Bytes> = steps.iter().map(|step| workload.input.volume.value.scaled(step.exp2())).collect();
    let columns: Vec<Vec<Cell>> =
        steps.iter().map(|step| column(engines, bench, step.exp2(), &cadences, seed)).collect();
    let cells: Vec<Cell> =
        (0..cadences.len()).flat_map(|row| columns.iter().map(move |cells| cells[row].clone())).collect();
    let lines = lines(&cells, volumes.len());
    Matrix { volumes, cadences, cells, lines }
}

/// All cadences of one volume.
fn column(engines: &[&dyn Engine], bench: &Bench<'_>, factor: f64, cadences: &[f64], seed: u64) -> Vec<Cell> {
    let workload = scaled(bench.question.workload, factor);
    let model = bench.model.of_other(&workload);
    let at_cadence = |runs: f64| {
        let mut workload = workload.clone();
        workload.cadence.runs_per_month = Sourced { value: runs, ..workload.cadence.runs_per_month.clone() };
        workload
    };
    let workloads: Vec<Workload> = cadences.iter().map(|runs| at_cadence(*runs)).collect();
    let longest = workloads.iter().map(|workload| Deadline::of(workload).within).fold(Span::ZERO, Span::max);
    let question = Question { workload: &workload, slot_ladder: &COARSE_LADDER, ..bench.question };
    let bench = Bench { question, model: &model };
    let evaluated = screen(engines, &bench, longest);
    let mut drawn: BTreeMap<String, Replicated> = BTreeMap::new();
    workloads
        .iter()
        .map(|at| {
            let question = Question { workload: at, ..bench.question };
            let here = Bench { question, model: &model };
            cell(&evaluated, &here, &bench, &mut drawn, seed)
        })
        .collect()
}

/// The likely run of every shape that could do the work within a few times the longest deadline.
fn screen(engines: &[&dyn Engine], bench: &Bench<'_>, within: Span) -> Vec<Evaluated> {
    use rayon::prelude::*;
    let evaluate = |ladder: &[u32]| -> Vec<Evaluated> {
        let bench = Bench { question: Question { slot_ladder: ladder, ..bench.question }, ..*bench };
        let candidates: Vec<_> = engines
            .iter()
            .filter(|engine| engine.id().role() != Role::Baseline && engine.obstacles(&bench.question).is_empty())
            .flat_map(|engine| engine.shapes(&bench.question))
            .collect();
        candidates.into_par_iter().filter_map(|candidate| likely(candidate, &bench)).collect()
    };
    let (small, large) = COARSE_LADDER.split_at(COARSE_LADDER.len() / 2);
    let mut all = evaluate(large);
    let least = all.iter().map(|one| busy_s(&one.likely)).fold(f64::INFINITY, f64::min);
    all.extend(evaluate(&hopeful(small, if all.is_empty() { 0.0 } else { least }, within)));
    all
}

fn cell(
    evaluated: &[Evaluated],
    here: &Bench<'_>,
    base: &Bench<'_>,
    drawn: &mut BTreeMap<String, Replicated>,
    seed: u64,
) -> Cell {
    let workload = here.question.workload;
    let within = Deadline::of(workload).within;
    let runs = Decimal::try_from(workload.cadence.runs_per_month.value).unwrap_or(Decimal::ONE);
    let demanded = workload.constraints.deadline_probability.value;
    let mut by_variant: BTreeMap<_, Vec<(Usd, &Evaluated)>> = BTreeMap::new();
    for one in evaluated.iter().filter(|one| one.likely.failure.is_none() && one.likely.makespan <= within) {
        if let Some(cost) = monthly(one, runs) {
            by_variant.entry(one.variant()).or_default().push((cost, one));
        }
    }
    let mut offers: Vec<Offer> = Vec::new();
    for (_, mut shapes) in by_variant {
        shapes.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.candidate.id.cmp(&b.1.candidate.id)));
        // The cheapest, then cheapest ones with more and more slack: the next ones by cost are as slow as the first.
        let mut tried = 0;
        let mut limit = within;
        while tried < TRIES {
            let Some((cost, one)) = shapes.iter().find(|(_, one)| one.likely.makespan <= limit) else { break };
            tried += 1;
            limit = one.likely.makespan * 0.8;
            let replicated = replicated(one, base, drawn, seed);
            let met = met(&replicated, within);
            if met < demanded {
                continue;
            }
            offers.push(offer(one, *cost, &replicated, base));
            break;
        }
    }
    offers.sort_by(|a, b| a.monthly.cmp(&b.monthly).then_with(|| a.id.cmp(&b.id)));
    let mut seen = Vec::new();
    offers.retain(|offer| {
        let first = !seen.contains(&offer.engine);
        seen.push(offer.engine);
        first
    });
    Cell {
        volume: workload.input.volume.value,
        runs_per_month: workload.cadence.runs_per_month.value,
        offers,
        rules: rules::picks(workload),
    }
}

/// The cost of a month of likely runs, from the lines of a run and those of a month.
fn monthly(one: &Evaluated, runs: Decimal) -> Option<Usd> {
    one.sums.of_month(runs).complete()
}

fn replicated(one: &Evaluated, base: &Bench<'_>, drawn: &mut BTreeMap<String, Replicated>, seed: u64) -> Replicated {
    let draw = || summary(&samples(&one.candidate, base, &Settings::drawn(seed, REPLICATIONS)), Span::hours(1e6));
    drawn.entry(one.candidate.id.clone()).or_insert_with(draw).clone()
}

fn met(replicated: &Replicated, within: Span) -> Share {
    let in_time = replicated.durations.iter().filter(|duration| **duration <= within).count();
    let all = replicated.durations.len().max(1);
    #[expect(clippy::cast_precision_loss, reason = "a hundred replications")]
    let share = in_time as f64 / all as f64;
    Share::clamped(share - replicated.failure.get())
}

/// The likely month times what the drawn runs cost over the likely one, failed ones repeated.
fn offer(one: &Evaluated, monthly: Usd, replicated: &Replicated, base: &Bench<'_>) -> Offer {
    let likely = one.sums.of_run(runs_per_month(&base.question)).known.approximate();
    let ratio = if likely > 0.0 { replicated.mean_cost.known.approximate() / likely } else { 1.0 };
    let tries = 1.0 / (1.0 - replicated.failure.get()).max(1e-3);
    Offer {
        engine: one.candidate.engine,
        id: one.candidate.id.clone(),
        shape_text: one.candidate.shape.behaviour().describe(),
        monthly: monthly * Decimal::try_from(ratio * tries).unwrap_or(Decimal::ONE),
        duration: replicated.duration.p50,
    }
}

/// Where neighbouring cells have different winners, the value at which their costs cross, on logarithmic axes.
fn lines(cells: &[Cell], columns: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    for (index, cell) in cells.iter().enumerate() {
        if (index + 1) % columns != 0 {
            let to = &cells[index + 1];
            let place = |cell: &Cell| cell.volume.as_f64();
            lines.extend(line(cell, to, "input.volume", cell.runs_per_month, place));
        }
        if let Some(to) = cells.get(index + columns) {
            let place = |cell: &Cell| cell.runs_per_month;
            lines.extend(line(cell, to, "cadence.runs_per_month", cell.volume.as_f64(), place));
        }
    }
    lines
}

fn line(from: &Cell, to: &Cell, axis: &'static str, across: f64, place: fn(&Cell) -> f64) -> Option<Line> {
    let (below, above) = (from.winner()?.engine, to.winner()?.engine);
    if below == above {
        return None;
    }
    let cost = |cell: &Cell, engine: EngineId| {
        let offer = cell.offers.iter().find(|offer| offer.engine == engine)?;
        offer.monthly.dollars().to_f64().filter(|cost| *cost > 0.0)
    };
    let advantage = |cell: &Cell| Some((cost(cell, above)? / cost(cell, below)?).ln());
    // Where one of them is not on offer in a cell (a deadline, a limit), the line is somewhere between.
    let share = match (advantage(from), advantage(to)) {
        (Some(a), Some(b)) if a > b => (a / (a - b)).clamp(0.0, 1.0),
        _ => 0.5,
    };
    let (low, high) = (place(from).max(1e-9).ln(), place(to).max(1e-9).ln());
    Some(Line { axis, across, at: (low + share * (high - low)).exp(), below, above })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(gigabytes: u64, runs: f64, offers: &[(EngineId, i64)], picks: &[EngineId]) -> Cell {
        let offer = |(engine, dollars): &(EngineId, i64)| Offer {
            engine: *engine,
            id: engine.to_string(),
            shape_text: String::new(),
            monthly: Usd::new(Decimal::from(*dollars)),
            duration: Span::minutes(10.0),
        };
        Cell {
            volume: Bytes::gib(gigabytes),
            runs_per_month: runs,
            offers: offers.iter().map(offer).collect(),
            rules: picks.iter().map(|picks| ("rule".to_owned(), *picks)).collect(),
        }
    }

    const SERVERLESS: EngineId = EngineId::EmrServerless;
    const EC2: EngineId = EngineId::EmrEc2;

    /// 16 GB: $10 against $20; 64 GB: $40 against $20. The ratio goes from 2 to 1/2 over two doublings, so that it is 1
    /// after one of them: 32 GB. Twice as far from the one side as from the other, 8 against 1/2: after 3 of 4 parts of the
    /// way, 16 × 4^(3/4) = 45.25 GB.
    #[test]
    fn costs_cross_where_a_ruler_on_logarithmic_paper_says() {
        let dear = cell(64, 30.0, &[(EC2, 20), (SERVERLESS, 40)], &[]);
        let at = |from: &Cell| {
            let place = |cell: &Cell| cell.volume.as_f64();
            let line = line(from, &dear, "input.volume", 30.0, place).expect("a change");
            assert_eq!((line.below, line.above), (SERVERLESS, EC2));
            line.at / Bytes::gib(1).as_f64()
        };
        assert!((at(&cell(16, 30.0, &[(SERVERLESS, 10), (EC2, 20)], &[])) - 32.0).abs() < 1e-9);
        let far = at(&cell(16, 30.0, &[(SERVERLESS, 10), (EC2, 80)], &[]));
        assert!((far - 16.0 * 4f64.powf(0.75)).abs() < 1e-9, "{far}");
    }

    /// Where one of the two is not on offer there is no ratio: the middle of the logarithms, 16 and 64 give 32.
    #[test]
    fn an_engine_that_is_not_on_offer_leaves_the_middle() {
        let (from, to) = (cell(16, 30.0, &[(SERVERLESS, 10)], &[]), cell(64, 30.0, &[(EC2, 20)], &[]));
        let line = line(&from, &to, "input.volume", 30.0, |cell| cell.volume.as_f64()).expect("a change");
        assert!((line.at / Bytes::gib(1).as_f64() - 32.0).abs() < 1e-9);
    }

    /// Two volumes and two cadences: one column changes with the cadence, one row with the volume, and each is told once.
    #[test]
    fn every_border_of_the_table_is_told_once() {
        let (a, b): (&[_], &[_]) = (&[(SERVERLESS, 10), (EC2, 20)], &[(EC2, 20), (SERVERLESS, 40)]);
        let cells = [cell(1, 1.0, a, &[]), cell(4, 1.0, a, &[]), cell(1, 30.0, a, &[]), cell(4, 30.0, b, &[])];
        let told: Vec<(&str, bool)> = lines(&cells, 2).iter().map(|line| (line.axis, line.across > 1e6)).collect();
        assert_eq!(told, [("cadence.runs_per_month", true), ("input.volume", false)]);
    }

    #[test]
    fn a_rule_disagrees_where_another_engine_wins() {
        let disputed = cell(1, 1.0, &[(EC2, 20)], &[SERVERLESS, EC2]);
        assert_eq!(disputed.disagreements().count(), 1);
        // Where nothing is on offer there is nobody to disagree with.
        assert_eq!(cell(1, 1.0, &[], &[SERVERLESS]).disagreements().count(), 0);
    }
}
