//! What `profile emr:…`, `profile serverless:…` and `profile glue:…` say.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::document::{CodedText, SCHEMA_VERSION, Tool, WorkloadOut};
use super::grid::{Align, Grid};
use super::page::Page;
use super::words;
use crate::profile::history::{ClusterUse, Market, PoolEvidence};

/// What `profile` writes as JSON about the account's own history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HistoryDocument {
    /// Version of this contract; 1.
    pub schema_version: u32,
    /// Who wrote the document.
    pub tool: Tool,
    /// The region.
    pub region: String,
    /// The workload; null when nobody says how much it reads, for the services do not know.
    pub workload: Option<WorkloadOut>,
    /// The clusters and job runs.
    pub runs: Vec<HistoryRun>,
    /// Spot evidence, a row for each pool.
    pub interruptions: Vec<PoolOut>,
    /// What to know.
    pub warnings: Vec<CodedText>,
}

/// A cluster or a job run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HistoryRun {
    /// `emr-ec2`, `emr-serverless`, `glue` or `glue-flex`.
    pub engine: String,
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its state, in the service's words.
    pub state: String,
    /// Release of EMR or version of Glue.
    pub release: Option<String>,
    /// The zone of a cluster.
    pub zone: Option<String>,
    /// From the request to the end.
    pub lifetime_s: Option<f64>,
    /// From the request until it could work.
    pub provisioning_s: Option<f64>,
    /// Time that it worked.
    pub busy_s: Option<f64>,
    /// Time that it waited for work.
    pub idle_s: Option<f64>,
    /// Nodes by type and market.
    pub nodes: Vec<NodesOut>,
    /// Median of the seconds from the request for a node until it joined.
    pub node_delay_p50_s: Option<f64>,
    /// The slowest of them.
    pub node_delay_max_s: Option<f64>,
    /// Billed vCPU-hours.
    pub vcpu_hours: Option<f64>,
    /// Billed GB-hours of memory.
    pub memory_gb_hours: Option<f64>,
    /// Billed GB-hours of disk.
    pub storage_gb_hours: Option<f64>,
    /// Processor architecture.
    pub architecture: Option<String>,
    /// Glue's worker type.
    pub worker_type: Option<String>,
    /// Glue's workers.
    pub workers: Option<u32>,
    /// DPU-hours.
    pub dpu_hours: Option<f64>,
    /// Whether `dpu_hours` is what Glue counted (`counted`) or DPU × run time (`computed`).
    pub dpu_hours_basis: Option<String>,
    /// Where the cluster's logs are, the Spark event logs among them.
    pub log_uri: Option<String>,
}

/// Nodes of one type and market.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NodesOut {
    /// Type.
    pub instance_type: String,
    /// `on-demand` or `spot`.
    pub market: String,
    /// How many there were.
    pub nodes: u32,
    /// Their hours together.
    pub node_hours: f64,
}

/// Evidence of one pool.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PoolOut {
    /// Region.
    pub region: String,
    /// Zone.
    pub zone: String,
    /// Type.
    pub instance_type: String,
    /// Node-hours of Spot nodes.
    pub exposure_h: f64,
    /// Spot nodes that ran.
    pub nodes: u32,
    /// Losses that EC2 itself names.
    pub losses_confirmed: u32,
    /// Losses by the documented heuristic.
    pub losses_suspected: u32,
    /// How often nodes were lost: those that went within three minutes are one event.
    #[serde(default)]
    pub events: u32,
    /// Losses of a node in an hour.
    pub losses_per_node_hour: Option<f64>,
    /// Ages of the lost nodes, hours.
    pub lost_after_h: Vec<f64>,
}

impl From<&PoolEvidence> for PoolOut {
    fn from(found: &PoolEvidence) -> Self {
        Self {
            region: found.pool.region.clone(),
            zone: found.pool.zone.clone(),
            instance_type: found.pool.instance_type.clone(),
            exposure_h: six(found.exposure_h),
            nodes: found.nodes,
            losses_confirmed: found.confirmed_losses,
            losses_suspected: found.suspected_losses,
            events: found.events,
            losses_per_node_hour: found.losses_per_node_hour().map(six),
            lost_after_h: found.lost_after_h.iter().copied().map(six).collect(),
        }
    }
}

impl HistoryRun {
    /// With what a cluster's nodes and steps say.
    #[must_use]
    pub fn with_use(mut self, used: &ClusterUse) -> Self {
        self.lifetime_s = used.lifetime_s;
        self.provisioning_s = used.provisioning_s;
        self.busy_s = Some(used.busy_s);
        self.idle_s = used.idle_s;
        let nodes = used.node_hours.iter().map(|hours| NodesOut {
            instance_type: hours.instance_type.clone(),
            market: if hours.market == Market::Spot { "spot" } else { "on-demand" }.to_owned(),
            nodes: hours.nodes,
            node_hours: six(hours.hours),
        });
        self.nodes = nodes.collect();
        self.node_delay_p50_s = used.node_delays_s.get(used.node_delays_s.len() / 2).copied();
        self.node_delay_max_s = used.node_delays_s.last().copied();
        self
    }
}

impl HistoryDocument {
    /// The document of some runs.
    #[must_use]
    pub fn new(region: &str, workload: Option<WorkloadOut>, runs: Vec<HistoryRun>, pools: &[PoolEvidence]) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            tool: Tool::this(),
            region: region.to_owned(),
            workload,
            runs,
            interruptions: pools.iter().map(PoolOut::from).collect(),
            warnings: Vec::new(),
        }
    }
}

/// What `profile` shows of it.
#[must_use]
pub fn page(document: &HistoryDocument) -> Page {
    let mut page = Page::default();
    page.lead("History", format!("{}, {} runs", document.region, document.runs.len()));
    for run in &document.runs {
        let mut rows = vec![vec!["state".to_owned(), run.state.clone()]];
        let mut row = |name: &str, text: Option<String>| rows.extend(text.map(|text| vec![name.to_owned(), text]));
        let span = |seconds: Option<f64>| seconds.map(words::span);
        row("release", run.release.clone());
        row("zone", run.zone.clone());
        row("from request to end", span(run.lifetime_s));
        row("provisioning", span(run.provisioning_s));
        row("worked", span(run.busy_s));
        row("idle", span(run.idle_s));
        for nodes in &run.nodes {
            let text = format!("{} {}, {:.2} node-hours", nodes.nodes, nodes.market, nodes.node_hours);
            row(&nodes.instance_type, Some(text));
        }
        let delay = run.node_delay_p50_s.zip(run.node_delay_max_s);
        row(
            "a node joins after",
            delay.map(|(p50, max)| format!("{}, at most {}", words::span(p50), words::span(max))),
        );
        row("vCPU-hours billed", run.vcpu_hours.map(|hours| hours.to_string()));
        row("GB-hours billed", run.memory_gb_hours.map(|hours| hours.to_string()));
        row("GB-hours of disk billed", run.storage_gb_hours.map(|hours| hours.to_string()));
        row("workers", run.workers.zip(run.worker_type.as_ref()).map(|(count, kind)| format!("{count} {kind}")));
        row(
            "DPU-hours",
            run.dpu_hours.zip(run.dpu_hours_basis.as_ref()).map(|(hours, basis)| format!("{hours:.4} ({basis})")),
        );
        row("logs", run.log_uri.clone());
        page.section(format!("{} {} {}", run.engine, run.id, run.name), Grid::plain(rows));
    }
    let mut pools = Grid::with_headings(&[
        ("Spot pool", Align::Left),
        ("Node-hours", Align::Right),
        ("Losses confirmed", Align::Right),
        ("suspected", Align::Right),
        ("per node-hour", Align::Right),
    ]);
    for pool in &document.interruptions {
        pools.push(vec![
            format!("{} in {}", pool.instance_type, pool.zone),
            format!("{:.2}", pool.exposure_h),
            pool.losses_confirmed.to_string(),
            pool.losses_suspected.to_string(),
            pool.losses_per_node_hour.map_or_else(|| "?".to_owned(), |rate| format!("{rate:.4}")),
        ]);
    }
    if !document.interruptions.is_empty() {
        page.section("Interruptions", pools);
    }
    let warnings = document.warnings.iter().map(|one| vec![one.code.clone(), one.text.clone()]);
    page.section("Warnings", Grid::plain(warnings.collect()));
    page
}

fn six(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}
