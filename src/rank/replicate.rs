//! A finalist under chance and ignorance: its distribution of time and cost.

use rayon::prelude::*;
use rust_decimal::Decimal;

use super::evaluate::{Bench, runs, runs_per_month};
use super::model::{CostRange, Precision, Quantiles};
use super::spot_price::at_drawn_price;
use crate::bill::Cost;
use crate::engines::usage::Words;
use crate::engines::{Candidate, ChargesOfRuns, RunRecord};
use crate::simulate::Settings;
use crate::units::{Share, Span, Usd};

/// What the replications of a finalist gave. Costs stand in the order of the replications, so that two
/// finalists can be compared draw by draw.
#[derive(Clone, Debug)]
pub struct Replicated {
    /// Trigger to result, of the runs that give one.
    pub duration: Quantiles<Span>,
    /// What is known of each replication's cost of a run.
    pub costs: Vec<Cost>,
    /// Trigger to result or failure, in the same order.
    pub durations: Vec<Span>,
    /// Summary of `costs`; `None` while a price is missing.
    pub cost: Option<CostRange>,
    /// Mean of `costs`.
    pub mean_cost: Cost,
    /// Share of runs that ended well within the deadline.
    pub deadline_met: Share,
    /// Share of runs that failed.
    pub failure: Share,
    /// Why the first of them failed.
    pub failure_text: Option<String>,
    /// Mean number of lost Spot executors.
    pub spot_losses: f64,
    /// Mean time that a run loses to them.
    pub spot_delay: Span,
    /// How precise these figures are.
    pub precision: Precision,
}

/// What one replication leaves behind.
#[derive(Clone, Debug)]
pub struct Sample {
    makespan_s: f64,
    cost: Cost,
    failure: Option<String>,
    spot_losses: f64,
    spot_delay_s: f64,
}

/// Replications in one piece of work for a thread.
const CHUNK: u32 = 64;

/// Runs a candidate `settings.replications` times, from number `settings.first` on.
#[must_use]
pub fn samples(candidate: &Candidate, bench: &Bench<'_>, settings: &Settings) -> Vec<Sample> {
    let billed = ChargesOfRuns::of(&candidate.shape, &bench.question, Words::LeftOut);
    let runs_per_month = runs_per_month(&bench.question);
    let chunks: Vec<u32> = (0..settings.replications.div_ceil(CHUNK)).collect();
    let chunk = |chunk: u32| {
        let first = chunk * CHUNK;
        let settings = settings.more(settings.first + first, CHUNK.min(settings.replications - first));
        let sample = |record: RunRecord| Sample {
            makespan_s: record.makespan.as_seconds(),
            cost: at_drawn_price(&billed.charges(&record), &record, runs_per_month, bench.question.rates),
            spot_losses: record.spot_losses,
            spot_delay_s: record.spot_delay.as_seconds(),
            failure: record.failure,
        };
        runs(candidate, bench, &settings).into_iter().map(sample).collect::<Vec<_>>()
    };
    chunks.into_par_iter().flat_map_iter(chunk).collect()
}

/// The summary of the samples of a candidate that must be done `within` a time.
#[must_use]
pub fn summary(samples: &[Sample], within: Span) -> Replicated {
    let share = |counts: &dyn Fn(&Sample) -> bool| {
        Share::clamped(count(samples.iter().filter(|sample| counts(sample)).count()) / count(samples.len().max(1)))
    };
    let mean_of = |value: fn(&Sample) -> f64| samples.iter().map(value).sum::<f64>() / count(samples.len().max(1));
    let times = times_to_result(samples);
    let costs: Vec<Cost> = samples.iter().map(|sample| sample.cost).collect();
    let within_s = within.as_seconds();
    let deadline_met = share(&|sample| sample.failure.is_none() && sample.makespan_s <= within_s);
    Replicated {
        duration: Quantiles {
            p50: Span::seconds(quantile(&times, 0.5)),
            p90: Span::seconds(quantile(&times, 0.9)),
            p95: Span::seconds(quantile(&times, 0.95)),
        },
        durations: samples.iter().map(|sample| Span::seconds(sample.makespan_s)).collect(),
        cost: cost_range(&costs),
        mean_cost: mean(&costs),
        precision: Precision::of(&costs, deadline_met),
        costs,
        deadline_met,
        failure: share(&|sample| sample.failure.is_some()),
        failure_text: samples.iter().find_map(|sample| sample.failure.clone()),
        spot_losses: mean_of(|sample| sample.spot_losses),
        spot_delay: Span::seconds(mean_of(|sample| sample.spot_delay_s)),
    }
}

/// Trigger to result, ascending. A run that fails gives no result, and it often fails early: its time would make the
/// others look shorter. Only where every run fails is there nothing else to show.
fn times_to_result(samples: &[Sample]) -> Vec<f64> {
    let any_succeeds = samples.iter().any(|sample| sample.failure.is_none());
    let counted = samples.iter().filter(|sample| !any_succeeds || sample.failure.is_none());
    let mut times: Vec<f64> = counted.map(|sample| sample.makespan_s).collect();
    times.sort_by(f64::total_cmp);
    times
}

fn count(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// The value below which a share `q` of the sorted values lies (nearest rank).
#[must_use]
pub fn quantile(sorted: &[f64], q: f64) -> f64 {
    if sorted.is_empty() {
        return 0.0;
    }
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "an index"
    )]
    let rank = (q * sorted.len() as f64).ceil() as usize;
    sorted[rank.clamp(1, sorted.len()) - 1]
}

/// The mean of what is known; as incomplete as the most incomplete draw.
fn mean(costs: &[Cost]) -> Cost {
    let known: Usd = costs.iter().map(|cost| cost.known).sum();
    let count = Decimal::from(costs.len().max(1));
    Cost {
        missing_own: costs.iter().map(|cost| cost.missing_own).max().unwrap_or(0),
        missing: costs.iter().map(|cost| cost.missing).max().unwrap_or(0),
        known: Usd::new(known.dollars() / count),
    }
}

pub fn cost_range(costs: &[Cost]) -> Option<CostRange> {
    let mut sorted: Vec<Usd> = costs.iter().map(|cost| cost.complete()).collect::<Option<_>>()?;
    sorted.sort();
    let at = |percent: usize| sorted.get((sorted.len() * percent).div_ceil(100).saturating_sub(1)).copied();
    Some(CostRange { mean: mean(costs).known, p50: at(50)?, p90: at(90)?, p95: at(95)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(makespan_s: f64, failure: Option<&str>) -> Sample {
        let cost = Cost { missing_own: 0, missing: 0, known: Usd::ZERO };
        Sample { makespan_s, cost, failure: failure.map(str::to_owned), spot_losses: 0.0, spot_delay_s: 0.0 }
    }

    #[test]
    fn quantiles_of_the_cost_are_those_of_the_sorted_runs() {
        // 40 runs of $1 to $40: half of them cost $20 at most, 36 $36, 38 $38.
        let dollars = |cost: i64| Usd::new(rust_decimal::Decimal::from(cost));
        let costs: Vec<Cost> =
            (1..=40).rev().map(|cost| Cost { missing_own: 0, missing: 0, known: dollars(cost) }).collect();
        let range = cost_range(&costs).expect("all are priced");
        assert_eq!([range.p50, range.p90, range.p95], [20, 36, 38].map(dollars));
        assert!((range.mean.approximate() - 20.5).abs() < 1e-9);
    }

    #[test]
    fn a_run_that_dies_early_is_no_fast_run() {
        let samples = [sample(50.0, None), sample(5.0, Some("out of memory")), sample(40.0, None)];
        assert_eq!(times_to_result(&samples), [40.0, 50.0]);
        assert_eq!(times_to_result(&samples[1..2]), [5.0]);
    }
}
