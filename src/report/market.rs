//! Documents of `prices update`, `prices diff` and `prices spot`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::csv;
use super::document::{CodedText, SCHEMA_VERSION, Tool};
use super::grid::{Align, Grid};
use super::page::Page;
use super::words;

/// What `prices update --format json` writes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct UpdateDocument {
    /// Version of this contract; 1.
    pub schema_version: u32,
    /// Who wrote the document.
    pub tool: Tool,
    /// When AWS was asked, RFC 3339.
    pub asked_at: String,
    /// The regions.
    pub regions: Vec<String>,
    /// What came, a row for each list.
    pub parts: Vec<UpdatePart>,
    /// The calls that failed.
    pub failures: Vec<FailureOut>,
    /// Lists that are missing for it, as `region name`.
    pub missing: Vec<String>,
    /// What came and could not be used.
    pub issues: Vec<String>,
    /// Instance types with a price that this version does not know the size of, so does not offer.
    pub new_types: Vec<NewType>,
    /// The snapshot folder; null without `--out`.
    pub out: Option<String>,
    /// The files that were written; empty when nothing changed.
    pub written: Vec<String>,
    /// How many prices of the snapshot changed.
    pub changes: usize,
}

/// One list of one region.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UpdatePart {
    /// Region.
    pub region: String,
    /// For example `glue`.
    pub list: String,
    /// How many prices.
    pub prices: usize,
}

/// A call that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FailureOut {
    /// Service and operation.
    pub call: String,
    /// Region.
    pub region: String,
    /// HTTP status of the last attempt; null when no answer came.
    pub status: Option<u16>,
    /// AWS's error code.
    pub code: Option<String>,
    /// What AWS or the client says.
    pub message: String,
    /// The next step.
    pub hint: String,
}

/// A type that this version does not know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NewType {
    /// Its name.
    pub instance_type: String,
    /// Its vCPU, as EC2 says.
    pub vcpu: Option<u32>,
    /// Its memory, as EC2 says.
    pub memory_mib: Option<u64>,
}

impl UpdateDocument {
    /// An empty document.
    #[must_use]
    pub fn new(asked_at: &str, regions: &[String]) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            tool: Tool::this(),
            asked_at: asked_at.to_owned(),
            regions: regions.to_vec(),
            parts: Vec::new(),
            failures: Vec::new(),
            missing: Vec::new(),
            issues: Vec::new(),
            new_types: Vec::new(),
            out: None,
            written: Vec::new(),
            changes: 0,
        }
    }
}

/// What `prices update` shows.
#[must_use]
pub fn update_page(document: &UpdateDocument) -> Page {
    let mut page = Page::default();
    page.lead("Asked", format!("{}, {}", document.regions.join(", "), document.asked_at));
    if let Some(out) = &document.out {
        let text = if document.written.is_empty() {
            format!("{out}: nothing changed, nothing written")
        } else {
            format!(
                "{out}: {} {} changed; wrote {}",
                words::count(document.changes as u64),
                words::plural(document.changes, "price", "prices"),
                document.written.join(", ")
            )
        };
        page.lead("Snapshot", text);
    }
    let mut grid = Grid::with_headings(&[("Region", Align::Tight), ("List", Align::Left), ("Prices", Align::Right)]);
    for part in &document.parts {
        grid.push(vec![part.region.clone(), part.list.clone(), words::count(part.prices as u64)]);
    }
    let total: usize = document.parts.iter().map(|part| part.prices).sum();
    page.main(grid, Some(format!("{} prices.", words::count(total as u64))));
    let failed = document.failures.iter().map(|failure| {
        let status = failure.status.map_or_else(|| "no answer".to_owned(), |status| format!("status {status}"));
        let text = format!("{status} {}: {}; {}", failure.code.as_deref().unwrap_or(""), failure.message, failure.hint);
        vec![format!("{} in {}", failure.call, failure.region), text]
    });
    page.section("Failed", Grid::plain(failed.collect()));
    page.section("Missing for it", Grid::plain(document.missing.iter().map(|one| vec![one.clone()]).collect()));
    page.section("Not used", Grid::plain(document.issues.iter().map(|one| vec![one.clone()]).collect()));
    let types = document.new_types.iter().map(|one| {
        let size = match (one.vcpu, one.memory_mib) {
            (Some(vcpu), Some(mib)) => format!("{vcpu} vCPU, {mib} MiB"),
            _ => "size unknown".to_owned(),
        };
        vec![one.instance_type.clone(), size]
    });
    page.section("New types, priced but not offered by this version", Grid::plain(types.collect()));
    page
}

/// What `prices diff --format json` writes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DiffDocument {
    /// Version of this contract; 1.
    pub schema_version: u32,
    /// Who wrote the document.
    pub tool: Tool,
    /// The first snapshot.
    pub before: SnapshotName,
    /// The second one.
    pub after: SnapshotName,
    /// The figures that differ.
    pub changes: Vec<ChangeOut>,
}

/// A snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SnapshotName {
    /// As it was named.
    pub name: String,
    /// Its date.
    pub as_of: String,
    /// SHA-256 of its tables.
    pub sha256: String,
}

/// A figure that differs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChangeOut {
    /// Region, `commercial`, or empty.
    pub region: String,
    /// What it is the price of.
    pub meter: String,
    /// The figure in the first one; null when it is not there.
    pub before: Option<String>,
    /// The figure in the second one; null when it is not there.
    pub after: Option<String>,
    /// After over before, less one; null when one of them is absent or no number.
    pub change: Option<f64>,
}

impl DiffDocument {
    /// The document of some changes.
    #[must_use]
    pub fn new(before: SnapshotName, after: SnapshotName, changes: Vec<ChangeOut>) -> Self {
        Self { schema_version: SCHEMA_VERSION, tool: Tool::this(), before, after, changes }
    }
}

/// What `prices diff` shows.
#[must_use]
pub fn diff_page(document: &DiffDocument) -> Page {
    let mut page = Page::default();
    let name = |name: &SnapshotName| format!("{}, {}", name.name, name.as_of);
    page.lead("Before", name(&document.before));
    page.lead("After", name(&document.after));
    let mut grid = Grid::with_headings(&[
        ("Region", Align::Tight),
        ("Price", Align::Left),
        ("Before", Align::Right),
        ("After", Align::Right),
        ("Change", Align::Right),
    ]);
    for change in &document.changes {
        grid.push(diff_row(change));
    }
    let count = document.changes.len();
    let (added, gone) = (
        document.changes.iter().filter(|change| change.before.is_none()).count(),
        document.changes.iter().filter(|change| change.after.is_none()).count(),
    );
    let moved = count - added - gone;
    page.main(grid, Some(format!("{moved} changed, {added} new, {gone} gone.")));
    page
}

fn diff_row(change: &ChangeOut) -> Vec<String> {
    vec![
        change.region.clone(),
        change.meter.clone(),
        change.before.clone().unwrap_or_else(|| "new".to_owned()),
        change.after.clone().unwrap_or_else(|| "gone".to_owned()),
        change.change.map_or_else(String::new, |share| format!("{:+.1} %", share * 100.0)),
    ]
}

/// The changes as CSV.
///
/// # Errors
/// When the text cannot be written.
pub fn diff_csv(document: &DiffDocument) -> Result<String, csv::CsvError> {
    let rows = document.changes.iter().map(|change| {
        vec![
            change.region.clone(),
            change.meter.clone(),
            change.before.clone().unwrap_or_default(),
            change.after.clone().unwrap_or_default(),
            change.change.map_or_else(String::new, |share| share.to_string()),
        ]
    });
    csv::write(&["region", "meter", "before", "after", "change"], rows)
}

/// What `prices spot --format json` writes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SpotDocument {
    /// Version of this contract; 1.
    pub schema_version: u32,
    /// Who wrote the document.
    pub tool: Tool,
    /// Region.
    pub region: String,
    /// When AWS was asked, RFC 3339.
    pub asked_at: String,
    /// Days of history.
    pub days: u32,
    /// By type and zone.
    pub pools: Vec<SpotPoolOut>,
    /// Placement scores by zone, for all the types together.
    pub placement_scores: Vec<ZoneScore>,
    /// What could not be had.
    pub warnings: Vec<CodedText>,
}

/// The Spot price of a type in a zone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SpotPoolOut {
    /// Type.
    pub instance_type: String,
    /// Zone.
    pub zone: String,
    /// In force now.
    pub price_usd: f64,
    /// Since when, RFC 3339.
    pub since: String,
    /// Lowest within the window.
    pub low_usd: f64,
    /// Highest within the window.
    pub high_usd: f64,
    /// Mean over time.
    pub mean_usd: f64,
    /// How often it changed.
    pub changes: usize,
    /// Standard deviation of the logarithm of the price over time.
    pub log_spread: f64,
}

/// How likely a request in a zone succeeds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ZoneScore {
    /// Zone id; null for the whole region.
    pub zone: Option<String>,
    /// 1 to 10.
    pub score: i32,
}

/// What `prices spot` shows.
#[must_use]
pub fn spot_page(document: &SpotDocument) -> Page {
    let mut page = Page::default();
    page.lead("Spot", format!("{}, {} days to {}", document.region, document.days, document.asked_at));
    let mut grid = Grid::with_headings(&[
        ("Type", Align::Tight),
        ("Zone", Align::Tight),
        ("Now", Align::Right),
        ("Lowest", Align::Right),
        ("Highest", Align::Right),
        ("Mean", Align::Right),
        ("Changes", Align::Right),
    ]);
    for pool in &document.pools {
        let usd = |usd: f64| format!("${usd:.4}");
        grid.push(vec![
            pool.instance_type.clone(),
            pool.zone.clone(),
            usd(pool.price_usd),
            usd(pool.low_usd),
            usd(pool.high_usd),
            usd(pool.mean_usd),
            pool.changes.to_string(),
        ]);
    }
    page.main(grid, None);
    let scores = document.placement_scores.iter();
    let scores =
        scores.map(|one| vec![one.zone.clone().unwrap_or_else(|| "region".to_owned()), format!("{} of 10", one.score)]);
    page.section("Placement scores of these types together", Grid::plain(scores.collect()));
    let warnings = document.warnings.iter().map(|one| vec![one.code.clone(), one.text.clone()]);
    page.section("Warnings", Grid::plain(warnings.collect()));
    page
}
