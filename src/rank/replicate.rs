//! A finalist under chance and ignorance: its distribution of time and cost.

use rust_decimal::Decimal;

use super::evaluate::{Bench, bill_of, runs, runs_per_month};
use super::model::{CostRange, Quantiles};
use crate::bill::Cost;
use crate::engines::{Candidate, RunRecord};
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
}

/// Runs a candidate `settings.replications` times.
#[must_use]
pub fn replicate(candidate: &Candidate, bench: &Bench<'_>, settings: &Settings, within: Span) -> Replicated {
    let question = &bench.question;
    let records = runs(candidate, bench, settings);
    let count = f64::from(u32::try_from(records.len().max(1)).unwrap_or(u32::MAX));
    let share = |met: usize| Share::clamped(f64::from(u32::try_from(met).unwrap_or(u32::MAX)) / count);
    let times = times_to_result(&records);
    let runs_per_month = runs_per_month(question);
    let costs: Vec<Cost> =
        records.iter().map(|record| bill_of(candidate, record, question).cost_of_run(runs_per_month)).collect();
    Replicated {
        duration: Quantiles {
            p50: Span::seconds(quantile(&times, 0.5)),
            p90: Span::seconds(quantile(&times, 0.9)),
            p95: Span::seconds(quantile(&times, 0.95)),
        },
        durations: records.iter().map(|record| record.makespan).collect(),
        cost: cost_range(&costs),
        mean_cost: mean(&costs),
        costs,
        deadline_met: share(records.iter().filter(|run| run.failure.is_none() && run.makespan <= within).count()),
        failure: share(records.iter().filter(|run| run.failure.is_some()).count()),
        failure_text: records.iter().find_map(|run| run.failure.clone()),
        spot_losses: records.iter().map(|run| run.spot_losses).sum::<f64>() / count,
    }
}

/// Trigger to result, ascending. A run that fails gives no result, and it often fails early: its time would make the
/// others look shorter. Only where every run fails is there nothing else to show.
fn times_to_result(records: &[RunRecord]) -> Vec<f64> {
    let any_succeeds = records.iter().any(|record| record.failure.is_none());
    let counted = records.iter().filter(|record| !any_succeeds || record.failure.is_none());
    let mut times: Vec<f64> = counted.map(|record| record.makespan.as_seconds()).collect();
    times.sort_by(f64::total_cmp);
    times
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
    let at = |tenths: usize| sorted.get((sorted.len() * tenths).div_ceil(10).saturating_sub(1)).copied();
    Some(CostRange { mean: mean(costs).known, p50: at(5)?, p90: at(9)? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Bytes;

    fn record(seconds: f64, failure: Option<&str>) -> RunRecord {
        RunRecord {
            start_up: Span::ZERO,
            work: Span::seconds(seconds),
            makespan: Span::seconds(seconds),
            groups: Vec::new(),
            stages: Vec::new(),
            s3_gets: 0,
            s3_puts: 0,
            bytes_read: Bytes::ZERO,
            bytes_written: Bytes::ZERO,
            shuffle_bytes: Bytes::ZERO,
            spill_bytes: Bytes::ZERO,
            failure: failure.map(str::to_owned),
            spot_losses: 0.0,
            spot_delay: Span::ZERO,
        }
    }

    #[test]
    fn a_run_that_dies_early_is_no_fast_run() {
        let records = [record(50.0, None), record(5.0, Some("out of memory")), record(40.0, None)];
        assert_eq!(times_to_result(&records), [40.0, 50.0]);
        assert_eq!(times_to_result(&records[1..2]), [5.0]);
    }
}
