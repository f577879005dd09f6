//! The weekly report: what `shapecast report --format json` writes.
//!
//! Money is in cents everywhere, so that a figure reads the same in JSON, CSV, Markdown and HTML.

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{CodedText, RecommendDocument, Tool};
use crate::engines::EngineId;
use crate::profile::spend::ClusterSpend;
use crate::report::number::Number;
use crate::units::Usd;

/// Money in cents.
pub type Cents = Number<2>;

/// One week of spend beside its projection.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WeeklyDocument {
    /// Version of this contract; 1.
    pub schema_version: u32,
    /// Who wrote the document.
    pub tool: Tool,
    /// When it was made.
    pub run: WeeklyRun,
    /// The week.
    pub week: Week,
    /// Where the figures come from.
    pub source: CostSource,
    /// Sums of the week.
    pub totals: WeeklyTotals,
    /// Weeks up to this one, oldest first.
    pub trend: Vec<TrendWeek>,
    /// By part of the bill.
    pub by_part: Vec<PartWeek>,
    /// By pipeline, dearest first.
    pub pipelines: Vec<PipelineWeek>,
    /// Pipelines whose cost moved most against the week before.
    pub movers: Vec<Mover>,
    /// Capacity that was paid and, as the simulation has it, not needed.
    pub idle: Vec<Idle>,
    /// Spend that no pipeline's tag explains, by service.
    pub untagged: Vec<Untagged>,
    /// By EMR cluster, dearest first; empty when the source does not group by the clusters' tag.
    #[serde(default)]
    pub clusters: Vec<ClusterWeek>,
    /// Spot in this week.
    pub spot: SpotWeek,
    /// What the month will cost.
    pub forecast: Forecast,
    /// What is worth doing, by its yearly value.
    pub recommendations: Vec<OpenRecommendation>,
    /// The whole answers of the portfolio's workloads; only where a page was asked for, which shows them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<RecommendDocument>,
    /// What to know of the figures.
    pub warnings: Vec<CodedText>,
}

/// What one EMR cluster cost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ClusterWeek {
    /// `j-…`; `(no cluster)` for machines and fees without a cluster's tag.
    pub name: String,
    /// All of it.
    pub actual_usd: Cents,
    /// EMR's fee.
    pub emr_fee_usd: Cents,
    /// On-Demand nodes.
    pub ec2_on_demand_usd: Cents,
    /// Spot nodes.
    pub ec2_spot_usd: Cents,
    /// Nodes by usage type.
    pub types: Vec<ClusterNodes>,
}

/// Nodes of one usage type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ClusterNodes {
    /// For example `SpotUsage:r5.4xlarge`.
    pub usage_type: String,
    /// What they cost.
    pub actual_usd: Cents,
    /// Their hours, as Cost Explorer writes them.
    pub hours: String,
}

impl From<&ClusterSpend> for ClusterWeek {
    fn from(found: &ClusterSpend) -> Self {
        let nodes = |(name, (cost, hours)): (&String, &(Usd, Decimal))| ClusterNodes {
            usage_type: name.clone(),
            actual_usd: (*cost).into(),
            hours: hours.normalize().to_string(),
        };
        Self {
            name: found.cluster.clone().unwrap_or_else(|| "(no cluster)".to_owned()),
            actual_usd: found.total().into(),
            emr_fee_usd: found.emr_fee.into(),
            ec2_on_demand_usd: found.ec2_on_demand.into(),
            ec2_spot_usd: found.ec2_spot.into(),
            types: found.types.iter().map(nodes).collect(),
        }
    }
}

/// When a report was made; the only part that may change between identical questions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WeeklyRun {
    /// RFC 3339.
    pub created_at: String,
}

/// An ISO week, Monday to Sunday, UTC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Week {
    /// For example `2026-W46`.
    pub name: String,
    /// Monday.
    pub from: String,
    /// The Monday after.
    pub until: String,
    /// Days of it with any row.
    pub days_with_cost: u32,
}

/// Where the figures come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CostSource {
    /// Files, or `Cost Explorer`.
    pub names: Vec<String>,
    /// The tag that names pipelines.
    pub tag: String,
    /// The currency.
    pub currency: String,
    /// Rows that were added up.
    pub rows: u64,
    /// Rows that were left out because they were there already.
    pub duplicate_rows: u64,
    /// What those would have added.
    pub duplicate_usd: Cents,
    /// First day of the source.
    pub first_day: String,
    /// Last day of the source.
    pub last_day: String,
    /// Sum of the whole source, all days.
    pub total_usd: Cents,
}

/// Sums of the week.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WeeklyTotals {
    /// Everything: usage, credits, refunds, tax.
    pub actual_usd: Cents,
    /// The week before; null when the source does not reach back.
    pub previous_week_usd: Option<Cents>,
    /// Difference to it.
    pub change_usd: Option<Cents>,
    /// The difference as a share of the week before.
    pub change: Option<f64>,
    /// Usage.
    pub usage_usd: Cents,
    /// Credits, usually negative.
    pub credits_usd: Cents,
    /// Refunds, usually negative.
    pub refunds_usd: Cents,
    /// Tax.
    pub tax_usd: Cents,
    /// Savings Plans, fees, discounts and the like.
    pub other_usd: Cents,
    /// Spend of pipelines.
    pub tagged_usd: Cents,
    /// Spend without the tag.
    pub untagged_usd: Cents,
    /// Projection of the pipelines that have a workload; null when none has.
    pub projected_usd: Option<Cents>,
    /// What those same pipelines cost.
    pub actual_of_projected_usd: Option<Cents>,
}

/// One week of the trend.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TrendWeek {
    /// For example `2026-W45`.
    pub week: String,
    /// What it cost.
    pub actual_usd: Cents,
    /// Whether the source has all seven days.
    pub complete: bool,
}

/// One part of the bill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PartWeek {
    /// `emr-fee`, `emr-serverless`, `emr-on-eks`, `ec2`, `ec2-other`, `glue`, `athena`, `redshift`, `other`.
    pub part: String,
    /// What it cost.
    pub actual_usd: Cents,
    /// In the week before.
    pub previous_week_usd: Option<Cents>,
}

/// One pipeline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PipelineWeek {
    /// The tag's value.
    pub name: String,
    /// The workload of the portfolio that it is; null when none has its name or tag.
    pub workload: Option<String>,
    /// What it cost.
    pub actual_usd: Cents,
    /// In the week before.
    pub previous_week_usd: Option<Cents>,
    /// What shapecast projects for a week on the recommended shape.
    pub projected_usd: Option<Cents>,
    /// Runs that were seen; null when the source does not tell runs apart.
    pub runs: Option<u64>,
    /// Runs that the schedule has in a week.
    pub projected_runs: Option<f64>,
    /// vCPU-hours that were paid.
    pub vcpu_hours: f64,
    /// vCPU-hours that the projected runs pay.
    pub projected_vcpu_hours: Option<f64>,
    /// Share of Spot in the EC2 vCPU-hours; null without EC2.
    pub spot_share: Option<f64>,
    /// Why actual and projected differ; null without a projection.
    pub variance: Option<Variance>,
}

/// The parts of `actual - projected`; they sum to it, to the cent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Variance {
    /// More or fewer runs than scheduled, without retries.
    pub runs_usd: Cents,
    /// Runs beyond the schedule of their day.
    pub retries_usd: Cents,
    /// More or fewer vCPU-hours a run.
    pub volume_usd: Cents,
    /// Capacity on days without any run.
    pub idle_usd: Cents,
    /// Another share of Spot.
    pub spot_share_usd: Cents,
    /// Other prices for a vCPU-hour, and what is billed besides it.
    pub price_usd: Cents,
    /// Credits, refunds, tax and the like.
    pub other_usd: Cents,
    /// What the source says too little of to explain.
    pub unexplained_usd: Cents,
    /// Actual less projected.
    pub total_usd: Cents,
}

/// A pipeline that moved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Mover {
    /// The pipeline.
    pub name: String,
    /// In the week before.
    pub previous_week_usd: Cents,
    /// In this week.
    pub actual_usd: Cents,
    /// The difference.
    pub change_usd: Cents,
}

/// Paid and not needed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Idle {
    /// The pipeline.
    pub name: String,
    /// vCPU-hours that were paid.
    pub paid_vcpu_hours: f64,
    /// vCPU-hours in which a task runs, as simulated for the runs that were seen.
    pub needed_vcpu_hours: f64,
    /// The difference.
    pub idle_vcpu_hours: f64,
    /// Its share of the week's usage cost.
    pub idle_usd: Cents,
}

/// Spend without the tag.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Untagged {
    /// The service, as the source names it.
    pub service: String,
    /// What it cost.
    pub actual_usd: Cents,
}

/// Spot in a week.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SpotWeek {
    /// What Spot capacity cost.
    pub spend_usd: Cents,
    /// vCPU-hours of it.
    pub vcpu_hours: f64,
    /// The same at On-Demand prices; null when the source does not say it for every row.
    pub on_demand_usd: Option<Cents>,
    /// What Spot saved.
    pub savings_usd: Option<Cents>,
    /// Nodes that the projection expects to lose in this week's runs; null without a projection.
    pub expected_interruptions: Option<f64>,
}

/// What the month will cost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Forecast {
    /// For example `2026-11`.
    pub month: String,
    /// Paid up to the end of the week.
    pub to_date_usd: Cents,
    /// Expected for the days that are left.
    pub rest_usd: Cents,
    /// Both.
    pub total_usd: Cents,
    /// Lower end of the 95 % range, from how much single days stray.
    pub low_usd: Cents,
    /// Upper end.
    pub high_usd: Cents,
    /// The month before; null when the source does not hold all of it.
    pub previous_month_usd: Option<Cents>,
}

/// Something worth doing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OpenRecommendation {
    /// `move`, `reduce-idle`, `tag-spend`.
    pub code: String,
    /// The pipeline; null for what is about all.
    pub pipeline: Option<String>,
    /// The engine to move to.
    pub engine: Option<EngineId>,
    /// What a year of it is worth; null when that cannot be said.
    pub yearly_value_usd: Option<Cents>,
    /// For people.
    pub text: String,
}
