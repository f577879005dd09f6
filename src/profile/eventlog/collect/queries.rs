//! SQL queries and what their plans show.

use std::collections::HashMap;

use super::Collector;
use crate::profile::eventlog::conf::clip;
use crate::profile::eventlog::event::{PlanSigns, SqlAdaptiveUpdate, SqlEnd, SqlStart};
use crate::profile::eventlog::profile::Query;

/// Longest description that is kept.
const MAX_DESCRIPTION: usize = 300;

#[derive(Debug, Default)]
pub(super) struct Queries {
    pub(super) list: Vec<Query>,
    by_id: HashMap<u64, usize>,
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
            });
        }
        &mut self.list[at]
    }

    /// Each update carries the whole plan, so the last one replaces the others.
    pub(super) fn adapted(&mut self, update: &SqlAdaptiveUpdate, line: &[u8]) {
        let query = self.entry(update.id.get());
        query.adaptive_updates = query.adaptive_updates.saturating_add(1);
        query.plan = PlanSigns::of(line);
    }
}

impl Collector {
    pub(super) fn sql_start(&mut self, start: &SqlStart<'_>, line: &[u8]) {
        let query = self.queries.entry(start.id.get());
        query.root = start.root.map(|root| root.get());
        clip(start.description.as_str(), MAX_DESCRIPTION).clone_into(&mut query.description);
        query.started_ms = start.at.ms();
        query.plan = PlanSigns::of(line);
        self.span.see(start.at.ms());
    }

    pub(super) fn sql_end(&mut self, end: &SqlEnd<'_>) {
        let query = self.queries.entry(end.id.get());
        query.ended_ms = end.at.ms();
        query.failed = end.error.filled().is_some();
        self.span.see(end.at.ms());
    }
}
