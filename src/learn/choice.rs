//! Choosing a configuration for a job that has hardly run: observe a few, predict the rest, take the cheapest.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::classes::Classes;
use super::configuration::{Configuration, configurations, quantile};
use super::held_out::settings;
use super::mixture::below;
use super::model::{Model, Prediction};
use super::run::{Run, Value};
use super::scenario::Scenarios;

/// What is asked.
#[derive(Clone, Debug)]
pub struct ChoiceQuestion {
    /// Dollars an hour of each machine type; one that is not here cannot be chosen.
    pub usd_per_hour: BTreeMap<String, f64>,
    /// The longest acceptable time, seconds.
    pub deadline_s: Option<f64>,
    /// Runs of a job and size that may be looked at before choosing, those in the history included.
    pub observe: usize,
}

/// A configuration with its measured cost.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// A run of it.
    pub like: Run,
    /// Measured median time, seconds.
    pub measured_s: f64,
    /// Measured cost, dollars.
    pub cost_usd: f64,
}

/// The choice for one job and size.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// What was observed on the way, in order.
    pub observed: Vec<Candidate>,
    /// How many runs of this job and size the history already had.
    pub known_before: usize,
    /// What was chosen.
    pub chosen: Candidate,
    /// What was expected of it, dollars: measured if it had been observed.
    pub expected_usd: f64,
    /// The best that was measured.
    pub best: Candidate,
    /// Number of candidates.
    pub candidates: usize,
    /// Mean over all candidates of cost / best cost: what picking at random gives.
    pub random: f64,
    /// Cost / best cost of each machine type at its own cheapest count: knowing the count, always one type.
    pub one_type: BTreeMap<String, f64>,
}

impl Choice {
    /// Cost of the chosen over the best.
    #[must_use]
    pub fn regret(&self) -> f64 {
        self.chosen.cost_usd / self.best.cost_usd
    }
}

/// Regret over many jobs: medians and p90 of cost / best cost.
#[derive(Clone, Debug, PartialEq)]
pub struct ChoiceSummary {
    /// How many jobs and sizes.
    pub choices: usize,
    /// Ours.
    pub chosen: (f64, f64),
    /// At random.
    pub random: (f64, f64),
    /// Always the machine type that is best over all, at its best count: the type, median and p90.
    pub one_type: Option<(String, f64, f64)>,
}

/// Chooses for each job and size of `actual`, whose measurements stand for the runs that one could make.
#[must_use]
pub fn choose(model: &Model, actual: &[Run], question: &ChoiceQuestion) -> Vec<Choice> {
    let mut work: BTreeMap<String, Vec<Run>> = BTreeMap::new();
    let all: Vec<Run> = model.runs().iter().chain(actual).cloned().collect();
    let traits = machine_traits(&all);
    let keys = |runs: &[Run]| {
        let plain: Vec<Run> = runs.iter().map(|run| without_traits(run, &traits)).collect();
        settings(&plain.iter().collect::<Vec<_>>())
    };
    // Settings are named over all runs, so that sizes of history and actual are classed alike.
    let named = keys(&all);
    let (before, after) = named.split_at(model.runs().len());
    for (run, key) in actual.iter().zip(after) {
        work.entry(key.clone()).or_default().push(run.clone());
    }
    let mut known: BTreeMap<&String, Vec<&Run>> = BTreeMap::new();
    for (run, key) in model.runs().iter().zip(before) {
        known.entry(key).or_default().push(run);
    }
    let none = Vec::new();
    let tasks: Vec<(String, Vec<Run>)> = work.into_iter().collect();
    let mut pools: BTreeMap<String, Vec<Run>> = BTreeMap::new();
    for run in &all {
        pools.entry(run.pool_id()).or_default().push(run.clone());
    }
    let scenarios: BTreeMap<String, Scenarios> =
        pools.into_iter().map(|(pool, runs)| (pool.clone(), Scenarios::of(model, &pool, &runs))).collect();
    tasks
        .par_iter()
        .filter_map(|(key, runs)| {
            let scenarios = scenarios.get(&runs.first()?.pool_id())?;
            one(model, scenarios, known.get(key).unwrap_or(&none), runs, question)
        })
        .collect()
}

fn one(
    model: &Model,
    scenarios: &Scenarios,
    before: &[&Run],
    runs: &[Run],
    question: &ChoiceQuestion,
) -> Option<Choice> {
    let priced = |one: Configuration| {
        let rate = *question.usd_per_hour.get(&one.like.machine.name)?;
        let cost_usd = rate * one.like.nodes * one.median_s / 3600.0;
        Some(Candidate { like: one.like, measured_s: one.median_s, cost_usd })
    };
    let before_runs: Vec<Run> = before.iter().map(|run| (*run).clone()).collect();
    let known: Vec<Candidate> = configurations(&before_runs).into_iter().filter_map(priced).collect();
    let same =
        |a: &Candidate, b: &Candidate| a.like.machine.name == b.like.machine.name && a.like.nodes == b.like.nodes;
    let mut open: Vec<Candidate> = configurations(runs).into_iter().filter_map(priced).collect();
    open.retain(|candidate| !known.iter().any(|other| same(other, candidate)));
    let everything: Vec<Candidate> = known.iter().chain(&open).cloned().collect();
    let meets = |candidate: &Candidate| question.deadline_s.is_none_or(|deadline| candidate.measured_s <= deadline);
    let best = everything.iter().filter(|one| meets(one)).min_by(|a, b| a.cost_usd.total_cmp(&b.cost_usd))?.clone();
    if everything.len() < 2 {
        return None;
    }
    let pool = best.like.pool_id();
    let mut history: Vec<Run> = model.runs().iter().filter(|run| run.pool_id() == pool).cloned().collect();
    let mut observed: Vec<Candidate> = Vec::new();
    let setting = settings(&[&best.like]).remove(0);
    let rates: Vec<(Run, f64)> = everything.iter().map(|one| (one.like.clone(), rate(one, question))).collect();
    let mut predictions = predict(model, &history, &open);
    while known.len() + observed.len() < question.observe && open.len() > 1 {
        // Each look goes first to a class of memory that has not been seen: neither the model nor the pool's other jobs can
        // tell that this job is the one that needs memory. When all have been seen, the last look is the model's own. Under
        // a deadline every look is: the other jobs had none.
        let fresh = Classes::of(&everything).unseen(&open, known.iter().chain(&observed));
        let is_last = known.len() + observed.len() + 1 >= question.observe;
        let among = if fresh.is_empty() { (0..open.len()).collect() } else { fresh.clone() };
        let some: Vec<Candidate> = among.iter().map(|at| open[*at].clone()).collect();
        let complementary = (question.deadline_s.is_none() && !(is_last && fresh.is_empty()))
            .then(|| {
                let own = as_predicted(known.iter().chain(&observed), &open, &predictions);
                complement(scenarios, &some, known.iter().chain(&observed), &setting, &rates, &own)
            })
            .flatten()
            .map(|at| among[at]);
        let next =
            complementary.unwrap_or_else(|| best_to_try(&open, &predictions, known.iter().chain(&observed), question));
        let tried = open.remove(next);
        history.push(Run { duration_s: tried.measured_s, row: usize::MAX - observed.len(), ..tried.like.clone() });
        observed.push(tried);
        predictions = predict(model, &history, &open);
    }
    let (chosen, expected_usd) = decide(&open, &predictions, known.iter().chain(&observed), question)?;
    let counted: Vec<f64> = everything.iter().map(|candidate| candidate.cost_usd / best.cost_usd).collect();
    let mut one_type: BTreeMap<String, f64> = BTreeMap::new();
    for (candidate, ratio) in everything.iter().zip(&counted).filter(|(candidate, _)| meets(candidate)) {
        let least = one_type.entry(candidate.like.machine.name.clone()).or_insert(f64::MAX);
        *least = least.min(*ratio);
    }
    Some(Choice {
        observed,
        known_before: known.len(),
        chosen,
        expected_usd,
        best,
        candidates: everything.len(),
        random: counted.iter().sum::<f64>() / counted.len() as f64,
        one_type,
    })
}

fn predict(model: &Model, history: &[Run], open: &[Candidate]) -> Vec<Prediction> {
    let asked: Vec<Run> = open.iter().map(|candidate| candidate.like.clone()).collect();
    if history.is_empty() { model.predict(&asked) } else { model.over(history).predict(&asked) }
}

/// ln(time) of every shape of a job: as measured, where it has been seen, and as predicted from what has been.
fn as_predicted<'a>(
    seen: impl Iterator<Item = &'a Candidate>,
    open: &[Candidate],
    predictions: &[Prediction],
) -> Vec<(Run, f64)> {
    let measured = seen.map(|one| (one.like.clone(), one.measured_s.ln()));
    let predicted = open.iter().zip(predictions).map(|(one, answer)| (one.like.clone(), answer.distribution.mean()));
    measured.chain(predicted).collect()
}

/// The open candidate that complements those seen best.
fn complement<'a>(
    scenarios: &Scenarios,
    open: &[Candidate],
    seen: impl Iterator<Item = &'a Candidate>,
    setting: &str,
    rates: &[(Run, f64)],
    own: &[(Run, f64)],
) -> Option<usize> {
    let scenarios = scenarios.clone().with(own);
    let seen: Vec<Run> = seen.map(|one| one.like.clone()).collect();
    let looks = open.iter().enumerate();
    let looks = looks.filter_map(|(at, one)| Some((at, scenarios.after_look(&one.like, &seen, setting, rates)?)));
    looks.min_by(|a, b| a.1.total_cmp(&b.1)).map(|it| it.0)
}

fn rate(candidate: &Candidate, question: &ChoiceQuestion) -> f64 {
    question
        .usd_per_hour
        .get(&candidate.like.machine.name)
        .map_or(f64::MAX, |rate| rate * candidate.like.nodes / 3600.0)
}

/// The open candidate with the most expected improvement of ln(cost) over the cheapest seen (Močkus 1975; CherryPick,
/// NSDI 2017, chooses so too), times the probability that it completes in time. Before anything is seen: the one
/// with the least expected cost.
fn best_to_try<'a>(
    open: &[Candidate],
    predictions: &[Prediction],
    seen: impl Iterator<Item = &'a Candidate>,
    question: &ChoiceQuestion,
) -> usize {
    let least = seen
        .filter(|one| question.deadline_s.is_none_or(|deadline| one.measured_s <= deadline))
        .map(|one| one.cost_usd.ln())
        .fold(f64::MAX, f64::min);
    let value = |candidate: &Candidate, prediction: &Prediction| {
        let rate = rate(candidate, question).ln();
        let sound = (1.0 - prediction.failure_probability) * in_time(prediction, question);
        if least == f64::MAX {
            return sound.max(1e-9).ln() - prediction.distribution.mean() - rate;
        }
        sound * prediction.distribution.expected_below(least - rate)
    };
    let values = open.iter().zip(predictions).map(|(candidate, prediction)| value(candidate, prediction));
    values.enumerate().fold((0, f64::MIN), |best, (at, value)| if value > best.1 { (at, value) } else { best }).0
}

fn in_time(prediction: &Prediction, question: &ChoiceQuestion) -> f64 {
    question.deadline_s.map_or(1.0, |deadline| {
        let total: f64 = prediction.distribution.components.iter().map(|one| one.weight).sum();
        let under = |one: &super::mixture::Component| one.weight * below((deadline.ln() - one.mean) / one.deviation);
        prediction.distribution.components.iter().map(under).sum::<f64>() / total
    })
}

/// The cheapest, by measurement where there is one and by the predicted median otherwise; one that has not been seen
/// must also be likely to meet the deadline and to complete.
fn decide<'a>(
    open: &[Candidate],
    predictions: &[Prediction],
    seen: impl Iterator<Item = &'a Candidate>,
    question: &ChoiceQuestion,
) -> Option<(Candidate, f64)> {
    let measured = seen
        .filter(|one| question.deadline_s.is_none_or(|deadline| one.measured_s <= deadline))
        .map(|one| (one.clone(), one.cost_usd));
    let likely = open.iter().zip(predictions).map(|(candidate, prediction)| {
        let sound = in_time(prediction, question) * (1.0 - prediction.failure_probability);
        (candidate.clone(), prediction.distribution.mean_time() * rate(candidate, question), sound)
    });
    let all: Vec<(Candidate, f64, f64)> = measured.map(|(one, cost)| (one, cost, 1.0)).chain(likely).collect();
    let sound = all.iter().filter(|(_, _, sound)| *sound >= 0.8).min_by(|a, b| a.1.total_cmp(&b.1));
    // When nothing is likely to be in time, the likeliest.
    let chosen = sound.or_else(|| all.iter().max_by(|a, b| a.2.total_cmp(&b.2)))?;
    Some((chosen.0.clone(), chosen.1))
}

/// Parameters and notes that a machine type always has and other types do not: they say what the machine is, not what
/// the job was asked. The empty name is the note.
fn machine_traits(runs: &[Run]) -> BTreeMap<String, Vec<String>> {
    let mut values: BTreeMap<(String, String), BTreeMap<String, Vec<String>>> = BTreeMap::new();
    for run in runs {
        let mut see = |name: &str, value: String| {
            let of_machine = values.entry((run.job_id(), name.to_owned())).or_default();
            let seen = of_machine.entry(run.machine.name.clone()).or_default();
            if !seen.contains(&value) {
                seen.push(value);
            }
        };
        for (name, value) in &run.parameters {
            if let Value::Text(text) = value {
                see(name, text.clone());
            }
        }
        see("", run.note.clone());
    }
    let mut traits: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for ((job, name), of_machine) in values {
        let each_one = of_machine.values().all(|seen| seen.len() == 1);
        let first = of_machine.values().next().and_then(|seen| seen.first());
        let several = of_machine.values().any(|seen| seen.first() != first);
        if each_one && several {
            traits.entry(job).or_default().push(name);
        }
    }
    traits
}

fn without_traits(run: &Run, traits: &BTreeMap<String, Vec<String>>) -> Run {
    let mut plain = run.clone();
    for name in traits.get(&run.job_id()).into_iter().flatten() {
        if name.is_empty() {
            plain.note.clear();
        } else {
            plain.parameters.remove(name);
        }
    }
    plain
}

/// Regret over all choices.
#[must_use]
pub fn summarise(choices: &[Choice]) -> Option<ChoiceSummary> {
    let spread = |values: Vec<f64>| {
        let mut values = values;
        values.sort_by(f64::total_cmp);
        (quantile(&values, 0.5), quantile(&values, 0.9))
    };
    if choices.is_empty() {
        return None;
    }
    let mut types: BTreeMap<&String, Vec<f64>> = BTreeMap::new();
    for choice in choices {
        for (machine, ratio) in &choice.one_type {
            types.entry(machine).or_default().push(*ratio);
        }
    }
    // A type that a job cannot run on, or was not measured on, is no rule.
    let most = types.values().map(Vec::len).max().unwrap_or(0);
    let one_type = types
        .into_iter()
        .filter(|(_, ratios)| ratios.len() == most)
        .map(|(machine, ratios)| (machine.clone(), spread(ratios)))
        .min_by(|a, b| (a.1.0 + a.1.1).total_cmp(&(b.1.0 + b.1.1)))
        .map(|(machine, (median, p90))| (machine, median, p90));
    Some(ChoiceSummary {
        choices: choices.len(),
        chosen: spread(choices.iter().map(Choice::regret).collect()),
        random: spread(choices.iter().map(|choice| choice.random).collect()),
        one_type,
    })
}
