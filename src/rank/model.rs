//! The answer, as data: what every output format renders and nobody computes again.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::Serialize;

use super::sensitivity::Sensitivity;
use crate::bill::Bill;
use crate::engines::{Candidate, EngineId, RunRecord};
use crate::prices::{Meter, MissingPrice, Price, PriceBook, PriceOrigin};
use crate::units::{Share, Span, Usd};
use crate::workload::Workload;

/// The whole answer for one workload.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Recommendation {
    /// The question, resolved.
    pub workload: Workload,
    /// Seed of the simulation.
    pub seed: u64,
    /// Replications per front-runner.
    pub replications: u32,
    /// Which prices were used.
    pub prices: PricesUsed,
    /// Every eligible engine's best shape, best first; then alternatives and baselines in their place by cost.
    pub ranked: Vec<Ranked>,
    /// Other shapes on the front of monthly cost against time.
    pub pareto: Vec<ParetoPoint>,
    /// What is out and why.
    pub rejected: Vec<Rejected>,
    /// Where the order of the first two flips, and of the best with Spot and the best without.
    pub break_even: Vec<BreakEven>,
    /// Which assumption moves the decision most; `None` without a fully priced recommendation.
    pub sensitivity: Option<Sensitivity>,
    /// The field's rules of thumb beside the simulation.
    pub rules: Vec<RuleVerdict>,
    /// What the reader should know before acting.
    pub warnings: Vec<Note>,
    /// Number of shapes simulated.
    pub shapes_considered: usize,
    /// How much was simulated with every uncertain figure drawn.
    pub effort: Effort,
}

/// How much was simulated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Effort {
    /// Shapes whose likely run was simulated and priced: the screen.
    pub screened: usize,
    /// Shapes that were run again with every uncertain figure drawn, some times, to put them in order.
    pub first_looks: usize,
    /// Shapes of these that were run as often as the ranking needs.
    pub front_runners: usize,
    /// Drawn runs in all.
    pub replications: u64,
}

/// Which prices were used, how old they are, and what is missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PricesUsed {
    /// For example `embedded snapshot`, and the overlays on it.
    pub source: String,
    /// Date of the snapshot.
    pub as_of: String,
    /// Age in days, when today is known.
    pub age_days: Option<i64>,
    /// Oldest and newest date of the prices in this answer's bills.
    pub oldest_price: Option<String>,
    /// See `oldest_price`.
    pub newest_price: Option<String>,
    /// The layers of the price book, newest kind first, and how many of the prices in this answer's bills each gave.
    pub layers: Vec<LayerUsed>,
    /// SHA-256 of the snapshot.
    pub snapshot_sha256: String,
    /// The region.
    pub region: String,
    /// Prices that some candidate needed and nobody has.
    pub missing: Vec<MissingPrice>,
    /// The user's own conditions, in words.
    pub conditions: Vec<String>,
}

/// One layer of the price book in an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LayerUsed {
    /// Embedded, file, live or the user's own.
    pub origin: PriceOrigin,
    /// For people.
    pub label: String,
    /// Its date, `YYYY-MM-DD`, or `undated`.
    pub as_of: String,
    /// Its age in days, when today and its date are known.
    pub age_days: Option<i64>,
    /// How many different prices of the bills come from it.
    pub prices_used: usize,
}

impl LayerUsed {
    /// The layers of a book, and the user's own prices, with how many of the `used` prices each gave.
    pub fn all<'a>(
        book: &PriceBook,
        today: Option<Date>,
        used: impl IntoIterator<Item = (&'a Meter, &'a Price)>,
    ) -> Vec<Self> {
        let used: BTreeSet<(&Meter, PriceOrigin)> =
            used.into_iter().map(|(meter, price)| (meter, price.origin)).collect();
        let count = |origin: PriceOrigin| used.iter().filter(|(_, found)| *found == origin).count();
        let mut layers: Vec<Self> = book
            .layers()
            .iter()
            .map(|layer| Self {
                origin: layer.origin,
                label: layer.label.clone(),
                as_of: layer.as_of.clone(),
                age_days: today.and_then(|today| layer.age_days(today)),
                prices_used: count(layer.origin),
            })
            .collect();
        let own = count(PriceOrigin::Own);
        if own > 0 {
            layers.push(Self {
                origin: PriceOrigin::Own,
                label: "your own prices".to_owned(),
                as_of: "undated".to_owned(),
                age_days: None,
                prices_used: own,
            });
        }
        layers
    }
}

/// One row of the ranking.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Ranked {
    /// 1 is the recommendation; baselines have none.
    pub rank: Option<u32>,
    /// Engine and shape.
    pub candidate: Candidate,
    /// The shape in words: "2 × r6g.2xlarge core + 96 vCPU Spot (r6g, r7g, …)".
    pub shape_text: String,
    /// Trigger to result.
    pub duration: Quantiles<Span>,
    /// Cost of one run, with its share of monthly lines; `None` while a price is missing.
    pub cost: Option<CostRange>,
    /// Expected cost of a month; `None` while a price is missing.
    pub monthly_cost: Option<Usd>,
    /// The part of it that is known: a lower bound while a price is missing.
    pub known_monthly_cost: Usd,
    /// Probability of meeting the deadline; 1 when there is none.
    pub deadline_met: Share,
    /// Whether the demanded probability is reached.
    pub meets_deadline: bool,
    /// Probability that the run fails.
    pub failure: Share,
    /// Spot figures, when the shape uses Spot.
    pub spot: Option<SpotFigures>,
    /// Expected interruptions, when capacity can be taken back.
    pub interruptions: Option<Interruptions>,
    /// How precise these figures are.
    pub precision: Precision,
    /// The replications one by one, for comparing two answers draw by draw.
    #[serde(skip)]
    pub draws: MonthlyDraws,
    /// The bill of the likely run.
    pub bill: Bill,
    /// The likely run.
    pub likely_run: RunRecord,
    /// Why it stands where it stands.
    pub reasons: Vec<Note>,
    /// What can go wrong.
    pub risks: Vec<Note>,
    /// What was assumed for this candidate: start-up, speeds, rates, each with its source.
    pub assumptions: Vec<Note>,
}

/// What interruptions are expected and what they cost.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Interruptions {
    /// Executors lost in a run, on average.
    pub executors: f64,
    /// Time that they cost a run, on average.
    pub delay: Span,
    /// What that time costs a run; `None` while a price is missing.
    pub cost: Option<Usd>,
}

/// How precise the figures of a candidate are, as far as the number of replications decides it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Precision {
    /// Replications that were run.
    pub replications: u32,
    /// Standard error of the mean cost over the mean cost.
    pub cost: f64,
    /// Standard error of the probability of meeting the deadline.
    pub deadline: f64,
}

/// What each replication gave, in the order of the replications. What is unknown about a workload is drawn from the
/// seed and the replication alone, so that draws with the same number of two answers met the same luck.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MonthlyDraws {
    /// Cost of a month of such runs, as far as it is known.
    pub cost: Vec<Usd>,
    /// Trigger to result or failure.
    pub duration: Vec<Span>,
}

/// Quantiles of a distribution.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Quantiles<T> {
    /// Median.
    pub p50: T,
    /// 90th percentile.
    pub p90: T,
    /// 95th percentile.
    pub p95: T,
}

/// Cost of one run.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct CostRange {
    /// Expected.
    pub mean: Usd,
    /// Median.
    pub p50: Usd,
    /// 90th percentile.
    pub p90: Usd,
    /// 95th percentile.
    pub p95: Usd,
}

/// Spot in one candidate.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SpotFigures {
    /// Expected lost nodes a run.
    pub expected_losses: f64,
    /// Share of the On-Demand EC2 price saved on Spot nodes, EC2 only.
    pub discount: Share,
    /// Losses of one node in an hour at which the same shape On-Demand costs the same; `None` when On-Demand is never
    /// cheaper.
    pub break_even_losses_per_hour: Option<f64>,
    /// Probability that nodes of this fleet are really lost less often than that; `None` without a break-even.
    pub break_even_probability: Option<Share>,
    /// Losses of one node in an hour as believed: the mean over band and own history.
    pub losses_per_node_hour: Option<f64>,
    /// Losses of nodes of the fleet's types in the account's own history; `None` when nothing is known.
    pub own_losses: Option<u32>,
    /// Where that is known from and up to which day, for example `emr:j-1ABC, up to 2026-11-20`; `None` when nobody said.
    pub own_losses_source: Option<String>,
    /// Instance families among the pools that are assumed to serve: what spreads the risk.
    pub families: u32,
    /// Worst interruption band in the fleet, for example `>20%`.
    pub worst_band: Option<String>,
}

/// A shape on the cost/time front.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ParetoPoint {
    /// Engine and shape.
    pub candidate: Candidate,
    /// In words.
    pub shape_text: String,
    /// Likely time.
    pub duration: Span,
    /// Likely cost of a month.
    pub monthly_cost: Usd,
}

/// A candidate or engine that is out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rejected {
    /// The engine.
    pub engine: EngineId,
    /// Stable code: `custom-image-not-supported`, `deadline-missed`, `memory-too-small`, …
    pub code: String,
    /// In words, with the figures.
    pub text: String,
    /// The constraint to relax, as a workload-file path, when there is one.
    pub relax: Option<String>,
}

/// A coded text: reasons, risks, warnings. The code is part of the output contract.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Note {
    /// Stable code, kebab-case.
    pub code: String,
    /// For people.
    pub text: String,
}

impl Note {
    /// A note.
    #[must_use]
    pub fn new(code: impl Into<String>, text: impl Into<String>) -> Self {
        Self { code: code.into(), text: text.into() }
    }
}

/// Where the order of two rows flips: of the first two, or of the best with Spot and the best without.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BreakEven {
    /// `input.volume` or `cadence.runs_per_month`; `spot.price_factor` or `spot.losses_per_node_hour`.
    pub axis: String,
    /// The value at which they cost the same, with its unit, for people; `None` when they never do in the range
    /// looked at.
    pub at: Option<String>,
    /// The same as a number: bytes, runs a month, a factor on today's Spot prices, losses of a node in an hour.
    pub at_value: Option<f64>,
    /// Who is cheaper below it.
    pub below: String,
    /// Who is cheaper above it.
    pub above: String,
    /// The range looked at, for people.
    pub range: String,
}

/// One rule of thumb beside the simulation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RuleVerdict {
    /// Stable code: `large-scheduled-emr-spot`, …
    pub code: String,
    /// The rule in the field's words.
    pub rule: String,
    /// Which engine the rule picks.
    pub picks: EngineId,
    /// Whether the simulation ranks that engine first.
    pub agrees: bool,
    /// The figures: what each costs, and why.
    pub text: String,
    /// Further figures by name.
    pub figures: BTreeMap<String, String>,
}
