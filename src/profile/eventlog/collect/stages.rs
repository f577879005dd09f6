//! Stage attempts: those that were submitted, completed, or had a task.

use std::collections::HashMap;

use super::Collector;
use super::jobs::{Jobs, parents_of, rdd_of};
use crate::profile::eventlog::conf::clip;
use crate::profile::eventlog::event::{StageEvent, StageInfo};
use crate::profile::eventlog::profile::StageAttempt;
use crate::profile::eventlog::task::Tasks;
use crate::profile::eventlog::totals::Totals;

/// Longest stage name and failure that are kept.
const MAX_TEXT: usize = 256;
/// How many skipped stages are followed up to find the one that made the data.
const MAX_SKIPPED: usize = 10_000;

#[derive(Debug, Default)]
pub(super) struct Stages {
    pub(super) list: Vec<StageAttempt>,
    by_key: HashMap<(u32, u32), usize>,
    /// Which stage wrote the shuffle of a data set last.
    by_rdd: HashMap<u32, u32>,
    /// Tasks come in runs of one stage.
    last: Option<((u32, u32), usize)>,
    /// Whether a stage came without the names of its parents.
    pub(super) without_parents: bool,
}

impl Stages {
    /// The attempt, made if it was not known: parts of logs begin in the middle of stages.
    pub(super) fn entry(&mut self, id: u32, attempt: u32, jobs: &mut Jobs) -> &mut StageAttempt {
        let key = (id, attempt);
        let at = match self.last {
            Some((last, at)) if last == key => at,
            _ => self.find_or_make(key, jobs),
        };
        self.last = Some((key, at));
        &mut self.list[at]
    }

    fn find_or_make(&mut self, key: (u32, u32), jobs: &mut Jobs) -> usize {
        if let Some(at) = self.by_key.get(&key) {
            return *at;
        }
        let at = self.list.len();
        self.by_key.insert(key, at);
        self.list.push(StageAttempt {
            id: key.0,
            attempt: key.1,
            job: jobs.note_stage(key.0, key.1),
            name: String::new(),
            parents: Vec::new(),
            num_tasks: 0,
            is_shuffle_map: None,
            submitted_ms: None,
            completed_ms: None,
            completed: false,
            failure: None,
            launched: 0,
            rdd: None,
            resource_profile: 0,
            tasks: Tasks::default(),
            totals: Totals::default(),
        });
        at
    }

    /// Fills in what a stage event says; later events know more.
    fn describe(&mut self, info: &StageInfo<'_>, jobs: &mut Jobs) -> &mut StageAttempt {
        let (id, attempt) = (info.id.small(), info.attempt.small());
        self.without_parents |= info.parents.is_none();
        let parents = self.resolve(parents_of(info), jobs);
        let stage = self.entry(id, attempt, jobs);
        if stage.parents.is_empty() {
            stage.parents = parents;
        }
        stage.rdd = rdd_of(info);
        stage.num_tasks = info.tasks.small();
        stage.resource_profile = info.resource_profile.small();
        if stage.name.is_empty() {
            clip(info.name.as_str(), MAX_TEXT).clone_into(&mut stage.name);
        }
        stage.submitted_ms = info.submitted_at.ms().or(stage.submitted_ms);
        stage
    }

    /// Replaces parents that were skipped by the stages that had made the same data before, going on to their
    /// parents where nobody had.
    fn resolve(&self, parents: Vec<u32>, jobs: &Jobs) -> Vec<u32> {
        let mut open = parents;
        let mut seen = std::collections::HashSet::new();
        let mut real = Vec::new();
        while let Some(id) = open.pop() {
            if seen.len() > MAX_SKIPPED || !seen.insert(id) {
                continue;
            }
            let planned = jobs.planned(id);
            let made_by = planned.and_then(|planned| self.by_rdd.get(&planned.rdd?)).copied();
            if self.ran(id) {
                real.push(id);
            } else if let Some(made_by) = made_by {
                real.push(made_by);
            } else if let Some(planned) = planned {
                open.extend(&planned.parents);
            }
        }
        real.sort_unstable();
        real.dedup();
        real
    }

    /// Whether an attempt of the stage was seen; retries exist only where a first attempt does, unless the log
    /// begins in between.
    fn ran(&self, id: u32) -> bool {
        (0..4).any(|attempt| self.by_key.contains_key(&(id, attempt)))
    }
}

impl Collector {
    pub(super) fn stage_submitted(&mut self, event: &StageEvent<'_>) {
        let stage = self.stages.describe(&event.info, &mut self.jobs);
        stage.tasks.reserve(event.info.tasks.small());
        self.span.see(event.info.submitted_at.ms());
    }

    pub(super) fn stage_completed(&mut self, event: &StageEvent<'_>) {
        let info = &event.info;
        let stage = self.stages.describe(info, &mut self.jobs);
        stage.completed = true;
        stage.completed_ms = info.completed_at.ms();
        stage.failure =
            info.failure.filled().map(|reason| clip(reason.lines().next().unwrap_or(reason), MAX_TEXT).to_owned());
        if let Some(rdd) = stage.rdd.filter(|_| stage.is_shuffle_map != Some(false)) {
            self.stages.by_rdd.insert(rdd, info.id.small());
        }
        self.span.see(info.submitted_at.ms());
        self.span.see(info.completed_at.ms());
    }
}
