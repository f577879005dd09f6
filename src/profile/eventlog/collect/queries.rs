//! SQL queries and what their plans show.

use std::collections::HashMap;

use super::Collector;
use crate::profile::eventlog::conf::clip;
use crate::profile::eventlog::event::{
    FileMetric, PlanSigns, SqlAdaptiveUpdate, SqlDriverMetrics, SqlEnd, SqlStart, file_metrics,
};
use crate::profile::eventlog::profile::{Files, Query};

/// Longest description that is kept.
const MAX_DESCRIPTION: usize = 300;

#[derive(Debug, Default)]
pub(super) struct Queries {
    pub(super) list: Vec<Query>,
    by_id: HashMap<u64, usize>,
    /// The counters of files in the plans of running queries.
    counters: HashMap<u64, Vec<(u64, FileMetric)>>,
}

impl Queries {
    fn entry(&mut self, id: u64) -> &mut Query {
        let next = self.list.len();
        let at = *self.by_id.entry(id).or_insert(next);
        if at == next {
            self.list.push(Query {
                id,
                root: None,
                description: String::new(),
                started_ms: None,
                ended_ms: None,
                failed: false,
                adaptive_updates: 0,
                plan: PlanSigns::default(),
                files: Files::default(),
            });
        }
        &mut self.list[at]
    }

    /// Each update carries the whole plan, so the last one replaces the others.
    pub(super) fn adapted(&mut self, update: &SqlAdaptiveUpdate, line: &[u8]) {
        let query = self.entry(update.id.get());
        query.adaptive_updates = query.adaptive_updates.saturating_add(1);
        query.plan = PlanSigns::of(line);
        self.note_counters(update.id.get(), line);
    }

    /// Adaptive execution makes new plans, whose scans keep their counters.
    fn note_counters(&mut self, query: u64, line: &[u8]) {
        let known = self.counters.entry(query).or_default();
        known.extend(file_metrics(line));
        known.sort_unstable_by_key(|(id, _)| *id);
        known.dedup();
    }

    pub(super) fn driver_metrics(&mut self, event: &SqlDriverMetrics) {
        let id = event.id.get();
        let Some(counters) = self.counters.remove(&id) else { return };
        let files = &mut self.entry(id).files;
        for (counter, value) in &event.updates {
            if let Ok(at) = counters.binary_search_by_key(&counter.get(), |(id, _)| *id) {
                files.add(counters[at].1, value.get());
            }
        }
        self.counters.insert(id, counters);
    }
}

impl Files {
    fn add(&mut self, metric: FileMetric, value: u64) {
        let sum = match metric {
            FileMetric::FilesRead => &mut self.read,
            FileMetric::BytesRead => &mut self.read_bytes,
            FileMetric::FilesWritten => &mut self.written,
            FileMetric::BytesWritten => &mut self.written_bytes,
            FileMetric::SkewedPartitions => &mut self.skewed_partitions,
            FileMetric::SkewSplits => &mut self.skew_splits,
        };
        *sum = sum.saturating_add(value);
    }
}

impl Collector {
    pub(super) fn sql_start(&mut self, start: &SqlStart<'_>, line: &[u8]) {
        let query = self.queries.entry(start.id.get());
        query.root = start.root.map(|root| root.get());
        clip(start.description.as_str(), MAX_DESCRIPTION).clone_into(&mut query.description);
        query.started_ms = start.at.ms();
        query.plan = PlanSigns::of(line);
        self.queries.note_counters(start.id.get(), line);
        self.span.see(start.at.ms());
    }

    pub(super) fn sql_end(&mut self, end: &SqlEnd<'_>) {
        let query = self.queries.entry(end.id.get());
        query.ended_ms = end.at.ms();
        query.failed = end.error.filled().is_some();
        self.queries.counters.remove(&end.id.get());
        self.span.see(end.at.ms());
    }
}
