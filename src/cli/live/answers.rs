//! What came of asking.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::aws::CallError;
use crate::prices::Draft;
use crate::report::document::CodedText;

/// Rows as they are kept in the cache.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct KeptRows {
    tables: std::collections::BTreeMap<String, String>,
    complete: Vec<(String, String)>,
    /// What could not be used.
    pub issues: Vec<String>,
}

impl KeptRows {
    /// Rows for the cache.
    #[must_use]
    pub fn new(rows: &Draft, issues: &[String], collected: &str) -> Self {
        let complete = rows.complete_tables().map(|(table, region)| (table.to_owned(), region.to_owned()));
        Self { tables: rows.to_tables(collected), complete: complete.collect(), issues: issues.to_vec() }
    }

    /// The rows again; `None` when another version wrote them.
    #[must_use]
    pub fn rows(&self) -> Option<Draft> {
        let mut rows = Draft::from_tables(&self.tables).ok()?;
        for (table, region) in &self.complete {
            rows.complete_by_name(table, region);
        }
        Some(rows)
    }
}

/// One part of a region's prices: how many, from where, of when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Region.
    pub region: String,
    /// `ec2-spot`, `glue`, …
    pub name: &'static str,
    /// How many prices.
    pub prices: usize,
    /// When AWS said them.
    pub fetched_at: Timestamp,
    /// Whether the cache had them.
    pub cached: bool,
}

/// All that came.
#[derive(Clone, Debug, Default)]
pub struct Answered {
    /// The rows.
    pub rows: Draft,
    /// Where they came from.
    pub parts: Vec<Part>,
    /// Calls that failed.
    pub failures: Vec<CallError>,
    /// Parts that are missing for it, as `region name`.
    pub missing: Vec<String>,
    /// What came and could not be used.
    pub issues: Vec<String>,
}

impl Answered {
    /// For documents.
    #[must_use]
    pub fn warnings(&self) -> Vec<CodedText> {
        let mut warnings = Vec::new();
        let mut warn = |code: &str, text: String| warnings.push(CodedText { code: code.to_owned(), text });
        for failure in &self.failures {
            warn("live-call-failed", format!("{failure}; next step: {}", failure.hint()));
        }
        if !self.missing.is_empty() {
            warn("live-incomplete", format!("not asked or not answered, so not live: {}", self.missing.join(", ")));
        }
        const SHOWN: usize = 5;
        for issue in self.issues.iter().take(SHOWN) {
            warn("live-unusable", issue.clone());
        }
        if self.issues.len() > SHOWN {
            warn("live-unusable", format!("{} more answers could not be used", self.issues.len() - SHOWN));
        }
        warnings
    }
}
