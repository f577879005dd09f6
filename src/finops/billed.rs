//! What runs really cost, week by week, beside what was predicted for them.

use jiff::ToSpan;
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::cost::{Kind, Ledger};
use super::weekly::IsoWeek;
use crate::engines::EngineId;
use crate::profile::spend::SpendPart;
use crate::report::document::{Entry, RecommendDocument};

/// A standard normal's 90 % quantile.
const P90: f64 = 1.281_552;

/// A pipeline's runs in one week.
#[derive(Clone, Debug, PartialEq)]
pub struct BilledWeek {
    /// The pipeline.
    pub pipeline: String,
    /// The week.
    pub week: String,
    /// Its Monday.
    pub from: Date,
    /// What the money was paid for, mostly.
    pub engine: Option<EngineId>,
    /// Runs that began.
    pub runs: u64,
    /// Usage of the week over its runs, dollars.
    pub cost_per_run_usd: f64,
    /// The prediction; `None` when the pipeline has no workload, or its answer no candidate of that engine with a price.
    pub predicted: Option<PredictedCost>,
}

/// Cost of one run as predicted: log-normal about its median.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PredictedCost {
    /// The engine that it is for.
    pub engine: EngineId,
    /// Median, dollars.
    pub p50: f64,
    /// Spread.
    pub sigma: f64,
}

impl PredictedCost {
    /// A tenth, the median and nine tenths.
    #[must_use]
    pub fn quantiles(&self) -> (f64, f64, f64) {
        let at = |score: f64| self.p50 * (score * self.sigma).exp();
        (at(-P90), self.p50, at(P90))
    }

    /// Of a candidate, with a run's share of what is paid by the month.
    fn of(entry: &Entry, runs_per_month: f64) -> Option<Self> {
        let cost = entry.cost_usd.as_ref()?;
        let (mean, p50, p90) = (cost.mean.as_f64(), cost.p50.as_f64(), cost.p90.as_f64());
        let share = (entry.monthly_cost_usd?.as_f64() / runs_per_month - mean).max(0.0);
        let (p50, p90) = (p50 + share, p90 + share);
        let known = p50 > 0.0 && p90 >= p50 && runs_per_month > 0.0;
        known.then(|| Self { engine: entry.engine, p50, sigma: (p90 / p50).ln() / P90 })
    }
}

/// The engines that a part of the bill pays for, those first that are asked first.
fn engines(part: SpendPart) -> &'static [EngineId] {
    match part {
        SpendPart::Ec2 | SpendPart::EmrFee => &[EngineId::EmrEc2, EngineId::EmrEc2Standing],
        SpendPart::EmrServerless => &[EngineId::EmrServerless, EngineId::EmrServerlessFlex],
        SpendPart::EmrOnEks => &[EngineId::EmrEks],
        SpendPart::Glue => &[EngineId::Glue, EngineId::GlueFlex],
        SpendPart::Athena => &[EngineId::Athena],
        SpendPart::Redshift => &[EngineId::RedshiftServerless],
        SpendPart::Ec2Other | SpendPart::Other => &[],
    }
}

/// Every whole week of every pipeline in which runs began, oldest first. Runs that are told apart are needed: a bill without
/// them has no cost of a run.
#[must_use]
pub fn billed_weeks(ledger: &Ledger, portfolio: &[RecommendDocument]) -> Vec<BilledWeek> {
    let Some((first, last)) = ledger.days() else { return Vec::new() };
    let cells = ledger.cells();
    let mut all = Vec::new();
    let mut week = IsoWeek::of(first);
    while week.until() <= last.checked_add(1.day()).unwrap_or(last) {
        for (number, name) in (0..).zip(ledger.pipelines()) {
            let mut parts: std::collections::BTreeMap<SpendPart, Decimal> = std::collections::BTreeMap::new();
            for (key, cell) in cells.iter().filter(|(key, _)| {
                week.from >= first && week.has(key.day) && key.pipeline == Some(number) && key.kind == Kind::Usage
            }) {
                *parts.entry(key.part).or_default() += cell.cost;
            }
            let runs = ledger.runs(number, week.from, week.until());
            let runs: u64 = runs.iter().flatten().map(|(_, count)| count).sum();
            let cost: Decimal = parts.values().sum();
            if runs == 0 || cost <= Decimal::ZERO {
                continue;
            }
            let candidates = parts
                .iter()
                .filter(|(part, _)| !engines(**part).is_empty())
                .max_by_key(|(_, cost)| **cost)
                .map_or(&[] as &[EngineId], |(part, _)| engines(*part));
            #[expect(clippy::cast_precision_loss, reason = "a week has no 2^52 runs")]
            let per_run = f64::try_from(cost).unwrap_or(0.0) / runs as f64;
            all.push(BilledWeek {
                pipeline: name.clone(),
                week: week.to_string(),
                from: week.from,
                engine: candidates.first().copied(),
                runs,
                cost_per_run_usd: per_run,
                predicted: predicted(ledger.tag(), name, candidates, portfolio),
            });
        }
        week = IsoWeek { from: week.until() };
    }
    all
}

fn predicted(
    tag: &str,
    pipeline: &str,
    candidates: &[EngineId],
    portfolio: &[RecommendDocument],
) -> Option<PredictedCost> {
    let document = portfolio.iter().find(|document| document.pipeline(tag) == pipeline)?;
    let entries = || document.recommendations.iter();
    let runs = document.workload.runs_per_month;
    candidates
        .iter()
        .find_map(|engine| entries().filter(|entry| entry.engine == *engine).find_map(|it| PredictedCost::of(it, runs)))
}

impl RecommendDocument {
    /// The pipeline that a workload is: the value of its own tag of that key, else its name.
    #[must_use]
    pub fn pipeline(&self, tag: &str) -> &str {
        self.workload.tags.get(tag).unwrap_or(&self.workload.name)
    }
}
