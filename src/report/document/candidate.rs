//! One row of the ranking, with everything that `explain` and `spec` need.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use super::{BillLine, CodedText, LikelyRun, coded};
use crate::engines::{Candidate, EngineId, Shape};
use crate::rank;
use crate::report::number::{Dollars, six};
use crate::units::Span;

/// One engine's best shape.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Entry {
    /// 1 is the recommendation; null for baselines.
    pub rank: Option<u32>,
    /// Stable name of engine and shape.
    pub id: String,
    /// The engine.
    pub engine: EngineId,
    /// What it is in the answer.
    pub role: Role,
    /// The size; `kind` says whose fields follow.
    #[schemars(schema_with = "shape_schema")]
    pub shape: Shape,
    /// The size in words.
    pub shape_text: String,
    /// Trigger to result.
    pub duration_s: SecondsQuantiles,
    /// Cost of one run; null while a price is missing.
    pub cost_usd: Option<CostUsd>,
    /// Expected cost of a month; null while a price is missing.
    pub monthly_cost_usd: Option<Dollars>,
    /// The part of that month's cost whose prices are known: a lower bound while a price is missing.
    pub known_monthly_cost_usd: Dollars,
    /// Probability of meeting the deadline; 1 when there is none.
    pub deadline_met_probability: f64,
    /// Whether that is as much as the workload demands.
    pub meets_deadline: bool,
    /// Probability that a run fails.
    pub failure_probability: f64,
    /// Spot figures; null when the shape uses none.
    pub spot: Option<Spot>,
    /// Expected interruptions and what they cost; null when no capacity can be taken back.
    pub interruptions: Option<Interruptions>,
    /// How precise these figures are, as far as the number of replications decides it.
    pub precision: Option<Precision>,
    /// The bill of the likely run, line by line.
    pub bill: Vec<BillLine>,
    /// The likely run.
    pub likely_run: LikelyRun,
    /// Why it stands where it stands.
    pub reasons: Vec<CodedText>,
    /// What can go wrong.
    pub risks: Vec<CodedText>,
    /// What was assumed, each with its source.
    pub assumptions: Vec<CodedText>,
}

/// Interruptions of a run, on average over the replications.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Interruptions {
    /// Executors lost.
    pub expected_executors: f64,
    /// Time that this costs.
    pub expected_delay_s: f64,
    /// Money that this costs; null while a price is missing.
    pub expected_cost_usd: Option<Dollars>,
}

/// How precise a row's figures are, as far as the number of replications decides it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Precision {
    /// Runs with every uncertain figure drawn.
    pub replications: u32,
    /// Standard error of `cost_usd.mean`, as a share of it.
    pub cost_standard_error: f64,
    /// Standard error of `deadline_met_probability`.
    pub deadline_standard_error: f64,
}

/// What an engine is in the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Has a bill and a spec, and can be recommended.
    Candidate,
    /// Priced where prices are known; routed to, without a spec.
    Alternative,
    /// What the job runs on today, to compare with.
    Baseline,
}

/// Quantiles of a time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SecondsQuantiles {
    /// Median.
    pub p50: f64,
    /// 90th percentile.
    pub p90: f64,
    /// 95th percentile.
    pub p95: f64,
}

/// Cost of one run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CostUsd {
    /// Expected.
    pub mean: Dollars,
    /// Median.
    pub p50: Dollars,
    /// 90th percentile.
    pub p90: Dollars,
    /// 95th percentile; absent in documents of before it was counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p95: Option<Dollars>,
}

/// Spot in one candidate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Spot {
    /// Expected lost nodes a run.
    pub expected_losses: f64,
    /// Share of the On-Demand EC2 price saved on Spot nodes.
    pub discount: f64,
    /// Losses for a node and hour at which On-Demand costs the same; null when it is never cheaper.
    pub break_even_losses_per_hour: Option<f64>,
    /// Probability that nodes of this fleet are really lost less often than that; null without a break-even.
    #[serde(default)]
    pub break_even_probability: Option<f64>,
    /// Losses of one node in an hour as believed: the mean over band and own history.
    #[serde(default)]
    pub losses_per_node_hour: Option<f64>,
    /// Losses of nodes of the fleet's types in the account's own history; null when nothing is known.
    #[serde(default)]
    pub own_losses: Option<u32>,
    /// In how many node-hours, from where and up to which day; null when nobody said.
    #[serde(default)]
    pub own_losses_source: Option<String>,
    /// Instance families among the pools that are assumed to serve.
    #[serde(default)]
    pub families: u32,
    /// Worst interruption band in the fleet, for example `>20%`.
    pub worst_band: Option<String>,
}

/// A shape on the front of cost against time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ParetoPoint {
    /// Stable name of engine and shape.
    pub id: String,
    /// The engine.
    pub engine: EngineId,
    /// The size; `kind` says whose fields follow.
    #[schemars(schema_with = "shape_schema")]
    pub shape: Shape,
    /// The size in words.
    pub shape_text: String,
    /// Likely time.
    pub duration_s: f64,
    /// Likely cost of a month.
    pub monthly_cost_usd: Dollars,
}

impl Entry {
    /// Engine and shape, as the layers below have them.
    #[must_use]
    pub fn candidate(&self) -> Candidate {
        Candidate { id: self.id.clone(), engine: self.engine, shape: self.shape.clone() }
    }

    /// The prices that its bill lacks.
    pub fn missing(&self) -> impl Iterator<Item = &super::Missing> {
        self.bill.iter().filter_map(|line| line.missing.as_ref())
    }
}

impl From<&rank::Ranked> for Entry {
    fn from(ranked: &rank::Ranked) -> Self {
        let Candidate { id, engine, shape } = ranked.candidate.clone();
        Self {
            rank: ranked.rank,
            id,
            engine,
            role: Role::of(engine),
            shape,
            shape_text: ranked.shape_text.clone(),
            duration_s: SecondsQuantiles::from(&ranked.duration),
            cost_usd: ranked.cost.as_ref().map(CostUsd::from),
            monthly_cost_usd: ranked.monthly_cost.map(Dollars::from),
            known_monthly_cost_usd: ranked.known_monthly_cost.into(),
            deadline_met_probability: six(ranked.deadline_met.get()),
            meets_deadline: ranked.meets_deadline,
            failure_probability: six(ranked.failure.get()),
            spot: ranked.spot.as_ref().map(Spot::from),
            interruptions: ranked.interruptions.as_ref().map(|interruptions| Interruptions {
                expected_executors: six(interruptions.executors),
                expected_delay_s: six(interruptions.delay.as_seconds()),
                expected_cost_usd: interruptions.cost.map(Dollars::from),
            }),
            precision: Some(Precision {
                replications: ranked.precision.replications,
                cost_standard_error: six(ranked.precision.cost),
                deadline_standard_error: six(ranked.precision.deadline),
            }),
            bill: ranked.bill.lines.iter().map(BillLine::from).collect(),
            likely_run: LikelyRun::from(&ranked.likely_run),
            reasons: coded(&ranked.reasons),
            risks: coded(&ranked.risks),
            assumptions: coded(&ranked.assumptions),
        }
    }
}

impl Role {
    fn of(engine: EngineId) -> Self {
        match engine.role() {
            crate::engines::Role::Candidate => Self::Candidate,
            crate::engines::Role::Alternative => Self::Alternative,
            crate::engines::Role::Baseline => Self::Baseline,
        }
    }
}

impl From<&rank::Quantiles<Span>> for SecondsQuantiles {
    fn from(quantiles: &rank::Quantiles<Span>) -> Self {
        let seconds = |span: Span| six(span.as_seconds());
        Self { p50: seconds(quantiles.p50), p90: seconds(quantiles.p90), p95: seconds(quantiles.p95) }
    }
}

impl From<&rank::CostRange> for CostUsd {
    fn from(range: &rank::CostRange) -> Self {
        Self { mean: range.mean.into(), p50: range.p50.into(), p90: range.p90.into(), p95: Some(range.p95.into()) }
    }
}

impl From<&rank::SpotFigures> for Spot {
    fn from(spot: &rank::SpotFigures) -> Self {
        Self {
            expected_losses: six(spot.expected_losses),
            discount: six(spot.discount.get()),
            break_even_losses_per_hour: spot.break_even_losses_per_hour.map(six),
            break_even_probability: spot.break_even_probability.map(|share| six(share.get())),
            losses_per_node_hour: spot.losses_per_node_hour.map(six),
            own_losses: spot.own_losses,
            own_losses_source: spot.own_losses_source.clone(),
            families: spot.families,
            worst_band: spot.worst_band.clone(),
        }
    }
}

impl From<&rank::ParetoPoint> for ParetoPoint {
    fn from(point: &rank::ParetoPoint) -> Self {
        let Candidate { id, engine, shape } = point.candidate.clone();
        Self {
            id,
            engine,
            shape,
            shape_text: point.shape_text.clone(),
            duration_s: six(point.duration.as_seconds()),
            monthly_cost_usd: point.monthly_cost.into(),
        }
    }
}

/// Shapes have fields of their own for each engine; editors get the discriminator.
fn shape_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "description": "Size and count in the engine's own words; `kind` says whose fields follow.",
        "type": "object",
        "properties": { "kind": { "type": "string" } },
        "required": ["kind"]
    })
}
